"""The day: who is where, who waits, what is missing."""

import pytest

from needlepoint.records.models import Staff, Visit
from tests.pages.kit import of_roles, words_of


def test_the_day_moves_on(client, clinic):
    client.force_login(Staff.objects.get(user__username="desk").user)
    booked = Visit.objects.filter(state="booked").first()
    client.post(f"/visits/{booked.pk}/state/", {"act": "check_in"})
    booked.refresh_from_db()
    assert (booked.state, booked.arrived_at is not None) == ("arrived", True)
    for odd in ("done", "sign", ""):
        assert client.post(f"/visits/{booked.pk}/state/", {"act": odd}).status_code == 422
    client.post(f"/visits/{booked.pk}/state/", {"act": "undo_check_in"})
    booked.refresh_from_db()
    assert (booked.state, booked.arrived_at) == ("booked", None)
    client.post(f"/visits/{booked.pk}/state/", {"act": "room", "room": "4"})
    booked.refresh_from_db()
    assert (booked.state, booked.room) == ("in_room", "4")
    assert client.post(f"/visits/{booked.pk}/state/", {"act": "room", "room": "99"}).status_code == 422
    client.post(f"/visits/{booked.pk}/state/", {"act": "cancel", "because": "felt better"})
    booked.refresh_from_db()
    assert (booked.state, booked.facts.canceled_because) == ("canceled", "felt better")


@pytest.mark.parametrize("path", ["/today/", "/today/list/"])
def test_the_day_is_shown_to_the_practice_s_own_people(signed_in, doctor, visit, elsewhere, path):
    said = words_of(signed_in.get(path))
    assert visit.patient.family in said
    assert "Secret" not in said
    of_roles(doctor)
    assert signed_in.get(path).status_code == 403


def test_a_day_that_is_none_is_today(signed_in, visit):
    assert visit.patient.family in words_of(signed_in.get("/today/", {"day": "2026-02-30"}))
