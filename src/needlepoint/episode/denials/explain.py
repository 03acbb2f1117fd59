"""Why a payer paid less, in plain words; the likely cause in the record; the correction; and whether to appeal."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum

import msgspec

from needlepoint.base.knowledge import Certainty, Citation, cite
from needlepoint.claims.incoming.remit import RemitClaim, RemitLine
from needlepoint.claims.types import Adjustment
from needlepoint.coding import Coding
from needlepoint.coverage import Determination
from needlepoint.coverage.types import CoverageVerdict, RuleVerdict
from needlepoint.episode.account.claim import ClaimDraft
from needlepoint.episode.denials.causes import DenialCause, causes_of
from needlepoint.episode.denials.reasons import Reason, Standing, load_denials, standing_of
from needlepoint.episode.denials.timely import DATA, Deadline, appeal_by

__all__ = ["Denial", "DenialAdvice", "Explained", "OnFile", "explain", "remarks_of"]

CONTESTS = ("appeal", "second_appeal")
EVERY_LINE = "*"
PATIENT = "PR"


class DenialAdvice(Enum):
    """What to do about one adjustment, given the record."""

    APPEAL = "appeal"
    DO_NOT_APPEAL = "do_not_appeal"  # the record does not support it
    COMPLETE_FIRST = "complete_the_record_first"
    ASK_FOR_THE_POLICY = "ask_for_the_policy"
    AS_USUAL = "as_usual"  # the answer that goes with the reason


class OnFile(msgspec.Struct, frozen=True, kw_only=True):
    """The practice's file of a claim that was sent: its reasons, in the words of the record."""

    payer: str | None
    coding: Coding
    determination: Determination | None
    draft: ClaimDraft
    quotes: tuple[str, ...] = ()  # quotes of the record, for a letter
    qmb: bool = False  # the patient is a Qualified Medicare Beneficiary by the record


class Denial(msgspec.Struct, frozen=True, kw_only=True):
    """One adjustment, explained. `line` is '' for one of the whole claim."""

    line: str
    group: str
    reason: str
    remarks: tuple[str, ...]
    amount_usd: Decimal
    en: str
    es: str
    who_en: str
    who_es: str
    mend_en: str
    mend_es: str
    answer_en: str
    answer_es: str
    remark_words: tuple[tuple[str, str], ...]
    causes: tuple[DenialCause, ...]
    advice: DenialAdvice
    because_en: str
    because_es: str
    rules: tuple[RuleVerdict, ...]
    citations: tuple[Citation, ...]
    certainty: Certainty


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A payer's response to a claim, adjustment by adjustment."""

    claim: str
    denials: tuple[Denial, ...]
    appeal_by: Deadline | None
    standing: tuple[Standing, ...] = ()

    @property
    def contested(self) -> tuple[Denial, ...]:
        """Return those that should be appealed."""
        return tuple(row for row in self.denials if row.advice is DenialAdvice.APPEAL)


def explain(
    answer: RemitClaim, on_file: OnFile | None = None, noticed_on: datetime.date | None = None
) -> Explained:
    """Explain every adjustment of a claim and of its lines. Without `on_file` no cause can be found."""
    standing = standing_of(answer, on_file is not None and on_file.qmb)
    denials = [_denial(row, None, answer.remarks, on_file) for row in answer.adjustments]
    for line in answer.lines:
        denials += [_denial(row, line, line.remarks, on_file) for row in line.adjustments]
    denials = [_stands(row, standing) for row in denials]
    contest = any(row.advice is DenialAdvice.APPEAL for row in denials)
    by = None
    if contest and noticed_on and on_file and on_file.payer:
        by = appeal_by(on_file.payer, noticed_on)
    return Explained(claim=answer.id, denials=tuple(denials), appeal_by=by, standing=standing)


def remarks_of(answer: RemitClaim) -> list[tuple[str, tuple[str, str]]]:
    """The remarks of the whole claim, with their words in both languages."""
    known = {row.code: row for row in load_denials().remark}
    unknown = ("not on file: x12.org lists it", "no consta: figura en x12.org")
    rows = [(code, known.get(code)) for code in answer.remarks]
    return [(code, (row.en, row.es) if row else unknown) for code, row in rows]


