"""Validation of patient facts (bounds, dates, names), shared by files and forms.

A fact out of range is refused with what was expected and how to write it; it is never clipped, guessed or left out.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, get_args

import msgspec

from needlepoint.anatomy.geometry import region_ids
from needlepoint.base.knowledge import read_toml
from needlepoint.base.people import Clinician, LocalWhat, Patient
from needlepoint.base.refusal import Fault, nearest
from needlepoint.base.wording import number
from needlepoint.treatment.precautions.traits import DATA, plain
from needlepoint.treatment.spanish import name_es
from needlepoint.treatment.types import EarlierSession

__all__ = [
    "Bound",
    "borrowed_faults",
    "bound",
    "deciding_faults",
    "gives_reason",
    "is_full_name",
    "is_medical",
    "is_same_person",
    "local_faults",
    "may_call_harmless",
    "may_clear",
    "may_decide",
    "medical_words",
    "outside",
    "outside_words",
    "patient_faults",
]

LOCAL_STATES: tuple[str, ...] = get_args(LocalWhat)


class Bound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lowest and the highest valid value."""

    id: str
    low: Decimal
    high: Decimal
    unit: str
    remedy: str
    remedy_es: str
    unit_es: str = ""

    @property
    def expected(self) -> str:
        """Return the range in words."""
        return f"from {number(self.low)} to {number(self.high)} {self.unit}".rstrip()

    def holds(self, value: Decimal | int) -> bool:
        """Return whether the value is within it."""
        return self.low <= value <= self.high


class Deciding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may override a precaution in writing, and how short a reason may be."""

    professions: list[str]
    medical: list[str]  # who may override a stop that rests on medicines, blood or organs
    calls_harmless: list[str]  # who may call harmless what looks like something that matters
    clears_every_sign: list[str]
    signs_of_joints: list[str]  # warning signs that the other deciding professions may clear
    no_person: list[str]
    titles: list[str]
    medical_words: dict[str, str]  # what is added to a precaution whose decision does not count
    outside_words: dict[str, str]
    least_why_letters: int
    least_why_words: int
    least_name_words: int


class Bounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/bounds.toml`."""

    bound: list[Bound]
    deciding: Deciding
    local_words: dict[str, list[str]]


@lru_cache(maxsize=1)
def _load() -> Bounds:
    return msgspec.convert(read_toml(DATA / "bounds.toml"), Bounds)


@lru_cache(maxsize=64)
def bound(id_: str) -> Bound:
    """Return the bound with this id; KeyError if there is none."""
    return {row.id: row for row in _load().bound}[id_]


def outside(id_: str, value: Decimal | int | None, where: str) -> list[Fault]:
    """Return the fault of a value out of range; none for an unknown value."""
    rule = bound(id_)
    if value is None or rule.holds(value):
        return []
    return [Fault(where, str(value), rule.expected, rule.remedy)]


def may_decide(profession: str | None) -> bool:
    """Return whether this profession may override a precaution or clear a red flag."""
    return profession in _load().deciding.professions


def medical_words(by: str, profession: str) -> tuple[str, str]:
    """Return, in both languages, why a person's decision over medicines, blood or organs does not count."""
    return _filled(_load().deciding.medical_words, by, profession)


def outside_words(by: str, profession: str) -> tuple[str, str]:
    """Return, in both languages, why a person's decision does not count at these sites."""
    return _filled(_load().deciding.outside_words, by, profession)


def _filled(words: dict[str, str], by: str, profession: str) -> tuple[str, str]:
    plain_words = profession.replace("_", " ")
    return (
        words["en"].format(by=by, profession=plain_words),
        words["es"].format(by=by, profession=name_es(profession)),
    )


def may_clear(profession: str | None, flag: str) -> bool:
    """Return whether this profession may clear this warning sign: one that it may diagnose."""
    rule = _load().deciding
    return profession in rule.clears_every_sign or (may_decide(profession) and flag in rule.signs_of_joints)


def is_medical(profession: str | None) -> bool:
    """Return whether the profession may override a precaution that rests on medicines, blood or organs."""
    return profession in _load().deciding.medical


def may_call_harmless(profession: str | None, reason: str | None) -> bool:
    """Return whether this answer is enough to call harmless what looks like something that matters."""
    return profession in _load().deciding.calls_harmless and gives_reason(reason or "")


