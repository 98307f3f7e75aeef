"""One line in the log for each request that failed or was slow; for every one where the level is info."""

from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse

SLOW_MS = 1_000
log = structlog.get_logger("wishmi.requests")


class RequestLog:
    """Names the route as the program knows it (`calls/<slug:code>/`), never the address: that may name a person's case.

    The number given to a request stands in its lines and in the answer's `X-Request-Id`, for who asks for help.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes after."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then tell."""
        number = uuid4().hex
        begun = perf_counter()
        with structlog.contextvars.bound_contextvars(request=number):
            answer = self.get_response(request)
            took = int((perf_counter() - begun) * 1000)
            match = request.resolver_match
            said = {
                "method": request.method,
                "route": match.route if match else "",
                "status": answer.status_code,
                "ms": took,
            }
            tell = log.warning if answer.status_code >= 500 or took >= SLOW_MS else log.info
            tell("request", **said)
        answer["X-Request-Id"] = number
        return answer
