"""The whole room in one step: a complaint (and what was palpated) to red flags and a differential."""

from __future__ import annotations

from typing import Any

import msgspec

from needlepoint.anatomy.lookup import find_muscle
from needlepoint.reasoning.complaint import Complaint, read_complaint, weigh
from needlepoint.reasoning.differential import differentiate
from needlepoint.reasoning.model import load_model
from needlepoint.reasoning.red_flags import RedFlag, screen_text
from needlepoint.reasoning.types import Differential, Evidence, Palpated
from needlepoint.refusal import Fault, Refused, read_as

# What stands in the place of a differential when the words name no place on the body.
NOT_ASKED = Differential(
    ranked=(), sets=(), next_palpation=None, method="no place was named", nothing_explains=1.0
)
SEXES = {"female": "female", "f": "female", "male": "male", "m": "male"}


class Reasoned(msgspec.Struct, frozen=True, kw_only=True):
    """One complaint thought through: warnings first, then the evidence as it was read, then the differential."""

    id: str | None
    red_flags: tuple[RedFlag, ...]
    evidence: Evidence
    differential: Differential


def reason(
    obj: Any, where: str = "complaint", age_years: int | None = None, sex: str | None = None
) -> Reasoned:
    """Red flags and differential of one plain object in the case format; Refused when it cannot be read.

    Besides the fields of `Complaint` the object may hold `palpated` (a list of findings), `age_years` and `sex`
    ('female' or 'male'); the arguments go before what the object holds.
    Fields of the case format that tell the answer (`muscles`, `side`, ...) are not looked at.
    """
    complaint = read_complaint(obj, where)
    palpated = read_palpated(obj.get("palpated", []), f"{where}.palpated")
    age = age_years if age_years is not None else _age_of(obj, where)
    sex = sex or _sex_of(obj)
    try:
        evidence = weigh(complaint, where)
    except Refused:
        # Words that name no place may still name an emergency: that is said, whatever else is missing.
        flags = screen_text(_told(complaint), complaint.language, age=age, sex=sex)
        if complaint.regions or complaint.drawing or not flags:
            raise
        return Reasoned(id=complaint.id, red_flags=flags, evidence=Evidence(), differential=NOT_ASKED)
    return Reasoned(
        id=complaint.id,
        red_flags=screen_text(
            _told(complaint), complaint.language, regions=_regions(evidence), age=age, sex=sex
        ),
        evidence=evidence,
        differential=differentiate(load_model(), evidence, palpated),
    )


def read_palpated(obj: Any, where: str) -> list[Palpated]:
    """Findings of palpation with muscles by any of their names, as values that name the atlas ids."""
    found = read_as(obj, list[Palpated], where)
    atlas = load_model().atlas
    named = []
    for index, finding in enumerate(found):
        try:
            muscle = find_muscle(atlas, finding.muscle)
        except Refused as refusal:
            raise refusal.under(f"{where}[{index}]") from None
        named.append(msgspec.structs.replace(finding, muscle=muscle.id))
    return named


def _age_of(obj: dict[str, Any], where: str) -> int | None:
    name = "age_years" if "age_years" in obj else "age"
    age = obj.get(name)
    if age is None:
        return None
    if isinstance(age, bool) or not isinstance(age, int) or not 0 <= age <= 120:
        raise Refused(Fault(f"{where}.{name}", repr(age), "whole years from 0 to 120"))
    return age


def _sex_of(obj: dict[str, Any]) -> str | None:
    """'female' or 'male', also from 'f' and 'm'; anything else is not known."""
    said = obj.get("sex")
    return SEXES.get(said.strip().casefold()) if isinstance(said, str) else None


def _told(complaint: Complaint) -> str:
    """Everything that was said in words, as one text for the screening."""
    said = [complaint.pain_text or "", complaint.onset or "", complaint.course or ""]
    said += [*complaint.symptoms, *complaint.contexts]
    return ". ".join(part for part in said if part)


def _regions(evidence: Evidence) -> tuple[str, ...]:
    return (*evidence.painful, *(region for group in evidence.together for region in group))
