"""What a claim waits for: everything unknown that it depends on, until a named person decides with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from needlepoint.base.refusal import Fault
from needlepoint.base.wording import usd
from needlepoint.coding import Coding
from needlepoint.coding.load import load_codes
from needlepoint.coding.types import DrugUsed
from needlepoint.coverage import Determination
from needlepoint.coverage.load import kind_of
from needlepoint.coverage.types import CoverageVerdict
from needlepoint.episode.account.account import Account, HoldDecision
from needlepoint.treatment.scope.rules import Scope
from needlepoint.treatment.types import CheckVerdict

__all__ = ["Decided", "Hold", "decide_holds", "holds_of", "idle"]

NEW = "1"  # claim frequency
FIRST = "P"  # the rules are those of the first payer
MEDICARE = "MB"  # claim filing indicator of Medicare Part B
LEAST_REASON = 8  # letters: "ok" is not a reason


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """One hold on the claim. A decision names it by `about`."""

    about: str
    words: str


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A hold that a named person has lifted, with the reason."""

    hold: Hold
    decision: HoldDecision


def holds_of(
    account: Account,
    coding: Coding,
    determination: Determination | None,
    scopes: Sequence[Scope],
    payer: str | None,
    drugs: Sequence[DrugUsed],
) -> list[Hold]:
    """Return every hold: by the payer's rules, the state's law, unchecked codes and units."""
    return [
        *_coverage(account, determination, payer),
        *_filing(account, payer),
        *_second(account),
        *_frequency(account, payer),
        *_accident(account, payer),
        *_authorized(account, payer),
        *_paid(account, payer),
        *_packages(account, coding, drugs, payer),
        *_scope(scopes),
        *(Hold(about=row.about, words=row.en) for row in coding.open if row.holds),
    ]


def _coverage(account: Account, found: Determination | None, payer: str | None) -> Iterator[Hold]:
    if account.billed != FIRST:  # the rules asked are the first payer's, and it has decided
        return
    if found is None:
        words = "Nobody asked this payer's rules: enter who insures the patient (`insured`)."
        if payer is not None:
            words = f"The rules on file are about needles: whether {payer} covers an evaluation is not known."
        yield Hold(about="coverage", words=words)
    elif found.verdict is CoverageVerdict.NOT_KNOWN:
        todo = " ".join(found.turn)
        yield Hold(
            about="coverage", words=f"Coverage is not known: {found.because.rstrip('.')}. {todo}".strip()
        )
    elif found.verdict is CoverageVerdict.NOT_COVERED and not _told(account, found, payer):
        yield Hold(about="not_covered", words=_uncovered(found, payer))
    if found is not None and found.verdict is not CoverageVerdict.NOT_KNOWN:
        for line in found.lines:
            if line.verdict is CoverageVerdict.NOT_KNOWN:
                words = f"Coverage of {line.code} is not known: {line.because}."
                yield Hold(about=f"coverage {line.code}", words=words)


def _told(account: Account, found: Determination, payer: str | None) -> bool:
    """Whether a signed notice lets a claim go out that Medicare will refuse; none does where the law leaves it out."""
    return payer == "medicare" and account.notice_signed is True and not found.excluded


def _uncovered(found: Determination, payer: str | None) -> str:
    words = f"Not covered: {found.because}."
    if payer != "medicare":
        return words
    if found.excluded:
        said = "The law itself leaves it out: the patient pays, with or without a notice; GY only asks for a denial."
        return f"{words} {said}"
    return f"{words} No signed notice is on file. Sent so, it is denied and the patient owes nothing."


def _filing(account: Account, payer: str | None) -> Iterator[Hold]:
    """Check that the payer of the rules is the payer of the claim."""
    billed = next((row for row in account.coverages if row.sequence == account.billed), None)
    if billed is None or payer is None or billed.sequence != FIRST:
        return
    kind = kind_of(payer, "")
    other = kind_of(None, billed.filing)
    if kind is not None and billed.filing not in kind.filing:
        words = f"The rules of {kind.en} were asked, but the claim goes out under filing indicator {billed.filing}."
        yield Hold(about="filing", words=f"{words} A plan of another kind has rules of its own.")
    elif kind is None and other is not None:
        words = f"The claim goes to {other.en} ({billed.filing}), but the rules of {payer} were asked."
        yield Hold(about="filing", words=words)


def _second(account: Account) -> Iterator[Hold]:
    """Check that a claim to Medicare after another payer states why (SBR05)."""
    billed = next((row for row in account.coverages if row.sequence == account.billed), None)
    if billed is None or billed.sequence == FIRST or billed.filing != MEDICARE or billed.secondary_reason:
        return
    words = "Medicare comes second, and the reason is missing: working and of age (12), end-stage renal disease (13),"
    words = f"{words} no-fault (14), workers' compensation (15), liability (47) or disability (43)."
    yield Hold(about="secondary_reason", words=words)


