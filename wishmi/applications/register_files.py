"""The file of what registers attest: one fact a row, read strictly; its layout stands in docs/files.md."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from wishmi.applications.declarations import declared_names
from wishmi.applications.file_cells import (
    CellRefused,
    clean,
    fiscal_code,
    read_day,
    read_needed_day,
    shape_of,
    shortened,
)
from wishmi.applications.file_facts import reader_of
from wishmi.applications.file_lines import FileRefused, read_cells
from wishmi.applications.file_rows import Problem, Severity
from wishmi.core.rules.vocabulary import VOCABULARY, Source, Value

COLUMNS = ("fiscal_code", "fact", "value", "register", "attested_on", "valid_until")
REGISTERS = tuple(source for source in Source if source is not Source.APPLICANT)


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """What one register says of the person with a fiscal code, or of the household it lives in."""

    row: int
    fiscal_code: str
    fact: str
    value: Value
    register: Source
    attested_on: date
    valid_until: date | None


def read_register_file(source: BinaryIO, *, demo: bool) -> tuple[list[RegisterRow], list[Problem]]:
    """All rows, and everything that is wrong with them."""
    rows: list[RegisterRow] = []
    problems: list[Problem] = []
    header: list[str] = []
    try:
        for number, cells in read_cells(source):
            if not header:
                header = [cell.strip() for cell in cells]
                if sorted(header) != sorted(COLUMNS):
                    sentence = f"The columns must be: {', '.join(COLUMNS)}."
                    return [], [_problem(1, "", "", "columns", sentence)]
            elif len(cells) != len(header):
                sentence = f"The row has {len(cells)} cells and the header {len(header)}."
                problems.append(_problem(number, "", "", "ragged", sentence))
            else:
                read = _row(number, dict(zip(header, cells, strict=True)), demo=demo)
                (problems if isinstance(read, Problem) else rows).append(read)  # type: ignore[arg-type]
    except FileRefused as refused:
        problems.append(_problem(refused.row, "", "", refused.code, refused.sentence))
    return rows, problems


def _problem(row: int, column: str, value: str, code: str, sentence: str) -> Problem:
    return Problem(row, column, value, Severity.ERROR, code, sentence)


def _row(number: int, texts: dict[str, str], *, demo: bool) -> RegisterRow | Problem:
    readers: dict[str, Callable[[str], Any]] = {
        "fiscal_code": fiscal_code(demo=demo),
        "fact": _fact,
        "register": _register,
        "attested_on": read_needed_day,
        "valid_until": read_day,
    }
    values: dict[str, Any] = {}
    for column in (*readers, "value"):
        text = texts[column]
        read = readers[column] if column in readers else reader_of(values["fact"])
        try:
            values[column] = read(clean(text))
        except CellRefused as refused:
            shown = shortened(text) if column in {"fact", "register"} else shape_of(text)
            return _problem(number, column, shown, refused.code, refused.sentence)
    if values["valid_until"] is not None and values["valid_until"] < values["attested_on"]:
        sentence = "It ends before it was attested: correct one of the two days."
        return _problem(number, "valid_until", "", "days", sentence)
    return RegisterRow(row=number, **values)


def _fact(text: str) -> str:
    if text not in VOCABULARY or not declared_names((text,)):
        raise CellRefused("unknown_fact", "No register attests this here: see docs/files.md for the names.")
    return text


def _register(text: str) -> Source:
    if text not in REGISTERS:
        raise CellRefused("wrong_word", f"Write one of: {', '.join(REGISTERS)}.")
    return Source(text)
