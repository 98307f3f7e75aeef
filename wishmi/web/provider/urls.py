"""Addresses of the provider pages."""

from django.urls import URLPattern

app_name = "provider"
urlpatterns: list[URLPattern] = []
