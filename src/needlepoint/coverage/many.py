"""A whole practice's history at once: the same rules as `determine`, asked in numpy. One row is one claim.

Earlier sessions of a patient are the earlier rows of the same patient. Text columns are judged once for each text that
occurs, by the very questions that judge one claim; numbers and the history are judged in arrays.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from needlepoint.base.knowledge import Certainty
from needlepoint.base.refusal import Fault, Refused
from needlepoint.coverage.determine import Choice, choices
from needlepoint.coverage.load import Need, Policy, Rule
from needlepoint.coverage.needs import GOALS, LINES, THREE_OF_FOUR, lines_of, region_of
from needlepoint.coverage.types import Earlier, Facts, Verdict

__all__ = ["COLUMNS", "Audited", "audit", "facts_at"]

MET, UNMET, UNKNOWN = np.int8(1), np.int8(0), np.int8(-1)
VERDICTS = (Verdict.COVERED, Verdict.NOT_COVERED, Verdict.NOT_KNOWN)
COVERED, NOT_COVERED, NOT_KNOWN = range(3)
DAY_BITS = 24  # a day number fits; patients and places stand above it in one sortable key

Answers = NDArray[np.int8]
Ints = NDArray[np.int64]

LISTS = ("diagnoses", "pointed", "codes", "documented", "places", "credentials")
TEXTS = (*LISTS, "payer", "state", "county", "act", "profession")
NUMBERS = (
    "signs",
    "regions",
    "pain_weeks",
    "care_weeks",
    "relief_percent",
    "relief_weeks",
    "function_percent",
)
FLAGS = ("care_failed", "movement_limited", "diagnostic", "in_program", "other_block", "specific_cause",
         "nodule", "routine", "drug_on_claim", "state_allows", "improving", "function_improved",
         "same_scale")  # fmt: skip
NEEDED = ("claim_id", "patient_id", "on", "payer")
COLUMNS = (*NEEDED, "state", "county", "act", "profession", *LISTS, *NUMBERS, *FLAGS)


class Audited(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict for every row: `verdict` counts in VERDICTS, `because` names the rules that decided it.

    `lines` names the codes that are not covered, or not known, though their session may be: '76942 not_covered IMG-1'.
    """

    verdict: NDArray[np.int8]
    policy: list[str]
    because: list[str]
    lines: list[str]

    def verdicts(self) -> list[str]:
        """The verdicts in words."""
        words = [verdict.value for verdict in VERDICTS]
        return [words[code] for code in self.verdict.tolist()]


class _Texts:
    """A text column as numbers into the texts that occur; 0 is 'nothing'."""

    def __init__(self, column: Sequence[Any] | None, rows: int) -> None:
        self.texts: list[str | None] = [None]
        if column is None:
            self.codes = np.zeros(rows, np.int64)
            return
        seen: dict[Any, int] = {None: 0, "": 0}
        for text in column:
            if text not in seen:
                seen[text] = len(self.texts)
                self.texts.append(text)
        self.codes = np.fromiter(map(seen.__getitem__, column), np.int64, rows)


