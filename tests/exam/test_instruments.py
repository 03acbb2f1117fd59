"""Scores, missing items, change: by each instrument's own rule."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.exam.instruments import compare, load_instruments, measure_motion, score

ROWS = {row.id: row for row in load_instruments().instrument}


def of(instrument, *answers):
    return score(instrument, [None if a is None else Decimal(str(a)) for a in answers])


@pytest.mark.parametrize(
    ("instrument", "answers", "value", "band"),
    [
        ("nprs", [7], "7", None),
        ("nprs", [0], "0", None),
        ("vas", [62], "62", None),
        ("peg", [6, 7, 8], "7.00", None),
        ("peg", [6, 7, 7], "6.67", None),
        ("peg", [6, None, 7], None, None),
        ("ndi", [2] * 10, "40.0", None),
        ("ndi", [2] * 8 + [None, None], "40.0", None),
        ("ndi", [2] * 7 + [None] * 3, None, None),
        ("odi", [1] * 10, "20.0", "minimal"),
        ("odi", [1] * 9 + [2], "22.0", "moderate"),
        ("odi", [3] * 10, "60.0", "severe"),
        ("odi", [5] * 10, "100.0", "bed-bound or exaggerating"),
        ("rmdq", [1] * 12 + [0] * 12, "12", None),
        ("rmdq", [1] * 23 + [None], None, None),
        ("hit6", [6] * 6, "36", "little"),
        ("hit6", [8, 8, 8, 8, 8, 10], "50", "moderate"),
        ("hit6", [10, 10, 10, 10, 10, 10], "60", "severe"),
        ("hit6", [13] * 6, "78", "severe"),
        ("thi", [0] * 25, "0", "slight"),
        ("thi", [4] * 25, "100", "catastrophic"),
        ("thi", [2] * 20 + [0] * 5, "40", "moderate"),
        ("thi", [2] * 24 + [None], None, None),
        ("pgic", [2], "2", "responder"),
        ("pgic", [4], "4", "the same"),
        ("promis_pf", [42], "42", None),
        ("ppt", [2, 3, 4], "3.00", None),
        ("ppt", [2, 3, None], "2.50", None),
        ("ppt", [2, None, None], None, None),
    ],
)
def test_the_score(instrument, answers, value, band):
    found = of(instrument, *answers)
    assert found.value == (None if value is None else Decimal(value))
    assert found.band_en == band
    assert bool(found.ask) == (value is None)
    assert found.citations


@pytest.mark.parametrize(
    ("instrument", "before", "now", "verdict", "response"),
    [
        ("nprs", [8], [4], "improved", "substantial"),
        ("nprs", [8], [5.5], "improved", "moderate"),
        ("nprs", [8], [7], "no_real_change", "small"),
        ("nprs", [3], [1], "improved", None),
        ("nprs", [3], [2], "no_real_change", None),
        ("nprs", [5], [7], "worse", None),
        ("peg", [7, 7, 7], [5, 5, 5], "improved", None),
        ("peg", [7, 7, 7], [6, 6, 6], "no_real_change", None),
        ("ndi", [3] * 10, [2] * 10, "improved", None),
        ("odi", [3] * 10, [3] * 9 + [2], "no_real_change", None),
        ("hit6", [13] * 6, [11] * 6, "improved", None),
        ("thi", [4] * 25, [4] * 24 + [0], "no_real_change", None),
        ("lefs", [40], [50], "improved", None),
        ("lefs", [50], [40], "worse", None),
        ("peg", [7, 7, None], [5, 5, 5], "not_known", None),
        ("pgic", [4], [2], "not_known", None),
    ],
)
def test_the_change(instrument, before, now, verdict, response):
    change = compare(of(instrument, *before), of(instrument, *now))
    assert change.verdict == verdict
    assert change.response_en == response


@pytest.mark.parametrize(
    ("instrument", "answers", "said"),
    [
        ("nprs", [11], "from 0 to 10"),
        ("nprs", ["NaN"], "from 0 to 10"),
        ("peg", [1, 2], "3 answers"),
        ("hit6", [7] * 6, "one of 6, 8, 10, 11, 13"),
        ("thi", [1] * 25, "one of 0, 2, 4"),
        ("pegg", [1], "'peg'"),
    ],
)
def test_answers_that_cannot_be_are_refused(instrument, answers, said):
    with pytest.raises(Refused, match=said):
        of(instrument, *answers)


def test_every_wrong_answer_is_named():
    with pytest.raises(Refused) as refusal:
        of("peg", 11, 5, -1)
    assert [fault.where for fault in refusal.value.faults] == ["answers[0]", "answers[2]"]


def test_no_item_text_of_an_instrument_that_is_not_free():
    for row in ROWS.values():
        assert row.license == "free" or not (row.item_en or row.item_es)
        assert len(row.item_en) == len(row.item_es)


@st.composite
def answered(draw):
    row = ROWS[draw(st.sampled_from(sorted(ROWS)))]
    one = (
        st.sampled_from(row.allowed) if row.allowed else st.integers(int(row.low), int(row.high)).map(Decimal)
    )
    return row, draw(st.lists(st.none() | one, min_size=row.items, max_size=row.items))


@given(answered())
def test_a_score_lies_in_its_range_and_is_known_when_enough_is(given_):
    row, answers = given_
    found = score(row.id, answers)
    told = [answer for answer in answers if answer is not None]
    assert (found.value is not None) == (len(told) >= row.least_answered)
    if found.value is not None:
        most = {"percent": Decimal(100), "sum": row.high * row.items}.get(row.formula, row.high)
        assert 0 <= found.value <= most


@given(answered(), st.data())
def test_a_higher_answer_never_lowers_the_score(given_, data):
    row, answers = given_
    told = [n for n, answer in enumerate(answers) if answer is not None and answer < row.high]
    found = score(row.id, answers)
    if found.value is None or not told:
        return
    place = data.draw(st.sampled_from(told))
    more = [*answers]
    more[place] = row.high
    assert score(row.id, more).value >= found.value


def test_a_range_of_motion_against_the_other_side_or_what_is_usual():
    assert measure_motion("neck_rotation", Decimal(60), Decimal(80))[0] == 75
    assert measure_motion("mouth_opening", Decimal(30))[0] == 75
    with pytest.raises(Refused, match="neck_rotation"):
        measure_motion("neck_rotatio", Decimal(60))
    with pytest.raises(Refused, match="units"):
        measure_motion("mouth_opening", Decimal(300))
