"""Addresses of the public pages."""

from django.urls import path

from wishmi.web.public import views_calls, views_catalogue, views_entry, views_lists, views_precheck

urlpatterns = [
    path("", views_calls.home, name="home"),
    path("start/", views_entry.start, name="start"),
    path("sign-in/", views_entry.sign_in, name="sign_in"),
    path("sign-out/", views_entry.sign_out, name="sign_out"),
    path("personas/", views_entry.personas, name="personas"),
    path("i18n/setlang/", views_entry.set_language, name="set_language"),
    path("calls/", views_calls.call_list, name="calls"),
    path("schema/call.json", views_calls.call_schema_file, name="call_schema"),
    path("calls/<slug:code>/", views_calls.call_page, name="call"),
    path("calls/<slug:code>/call.yaml", views_calls.call_document, name="call_document"),
    path("calls/<slug:code>/versions/<int:number>.yaml", views_calls.call_version, name="call_version"),
    path("check/", views_precheck.check, name="check"),
    path("check/apply/", views_precheck.taken_along, name="check_taken_along"),
    path("check/apply/<slug:code>/", views_precheck.take_along, name="check_take_along"),
    path("activities/", views_catalogue.activity_list, name="catalogue"),
    path("activities/<int:pk>/", views_catalogue.activity_page, name="activity"),
    path("place/", views_lists.ranking, name="ranking"),
    path("lists/", views_lists.stage_list, name="stages"),
    path("lists/<slug:code>/<int:number>/", views_lists.stage_page, name="stage"),
    path("lists/<slug:code>/<int:number>/<str:name>", views_lists.stage_file, name="stage_file"),
    path("figures/", views_lists.figures, name="figures"),
    path("help/", views_calls.help_page, name="help"),
]
