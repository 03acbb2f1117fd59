"""Who books: every invalid field is marked, and the input is kept, even when another time is chosen."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from needlepoint.records.models import (
    BookingHold,
    VisitType,
)
from needlepoint.records.schedule.times import free_slots
from tests.pages.portal.kit import fault_at, typed_in

MIA = {"given": "Mia", "family": "Invented", "birth_date": "1990-01-01", "email": "mia@example.org"}


@pytest.fixture
def path(clinic):
    service = VisitType.objects.get(technique="wet", for_new=True)
    slot = free_slots(clinic, service, timezone.now().date() + datetime.timedelta(days=21), 7)[0]
    return f"/at/example/en/visit/{service.pk}/{slot.staff_id}/{slot.at}/"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("given", "", "Please enter your first name."),
        ("family", "x" * 61, "Use at most 60 characters. There are 61."),
        ("given", "x" * 10_000, "Use at most 60 characters. There are 10000."),
        ("birth_date", "2999-01-01", "Please check the date of birth."),
        ("birth_date", "May", "Please check the date of birth."),
        ("email", "mia at home", "Please check the email address."),
        ("email", "", "Please check the email address."),
        ("phone", "12", "Please check the phone number. Include the area code."),
    ],
)
def test_each_fault_stands_at_its_field(client, path, field, value, said):
    page = client.post(path, MIA | {"reason": "stiff neck", field: value})
    assert page.status_code == 422
    assert fault_at(page, field) == said
    others = {"given", "family", "birth_date", "email", "phone"} - {field}
    assert [name for name in others if fault_at(page, name)] == []
    assert typed_in(page, "stiff neck")
    spanish = client.post(path.replace("/en/", "/es/"), MIA | {field: value})
    assert fault_at(spanish, field) not in ("", said)
    assert not BookingHold.objects.exists()


def test_a_reason_that_is_too_long_is_refused_and_stays(client, path):
    long = "My knee hurts. " * 14 + "I cannot move my leg since today."
    page = client.post(path, MIA | {"reason": long})
    assert page.status_code == 422
    assert fault_at(page, "reason") == "Use at most 200 characters. There are 243."
    assert typed_in(page, long)
    assert "maxlength" not in page.content.decode()
    assert not BookingHold.objects.exists()


def test_every_fault_at_once(client, path):
    page = client.post(path, {"given": "", "family": "", "birth_date": "", "email": ""})
    assert [name for name in MIA if not fault_at(page, name)] == []


def test_a_time_that_is_gone_loses_no_name(client, path):
    gone = client.post(path.rsplit("/", 2)[0] + "/20990101T0000/", MIA | {"reason": "stiff neck"})
    assert gone.status_code == 422
    page = client.get(path)
    assert typed_in(page, 'value="Mia"')
    assert typed_in(page, 'value="mia@example.org"')
    assert not typed_in(page, "stiff neck")  # words about health wait for nobody at this device


def test_the_field_that_no_person_sees_holds_no_time(client, path):
    assert client.post(path, MIA | {"website": "http://spam"}).status_code == 302
    assert not BookingHold.objects.exists()


def test_booking_by_a_script_is_slowed_down(client, clinic):
    service = VisitType.objects.get(technique="wet", for_new=True)
    first = timezone.now().date() + datetime.timedelta(days=14)
    slots = free_slots(clinic, service, first, 7)
    statuses = []
    for number in range(24):
        slot = slots[number * 3]
        sent = {"given": "A", "family": "B", "birth_date": "1990-01-01", "email": f"a{number}@example.org"}
        statuses.append(
            client.post(f"/at/example/en/visit/{service.pk}/{slot.staff_id}/{slot.at}/", sent).status_code
        )
    assert 429 in statuses
    assert statuses.count(302) <= 20
    trap = {
        "given": "A",
        "family": "B",
        "birth_date": "1990-01-01",
        "email": "a@example.org",
        "website": "spam",
    }
    assert client.post(
        f"/at/example/en/visit/{service.pk}/{slots[-1].staff_id}/{slots[-1].at}/", trap
    ).status_code in (302, 429)


@pytest.fixture
def service(clinic):
    return VisitType.objects.get(en="First visit with injection")


@pytest.mark.parametrize("at", ["00010101T0000", "99991231T2359", "20261301T0000", "2026", "99999999999T1"])
@pytest.mark.parametrize("path", ["", "price.pdf"])
def test_an_odd_time_in_an_address_is_not_found(client, clinic, doctor, at, path):
    service = VisitType.objects.get(technique="wet", for_new=True)
    address = f"/at/example/en/visit/{service.pk}/{doctor.pk}/{at}/{path}"
    assert client.get(address).status_code == 404
    assert client.get(f"/at/example/en/visit/{10**30}/{10**30}/20261201T1500/").status_code == 404
