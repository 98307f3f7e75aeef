"""What is turned away before any page sees it: addresses and answers nobody can mean, and bodies too large."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

from wishmi.applications.file_lines import MAX_BYTES

MOST_BYTES: Final = 1_000_000
"""Of a form without files, with room to spare."""
MOST_UPLOADED: Final = MAX_BYTES + MOST_BYTES
"""Of a form with files, for who is signed in: the largest file any page takes, and its form."""


class Gate:
    """Answers 404 to an address with control characters, 413 to a body too large, 400 to a form with NUL in it.

    PostgreSQL keeps no NUL and fails on a question that holds one, while SQLite takes it: no browser sends one, and no
    page has to think of it. A body is refused by its length before a byte of it is read or written to disk.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes after."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Judge what can be judged without reading the body."""
        if any(character < " " or character == "\x7f" for character in request.path_info):
            raise Http404
        length = _length(request)
        if length > MOST_BYTES and (length > MOST_UPLOADED or SESSION_KEY not in request.session):
            return HttpResponse(render_to_string("413.html"), status=413)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Judge what was written, once it is read: after the check of the form's token."""
        for written in (request.GET, request.POST):
            if any("\0" in text for _name, texts in written.lists() for text in texts):
                message = "a text holds NUL"
                raise BadRequest(message)


def _length(request: HttpRequest) -> int:
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else MOST_UPLOADED + 1
