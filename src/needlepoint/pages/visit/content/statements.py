"""The whole plan and all known safety facts, in the reader's language, for a template.

Nothing of a plan is left out: `said` renders each statement of the core whatever its kind. A new kind fails in
`tests/pages/visit/test_said.py` until a page shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from needlepoint.anatomy import in_language
from needlepoint.anatomy.types import Hazard
from needlepoint.base.knowledge import Certainty
from needlepoint.base.people import LocalState, Patient
from needlepoint.base.wording import mg, number
from needlepoint.treatment.lists.entries import read_lists
from needlepoint.treatment.plan.make import Plan
from needlepoint.treatment.plan.sites import PlannedSite
from needlepoint.treatment.plan.statements import PlanStatement
from needlepoint.treatment.precautions.check import load_precautions
from needlepoint.treatment.precautions.rules import load_questions
from needlepoint.treatment.spanish import structure_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

__all__ = [
    "ANSWERS",
    "LOCAL_WORDS",
    "TECHNIQUE_WORDS",
    "SafetyFact",
    "SaidRow",
    "SiteWords",
    "chance_of",
    "local_words",
    "safety_slots",
    "said",
    "site_words",
]

KIND_WORDS = {
    "stop": _("stop"),
    "confirm": _("needs decision"),
    "question": _("question"),
    "overridden": _("decision recorded"),
    "warn": _("caution"),
    "notice": _("caution"),
}
PILLS = {"stop": "bad", "confirm": "warn", "question": "warn", "warn": "warn"}
CERTAINTY_WORDS = {
    Certainty.SEEN: _("source read"),
    Certainty.SECONDARY: _("from a secondary source"),
    Certainty.INFERRED: _("inferred from sources"),
    Certainty.PROPOSED: _("policy of this program"),
    Certainty.UNVERIFIED: _("not verified"),
}
GUIDANCE_WORDS = {
    "optional": _("ultrasound optional"),
    "advised": _("ultrasound advised"),
    "required": _("ultrasound required"),
}
POSITION_WORDS = {
    "supine": _("lying on the back"),
    "prone": _("lying face down"),
    "side_lying": _("lying on the side"),
    "seated": _("sitting"),
    "lithotomy": _("lithotomy position"),
}
LOCAL_WORDS = {
    "infection": _("infection"),
    "broken_skin": _("broken skin"),
    "rash": _("rash"),
    "lump": _("lump"),
    "malignancy": _("cancer"),
    "implant": _("implant"),
    "breast_implant": _("breast implant"),
    "device": _("implanted device"),
    "hardware": _("metal hardware"),
    "lymphedema": _("lymphedema"),
    "node_dissection": _("lymph nodes removed"),
    "dialysis_access": _("dialysis access"),
    "acute_injury": _("fresh injury"),
    "recent_surgery": _("recent surgery"),
    "irradiated": _("irradiated skin"),
}
TECHNIQUE_WORDS = {"wet": _("injection"), "saline": _("saline"), "dry": _("dry needling")}
# How a question is answered on the board, by its key; any other is shown with where to enter it.
ANSWERS = {
    "pregnant": "yes_no",
    "platelets": "number",
    "neutrophils": "number",
    "hba1c": "number",
    "inr": "number",
    "weeks": "number",
    "medicine": "line",
    "condition": "line",
    "allergy": "line",
    "dose": "measure",
    "bmi": "measure",
    "age": "person",
    "local": "skin",
    "waiting": "history",
    "ultrasound": "settings",
    "scope": "settings",
    "unknown_medicine": "entry",
    "unknown_condition": "entry",
    "unknown_allergy": "entry",
    "which_medicine": "entry",
    "which_infection": "entry",
    "last_dose": "line",
    "told_medicine": "line",
    "told_condition": "line",
    "told_allergy": "line",
    "told_weight": "measure",
}


class SafetyFact(msgspec.Struct, frozen=True):
    """One safety fact of the header. `known` None: not asked."""

    id: str
    label: StrPromise
    rows: tuple[str, ...] = ()
    known: bool | None = None
    alarm: bool = False


class SaidRow(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a plan on the board; a `low` one may be collapsed."""

    id: str
    kind: str
    kind_words: StrPromise | str
    pill: str
    words: str
    do: str
    because: str
    sources: str
    certainty: StrPromise | str
    decided: str
    blocks: bool
    decidable: bool
    low: bool
    answer: str
    about: str
    text: str
    nearest: tuple[str, ...]


class SiteWords(msgspec.Struct, frozen=True, kw_only=True):
    """How to needle one site, in words: position, needle, depth, approach, guidance, hazards by severity."""

    position: StrPromise | str
    position_note: str
    landmark: str
    needle: str
    needle_because: str
    depth: str
    approach: str
    guidance: str
    guidance_words: StrPromise | str
    dose: str
    hazards: tuple[Hazard, ...]
    low_hazards: tuple[Hazard, ...]


def said(plan: Plan | None, lang: str) -> tuple[SaidRow, ...]:
    """Return every statement of the plan, the most severe first."""
    return tuple(_said(row, lang) for row in plan.statements) if plan else ()


