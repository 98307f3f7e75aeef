"""Addresses of the public pages."""

from django.urls import path

from wishmi.web.public import views_entry, views_soon

urlpatterns = [
    path("", views_soon.soon, name="home"),
    path("start/", views_entry.start, name="start"),
    path("sign-in/", views_entry.sign_in, name="sign_in"),
    path("sign-out/", views_entry.sign_out, name="sign_out"),
    path("personas/", views_entry.personas, name="personas"),
    path("i18n/setlang/", views_entry.set_language, name="set_language"),
    path("calls/", views_soon.soon, name="calls"),
    path("activities/", views_soon.soon, name="catalogue"),
    path("place/", views_soon.soon, name="ranking"),
    path("lists/", views_soon.soon, name="stages"),
    path("figures/", views_soon.soon, name="figures"),
    path("help/", views_soon.soon, name="help"),
]
