"""A call is data: the package knows no city, no scheme, no threshold and no amount of any call.

Looked at: every Python file and template of the package and every message of its catalogues. The patterns are written
below; the amounts are read from the presets themselves. What may stand all the same is listed with its reason.
"""

import ast
import re

import polib
import pytest

from wishmi.calls.document import parse_call
from wishmi.core.rules.limits import Dated, Limit

NAMES = re.compile(
    r"milan|lombard|reykjav|amsterdam|tallinn|estoni|iceland|"
    r"\bdote\b|kindpakket|fristund|teilhabe|\bhaf\b|pass.culture|carta.(?:della.)?cultura|"
    r"huvi|benessere-65|sport-285|legge.?285|law.?285|EU-UIA|\buia\b",
    re.IGNORECASE,
)
"""Cities, regions, countries, schemes and funds of the presets."""

ALLOWED_NAMES = {
    "wishmi/config/settings.py": "the default city of the data files, which the environment changes",
    "wishmi/cli/demo/": "the demonstration is of one city and says so",
    "wishmi/simulation/": "reads the open data of the demonstration's city",
}
ALLOWED_AMOUNTS = {
    10_000: "days are written as the number yyyymmdd; bounds of work done at once",
    20_000: "bounds of work done at once",
    100_000: "bounds of work done at once",
    1_000_000: "bounds of work done at once",
}
ALLOWED_PLACES = {
    "wishmi/payouts/status_file.py": "how long a file and its lists may be",
    "wishmi/web/formats.py": "an example of how an amount is written",
}
LEAST_AMOUNT = 10_000
"""In cents: smaller numbers are everywhere and mean nothing."""


@pytest.fixture(scope="module")
def sources(repository):
    paths = [*repository.glob("wishmi/**/*.py"), *repository.glob("wishmi/**/templates/**/*.html")]
    return {str(path.relative_to(repository)): path.read_text() for path in sorted(paths)}


@pytest.fixture(scope="module")
def amounts_of_calls(repository):
    """Every amount and threshold of every preset, in cents."""
    found = set()
    for path in repository.glob("policy/*/call.yaml"):
        rules = parse_call(path.read_bytes()).rules()
        found |= set(rules.amounts() or ())
        found |= {fund.appropriated for fund in rules.funds} | {band.up_to_cents for band in rules.bands}
        for condition in rules.conditions:
            limits = [getattr(condition, name, None) for name in ("at_most", "at_least")]
            found |= {value for limit in limits if isinstance(limit, Limit) for value in limit.values()}
            found.add(getattr(condition, "cents", 0))
    assert not any(isinstance(amount, Dated) for amount in found)
    return {amount for amount in found if amount >= LEAST_AMOUNT}


def is_allowed(place):
    return any(place.startswith(allowed) for allowed in ALLOWED_NAMES)


def test_no_city_and_no_scheme_is_named(sources):
    found = [
        f"{place}:{number}: {line.strip()[:80]}"
        for place, text in sources.items()
        if not is_allowed(place)
        for number, line in enumerate(text.splitlines(), 1)
        if NAMES.search(line)
    ]
    assert found == []


def test_no_message_names_a_scheme(repository):
    found = []
    for path in repository.glob("locale/*/LC_MESSAGES/django.po"):
        found += [entry.msgid for entry in polib.pofile(str(path)) if NAMES.search(entry.msgid)]
    assert sorted(set(found)) == []


def test_no_threshold_and_no_amount_is_written(sources, amounts_of_calls):
    assert len(amounts_of_calls) > 30
    written = {f"{amount // 100}.{amount % 100:02d}" for amount in amounts_of_calls}
    found = []
    for place, text in sources.items():
        if is_allowed(place) or place in ALLOWED_PLACES:
            continue
        if place.endswith(".html"):
            found += [
                f"{place}: {amount}" for amount in written if re.search(rf"\b{re.escape(amount)}\b", text)
            ]
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Constant):
                continue
            is_number = type(node.value) is int and node.value in amounts_of_calls - ALLOWED_AMOUNTS.keys()
            is_text = isinstance(node.value, str) and not written.isdisjoint(
                re.findall(r"\d+\.\d{2}\b", node.value)
            )
            if is_number or is_text:
                found.append(f"{place}:{node.lineno}: {str(node.value)[:60]}")
    assert found == []


def test_the_patterns_bite():
    """A pattern that finds nothing looks just like clean code."""
    assert NAMES.search("the rules of Milano")
    assert NAMES.search("a Dote of 100")
    assert not NAMES.search("the promenade of the anecdote")
