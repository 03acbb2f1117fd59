"""Which act is possible in which state and for whom: the table against tests/spec/visit/states.toml, and ways on."""

import tomllib

import msgspec
import pytest

from needlepoint.base.refusal import Refused
from needlepoint.visit import Actor, State, apply
from needlepoint.visit import commands as act
from needlepoint.visit.apply import HANDLERS
from needlepoint.visit.facts import OPEN
from needlepoint.visit.states import TABLE, Effect
from tests.places import SPEC
from tests.visit.kit import DESK, DOCTOR, LEFT, PATIENT, SYSTEM, context, do, examined
from tests.visit.samples import SAMPLES, before

SPEC = tomllib.loads((SPEC / "visit" / "states.toml").read_text(encoding="utf-8"))
BY_NAME = {type(command).__name__: (command, after) for command, after in SAMPLES}
ACTORS = {
    "doctor": DOCTOR,
    "other": Actor(name="Nora Invented, NP", staff=3, profession="physician"),
    "desk": DESK,
    "patient": PATIENT,
    "system": SYSTEM,
}
ROWS = [(name, BY_NAME[name][1], *(s.value if s in OPEN else "-" for s in State)) for name in SPEC["stays"]]
ROWS += [tuple(row) for row in SPEC["case"]]
TERMINAL = {State.DONE, State.CANCELED, State.NO_SHOW}


def reached(command, after, state, actor=DOCTOR):
    """The state that the act leads to, or '-'."""
    visit = before(after, state)
    try:
        return apply(visit, command, context(visit, actor)).visit.state.value
    except Refused:
        return "-"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} after {row[1]}")
def test_each_act_leads_where_the_table_of_the_specification_says(row):
    name, after, *expected = row
    command = BY_NAME[name][0]
    assert [reached(command, after, state) for state in State] == expected


def test_every_act_has_a_handler_a_row_and_a_case():
    acts = set(act.Command.__subclasses__())
    named = {cls.__name__ for cls in acts}
    assert {cls.__name__ for cls in HANDLERS} == named == set(act.__all__) - {"Command"}
    assert {row.command for row in TABLE} == acts
    assert {row[0] for row in ROWS} | {"Undo"} == named
    assert set(BY_NAME) | {"Undo"} == named


def test_no_state_has_two_rows_for_one_act():
    pairs = [(row.command, state) for row in TABLE for state in row.from_]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("row", SPEC["who"], ids=lambda row: f"{row[0]} {row[1]}")
def test_who_may_do_it(row):
    name, state, allowed = row
    command, after = BY_NAME[name]
    may = [who for who, actor in ACTORS.items() if reached(command, after, State(state), actor) != "-"]
    assert may == allowed


def _next(state):
    return {
        State(found)
        for command, after in (*SAMPLES, (act.Complete(), "one site"))
        if (found := reached(command, after, state)) != "-"
    } - {state}


def _reachable(state):
    found, todo = set(), [state]
    while todo:
        new = _next(todo.pop()) - found
        found |= new
        todo += new
    return found


@pytest.mark.parametrize("state", sorted(OPEN, key=lambda state: state.value))
def test_an_open_visit_can_always_be_signed_canceled_or_missed(state):
    assert _reachable(state) >= {State.DONE, State.CANCELED, State.NO_SHOW}


@pytest.mark.parametrize("state", [State.CANCELED, State.NO_SHOW])
def test_a_visit_that_did_not_take_place_can_take_place_after_all(state):
    assert State.BOOKED in _next(state)


def test_a_signed_visit_stays_signed():
    assert _reachable(State.DONE) == set()
    signed = before("one site", State.DONE)
    with pytest.raises(Refused, match="amended, not changed"):
        apply(signed, act.WriteOwnWords(text="x"), context(signed))


@pytest.mark.parametrize("state", sorted(OPEN, key=lambda state: state.value))
def test_a_treated_visit_can_only_be_signed_until_what_was_given_is_withdrawn(state):
    """What was given never stands in a visit that did not take place."""
    visit, seen = before("one site", state), set()
    todo = [visit]
    while todo:
        one = todo.pop()
        for command, _ in SAMPLES:
            if isinstance(command, act.WithdrawInjection):
                continue
            try:
                after = apply(one, command, context(one)).visit
            except Refused:
                continue
            if after.state not in seen:
                seen.add(after.state)
                todo.append(after)
    assert State.CANCELED not in seen
    assert State.NO_SHOW not in seen


def test_a_reinstated_visit_starts_before_the_door():
    visit = do(examined(state=State.BOOKED), act.AssignRoom(room="2"), act.Cancel(because="a cold"))
    again = do(visit, act.Reinstate())
    assert (again.state, again.room, again.arrived_at) == (State.BOOKED, "", None)
    assert again.facts.canceled_because == ""
    assert again.moved == visit.moved + 1


def effects(visit, command, **more):
    return set(apply(visit, command, context(visit, **more)).effects)


def test_a_visit_that_leaves_the_day_frees_its_slot_recalls_its_messages_and_offers_the_time():
    leaves = {Effect.RELEASE_SLOT, Effect.RECALL_MESSAGES, Effect.DROP_ESTIMATE, Effect.OFFER_WAITLIST}
    visit = before("nothing", State.BOOKED)
    assert effects(visit, act.Cancel()) == leaves | {Effect.TELL_CANCELED}
    assert effects(visit, act.NoShow()) == leaves


def test_a_visit_that_comes_back_takes_its_slot_again():
    missed = before("nothing", State.NO_SHOW)
    assert effects(missed, act.CheckIn()) == {Effect.TAKE_SLOT}
    assert Effect.TAKE_SLOT in effects(missed, act.Reinstate())
    assert effects(before("nothing", State.BOOKED), act.CheckIn()) == set()


def test_signing_a_treated_visit_asks_how_it_went_and_one_without_a_needle_does_not():
    treated = do(examined(LEFT), act.RecordInjection(spot=LEFT))
    assert effects(treated, act.Sign()) == {
        Effect.FREEZE_NOTE, Effect.SCHEDULE_CHECK_INS, Effect.SEND_AFTERCARE
    }  # fmt: skip
    talked = do(examined(), act.EndWithoutNeedle(kind="referral", words="To the emergency room."))
    assert effects(talked, act.Sign()) == {Effect.FREEZE_NOTE}


def test_a_note_that_lacks_something_is_not_signed():
    visit = do(examined(LEFT), act.RecordInjection(spot=LEFT))
    with pytest.raises(Refused, match="Consent is missing"):
        apply(visit, act.Sign(), context(visit, missing=("Consent is missing.",)))


def test_taking_back_a_vial_or_its_removal_moves_the_stock_again():
    visit = before("nothing", State.IN_ROOM)
    opened = do(visit, BY_NAME["OpenVial"][0])
    assert effects(opened, act.Undo(previous=visit)) == {Effect.RETURN_VIAL}
    removed = do(opened, act.RemoveVial(lot_id=1))
    assert effects(removed, act.Undo(previous=opened)) == {Effect.USE_VIAL}
    assert effects(opened, act.Undo(previous=msgspec.structs.replace(opened, room="3"))) == set()


def test_undo_changes_no_schedule():
    visit = before("nothing", State.BOOKED)
    moved = do(visit, BY_NAME["Reschedule"][0])
    with pytest.raises(Refused, match="reschedule"):
        do(moved, act.Undo(previous=visit))
    missed = do(visit, act.NoShow())
    with pytest.raises(Refused):
        do(do(missed, act.Reinstate()), act.Undo(previous=missed))
