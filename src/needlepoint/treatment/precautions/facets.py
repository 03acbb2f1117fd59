"""The single conditions of a rule: what each checks in the planned session, and the question when it is unknown."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.treatment.lists.entries import is_anaphylaxis
from needlepoint.treatment.precautions.areas import reach
from needlepoint.treatment.precautions.said_side import sides_said
from needlepoint.treatment.precautions.situation import NeedledSite, Situation, bmi_of
from needlepoint.treatment.precautions.traits import DATA
from needlepoint.treatment.spanish import name_es, place_es, region_es
from needlepoint.treatment.types import Question

__all__ = ["FACETS", "FacetResult", "load_questions"]


class FacetResult(msgspec.Struct, frozen=True):
    """The result of one condition: met, why, and the question when it is unknown."""

    holds: bool | None
    because: str = ""
    ask: str = ""
    because_es: str = ""  # in Spanish; '' where it is the same

    @property
    def words_es(self) -> str:
        """What made it hold, in Spanish."""
        return self.because_es or self.because


class Ages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers that the conditions need."""

    fertile_from_years: int
    fertile_to_years: int
    inr_holds_days: int
    counts_hold_days: int
    weak_relief_percent: int


@lru_cache(maxsize=1)
def load_questions() -> tuple[dict[str, Question], Ages]:
    """Return the questions by key, and the numbers of `data/questions.toml`."""
    table = read_toml(DATA / "questions.toml")
    ages = msgspec.convert(table.pop("ages"), Ages)
    return {key: Question(key=key, **row) for key, row in table.items()}, ages


def _known(found: Iterable[str], wanted: Iterable[str]) -> FacetResult:
    both = [item for item in wanted if item in set(found)]
    words, words_es = ", ".join(item.replace("_", " ") for item in both), ", ".join(map(name_es, both))
    return FacetResult(bool(both), words, because_es=words_es)


def _at(spots: Iterable[NeedledSite], holds: bool | None = None) -> FacetResult:
    """Return the named places, in both languages; it applies if there are any."""
    there = list(spots)
    words = ", ".join(dict.fromkeys(f"{spot.side} {spot.muscle.name}" for spot in there))
    words_es = ", ".join(dict.fromkeys(place_es(spot.muscle, spot.side) for spot in there))
    return FacetResult(bool(there) if holds is None else holds, words, because_es=words_es)


def _technique(wanted: list[str], situation: Situation) -> FacetResult:
    return FacetResult(situation.technique in wanted)


def _drug(wanted: list[str], situation: Situation) -> FacetResult:
    return _known(situation.drugs, wanted)


def _drug_class(wanted: list[str], situation: Situation) -> FacetResult:
    return FacetResult(any(class_ in wanted for class_ in situation.drug_classes))


def _drugs_from(least: int, situation: Situation) -> FacetResult:
    drugs = list(dict.fromkeys(situation.drugs))
    return FacetResult(len(drugs) >= least, " and ".join(drugs), because_es=" y ".join(map(name_es, drugs)))


def _steroid(wanted: bool, situation: Situation) -> FacetResult:
    steroid = situation.steroid or ""
    return FacetResult(bool(steroid) == wanted, steroid, because_es=name_es(steroid))


def _particulate(wanted: bool, situation: Situation) -> FacetResult:
    return FacetResult(situation.particulate == wanted)


def _epinephrine(wanted: bool, situation: Situation) -> FacetResult:
    if not situation.epinephrine:
        return FacetResult(not wanted)
    return FacetResult(wanted, "with epinephrine", because_es="con epinefrina")


def _guidance(wanted: list[str], situation: Situation) -> FacetResult:
    return FacetResult(any(word in wanted for word in situation.guidance))


def _ultrasound(wanted: bool, situation: Situation) -> FacetResult:
    has = situation.ultrasound
    return FacetResult(None, ask="ultrasound") if has is None else FacetResult(has == wanted)


