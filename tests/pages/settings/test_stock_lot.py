"""One lot: its history, and after a recall the visits and patients that were given it."""

import pytest

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Lot
from needlepoint.records.settings.stock import vial_of
from needlepoint.records.visit.act import act
from tests.pages.kit import Action, of_roles, words_of

ACT = Action("stock-lot")


@pytest.fixture
def lot(clinic):
    return Lot.objects.get(number="LX100")


def test_a_recalled_lot_names_the_patients_that_were_given_it(signed_in, doctor, visit, lot):
    act(doctor, visit.pk, vial_of(doctor, lot.pk))
    answer = Action("stock-recall").post(signed_in, lot.pk)
    assert answer["Location"] == ACT.url(lot.pk)
    page = words_of(signed_in.get(ACT.url(lot.pk)))
    assert visit.patient.name in page
    assert "1 patient" in page
    assert "recalled" in page.split("History of this lot")[1]
    assert AuditEvent.objects.filter(what=f"lot {lot.pk}: 1 vials given").exists()


def test_an_unused_lot_says_so(signed_in, lot):
    assert "No vial of this lot was opened." in words_of(signed_in.get(ACT.url(lot.pk)))


@pytest.mark.parametrize("role", ["front_desk", "biller"])
def test_another_role_is_refused(signed_in, doctor, lot, role):
    of_roles(doctor, role)
    assert signed_in.get(ACT.url(lot.pk)).status_code == 403


def test_a_lot_of_another_practice_is_not_found(signed_in, lot, elsewhere):
    Lot.objects.filter(pk=lot.pk).update(practice=elsewhere.practice)
    assert signed_in.get(ACT.url(lot.pk)).status_code == 404
