"""Every page has exactly one audience: nobody meets a page that no rule was written for."""

from django.urls import URLPattern, URLResolver, get_resolver

AUDIENCES = {"public", "family", "provider", "officer", "machine"}


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


def test_every_route_names_its_policy():
    """Who may: one word of rule beside the audience; "anyone" is a rule too, and only for the public."""
    pages = list(routes(get_resolver().url_patterns))
    assert [route for route, view in pages if not getattr(view, "policy", "")] == []
    open_to_all = {view.audience for _, view in pages if view.policy == "anyone"}
    assert open_to_all == {"public", "machine"}
