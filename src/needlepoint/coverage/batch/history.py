"""The conditions on earlier sessions, for a whole practice in arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from needlepoint.coverage.batch.facts import Asks, three_values
from needlepoint.coverage.batch.table import DAY_BITS, MET, UNKNOWN, UNMET, Answers, ClaimTable, Ints, listed
from needlepoint.coverage.load import Need
from needlepoint.coverage.rules.needs import region_of

__all__ = ["ASK_HISTORY"]


def _improving(table: ClaimTable, line: str, need: Need) -> Answers:
    flag = table.flag("improving")
    early = _count(table, need) < int(getattr(need, line))
    answer = np.where(flag == UNMET, UNMET, np.where((flag == MET) | early, MET, UNKNOWN))
    return np.where(table.some, answer, MET)


def _diagnostic_once(table: ClaimTable, line: str, need: Need) -> Answers:
    reasons = [table.flag("care_failed"), table.flag("movement_limited")]
    alone = (table.flag("diagnostic") == MET) & (reasons[0] != MET) & (reasons[1] != MET)
    unsure = (reasons[0] == UNKNOWN) | (reasons[1] == UNKNOWN)
    answers: Answers = np.where(alone & table.some, np.where(unsure, UNKNOWN, UNMET), MET)
    return answers


def _routine(table: ClaimTable, line: str, need: Need) -> Answers:
    wanted = int(need.routine or 0)
    flag = table.flag("routine")
    _, known = table.number("relief_percent")
    measured = np.where(known[table.last], np.int8(1 - wanted), UNKNOWN)
    said = (flag == wanted).astype(np.int8)
    return np.where(table.some, np.where(flag == UNKNOWN, measured, said), MET)


def _last_number(field: str) -> Callable[[ClaimTable, str, Need], Answers]:
    def ask(table: ClaimTable, line: str, need: Need) -> Answers:
        values, known = table.number(field)
        least = float(getattr(need, line))
        answer = three_values(values[table.last] >= least, known[table.last])
        return np.where(table.some, answer, MET)

    return ask


def _last_flag(field: str) -> Callable[[ClaimTable, str, Need], Answers]:
    def ask(table: ClaimTable, line: str, need: Need) -> Answers:
        flag = table.flag(field)[table.last]
        wanted = int(getattr(need, line))
        answer = np.where(flag == UNKNOWN, UNKNOWN, (flag == wanted).astype(np.int8))
        return np.where(table.some, answer, MET)

    return ask


def _days_since(table: ClaimTable, line: str, need: Need) -> Answers:
    last = _last_same_place(table)
    return ((last < 0) | (table.day - last >= int(getattr(need, line)))).astype(np.int8)


def _last_same_place(table: ClaimTable) -> Ints:
    """Return the day of the last session in one of the same places (or without places); -1 for none."""
    column = table.texts["places"]
    ids: dict[str, int] = {}
    lists = [[ids.setdefault(item, len(ids)) for item in listed(text) or []] for text in column.texts]
    sizes = np.array([len(items) for items in lists], np.int64)
    flat = np.array([item for items in lists for item in items], np.int64)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    count = sizes[column.codes]
    bare = count == 0
    last = _last_before(
        (table.patient << DAY_BITS)[bare] | table.day[bare], (table.patient << DAY_BITS) | table.day
    )
    if not count.any():
        return last
    row = np.repeat(np.arange(table.rows), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    place = flat[starts[column.codes[row]] + within]
    key = ((table.patient[row] * len(ids) + place) << DAY_BITS) | table.day[row]
    np.maximum.at(last, row, _last_before(key, key))
    return last


def _last_before(keys: Ints, asked: Ints) -> Ints:
    """For each key (what << bits | day) return the latest earlier day with the same `what` among `keys`, or -1."""
    if not len(keys):
        return np.full(len(asked), -1, np.int64)
    ordered = np.sort(keys)
    at = np.searchsorted(ordered, asked) - 1
    found = ordered[np.maximum(at, 0)]
    same = (at >= 0) & ((found >> DAY_BITS) == (asked >> DAY_BITS))
    return np.where(same, found & ((1 << DAY_BITS) - 1), -1)


def _sessions(table: ClaimTable, line: str, need: Need) -> Answers:
    return (_count(table, need) <= int(getattr(need, line))).astype(np.int8)


def _count(table: ClaimTable, need: Need) -> Ints:
    """Return how many sessions are in the window, including this one."""
    if need.year_from_first:
        return _count_in_year(table)
    if need.per:
        return _count_per(table, need)
    start = table.first
    if need.within_months is not None:
        begins = _months_before(table.date, need.within_months)
        after = np.searchsorted(table.sorted, (table.patient << DAY_BITS) | begins, side="right")
        start = np.maximum(start, after)
    counted: Ints = table.until - np.minimum(start, table.until) + 1
    return counted


def _count_in_year(table: ClaimTable) -> Ints:
    """Count by years that begin with the month of their first session; sessions of one day do not count each other."""
    found = np.zeros(table.rows, np.int64)
    month = (table.date.astype("datetime64[M]") + 12).astype("datetime64[D]").astype(np.int64)
    patient, count, ends, counted_to = -1, 0, 0, 0
    waiting = 0
    for row in table.order.tolist():
        day = int(table.day[row])
        if table.patient[row] != patient:
            patient, count, waiting, ends, counted_to = int(table.patient[row]), 0, 0, day, day - 1
        if day != counted_to:
            count, waiting, counted_to = count + waiting, 0, day
        if day >= ends:
            count, ends = 0, int(month[row])
        waiting += 1
        found[row] = count + 1
    return found


def _count_per(table: ClaimTable, need: Need) -> Ints:
    """Return the most sessions of any one place or region of the row; a session without places counts for each."""
    column = table.texts["places"]
    named = [_keys_of(text, need.per or "place") for text in column.texts]
    ids = {key: number for number, key in enumerate(sorted({key for keys in named for key in keys}))}
    sizes = np.array([len(keys) for keys in named], np.int64)
    flat = np.array([ids[key] for keys in named for key in keys], np.int64)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    count = sizes[column.codes]
    bare = count == 0
    begins = table.day * 0 if need.within_months is None else _months_before(table.date, need.within_months)
    everywhere = _between(table.patient[bare], table.day[bare], table.patient, begins, table.day)
    row = np.repeat(np.arange(table.rows), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    key = table.patient[row] * max(len(ids), 1) + flat[starts[column.codes[row]] + within]
    here = _between(key, table.day[row], key, begins[row], table.day[row])
    most = np.zeros(table.rows, np.int64)
    np.maximum.at(most, row, here)
    whole = _between(table.patient, table.day, table.patient, begins, table.day)
    counted: Ints = np.where(bare, whole, most + everywhere) + 1
    return counted


def _keys_of(text: str | None, per: str) -> list[str]:
    places = listed(text) or []
    keys = places if per == "place" else [region_of(place.partition("/")[0]) for place in places]
    return list(dict.fromkeys(keys))


def _between(keys: Ints, days: Ints, asked: Ints, after: Ints, before: Ints) -> Ints:
    """For each key return how many of `keys` have a day later than `after` and earlier than `before`."""
    ordered = np.sort((keys << DAY_BITS) | days)
    low = np.searchsorted(ordered, (asked << DAY_BITS) | np.maximum(after, 0), side="right")
    high = np.searchsorted(ordered, (asked << DAY_BITS) | before, side="left")
    found: Ints = np.maximum(high - low, 0)
    return found


def _months_before(day: NDArray[np.datetime64], months: int) -> Ints:
    """Return calendar months back, clipped to the last day of the month, like dateutil."""
    month = day.astype("datetime64[M]")
    of_month = (day - month.astype("datetime64[D]")).astype(np.int64)
    back = month - np.timedelta64(months, "M")
    length = ((back + 1).astype("datetime64[D]") - back.astype("datetime64[D]")).astype(np.int64)
    found: Ints = (back.astype("datetime64[D]") + np.minimum(of_month, length - 1)).astype(np.int64)
    return found


ASK_HISTORY: dict[str, Asks] = {
    "last_relief_percent_from": _last_number("relief_percent"),
    "last_relief_weeks_from": _last_number("relief_weeks"),
    "last_function_percent_from": _last_number("function_percent"),
    "routine": _routine,
    "diagnostic_once": _diagnostic_once,
    "last_function": _last_flag("function_improved"),
    "last_same_scale": _last_flag("same_scale"),
    "days_since_same_place_from": _days_since,
    "sessions_most": _sessions,
    "improving_from_session": _improving,
}
