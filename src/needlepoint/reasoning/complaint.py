"""A complaint as entered, and the same complaint as evidence in the vocabulary of the atlas."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from needlepoint.anatomy.geometry import normalize_region
from needlepoint.anatomy.load import load_atlas
from needlepoint.anatomy.marks import Drawing
from needlepoint.base.refusal import Fault, Refused, read_as
from needlepoint.reasoning.types import Because, Evidence, NeuroFinding, Palpated
from needlepoint.reasoning.words.read import read_phrase, read_text

MOST_AGE = 120  # years
MOST_TEXT = 20_000  # characters; more than anyone writes, and hostile text must not exhaust the machine


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """What the patient reports: where it hurts (regions, a drawing or words) and what goes with it.

    `regions` are names of the chart, or a table of name -> intensity 0-10. Free strings in `aggravated_by`, `eased_by`,
    `rom_loss`, `symptoms` and `contexts` are matched by their words, in English or Spanish.
    """

    id: str | None = None
    pain_text: str | None = None
    regions: list[str] | dict[str, float] | None = None
    painless: list[str] = []
    drawing: Any = None
    aggravated_by: list[str] = []
    eased_by: list[str] = []
    rom_loss: list[str] = []
    symptoms: list[str] = []
    contexts: list[str] = []
    onset: str | None = None
    course: str | None = None
    duration_weeks: float | None = None
    prior_treatments: list[str] = []
    language: str | None = None


class Case(Complaint, frozen=True, kw_only=True):
    """A complaint with what was examined, the patient's age and sex, and answers (question id: yes, no, not_known)."""

    palpated: list[Palpated] = []
    neurological: list[NeuroFinding] = []
    age_years: int | None = None
    sex: str | None = None
    answers: dict[str, str] = {}


LISTED = {
    "aggravators": "aggravated_by",
    "easers": "eased_by",
    "restrictions": "rom_loss",
    "symptoms": "symptoms",
    "contexts": "contexts",
}


def read_case(obj: Any, where: str = "complaint") -> Case:
    """Return a plain object (from JSON) as a Case. Refused, with every fault, when it does not fit.

    The age may be called `age`. Further fields of a case (its answer, for example) are ignored.
    """
    if not isinstance(obj, dict):
        raise Refused(Fault(where, type(obj).__name__, "an object with 'regions', 'drawing' or 'pain_text'"))
    named = obj if "age_years" in obj or "age" not in obj else {**obj, "age_years": obj["age"]}
    return checked_case(read_as(named, Case, where), where)


def checked_case(complaint: Case, where: str = "complaint") -> Case:
    """Return the case unchanged. Refused for too long a text, an impossible age, or no place of pain."""
    age = complaint.age_years
    if age is not None and not 0 <= age <= MOST_AGE:
        raise Refused(Fault(f"{where}.age_years", str(age), f"whole years from 0 to {MOST_AGE}"))
    lists = [word for field in LISTED.values() for word in getattr(complaint, field)]
    told = len(complaint.pain_text or "") + sum(map(len, lists))
    if told > MOST_TEXT:
        raise Refused(
            Fault(where, f"{told} characters of text", f"at most {MOST_TEXT}", "Tell the main points.")
        )
    if not (complaint.regions or complaint.drawing or (complaint.pain_text or "").strip()):
        raise Refused(
            Fault(where, "nothing that says where it hurts", "'regions', a 'drawing' or 'pain_text'")
        )
    return complaint


def weigh(complaint: Complaint, where: str = "complaint") -> Evidence:
    """Return the evidence of a complaint: marked regions first, else the drawing, else the words."""
    if complaint.regions or complaint.drawing:
        evidence = _from_marks(complaint, where)
    else:
        evidence = _from_words(complaint, where)
    return _with_lists(evidence, complaint)


