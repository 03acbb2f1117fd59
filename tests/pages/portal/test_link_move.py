"""A visit is moved by the link of its mail."""

from __future__ import annotations

import pytest

from needlepoint.records.models import (
    Patient,
    Staff,
    Visit,
)
from needlepoint.records.portal.magic_links import make_link
from needlepoint.records.schedule.booking import (
    book,
)
from tests.kit.times import slots


@pytest.fixture
def patient(clinic):
    return Patient.objects.order_by("pk").first()


def test_a_move_keeps_the_clinician(client, clinic, doctor, patient, service, monday):
    visit = book(doctor, patient, service, slots(clinic, service, monday, staff_id=doctor.pk)[0])
    token = make_link("visit", patient, visit)[1]
    page = client.get(f"/v/{token}/move/").content.decode()
    assert f'value="{doctor.pk}-' in page
    nora = Staff.objects.get(name__startswith="Nora")
    assert f'value="{nora.pk}-' not in page
    free = slots(clinic, service, monday, staff_id=nora.pk)[0]
    asked = client.post(f"/v/{token}/move/?anyone", {"slot": f"{nora.pk}-{free.at}"}).content.decode()
    assert f"with {nora.name}, not with {doctor.name}" in asked


@pytest.mark.parametrize(
    "slot", ["1-00010101T0000", "1-99991231T2359", "x", "-", f"{10**30}-20261201T1500", "1-"]
)
def test_a_move_to_an_odd_time_changes_nothing(client, ahead, slot):
    token = make_link("visit", ahead.patient, ahead)[1]
    assert client.post(f"/v/{token}/move/", {"slot": slot}).status_code in (404, 422)
    assert Visit.objects.get(pk=ahead.pk).starts_at == ahead.starts_at
