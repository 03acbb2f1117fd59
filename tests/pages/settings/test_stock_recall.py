"""A lot is recalled: it is offered no more."""

import pytest

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Lot
from needlepoint.records.settings.stock import usable
from tests.pages.kit import Action, of_roles

ACT = Action("stock-recall")


@pytest.fixture
def lot(clinic):
    return Lot.objects.get(number="LX100")


def test_it_works_and_is_on_record(signed_in, doctor, visit, lot):
    assert lot in usable(lot.practice_id, "lidocaine", visit.day)
    assert ACT.post(signed_in, lot.pk).status_code == 302
    assert Lot.objects.get(pk=lot.pk).recalled_at is not None
    assert AuditEvent.objects.filter(staff_id=doctor.pk, what=f"lot {lot.pk}: recalled").exists()
    assert lot not in usable(lot.practice_id, "lidocaine", visit.day)


@pytest.mark.parametrize("role", ["front_desk", "biller"])
def test_another_role_is_refused(signed_in, doctor, lot, role):
    of_roles(doctor, role)
    assert ACT.post(signed_in, lot.pk).status_code == 403
    assert Lot.objects.get(pk=lot.pk).recalled_at is None


def test_a_lot_of_another_practice_is_not_found(signed_in, lot, elsewhere):
    Lot.objects.filter(pk=lot.pk).update(practice=elsewhere.practice)
    assert ACT.post(signed_in, lot.pk).status_code == 404
    assert Lot.objects.get(pk=lot.pk).recalled_at is None


def test_a_get_is_refused(signed_in, lot):
    assert signed_in.get(ACT.url(lot.pk)).status_code == 405
