"""A location is edited, closed, and opened again; with history."""

import pytest

from needlepoint.records.models import Availability, Location, Visit
from tests.pages.kit import Action, of_roles, says, words_of

ACT = Action(
    "settings-place",
    {
        "name": "Main Street", "state": "NY", "place": "11", "phone": "", "rooms": "1, 2, Blue",
        "line1": "1 Example Street", "city": "Albany", "address_state": "NY", "zip": "12207",
    },
)  # fmt: skip


@pytest.fixture
def place(clinic):
    return Location.objects.filter(practice=clinic).earliest("pk")


@pytest.fixture
def annex(clinic):
    return Location.objects.create(practice=clinic, name="Annex", state="NY")


def test_rooms_and_address_are_edited_and_kept_in_the_history(signed_in, place):
    assert ACT.post(signed_in, place.pk).status_code == 302
    place.refresh_from_db()
    assert place.rooms == ("1", "2", "Blue")
    assert place.address.zip == "12207"
    assert "Rooms:" in words_of(signed_in.get(ACT.url(place.pk)))


def test_one_that_is_closed_is_offered_no_more_until_it_is_opened_again(signed_in, annex, patient):
    signed_in.post(ACT.url(annex.pk), {"do": "close"})
    assert "Annex" not in words_of(signed_in.get(f"/patients/{patient.pk}/"))
    signed_in.post(ACT.url(annex.pk), {"do": "open"})
    assert "Annex" in words_of(signed_in.get(f"/patients/{patient.pk}/"))
    assert words_of(signed_in.get(ACT.url(annex.pk))).count("Active:") == 2


def test_it_is_closed_only_when_nobody_is_expected_there(signed_in, annex, place, doctor, ahead):
    close = {"do": "close"}
    Visit.objects.filter(pk=ahead.pk).update(location=annex)
    says(signed_in.post(ACT.url(annex.pk), close), "Visits are scheduled at this location.")
    Visit.objects.filter(pk=ahead.pk).update(location=place)
    row = Availability.objects.create(staff=doctor, location=annex, weekday=0, begins="09:00", ends="10:00")
    says(signed_in.post(ACT.url(annex.pk), close), "Clinicians have office hours")
    row.delete()
    Location.objects.filter(pk=place.pk).update(active=False)
    says(signed_in.post(ACT.url(annex.pk), close), "A practice needs a location.")


def test_the_state_of_past_visits_does_not_change(signed_in, place, annex):
    says(ACT.post(signed_in, place.pk, state="NJ", address_state="NJ"), "under the law of its state")
    assert ACT.post(signed_in, annex.pk, name="Annex", state="NJ").status_code == 302


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "required"),
        ({"place": "xx"}, "two digits"),
        ({"zip": "12"}, "ZIP code of 5 or 9"),
        ({"rooms": "x" * 300}, "characters"),
        ({"state": "ZZ"}, "Choose one of the options"),
        ({"phone": "12"}, "area code"),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, place, sent, said):
    says(ACT.post(signed_in, place.pk, **sent), said)


def test_another_role_or_practice_is_refused(signed_in, doctor, place, elsewhere):
    assert ACT.post(signed_in, elsewhere.location_id).status_code == 404
    of_roles(doctor, "clinician")
    assert ACT.post(signed_in, place.pk).status_code == 403
