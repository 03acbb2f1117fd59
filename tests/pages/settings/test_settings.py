"""The parts of the settings page."""

import pytest

from tests.pages.kit import Action, of_roles, says

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
        ({"part": "formulary", "drugs": ["cocaine"]}, "Choose from the options"),
        ({"part": "texts", "text-name": "A", "text-text": "x" * 1001}, "Use at most 50 texts"),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, clinic, sent, said):
    says(ACT.post(signed_in, **sent), said)
