"""A call of Milan 2022 that says something else about use: everything around it stays as it is."""

import re

from tests import builders as make
from wishmi.calls.models import Call

CATEGORIES = "[art, health, school_plus, sport, stem]"
PLAIN_USE = """use:
  co_payment: rest_by_family
  several_activities: true
"""
PLAIN_BOOKINGS = """bookings:
  confirm_within_days: 3
  free_cancellation_hours: 48
  mark_within_days: 14
"""


def section(text: str, name: str) -> str:
    """A section of a document as it is written; nothing where it is not there."""
    found = re.search(rf"^{name}:\n(?:[ \t]+.*\n|\n)*", text, re.MULTILINE)
    return found.group(0) if found else ""


def lines(*said: str) -> str:
    """Keys of a section."""
    return "".join(f"  {line}\n" for line in said)


def document(
    *use: str, bookings: tuple[str, ...] = (), names: str = "", categories: tuple[str, ...] = ()
) -> bytes:
    """The document with lines added to `use` and `bookings`; a line of `use` takes the place of one of the same key."""
    keys = {line.split(":")[0] for line in use}
    plain = [line for line in PLAIN_USE.splitlines(keepends=True) if line.split(":")[0].strip() not in keys]
    return whole(
        "".join(plain) + lines(*use) + "  tax_nature: social_benefit\n",
        PLAIN_BOOKINGS + lines(*bookings),
        names,
        categories,
    )


def whole(use: str, bookings: str, names: str = "", categories: tuple[str, ...] = ()) -> bytes:
    """The document with these sections; every fund pays for the categories added."""
    text = make.CALL_PATH.read_text("utf-8")
    text = text.replace(section(text, "use"), f"{use}\n").replace(section(text, "bookings"), f"{bookings}\n")
    text = text.replace("  use.co_payment: certain\n", "")
    if categories:
        text = text.replace(CATEGORIES, f"{CATEGORIES[:-1]}, {', '.join(categories)}]")
    return text.replace("window:\n  time_zone", f"{names}window:\n  time_zone", 1).encode()


def call(*use: str, **more) -> Call:
    """The call published, with ten thousand euro in each fund."""
    return make.funded_call(document=document(*use, **more))
