"""From the codes of a session and its account to the claim of one payer; its changes and its holds."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from needlepoint.base.refusal import Fault, Refused
from needlepoint.base.wording import day_words
from needlepoint.claims.outgoing.checks import check_claim
from needlepoint.claims.outgoing.ndc import ndc11
from needlepoint.claims.types import Claim, ClaimLine, Coverage, DrugPackage
from needlepoint.claims.x12.letters import plainly
from needlepoint.coding import Coding, Session
from needlepoint.coding.load import load_codes, load_edits
from needlepoint.coding.types import CodedLine, DrugUsed
from needlepoint.cost.fees import fee_faults
from needlepoint.coverage import Determination
from needlepoint.coverage.abn import abn_modifier
from needlepoint.coverage.types import CoverageVerdict
from needlepoint.episode.account.account import Account
from needlepoint.episode.account.by_law import assignment_words, must_assign
from needlepoint.episode.account.holds import MEDICARE, Decided, Hold, decide_holds, holds_of, idle
from needlepoint.episode.denials.timely import Deadline, deadline_of
from needlepoint.treatment.scope.rules import Scope

FIRST = "P"

__all__ = ["ClaimContext", "ClaimDraft", "claim_of"]


class ClaimDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The claim as far as the record supports it. It may be sent when `faults` and `holds` are empty.

    `changes` are omitted lines and added modifiers, each with its reason; `decided` are holds that a named person has
    lifted; `send_by` is the payer's deadline.
    """

    claim: Claim | None
    faults: tuple[Fault, ...]
    holds: tuple[Hold, ...]
    changes: tuple[str, ...]
    send_by: Deadline | None
    decided: tuple[Decided, ...] = ()

    @property
    def ready(self) -> bool:
        """Return whether it may be sent as it is."""
        return self.claim is not None and not self.faults and not self.holds


class ClaimContext(msgspec.Struct, frozen=True, kw_only=True):
    """The context of the claim beside the codes: the payer in the policies, its determination, the state's law."""

    payer: str | None
    determination: Determination | None
    scopes: tuple[Scope, ...] = ()
    state: str | None = None  # of the place of service
    profession: str | None = None  # of the clinician


def claim_of(
    account: Account,
    coding: Coding,
    session: Session,
    asked: ClaimContext,
    today: datetime.date | None = None,
) -> ClaimDraft | None:
    """Return the claim for the coverage that is billed now; None without a coverage: then the patient pays.

    `today` is the day of sending.
    """
    if not account.coverages:
        return None
    if account.billed != FIRST:  # what the first payer decided is not judged again by its rules
        asked = msgspec.structs.replace(asked, determination=None, payer=None)
    if not coding.lines:
        return _nothing_to_bill(coding)
    deadline = deadline_of(asked.payer, session.on, asked.state) if asked.payer else None
    if not account.assigned and must_assign(asked.profession, _medicare(account, asked.payer)):
        account = msgspec.structs.replace(account, assigned=True)
        refused = [Hold(about="assignment", words=f"{assignment_words()} The claim is written as assigned.")]
    else:
        refused = []
    found = refused + holds_of(account, coding, asked.determination, asked.scopes, asked.payer, session.drugs)
    found += _without_facility(account, session)
    if deadline and today and today > deadline.last:
        found.append(_late(deadline))
    holds, decided, undecided = decide_holds(found, account.decisions)
    billed_lines, more = _billed(account, coding, asked)
    left_out = [f"{row.what} left out: {row.en}" for row in coding.dropped]
    changes = (*left_out, *more, *idle(account.decisions, decided), *_of_dual(account))
    lines, wrong = _lines(account, coding, session, billed_lines)
    faults = [*wrong, *_parties(account)]
    billed = next((row for row in account.coverages if row.sequence == account.billed), None)
    claim = None
    if not faults and billed is not None and account.billing is not None:
        claim = plainly(_claim(account, coding, session, lines, billed))
        faults = check_claim(claim, today)
    return ClaimDraft(
        claim=claim,
        faults=(*undecided, *faults),
        holds=tuple(holds),
        changes=changes,
        send_by=deadline,
        decided=tuple(decided),
    )


ASSIGNED, NOT_ASSIGNED = "A", "C"  # CLM07


def _medicare(account: Account, payer: str | None) -> str | None:
    """Return the payer that is billed; after another payer it is known only as Medicare by its filing indicator."""
    billed = next((row for row in account.coverages if row.sequence == account.billed), None)
    return "medicare" if billed and billed.filing == MEDICARE else payer


def _without_facility(account: Account, session: Session) -> list[Hold]:
    """Return a hold for a service in a facility without that facility on the claim (loop 2310C, box 32)."""
    if account.facility is not None or session.place not in load_edits().facility.places:
        return []
    words = "was given in a facility, and the claim does not name it: enter its name, NPI and address."
    return [Hold(about="facility", words=f"The service at place {session.place} {words}")]


