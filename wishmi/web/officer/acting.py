"""How a form of the office acts: once for each key, then a message and another page."""

from collections.abc import Callable, Sized
from datetime import datetime
from hashlib import sha256

from django import forms
from django.db.models import Model
from django.http import HttpRequest

from wishmi.core.outcome import Refused
from wishmi.infra import clock, idempotency
from wishmi.infra.idempotency import Answer
from wishmi.web.answers import REFUSED_STATUS, key_of, no_key

_BESIDE = frozenset({"csrfmiddlewaretoken", "key"})


def act_once(request: HttpRequest, act: Callable[[datetime], object]) -> Answer | Refused:
    """Run an act under the key of its form: pressed twice it happens once, and gives the same answer."""
    key = key_of(request)
    if key is None:
        return no_key()
    moment = clock.now()
    return idempotency.once(moment, request.actor, key, body_of(request), lambda: answer_of(act(moment)))


def body_of(request: HttpRequest) -> dict[str, object]:
    """What a form says: its address, its fields, the digests of its files."""
    fields = {name: request.POST.getlist(name) for name in request.POST if name not in _BESIDE}
    files = {name: _digest(file) for name, file in request.FILES.items()}
    return {"address": request.path, "fields": fields, "files": files}


def _digest(file: object) -> str:
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def answer_of(made: object) -> Answer | Refused:
    """What an act made, small enough to be kept with its key: how many, or which."""
    if isinstance(made, Refused | dict):
        return made
    if isinstance(made, Model):
        return {"id": made.pk}
    if isinstance(made, int):
        return {"count": made}
    return {"count": len(made)} if isinstance(made, Sized) else {}


def status_of(form: forms.BaseForm) -> int:
    """The status of a page that shows this form."""
    return REFUSED_STATUS if form.is_bound and form.errors else 200
