"""Every page has exactly one audience: nobody meets a page that no rule was written for."""

from django.urls import URLPattern, URLResolver, get_resolver

AUDIENCES = {"public", "family", "provider", "officer"}


def routes(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern.callback


def test_every_route_has_one_audience():
    pages = list(routes(get_resolver().url_patterns))
    assert len(pages) > 0
    assert [route for route, view in pages if getattr(view, "audience", None) not in AUDIENCES] == []
