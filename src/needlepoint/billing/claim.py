"""From the codes of a session and its account to the claim of one payer; what was put on, and what holds it back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from needlepoint.billing.account import Account
from needlepoint.billing.timely import Deadline, deadline_of
from needlepoint.claims.checks import check_claim
from needlepoint.claims.ndc import ndc11
from needlepoint.claims.plain import plainly
from needlepoint.claims.types import Claim, ClaimLine, Coverage, Drug
from needlepoint.coding import Coding, Session
from needlepoint.coding.load import load_codes
from needlepoint.coding.types import DrugUsed, Line
from needlepoint.cost.fees import fee_faults
from needlepoint.coverage import Determination
from needlepoint.coverage.abn import abn_modifier
from needlepoint.coverage.types import Verdict
from needlepoint.refusal import Fault, Refused

__all__ = ["ClaimDraft", "claim_of"]


class ClaimDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The claim as far as the record carries it. It may be sent when `faults` and `holds` are empty.

    `changes` are modifiers that were put on, each with its reason; `send_by` is the payer's last day.
    """

    claim: Claim | None
    faults: tuple[Fault, ...]
    holds: tuple[str, ...]
    changes: tuple[str, ...]
    send_by: Deadline | None

    @property
    def ready(self) -> bool:
        """Whether it may be sent as it is."""
        return self.claim is not None and not self.faults and not self.holds


def claim_of(
    account: Account,
    coding: Coding,
    session: Session,
    determination: Determination | None,
    payer: str | None,
    today: datetime.date | None = None,
) -> ClaimDraft | None:
    """The claim for the coverage that is billed now; None when there is no coverage: then the patient pays.

    `payer` is the payer as the policies know it, `today` the day on which it would be sent.
    """
    if not account.coverages:
        return None
    if not coding.lines:
        left_out = " ".join(f"{row.what}: {row.en}" for row in coding.dropped)
        held = (f"Nothing is left to bill. {left_out}".strip(),)
        return ClaimDraft(claim=None, faults=(), holds=held, changes=(), send_by=None)
    changes: list[str] = []
    holds = _holds(account, determination, payer, changes)
    deadline = deadline_of(payer, session.on) if payer else None
    if deadline and today and today > deadline.last:
        holds.append(f"The last day to send it was {deadline.last} ({deadline.words}).")
    modifier = _notice_modifier(account, determination, payer)
    lines, faults = _lines(account, coding, session, modifier)
    faults += _parties(account)
    billed = next((row for row in account.coverages if row.sequence == account.billed), None)
    if faults or billed is None or account.billing is None:
        return ClaimDraft(
            claim=None, faults=tuple(faults), holds=tuple(holds), changes=tuple(changes), send_by=deadline
        )
    claim = plainly(_claim(account, coding, session, lines, billed))
    return ClaimDraft(
        claim=claim,
        faults=tuple(check_claim(claim, today)),
        holds=tuple(holds),
        changes=tuple(changes),
        send_by=deadline,
    )


def _claim(
    account: Account, coding: Coding, session: Session, lines: list[ClaimLine], billed: Coverage
) -> Claim:
    assert account.billing is not None
    themself = billed.relation == "18"
    return Claim(
        id=account.claim_id,
        billing=account.billing,
        coverage=billed,
        diagnoses=[row.code for row in coding.diagnoses],
        lines=lines,
        patient=None if themself else account.patient,
        others=[row for row in account.coverages if row is not billed],
        rendering=account.rendering,
        referring=account.referring,
        supervising=account.supervising,
        facility=account.facility,
        pay_to=account.pay_to,
        place=session.place,
        frequency=account.frequency,
        original=account.original,
        onset=account.onset,
        accident=account.accident,
        related=account.related,
        related_state=account.related_state,
        patient_paid_usd=account.patient_paid_usd,
        authorisation=account.authorisation,
        referral=account.referral,
        record=account.record,
        note=account.note,
        attachments=account.attachments,
    )


