"""The first owner of a further practice comes with the token from the console, once."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from needlepoint.base.refusal import Refused
from needlepoint.records.models import Patient, Practice, Staff
from needlepoint.records.settings.open_practice import add_practice, owner_token
from needlepoint.records.settings.public_site import set_slug
from tests.pages.patients.test_new import ACT
from tests.pages.settings.test_set_up import FIRST

OWNER = {
    name: FIRST[name]
    for name in ("name", "profession", "license_number", "license_expires", "username", "password")
}


@pytest.fixture
def opened(clinic):
    """A further practice, and the token of its first owner."""
    made = add_practice("Riverside Pain", "NJ", "America/New_York", "riverside")
    return made, owner_token(made)


def test_the_owner_sets_up_an_account_once(opened):
    made, token = opened
    client = Client()
    assert "Riverside Pain" in client.get(f"/set-up/?token={token}").content.decode()
    answer = client.post("/set-up/", OWNER | {"token": token})
    assert answer["Location"] == "/settings/first-steps/"
    staff = Staff.objects.get(practice=made)
    assert staff.roles == ("owner", "clinician")
    assert [row.state for row in staff.licenses.all()] == ["NJ"]
    assert "Riverside Pain" in client.get("/settings/").content.decode()
    assert client.get("/patients/").status_code == 200
    assert Client().get(f"/set-up/?token={token}").status_code == 403
    assert Client().post("/set-up/", OWNER | {"username": "x", "token": token}).status_code == 403
    assert Staff.objects.filter(practice=made).count() == 1


def test_a_token_ends_after_a_week(opened):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        assert Client().get(f"/set-up/?token={opened[1]}").status_code == 403


def test_what_is_wrong_is_said_at_its_field_and_the_token_stays_good(opened):
    _, token = opened
    client = Client()
    for bad in ({"password": "short"}, {"username": "wilhelmina"}, {"name": ""}):
        assert client.post("/set-up/", OWNER | {"token": token} | bad).status_code == 422
    assert client.post("/set-up/", OWNER | {"token": token}).status_code == 302


def test_a_practice_with_an_owner_gets_no_further_token(opened, clinic):
    with pytest.raises(Refused, match="owner"):
        owner_token(clinic)


def test_no_practice_takes_an_address_that_another_has_or_had(doctor, opened):
    set_slug(doctor, "elsewhere")
    with pytest.raises(Refused):
        add_practice("Third", "NY", "America/New_York", "example")  # printed on cards of the first one
    with pytest.raises(Refused):
        set_slug(doctor, "riverside")


def test_the_front_page_leads_to_each_public_site(opened):
    page = Client().get("/").content.decode()
    assert "/at/example/" in page
    assert "/at/riverside/" in page
    assert "/sign-in/" in page


def test_each_has_patients_of_its_own(opened, signed_in):
    made, token = opened
    owner = Client()
    owner.post("/set-up/", OWNER | {"token": token})
    assert ACT.post(owner, given="Unmistakable", family="Riverperson").status_code == 302
    assert Patient.objects.get(family="Riverperson").practice == made
    assert "Riverperson" in owner.get("/patients/?q=Riverperson").content.decode()
    assert "Riverperson, Unmistakable" not in signed_in.get("/patients/?q=Riverperson").content.decode()
    assert Practice.objects.count() == 2
