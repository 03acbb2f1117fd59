"""The letter that contests a denial: what was denied, the policy's own paragraphs, what the record shows for each."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from needlepoint.billing.denials import Explained, OnFile
from needlepoint.claims.remit import RemitClaim
from needlepoint.claims.types import Provider
from needlepoint.refusal import Fault, Refused

__all__ = ["Letter", "Point", "write_appeal"]


class Denied(msgspec.Struct, frozen=True, kw_only=True):
    """One line as it was denied."""

    code: str
    reason: str
    words: str
    amount_usd: Decimal


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule of the policy asks, where that stands, and what the record shows."""

    asks: str
    citation: str
    shows: str


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in the letter. It goes to the payer, so it is in English."""

    title: str
    payer: str
    claim: str
    payer_control: str
    practice: Provider
    clinician: str
    patient: str
    member_id: str
    service_on: datetime.date
    written_on: datetime.date
    appeal_by: datetime.date | None
    denied: tuple[Denied, ...]
    points: tuple[Point, ...]
    record: tuple[str, ...]
    request: str
    enclosed: tuple[str, ...]


def write_appeal(
    answer: RemitClaim, explained: Explained, on_file: OnFile, written_on: datetime.date
) -> Letter:
    """The letter for what should be contested.

    Raises Refused where nothing should: with the advice, and the rule that the record does not meet.
    """
    contested = explained.contested
    if not contested:
        said = " ".join(dict.fromkeys(row.because_en or row.answer_en for row in explained.denials))
        given = f"claim {answer.id} with nothing to contest"
        raise Refused(Fault("appeal", given, "a denial that the record speaks against", said))
    claim = on_file.draft.claim
    if claim is None:
        raise Refused(Fault("appeal", "an episode without its claim", "the claim that was denied"))
    rules = {rule.rule: rule for row in contested for rule in row.rules}
    patient = claim.patient or claim.coverage.insured
    total = sum((row.amount_usd for row in contested), Decimal(0))
    medicare = on_file.payer == "medicare"
    clinician = claim.rendering
    return Letter(
        title="Request for redetermination" if medicare else "Appeal of a denied claim",
        payer=claim.coverage.payer.name,
        claim=claim.id,
        payer_control=answer.payer_control,
        practice=claim.billing,
        clinician=f"{clinician.first} {clinician.name}, NPI {clinician.npi}"
        if clinician
        else claim.billing.name,
        patient=f"{patient.first} {patient.last}",
        member_id=claim.coverage.member_id,
        service_on=claim.lines[0].on,
        written_on=written_on,
        appeal_by=explained.appeal_by.last if explained.appeal_by else None,
        denied=tuple(
            Denied(
                code=row.line or "whole claim",
                reason=f"{row.group}-{row.reason}" + (f", {', '.join(row.remarks)}" if row.remarks else ""),
                words=row.en,
                amount_usd=row.amount_usd,
            )
            for row in contested
        ),
        points=tuple(
            Point(
                asks=rule.asks,
                citation="; ".join(
                    " ".join(filter(None, (c.title, f"section {c.section}" if c.section else "")))
                    for c in rule.citations
                ),
                shows=rule.shows,
            )
            for rule in rules.values()
        ),
        record=on_file.quotes,
        request=f"We ask that the decision be reversed and ${total} be allowed as billed, or that the reviewer name the"
        " rule that is not met and what in the record is missing for it.",
        enclosed=("The note of the day of service", "The remittance advice with the denial"),
    )
