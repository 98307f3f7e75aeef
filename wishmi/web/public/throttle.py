"""Slows down who guesses passwords, without locking anybody out.

After three failures each further try for the same name from the same address must wait, twice as long each time, up to
five minutes; a right password after the wait clears it. Another address is not delayed, so nobody can keep a person
out of their own account. Kept in Django's cache: with the default one, by each process for itself.
"""

from datetime import datetime
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest

FREE_FAILURES = 3
LONGEST_WAIT = 300
FORGET_AFTER = 3600


def _key(request: HttpRequest, username: str) -> str:
    address = request.META.get("REMOTE_ADDR", "")
    return "sign-in:" + sha256(f"{username.casefold()}|{address}".encode()).hexdigest()


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
