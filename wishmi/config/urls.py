"""Addresses."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("wishmi.web.public.urls")),
    path("health/", include("wishmi.web.machine.urls")),
    path("family/", include("wishmi.web.family.urls")),
    path("provider/", include("wishmi.web.provider.urls")),
    path("officer/", include("wishmi.web.officer.urls")),
]
