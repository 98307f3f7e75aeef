"""Long tables: pages of fifty, filters read from the address."""

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 50
LONGEST = 100


def page_of(request: HttpRequest, rows: QuerySet, per_page: int = PER_PAGE) -> Page:
    """The page the address asks for; an absurd number gives the nearest one."""
    return Paginator(rows, per_page).get_page(request.GET.get("page", "1")[:9])


def asked(request: HttpRequest, name: str, known: frozenset[str] | None = None) -> str:
    """A filter of the address, bounded; nothing where it is not of a closed list."""
    value = request.GET.get(name, "").replace("\0", "").strip()[:LONGEST]
    return value if known is None or value in known else ""
