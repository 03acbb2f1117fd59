"""The likely cause of a denial within a claim: one check for each kind, worded in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from needlepoint.base.wording import day_words
from needlepoint.claims.types import Claim, ClaimLine, Provider
from needlepoint.coding import Coding
from needlepoint.episode.account.claim import ClaimDraft

__all__ = ["DenialCause", "causes_of"]


class DenialCause(msgspec.Struct, frozen=True, kw_only=True):
    """What a check of the record found."""

    check: str
    en: str
    es: str


class CauseTexts(Protocol):
    """The words of a check."""

    @property
    def found_en(self) -> str: ...
    @property
    def found_es(self) -> str: ...
    @property
    def none_en(self) -> str: ...
    @property
    def none_es(self) -> str: ...


class Looked(msgspec.Struct, frozen=True):
    """The input of a check: the claim, its line (None: the whole claim), the derivation of the codes."""

    claim: Claim
    line: ClaimLine | None
    draft: ClaimDraft
    coding: Coding


def causes_of(
    checks: Sequence[str], code: str, draft: ClaimDraft, coding: Coding, texts: Mapping[str, CauseTexts]
) -> tuple[DenialCause, ...]:
    """Return what each of `checks` finds for the line with `code` ('': the whole claim)."""
    claim = draft.claim
    if claim is None:
        return ()
    line = next((row for row in claim.lines if row.code == code), None)
    looked = Looked(claim, line, draft, coding)
    found = []
    for check in checks:
        value = LOOKS[check](looked)
        text = texts[check]
        en, es = (text.found_en, text.found_es) if value else (text.none_en, text.none_es)
        found.append(DenialCause(check=check, en=en.format(value=value), es=es.format(value=value)))
    return tuple(found)


def _modifiers(seen: Looked) -> str:
    return " ".join(seen.line.modifiers) if seen.line else ""


def _person(seen: Looked) -> str:
    patient = seen.claim.patient or seen.claim.coverage.insured
    clinician = seen.claim.rendering or seen.claim.billing
    parts = [f"{patient.birth_date} {patient.sex}", clinician.taxonomy]
    return ", ".join(part for part in parts if part)


def _pointers(seen: Looked) -> str:
    lines = [seen.line] if seen.line else seen.claim.lines
    numbers = sorted({n for line in lines for n in line.pointers})
    return ", ".join(seen.claim.diagnoses[n - 1] for n in numbers if n <= len(seen.claim.diagnoses))


def _missing(seen: Looked) -> str:
    return " ".join(map(str, seen.draft.faults))


def _other(seen: Looked) -> str:
    return ", ".join(f"{row.payer.name} ({row.sequence})" for row in seen.claim.others)


def _eligibility(seen: Looked) -> str:
    cover = seen.claim.coverage
    name = f"{cover.insured.first} {cover.insured.last}"
    return f"{name}, {cover.insured.birth_date}, {cover.member_id}" if cover.member_id else ""


def _timely(seen: Looked) -> str:
    by = seen.draft.send_by
    return f"{day_words(by.last)} ({by.words})" if by else ""


def _bundled(seen: Looked) -> str:
    others = [row for row in seen.claim.lines if row is not seen.line]
    return ", ".join(" ".join([row.code, *row.modifiers]) for row in others)


def _units(seen: Looked) -> str:
    if seen.line is None:
        return ""
    said = next((row.because for row in seen.coding.lines if row.code == seen.line.code), "")
    return f"{seen.line.units} ({said})" if said else str(seen.line.units)


def _codes(seen: Looked) -> str:
    code = seen.line.code if seen.line else ""
    return " ".join(said.en for said in seen.coding.open if not code or said.code == code)


def _providers(seen: Looked) -> str:
    named: list[Provider | None] = [seen.claim.rendering, seen.claim.referring, seen.claim.supervising]
    return ", ".join(f"{row.first} {row.name} {row.npi}".strip() for row in named if row)


def _records(seen: Looked) -> str:
    papers = [*seen.claim.attachments, *(seen.line.attachments if seen.line else [])]
    return ", ".join(f"{row.kind} {row.control}".strip() for row in papers)


LOOKS: dict[str, Callable[[Looked], str]] = {
    "modifiers": _modifiers,
    "place": lambda seen: seen.claim.place,
    "person": _person,
    "pointers": _pointers,
    "missing": _missing,
    "other": _other,
    "eligibility": _eligibility,
    "authorization": lambda seen: seen.claim.authorization or seen.claim.referral,
    "timely": _timely,
    "bundled": _bundled,
    "units": _units,
    "codes": _codes,
    "providers": _providers,
    "records": _records,
}
