"""Addresses of the family's pages."""

from django.urls import path

from wishmi.web.public import views_soon

app_name = "family"
urlpatterns = [
    path("", views_soon.soon, name="home"),
    path("wallet/", views_soon.soon, name="wallet"),
    path("bookings/", views_soon.soon, name="bookings"),
    path("household/", views_soon.soon, name="household"),
]