def _late(deadline: Deadline) -> Hold:
    return Hold(
        about="late", words=f"The last day to send it was {day_words(deadline.last)} ({deadline.words})."
    )


def _nothing_to_bill(coding: Coding) -> ClaimDraft:
    """Return no claim: everything that was done was omitted, and why."""
    left_out = " ".join(f"{row.what}: {row.en}" for row in coding.dropped)
    held = (Hold(about="nothing_to_bill", words=f"Nothing is left to bill. {left_out}".strip()),)
    return ClaimDraft(claim=None, faults=(), holds=held, changes=(), send_by=None)


def _of_dual(account: Account) -> list[str]:
    """Return the notice for a patient who has Medicaid and Medicare."""
    if not account.qmb:
        return []
    words = (
        "Qualified Medicare Beneficiary (QMB): what Medicare leaves goes to Medicaid, never to the patient."
    )
    return [words]


def _billed(account: Account, coding: Coding, asked: ClaimContext) -> tuple[list[CodedLine], list[str]]:
    """Return the billed lines, with what a notice or the payer's instruction adds to them, and why."""
    kept, changes = [], []
    for line in coding.lines:
        if _left_off(line, asked):
            changes.append(f"{line.code} left off: {_because(line.code, asked)}")
            continue
        added = _added(account, line.code, asked)
        changes += [f"{modifier} on {line.code}: {words}" for modifier, words in added]
        modifiers = (*line.modifiers, *(modifier for modifier, _ in added))
        kept.append(msgspec.structs.replace(line, modifiers=modifiers))
    return kept, list(dict.fromkeys(changes))


def _left_off(line: CodedLine, asked: ClaimContext) -> bool:
    """Return guidance that a payer other than Medicare does not cover: the session is billed without it."""
    found = asked.determination
    if found is None or asked.payer == "medicare" or found.verdict is CoverageVerdict.NOT_COVERED:
        return False
    return line.code in found.not_covered


def _because(code: str, asked: ClaimContext) -> str:
    found = asked.determination
    return next((row.because for row in found.lines if row.code == code), "") if found else ""


def _added(account: Account, code: str, asked: ClaimContext) -> list[tuple[str, str]]:
    """Return the added modifiers of one line: of the notice where it is not covered, else of the instruction."""
    found = asked.determination
    if found is None:
        return []
    if code in found.not_covered:
        if asked.payer != "medicare":
            return []
        if code in found.excluded:
            return [(abn_modifier(signed=False, excluded=True), "not covered by the law itself.")]
        signed = account.notice_signed is True
        words = "the patient signed the notice before" if signed else "no signed notice is on file"
        return [(abn_modifier(signed, excluded=False), f"not covered, and {words}.")]
    return [(row.modifier, f"{row.because}.") for row in found.modifiers if row.code == code]


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
        assignment=ASSIGNED if account.assigned else NOT_ASSIGNED,
        frequency=account.frequency,
        original=account.original,
        onset=account.onset,
        accident=account.accident,
        related=account.related,
        related_state=account.related_state,
        patient_paid_usd=account.patient_paid_usd,
        authorization=account.authorization,
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
    account: Account, coding: Coding, session: Session, billed: Sequence[CodedLine]
) -> tuple[list[ClaimLine], list[Fault]]:
    faults = fee_faults(account.fees, "account.fees")
    lines = []
    for n, row in enumerate(billed, 1):
        charge = account.fees.charged(row.code, session.on)
        if charge is None:
            remedy = f"Add a charge for {row.code} to the practice's fees."
            faults.append(
                Fault("account.fees.charge", f"no charge for {row.code}", "one for each line", remedy)
            )
            continue
        drug, wrong = _drug(row, session.drugs)
        faults += wrong
        lines.append(
            ClaimLine(
                code=row.code,
                charge_usd=charge * row.units,
                units=Decimal(row.units),
                on=session.on,
                pointers=list(row.pointers),
                modifiers=list(row.modifiers),
                control=f"L{n}",
                description=row.description,
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


def _of(code: str, modifiers: Sequence[str], row: CodedLine) -> bool:
    """Return whether a payment belongs to this line: by its code, and by the modifiers if it names any."""
    return code == row.code and (not modifiers or set(modifiers) == set(row.modifiers))


def _drug(row: CodedLine, drugs: Sequence[DrugUsed]) -> tuple[DrugPackage | None, list[Fault]]:
    """Return the package of a drug line, in the part that was given or discarded."""
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
        return DrugPackage(ndc=ndc, quantity=round(used.volume_ml * share, 3)), []
    return None, []
