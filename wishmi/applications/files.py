"""The file of applications: one row per child, read strictly as it streams by, and written back exactly.

Whether a child is eligible is not judged here: an ISEE of another year is a valid row with a warning.
The layout stands in docs/files.md.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from wishmi.applications.file_cells import (
    CellRefused,
    clean,
    count,
    fiscal_code,
    moment,
    read_cents,
    read_day,
    read_district,
    read_flag,
    read_kind,
    read_municipality,
    read_needed_day,
    read_role,
    read_sex,
    reference,
    shape_of,
    shortened,
    words,
)
from wishmi.applications.file_checks import RowChecks
from wishmi.applications.file_facts import (
    EMPTY,
    column_of,
    columns_of,
    more_facts,
    reader_of,
    written_fact,
)
from wishmi.applications.file_lines import FileRefused, read_cells
from wishmi.applications.file_rows import (
    COLUMNS,
    FIELD_OF,
    OPEN_COLUMNS,
    OPTIONAL_COLUMNS,
    ApplicationRow,
    Problem,
    ReadFile,
    Severity,
)
from wishmi.core.facts import BASE, ChildFacts
from wishmi.core.rules.vocabulary import FACTS_OF_ONE, Value

__all__ = [
    "COLUMNS",
    "ApplicationRow",
    "Problem",
    "ReadFile",
    "Severity",
    "facts_of",
    "iter_applications",
    "read_applications",
    "write_applications",
    "write_problems",
]

ROME = ZoneInfo("Europe/Rome")
MAX_PROBLEMS = 10_000
BOM = "\ufeff"


def _readers(zone: ZoneInfo, asked: Sequence[str], *, demo: bool) -> Mapping[str, Callable[[str], Any]]:
    family, given = words(80, "the family name"), words(80, "the given name")
    code = fiscal_code(demo=demo)
    return {
        "protocol": reference("the protocol number of the application", needed=True),
        "applicant_fiscal_code": code,
        "applicant_role": read_role,
        "applicant_family_name": family,
        "applicant_given_name": given,
        "child_fiscal_code": code,
        "child_family_name": family,
        "child_given_name": given,
        "child_born_on": read_needed_day,
        "child_sex": read_sex,
        "residence_municipality": read_municipality,
        "district": read_district,
        "address": words(200, "the address"),
        "minors": count(30),
        "lone_parent": read_flag,
        "disabled_members": count(30),
        "isee": read_cents,
        "isee_kind": read_kind,
        "isee_issued_on": read_day,
        "isee_valid_until": read_day,
        "dsu_protocol": reference("the protocol number of the DSU", needed=False),
        "submitted_at": moment(zone),
        **{column_of(name): reader_of(name) for name in more_facts(asked)},
    }


def _quoted(column: str, text: str) -> str:
    return shortened(text) if column in OPEN_COLUMNS else shape_of(text)


class _Reader:
    """Reads the rows of one file; local to one run of `iter_applications`."""

    def __init__(self, zone: ZoneInfo, asked: Sequence[str], *, demo: bool) -> None:
        self.readers = _readers(zone, asked, demo=demo)
        self.needed = columns_of(asked)
        self.more = more_facts(asked)
        self.columns: list[str] = []
        self.checks = RowChecks(zone, tuple(name for name in self.more if name not in FACTS_OF_ONE))

    def header(self, cells: list[str]) -> Iterator[Problem]:
        """Keep the columns of the first row; yield what is wrong with them."""
        self.columns = [cell.strip() for cell in cells]
        known = [*self.needed, *OPTIONAL_COLUMNS]
        for place, name in enumerate(self.columns):
            if name not in known:
                near = get_close_matches(name, known, n=1)
                what = f"rename it {near[0]}" if near else "remove it"
                sentence = f"This column is not known: {what}. The columns stand in docs/files.md."
                yield Problem(1, shortened(name), "", Severity.ERROR, "unknown_column", sentence)
            elif name in self.columns[:place]:
                yield Problem(
                    1, name, "", Severity.ERROR, "doubled_column", "The column stands twice: remove one."
                )
        for name in self.needed:
            if name not in self.columns:
                yield Problem(1, name, "", Severity.ERROR, "missing_column", "The column is missing: add it.")

    def row(self, number: int, cells: list[str]) -> Iterator[ApplicationRow | Problem]:
        """The row and its warnings, or its errors."""
        if len(cells) != len(self.columns):
            sentence = (
                f"The row has {len(cells)} cells and the header {len(self.columns)}: look for a missing or an"
                " unquoted separator."
            )
            yield Problem(number, "", "", Severity.ERROR, "ragged", sentence)
            return
        texts = dict(zip(self.columns, cells, strict=True))
        values: dict[str, Any] = {}
        wrong = False
        for column, text in texts.items():
            try:
                values[column] = self.readers[column](clean(text))
            except CellRefused as refused:
                wrong = True
                yield Problem(
                    number, column, _quoted(column, text), Severity.ERROR, refused.code, refused.sentence
                )
        if wrong:
            return
        values = {**EMPTY, **values}
        values["more"] = tuple((name, values.pop(column_of(name))) for name in self.more)
        problems = [*self.checks.inside(values), *self.checks.across(values, number)]
        for severity, column, code, sentence in problems:
            yield Problem(number, column, _quoted(column, texts[column]), severity, code, sentence)
        if all(severity is Severity.WARNING for severity, *_ in problems):
            values.pop("child_sex", None)
            yield ApplicationRow(
                **{FIELD_OF.get(name, name): value for name, value in values.items()}, row=number
            )


def iter_applications(
    source: BinaryIO, *, demo: bool = False, zone: ZoneInfo = ROME, asked: Sequence[str] = BASE
) -> Iterator[ApplicationRow | Problem]:
    """Rows and problems as the file streams by.

    A problem of the file as a whole (its encoding, its columns) is the last thing that comes. `demo` takes
    fiscal codes of demonstrations; `zone` is where moments without an offset were written; `asked` are the facts of the
    call, which say what columns there are.
    """
    reader = _Reader(zone, asked, demo=demo)
    found = 0
    try:
        for number, cells in read_cells(source):
            if not reader.columns:
                wrong = list(reader.header(cells))
                yield from wrong
                if wrong:
                    return
                continue
            for item in reader.row(number, cells):
                yield item
                found += isinstance(item, Problem)
            if found > MAX_PROBLEMS:
                sentence = f"More than {MAX_PROBLEMS} problems: repair these first, the rest was not read."
                yield Problem(number, "", "", Severity.ERROR, "too_many", sentence)
                return
    except FileRefused as refused:
        yield Problem(refused.row, "", "", Severity.ERROR, refused.code, refused.sentence)


def read_applications(
    source: BinaryIO, *, demo: bool = False, zone: ZoneInfo = ROME, asked: Sequence[str] = BASE
) -> ReadFile:
    """A whole file in memory; see `iter_applications`."""
    rows: list[ApplicationRow] = []
    problems: list[Problem] = []
    for item in iter_applications(source, demo=demo, zone=zone, asked=asked):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            rows.append(item)
    return ReadFile(tuple(rows), tuple(problems))


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def write_applications(rows: Iterable[ApplicationRow], asked: Sequence[str] = BASE) -> bytes:
    """The file that reads back as exactly these rows: UTF-8, semicolons, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    columns = columns_of(asked)
    writer.writerow(columns)
    for row in rows:
        more = {column_of(name): written_fact(name, value) for name, value in row.more}
        writer.writerow([more[column] if column in more else _cell(row, column) for column in columns])
    return out.getvalue().encode()