def _offered(wanted: list[str], situation: Situation) -> FacetResult:
    return _at(spot for spot in situation.spots if spot.needling.offered in wanted)


def _lacks_credential(name: str, situation: Situation) -> FacetResult:
    return FacetResult(name not in situation.credentials)


def _site(wanted: list[str], situation: Situation) -> FacetResult:
    return _at(spot for spot in situation.spots if spot.traits & set(wanted))


def _both_sides(traits: list[str], situation: Situation) -> FacetResult:
    """Both sides of the body at places with any of the traits, and at least one place with the first of them."""
    there = [spot for spot in situation.spots if spot.traits & set(traits)]
    sides = {spot.side for spot in there}
    return _at(there, {"left", "right"} <= sides and any(traits[0] in spot.traits for spot in there))


def _volume_over(times: Decimal, situation: Situation) -> FacetResult:
    """Sites with more than the largest volume of their point, and at least `times` times as much."""
    over = [row for row in situation.over_volume if row.ratio > 1 and row.ratio >= times]
    words, words_es = "; ".join(row.words for row in over), "; ".join(row.words_es for row in over)
    return FacetResult(bool(over), words, because_es=words_es)


def _sided(situation: Situation, sides: Collection[str]) -> list[NeedledSite]:
    """The sites on a side that is not among these."""
    return [spot for spot in situation.spots if spot.side in ("left", "right") and spot.side not in sides]


def _side_elsewhere(wanted: bool, situation: Situation) -> FacetResult:
    """Sites on a side without pain, when the pain has a side."""
    sides = {region.partition("_")[0] for region in situation.painful}
    there = _sided(situation, sides) if sides and "mid" not in sides else []
    return _at(there, bool(there) == wanted)


def _side_said_elsewhere(wanted: bool, situation: Situation) -> FacetResult:
    """Sites on a side without pain by the patient's own words, when the words name a side."""
    said = sides_said(situation.told)
    there = [
        spot
        for spot in _sided(situation, ())
        if (at := said.at(spot.muscle.body_area)) and spot.side not in at
    ]
    found = _at(there, bool(there) == wanted)
    if not there:
        return found
    words = f"; “{said.words}”"
    return msgspec.structs.replace(found, because=found.because + words, because_es=found.because_es + words)


def _pain_elsewhere(wanted: bool, situation: Situation) -> FacetResult:
    """Sites whose muscle neither lies nor refers where it hurts, nor in the same area of the body."""
    plain_regions = {region.partition("_")[2] for region in situation.painful}
    there = [spot for spot in situation.spots if plain_regions and not plain_regions & spot.felt_in]
    return _at(there, bool(there) == wanted)


def _sites_from(least: int, situation: Situation) -> FacetResult:
    return FacetResult(
        len(situation.spots) >= least,
        f"{len(situation.spots)} sites",
        because_es=f"{len(situation.spots)} sitios",
    )


def _muscles_from(least: int, situation: Situation) -> FacetResult:
    muscles = {(spot.muscle.id, spot.side) for spot in situation.spots}
    return FacetResult(
        len(muscles) >= least, f"{len(muscles)} muscles", because_es=f"{len(muscles)} músculos"
    )


def _local(wanted: list[str], situation: Situation) -> FacetResult:
    if situation.patient.local is None:
        return FacetResult(None, ask="local")
    states = [state for state in situation.patient.local if state.what in wanted]
    hit = [
        (state, spot)
        for state in states
        for spot in situation.spots
        if reach(state.what, state.region) & spot.regions
    ]
    words = [
        f"{state.what.replace('_', ' ')} at {state.region.replace('_', ' ')} ({spot.side} {spot.muscle.name})"
        for state, spot in hit
    ]
    words_es = [
        f"{name_es(state.what)} en {region_es(state.region)} ({place_es(spot.muscle, spot.side)})"
        for state, spot in hit
    ]
    return FacetResult(
        bool(hit), "; ".join(dict.fromkeys(words)), because_es="; ".join(dict.fromkeys(words_es))
    )