def gives_reason(why: str) -> bool:
    """Return whether a reason is meaningful: enough real words, not one letter or one key repeated."""
    rule = _load().deciding
    words = [word for word in plain(why).split() if len(word) > 1 and set(word) & set("aeiouy0123456789")]
    letters = sum(len(word) for word in words)
    return len(set(words)) >= rule.least_why_words and letters >= rule.least_why_letters


def is_full_name(by: str) -> bool:
    """Return whether a name has at least a first and a last part."""
    words = plain(by).split()
    rule = _load().deciding
    parts = [part for part in words if part.isalpha()]
    named = set(parts) - set(rule.titles)
    return len(parts) >= rule.least_name_words and bool(named) and not named & set(rule.no_person)


def is_same_person(one: str, other: str) -> bool:
    """Return whether two names belong to the same person, apart from titles."""
    titles = set(_load().deciding.titles)
    first, second = (set(plain(name).split()) - titles for name in (one, other))
    return bool(first) and bool(second) and (first <= second or second <= first)


def borrowed_faults(by: str, profession: str | None, clinician: Clinician, where: str) -> list[Fault]:
    """Return the faults of decisions by the session's clinician under another profession than theirs."""
    own = clinician.profession
    if not clinician.name or own is None or profession == own or not is_same_person(by, clinician.name):
        return []
    expected = f"{own!r}, the profession of {clinician.name}"
    return [Fault(f"{where}.profession", repr(profession), expected, "Another licensed person may decide.")]


def deciding_faults(by: str, why: str, profession: str | None, where: str) -> list[Fault]:
    """Return what is wrong with a written decision: no full name, no reason, or a person who may not decide."""
    faults = []
    if not is_full_name(by):
        expected = "first and last name of the licensed clinician who decides"
        faults.append(Fault(f"{where}.by", repr(by) if by.strip() else "no name", expected))
    if not gives_reason(why):
        expected = "the reason in words: what was found or done that allows it"
        faults.append(Fault(f"{where}.why", repr(why), expected))
    if not may_decide(profession):
        faults.append(_no_clinician(profession, f"{where}.profession"))
    return faults


def _no_clinician(profession: str | None, where: str) -> Fault:
    professions = _load().deciding.professions
    given = "no profession" if profession is None else repr(profession)
    expected = f"the profession of the person who decides: one of {', '.join(professions)}"
    return Fault(where, given, expected, nearest(profession or "", professions))


def local_faults(patient: Any, where: str) -> list[Fault]:
    """Return unknown skin states, and states at unknown places, with the nearest known ones."""
    rows = patient.get("local") if isinstance(patient, dict) else None
    faults = []
    for n, row in enumerate(rows if isinstance(rows, list) else []):
        what = row.get("what") if isinstance(row, dict) else None
        if isinstance(what, str) and what not in LOCAL_STATES:
            expected = f"one of {', '.join(LOCAL_STATES)}"
            faults.append(Fault(f"{where}.local[{n}].what", repr(what), expected, _meant(what)))
        region = row.get("region") if isinstance(row, dict) else None
        if isinstance(region, str) and region not in region_ids():
            hint = nearest("_".join(plain(region).split()), region_ids())
            faults.append(Fault(f"{where}.local[{n}].region", repr(region), "a region id of the chart", hint))
    return faults


def _meant(what: str) -> str:
    said = plain(what)
    for state, words in _load().local_words.items():
        if said == plain(state) or said in {plain(word) for word in words}:
            return f"Write {state!r}."
    return nearest(said.replace(" ", "_"), LOCAL_STATES)


