"""Everything a plan says, as one list by severity: every stop, decision, question, caution and notice.

A page, the terminal, a PDF and the note render this list. The verdict of the plan follows from it alone, so that
nothing can decide a plan without being shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from needlepoint.base.knowledge import Certainty, Citation, Review
from needlepoint.base.wording import ml
from needlepoint.treatment.scope.rules import Scope
from needlepoint.treatment.spanish import name_es
from needlepoint.treatment.types import CheckVerdict, Concern, DoseCheck, Notice, Question, SteroidCheck

__all__ = ["KINDS", "SEVERITIES", "PlanStatement", "judge", "reasons", "said_by"]

KINDS = ("stop", "confirm", "question", "overridden", "warn", "notice")
SEVERITIES = ("high", "medium", "low")


class PlanStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of the plan.

    `kind`: one of KINDS. `blocks`: the plan cannot go ahead (every stop and every decision; the questions that must be
    answered). `absolute`: no written decision overrides it. `severity`: high, medium or low; low ones may be collapsed.
    `text` and `nearest`: the unknown entry, and the known names near it.
    """

    kind: str
    id: str
    en: str
    es: str
    severity: str = "high"
    blocks: bool = False
    absolute: bool = False
    do_en: str = ""
    do_es: str = ""
    because: tuple[str, ...] = ()
    because_es: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    certainty: Certainty | None = None
    review: Review | None = None
    decided: str | None = None
    about: str = ""  # for unknown entries: medicine, condition, allergy
    text: str = ""
    nearest: tuple[str, ...] = ()


def said_by(
    concerns: Sequence[Concern],
    questions: Sequence[Question],
    notices: Sequence[Notice],
    dose: DoseCheck | None,
    steroid: SteroidCheck | None,
    scope: Scope,
) -> tuple[PlanStatement, ...]:
    """Return every statement from the checks of one technique, the most severe first."""
    found = [
        *(_of_concern(concern) for concern in concerns),
        *_of_scope(scope),
        *(_of_dose(dose) if dose else ()),
        *(_of_steroid(steroid) if steroid else ()),
        *(_of_question(question) for question in questions),
        *(PlanStatement(kind="notice", id=row.id, en=row.en, es=row.es, severity="low") for row in notices),
    ]
    return tuple(sorted(found, key=_gravity))


def reasons(statements: Iterable[PlanStatement], lang: str) -> tuple[str, ...]:
    """Return what decides a plan, in words: its stops, otherwise the decisions and answers that it lacks."""
    rows = list(statements)
    stops = [row for row in rows if row.kind == "stop"]
    return tuple(
        dict.fromkeys(
            _with_ground(row, lang) if stops else _waits(row, lang) for row in stops or rows if row.blocks
        )
    )


def _waits(row: PlanStatement, lang: str) -> str:
    """Return a decision in writing or an answer that the plan lacks."""
    if row.kind != "confirm":
        return row.es if lang == "es" else row.en
    certainty = row.certainty.value if row.certainty else ""
    if lang == "es":
        return f"Decida y anote por qué: {row.es} ({name_es(certainty)})"
    return f"Decide and write why: {row.en} ({certainty}; {row.review})"


def judge(statements: Iterable[PlanStatement]) -> tuple[CheckVerdict, tuple[str, ...]]:
    """Return the verdict that follows from the statements, with the words of what decided it."""
    rows = list(statements)
    why = reasons(rows, "en")
    if any(row.kind == "stop" for row in rows):
        return CheckVerdict.NOT_MET, why
    return (CheckVerdict.NOT_KNOWN, why) if why else (CheckVerdict.MET, ())


def _gravity(statement: PlanStatement) -> tuple[int, bool, int]:
    kind = KINDS.index(statement.kind)
    if statement.kind == "question" and not statement.blocks:
        kind = KINDS.index("warn")
    return kind, not statement.absolute, SEVERITIES.index(statement.severity)


def _with_ground(row: PlanStatement, lang: str) -> str:
    words, because = (row.es, row.because_es) if lang == "es" else (row.en, row.because)
    return f"{words} ({'; '.join(because)})" if because else words


def _of_concern(row: Concern) -> PlanStatement:
    return PlanStatement(
        kind=row.level,
        id=row.id,
        en=row.en,
        es=row.es,
        severity=row.severity,
        blocks=row.level in ("stop", "confirm"),
        absolute=row.absolute,
        do_en=row.do_en,
        do_es=row.do_es,
        because=row.because,
        because_es=row.because_es or row.because,
        citations=row.citations,
        certainty=row.certainty,
        review=row.review,
        decided=row.decided,
    )


def _of_scope(scope: Scope) -> list[PlanStatement]:
    if scope.verdict is CheckVerdict.MET:
        return []
    kind = "stop" if scope.verdict is CheckVerdict.NOT_MET else "question"
    return [
        PlanStatement(
            kind=kind,
            id="scope",
            en=scope.because,
            es=scope.because_es,
            blocks=True,
            absolute=kind == "stop",
            citations=scope.citations,
        )
    ]


def _of_dose(dose: DoseCheck) -> list[PlanStatement]:
    if dose.verdict is CheckVerdict.NOT_MET:
        arithmetic = "; ".join(share.arithmetic for share in dose.shares)
        arithmetic_es = "; ".join(share.arithmetic_es for share in dose.shares)
        most = dose.largest_safe_volume_ml
        largest = "0 mL" if most is None else ml(most)
        return [
            PlanStatement(
                kind="stop",
                id="dose",
                en=f"Too much local anesthetic: {dose.because} ({arithmetic})."
                f" Largest safe volume: {largest} for each site.",
                es=f"Demasiado anestésico local: {dose.because_es} ({arithmetic_es})."
                f" Volumen máximo seguro: {largest} por sitio.",
                blocks=True,
                absolute=True,
                citations=tuple(dict.fromkeys(row for share in dose.shares for row in share.citations)),
            )
        ]
    if dose.ask is None:
        return []
    return [PlanStatement(kind="question", id="dose", en=dose.ask, es=dose.ask_es or dose.ask, blocks=True)]


def _of_steroid(steroid: SteroidCheck) -> list[PlanStatement]:
    said = [
        PlanStatement(kind="notice", id="steroid_note", en=en, es=es, severity="medium")
        for en, es in zip(steroid.notes_en, steroid.notes_es, strict=True)
    ]
    if steroid.verdict is CheckVerdict.NOT_MET:
        words = f"{steroid.drug}: {'; '.join(steroid.because)}."
        words_es = f"{name_es(steroid.drug)}: {'; '.join(steroid.because_es)}."
        said.append(
            PlanStatement(
                kind="stop",
                id="steroid",
                en=words,
                es=words_es,
                blocks=True,
                absolute=True,
                citations=steroid.citations,
                certainty=steroid.certainty,
                review=steroid.review,
            )
        )
    said += [
        PlanStatement(kind="question", id="steroid", en=words, es=words, blocks=True) for words in steroid.ask
    ]
    return said


def _of_question(row: Question) -> PlanStatement:
    return PlanStatement(
        kind="question",
        id=row.key,
        en=row.en,
        es=row.es,
        severity="high" if row.blocks else "low",
        blocks=row.blocks,
        about=row.about,
        text=row.text,
        nearest=row.nearest,
    )
