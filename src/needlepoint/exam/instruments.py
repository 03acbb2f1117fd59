"""Scored instruments: the score of the answers, what is missing, and whether a change is real."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import Certainty, Citation, cite, read_toml
from needlepoint.base.refusal import Fault, Refused, nearest

__all__ = [
    "Instrument",
    "Motion",
    "Score",
    "ScoreChange",
    "compare",
    "load_instruments",
    "measure_motion",
    "score",
]

DATA = Path(__file__).parent / "data"
HUNDRED = Decimal(100)


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much a score must change to matter, for which patients, and by which source."""

    value: Decimal
    unit: str  # points, percent
    population: str
    certainty: Certainty
    source: list[str]


class Instrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One instrument. `low` and `high` bound each item's answer; `bands` are (from, English, Spanish)."""

    id: str
    en: str
    es: str
    items: int
    low: Decimal
    high: Decimal
    formula: str
    least_answered: int
    worse: str
    recall: str
    license: str  # free, not_free, unclear
    license_note: str
    source: list[str]
    certainty: Certainty
    bands: list[tuple[Decimal, str, str]]
    allowed: list[Decimal] | None = None
    points_below: Decimal | None = None
    item_en: list[str] = []
    item_es: list[str] = []
    change: list[Threshold] = []


class ReliefGrade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grade of relief: from this many percent."""

    from_percent: Decimal
    en: str
    es: str
    certainty: Certainty
    source: list[str]


class Motion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A range of motion: the usual value, and how much a reading must change to matter."""

    id: str
    en: str
    es: str
    normal: Decimal
    unit: str
    real_change: Decimal
    certainty: Certainty
    source: list[str]


class _Rows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    instrument: list[Instrument]
    response: list[ReliefGrade]
    motion: list[Motion]


