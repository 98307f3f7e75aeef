"""Slows down who guesses passwords or codes, without locking anybody out.

After three failures each further try for the same name from the same address must wait, twice as long each time, up to
five minutes; a right password after the wait clears it. Another address is not delayed, so nobody can keep a person
out of their own account. Codes: after thirty wrong ones within ten minutes an address waits for the rest of these.
Kept in Django's cache: with the default one, by each process for itself.
"""

from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

FREE_FAILURES = 3
LONGEST_WAIT = 300
FORGET_AFTER = 3600
FREE_MISSES = 30
MISSES_WITHIN = 600


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: what the outermost of our own proxies saw; nobody else's word counts."""
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    ours = settings.WISHMI_PROXIES
    seen = told[-ours].strip() if 0 < ours <= len(told) else ""
    return seen or request.META.get("REMOTE_ADDR", "")


def _key(request: HttpRequest, username: str) -> str:
    name = f"{username.casefold()}|{address_of(request)}"
    return "sign-in:" + sha256(name.encode("utf-8", "replace")).hexdigest()


def seconds_to_wait(request: HttpRequest, username: str, moment: datetime) -> int:
    """How long this name must still wait at this address; 0 when it may try."""
    failures, last = cache.get(_key(request, username), (0, 0.0))
    if failures < FREE_FAILURES:
        return 0
    wait = min(2 ** (failures - FREE_FAILURES + 1), LONGEST_WAIT)
    return max(0, int(last + wait - moment.timestamp() + 0.999))


def failed(request: HttpRequest, username: str, moment: datetime) -> None:
    """Count a failure."""
    key = _key(request, username)
    failures, _last = cache.get(key, (0, 0.0))
    cache.set(key, (failures + 1, moment.timestamp()), FORGET_AFTER)


def cleared(request: HttpRequest, username: str) -> None:
    """Forget the failures after a success."""
    cache.delete(_key(request, username))


def _misses(request: HttpRequest) -> str:
    return "codes:" + sha256(address_of(request).encode("utf-8", "replace")).hexdigest()


def seconds_to_look(request: HttpRequest, moment: datetime) -> int:
    """How long an address must still wait before it may ask for a code; 0 when it may."""
    misses, since = cache.get(_misses(request), (0, 0.0))
    return max(0, int(since + MISSES_WITHIN - moment.timestamp() + 0.999)) if misses >= FREE_MISSES else 0


def missed(request: HttpRequest, moment: datetime) -> None:
    """Count a code that is not there."""
    misses, since = cache.get(_misses(request), (0, moment.timestamp()))
    if since + MISSES_WITHIN <= moment.timestamp():
        misses, since = 0, moment.timestamp()
    cache.set(_misses(request), (misses + 1, since), MISSES_WITHIN)