def _cell(row: ApplicationRow, column: str) -> str:
    value = getattr(row, FIELD_OF.get(column, column))
    if column == "isee" and value is not None:
        return f"{value // 100}.{value % 100:02d}"
    return _written(value)


def neutral(text: str) -> str:
    """The text so that no spreadsheet runs it as a formula: a quote before the characters that begin one."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def write_problems(problems: Iterable[Problem]) -> bytes:
    """The error report as a spreadsheet opens it: UTF-8 with a byte-order mark, semicolons, no formulas."""
    out = io.StringIO(newline="")
    out.write(BOM)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(("row", "column", "value", "severity", "code", "sentence"))
    for one in problems:
        writer.writerow(
            [
                str(one.row),
                *(neutral(text) for text in (one.column, one.value, one.severity, one.code, one.sentence)),
            ]
        )
    return out.getvalue().encode()


def facts_of(
    row: ApplicationRow, *, municipality: str, zone: ZoneInfo, applicant: str, asked: Sequence[str] = BASE
) -> ChildFacts:
    """The facts the core judges: residence in the call's municipality, the day of sending in the call's zone.

    `applicant` is the opaque reference of the household, equal for its children; never the fiscal code.
    """
    known: dict[str, Value] = {
        "born_on": row.child_born_on,
        "submitted_on": row.submitted_at.astimezone(zone).date(),
        "resident": row.residence_municipality == municipality,
        "isee_cents": row.isee_cents,
        "isee_kind": row.isee_kind,
        "isee_issued_on": row.isee_issued_on,
        "isee_valid_until": row.isee_valid_until,
        "minors": row.minors,
        "lone_parent": row.lone_parent,
        "disabled_members": row.disabled_members,
        "applicant_role": row.applicant_role,
        "applicant": applicant,
        **dict(row.more),
    }
    return ChildFacts.of({name: known[name] for name in asked if name in known})
