"""A lot that was received wrongly is corrected, with the reason and its history."""

import datetime

import pytest

from needlepoint.records.models import Lot
from tests.pages.kit import Action, of_roles, says, words_of

WHY = "misread from the label"
ACT = Action("stock-correct", {"number": "LX1OO", "expires_on": "2031-05-31", "vials": "7", "why": WHY})


@pytest.fixture
def lot(clinic):
    return Lot.objects.get(number="LX100")


def test_number_expiry_and_count_are_corrected_and_the_history_says_so(signed_in, doctor, lot):
    before = f"LX100 · {lot.expires_on.isoformat()} · {lot.vials}"
    assert ACT.post(signed_in, lot.pk).status_code == 302
    lot.refresh_from_db()
    assert (lot.number, lot.expires_on, lot.vials) == ("LX1OO", datetime.date(2031, 5, 31), 7)
    row = lot.changes.get()
    assert (row.what, row.by, row.why, row.before) == ("corrected", doctor, WHY, before)
    assert WHY in words_of(signed_in.get(f"/stock/{lot.pk}/"))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"why": "x"}, "State the reason"),
        ({"number": "B77"}, "already in the inventory"),
        ({"vials": "-1"}, "from 0 to 10,000 vials"),
        ({"number": ""}, "required"),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(signed_in, lot, sent, said):
    Lot.objects.create(
        practice=lot.practice, drug=lot.drug, number="B77", vials=1, concentration_percent=1, vial_ml=5,
        expires_on=lot.expires_on,
    )  # fmt: skip
    says(ACT.post(signed_in, lot.pk, **sent), said)
    assert Lot.objects.get(pk=lot.pk).number == "LX100"
    assert not lot.changes.exists()


@pytest.mark.parametrize("role", ["front_desk", "biller"])
def test_another_role_is_refused(signed_in, doctor, lot, role):
    of_roles(doctor, role)
    assert ACT.post(signed_in, lot.pk).status_code == 403


def test_a_lot_of_another_practice_is_not_found(signed_in, lot, elsewhere):
    Lot.objects.filter(pk=lot.pk).update(practice=elsewhere.practice)
    assert ACT.post(signed_in, lot.pk).status_code == 404


def test_a_get_is_refused(signed_in, lot):
    assert signed_in.get(ACT.url(lot.pk)).status_code == 405