def _local_lacks(wanted: list[str], situation: Situation) -> FacetResult:
    """Whether no state of these kinds was entered with its place; true also if it was not asked yet."""
    return FacetResult(not any(state.what in wanted for state in situation.patient.local or []))


def _listed(kind: str, wanted: list[str], situation: Situation, least: int = 1) -> FacetResult:
    """Whether this many entries of a list are of the groups; unknown when nobody asked for the list."""
    lists = situation.lists
    named = [entry.text for entry in getattr(lists, kind) if entry.groups & set(wanted)]
    if len(named) >= least:
        return FacetResult(True, ", ".join(named))
    return FacetResult(False) if kind in lists.asked else FacetResult(None, ask=kind)


def _medicine(wanted: list[str], situation: Situation) -> FacetResult:
    return _listed("medicine", wanted, situation)


def _medicine_two(wanted: list[str], situation: Situation) -> FacetResult:
    """Whether two or more of the kinds are taken, on two lines or named on one."""
    lists = situation.lists
    lines = [entry for entry in lists.medicine if entry.groups & set(wanted)]
    kinds = {id_ for entry in lines for id_ in entry.groups & set(wanted)} - {"anticoagulant_unknown"}
    if len(lines) > 1 or len(kinds) > 1:
        return FacetResult(True, ", ".join(dict.fromkeys(entry.text for entry in lines)))
    return FacetResult(False) if "medicine" in lists.asked else FacetResult(None, ask="medicine")


def _medicine_lacks(wanted: list[str], situation: Situation) -> FacetResult:
    """Whether no medicine is of these kinds; other conditions ask for a missing list."""
    return FacetResult(not any(entry.groups & set(wanted) for entry in situation.lists.medicine))


def _inr_from(least: Decimal, situation: Situation) -> FacetResult:
    if situation.patient.medicines is None:
        return FacetResult(None, ask="medicine")
    entries = situation.lists.medicine
    pairs = zip(situation.patient.medicines, entries, strict=False)
    warfarin = [medicine for medicine, entry in pairs if "warfarin" in entry.groups]
    elsewhere = entries[
        len(situation.patient.medicines) :
    ]  # named in another list, which has no field for an INR
    if not warfarin:
        named = any("warfarin" in entry.groups for entry in elsewhere)
        return FacetResult(None, ask="inr") if named else FacetResult(False)
    oldest = situation.as_of - datetime.timedelta(days=load_questions()[1].inr_holds_days)
    values = [m.inr for m in warfarin if m.inr is not None and m.inr_on and m.inr_on >= oldest]
    if not values:
        return FacetResult(None, ask="inr")
    return FacetResult(max(values) >= least, f"INR {max(values)}")


def _condition(wanted: list[str], situation: Situation) -> FacetResult:
    if "fibromyalgia" in wanted and situation.widespread:
        return FacetResult(True, "widespread tenderness", because_es="dolor generalizado a la presión")
    return _listed("condition", wanted, situation)


def _allergy(wanted: list[str], situation: Situation) -> FacetResult:
    return _listed("allergy", wanted, situation)


def _anaphylaxis_to(wanted: list[str], situation: Situation) -> FacetResult:
    """Whether a listed reaction to these groups was anaphylaxis."""
    pairs = zip(situation.patient.allergies or [], situation.lists.allergy, strict=False)
    named = [
        row.substance
        for row, entry in pairs
        if entry.groups & set(wanted) and is_anaphylaxis(f"{row.substance} {row.reaction or ''}")
    ]
    return FacetResult(bool(named), ", ".join(named))


def _steroid_holds(wanted: list[str], situation: Situation) -> FacetResult:
    return _known(situation.steroid_holds, wanted)


def _says_pregnant(situation: Situation) -> bool:
    return any("pregnancy" in entry.groups for entry in situation.lists.condition)


