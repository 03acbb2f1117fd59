"""Who looked at what, for the owner and for the patient."""

from __future__ import annotations

from django.test import Client

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Patient


def test_the_owner_reads_who_looked_at_a_chart_and_so_does_the_patient(
    signed_in, me, patient, doctor, clinic
):
    other = Patient.objects.exclude(pk=patient.pk).first()
    desk = Client()
    desk.force_login(clinic.staff.get(user__username="desk").user)
    desk.get("/patients/")
    desk.get(f"/patients/{patient.pk}/")
    page = signed_in.get(f"/patients/{patient.pk}/access/").content.decode()
    assert page.count(clinic.staff.get(user__username="desk").name) >= 2
    own = me.get("/me/access/").content.decode()
    assert clinic.staff.get(user__username="desk").name in own
    assert other.family not in own
    assert "10." not in own
    whole = signed_in.get("/settings/access-log/?only=refused").content.decode()
    assert "No entries found." in whole
    assert desk.get("/settings/access-log/").status_code == 403
    assert desk.get(f"/patients/{patient.pk}/access/").status_code == 403
    assert "Tried to open" in signed_in.get("/settings/access-log/?only=refused").content.decode()
    for odd in ("?day=9999-12-31", "?before=x", "?staff=x", "?before=1"):
        assert signed_in.get(f"/settings/access-log/{odd}").status_code == 200


def test_nobody_reads_the_log_of_another_practice(signed_in, elsewhere):
    assert signed_in.get(f"/patients/{elsewhere.patient_id}/access/").status_code == 404
    AuditEvent.objects.create(
        practice_id=elsewhere.practice_id, action="read", what="x", address="203.0.113.9"
    )
    assert "203.0.113.9" not in signed_in.get("/settings/access-log/").content.decode()
