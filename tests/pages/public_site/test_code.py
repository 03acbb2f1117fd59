"""The code that proves an address: typed as people type it, sent again, sent to a corrected address."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.utils import timezone

from needlepoint.records.models import BookingHold, Visit
from needlepoint.records.portal.magic_links import make_code
from tests.pages.portal.kit import fault_at, typed_in
from tests.pages.public_site.test_details import MIA, path  # noqa: F401 - a fixture

CODE = "/at/example/en/visit/code/"


@pytest.fixture
def booking_hold(client, path):  # noqa: F811
    client.post(path, MIA)
    return BookingHold.objects.get()


def test_a_code_with_a_space_is_the_code(client, booking_hold):
    code, booking_hold.code = make_code()
    booking_hold.save()
    assert client.post(CODE, {"code": f" {code[:3]} {code[3:]} "}).status_code == 302
    assert Visit.objects.filter(patient__given="Mia").exists()


def test_on_a_shared_device_the_access_ends_soon(client, booking_hold):
    code, booking_hold.code = make_code()
    booking_hold.save()
    answer = client.post(CODE, {"code": code, "shared": "on"})
    assert client.cookies["sessionid"]["max-age"] == ""  # until the browser is closed
    assert client.get(answer["Location"]).status_code == 200
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=31)):
        assert client.get("/me/")["Location"].startswith("/account/login/code/")


@pytest.mark.parametrize("odd", ["", "12345", "abcdef", "1234567"])
def test_what_is_no_code_costs_no_try(client, booking_hold, odd):
    page = client.post(CODE, {"code": odd})
    assert page.status_code == 422
    assert fault_at(page, "code").startswith("That code is wrong.")
    booking_hold.refresh_from_db()
    assert booking_hold.tries == 0


def test_an_address_that_is_none_is_marked_and_stays(client, booking_hold):
    page = client.post(CODE, {"do": "correct", "address": "mia at home"})
    assert page.status_code == 422
    assert fault_at(page, "address") == "Please check the email address."
    assert typed_in(page, "mia at home")
    assert client.post(CODE, {"do": "correct", "address": "mia2@example.org"}).status_code == 302
    assert typed_in(client.get(CODE), "mia2@example.org")