def _pregnant_contradicted(wanted: bool, situation: Situation) -> FacetResult:
    return FacetResult((_says_pregnant(situation) and situation.patient.pregnant is False) == wanted)


def _pregnant(wanted: bool, situation: Situation) -> FacetResult:
    patient, ages = situation.patient, load_questions()[1]
    if _says_pregnant(situation):
        return FacetResult(wanted, "pregnant", because_es="embarazo")
    if patient.pregnant is not None:
        return FacetResult(
            patient.pregnant == wanted, *(("pregnant", "", "embarazo") if patient.pregnant else ())
        )
    beyond = patient.age_years is not None and not (
        ages.fertile_from_years <= patient.age_years <= ages.fertile_to_years
    )
    if patient.sex == "male" or beyond:
        return FacetResult(not wanted)
    return FacetResult(None, ask="pregnant")


def _listed_weeks(situation: Situation) -> int | None:
    """Return the week of pregnancy in a condition ('pregnant 8 weeks')."""
    for entry in situation.lists.condition:
        found = re.search(r"\b(\d{1,2})\s*(?:weeks?|wks?|semanas?)\b", entry.text.lower())
        if found and "pregnancy" in entry.groups:
            return int(found.group(1))
    return None


def _weeks_below(most: int, situation: Situation) -> FacetResult:
    weeks = situation.patient.pregnancy_weeks or _listed_weeks(situation)
    return (
        FacetResult(None, ask="weeks")
        if weeks is None
        else FacetResult(weeks < most, f"week {weeks}", because_es=f"semana {weeks}")
    )


def _age_below(most: int, situation: Situation) -> FacetResult:
    age = situation.patient.age_years
    return (
        FacetResult(None, ask="age")
        if age is None
        else FacetResult(age < most, f"{age} years", because_es=f"{age} años")
    )


def _bmi_from(least: Decimal, situation: Situation) -> FacetResult:
    bmi = bmi_of(situation.patient)
    return (
        FacetResult(None, ask="bmi")
        if bmi is None
        else FacetResult(bmi >= least, f"BMI {bmi:.0f}", because_es=f"IMC {bmi:.0f}")
    )


def _bmi_below(most: Decimal, situation: Situation) -> FacetResult:
    bmi = bmi_of(situation.patient)
    return (
        FacetResult(None, ask="bmi")
        if bmi is None
        else FacetResult(bmi < most, f"BMI {bmi:.1f}", because_es=f"IMC {bmi:.1f}")
    )


def _thin_below(most: Decimal, situation: Situation) -> FacetResult:
    """A known body mass index below the number; an unknown one asks nothing here."""
    bmi = bmi_of(situation.patient)
    return (
        FacetResult(bmi < most, f"BMI {bmi:.1f}", because_es=f"IMC {bmi:.1f}")
        if bmi is not None
        else FacetResult(False)
    )


def _hba1c_from(least: Decimal, situation: Situation) -> FacetResult:
    value = situation.patient.hba1c_percent
    return (
        FacetResult(None, ask="hba1c") if value is None else FacetResult(value >= least, f"HbA1c {value} %")
    )


def _platelets_below(most: int, situation: Situation) -> FacetResult:
    # Platelets are not counted before every needle: only an existing count can stop.
    value = situation.patient.platelets_10e9_l
    return (
        FacetResult(False)
        if value is None
        else FacetResult(
            value < most, f"platelets {value} x 10^9/L", because_es=f"plaquetas {value} x 10^9/L"
        )
    )


def _platelets_asked_below(most: int, situation: Situation) -> FacetResult:
    """Too few platelets; asks where the count is required."""
    value = situation.patient.platelets_10e9_l if _is_recent_count(situation) else None
    if value is None:
        return FacetResult(None, ask="platelets")
    return FacetResult(value < most, f"platelets {value} x 10^9/L", because_es=f"plaquetas {value} x 10^9/L")


