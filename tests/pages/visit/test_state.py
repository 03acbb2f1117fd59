"""Where a patient is: arrived, in a room, no-show, canceled."""

import pytest
from django.utils import timezone

from needlepoint.records.models import Staff, Visit
from tests.pages.kit import Action, of_roles, says

ACT = Action("visit-state", {"act": "check_in"})


@pytest.fixture
def booked(clinic):
    """A booked visit of today."""
    row = Visit.objects.filter(state="booked").order_by("pk").first()
    row.starts_at = timezone.now()
    row.save()
    return row


def test_it_works(signed_in, booked):
    assert ACT.post(signed_in, booked.pk).status_code == 302
    booked.refresh_from_db()
    assert booked.state == "arrived"
    says(ACT.post(signed_in, booked.pk), "This is not possible while the patient is waiting.")
    says(ACT.post(signed_in, booked.pk, act="reinstate"), "This is not possible")


def test_another_role_is_refused(signed_in, doctor, booked):
    of_roles(doctor, "biller")
    assert ACT.post(signed_in, booked.pk).status_code == 403


def test_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.post(signed_in, elsewhere.pk).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"act": "teleport"}, "Choose one of the options"),
        ({"act": "room", "room": ""}, "Choose one of the rooms of this location"),
        ({"act": "cancel", "because": "   "}, "Enter a reason."),
        ({"act": "no_show", "because": "x" * 201}, "Use at most 200 characters."),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, booked, sent, said):
    says(ACT.post(signed_in, booked.pk, **sent), said)


def test_a_get_is_refused(signed_in, booked):
    assert signed_in.get(ACT.url(booked.pk)).status_code == 405


def test_a_room_holds_one_patient(client, clinic):
    client.force_login(Staff.objects.get(user__username="desk").user)
    taken = Visit.objects.filter(state="in_room").first()
    other = Visit.objects.filter(state="arrived").first()
    answer = client.post(f"/visits/{other.pk}/state/", {"act": "room", "room": taken.room})
    assert answer.status_code == 422
    other.refresh_from_db()
    assert (other.state, other.room) == ("arrived", "")
