"""The tablet in the patient's hands: the intake of one visit ahead, and nothing else."""

from __future__ import annotations

import datetime
import re

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import (
    AccessGrant,
    Intake,
    OneTimeCode,
    Patient,
    Visit,
)
from tests.kit.portal import enter


def test_the_tablet_gets_an_address_and_a_code(signed_in_apart, ahead, client):
    page = signed_in_apart.post(f"/visits/{ahead.pk}/hand/").content.decode()
    token = re.search(r"/go/([\w-]+)/", page).group(1)
    code = re.search(r">\s*(\d{6})\s*<", page).group(1)
    answer = client.post(f"/go/{token}/", {"code": code})
    assert answer["Location"] == f"/me/visits/{ahead.pk}/intake/"
    # The tablet forgets the patient when it is handed back.
    assert "give the tablet back" in client.get(f"/me/visits/{ahead.pk}/intake/done/").content.decode()
    assert client.get(f"/me/visits/{ahead.pk}/").status_code == 302


def lent(staff_client, visit, client):
    """The tablet in the hands of a patient."""
    page = staff_client.post(f"/visits/{visit.pk}/hand/").content.decode()
    token, code = re.search(r"/go/([\w-]+)/", page).group(1), re.search(r">\s*(\d{6})\s*<", page).group(1)
    return client.post(f"/go/{token}/", {"code": code})


def test_a_lent_tablet_shows_nobody_who_held_it_before(client, patient, ahead, signed_in_apart):
    enter(client, Patient.objects.exclude(pk=patient.pk).first())
    lent(signed_in_apart, ahead, client)
    assert list(client.session["proved_patients"]) == [str(patient.pk)]


def test_a_lent_tablet_forgets_the_staff_who_were_signed_in_on_it(signed_in_apart, ahead):
    lent(signed_in_apart, ahead, signed_in_apart)
    assert signed_in_apart.get("/today/").status_code == 302
    assert signed_in_apart.get(f"/me/visits/{ahead.pk}/intake/where/").status_code == 200


def test_a_lent_tablet_opens_the_intake_of_one_visit_and_nothing_else(
    client, patient, ahead, signed_in_apart
):
    """Every address under /me/, by its route: what has no business on the tablet is not there."""
    assert lent(signed_in_apart, ahead, client).status_code == 302
    past = Visit.objects.filter(patient=patient, state="done").first()
    routes = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    names = {name for name in routes if name == "me" or name.startswith(("me-", "intake"))}
    assert len(names) > 20
    for name in sorted(names):
        for visit in (ahead, past):
            given = {"visit_id": visit.pk, "name": "where", "kind": "medicines", "service_id": 1}
            wanted = {key: given[key] for key in route_fields(name)}
            address = reverse(name, kwargs=wanted)
            for method in (client.get, client.post):
                if name == "me-leave":
                    continue
                status = method(address).status_code
                if name.startswith("intake") and visit == ahead:
                    assert status in (200, 204, 302, 405, 422), (address, status)
                else:
                    assert status in (403, 404, 405), (address, status)
    assert not AccessGrant.objects.filter(patient=patient).exists()


def route_fields(name):
    return get_resolver().reverse_dict.getlist(name)[0][0][0][1]


@pytest.mark.parametrize(("state", "days"), [("done", -30), ("in_room", 0), ("to_sign", 0), ("booked", -1)])
def test_no_tablet_is_handed_over_for_a_visit_that_is_not_ahead(signed_in_apart, ahead, state, days):
    Visit.objects.filter(pk=ahead.pk).update(
        state=state, starts_at=timezone.now() + datetime.timedelta(days=days)
    )
    assert signed_in_apart.post(f"/visits/{ahead.pk}/hand/").status_code == 422
    assert not OneTimeCode.objects.filter(channel="desk").exists()


def test_no_tablet_is_handed_over_for_questions_that_are_answered(signed_in_apart, ahead):
    Intake.objects.create(visit=ahead, handed_in_at=timezone.now())
    assert signed_in_apart.post(f"/visits/{ahead.pk}/hand/").status_code == 422


def test_a_lent_tablet_shows_nothing_once_the_visit_has_begun(client, ahead, signed_in_apart):
    lent(signed_in_apart, ahead, client)
    Visit.objects.filter(pk=ahead.pk).update(state="in_room")
    assert client.get(f"/me/visits/{ahead.pk}/intake/where/").status_code == 404


def test_the_log_says_that_staff_handed_the_tablet_over(client, patient, ahead, signed_in_apart, doctor):
    before = AuditEvent.objects.count()
    lent(signed_in_apart, ahead, client)
    client.get(f"/me/visits/{ahead.pk}/intake/where/")
    client.post(f"/me/visits/{ahead.pk}/intake/where/", {"marks": "[]", "now": "3"})
    rows = list(AuditEvent.objects.order_by("pk")[before:])
    after = [row for row in rows if row.who == "tablet"]
    assert {row.action for row in after} == {"sign-in", "read", "write"}
    assert {row.staff_id for row in after} == {doctor.pk}
    assert not [row for row in rows if row.who == "patient"]
