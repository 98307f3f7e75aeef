"""Pages that are being written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wishmi.web.audience import public


@public
def soon(request: HttpRequest, **_kwargs: object) -> HttpResponse:
    return render(request, "public/soon.html")
