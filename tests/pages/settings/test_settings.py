"""The parts of the settings page."""

import datetime

import pytest
from msgspec.structs import replace

from tests.pages.kit import Action, of_roles, says
from tests.pages.sent_back import forms_of

ACT = Action("settings", {"part": "name", "name": "Renamed", "timezone": "America/Chicago", "language": "es"})


def test_it_works(signed_in, clinic):
    assert ACT.post(signed_in).status_code == 302
    clinic.refresh_from_db()
    assert (clinic.name, clinic.timezone, clinic.language) == ("Renamed", "America/Chicago", "es")


def test_prices_are_written_as_americans_write_them(signed_in, clinic):
    assert ACT.post(signed_in, **{"part": "prices", "price-20552": "$1,175"}).status_code == 302
    clinic.refresh_from_db()
    assert [str(row.amount_usd) for row in clinic.fees.charge if row.code == "20552"][-1] == "1175.00"


def test_another_role_is_refused(signed_in, doctor, clinic):
    of_roles(doctor, "clinician")
    assert ACT.post(signed_in).status_code == 403


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"timezone": "Mars"}, "Choose one of the options"),
        ({"name": " "}, "This field is required."),
        ({"part": "prices", "price-20552": "much"}, "Enter digits only"),
        ({"part": "prices", "price-20552": "12,5"}, "Write 12.5 with a decimal point."),
        ({"part": "prices", "price-20552": "1.005"}, "whole cents"),
        ({"part": "hours", "mon-from": "9am", "mon-to": "17:00"}, "Enter a time such as"),
        ({"part": "hours", "mon-from": "09:00"}, "Enter both times"),
        ({"part": "hours", "mon-from": "17:00", "mon-to": "09:00"}, "The end must be after the beginning."),
        ({"part": "numbers", "npi": "1234567890"}, "check digit"),
        ({"part": "numbers", "tax_id": "12-34"}, "Enter the nine digits"),
        ({"part": "numbers", "taxonomy": "-5"}, "Enter the ten letters and digits"),
        ({"part": "numbers", "phone": "call me"}, "Enter a phone number with its area code"),
        ({"part": "numbers", "phone": "555-0123"}, "Enter a phone number with its area code"),
        ({"part": "numbers", "line1": "1 A St", "state": "NY", "zip": "12180"}, "Complete the address."),
        ({"part": "numbers", "zip": "abcde"}, "Enter a ZIP code of 5 or 9 digits."),
        ({"part": "formulary", "director": "Dr. New Made-Up"}, "Check this box"),
        ({"part": "formulary", "approve": "on"}, "Enter the name of the medical director."),
        ({"part": "formulary", "drugs": ["cocaine"]}, "Choose from the options"),
        ({"part": "texts", "text-name": "A", "text-text": "x" * 1001}, "Use at most 50 texts"),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, clinic, sent, said):
    says(ACT.post(signed_in, **sent), said)


def test_billing_numbers_are_kept_as_a_claim_wants_them(signed_in, clinic):
    sent = {
        "part": "numbers", "tax_id": "12-3456789", "taxonomy": "208100000x", "phone": "+1 (555) 555-0123",
        "line1": "1 A St", "city": "Troy", "state": "NY", "zip": "12180-1234",
    }  # fmt: skip
    assert ACT.post(signed_in, **sent).status_code == 302
    clinic.refresh_from_db()
    kept = clinic.billing
    assert (kept.tax_id, kept.taxonomy, kept.phone, kept.address.zip) == (
        "123456789", "208100000X", "5555550123", "121801234",
    )  # fmt: skip


def test_the_director_approves_on_purpose_and_can_withdraw(signed_in, clinic):
    named = {"part": "formulary", "director": "Dr. New Made-Up"}
    assert ACT.post(signed_in, **named, approve="on").status_code == 302
    clinic.refresh_from_db()
    day = datetime.date(2026, 1, 2)
    assert (clinic.rules.director, clinic.rules.accept) == ("Dr. New Made-Up", ["*"])
    clinic.rules = replace(clinic.rules, accepted_on=day)
    clinic.save()
    assert ACT.post(signed_in, **named, ultrasound="on").status_code == 302
    clinic.refresh_from_db()
    assert (clinic.rules.accepted_on, clinic.rules.ultrasound) == (day, True)
    assert ACT.post(signed_in, part="formulary", director="").status_code == 302
    clinic.refresh_from_db()
    assert (clinic.rules.director, clinic.rules.accepted_on, clinic.rules.accept) == (None, None, [])


def test_nothing_is_saved_while_somebody_types_and_no_state_is_preselected(signed_in, clinic):
    page = signed_in.get(ACT.url())
    assert b"hx-post" not in page.content
    states = [form["state"] for form in forms_of(page) if "state" in form]
    assert set(map(tuple, states)) <= {("",), (clinic.billing.address.state,)}
    assert [""] in states