def _parties(account: Account) -> list[Fault]:
    faults = []
    if account.billing is None:
        faults.append(Fault("account.billing", "nothing", "the practice: name, NPI, tax number, address"))
    known = [row.sequence for row in account.coverages]
    if account.billed not in known:
        given = repr(account.billed)
        faults.append(Fault("account.billed", given, f"the sequence of a coverage: {', '.join(known)}"))
    billed = next((row for row in account.coverages if row.sequence == account.billed), None)
    if billed and billed.relation != "18" and account.patient is None:
        faults.append(Fault("account.patient", "nothing", "the patient, who is not the insured"))
    return faults


def _lines(
    account: Account, coding: Coding, session: Session, modifier: str | None
) -> tuple[list[ClaimLine], list[Fault]]:
    faults = fee_faults(account.fees, "account.fees")
    lines = []
    for n, row in enumerate(coding.lines, 1):
        charge = account.fees.charged(row.code, session.on)
        if charge is None:
            remedy = f"Add a charge for {row.code} to the practice's fees."
            faults.append(
                Fault("account.fees.charge", f"no charge for {row.code}", "one for each line", remedy)
            )
            continue
        drug, wrong = _drug(row, session.drugs)
        faults += wrong
        extra = (modifier,) if modifier and row.code in _acts() else ()
        lines.append(
            ClaimLine(
                code=row.code,
                charge_usd=charge * row.units,
                units=Decimal(row.units),
                on=session.on,
                pointers=list(row.pointers),
                modifiers=[*row.modifiers, *extra],
                control=f"L{n}",
                drug=drug,
                payments=[paid for paid in account.payments if _of(paid.code, paid.modifiers, row)],
            )
        )
    known = {row.code for row in coding.lines}
    faults += [
        Fault(
            f"account.payments[{n}].code", repr(paid.code), f"a code of the claim: {', '.join(sorted(known))}"
        )
        for n, paid in enumerate(account.payments)
        if paid.code not in known
    ]
    return lines, faults


def _of(code: str, modifiers: Sequence[str], row: Line) -> bool:
    """Whether a payment speaks of this line: by its code, and by the modifiers where it names any."""
    return code == row.code and (not modifiers or set(modifiers) == set(row.modifiers))


def _acts() -> set[str]:
    """The procedures that a payer's policy on needling speaks of."""
    return {row.code for row in load_codes().procedure}


def _drug(row: Line, drugs: Sequence[DrugUsed]) -> tuple[Drug | None, list[Fault]]:
    """The package behind a drug line, in the part that was given or thrown away."""
    for n, used in enumerate(drugs):
        codes = {
            d.code for d in load_codes().drug if (d.drug, d.epinephrine) == (used.drug, used.with_epinephrine)
        }
        if row.code not in codes or not used.ndc:
            continue
        where = f"session.drugs[{n}]"
        try:
            ndc = ndc11(used.ndc)
        except Refused as refusal:
            return None, list(refusal.under(where).faults)
        if used.volume_ml is None:
            expected = "the volume given: a line with a package number says how much of it"
            return None, [Fault(f"{where}.volume_ml", "nothing", expected)]
        thrown = load_codes().waste.discarded in row.modifiers
        share = used.wasted_mg / used.given_mg if thrown else Decimal(1)
        return Drug(ndc=ndc, quantity=round(used.volume_ml * share, 3)), []
    return None, []


def _uncovered(determination: Determination | None, payer: str | None) -> bool:
    against = determination is not None and determination.verdict is Verdict.NOT_COVERED
    return against and payer == "medicare"


def _notice_modifier(account: Account, determination: Determination | None, payer: str | None) -> str | None:
    if not _uncovered(determination, payer):
        return None
    return abn_modifier(account.notice_signed is True, excluded=False)


def _holds(
    account: Account, determination: Determination | None, payer: str | None, changes: list[str]
) -> list[str]:
    """What stands in the way of sending, beyond faults of the claim itself."""
    if determination is None or determination.verdict is not Verdict.NOT_COVERED:
        return []
    modifier = _notice_modifier(account, determination, payer)
    if modifier and account.notice_signed is True:
        changes.append(f"{modifier} on the procedure: not covered, and the patient signed the notice before.")
        return []
    if modifier:
        changes.append(f"{modifier} on the procedure: not covered, and no signed notice is on file.")
        words = "Sent so, it is denied and the patient owes nothing."
        return [f"Not covered: {determination.because}. No signed notice is on file. {words}"]
    return [f"Not covered: {determination.because}."]
