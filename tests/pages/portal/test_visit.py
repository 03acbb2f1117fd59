"""A visit of one's own: its page, its calendar file, moving and canceling."""

from __future__ import annotations

from icalendar import Calendar

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import (
    Visit,
)


def test_to_the_page_where_a_visit_is_moved_leads_only_its_patient(client, me, ahead, clinic):
    from django.test import Client

    assert "/account/" in Client().post(f"/me/visits/{ahead.pk}/manage/", {"do": "move"})["Location"]
    assert "/v/" in me.post(f"/me/visits/{ahead.pk}/manage/", {"do": "move"})["Location"]
    other = Visit.objects.exclude(patient=ahead.patient).first()
    assert me.post(f"/me/visits/{other.pk}/manage/", {"do": "move"}).status_code == 404


def test_what_was_booked_is_confirmed_and_on_record(me, ahead, patient):
    page = me.get(f"/me/visits/{ahead.pk}/booked/")
    assert page.status_code == 200
    assert ahead.clinician.name in page.content.decode()
    assert AuditEvent.objects.filter(patient_id=patient.pk, what=f"visit {ahead.pk}").exists()
    Visit.objects.filter(pk=ahead.pk).update(state="done")
    assert me.get(f"/me/visits/{ahead.pk}/booked/")["Location"] == f"/me/visits/{ahead.pk}/"


def test_its_calendar_file_leads_back_to_its_page(me, ahead):
    answer = me.get(f"/me/visits/{ahead.pk}/visit.ics")
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event["DTSTART"].dt == ahead.starts_at
    assert f"/me/visits/{ahead.pk}/" in answer.content.decode().replace("\r\n ", "")


def test_the_drawing_of_a_visit(me, ahead):
    assert me.get(f"/me/visits/{ahead.pk}/drawing.svg").status_code == 404  # nothing drawn yet
    me.post(f"/me/visits/{ahead.pk}/intake/where/", {"place": "left_temple", "now": "3", "worst": "5"})
    answer = me.get(f"/me/visits/{ahead.pk}/drawing.svg")
    assert answer.status_code == 404 or b"<svg" in answer.content
