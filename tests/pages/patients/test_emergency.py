"""Staff whose role shows no charts open the facts of an emergency, with a reason, and everybody learns of it."""

from __future__ import annotations

import pytest
from django.test import Client

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import PatientListItem, Task

REASON = "Collapsed in the waiting area, ambulance asks"


@pytest.fixture
def desk(clinic):
    client = Client()
    client.force_login(clinic.staff.get(user__username="desk").user)
    return client


@pytest.fixture
def allergic(patient):
    PatientListItem.objects.create(
        patient=patient, kind="allergy", text="lidocaine-made-up", reaction="hives"
    )
    PatientListItem.objects.create(patient=patient, kind="medicine", text="warfarin-made-up")
    return patient


def test_with_a_reason_the_facts_are_shown_and_the_practice_and_the_patient_learn_of_it(
    desk, me, allergic, signed_in
):
    path = f"/patients/{allergic.pk}/emergency/"
    assert "lidocaine-made-up" not in desk.get(path).content.decode()
    page = desk.post(path, {"reason": REASON})
    assert page.status_code == 200
    said = page.content.decode()
    assert "lidocaine-made-up" in said
    assert "warfarin-made-up" in said
    row = AuditEvent.objects.get(action="emergency")
    assert (row.patient_id, row.role) == (allergic.pk, "front_desk")
    assert REASON in row.what
    task = Task.objects.get(patient=allergic, urgent=True, title__startswith="Emergency access by")
    assert REASON in task.title
    assert "Emergency access" in signed_in.get(f"/patients/{allergic.pk}/access/").content.decode()
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("reason", ["", "   ", "x", "short", "y" * 500])
def test_without_a_reason_nothing_is_shown_and_nothing_alerts(desk, allergic, reason):
    page = desk.post(f"/patients/{allergic.pk}/emergency/", {"reason": reason})
    assert page.status_code == 422
    assert "lidocaine-made-up" not in page.content.decode()
    assert not AuditEvent.objects.filter(action="emergency").exists()
    assert not Task.objects.filter(title__startswith="Emergency").exists()


def test_it_ends_at_the_practice(desk, elsewhere, client, allergic):
    assert desk.post(f"/patients/{elsewhere.patient_id}/emergency/", {"reason": REASON}).status_code == 404
    assert client.post(f"/patients/{allergic.pk}/emergency/", {"reason": REASON}).status_code == 302


def test_the_link_stands_where_no_chart_is_shown(desk, signed_in, allergic):
    assert "/emergency/" in desk.get(f"/patients/{allergic.pk}/").content.decode()
    assert "/emergency/" not in signed_in.get(f"/patients/{allergic.pk}/").content.decode()
