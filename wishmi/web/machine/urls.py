"""Addresses for programs that look after an installation."""

from django.urls import path

from wishmi.web.machine import views

app_name = "machine"
urlpatterns = [
    path("live", views.alive, name="alive"),
    path("ready", views.ready, name="ready"),
    path("metrics", views.measures, name="measures"),
]