def _denial(
    row: Adjustment, line: RemitLine | None, remarks: Sequence[str], on_file: OnFile | None
) -> Denial:
    known = load_denials()
    reason = next((r for r in known.reason if r.code == row.reason), None) or _unlisted(row.reason)
    who = next((g for g in known.group if g.id == row.group), None)
    code = line.code if line else ""
    spoken = [w for remark in remarks for w in known.remark if w.code == remark and w.speaks_of(row.group)]
    answer = reason.answer_pr if reason.answer_pr and row.group == PATIENT else reason.answer
    usual = next((a for a in known.answer if a.id == answer), None)
    rules = _rules(reason, on_file)
    advice, because_en, because_es = _advise(answer, rules, on_file)
    return Denial(
        line=code,
        group=row.group,
        reason=row.reason,
        remarks=tuple(remarks),
        amount_usd=row.amount_usd,
        en=reason.en,
        es=reason.es,
        who_en=who.en if who else "",
        who_es=who.es if who else "",
        mend_en=reason.mend_en,
        mend_es=reason.mend_es,
        answer_en=usual.en if usual else "",
        answer_es=usual.es if usual else "",
        remark_words=tuple((w.en, w.es) for w in spoken),
        causes=_causes(reason, code, on_file),
        advice=advice,
        because_en=because_en,
        because_es=because_es,
        rules=rules,
        citations=cite(DATA, reason.source, row.reason),
        certainty=reason.certainty,
    )


def _unlisted(code: str) -> Reason:
    """Return a reason that our table does not have."""
    return Reason(
        code=code,
        answer="",
        en=f"Reason {code} is not on file: x12.org lists it (External Code Lists).",
        es=f"El motivo {code} no está en archivo: figura en x12.org (External Code Lists).",
        mend_en="Ask the payer what it wants.",
        mend_es="Pregunte al pagador qué desea.",
        certainty=Certainty.UNVERIFIED,
        source=["np_billing_policy"],
    )


def _stands(denial: Denial, standing: Sequence[Standing]) -> Denial:
    """Return the denial with the next step that the standing of the whole claim decides."""
    row = next((row for row in standing if not row.groups or denial.group in row.groups), None)
    if row is None:
        return denial
    return msgspec.structs.replace(
        denial,
        who_en=row.who_en,
        who_es=row.who_es,
        mend_en=row.mend_en,
        mend_es=row.mend_es,
        answer_en=row.answer_en,
        answer_es=row.answer_es,
        advice=DenialAdvice.AS_USUAL,
        because_en="",
        because_es="",
    )


def _causes(reason: Reason, code: str, on_file: OnFile | None) -> tuple[DenialCause, ...]:
    if on_file is None:
        return ()
    texts = {row.id: row for row in load_denials().check}
    return causes_of(reason.checks, code, on_file.draft, on_file.coding, texts)


def _rules(reason: Reason, on_file: OnFile | None) -> tuple[RuleVerdict, ...]:
    """Return the rules of the payer's policy that decide this reason."""
    if on_file is None or on_file.determination is None or not reason.lines:
        return ()
    wanted = set(reason.lines)
    return tuple(
        rule for rule in on_file.determination.rules if EVERY_LINE in wanted or wanted & set(rule.lines)
    )


def _advise(
    answer: str, rules: Sequence[RuleVerdict], on_file: OnFile | None
) -> tuple[DenialAdvice, str, str]:
    """Return the advice by the record."""
    if answer not in CONTESTS or on_file is None:
        return DenialAdvice.AS_USUAL, "", ""
    if not rules:
        return (
            DenialAdvice.ASK_FOR_THE_POLICY,
            "No rule of this payer that decides this is on file: ask which policy, and which paragraph, it applied.",
            "No consta una regla de este pagador que lo decida: pregunte qué política y qué párrafo aplicó.",
        )
    against = [rule for rule in rules if rule.verdict is CoverageVerdict.NOT_COVERED]
    if against:
        return (
            DenialAdvice.DO_NOT_APPEAL,
            f"The record does not support it. {_words(against, 'en')}",
            f"El expediente no lo respalda. {_words(against, 'es')}",
        )
    open_ = [rule for rule in rules if rule.verdict is CoverageVerdict.NOT_KNOWN]
    if open_:
        turn = " ".join(dict.fromkeys(rule.turn for rule in open_ if rule.turn))
        return (
            DenialAdvice.COMPLETE_FIRST,
            f"The record is silent. {_words(open_, 'en')} {turn}".strip(),
            f"El expediente calla. {_words(open_, 'es')}",
        )
    return (
        DenialAdvice.APPEAL,
        f"The record meets every rule that decides it: {', '.join(rule.rule for rule in rules)}.",
        f"El expediente cumple todas las reglas que lo deciden: {', '.join(rule.rule for rule in rules)}.",
    )


def _words(rules: Iterable[RuleVerdict], lang: str) -> str:
    asked = "Asked" if lang == "en" else "Se exige"
    here = "here" if lang == "en" else "aquí"
    return " ".join(
        f"{asked}: {rule.asks if lang == 'en' else rule.asks_es} ({here}: {rule.shows})." for rule in rules
    )
