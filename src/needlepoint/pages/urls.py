"""Addresses of the pages."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.generic import RedirectView

from needlepoint.pages.views import board, chart, desk, entry, papers, patients, practice, shelf, sign

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="today"), name="home"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("sign-in/", entry.sign_in, name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("chart.json", chart.chart, name="chart"),
    path("today/", desk.today, name="today"),
    path("today/list/", desk.today_list, name="today-list"),
    path("messages/<int:message_id>/read/", desk.message_read, name="message-read"),
    path("patients/<int:patient_id>/message/", patients.say_word, name="patient-message"),
    path("tasks/", desk.new_task, name="task-new"),
    path("tasks/<int:task_id>/done/", desk.task_done, name="task-done"),
    path("visits/<int:visit_id>/state/", desk.set_state, name="visit-state"),
    path("patients/", patients.search, name="patients"),
    path("patients/new/", patients.new, name="patient-new"),
    path("patients/<int:patient_id>/", patients.show, name="patient"),
    path("patients/<int:patient_id>/trend.svg", patients.trend, name="patient-trend"),
    path("patients/<int:patient_id>/edit/", patients.edit, name="patient-edit"),
    path("patients/<int:patient_id>/list/", patients.add_line, name="patient-list"),
    path("patients/<int:patient_id>/list/<int:row_id>/void/", patients.void_line, name="patient-void"),
    path("patients/<int:patient_id>/visit/", patients.new_visit, name="visit-new"),
    path("visits/<int:visit_id>/", board.show, name="visit"),
    path("visits/<int:visit_id>/told/", board.told, name="visit-told"),
    path("visits/<int:visit_id>/find/", board.find, name="visit-find"),
    path("visits/<int:visit_id>/order/", board.order, name="visit-order"),
    path("visits/<int:visit_id>/clear/", board.clear, name="visit-clear"),
    path("visits/<int:visit_id>/done/", board.done, name="visit-done"),
    path("visits/<int:visit_id>/event/", board.event, name="visit-event"),
    path("visits/<int:visit_id>/history/", board.history, name="visit-history"),
    path("visits/<int:visit_id>/safety/", board.safety, name="visit-safety"),
    path("visits/<int:visit_id>/versions/", papers.versions, name="visit-versions"),
    path("visits/<int:visit_id>/payer/", board.payer, name="visit-payer"),
    path("visits/<int:visit_id>/drawing.svg", papers.drawing, name="visit-drawing"),
    path("visits/<int:visit_id>/after/", board.after, name="visit-after"),
    path("visits/<int:visit_id>/undo/", board.take_back, name="visit-undo"),
    path("visits/<int:visit_id>/consent/", sign.consent, name="visit-consent"),
    path("visits/<int:visit_id>/sign/", sign.sign, name="visit-sign"),
    path("visits/<int:visit_id>/amend/", sign.add, name="visit-amend"),
    path("visits/<int:visit_id>/note.pdf", papers.note_pdf, name="note-pdf"),
    path("consents/<int:consent_id>.pdf", papers.consent_pdf, name="consent-pdf"),
    path("set-up/", practice.start, name="set-up"),
    path("settings/", practice.settings, name="settings"),
    path("settings/people/", practice.people, name="settings-people"),
    path("stock/", shelf.show, name="stock"),
    path("stock/receive/", shelf.receive_lot, name="stock-receive"),
    path("stock/scan/", shelf.scan, name="stock-scan"),
    path("stock/<int:lot_id>/recall/", shelf.recall_lot, name="stock-recall"),
]
