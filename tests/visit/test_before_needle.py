"""No needle before the consent and the time-out, whatever is posted; a site added later needs its own time-out."""

from decimal import Decimal

import msgspec
import pytest

from needlepoint.base.refusal import Refused
from needlepoint.visit import State, apply
from needlepoint.visit import commands as act
from needlepoint.visit.facts import TimeOut
from tests.visit.kit import ACTIVE, CALF, LEFT, RIGHT, START, context, do, examined

NEEDLES = [act.RecordInjection(spot=LEFT), act.RecordPlanned()]


def tried(visit, command, **more):
    return apply(visit, command, context(visit, **more)).visit


@pytest.mark.parametrize("command", NEEDLES)
@pytest.mark.parametrize("state", [State.BOOKED, State.IN_ROOM, State.TO_SIGN])
def test_the_first_needle_waits_for_the_time_out_in_every_state(command, state):
    visit = examined(time_out=False, state=state)
    with pytest.raises(Refused, match=r"No time-out is recorded\. Confirm patient, side, sites"):
        tried(visit, command)
    assert tried(do(visit, act.RecordTimeOut()), command).treated


@pytest.mark.parametrize("command", NEEDLES)
@pytest.mark.parametrize("consents", [(), ("dry",)])
def test_the_first_needle_waits_for_a_consent_to_this_technique(command, consents):
    with pytest.raises(Refused, match="has not signed the consent for this technique"):
        tried(examined(), command, consents=consents)


def test_a_time_out_confirms_a_consent_and_so_comes_after_it():
    with pytest.raises(Refused, match="has not signed the consent"):
        tried(examined(time_out=False), act.RecordTimeOut(), consents=())


def test_any_consent_to_a_needle_covers_saline():
    visit = do(
        examined(),
        act.ChangeOrder(technique="saline", drug="", concentration_percent=None),
        act.RecordTimeOut(),
    )
    assert tried(visit, act.RecordPlanned(questions_open=True), consents=("wet",)).treated


def test_a_site_added_after_the_time_out_needs_its_own():
    visit = do(examined(LEFT), act.RecordInjection(spot=LEFT))
    with pytest.raises(Refused, match="already used"):
        do(visit, act.RecordTimeOut())
    visit = do(visit, act.RecordSigns(spot=RIGHT, signs=ACTIVE), act.PlanSite(spot=RIGHT, planned=True))
    with pytest.raises(Refused, match="added after the time-out"):
        do(visit, act.RecordInjection(spot=RIGHT))
    visit = do(visit, act.RecordTimeOut(), act.RecordInjection(spot=RIGHT))
    assert [one.sites for one in visit.facts.added_time_outs] == [(RIGHT,)]
    assert visit.facts.time_out.sites == (LEFT,)


def test_a_time_out_before_the_needle_is_confirmed_again_for_all_sites():
    visit = examined(LEFT)
    visit = do(visit, act.RecordSigns(spot=CALF, signs=ACTIVE), act.PlanSite(spot=CALF, planned=True))
    with pytest.raises(Refused, match="added after the time-out"):
        do(visit, act.RecordPlanned())
    visit = do(visit, act.RecordTimeOut(), act.RecordPlanned())
    assert set(visit.facts.time_out.sites) == {LEFT, CALF}
    assert visit.facts.added_time_outs == ()


@pytest.mark.parametrize(
    "order",
    [
        {"technique": "wet", "drug": "ropivacaine", "concentration_percent": Decimal("0.2")},
        {"technique": "wet", "drug": "lidocaine", "concentration_percent": Decimal("0.5")},
        {"technique": "dry", "drug": "", "concentration_percent": None},
    ],
)
def test_a_change_of_drug_strength_or_technique_after_the_time_out_asks_for_it_again(order):
    before = do(examined(LEFT), act.ChangeOrder(**order))
    with pytest.raises(Refused, match="changed after the time-out"):
        tried(before, act.RecordPlanned(questions_open=True))
    again = do(before, act.RecordTimeOut())
    assert (again.facts.time_out.technique, again.facts.time_out.drug) == (order["technique"], order["drug"])
    assert tried(again, act.RecordPlanned(questions_open=True)).treated


def test_a_change_between_two_needles_asks_again_for_the_open_sites_only():
    visit = do(examined(LEFT, CALF), act.RecordInjection(spot=LEFT))
    ropivacaine = act.ChangeOrder(technique="wet", drug="ropivacaine", concentration_percent=Decimal("0.2"))
    visit = do(visit, ropivacaine)
    with pytest.raises(Refused, match="changed after the time-out"):
        tried(visit, act.RecordInjection(spot=CALF, questions_open=True))
    visit = do(visit, act.RecordTimeOut())
    (added,) = visit.facts.added_time_outs
    assert (added.sites, added.drug) == ((CALF,), "ropivacaine")
    assert tried(visit, act.RecordInjection(spot=CALF, questions_open=True)).site(CALF).given


def test_drafts_of_an_older_version_can_be_finished():
    old = TimeOut(by="Dr. Ada Made-Up", at=START)
    visit = examined(time_out=False)
    named = msgspec.structs.replace(visit, facts=msgspec.structs.replace(visit.facts, time_out=old))
    assert do(named, act.RecordPlanned()).treated
    begun = do(examined(LEFT, CALF), act.RecordInjection(spot=LEFT))
    without = msgspec.structs.replace(begun, facts=msgspec.structs.replace(begun.facts, time_out=None))
    assert len(do(without, act.RecordInjection(spot=CALF)).treated) == 2


def test_a_time_out_needs_a_plan():
    nothing = msgspec.structs.replace(examined(time_out=False), sites=())
    with pytest.raises(Refused, match="no plan yet"):
        apply(nothing, act.RecordTimeOut(), context(nothing, minutes=1))
