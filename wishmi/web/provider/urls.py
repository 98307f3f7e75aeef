"""Addresses of the provider pages."""

from django.urls import path

from wishmi.web.provider import (
    views_bookings,
    views_calls,
    views_claims,
    views_money,
    views_offer,
    views_sessions,
)

app_name = "provider"
urlpatterns = [
    path("", views_bookings.home, name="home"),
    path("bookings/", views_bookings.bookings, name="bookings"),
    path("bookings/<int:pk>/refuse/", views_bookings.refuse, name="refuse"),
    path("bookings/<int:pk>/cancel/", views_bookings.cancel, name="cancel"),
    path("bookings/<int:pk>/paid/", views_bookings.copayment, name="copayment"),
    path("sessions/", views_sessions.session_list, name="sessions"),
    path("sessions/<int:pk>/", views_sessions.session_page, name="session"),
    path("sessions/<int:pk>/cancel/", views_sessions.session_cancel, name="session_cancel"),
    path("sessions/<int:pk>/code/", views_sessions.code, name="code"),
    path("sessions/<int:pk>/trial/", views_offer.trial, name="trial"),
    path("offer/", views_offer.offer, name="offer"),
    path("offer/<int:pk>/goods/", views_offer.goods, name="goods"),
    path("statements/", views_money.statement_list, name="statements"),
    path("statements/<str:number>/", views_money.statement_page, name="statement"),
    path("statements/<str:number>/agree/", views_money.statement_agree, name="statement_agree"),
    path("statements/<str:number>/dispute/", views_money.statement_dispute, name="statement_dispute"),
    path("claims/", views_claims.claims, name="claims"),
    path("heads/", views_claims.heads, name="heads"),
    path("calls/", views_calls.calls, name="calls"),
    path("calls/<slug:code>/join/", views_calls.join, name="join"),
    path("payments/", views_money.payments, name="payments"),
]
