"""Between the patients whom one person may see."""

import pytest

from needlepoint.records.models import Patient
from tests.kit.portal import enter


@pytest.fixture
def child(patient):
    return Patient.objects.exclude(pk=patient.pk).order_by("pk").first()


def test_it_shows_the_other_patient(client, patient, child):
    enter(enter(client, patient), child)
    for one in (patient, child):
        assert client.post("/me/switch/", {"patient": one.pk}).status_code == 302
        assert one.given in client.get("/me/").content.decode()


def test_nobody_switches_to_a_stranger(me, patient, child):
    for sent in (child.pk, "x", "", 10**30):
        me.post("/me/switch/", {"patient": sent})
        assert patient.given in me.get("/me/").content.decode()


def test_strangers_and_a_get(client, me, patient):
    assert client.__class__().post("/me/switch/", {"patient": patient.pk}).status_code == 302
    assert me.get("/me/switch/").status_code == 405
