"""An episode's record as facts for a payer's policy: taken from the record, nothing entered twice."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.people import Clinician
from needlepoint.coding import Coding, Session
from needlepoint.coding.load import load_codes, load_edits
from needlepoint.coding.types import ACT_OF
from needlepoint.coverage.types import CoverageFacts, Earlier
from needlepoint.exam.types import Assessment, Found
from needlepoint.treatment.scope.rules import Scope
from needlepoint.treatment.types import CheckVerdict, EarlierSession, PriorCare

__all__ = ["Insured", "acts_of", "codes_of", "facts_of"]

ACTS = ("injection", "dry_needling")
EVALUATION = "evaluation"
SIGNS = ("taut_band", "tender_spot", "twitch", "referred_pain")


class Insured(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The payer, and answers that only a policy asks for."""

    payer: str
    state: str | None = None  # of the place of service, if it is not the clinician's
    county: str | None = None  # of the place of service, if it splits a state between two contractors
    both_sides: Literal[1, 2] | None = None  # how often this payer counts a muscle treated on both sides
    movement_limited: bool | None = None
    diagnostic: bool | None = None
    in_program: bool | None = None
    other_block: bool | None = None
    routine: bool | None = None  # given by schedule and not by findings
    specific_cause: bool | None = None
    improving: bool | None = None  # demonstrably, with dated measures
    last_function_improved: bool | None = None
    last_function_percent: int | None = None  # by how much a validated scale of function improved
    last_same_scale: bool | None = None
    documented: list[str] | None = None


def facts_of(
    insured: Insured,
    session: Session,
    coding: Coding,
    assessment: Assessment | None,
    prior_care: Sequence[PriorCare] | None,
    earlier: Sequence[EarlierSession] | None,
    pain_weeks: Decimal | None,
    clinician: Clinician,
    scopes: Sequence[Scope] = (),
    act: str | None = None,
) -> CoverageFacts:
    """Return the facts of one session for one payer. What the record does not have stays None.

    `act`: only this act of a session with both injections and dry needling, with its own places, codes and diagnoses.
    """
    act = act or acts_of(session)[0]
    sites = [site for site in session.sites if ACT_OF[site.technique] == act]
    muscles = [find_muscle(load_atlas(), site.muscle) for site in sites]
    places = [(muscle.id, site.side) for muscle, site in zip(muscles, sites, strict=True)]
    weeks = [care.weeks for care in prior_care or [] if care.weeks is not None]
    return msgspec.structs.replace(
        _of_payer(insured, session.on, clinician),
        state_allows=_state_allows(scopes),
        act=act,
        diagnoses=[row.code for row in coding.diagnoses],
        pointed=_pointed(coding, codes_of(act)),
        signs=_signs(assessment, places),
        nodule=_nodule(assessment, places),
        places=places,
        regions=len({muscle.body_area for muscle in muscles}),
        pain_weeks=pain_weeks,
        care_weeks=max(weeks) if weeks else None,
        care_failed=_failed(prior_care),
        other_block=_other_block(coding, insured),
        codes=_billed_codes(session, coding, act),
        drug_on_claim=_drug_on_claim(session, coding),
        earlier=_earlier(earlier, insured),
    )


def _of_payer(insured: Insured, on: datetime.date, clinician: Clinician) -> CoverageFacts:
    """Return payer, clinician, and the answers that only a policy asks for."""
    return CoverageFacts(
        on=on,
        payer=insured.payer,
        state=insured.state or clinician.state,
        county=insured.county,
        profession=clinician.profession,
        credentials=list(clinician.credentials),
        improving=insured.improving,
        movement_limited=insured.movement_limited,
        diagnostic=insured.diagnostic,
        in_program=insured.in_program,
        routine=insured.routine,
        specific_cause=insured.specific_cause,
        documented=insured.documented,
    )


def _billed_codes(session: Session, coding: Coding, act: str) -> list[str]:
    """Return the codes that are billed with this act; those without an act of their own go with the first act."""
    codes = [line.code for line in coding.lines]
    if act != acts_of(session)[0]:
        return [code for code in codes if code in codes_of(act)]
    other = {code for one in acts_of(session) if one != act for code in codes_of(one)}
    return [code for code in codes if code not in other]


