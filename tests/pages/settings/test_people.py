"""Staff, licenses and locations."""

import pytest

from tests.pages.kit import Action, of_roles, says

ACT = Action(
    "settings-people",
    {
        "do": "license",
        "state": "NY",
        "number": "N1",
        "expires_on": "2029-01-01",
        "credentials": "dry_needling",
    },
)


def test_it_works(signed_in, doctor):
    assert ACT.post(signed_in, staff=doctor.pk).status_code == 302
    assert doctor.licenses.get(number="N1").credentials == ("dry_needling",)


def test_you_do_not_shut_yourself_out(signed_in, doctor):
    said = "You cannot do this for yourself."
    says(ACT.post(signed_in, do="out", staff=doctor.pk), said)
    says(ACT.post(signed_in, do="password", staff=doctor.pk, password="walnut harbor quilt violin"), said)


def test_a_taken_username_and_a_weak_password_are_said_at_their_fields(signed_in, clinic):
    sent = {
        "do": "add",
        "name": "B",
        "roles": ["biller"],
        "username": "nora",
        "password": "walnut harbor quilt",
    }
    says(ACT.post(signed_in, **sent), "This user name is taken. Choose another one.")
    says(ACT.post(signed_in, **sent | {"username": "b", "password": "short"}), "Use at least 15 characters.")
    says(ACT.post(signed_in, **sent | {"username": "b", "npi": "1234567890"}), "check digit")


def test_another_role_is_refused(signed_in, doctor, clinic):
    of_roles(doctor, "clinician")
    assert ACT.post(signed_in).status_code == 403


def test_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.post(signed_in, staff=elsewhere.clinician_id).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"staff": "x"}, "Choose one of the options"),
        ({"staff": "1", "state": "ZZ"}, "Choose one of the options"),
        ({"staff": "1", "expires_on": "soon"}, "Enter a day such as"),
        ({"do": "place", "name": "Annex", "locality": "xx"}, "The fee schedule has these localities"),
        ({"do": "place", "name": "Annex", "place": "xx"}, "Enter the two digits of the place of service."),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, clinic, sent, said):
    says(ACT.post(signed_in, **sent), said)


def test_a_get_is_refused(signed_in, clinic):
    assert signed_in.get(ACT.url()).status_code == 405


@pytest.mark.parametrize("day", ["", "soon", "2026-02-30", "9999-12-31", "31/12/2027"])
def test_a_license_with_a_day_that_is_none_is_refused(signed_in, doctor, day):
    before = doctor.licenses.count()
    sent = {"do": "license", "staff": doctor.pk, "state": "NY", "number": "1", "expires_on": day}
    assert signed_in.post("/settings/people/", sent).status_code == 422
    assert doctor.licenses.count() == before


def test_settings_name_roles_in_words(signed_in):
    page = signed_in.get("/settings/").content.decode().partition("<main")[2]
    assert "· front_desk" not in page


@pytest.mark.parametrize("day", ["", "soon", "2026-02-30", "9999-12-31", "0001-01-01"])
def test_a_license_with_a_bad_day_is_refused(signed_in, doctor, day):
    sent = {"do": "license", "staff": doctor.pk, "state": "NY", "number": "1", "expires_on": day}
    before = list(doctor.licenses.values())
    assert signed_in.post("/settings/people/", sent).status_code == 422
    assert list(doctor.licenses.values()) == before