def _from_marks(complaint: Complaint, where: str) -> Evidence:
    painful: dict[str, None] = {}
    together: dict[tuple[str, ...], None] = {}
    because: dict[str, Because] = {}
    told: dict[str, float] = {}
    faults: list[Fault] = []
    drawing = None if complaint.regions else _drawn(complaint.drawing)
    for name, intensity in _marked(complaint, drawing, where, faults).items():
        try:
            named = normalize_region(name)
        except Refused as refusal:
            faults.extend(refusal.under(f"{where}.regions").faults)
            continue
        if intensity == 0:
            continue
        if len(named.ids) > 1:
            together[named.ids] = None
        else:
            painful[named.ids[0]] = None
        because |= {id_: Because("regions" if complaint.regions else "drawing", name) for id_ in named.ids}
        told |= dict.fromkeys(named.ids, intensity)
    painless = _painless(complaint, where, faults, painful)
    if faults:
        raise Refused(faults)
    if not painful and not together:
        raise Refused(Fault(f"{where}.regions", "no painful region", "at least one region that hurts"))
    return Evidence(
        painful=tuple(painful),
        together=tuple(together),
        painless=painless,
        because=because,
        intensity={} if isinstance(complaint.regions, list) else told,
        drawing=drawing,
    )


def _drawn(marks: Any) -> Drawing:
    from needlepoint.anatomy.drawing import (
        read_drawing,  # geometry is slow to import, and words do not need it
    )

    return read_drawing(marks)


def _covered(drawing: Drawing) -> dict[str, float]:
    from needlepoint.anatomy.drawing import cover

    return cover(drawing).painful


def _marked(
    complaint: Complaint, drawing: Drawing | None, where: str, faults: list[Fault]
) -> dict[str, float]:
    """Return region name -> intensity, from the table, the list or the drawing."""
    if not complaint.regions:
        return _covered(drawing) if drawing else {}
    if isinstance(complaint.regions, list):
        return dict.fromkeys(complaint.regions, 1.0)
    for name, intensity in complaint.regions.items():
        if not math.isfinite(intensity) or not 0 <= intensity <= 10:
            faults.append(Fault(f"{where}.regions.{name}", str(intensity), "an intensity from 0 to 10"))
    return complaint.regions


def _painless(
    complaint: Complaint, where: str, faults: list[Fault], painful: dict[str, None]
) -> tuple[str, ...]:
    found: list[str] = []
    for name in complaint.painless:
        try:
            found += normalize_region(name).ids
        except Refused as refusal:
            faults.extend(refusal.under(f"{where}.painless").faults)
    both = sorted(set(found) & set(painful))
    if both:
        faults.append(
            Fault(f"{where}.painless", f"{', '.join(both)} as painful and painless", "one or the other")
        )
    return tuple(found)


def _from_words(complaint: Complaint, where: str) -> Evidence:
    """Return the regions and features that the text names. Without a side, one side is assumed and not reported."""
    reading = read_text(complaint.pain_text or "", complaint.language)
    painful: dict[str, Because] = {}
    painless: dict[str, None] = {}
    side_known = any(mention.side in ("left", "right", "both") for mention in reading.regions)
    for mention in reading.regions:
        for region in mention.ids("right"):
            if mention.painful and not mention.negated:
                painful.setdefault(region, Because("pain_text", mention.words))
            elif mention.negated:
                painless.setdefault(region)
    if not painful:
        raise Refused(
            Fault(
                f"{where}.pain_text",
                "words that name no place on the body that hurts",
                "at least one place, such as 'behind the right eye'",
                "Name where it hurts, or mark it on the body chart.",
            )
        )
    return Evidence(
        painful=tuple(painful),
        painless=tuple(region for region in painless if region not in painful),
        side_known=side_known,
        words_only=True,
        because=painful,
    )


def _with_lists(evidence: Evidence, complaint: Complaint) -> Evidence:
    """Return the evidence with the features from the lists and from the text."""
    found: dict[tuple[str, str], Because] = {}
    for vocabulary, field in LISTED.items():
        for words in getattr(complaint, field):
            known = words in load_atlas().features[vocabulary]
            for id_ in [words] if known else read_phrase(vocabulary, words):
                found.setdefault((vocabulary, id_), Because(field, words))
    if complaint.pain_text:
        for mention in read_text(complaint.pain_text, complaint.language).features:
            if not mention.negated:
                key = (mention.vocabulary, mention.id)
                found.setdefault(key, Because("pain_text", mention.words))
    return msgspec.structs.replace(
        evidence,
        features=tuple(found),
        because=evidence.because | {f"{v}:{f}": why for (v, f), why in found.items()},
    )