def _neutrophils_below(most: Decimal, situation: Situation) -> FacetResult:
    """Too few neutrophils; asks where the count is required."""
    value = situation.patient.neutrophils_10e9_l if _is_recent_count(situation) else None
    if value is None:
        return FacetResult(None, ask="neutrophils")
    return FacetResult(
        value < most, f"neutrophils {value} x 10^9/L", because_es=f"neutrófilos {value} x 10^9/L"
    )


def _counts_known(wanted: bool, situation: Situation) -> FacetResult:
    patient = situation.patient
    counts = (patient.platelets_10e9_l, patient.neutrophils_10e9_l)
    return FacetResult((None not in counts and _is_recent_count(situation)) == wanted)


def _is_recent_count(situation: Situation) -> bool:
    """Whether the blood was counted within the last days; a count without a day counts."""
    on = situation.patient.blood_count_on
    return on is None or (situation.as_of - on).days <= load_questions()[1].counts_hold_days


def _days_since_same_site_below(most: int, situation: Situation) -> FacetResult:
    if situation.earlier is None:
        return FacetResult(None, ask="earlier_sessions")
    now = {(spot.muscle.id, spot.side) for spot in situation.spots}
    recent = [
        session.on
        for session in situation.earlier
        if now & {(site.muscle, site.side) for site in session.sites}
        and 0 <= (situation.as_of - session.on).days < most
    ]
    return FacetResult(
        bool(recent), *((f"last on {max(recent)}", "", f"última el {max(recent)}") if recent else ())
    )


def _weak_sessions_from(least: int, situation: Situation) -> FacetResult:
    if situation.earlier is None:
        return FacetResult(None, ask="earlier_sessions")
    weak = load_questions()[1].weak_relief_percent
    told = [session for session in situation.earlier if session.relief_percent is not None]
    low = [
        session for session in told if session.relief_percent is not None and session.relief_percent < weak
    ]
    return FacetResult(len(low) >= least, ", ".join(f"{s.on}: {s.relief_percent} %" for s in low))


# Each condition of `RuleWhen` by its name. The cheap ones come first: they rule out most rows.
FACETS: dict[str, Callable[[Any, Situation], FacetResult]] = {
    "technique": _technique,
    "steroid": _steroid,
    "particulate": _particulate,
    "epinephrine": _epinephrine,
    "steroid_holds": _steroid_holds,
    "drug": _drug,
    "drug_class": _drug_class,
    "drugs_from": _drugs_from,
    "guidance": _guidance,
    "ultrasound": _ultrasound,
    "offered": _offered,
    "lacks_credential": _lacks_credential,
    "sites_from": _sites_from,
    "volume_over": _volume_over,
    "side_elsewhere": _side_elsewhere,
    "side_said_elsewhere": _side_said_elsewhere,
    "pain_elsewhere": _pain_elsewhere,
    "muscles_from": _muscles_from,
    "site": _site,
    "both_sides": _both_sides,
    "local": _local,
    "local_lacks": _local_lacks,
    "medicine": _medicine,
    "medicine_also": _medicine,
    "medicine_two": _medicine_two,
    "medicine_lacks": _medicine_lacks,
    "inr_from": _inr_from,
    "condition": _condition,
    "allergy": _allergy,
    "anaphylaxis_to": _anaphylaxis_to,
    "pregnant": _pregnant,
    "pregnant_contradicted": _pregnant_contradicted,
    "weeks_below": _weeks_below,
    "age_below": _age_below,
    "bmi_from": _bmi_from,
    "bmi_below": _bmi_below,
    "thin_below": _thin_below,
    "hba1c_from": _hba1c_from,
    "platelets_below": _platelets_below,
    "platelets_asked_below": _platelets_asked_below,
    "neutrophils_below": _neutrophils_below,
    "counts_known": _counts_known,
    "days_since_same_site_below": _days_since_same_site_below,
    "weak_sessions_from": _weak_sessions_from,
}