def patient_faults(
    patient: Patient, earlier: Sequence[EarlierSession], as_of: datetime.datetime | None, where: str
) -> list[Fault]:
    """Return the faults of the patient's facts and of earlier sessions at the instant `as_of`."""
    return [
        *outside("age_years", patient.age_years, f"{where}.patient.age_years"),
        *outside("weight_kg", patient.weight_kg, f"{where}.patient.weight_kg"),
        *outside("height_cm", patient.height_cm, f"{where}.patient.height_cm"),
        *outside("pregnancy_weeks", patient.pregnancy_weeks, f"{where}.patient.pregnancy_weeks"),
        *outside("platelets", patient.platelets_10e9_l, f"{where}.patient.platelets_10e9_l"),
        *outside("neutrophils", patient.neutrophils_10e9_l, f"{where}.patient.neutrophils_10e9_l"),
        *_counted(patient, as_of, f"{where}.patient.blood_count_on"),
        *outside("hba1c", patient.hba1c_percent, f"{where}.patient.hba1c_percent"),
        *_far_ahead(as_of, f"{where}.as_of"),
        *_pregnancy(patient, where),
        *_medicines(patient, as_of, f"{where}.patient.medicines"),
        *_given(patient, as_of, f"{where}.patient.given"),
        *_meanings(patient, as_of, f"{where}.patient.meanings"),
        *_sessions(earlier, as_of, f"{where}.earlier_sessions"),
    ]


def _counted(patient: Patient, as_of: datetime.datetime | None, where: str) -> Iterator[Fault]:
    if as_of and patient.blood_count_on and patient.blood_count_on > as_of.date():
        yield Fault(where, str(patient.blood_count_on), "a day that is not after the session")


def _far_ahead(as_of: datetime.datetime | None, where: str) -> list[Fault]:
    """Return the faults of a session too far ahead: every medicine would be stopped by then, every infection over."""
    rule = bound("days_ahead")
    if as_of is None or rule.holds((as_of - datetime.datetime.now(datetime.UTC)).days):
        return []
    return [Fault(where, as_of.date().isoformat(), "a day within the next year", rule.remedy)]


def _pregnancy(patient: Patient, where: str) -> Iterator[Fault]:
    if patient.pregnancy_weeks is not None and patient.pregnant is False:
        yield Fault(
            f"{where}.patient.pregnancy_weeks", "weeks of a patient who is not pregnant", "pregnant: true"
        )


def _medicines(patient: Patient, as_of: datetime.datetime | None, where: str) -> Iterator[Fault]:
    for n, row in enumerate(patient.medicines or []):
        yield from outside("inr", row.inr, f"{where}[{n}].inr")
        if as_of and row.inr_on and row.inr_on > as_of.date():
            yield Fault(f"{where}[{n}].inr_on", str(row.inr_on), "a day that is not after the session")
        if as_of and row.last_taken and row.last_taken > as_of:
            yield Fault(f"{where}[{n}].last_taken", str(row.last_taken), "a time before the session")


def _given(patient: Patient, as_of: datetime.datetime | None, where: str) -> Iterator[Fault]:
    for n, row in enumerate(patient.given or []):
        yield from outside("dose_mg", row.dose_mg, f"{where}[{n}].dose_mg")
        if as_of and row.at > as_of:
            yield Fault(f"{where}[{n}].at", str(row.at), "a time before the session", "It was given earlier.")


def _meanings(patient: Patient, as_of: datetime.datetime | None, where: str) -> Iterator[Fault]:
    for n, row in enumerate(patient.meanings):
        if not is_full_name(row.by):
            given = repr(row.by) if row.by.strip() else "no name"
            expected = f"first and last name of the person who answered about {row.text!r}"
            yield Fault(f"{where}[{n}].by", given, expected)
        if not may_decide(row.profession):
            yield _no_clinician(row.profession, f"{where}[{n}].profession")
        if row.means == "known" and not (row.entry or "").strip():
            yield Fault(f"{where}[{n}].entry", "nothing", "the known entry that is meant")
        if row.means == "matters" and not (row.how or "").strip():
            yield Fault(f"{where}[{n}].how", "nothing", "in words how it matters")
        if as_of and row.on > as_of.date():
            yield Fault(f"{where}[{n}].on", str(row.on), "a day that is not after the session")


def _sessions(
    earlier: Sequence[EarlierSession], as_of: datetime.datetime | None, where: str
) -> Iterator[Fault]:
    for n, row in enumerate(earlier):
        yield from outside("relief_percent", row.relief_percent, f"{where}[{n}].relief_percent")
        yield from outside("relief_weeks", row.relief_weeks, f"{where}[{n}].relief_weeks")
        yield from outside("steroid_mg", row.steroid_mg, f"{where}[{n}].steroid_mg")
        if as_of and row.on > as_of.date():
            yield Fault(f"{where}[{n}].on", str(row.on), "a day that is not after the session")
