"""Addresses of the family's pages."""

from django.urls import path

from wishmi.web.family import (
    views_answering,
    views_apply,
    views_booking,
    views_home,
    views_letter,
    views_outcome,
    views_refunds,
    views_wallet,
)

app_name = "family"
urlpatterns = [
    path("", views_home.home, name="home"),
    path("household/", views_home.household, name="household"),
    path("apply/<slug:code>/", views_apply.apply, name="apply"),
    path("apply/<slug:code>/review/", views_apply.review, name="review"),
    path("apply/<slug:code>/<slug:name>/", views_apply.apply_step, name="apply_step"),
    path("applications/<str:ref>/", views_outcome.outcome, name="outcome"),
    path("applications/<str:ref>/letter/", views_letter.letter, name="letter"),
    path("applications/<str:ref>/outcome.json", views_letter.outcome_data, name="outcome_data"),
    path("applications/<str:ref>/receipt/", views_apply.receipt, name="receipt"),
    path("applications/<str:ref>/withdraw/", views_apply.withdraw, name="withdraw"),
    path("applications/<str:ref>/children/<int:pk>/observation/", views_outcome.observe, name="observe"),
    path(
        "applications/<str:ref>/children/<int:pk>/receipt.json",
        views_outcome.receipt_file,
        name="receipt_file",
    ),
    path("integrations/<int:pk>/", views_outcome.integrate, name="integrate"),
    path("awards/<str:ref>/accept/", views_outcome.accept, name="accept"),
    path("awards/<str:ref>/renounce/", views_outcome.renounce, name="renounce"),
    path("wallet/", views_wallet.wallet, name="wallet"),
    path("wallet/<str:ref>/", views_wallet.voucher, name="voucher"),
    path("wallet/<str:ref>/pass/", views_wallet.pass_on, name="pass_on"),
    path("refunds/", views_refunds.refunds, name="refunds"),
    path("wallet/<str:ref>/refund/", views_refunds.refund, name="refund"),
    path("wallet/<str:ref>/code/", views_wallet.new_code, name="new_code"),
    path("book/<int:pk>/", views_booking.book, name="book"),
    path("book/<int:pk>/wait/", views_booking.wait, name="wait"),
    path("waiting/<int:pk>/leave/", views_booking.leave, name="leave"),
    path("bookings/", views_booking.booking_list, name="bookings"),
    path("bookings/<str:ref>/", views_booking.booking, name="booking"),
    path("bookings/<str:ref>/cancel/", views_booking.cancel, name="cancel"),
    path("bookings/<str:ref>/confirm/", views_answering.confirm, name="confirm_use"),
    path("bookings/<str:ref>/dispute/", views_answering.dispute, name="dispute_use"),
]