class InstrumentAnswers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One completed questionnaire: the answers now, and before if there are any."""

    instrument: str
    answers: list[Decimal | None]
    before: list[Decimal | None] | None = None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """A score with its arithmetic; value None while too many items are missing, which `ask` names."""

    instrument: str
    value: Decimal | None
    unit: str
    band_en: str | None
    band_es: str | None
    missing: tuple[int, ...]
    because: str
    ask: str | None
    citations: tuple[Citation, ...]
    certainty: Certainty


class ScoreChange(msgspec.Struct, frozen=True, kw_only=True):
    """The difference of two scores: `points` and `percent` count improvement as positive."""

    instrument: str
    points: Decimal | None
    percent: Decimal | None
    verdict: str  # improved, worse, no_real_change, not_known
    response_en: str | None
    because: str
    citations: tuple[Citation, ...]


@lru_cache(maxsize=1)
def load_instruments() -> _Rows:
    """Load `data/instruments/instruments.toml`; raise Refused for an item text without a free license."""
    found = msgspec.convert(read_toml(DATA / "instruments" / "instruments.toml"), _Rows)
    keys = [row.source for row in found.response] + [row.source for row in found.motion]
    for row in found.instrument:
        keys += [row.source, *(threshold.source for threshold in row.change)]
        shown = len(row.item_en)
        if shown not in (0, row.items) or (shown and row.license != "free"):
            raise Refused(
                Fault(f"instruments.toml {row.id}", f"{shown} item texts", "texts of free instruments")
            )
    for sources in keys:
        cite(DATA, sources, "instruments.toml")
    return found


def find_instrument(name: str) -> Instrument:
    """Return the instrument by id, in any spelling; Refused with the nearest ids."""
    table = {row.id: row for row in load_instruments().instrument}
    wanted = name.lower().replace("-", "").replace(" ", "_")
    if wanted not in table:
        raise Refused(Fault("instrument", repr(name), f"one of {', '.join(table)}", nearest(wanted, table)))
    return table[wanted]


def score(instrument: str, answers: Sequence[Decimal | None]) -> Score:
    """Return the score of `answers` (one for each item, None for no answer).

    Raises Refused for a wrong number of answers and for every invalid answer.
    """
    row = find_instrument(instrument)
    faults = _faults(row, answers)
    if faults:
        raise Refused(faults)
    told = [answer for answer in answers if answer is not None]
    missing = tuple(number for number, answer in enumerate(answers, 1) if answer is None)
    citations = cite(DATA, row.source, row.id)
    if len(told) < row.least_answered:
        ask = f"Items {', '.join(map(str, missing))}: at least {row.least_answered} of {row.items} are asked for."
        return _scored(row, None, missing, f"{len(told)} of {row.items} answered", ask, citations)
    value, because = _value(row, told)
    return _scored(row, value, missing, because, None, citations)


def _faults(row: Instrument, answers: Sequence[Decimal | None]) -> list[Fault]:
    if len(answers) != row.items:
        given = f"{len(answers)} answers"
        return [Fault("answers", given, f"{row.items} answers, null where nothing was answered")]
    expected = f"from {row.low} to {row.high}"
    if row.allowed:
        expected = f"one of {', '.join(map(str, row.allowed))}"
    return [
        Fault(f"answers[{number}]", str(answer), expected)
        for number, answer in enumerate(answers)
        if answer is not None and not _is_allowed(row, answer)
    ]


def _is_allowed(row: Instrument, answer: Decimal) -> bool:
    if not answer.is_finite():
        return False
    return answer in row.allowed if row.allowed else row.low <= answer <= row.high


def _value(row: Instrument, told: Sequence[Decimal]) -> tuple[Decimal, str]:
    total = sum(told, Decimal(0))
    if row.formula == "mean":
        value = total / len(told)
        return value.quantize(Decimal("0.01")), f"{total} / {len(told)}"
    if row.formula == "percent":
        most = row.high * len(told)
        return (HUNDRED * total / most).quantize(Decimal("0.1")), f"{total} of {most}, in percent"
    if len(told) > 10:
        return total, f"sum of {len(told)} items"
    return total, "+".join(map(str, told)) if len(told) > 1 else "as given"


def _scored(
    row: Instrument,
    value: Decimal | None,
    missing: tuple[int, ...],
    because: str,
    ask: str | None,
    citations: tuple[Citation, ...],
) -> Score:
    band = None if value is None else _band(row, value)
    return Score(
        instrument=row.id,
        value=value,
        unit="%" if row.formula == "percent" else "points",
        band_en=band[1] if band else None,
        band_es=band[2] if band else None,
        missing=missing,
        because=because,
        ask=ask,
        citations=citations,
        certainty=row.certainty,
    )


def _band(row: Instrument, value: Decimal) -> tuple[Decimal, str, str] | None:
    below = [band for band in row.bands if band[0] <= value]
    return below[-1] if below else None


def score_answered(answered: InstrumentAnswers) -> tuple[Score, ScoreChange | None]:
    """Return the score now, and the change if there was one before."""
    now = score(answered.instrument, answered.answers)
    if answered.before is None:
        return now, None
    return now, compare(score(answered.instrument, answered.before), now)


def compare(before: Score, now: Score) -> ScoreChange:
    """Return whether the change between two scores of one instrument is real, by its first known threshold."""
    if before.instrument != now.instrument:
        given = f"{before.instrument} and {now.instrument}"
        raise Refused(Fault("before", given, "two scores of the same instrument"))
    row = find_instrument(now.instrument)
    if before.value is None or now.value is None:
        return _change(row, None, None, "not_known", "A score is missing.", ())
    fall = before.value - now.value
    points = fall if row.worse == "higher" else -fall
    percent = None if before.value <= (row.points_below or 0) else (HUNDRED * points / before.value)
    threshold = _threshold(row, percent)
    if threshold is None:
        return _change(row, points, percent, "not_known", "No threshold is on file for it.", ())
    size = points if threshold.unit == "points" or percent is None else percent
    verdict = "no_real_change"
    if abs(size) >= threshold.value:
        verdict = "improved" if size > 0 else "worse"
    because = (
        f"{before.value} to {now.value}: {abs(size):.1f} {threshold.unit} against {threshold.value}"
        f" ({threshold.population}; {threshold.certainty.value})"
    )
    return _change(row, points, percent, verdict, because, cite(DATA, threshold.source, row.id))


def _threshold(row: Instrument, percent: Decimal | None) -> Threshold | None:
    """Return the threshold in percent where a percentage applies, else in points."""
    known = [t for t in row.change if t.unit == "percent" and percent is not None]
    known += [t for t in row.change if t.unit == "points"]
    return known[0] if known else None


def _change(
    row: Instrument,
    points: Decimal | None,
    percent: Decimal | None,
    verdict: str,
    because: str,
    citations: tuple[Citation, ...],
) -> ScoreChange:
    grades = [r for r in load_instruments().response if percent is not None and percent >= r.from_percent]
    is_pain = row.id in ("nprs", "vas")
    return ScoreChange(
        instrument=row.id,
        points=points,
        percent=None if percent is None else percent.quantize(Decimal("0.1")),
        verdict=verdict,
        response_en=grades[0].en if grades and is_pain else None,
        because=because,
        citations=citations,
    )


def measure_motion(motion: str, reading: Decimal, other_side: Decimal | None = None) -> tuple[Decimal, str]:
    """Return a reading in percent of the other side, or of the usual value when the other side was not measured."""
    table = {row.id: row for row in load_instruments().motion}
    if motion not in table:
        raise Refused(Fault("motion", repr(motion), f"one of {', '.join(table)}", nearest(motion, table)))
    row = table[motion]
    most = row.normal * 2
    for where, value in (("reading", reading), ("other_side", other_side)):
        if value is not None and not (value.is_finite() and 0 <= value <= most):
            raise Refused(Fault(where, str(value), f"from 0 to {most} {row.unit}", "Were units mixed up?"))
    whole = other_side if other_side else row.normal
    against = (
        "the other side" if other_side else f"what is usual ({row.normal} {row.unit}, {row.certainty.value})"
    )
    return (HUNDRED * reading / whole).quantize(Decimal("0.1")), f"{reading} {row.unit} against {against}"
