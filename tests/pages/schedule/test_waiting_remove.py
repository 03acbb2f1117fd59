"""Somebody is taken off the waitlist."""

import pytest

from needlepoint.records.models import WaitlistEntry
from needlepoint.records.schedule.waitlist import wait_for
from tests.pages.kit import Action, of_roles

ACT = Action("waiting-remove")


@pytest.fixture
def waiting(patient, service, monday):
    wait_for(patient, service, monday)
    return WaitlistEntry.objects.get(patient=patient)


def test_it_works(signed_in, waiting):
    assert ACT.post(signed_in, waiting.pk).status_code == 302
    waiting.refresh_from_db()
    assert waiting.closed_at is not None


def test_another_role_is_refused(signed_in, doctor, waiting):
    of_roles(doctor)
    assert ACT.post(signed_in, waiting.pk).status_code == 403
    waiting.refresh_from_db()
    assert waiting.closed_at is None


def test_one_that_is_not_there_is_not_found(signed_in, waiting):
    assert ACT.post(signed_in, 10**9).status_code == 404


def test_a_get_is_refused(signed_in, waiting):
    assert signed_in.get(ACT.url(waiting.pk)).status_code == 405
