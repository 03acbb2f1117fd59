"""What waits for the desk: messages of doubtful fate, the waitlist, estimates, feedback."""

from __future__ import annotations

import datetime

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
