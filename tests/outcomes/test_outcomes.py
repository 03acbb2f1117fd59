"""When to ask, which answers must not wait, how long relief lasted."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.outcomes import PainRating, course_of, due_at, out_of_quiet, worries

NEW_YORK = ZoneInfo("America/New_York")
QUIET = (datetime.time(20), datetime.time(9))
DAY = datetime.date(2026, 10, 1)


@pytest.mark.parametrize(
    ("treated", "days", "expected"),
    [
        # local noon stays local noon, also over the end of summer time on November 1
        ("2026-10-31T16:00:00+00:00", 1, "2026-11-01T17:00:00+00:00"),
        ("2026-10-31T16:00:00+00:00", 28, "2026-11-28T17:00:00+00:00"),
        # 21:30 waits for 9:00 of the next day; 7:00 for 9:00 of the same
        ("2026-07-01T01:30:00+00:00", 1, "2026-07-02T13:00:00+00:00"),
        ("2026-07-01T11:00:00+00:00", 3, "2026-07-04T13:00:00+00:00"),
    ],
)
def test_the_hour_stays_and_the_night_is_left_alone(treated, days, expected):
    found = due_at(datetime.datetime.fromisoformat(treated), days, NEW_YORK, QUIET)
    assert found.isoformat() == expected


@given(
    st.integers(1_577_836_800, 1_893_456_000).map(lambda at: datetime.datetime.fromtimestamp(at, datetime.UTC)),
    st.times(), st.times(), st.sampled_from(["America/New_York", "Asia/Kolkata", "America/Phoenix", "UTC"]),
)  # fmt: skip
def test_nothing_is_ever_sent_in_the_quiet_hours(when, begins, ends, zone):
    begins, ends = begins.replace(microsecond=0), ends.replace(microsecond=0)
    asked = when
    found = out_of_quiet(asked, ZoneInfo(zone), (begins, ends))
    assert asked <= found <= asked + datetime.timedelta(hours=26)
    clock = found.astimezone(ZoneInfo(zone)).time()
    if begins < ends:
        assert not begins <= clock < ends
    elif begins > ends:
        assert ends <= clock < begins


@pytest.mark.parametrize(
    ("signs", "traits", "before", "now", "expected"),
    [
        (["breathless"], ["pleura"], 6, 2, ["lung"]),
        (["breathless"], [], 6, 2, ["breath"]),
        (["fever"], [], 6, 2, ["fever"]),
        (["redness", "weakness"], ["pleura"], 6, 2, ["weak", "skin"]),
        (["sore", "bruise"], ["pleura"], 6, 6, []),
        (["none"], [], 3, 7, ["much_worse"]),
        ([], [], 3, 6, ["worse"]),
        ([], [], 6, 9, ["high"]),
        ([], [], 9, 8, ["high"]),
        ([], [], None, 10, ["high"]),
        ([], [], None, 7, []),
        ([], [], None, None, []),
        (["faint"], [], 3, 9, ["faint", "much_worse"]),
    ],
)
def test_worries(signs, traits, before, now, expected):
    assert [row.id for row in worries(signs, traits, before, now)] == expected


@pytest.mark.parametrize(
    ("change", "days", "expected"),
    [
        ("same", 28, ["no_better"]),
        ("worse", 14, ["no_better"]),
        ("same", 7, []),
        ("better", 28, []),
        (None, 28, []),
    ],
)
def test_no_better_after_two_weeks(change, days, expected):
    assert [row.id for row in worries([], [], 5, 4, change, days)] == expected


def points(*pairs):
    return [PainRating(DAY + datetime.timedelta(days=days), pain) for days, pain in pairs]


@pytest.mark.parametrize(
    ("before", "answers", "expected"),
    [
        (8, [(1, 6), (7, 3), (28, 4), (56, 8)], ("substantial", 62, 56, True)),
        (8, [(1, 6), (7, 3), (28, 4)], ("substantial", 62, 28, False)),
        (6, [(1, 4)], ("moderate", 33, 1, False)),
        (6, [(1, 5), (7, 6)], ("none", 17, None, False)),
        (3, [(1, 1)], ("moderate", 67, 1, False)),  # below four points a change counts in points
        (3, [(1, 2)], ("none", 33, None, False)),
        (None, [(1, 2)], ("not_known", None, None, False)),
        (0, [(1, 2)], ("not_known", None, None, False)),
        (6, [], ("not_known", None, None, False)),
    ],
)
def test_the_course_of_pain(before, answers, expected):
    found = course_of(before, DAY, points(*answers))
    assert (found.response, found.relief_percent, found.relief_days, found.ended) == expected


@given(st.integers(0, 10), st.lists(st.tuples(st.integers(0, 100), st.integers(0, 10)), max_size=8))
def test_the_order_of_the_answers_does_not_matter(before, pairs):
    pairs = list(dict(pairs).items())
    assert course_of(before, DAY, points(*pairs)) == course_of(before, DAY, points(*reversed(pairs)))
