"""Lots are used only while they may be; vials are counted; a barcode is read."""

import datetime
from decimal import Decimal

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.records.models import Lot
from needlepoint.records.settings.stock import read_barcode, recall, receive, usable, vial_of
from needlepoint.records.visit.act import act, undo
from needlepoint.visit import commands


def test_only_good_lots_may_be_used(doctor, visit):
    numbers = [lot.number for lot in usable(doctor.practice_id, "lidocaine", visit.starts_at.date())]
    assert numbers == ["LX099", "LX100"]  # the one that expires first in front; the expired one not at all
    assert [lot.number for lot in usable(doctor.practice_id, "ropivacaine", visit.starts_at.date())] == [
        "RP210"
    ]


@pytest.mark.parametrize(("number", "said"), [("LX090", "expired"), ("RP200", "recalled")])
def test_an_expired_or_recalled_lot_is_refused(doctor, visit, number, said):
    with pytest.raises(Refused, match=said):
        act(doctor, visit.pk, vial_of(doctor, Lot.objects.get(number=number).pk))


def test_a_vial_is_counted_and_comes_back_when_it_was_recorded_in_error(doctor, visit):
    lot = Lot.objects.get(number="LX100")
    row = act(doctor, visit.pk, vial_of(doctor, lot.pk))
    lot.refresh_from_db()
    assert lot.vials == 39
    undo(doctor, visit.pk, row.version)
    lot.refresh_from_db()
    assert (lot.vials, lot.opened.count()) == (40, 0)
    act(doctor, visit.pk, vial_of(doctor, lot.pk))
    act(doctor, visit.pk, commands.RemoveVial(lot_id=lot.pk))
    lot.refresh_from_db()
    assert (lot.vials, lot.opened.count()) == (40, 0)
    Lot.objects.filter(pk=lot.pk).update(vials=0)
    with pytest.raises(Refused, match="used up"):
        act(doctor, visit.pk, vial_of(doctor, lot.pk))


def test_more_of_a_lot_adds_up_and_a_recall_takes_it_out(doctor):
    fields = {
        "concentration_percent": Decimal(1),
        "vial_ml": Decimal(5),
        "expires_on": datetime.date(2030, 1, 1),
    }
    receive(doctor, drug="lidocaine", number="NEW", vials=5, **fields)
    lot = receive(doctor, drug="lidocaine", number="NEW", vials=3, **fields)
    assert lot.vials == 8
    recall(doctor, lot.pk)
    assert "NEW" not in [
        row.number for row in usable(doctor.practice_id, "lidocaine", datetime.date(2026, 1, 1))
    ]


def test_a_barcode_is_read():
    found = read_barcode("0100312345678906172712311012ABC")
    assert found == {"gtin": "00312345678906", "number": "12ABC", "expires_on": datetime.date(2027, 12, 31)}


@pytest.mark.parametrize("text", ["", "hello", "01", "(01)", "1" * 400])
def test_what_is_no_barcode_is_refused(text):
    with pytest.raises(Refused):
        read_barcode(text)