def _said(row: PlanStatement, lang: str) -> SaidRow:
    spanish = lang == "es"
    return SaidRow(
        id=row.id,
        kind=row.kind,
        kind_words=KIND_WORDS.get(row.kind, row.kind),
        pill=PILLS.get(row.kind, ""),
        words=row.es if spanish else row.en,
        do=row.do_es if spanish else row.do_en,
        because="; ".join(row.because_es if spanish else row.because),
        sources="; ".join(citation.title for citation in row.citations),
        certainty=CERTAINTY_WORDS.get(row.certainty, "") if row.certainty else "",
        decided=row.decided or "",
        blocks=row.blocks,
        decidable=row.kind in ("stop", "confirm") and not row.absolute,
        low=row.severity == "low" and row.kind in ("warn", "notice"),
        answer=ANSWERS.get(row.id, "") if row.kind == "question" else "",
        about=row.about or row.id,
        text=row.text,
        nearest=row.nearest,
    )


def site_words(site: PlannedSite, lang: str = "en") -> SiteWords:
    """Return how to needle one site, in words."""
    hazards = [
        msgspec.structs.replace(row, structure=structure_of(row, lang), avoid=in_language(row.avoid, lang))
        for row in site.hazards
    ]
    needle = site.needle
    size = f"{needle.gauge} G" if needle.gauge else f"{needle.thickness_mm} mm"
    low, high = site.depth_mm
    return SiteWords(
        position=POSITION_WORDS.get(site.patient_position, site.patient_position.replace("_", " ")),
        position_note=in_language(site.position_note, lang),
        landmark=in_language(site.landmark, lang),
        needle=f"{size} × {needle.length_mm} mm",
        needle_because=needle.because_es if lang == "es" else needle.because,
        depth=f"{low} mm" if low == high else f"{low}–{high} mm",
        approach=in_language(site.approach, lang),
        guidance=site.guidance,
        guidance_words=GUIDANCE_WORDS.get(site.guidance, site.guidance),
        dose="" if site.dose_mg is None else mg(site.dose_mg),
        hazards=tuple(row for row in hazards if row.level != "low"),
        low_hazards=tuple(row for row in hazards if row.level == "low"),
    )


def local_words(rows: Sequence[LocalState] | None) -> tuple[StrPromise | str, ...]:
    """Return what is wrong with the skin or below it, in words."""
    return tuple(LOCAL_WORDS.get(row.what, row.what) for row in rows or ())


def chance_of(probability: float) -> str:
    """Return a probability in percent; never 0% or 100%, because nothing here is certain.

    >>> chance_of(0.001), chance_of(0.42), chance_of(0.999)
    ('< 1 %', '42 %', '> 99 %')
    """
    percent = round(probability * 100)
    if percent < 1:
        return "< 1 %"
    return "> 99 %" if percent > 99 else f"{percent} %"


def safety_slots(patient: Patient) -> tuple[SafetyFact, ...]:
    """Return allergies, blood thinners, other medicines, conditions, pregnancy and weight, always in this order."""
    allergies = patient.allergies
    listed = tuple(row.substance + (f" ({row.reaction})" if row.reaction else "") for row in allergies or [])
    thinners, others = _medicines(patient)
    conditions = tuple(patient.conditions or [])
    return (
        SafetyFact("allergy", _("Allergies"), listed, _known(allergies), bool(listed)),
        SafetyFact("thinner", _("Blood thinners"), thinners, _known(patient.medicines), bool(thinners)),
        SafetyFact("medicine", _("Other medicines"), others, _known(patient.medicines)),
        SafetyFact("condition", _("Conditions"), conditions, _known(patient.conditions)),
        *_pregnancy(patient),
        _weight(patient.weight_kg),
    )


def _known(rows: Sequence[object] | None) -> bool | None:
    return None if rows is None else True


def _medicines(patient: Patient) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return blood thinners with their INR, and the other medicines."""
    bleeding = set(load_precautions()["two_blood_thinners"].when.medicine_two or [])
    thinners: list[str] = []
    others: list[str] = []
    entries = read_lists(patient, timezone.localdate()).medicine
    for row, entry in zip(patient.medicines or [], entries, strict=False):
        inr = f" (INR {number(row.inr)}, {row.inr_on})" if row.inr is not None else ""
        (thinners if entry.groups & bleeding else others).append(row.name + inr)
    return tuple(thinners), tuple(others)


def _pregnancy(patient: Patient) -> list[SafetyFact]:
    """Return whether the patient is pregnant; nothing for patients who are not asked."""
    ages = load_questions()[1]
    age = patient.age_years
    beyond = age is not None and not ages.fertile_from_years <= age <= ages.fertile_to_years
    if patient.pregnant is None and (patient.sex == "male" or beyond):
        return []
    weeks = patient.pregnancy_weeks
    yes = str(_("yes")) if weeks is None else str(_("week %(n)s") % {"n": weeks})
    rows = () if patient.pregnant is None else (yes if patient.pregnant else str(_("no")),)
    return [SafetyFact("pregnant", _("Pregnancy"), rows, patient.pregnant, bool(patient.pregnant))]


def _weight(weight_kg: Decimal | None) -> SafetyFact:
    rows = () if weight_kg is None else (f"{number(weight_kg)} kg",)
    return SafetyFact("weight", _("Weight"), rows, None if weight_kg is None else True)