def acts_of(session: Session) -> list[str]:
    """Return the acts of a session, the injection first: the drug and the guidance belong to it."""
    done = {ACT_OF[site.technique] for site in session.sites}
    acts = [act for act in ACTS if act in done]
    acts += dict.fromkeys(act for code, act in _by_hand().items() if code in _entered(session))
    return acts or ([EVALUATION] if session.visit is not None else [])


def codes_of(act: str) -> set[str]:
    """Return the codes of an act."""
    rows = load_codes()
    found = {row.code for row in rows.procedure if row.act == act}
    found |= {code for code, of in _by_hand().items() if of == act}
    return found | ({code for row in rows.visit for code in row.codes} if act == EVALUATION else set())


def _by_hand() -> dict[str, str]:
    """Return codes that are only entered by hand and belong to an act of a policy: acupuncture."""
    return {row.code: row.act for row in load_codes().code if row.act}


def _entered(session: Session) -> set[str]:
    return {row.code for row in session.entered}


def _state_allows(scopes: Sequence[Scope]) -> bool | None:
    """Return whether the state allows everything that was done to this clinician; None: unknown, or not asked."""
    verdicts = {scope.verdict for scope in scopes}
    if CheckVerdict.NOT_MET in verdicts:
        return False
    return True if verdicts == {CheckVerdict.MET} else None


def _pointed(coding: Coding, acts: set[str]) -> list[str] | None:
    """Return the diagnoses at which the needling lines point, which alone justify it. None: no such line."""
    numbers = {n for line in coding.lines if line.code in acts for n in line.pointers}
    if not numbers:
        return None
    return [row.code for n, row in enumerate(coding.diagnoses, 1) if n in numbers]


def _drug_on_claim(session: Session, coding: Coding) -> bool:
    """Return whether the drug is on a claim: on this one, or on the facility's, which bills it by its revenue code."""
    drugs = {row.code for row in load_codes().drug}
    if session.drugs and session.place in load_edits().facility.places:
        return True
    return any(line.code in drugs for line in coding.lines)


def _signs(assessment: Assessment | None, places: Sequence[tuple[str, str]]) -> int | None:
    """Return the fewest signs over any treated place: each must show its trigger point. None: one was not examined."""
    if assessment is None or not places:
        return None
    found: dict[tuple[str, str], Found] = {(s.found.muscle, s.found.side): s.found for s in assessment.spots}
    if any(place not in found for place in places):
        return None
    return min(sum(getattr(found[place], sign) is True for sign in SIGNS) for place in places)


def _nodule(assessment: Assessment | None, places: Sequence[tuple[str, str]]) -> bool | None:
    """Return whether a band or a tender spot was palpated in every treated place. None: one was not examined for it."""
    if assessment is None or not places:
        return None
    found: dict[tuple[str, str], Found] = {(s.found.muscle, s.found.side): s.found for s in assessment.spots}
    felt = [_felt(found.get(place)) for place in places]
    if False in felt:
        return False
    return None if None in felt else True


def _felt(spot: Found | None) -> bool | None:
    if spot is None:
        return None
    if spot.taut_band or spot.tender_spot:
        return True
    return None if None in (spot.taut_band, spot.tender_spot) else False


def _failed(prior_care: Sequence[PriorCare] | None) -> bool | None:
    """Return whether care was tried without success, or was not possible. Nothing tried is a 'no'."""
    if prior_care is None:
        return None
    if any(care.helped is False or care.cannot for care in prior_care):
        return True
    return None if any(care.helped is None for care in prior_care) else False


def _other_block(coding: Coding, insured: Insured) -> bool | None:
    """Return whether the claim itself has another block, whatever the record says; None: it may have one."""
    asks = [span.asks for span in load_edits().block for line in coding.lines if span.holds(line.code)]
    if not asks:
        return insured.other_block
    return insured.other_block or None if all(asks) else True


def _earlier(earlier: Sequence[EarlierSession] | None, insured: Insured) -> list[Earlier] | None:
    if earlier is None:
        return None
    last = max((session.on for session in earlier), default=None)
    return [
        Earlier(
            on=session.on,
            act=ACT_OF.get(session.technique or ""),
            places=[(site.muscle, site.side) for site in session.sites],
            relief_percent=session.relief_percent,
            relief_weeks=session.relief_weeks,
            function_improved=insured.last_function_improved if session.on == last else None,
            function_percent=insured.last_function_percent if session.on == last else None,
            same_scale=insured.last_same_scale if session.on == last else None,
        )
        for session in earlier
    ]
