"""Coordination of benefits: a payer's remittance as prior payments on the next payer's claim, line by line."""

from __future__ import annotations

import datetime

import msgspec

from needlepoint.base.refusal import Fault, Refused
from needlepoint.claims.incoming.remit import RemitClaim
from needlepoint.claims.types import Adjustment, Coverage, LinePayment, PriorPayment
from needlepoint.episode.account.account import Account
from needlepoint.episode.denials.reasons import standing_of

__all__ = ["after_remit", "sent_on"]

ORDER = "PST"
CROSSED = "sent_on"


def after_remit(account: Account, answer: RemitClaim, paid_on: datetime.date) -> Account:
    """Return the account for the next payer. Refused when there is none, or the remittance is of another claim."""
    if answer.id != account.claim_id:
        raise Refused(Fault("remit", f"claim {answer.id!r}", f"the answer to claim {account.claim_id!r}"))
    if sent_on(answer):
        to = answer.crossover or "the next payer"
        expected = "a claim that the first payer has not sent on itself"
        remedy = "Wait for that payer's answer: a second claim is a duplicate."
        raise Refused(Fault("remit", f"claim {answer.id!r}, already sent on to {to}", expected, remedy))
    payer, next_billed = _payer_and_next(account)
    paid = _prior_payment(answer, paid_on)
    coverages = [
        msgspec.structs.replace(row, paid=paid) if row is payer else row for row in account.coverages
    ]
    payments = _line_payments(answer, payer, paid_on)
    return msgspec.structs.replace(account, coverages=coverages, payments=payments, billed=next_billed)


def _payer_and_next(account: Account) -> tuple[Coverage, str]:
    """Return the coverage that was billed, and the sequence (S or T) of the next. Refused when there is no next."""
    known = {row.sequence: row for row in account.coverages}
    later = [sequence for sequence in ORDER[ORDER.find(account.billed) + 1 :] if sequence in known]
    if account.billed not in known or not later:
        expected = "a further payer in account.coverages"
        raise Refused(Fault("account.coverages", ", ".join(known) or "none", expected))
    return known[account.billed], later[0]


def _prior_payment(answer: RemitClaim, paid_on: datetime.date) -> PriorPayment:
    """Return what the first payer paid on the whole claim."""
    adjusted = [
        Adjustment(group=row.group, reason=row.reason, amount_usd=row.amount_usd, quantity=row.quantity)
        for row in answer.adjustments
    ]
    return PriorPayment(
        paid_usd=answer.paid_usd,
        # The day is given once: with the lines if there are any, else with the claim.
        on=None if answer.lines else paid_on,
        patient_usd=answer.patient_usd,
        adjustments=adjusted,
        payer_control=answer.payer_control,
    )


def _line_payments(answer: RemitClaim, payer: Coverage, paid_on: datetime.date) -> list[LinePayment]:
    """Return what the first payer paid on each line."""
    return [
        LinePayment(
            payer_id=payer.payer.id,
            paid_usd=line.paid_usd,
            on=paid_on,
            code=line.code,
            modifiers=list(line.modifiers),
            units=line.units,
            adjustments=list(line.adjustments),
        )
        for line in answer.lines
    ]


def sent_on(answer: RemitClaim) -> bool:
    """Return whether the payer has forwarded the claim to the next one itself (a crossover)."""
    return any(row.id == CROSSED for row in standing_of(answer))
