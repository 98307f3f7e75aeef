"""A family's receipt: its own facts and salts, its points one by one, its place, and the path to the root.

Alone, a receipt can be checked against the root printed in the act. Beside the folder and its call it also
shows that points, place and amount follow from the facts. The family may close groups of facts before showing
it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from wishmi.core import commitment as commitments
from wishmi.core.calls import CallRules
from wishmi.core.canonical import Fields, MalformedError, digest, dump, load, printable
from wishmi.core.facts import BASE, GROUPS, ChildFacts, from_data, group_data
from wishmi.core.manifest import Manifest, read_parts
from wishmi.core.publication import CODE, Published, Row
from wishmi.core.reasons import Reason
from wishmi.core.rules.vocabulary import VOCABULARY
from wishmi.core.scoring import score
from wishmi.core.stages import Outcome

FORMAT = "wishmi-receipt/1"
_FIELDS = (
    "format", "publication", "root", "row", "commitment", "index", "path", "groups", "points", "total",
    "award", "exclusion",
)  # fmt: skip
_GROUP_OF = {name: fact.group for name, fact in VOCABULARY.items()}


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose receipt it is: facts and salts, the award per fund, and the reasons of case work if it was
    excluded.
    """

    facts: ChildFacts
    salts: Mapping[str, bytes]
    parts: tuple[int, ...] = ()
    exclusion: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as read. Closed parts are absent: a group has only its leaf, `total` and `award` are None.

    `points` are pairs of fact and points; `award` is the amount per fund code.
    """

    manifest: Manifest
    root: bytes
    row: Row
    commitment: bytes
    index: int
    path: tuple[bytes, ...]
    leaves: Mapping[str, bytes]
    opened: Mapping[str, Mapping[str, object]]
    points: tuple[tuple[str, int], ...]
    total: int | None
    award: Mapping[str, int] | None
    exclusion: tuple[Reason, ...] | None

    @property
    def closed(self) -> tuple[str, ...]:
        """The groups that are not shown."""
        return tuple(group for group in GROUPS if group not in self.opened)


def receipt_of(published: Published, rules: CallRules, place: int, holder: Holder) -> bytes:
    """The receipt of row `place` (from 0) of a publication, with every group open."""
    row, leaf = published.rows[place], published.leaves[place]
    scored = score(rules.criteria, holder.facts)
    is_ranked = row.position is not None
    funds = [fund.code for fund in rules.funds]
    data: dict[str, object] = {
        "format": FORMAT,
        "publication": published.manifest.parts(),
        "root": published.root.hex(),
        "row": {
            "position": row.position,
            "code": row.code,
            "points": row.points,
            "outcome": str(row.outcome),
        },
        "commitment": leaf.commitment.hex(),
        "index": place,
        "path": [step.hex() for step in published.tree.path(place)],
        "groups": {
            group: {"facts": group_data(holder.facts, group), "salt": holder.salts[group].hex()}
            for group in GROUPS
        },
        "points": [{"fact": fact, "points": points} for fact, points in scored.parts] if is_ranked else [],
        "total": scored.total if is_ranked else None,
        "award": dict(zip(funds, holder.parts, strict=True)) if any(holder.parts) else None,
        "exclusion": [reason.as_data() for reason in holder.exclusion],
    }
    return dump(data)


def disclose(receipt: bytes, groups: Collection[str]) -> bytes:
    """The same receipt with only `groups` open, and without what would tell of the others.

    Points stay for the facts of open groups, their total only if all points stay, the award only with the
    income, reasons only if nothing is closed. Raises MalformedError for a receipt or a group that is none.
    """
    data = load(receipt)
    read = read_receipt(data)
    if not isinstance(data, dict) or not set(groups) <= GROUPS.keys():
        raise MalformedError("groups", "no such group of facts")
    shown = set(groups) & set(read.opened)
    data["groups"] = {
        group: data["groups"][group] if group in shown else {"leaf": read.leaves[group].hex()}
        for group in GROUPS
    }
    points = [(fact, points) for fact, points in read.points if _GROUP_OF[fact] in shown]
    data["points"] = [{"fact": fact, "points": points} for fact, points in points]
    data["total"] = read.total if len(points) == len(read.points) else None
    data["award"] = data["award"] if "income" in shown else None
    data["exclusion"] = data["exclusion"] if len(shown) == len(GROUPS) else None
    return dump(data)


def read_receipt(data: object) -> Receipt:
    """A receipt from its JSON value; raises MalformedError. The proofs are not checked here."""
    fields = Fields(data, _FIELDS)
    if fields.text("format") != FORMAT:
        raise MalformedError("format", f"not {FORMAT}")
    leaves, opened = _read_groups(Fields(fields.data["groups"], tuple(GROUPS), "groups"))
    award = None if fields.is_null("award") else fields.mapping("award")
    return Receipt(
        manifest=read_parts(fields.data["publication"], "publication"),
        root=fields.digest("root"),
        row=_read_row(Fields(fields.data["row"], ("position", "code", "points", "outcome"), "row")),
        commitment=fields.digest("commitment"),
        index=fields.number("index"),
        path=tuple(digest(step, "path") for step in fields.items("path")),
        leaves=leaves,
        opened=opened,
        points=tuple(_read_points(item) for item in fields.items("points")),
        total=None if fields.is_null("total") else fields.number("total"),
        award=None if award is None else {fund: Fields(award, award, "award").number(fund) for fund in award},
        exclusion=None if fields.is_null("exclusion") else read_reasons(fields.items("exclusion")),
    )


def _read_row(fields: Fields) -> Row:
    outcome = fields.text("outcome")
    if outcome not in tuple(Outcome):
        raise MalformedError("row.outcome", "not an outcome")
    position = None if fields.is_null("position") else fields.number("position")
    return Row(position, fields.text("code", CODE), fields.text("points", longest=12), Outcome(outcome))


def _read_points(data: object) -> tuple[str, int]:
    fields = Fields(data, ("fact", "points"), "points")
    if fields.text("fact") not in _GROUP_OF:
        raise MalformedError("points.fact", "not a fact")
    return fields.text("fact"), fields.number("points")


def _read_groups(fields: Fields) -> tuple[dict[str, bytes], dict[str, Mapping[str, object]]]:
    """The leaf of every group, and the facts of the open ones."""
    leaves: dict[str, bytes] = {}
    opened: dict[str, Mapping[str, object]] = {}
    for group in GROUPS:
        data = fields.mapping(group)
        if "leaf" in data:
            leaves[group] = Fields(data, ("leaf",), fields.at(group)).digest("leaf")
            continue
        shown = Fields(data, ("facts", "salt"), fields.at(group))
        asked = shown.mapping("facts")
        names = [name for name in asked if _GROUP_OF.get(name) == group]
        facts = Fields(asked, names, shown.at("facts"))
        opened[group] = facts.data
        text = json.dumps(facts.data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        leaves[group] = commitments.group_leaf(group, text, shown.digest("salt"))
    return leaves, opened


def read_reasons(items: Collection[object]) -> tuple[Reason, ...]:
    """Reasons of case work from plain data; raises MalformedError."""
    reasons = []
    for item in items:
        fields = Fields(item, ("code", "params"), "exclusion")
        try:
            reasons.append(Reason.from_data(fields.data))
        except (ValueError, TypeError, KeyError):
            raise MalformedError("exclusion", "not a reason") from None
    return tuple(reasons)


def read_facts(data: Mapping[str, object], place: str = "facts", names: Sequence[str] = BASE) -> ChildFacts:
    """The facts `names` of a child from plain data; raises MalformedError."""
    try:
        return from_data(data, names)
    except (ValueError, TypeError, KeyError) as fault:
        raise MalformedError(place, printable(str(fault))) from None
