"""A lot that was received in error is withdrawn with a reason, unless a vial of it was opened."""

import pytest

from needlepoint.records.models import Lot
from needlepoint.records.settings.stock import usable, vial_of
from needlepoint.records.visit.act import act
from tests.pages.kit import Action, of_roles, says

ACT = Action("stock-withdraw", {"why": "ordered for another practice"})


@pytest.fixture
def lot(clinic):
    return Lot.objects.get(number="LX100")


def test_it_leaves_the_inventory_and_stays_in_the_history(signed_in, visit, lot):
    assert ACT.post(signed_in, lot.pk).status_code == 302
    assert lot not in usable(lot.practice_id, "lidocaine", visit.day)
    assert lot.changes.get().why == ACT.sent["why"]
    says(ACT.post(signed_in, lot.pk), "out of use")


def test_a_reason_is_needed(signed_in, lot):
    says(ACT.post(signed_in, lot.pk, why="no"), "State the reason")
    says(ACT.post(signed_in, lot.pk, why=""), "required")
    assert Lot.objects.get(pk=lot.pk).withdrawn_at is None


def test_a_lot_that_a_patient_was_given_is_not_withdrawn(signed_in, doctor, visit, lot):
    act(doctor, visit.pk, vial_of(doctor, lot.pk))
    says(ACT.post(signed_in, lot.pk), "A vial of this lot was opened.")


@pytest.mark.parametrize("role", ["front_desk", "biller"])
def test_another_role_is_refused(signed_in, doctor, lot, role):
    of_roles(doctor, role)
    assert ACT.post(signed_in, lot.pk).status_code == 403


def test_a_lot_of_another_practice_is_not_found(signed_in, lot, elsewhere):
    Lot.objects.filter(pk=lot.pk).update(practice=elsewhere.practice)
    assert ACT.post(signed_in, lot.pk).status_code == 404


def test_a_get_is_refused(signed_in, lot):
    assert signed_in.get(ACT.url(lot.pk)).status_code == 405
