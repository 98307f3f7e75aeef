"""Lines of a CSV file as it streams by: decoded strictly, bounded, with what is wrong said in a sentence."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

MAX_BYTES = 200 * 1024 * 1024
MAX_LINE = 64 * 1024


class FileRefused(ValueError):  # noqa: N818 (a refusal of the file, not a failure of the program)
    """The file cannot be read on from here: `row` as a spreadsheet counts, `code`, `sentence`."""

    def __init__(self, row: int, code: str, sentence: str) -> None:
        """Keep all three."""
        super().__init__(sentence)
        self.row = row
        self.code = code
        self.sentence = sentence


def _not_utf8(line: bytes) -> str:
    if b"\0" in line:
        return "The file holds NUL bytes, as UTF-16 does: save it again as CSV UTF-8."
    return "The line is not UTF-8 (perhaps Latin-1 or Windows-1252): save the file again as CSV UTF-8."


def _refuse_other_formats(head: bytes) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(1, "utf_16", "The file is written in UTF-16: save it again as CSV UTF-8.")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileRefused(
            1, "workbook", "This is a spreadsheet workbook: save it as CSV UTF-8 and send that file."
        )
    if head[1:40:2].count(0) > 4 or head[0:40:2].count(0) > 4:
        raise FileRefused(1, "utf_16", "The file looks like UTF-16: save it again as CSV UTF-8.")


def _lines(source: BinaryIO) -> Iterator[str]:
    """Each line as text; `row` in a refusal is the number of the line."""
    number = total = 0
    while line := source.readline(MAX_LINE + 1):
        number += 1
        total += len(line)
        if number == 1:
            _refuse_other_formats(line)
            line = line.removeprefix(b"\xef\xbb\xbf")
        if total > MAX_BYTES:
            limit = MAX_BYTES // 1024**2
            raise FileRefused(number, "too_large", f"The file is larger than {limit} MB: split it.")
        if len(line) > MAX_LINE:
            sentence = "The line is too long: check for quotes that were opened and never closed."
            raise FileRefused(number, "line_too_long", sentence)
        try:
            yield line.decode()
        except UnicodeDecodeError:
            raise FileRefused(number, "encoding", _not_utf8(line)) from None


def read_cells(source: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Rows with their number, as a spreadsheet counts them (the header is row 1); raises `FileRefused`."""
    lines = _lines(source)
    head = next(lines, "")
    if not head.strip():
        raise FileRefused(1, "empty", "The first line is empty: it must hold the names of the columns.")
    delimiter = ";" if ";" in head else ","
    row = 0

    def all_lines() -> Iterator[str]:
        yield head
        yield from lines

    reader = csv.reader(all_lines(), delimiter=delimiter, strict=True)
    try:
        for row, cells in enumerate(reader, start=1):
            if any(cells):
                yield row, cells
    except csv.Error:
        sentence = "Quotes are opened and not closed, or a line ends in the middle: repair this row."
        raise FileRefused(row + 1, "quotes", sentence) from None
