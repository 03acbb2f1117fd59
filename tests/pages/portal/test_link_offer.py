"""A time that became free is offered to one person: taken, or too late."""

import datetime

import pytest
from django.utils import timezone

from needlepoint.records.models import BookingHold, Visit, WaitlistEntry
from needlepoint.records.portal.magic_links import make_link
from needlepoint.records.schedule.waitlist import offer_freed, wait_for


@pytest.fixture
def waiting(clinic, patient, service):
    patient.email = "ana@example.org"
    patient.save()
    wait_for(patient, service, timezone.localdate() + datetime.timedelta(days=30))
    offer_freed(clinic)
    return WaitlistEntry.objects.get(patient=patient)


def token(waiting):
    return make_link("offer", waiting.patient, None, str(waiting.pk))[1]


def test_it_is_looked_at_and_then_taken_once(client, waiting):
    path = f"/offer/{token(waiting)}/"
    before = Visit.objects.filter(patient=waiting.patient).count()
    assert client.get(path).status_code == 200
    assert Visit.objects.filter(patient=waiting.patient).count() == before  # to look is not to take
    assert client.post(path)["Location"].startswith("/v/")
    made = Visit.objects.filter(patient=waiting.patient).latest("pk")
    assert made.starts_at == waiting.offered.starts_at
    assert client.post(path).status_code in (404, 422)
    assert Visit.objects.filter(patient=waiting.patient).count() == before + 1


def test_an_offer_that_has_ended_gives_nothing(client, waiting):
    path = f"/offer/{token(waiting)}/"
    BookingHold.objects.update(expires_at=timezone.now())
    before = Visit.objects.count()
    assert client.post(path).status_code == 422
    assert Visit.objects.count() == before


def test_a_link_that_is_none(client, clinic):
    assert client.get("/offer/nothing/").status_code == 404
