"""The file of who is entitled: one fiscal code per row, read strictly, with what is wrong said in a sentence."""

from dataclasses import dataclass
from typing import BinaryIO

from wishmi.applications.file_cells import CellRefused, clean, fiscal_code
from wishmi.applications.file_lines import FileRefused, read_cells
from wishmi.applications.file_rows import Problem, Severity

COLUMN = "fiscal_code"
MOST_ROWS = 250_000
"""More than the minors of a large city."""


@dataclass(frozen=True, slots=True)
class ReadEntitled:
    """The fiscal codes of a file in its order, each once, and every problem; a repeated row is only noted."""

    codes: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def is_refused(self) -> bool:
        """Whether a row was wrong, so that nothing goes in."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def read_entitled(source: BinaryIO, *, demo: bool = False) -> ReadEntitled:
    """Read the file (docs/files.md); never raises, whatever the bytes are."""
    codes: dict[str, int] = {}
    problems: list[Problem] = []
    try:
        for number, cells in read_cells(source):
            if number == 1:
                _refuse_header(cells)
                continue
            if number > MOST_ROWS + 1:
                sentence = f"The file has more than {MOST_ROWS} rows: split it."
                raise FileRefused(number, "too_many_rows", sentence)
            _read_row(number, cells, codes, problems, demo=demo)
    except FileRefused as refused:
        problems.append(Problem(refused.row, "", "", Severity.ERROR, refused.code, refused.sentence))
    return ReadEntitled(tuple(codes), tuple(problems))


def _refuse_header(cells: list[str]) -> None:
    if [cell.strip().lower() for cell in cells] != [COLUMN]:
        raise FileRefused(1, "header", f"The first line must hold one name, {COLUMN}, and nothing else.")


def _read_row(
    number: int, cells: list[str], codes: dict[str, int], problems: list[Problem], *, demo: bool
) -> None:
    if len(cells) != 1:
        sentence = "The row has more than one cell: keep the fiscal code alone."
        problems.append(Problem(number, COLUMN, "", Severity.ERROR, "cells", sentence))
        return
    try:
        code = fiscal_code(demo=demo)(clean(cells[0]))
    except CellRefused as refused:
        problems.append(Problem(number, COLUMN, "", Severity.ERROR, refused.code, refused.sentence))
        return
    if code in codes:
        sentence = f"The same person stands in row {codes[code]}: the row is counted once."
        problems.append(Problem(number, COLUMN, "", Severity.WARNING, "doubled", sentence))
        return
    codes[code] = number
