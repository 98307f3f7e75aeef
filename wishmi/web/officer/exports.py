"""Tables as files: semicolons, a byte-order mark, no formulas; opens in a spreadsheet as it is."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.functional import Promise

from wishmi.applications.files import neutral
from wishmi.core.money import minor_digits
from wishmi.web.formats import current_language

BOM = "\ufeff"


class _Line:
    """What `csv.writer` writes to: hands each line on."""

    def write(self, text: str) -> str:
        return text


def wants_csv(request: HttpRequest) -> bool:
    """Whether the address asks for the table as a file."""
    return request.GET.get("format") == "csv"


def csv_address(request: HttpRequest) -> str:
    """The address of the same table as a file: all its rows, under the same filters."""
    query = request.GET.copy()
    query.pop("page", None)
    query["format"] = "csv"
    return f"?{query.urlencode()}"


def csv_answer(
    name: str, header: Sequence[str | Promise], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """The file, row by row as it is read."""
    separator = "," if current_language() == "it" else "."
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")

    def lines() -> Iterator[str]:
        yield BOM
        yield writer.writerow([str(cell) for cell in header])
        for row in rows:
            yield writer.writerow([written(cell, separator) for cell in row])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


class Cents(int):
    """An amount in the smallest part of the city's currency: written in the currency in a file."""


def written(cell: object, separator: str) -> str:
    """One cell: money with two decimals, days and moments so that they sort, text without formulas."""
    if cell is None:
        return ""
    if isinstance(cell, Cents):
        if minor_digits(settings.WISHMI_CURRENCY) == 0:
            return str(int(cell))
        sign = "-" if cell < 0 else ""
        return f"{sign}{abs(cell) // 100}{separator}{abs(cell) % 100:02d}"
    if isinstance(cell, datetime):
        return cell.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, int) else neutral(str(cell))