class _Table:
    """The rows as arrays, and their history: for each row its earlier rows of the same patient."""

    def __init__(self, columns: dict[str, Any], rows: int) -> None:
        self.rows = rows
        self.texts = {name: _Texts(columns.get(name), rows) for name in TEXTS}
        self._pointed()
        self.day: Ints = columns["on"].astype("datetime64[D]").astype(np.int64)
        self.date = columns["on"].astype("datetime64[D]")
        self.numbers = {name: columns.get(name) for name in NUMBERS}
        self.flags = {name: columns.get(name) for name in FLAGS}
        self.everybody: Ints = _Texts(columns["patient_id"], rows).codes
        act = self.texts["act"]
        dry = np.array([text not in (None, "injection") for text in act.texts])
        self.patient: Ints = np.zeros(0, np.int64)  # until a policy says what it counts
        self.by_act: Ints = self.everybody * 2 + dry[act.codes]

    def counts(self, act: str) -> None:
        """Counts the history as a policy on `act` does: of that act alone, or ('any') of all together."""
        patient = self.everybody if act == "any" else self.by_act
        if self.patient is not patient:
            self.patient = patient
            self._history()

    def _pointed(self) -> None:
        """The diagnoses at which the procedure points: as good as all of them where nobody said."""
        pointed, all_ = self.texts["pointed"], self.texts["diagnoses"]
        if not pointed.codes.any():
            self.texts["pointed"] = all_
            return
        either = zip(pointed.codes.tolist(), all_.codes.tolist(), strict=True)
        merged = [pointed.texts[mine] if mine else all_.texts[other] for mine, other in either]
        self.texts["pointed"] = _Texts(merged, self.rows)

    def _history(self) -> None:
        key = (self.patient << DAY_BITS) | self.day
        self.order = np.argsort(key, kind="stable")
        self.sorted = key[self.order]
        self.first = np.searchsorted(self.sorted, self.patient << DAY_BITS)  # the patient's first row
        self.until = np.searchsorted(self.sorted, key)  # rows before it are of earlier days
        self.some = self.until > self.first
        # The last session before; of several on one day the one that stands first.
        last_key = self.sorted[np.maximum(self.until - 1, 0)]
        self.last = self.order[np.searchsorted(self.sorted, last_key)]

    def number(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """A numeric column and where it is known."""
        column = self.numbers[name]
        if column is None:
            return np.zeros(self.rows), np.zeros(self.rows, np.bool_)
        known = ~np.isnan(column)
        return column, known

    def flag(self, name: str) -> Answers:
        """A yes-or-no column in three values."""
        column = self.flags[name]
        return np.full(self.rows, UNKNOWN) if column is None else column


def _three(met: NDArray[np.bool_], known: NDArray[np.bool_]) -> Answers:
    return np.where(known, met.astype(np.int8), UNKNOWN)


def _each_text(field: str, of: str = "") -> Callable[[_Table, str, Need], Answers]:
    """A line on a list of codes: asked once for each list that occurs. `of`: the column, where it is another's."""

    def ask(table: _Table, line: str, need: Need) -> Answers:
        column = table.texts[of or field]
        met = LINES[line].met(getattr(need, line), need)
        blank = Facts(on=datetime.date.min, payer="")
        listed = [_listed(text) for text in column.texts]
        answers = [met(msgspec.structs.replace(blank, **{field: items}), None) for items in listed]
        coded = np.array([UNKNOWN if answer is None else int(answer) for answer in answers], np.int8)
        return coded[column.codes]

    return ask


def _listed(text: str | None) -> list[str] | None:
    return None if text is None else [item.strip() for item in text.split(";") if item.strip()]


def _furnished_by(table: _Table, line: str, need: Need) -> Answers:
    """Who furnished it: asked once for each pair of profession and credentials that occurs."""
    met = LINES[line].met(getattr(need, line), need)
    who, held = table.texts["profession"], table.texts["credentials"]
    pair = who.codes * len(held.texts) + held.codes
    pairs, inverse = np.unique(pair, return_inverse=True)
    blank = Facts(on=datetime.date.min, payer="")
    answers = []
    for number in pairs.tolist():
        first, second = divmod(number, len(held.texts))
        facts = msgspec.structs.replace(
            blank, profession=who.texts[first], credentials=_listed(held.texts[second])
        )
        answer = met(facts, None)
        answers.append(UNKNOWN if answer is None else np.int8(answer))
    coded = np.array(answers, np.int8)
    return coded[inverse]


def _improving(table: _Table, line: str, need: Need) -> Answers:
    flag = table.flag("improving")
    early = _count(table, need) < int(getattr(need, line))
    answer = np.where(flag == UNMET, UNMET, np.where((flag == MET) | early, MET, UNKNOWN))
    return np.where(table.some, answer, MET)


def _at_least(field: str) -> Callable[[_Table, str, Need], Answers]:
    def ask(table: _Table, line: str, need: Need) -> Answers:
        values, known = table.number(field)
        return _three(values >= float(getattr(need, line)), known)

    return ask


def _regions(table: _Table, line: str, need: Need) -> Answers:
    values, known = table.number("regions")
    return _three(values <= float(getattr(need, line)), known)


def _as_wanted(field: str) -> Callable[[_Table, str, Need], Answers]:
    def ask(table: _Table, line: str, need: Need) -> Answers:
        flag = table.flag(field)
        return np.where(flag == UNKNOWN, UNKNOWN, (flag == int(getattr(need, line))).astype(np.int8))

    return ask


def _flags(any_: bool, wanted: bool) -> Callable[[_Table, str, Need], Answers]:
    def ask(table: _Table, line: str, need: Need) -> Answers:
        columns = [table.flag(name) for name in getattr(need, line)]
        hit = np.zeros(table.rows, np.bool_)
        unknown = np.zeros(table.rows, np.bool_)
        for column in columns:
            hit |= ((column == int(wanted)) == any_) & (column != UNKNOWN)
            unknown |= column == UNKNOWN
        return np.where(hit, np.int8(any_), np.where(unknown, UNKNOWN, np.int8(not any_)))

    return ask


def _nodule(table: _Table, line: str, need: Need) -> Answers:
    flag = table.flag("nodule")
    signs, known = table.number("signs")
    return np.where((flag == UNKNOWN) & known & (signs >= THREE_OF_FOUR), MET, flag)


def _state_refuses(table: _Table, line: str, need: Need) -> Answers:
    answers: Answers = (table.flag("state_allows") != UNMET).astype(np.int8)
    return answers


def _diagnostic_once(table: _Table, line: str, need: Need) -> Answers:
    reasons = [table.flag("care_failed"), table.flag("movement_limited")]
    alone = (table.flag("diagnostic") == MET) & (reasons[0] != MET) & (reasons[1] != MET)
    unsure = (reasons[0] == UNKNOWN) | (reasons[1] == UNKNOWN)
    answers: Answers = np.where(alone & table.some, np.where(unsure, UNKNOWN, UNMET), MET)
    return answers


def _routine(table: _Table, line: str, need: Need) -> Answers:
    wanted = int(need.routine or 0)
    flag = table.flag("routine")
    _, known = table.number("relief_percent")
    measured = np.where(known[table.last], np.int8(1 - wanted), UNKNOWN)
    said = (flag == wanted).astype(np.int8)
    return np.where(table.some, np.where(flag == UNKNOWN, measured, said), MET)


def _goals(table: _Table, line: str, need: Need) -> Answers:
    care, diagnostic = table.flag("care_failed"), table.flag("diagnostic")
    asked = (table.flag("movement_limited") == MET) & (care != MET) & (diagnostic != MET)
    column = table.texts["documented"]
    noted = [_listed(text) for text in column.texts]
    coded = np.array([UNKNOWN if items is None else int(GOALS in items) for items in noted], np.int8)
    note = coded[column.codes]
    unsure = (care == UNKNOWN) | (diagnostic == UNKNOWN) | (note == UNKNOWN)
    answers: Answers = np.where(~asked | (note == MET), MET, np.where(unsure, UNKNOWN, UNMET))
    return answers


def _last_number(field: str) -> Callable[[_Table, str, Need], Answers]:
    def ask(table: _Table, line: str, need: Need) -> Answers:
        values, known = table.number(field)
        least = float(getattr(need, line))
        answer = _three(values[table.last] >= least, known[table.last])
        return np.where(table.some, answer, MET)

    return ask


def _last_flag(field: str) -> Callable[[_Table, str, Need], Answers]:
    def ask(table: _Table, line: str, need: Need) -> Answers:
        flag = table.flag(field)[table.last]
        wanted = int(getattr(need, line))
        answer = np.where(flag == UNKNOWN, UNKNOWN, (flag == wanted).astype(np.int8))
        return np.where(table.some, answer, MET)

    return ask


def _days_since(table: _Table, line: str, need: Need) -> Answers:
    last = _last_same_place(table)
    return ((last < 0) | (table.day - last >= int(getattr(need, line)))).astype(np.int8)


def _last_same_place(table: _Table) -> Ints:
    """The day of the last session in one of the same places (or in places that nobody entered); -1 for none."""
    column = table.texts["places"]
    ids: dict[str, int] = {}
    lists = [[ids.setdefault(item, len(ids)) for item in _listed(text) or []] for text in column.texts]
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
    """For each asked key (what << bits | day): the latest earlier day with the same `what` among `keys`, or -1."""
    if not len(keys):
        return np.full(len(asked), -1, np.int64)
    ordered = np.sort(keys)
    at = np.searchsorted(ordered, asked) - 1
    found = ordered[np.maximum(at, 0)]
    same = (at >= 0) & ((found >> DAY_BITS) == (asked >> DAY_BITS))
    return np.where(same, found & ((1 << DAY_BITS) - 1), -1)


def _sessions(table: _Table, line: str, need: Need) -> Answers:
    return (_count(table, need) <= int(getattr(need, line))).astype(np.int8)


def _count(table: _Table, need: Need) -> Ints:
    """How many sessions lie in the window, this one counted."""
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


def _count_in_year(table: _Table) -> Ints:
    """By years that begin with the month of their first session; sessions of one day do not count each other."""
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


def _count_per(table: _Table, need: Need) -> Ints:
    """The most sessions of any one place or region of the row; a session without places counts for each."""
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
    places = _listed(text) or []
    keys = places if per == "place" else [region_of(place.partition("/")[0]) for place in places]
    return list(dict.fromkeys(keys))


def _between(keys: Ints, days: Ints, asked: Ints, after: Ints, before: Ints) -> Ints:
    """For each asked key: how many of `keys` have a day later than `after` and earlier than `before`."""
    ordered = np.sort((keys << DAY_BITS) | days)
    low = np.searchsorted(ordered, (asked << DAY_BITS) | np.maximum(after, 0), side="right")
    high = np.searchsorted(ordered, (asked << DAY_BITS) | before, side="left")
    found: Ints = np.maximum(high - low, 0)
    return found


def _months_before(day: NDArray[np.datetime64], months: int) -> Ints:
    """Calendar months back, a day that the month has not becoming its last: as dateutil counts."""
    month = day.astype("datetime64[M]")
    of_month = (day - month.astype("datetime64[D]")).astype(np.int64)
    back = month - np.timedelta64(months, "M")
    length = ((back + 1).astype("datetime64[D]") - back.astype("datetime64[D]")).astype(np.int64)
    found: Ints = (back.astype("datetime64[D]") + np.minimum(of_month, length - 1)).astype(np.int64)
    return found


ASK: dict[str, Callable[[_Table, str, Need], Answers]] = {
    "diagnosis": _each_text("diagnoses", of="pointed"),
    "diagnosis_prefix": _each_text("diagnoses", of="pointed"),
    "not_diagnosis": _each_text("diagnoses"),
    "without_codes": _each_text("codes"),
    "documented": _each_text("documented"),
    "signs_from": _at_least("signs"),
    "pain_weeks_from": _at_least("pain_weeks"),
    "care_weeks_from": _at_least("care_weeks"),
    "any": _flags(any_=True, wanted=True),
    "all": _flags(any_=False, wanted=True),
    "none": _flags(any_=False, wanted=False),
    "last_relief_percent_from": _last_number("relief_percent"),
    "last_relief_weeks_from": _last_number("relief_weeks"),
    "last_function_percent_from": _last_number("function_percent"),
    "nodule": _nodule,
    "routine": _routine,
    "diagnostic_once": _diagnostic_once,
    "goals_for_movement": _goals,
    "state_refuses": _state_refuses,
    "last_function": _last_flag("function_improved"),
    "last_same_scale": _last_flag("same_scale"),
    "days_since_same_place_from": _days_since,
    "sessions_most": _sessions,
    "regions_most": _regions,
    "drug_on_claim": _as_wanted("drug_on_claim"),
    "state_allows": _as_wanted("state_allows"),
    "furnished_by": _furnished_by,
    "improving_from_session": _improving,
}


def audit(columns: dict[str, Any], own: Sequence[Policy] = ()) -> Audited:
    """A verdict for every row of `columns`.

    Text columns are sequences of text, '' or None for nothing (lists parted by ';'), `on` is datetime64[D], numbers are
    float64 with NaN for unknown, flags int8 with -1 for unknown. Raises Refused for a column that is missing or a
    length that differs.
    """
    rows = _rows_of(columns)
    table = _Table(columns, rows)
    policies, choice, faults = _choose(table, tuple(own))
    verdict = np.full(rows, NOT_KNOWN, np.int8)
    because = np.zeros(rows, np.int64)
    words: list[str] = ["", *faults]
    lines = [""] * rows
    because[choice < 0] = -choice[choice < 0]
    named = ["", *(policy.id for policy in policies)]
    for number, policy in enumerate(policies, 1):
        here = choice == number
        if here.any():
            table.counts(policy.act)
            said, deciding = _judge(policy, table, here)
            verdict[here] = said
            masks, inverse = np.unique(deciding, return_inverse=True)
            because[here] = inverse + len(words)
            words += [_named_rules(policy, int(mask)) for mask in masks]
            _apart(policy, table, here, lines)
    no_rule = len(words)
    words.append("no rule is held")
    because[choice == 0] = no_rule
    ids = np.maximum(choice, 0).tolist()
    return Audited(
        verdict=verdict,
        policy=[named[number] for number in ids],
        because=[words[number] for number in because.tolist()],
        lines=lines,
    )


def _rows_of(columns: dict[str, Any]) -> int:
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise Refused(Fault("columns", f"none named {', '.join(missing)}", f"at least {', '.join(NEEDED)}"))
    lengths = {name: len(column) for name, column in columns.items() if column is not None}
    if len(set(lengths.values())) > 1:
        raise Refused(Fault("columns", str(lengths), "columns of one length"))
    return lengths["claim_id"]


def _choose(table: _Table, own: tuple[Policy, ...]) -> tuple[list[Policy], Ints, list[str]]:
    """For each row the number of its policy (from 1), 0 for none held, below 0 the number of a fault."""
    payer, state, act = (table.texts[name] for name in ("payer", "state", "act"))
    county = table.texts["county"]
    where = state.codes * len(county.texts) + county.codes
    places = len(state.texts) * len(county.texts)
    who = (payer.codes * places + where) * len(act.texts) + act.codes
    policies: list[Policy] = []
    faults: list[str] = []
    chosen = np.zeros(table.rows, np.int64)
    for key in np.unique(who).tolist():
        rest, act_code = divmod(key, len(act.texts))
        payer_code, place_code = divmod(rest, places)
        state_code, county_code = divmod(place_code, len(county.texts))
        here = who == key
        try:
            found = choices(
                payer.texts[payer_code] or "",
                state.texts[state_code],
                act.texts[act_code] or "injection",
                own,
                county.texts[county_code],
            )
        except Refused as refusal:
            faults.append(str(refusal))
            chosen[here] = -len(faults)
            continue
        for choice in found:
            free = here & (chosen == 0) & _within(table.date, choice)
            if free.any():
                chosen[free] = _number_of(choice.policy, policies)
    return policies, chosen, faults


def _within(date: NDArray[np.datetime64], choice: Choice) -> NDArray[np.bool_]:
    late = date >= np.datetime64(choice.from_, "D")
    return late if choice.to is None else late & (date <= np.datetime64(choice.to, "D"))


def _number_of(policy: Policy, policies: list[Policy]) -> int:
    for number, known in enumerate(policies, 1):
        if known is policy:
            return number
    policies.append(policy)
    return len(policies)


def _judge(policy: Policy, table: _Table, here: NDArray[np.bool_]) -> tuple[Answers, Ints]:
    """The verdicts of the rows that are `here`, and a bit for each rule that decided."""
    against = np.zeros(table.rows, np.int64)
    open_ = np.zeros(table.rows, np.int64)
    for bit, rule in enumerate(policy.rule):
        if rule.codes:  # decides these codes alone
            continue
        unmet, unknown = _of_rule(rule, table)
        against |= unmet.astype(np.int64) << bit
        open_ |= (unknown & ~unmet).astype(np.int64) << bit
    against, open_ = against[here], open_[here]
    verdict = np.where(against > 0, NOT_COVERED, np.where(open_ > 0, NOT_KNOWN, COVERED)).astype(np.int8)
    return verdict, np.where(against > 0, against, open_)


def _of_rule(rule: Rule, table: _Table) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a rule is not met, and where it is not known."""
    answers = [ASK[name](table, name, rule.need) for name in lines_of(rule.need)]
    unmet = np.logical_or.reduce([answer == UNMET for answer in answers])
    unknown = np.logical_or.reduce([answer == UNKNOWN for answer in answers])
    if rule.certainty is Certainty.UNVERIFIED:  # what nobody has verified asks; it never refuses
        return np.zeros_like(unmet), unknown | unmet
    return unmet, unknown


def _apart(policy: Policy, table: _Table, here: NDArray[np.bool_], lines: list[str]) -> None:
    """Writes into `lines` the codes that rules of their own do not cover."""
    column = table.texts["codes"]
    billed = [_listed(text) or [] for text in column.texts]
    for rule in policy.rule:
        if not rule.codes:
            continue
        named = [[code for code in codes if code in rule.codes] for codes in billed]
        asked = np.array([bool(codes) for codes in named])[column.codes] & here
        unmet, unknown = _of_rule(rule, table)
        for row in np.flatnonzero(asked & (unmet | unknown)).tolist():
            word = "not_covered" if unmet[row] else "not_known"
            said = "; ".join(f"{code} {word} {rule.id}" for code in named[column.codes[row]])
            lines[row] = f"{lines[row]}; {said}" if lines[row] else said


def _named_rules(policy: Policy, mask: int) -> str:
    return " ".join(rule.id for bit, rule in enumerate(policy.rule) if mask >> bit & 1)


def facts_at(columns: dict[str, Any], row: int) -> Facts:
    """One row as the facts that `determine` reads: for a second look at a claim of the audit."""

    def text(name: str, at: int = row) -> Any:
        return columns[name][at] if columns.get(name) is not None and columns[name][at] != "" else None

    def number(name: str, at: int = row) -> Decimal | None:
        value = text(name, at)
        return None if value is None or np.isnan(value) else Decimal(str(value))

    def flag(name: str, at: int = row) -> bool | None:
        value = text(name, at)
        return None if value is None or value == UNKNOWN else bool(value)

    def places(at: int) -> list[tuple[str, str]]:
        items = _listed(text("places", at)) or []
        return [(first, last) for first, _, last in (item.partition("/") for item in items)]

    on = columns["on"].astype("datetime64[D]")
    patients = np.asarray(columns["patient_id"], dtype=object)
    mine = [n for n in np.flatnonzero(patients == patients[row]).tolist() if on[n] < on[row]]
    whole = {name: number(name) for name in ("signs", "regions")}
    return Facts(
        on=on[row].item(),
        payer=text("payer") or "",
        state=text("state"),
        county=text("county"),
        act=text("act") or "injection",
        profession=text("profession"),
        credentials=_listed(text("credentials")),
        diagnoses=_listed(text("diagnoses")),
        pointed=_listed(text("pointed")),
        codes=_listed(text("codes")),
        documented=_listed(text("documented")),
        places=places(row),
        pain_weeks=number("pain_weeks"),
        care_weeks=number("care_weeks"),
        signs=None if whole["signs"] is None else int(whole["signs"]),
        regions=None if whole["regions"] is None else int(whole["regions"]),
        **{name: flag(name) for name in FLAGS if name not in ("function_improved", "same_scale")},
        earlier=[
            Earlier(
                on=on[n].item(),
                act=text("act", n) or "injection",
                places=places(n),
                relief_percent=None if (percent := number("relief_percent", n)) is None else int(percent),
                relief_weeks=number("relief_weeks", n),
                function_improved=flag("function_improved", n),
                function_percent=None if (gain := number("function_percent", n)) is None else int(gain),
                same_scale=flag("same_scale", n),
            )
            for n in mine
        ],
    )
