"""A lot that comes in."""

import pytest

from needlepoint.records.models import Lot
from tests.pages.kit import Action, of_roles, says

ACT = Action(
    "stock-receive",
    {
        "drug": "lidocaine",
        "concentration_percent": "1 %",
        "vial_ml": "30",
        "number": "ZZ1",
        "expires_on": "2028-01-31",
        "vials": "1,200",
    },
)


def test_it_works(signed_in, clinic):
    assert ACT.post(signed_in).status_code == 302
    lot = Lot.objects.get(number="ZZ1")
    assert (lot.vials, lot.concentration_percent, lot.practice_id) == (1200, 1, clinic.pk)


def test_another_role_is_refused(signed_in, doctor, clinic):
    of_roles(doctor, "biller")
    assert ACT.post(signed_in).status_code == 403


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"drug": "cocaine"}, "Choose one of the options"),
        ({"concentration_percent": "50"}, "to 5 %"),
        ({"vial_ml": "0"}, "from 0.1 to 1,000 mL"),
        ({"number": " "}, "This field is required."),
        ({"expires_on": "01/2028"}, "Enter a day such as"),
        ({"expires_on": "2020-01-31"}, "This lot is expired. It cannot be received."),
        ({"vials": "2.5"}, "Enter a whole number."),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, clinic, sent, said):
    says(ACT.post(signed_in, **sent), said)


def test_more_of_a_lot_with_another_label_is_refused(signed_in, clinic):
    ACT.post(signed_in)
    says(ACT.post(signed_in, expires_on="2029-12-31"), "is on record with another")
    assert Lot.objects.get(number="ZZ1").vials == 1200
    assert ACT.post(signed_in, vials="5").status_code == 302
    assert Lot.objects.get(number="ZZ1").vials == 1205


def test_a_get_is_refused(signed_in, clinic):
    assert signed_in.get(ACT.url()).status_code == 405