def _frequency(account: Account, payer: str | None) -> Iterator[Hold]:
    """Check that a replacement or void claim goes to a payer that accepts one."""
    billed = next((row for row in account.coverages if row.sequence == account.billed), None)
    kind = kind_of(payer if billed and billed.sequence == FIRST else None, billed.filing if billed else "")
    if account.frequency == NEW or kind is None or kind.replaces:
        return
    words = (
        f"{kind.en} takes no claim that replaces or voids another (frequency {account.frequency}), as far as"
        " remembered: ask the contractor to reopen the processed claim for a clerical error, or appeal."
        " A claim that was refused as unprocessable is sent anew (frequency 1)."
    )
    yield Hold(about="frequency", words=words)


def _accident(account: Account, payer: str | None) -> Iterator[Hold]:
    """Check that a claim to an accident insurer states which accident, and when."""
    billed = next((row for row in account.coverages if row.sequence == account.billed), None)
    kind = kind_of(payer, billed.filing if billed else "")
    by_kind = kind is not None and kind.accident
    if by_kind and not account.related:
        words = "This payer pays for accidents: enter what caused the condition (employment, car or other accident)."
        yield Hold(about="accident", words=words)
    if (by_kind or account.related) and account.accident is None:
        words = "The day of the accident or injury is missing; the payer finds its case by it and by its case number."
        yield Hold(about="accident_date", words=words)


def _paid(account: Account, payer: str | None) -> Iterator[Hold]:
    """Check that nobody who owes nothing has paid."""
    billed = next((row for row in account.coverages if row.sequence == account.billed), None)
    kind = kind_of(payer, billed.filing if billed else "")
    if not account.patient_paid_usd:
        return
    paid = usd(account.patient_paid_usd)
    if account.qmb or (kind is not None and not kind.patient_owes):
        words = f"The patient paid {paid} and owes nothing: give it back, and take it off the account."
        yield Hold(about="patient_paid", words=words)
    elif kind is not None and kind.in_full:
        words = f"The patient paid {paid}; {kind.en} pays in full: keep its own copay at most, give back the rest."
        yield Hold(about="patient_paid", words=words)


def _authorized(account: Account, payer: str | None) -> Iterator[Hold]:
    """Check that a payer that pays only what it authorized finds its number on the claim."""
    billed = next((row for row in account.coverages if row.sequence == account.billed), None)
    kind = kind_of(payer, billed.filing if billed else "")
    if kind is not None and kind.authorized and not (account.authorization or account.referral):
        words = f"{kind.en} pays only what it authorized before: enter the number of its referral or authorization."
        yield Hold(about="authorization", words=words)


def _packages(
    account: Account, coding: Coding, drugs: Sequence[DrugUsed], payer: str | None
) -> Iterator[Hold]:
    """Check that drug lines have their package number, if the payer requires it."""
    billed = next((row for row in account.coverages if row.sequence == account.billed), None)
    kind = kind_of(payer, billed.filing if billed else "")
    if kind is None or not kind.ndc:
        return
    rows = load_codes().drug
    for used in drugs:
        codes = {
            row.code for row in rows if (row.drug, row.epinephrine) == (used.drug, used.with_epinephrine)
        }
        code = next((line.code for line in coding.lines if line.code in codes), None)
        if code and not used.ndc:
            words = f"{code}: {kind.en} asks for the package number (NDC) and the volume of {used.drug}."
            yield Hold(about=f"ndc {code}", words=words)


def _scope(scopes: Sequence[Scope]) -> Iterator[Hold]:
    for scope in scopes:
        if scope.verdict is not CheckVerdict.MET:
            yield Hold(about="scope", words=f"Scope of practice: {scope.because}")


def decide_holds(
    holds: Sequence[Hold], decisions: Sequence[HoldDecision]
) -> tuple[list[Hold], list[Decided], list[Fault]]:
    """Return the remaining holds, those that a person has lifted, and what is wrong with the decisions."""
    faults = [fault for n, decision in enumerate(decisions) for fault in _faults(decision, n)]
    lifting = {row.about: row for row in decisions if row.by.strip() and len(row.why.strip()) >= LEAST_REASON}
    kept = [hold for hold in holds if hold.about not in lifting]
    decided = [Decided(hold=hold, decision=lifting[hold.about]) for hold in holds if hold.about in lifting]
    return kept, decided, faults


def _faults(decision: HoldDecision, number: int) -> Iterator[Fault]:
    where = f"account.decisions[{number}]"
    if not decision.by.strip():
        yield Fault(f"{where}.by", "nothing", "the name of the person who decides")
    if len(decision.why.strip()) < LEAST_REASON:
        yield Fault(f"{where}.why", repr(decision.why), "the reason, in a sentence")


def idle(decisions: Sequence[HoldDecision], decided: Sequence[Decided]) -> list[str]:
    """Return a notice for decisions that lift nothing: settled already, or misspelled."""
    used = {row.hold.about for row in decided}
    return [
        f"The decision of {row.by} about {row.about!r} lifts nothing."
        for row in decisions
        if row.about not in used
    ]
