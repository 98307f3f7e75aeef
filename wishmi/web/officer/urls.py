"""Addresses of the officer pages."""

from django.urls import path

from wishmi.web.officer import (
    views_applications,
    views_audit,
    views_awards,
    views_call_acts,
    views_calls,
    views_decisions,
    views_discretion,
    views_funds,
    views_home,
    views_import,
    views_payouts,
    views_ranking,
)
from wishmi.web.officer.editor import views_drafts, views_section, views_talk

app_name = "officer"
urlpatterns = [
    path("", views_home.home, name="home"),
    path("funds/", views_funds.fund_list, name="funds"),
    path("funds/<str:code>/", views_funds.fund_page, name="fund"),
    path("funds/<str:code>/appropriate/", views_funds.fund_appropriate, name="fund_appropriate"),
    path("funds/<str:code>/move/", views_funds.fund_move, name="fund_move"),
    path("calls/", views_calls.call_list, name="calls"),
    path("calls/load/", views_calls.call_upload, name="call_upload"),
    path("calls/drafts/", views_drafts.draft_list, name="drafts"),
    path("calls/drafts/new/", views_drafts.draft_new, name="draft_new"),
    path("calls/drafts/<int:pk>/", views_drafts.draft_page, name="draft"),
    path("calls/drafts/<int:pk>/text/", views_drafts.draft_text, name="draft_text"),
    path("calls/drafts/<int:pk>/call.yaml", views_drafts.draft_file, name="draft_file"),
    path("calls/drafts/<int:pk>/state/", views_drafts.draft_state, name="draft_state"),
    path("calls/drafts/<int:pk>/load/", views_drafts.draft_load, name="draft_load"),
    path("calls/drafts/<int:pk>/revisions/", views_drafts.revision_list, name="draft_revisions"),
    path("calls/drafts/<int:pk>/revisions/<int:number>/", views_drafts.revision_page, name="draft_revision"),
    path(
        "calls/drafts/<int:pk>/revisions/<int:number>/take-up/",
        views_drafts.revision_take_up,
        name="draft_take_up",
    ),
    path("calls/drafts/<int:pk>/remarks/new/", views_talk.remark_new, name="draft_remark"),
    path("calls/drafts/<int:pk>/remarks/<int:remark>/", views_talk.remark_settle, name="draft_settle"),
    path("calls/drafts/<int:pk>/parties/new/", views_talk.party_new, name="draft_party"),
    path("calls/drafts/<int:pk>/parties/<int:party>/", views_talk.party_answer, name="draft_answer"),
    path("calls/drafts/<int:pk>/<slug:section>/", views_section.section_page, name="draft_section"),
    path("calls/drafts/<int:pk>/<slug:section>/check/", views_section.section_check, name="draft_check"),
    path("calls/<slug:code>/", views_calls.call_page, name="call"),
    path("calls/<slug:code>/versions/<int:number>/", views_calls.version_page, name="version"),
    path(
        "calls/<slug:code>/versions/<int:number>/publish/", views_call_acts.call_publish, name="call_publish"
    ),
    path("calls/<slug:code>/close/", views_call_acts.call_close, name="call_close"),
    path("calls/<slug:code>/extend/", views_call_acts.call_extend, name="call_extend"),
    path("calls/<slug:code>/applications/", views_applications.queue_page, name="queue"),
    path("calls/<slug:code>/applications/check/", views_decisions.check, name="check"),
    path("calls/<slug:code>/applications/decide/", views_decisions.decide, name="decide"),
    path("calls/<slug:code>/applications/import/", views_import.import_file, name="import"),
    path(
        "calls/<slug:code>/applications/import/report.csv", views_import.import_report, name="import_report"
    ),
    path("applications/<str:ref>/", views_applications.application_page, name="application"),
    path("calls/<slug:code>/ranking/", views_ranking.ranking, name="ranking"),
    path("calls/<slug:code>/ranking/freeze/", views_ranking.freeze, name="freeze"),
    path("calls/<slug:code>/ranking/<int:number>/", views_ranking.stage_page, name="stage"),
    path(
        "calls/<slug:code>/ranking/<int:number>/publish/", views_ranking.stage_publish, name="stage_publish"
    ),
    path("calls/<slug:code>/ranking/<int:number>/issue/", views_awards.stage_issue, name="stage_issue"),
    path("calls/<slug:code>/cases/", views_discretion.share_page, name="discretion"),
    path("children/<int:pk>/case/", views_discretion.case_propose, name="case_propose"),
    path("cases/<int:pk>/", views_discretion.case_page, name="case"),
    path("observations/<int:pk>/", views_awards.observation, name="observation"),
    path("calls/<slug:code>/vouchers/", views_awards.voucher_list, name="vouchers"),
    path("calls/<slug:code>/vouchers/lapse/", views_awards.lapse_offers, name="lapse_offers"),
    path("vouchers/<str:ref>/", views_awards.voucher_page, name="voucher"),
    path("vouchers/<str:ref>/credits/<int:number>/", views_awards.credit_come, name="credit_come"),
    path("vouchers/<str:ref>/extend/", views_awards.voucher_extend, name="voucher_extend"),
    path("statements/", views_payouts.statement_list, name="statements"),
    path("statements/draw/", views_payouts.statements_draw, name="statements_draw"),
    path("statements/<str:number>/", views_payouts.statement_page, name="statement"),
    path("batches/", views_payouts.batch_list, name="batches"),
    path("batches/prepare/", views_payouts.batch_prepare, name="batch_prepare"),
    path("batches/<str:number>/", views_payouts.batch_page, name="batch"),
    path("batches/<str:number>/approve/", views_payouts.batch_approve, name="batch_approve"),
    path("batches/<str:number>/discard/", views_payouts.batch_discard, name="batch_discard"),
    path("batches/<str:number>/file/", views_payouts.batch_file, name="batch_file"),
    path("batches/<str:number>/answers/", views_payouts.batch_answers, name="batch_answers"),
    path("audit/", views_audit.trail_page, name="audit"),
    path("audit/chain/", views_audit.chain_page, name="chain"),
    path("audit/chain/check/", views_audit.chain_check, name="chain_check"),
]
