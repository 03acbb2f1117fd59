"""A vial weaker than the dose cannot be its source; a stronger one was diluted, and the note says so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.visit import commands as act
from needlepoint.visit import derive
from tests.visit.kit import CALF, LEFT, examined, vial
from tests.visit.kit import confirmed as do


def order(percent):
    return act.ChangeOrder(drug="lidocaine", concentration_percent=Decimal(percent))


def given(spot=LEFT):
    return act.RecordInjection(spot=spot, volume_ml=Decimal(1))


def test_a_vial_weaker_than_what_was_given_is_refused():
    visit = do(examined(), order(1), given())
    with pytest.raises(Refused, match="weaker than the 1 % on record"):
        do(visit, vial("lidocaine", "0.5", "20"))


def test_what_is_stronger_than_the_opened_vial_is_not_given():
    visit = do(examined(), order(1), vial("lidocaine", "0.5", "20"))
    with pytest.raises(Refused, match="weaker than the 1 % on record"):
        do(visit, given())
    with pytest.raises(Refused, match="weaker than the 1 % on record"):
        do(visit, act.RecordPlanned(questions_open=True))


def test_each_strength_has_its_own_vial():
    visit = do(examined(), order(1), vial("lidocaine", "1", "5"), given())
    visit = do(visit, order("0.5"), vial("lidocaine", "0.5", "20", lot=2), given(CALF))
    assert derive.diluted(visit) == ()
    assert derive.too_weak(visit) == ()


def test_a_stronger_vial_was_diluted():
    visit = do(examined(), order("0.5"), given(), vial("lidocaine", "1", "5"))
    assert derive.diluted(visit) == (derive.Strength("lidocaine", Decimal("0.5"), Decimal(1)),)


def test_a_vial_removed_later_leaves_what_it_gave_without_a_source():
    visit = do(examined(), order(1), vial("lidocaine", "1", "5"), given())
    visit = do(
        visit, order("0.5"), given(CALF), vial("lidocaine", "0.5", "20", lot=2), act.RemoveVial(lot_id=1)
    )
    assert derive.too_weak(visit) == (derive.Strength("lidocaine", Decimal(1), Decimal("0.5")),)


def test_a_written_diluent_ends_the_question_and_can_be_removed():
    visit = do(examined(), order("0.5"), given(), vial("lidocaine", "2", "5"))
    (row,) = derive.undeclared_dilutions(visit)
    assert derive.diluent_ml(visit, row) == Decimal("0.75")
    key = {"drug": "lidocaine", "concentration_percent": Decimal("0.5")}
    visit = do(visit, act.RecordDiluent(**key, what="saline", volume_ml=Decimal("0.75")))
    assert derive.undeclared_dilutions(visit) == ()
    assert derive.undeclared_dilutions(do(visit, act.RecordDiluent(**key, what=""))) == (row,)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"what": "whisky"}, "one of saline"),
        ({"volume_ml": None}, "mL of the diluent"),
        ({"volume_ml": Decimal(0)}, "0.1"),
        ({"volume_ml": Decimal(900)}, "100"),
        ({"drug": "ropivacaine"}, "Nothing of this concentration was diluted"),
    ],
)
def test_a_diluent_that_cannot_be_meant_is_refused(changes, said):
    visit = do(examined(), order("0.5"), given(), vial("lidocaine", "1", "5"))
    sent = {"drug": "lidocaine", "concentration_percent": Decimal("0.5"), "what": "saline",
            "volume_ml": Decimal(1), **changes}  # fmt: skip
    with pytest.raises(Refused, match=said):
        do(visit, act.RecordDiluent(**sent))
