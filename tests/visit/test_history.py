"""What an act changed is known part by part; undo gives the exact earlier value; apply never touches its input."""

import copy

import msgspec
import pytest

from needlepoint.base.refusal import Refused
from needlepoint.visit import State, apply
from needlepoint.visit import commands as act
from needlepoint.visit.facts import OPEN
from needlepoint.visit.history import ChangedValue, difference, put_back
from tests.visit.kit import CALF, LEFT, RIGHT, context, do, examined
from tests.visit.samples import SAMPLES, before

POSSIBLE = [(command, before(after, state)) for command, after in SAMPLES for state in State]


def tried(command, visit):
    try:
        return apply(visit, command, context(visit)).visit
    except Refused:
        return None


def ids(pair):
    return f"{type(pair[0]).__name__} {pair[1].state.value}"


@pytest.mark.parametrize("pair", POSSIBLE, ids=ids)
def test_the_parts_of_every_act_survive_storage_and_give_the_earlier_value_back(pair):
    command, visit = pair
    kept = copy.deepcopy(visit)
    after = tried(command, visit)
    assert visit == kept  # apply never changes its input
    if after is None:
        return
    stored = msgspec.json.decode(msgspec.json.encode(difference(visit, after)), type=tuple[ChangedValue, ...])
    assert put_back(after, stored) == visit
    assert difference(visit, visit) == ()


@pytest.mark.parametrize("pair", [pair for pair in POSSIBLE if pair[1].state in OPEN], ids=ids)
def test_undo_gives_the_earlier_value_or_says_which_act_to_use(pair):
    command, visit = pair
    after = tried(command, visit)
    if after is None:
        return
    back = put_back(after, difference(visit, after))
    if isinstance(command, (act.Sign, act.Cancel, act.NoShow, act.Reschedule)):
        with pytest.raises(Refused):
            do(after, act.Undo(previous=back))
    else:
        assert do(after, act.Undo(previous=back)) == visit


@pytest.mark.parametrize("gone", [LEFT, CALF, RIGHT])
def test_a_removed_site_comes_back_where_it_stood(gone):
    visit = examined(LEFT, CALF, RIGHT)
    after = do(visit, act.RemoveSite(spot=gone))
    assert put_back(after, difference(visit, after)) == visit


def test_taking_back_an_older_change_keeps_the_newer_ones():
    visit = examined()
    first = do(visit, act.WriteOwnWords(text="Rest."))
    both = do(first, act.RecordSigns(spot=RIGHT, signs={"twitch": True}))
    assert put_back(both, difference(visit, first)) == do(
        visit, act.RecordSigns(spot=RIGHT, signs={"twitch": True})
    )


def test_a_withdrawal_keeps_what_was_recorded_with_its_reason():
    given = do(examined(), act.RecordInjection(spot=LEFT))
    visit = do(given, act.WithdrawInjection(spot=LEFT, why="the wrong leg"))
    (taken,) = visit.site(LEFT).withdrawn
    assert visit.site(LEFT).given is None
    assert taken.given == given.site(LEFT).given
    assert (taken.why, taken.by) == ("the wrong leg", "Dr. Ada Made-Up")
    for words in ("", "   "):
        with pytest.raises(Refused, match="reason"):
            do(given, act.WithdrawInjection(spot=LEFT, why=words))
    with pytest.raises(Refused):
        do(visit, act.RemoveSite(spot=LEFT))


def test_a_site_may_be_treated_again_after_a_withdrawal_and_both_stay():
    visit = do(
        examined(),
        act.RecordInjection(spot=LEFT),
        act.WithdrawInjection(spot=LEFT, why="needle came out"),
        act.RecordInjection(spot=LEFT),
    )
    assert visit.site(LEFT).given is not None
    assert len(visit.site(LEFT).withdrawn) == 1
    with pytest.raises(Refused, match="already recorded"):
        do(visit, act.RecordInjection(spot=LEFT))
