"""The practice's side of it: what is offered, answered and decided."""

from __future__ import annotations

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from needlepoint.records.billing.prices import give_due
from needlepoint.records.models import (
    Feedback,
    GivenEstimate,
    Location,
    OutboxMessage,
    VisitType,
)
from needlepoint.records.schedule.times import free_slots


def test_an_estimate_that_cannot_be_made_stays_on_the_desks_list(patient, ahead, clinic, signed_in_apart):
    clinic.billing = {}
    clinic.save()
    Location.objects.update(address={})
    GivenEstimate.objects.filter(visit=ahead).update(given_at=None)
    assert give_due() == 0
    assert patient.family in signed_in_apart.get("/post/").content.decode()


@pytest.mark.parametrize(
    ("sent", "check"),
    [
        ({"do": "address", "slug": "newname", "phone": "555-0142", "email": "a@b.org"}, lambda p: p.slug == "newname"),
        ({"do": "address", "slug": "", "phone": "", "email": ""}, lambda p: p.slug is None),
        ({"do": "asking", "quiet_from": "21:00", "quiet_to": "08:00", "moments": ["1d", "12w"], "notice_hours": "4",
          "days_ahead": "30", "remind_hours": "48", "offer_minutes": "60"},
         lambda p: p.outside.moments == ("1d", "12w")),
        ({"do": "service", "en": "Again", "es": "Otra vez", "minutes": "20", "technique": "wet",
          "codes": "20552, 99213"},
         lambda p: list(p.services.get(en="Again").codes) == ["20552", "99213"]),
        ({"do": "service", "en": "Later", "es": "Otra", "minutes": "20", "follow_up": "on"},
         lambda p: p.services.get(en="Later").for_new is False),
        ({"do": "withdraw", "service": "FIRST"}, lambda p: p.services.order_by("pk").first().active is False),
        ({"do": "opening", "staff": "DOCTOR", "location": "PLACE", "weekday": ["5", "6"], "begins": "09:00",
          "ends": "12:00"},
         lambda p: p.staff.first().availability.filter(weekday__gte=5).count() == 2),
        ({"do": "end-opening", "opening": "OPENING"}, lambda p: p.staff.first().availability.count() == 9),
        ({"do": "closed", "first": "2026-12-24", "last": "2026-12-26", "staff": "", "reason": "Christmas"},
         lambda p: p.time_off.get().last == datetime.date(2026, 12, 26)),
    ],
)  # fmt: skip
def test_every_part_of_the_practices_settings(signed_in_apart, clinic, doctor, sent, check):
    names = {
        "FIRST": VisitType.objects.order_by("pk").first().pk, "DOCTOR": doctor.pk, "PLACE": Location.objects.first().pk,
        "OPENING": doctor.availability.first().pk,
    }  # fmt: skip
    sent = {
        key: str(names.get(value, value)) if isinstance(value, str) else value for key, value in sent.items()
    }
    assert signed_in_apart.post("/settings/outside/", sent).status_code == 302
    clinic.refresh_from_db()
    assert check(clinic)
    assert signed_in_apart.get("/settings/outside/").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "nothing"}, {"do": "asking", "quiet_from": "x"}, {"do": "service", "en": "", "es": "", "minutes": "30"},
        {"do": "service", "en": "A", "es": "B", "minutes": "7"},
        {"do": "service", "en": "A", "es": "B", "minutes": "30", "codes": "99999"},
        {"do": "opening", "staff": "1", "location": "1", "weekday": "1", "begins": "12:00", "ends": "09:00"},
        {"do": "closed", "first": "2026-12-24", "last": "2026-12-20"}, {"do": "withdraw", "service": "x"},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_kept(signed_in_apart, clinic, sent):
    assert signed_in_apart.post("/settings/outside/", sent).status_code in (404, 422)


def test_only_who_may_set_the_practice(clinic, client):
    from needlepoint.records.models import Staff

    client.force_login(
        Staff.objects.get(user__username="desk").user, backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get("/settings/outside/").status_code == 403
    assert client.get("/settings/words/").status_code == 403
    assert client.get("/post/").status_code == 200


def test_own_words_by_the_form(signed_in_apart, clinic, client):
    signed_in_apart.post(
        "/settings/words/?section=after&lang=es", {"title": "Luego", "text": "Descanse.", "shown": "on"}
    )
    assert "Descanse." in client.get("/at/example/es/").content.decode()
    assert (
        signed_in_apart.get("/settings/words/?section=after&lang=es").content.decode().count("Descanse.") == 1
    )
    assert signed_in_apart.get("/settings/words/?section=none").status_code == 404


def test_the_desk_books_answers_and_decides(signed_in_apart, clinic, patient, ahead):
    service = VisitType.objects.get(technique="dry", for_new=True)
    slot = free_slots(clinic, service, timezone.now().date() + datetime.timedelta(days=21), 7)[0]
    path = f"/patients/{patient.pk}/book/"
    assert signed_in_apart.get(f"{path}?service={service.pk}").status_code == 200
    sent = {"service": str(service.pk), "slot": f"{slot.staff_id}-{slot.at}", "reason": "again"}
    assert signed_in_apart.post(path, sent).status_code == 302
    assert signed_in_apart.post(path, sent).status_code == 422  # taken
    OutboxMessage.objects.filter(visit=ahead, kind="booked").update(state="doubtful")
    row = OutboxMessage.objects.get(visit=ahead, kind="booked")
    assert b"unknown" in signed_in_apart.get("/post/").content
    signed_in_apart.post("/post/", {"message": str(row.pk), "do": "again"})
    row.refresh_from_db()
    assert row.state == "queued"
    complaint = Feedback.objects.create(practice=clinic, kind="complaint", text="Too loud")
    signed_in_apart.post("/post/", {"feedback": str(complaint.pk), "answer": "Called and said sorry."})
    complaint.refresh_from_db()
    assert complaint.answered_by is not None


def test_the_migrations_say_all_that_the_models_say(clinic):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
