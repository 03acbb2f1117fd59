"""The letter that contests a denial: what was denied, the policy's paragraphs, and what the record shows."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from needlepoint.base.knowledge import Certainty
from needlepoint.base.refusal import Fault, Refused
from needlepoint.claims.incoming.remit import RemitClaim
from needlepoint.claims.types import Claim, Provider
from needlepoint.coverage.rules.line import NO_SESSION
from needlepoint.coverage.types import RuleVerdict
from needlepoint.episode.denials.explain import Denial, Explained, OnFile

__all__ = ["AppealLetter", "AppealPoint", "check_first", "write_appeal"]

REPEATS = ("last_", "days_since", "routine")


class DeniedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line as it was denied."""

    code: str
    reason: str
    words: str
    amount_usd: Decimal


class AppealPoint(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule of the policy requires, its name, and what the record shows."""

    rule: str
    asks: str
    shows: str


class AppealLetter(msgspec.Struct, frozen=True, kw_only=True):
    """The content of the letter. It goes to the payer, so it is in English."""

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
    denied: tuple[DeniedLine, ...]
    policy: str
    first: bool  # no earlier session: rules on repeats do not apply
    points: tuple[AppealPoint, ...]
    record: tuple[str, ...]
    request: str
    enclosed: tuple[str, ...]


def write_appeal(
    answer: RemitClaim, explained: Explained, on_file: OnFile, written_on: datetime.date
) -> AppealLetter:
    """Return the letter for what should be contested.

    Raises Refused when nothing should: with the advice, and the rule that the record does not meet.
    """
    claim = _contested_claim(answer, explained, on_file)
    contested = explained.contested
    rules = {rule.rule: rule for row in contested for rule in row.rules}
    patient = claim.patient or claim.coverage.insured
    total = sum((row.amount_usd for row in contested), Decimal(0))
    return AppealLetter(
        title="Request for redetermination" if on_file.payer == "medicare" else "Appeal of a denied claim",
        payer=claim.coverage.payer.name,
        claim=claim.id,
        payer_control=answer.payer_control,
        practice=claim.billing,
        clinician=_clinician(claim),
        patient=f"{patient.first} {patient.last}",
        member_id=claim.coverage.member_id,
        service_on=claim.lines[0].on,
        written_on=written_on,
        appeal_by=explained.appeal_by.last if explained.appeal_by else None,
        denied=tuple(_denied(row) for row in contested),
        policy=_policy(on_file),
        first=any(_of_repeats_only(rule) for rule in rules.values()),
        points=tuple(
            AppealPoint(rule=rule.rule, asks=rule.asks, shows=rule.shows)
            for rule in rules.values()
            if not _of_repeats_only(rule)
        ),
        record=on_file.quotes,
        request=f"We ask that the decision be reversed and ${total} be allowed as billed, or that the reviewer name the"
        " rule that is not met and what in the record is missing for it.",
        enclosed=("The note of the day of service", "The remittance advice with the denial"),
    )


def _contested_claim(answer: RemitClaim, explained: Explained, on_file: OnFile) -> Claim:
    """Return the claim that was denied; Refused when there is nothing to contest."""
    if not explained.contested:
        said = " ".join(dict.fromkeys(row.because_en or row.answer_en for row in explained.denials))
        given = f"claim {answer.id} with nothing to contest"
        raise Refused(Fault("appeal", given, "a denial that the record speaks against", said))
    if on_file.draft.claim is None:
        raise Refused(Fault("appeal", "an episode without its claim", "the claim that was denied"))
    return on_file.draft.claim


def _clinician(claim: Claim) -> str:
    """Return the rendering clinician with the NPI, else the practice."""
    who = claim.rendering
    return f"{who.first} {who.name}, NPI {who.npi}" if who else claim.billing.name


def _denied(row: Denial) -> DeniedLine:
    remarks = f", {', '.join(row.remarks)}" if row.remarks else ""
    return DeniedLine(
        code=row.line or "whole claim",
        reason=f"{row.group}-{row.reason}{remarks}",
        words=row.en,
        amount_usd=row.amount_usd,
    )


def _policy(on_file: OnFile) -> str:
    """Return the policy by the name under which the payer publishes it."""
    found = on_file.determination
    if found is None:
        return ""
    return ", ".join(part for part in (found.title, found.contractor, found.lcd) if part)


def _of_repeats_only(rule: RuleVerdict) -> bool:
    """Return whether a rule is only about the last session's response, when there was none."""
    return rule.shows in NO_SESSION and all(line.startswith(REPEATS) for line in rule.lines)


def check_first(explained: Explained) -> tuple[str, ...]:
    """Return the rules that were not verified in the policy itself: compare them with it before the letter is sent."""
    rules = {rule.rule: rule for row in explained.contested for rule in row.rules}
    return tuple(
        f"{rule.rule}: {rule.asks} ({rule.certainty.value}: {'; '.join(c.title for c in rule.citations)})"
        for rule in rules.values()
        if rule.certainty is not Certainty.SEEN and not _of_repeats_only(rule)
    )
