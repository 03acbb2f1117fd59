"""The precautions for a planned session: what stops it, what it needs, what must be asked first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Certainty, cite, rows
from needlepoint.base.refusal import Fault, Refused
from needlepoint.treatment.bounds import deciding_faults, is_medical, medical_words, outside_words
from needlepoint.treatment.plan.practice import PracticeRules, review_of
from needlepoint.treatment.precautions.rules import RuleResult, RuleWhen, load_questions, weigh
from needlepoint.treatment.precautions.situation import Situation
from needlepoint.treatment.precautions.traits import DATA
from needlepoint.treatment.scope.rules import treats
from needlepoint.treatment.types import Concern, Question

__all__ = ["PrecautionDecision", "PrecautionRule", "find_concerns", "load_precautions"]

# A stop that rests on these alone asks the clinician until the practice's medical director has accepted it.
WEAK = (Certainty.SECONDARY, Certainty.UNVERIFIED)


class PrecautionRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of `data/precautions.toml`."""

    id: str
    level: str
    when: RuleWhen
    en: str
    es: str
    do_en: str
    do_es: str
    certainty: Certainty
    source: list[str]
    guidance: str | None = None  # ultrasound that the rule requires at its sites
    fine_needle: bool = False
    severity: str = "medium"  # high, medium, low
    absolute: bool = False  # no written decision overrides it
    medical: bool = False  # it rests on medicines, blood or organs: only certain professions override it


class PrecautionDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clinician's written decision about one precaution: which, who, why, and the profession that allows it."""

    rule: str
    by: str
    why: str
    profession: str | None = None


@lru_cache(maxsize=1)
def load_precautions() -> dict[str, PrecautionRule]:
    """Return the precautions by id, each with a source and a known level."""
    found: dict[str, PrecautionRule] = {}
    for rule in rows(DATA / "precautions.toml", PrecautionRule, "rule"):
        cite(DATA, rule.source, f"precautions.toml {rule.id}")
        if rule.level not in ("stop", "confirm", "warn", "notice") or rule.id in found:
            expected = "stop, confirm, warn or notice, each id once"
            raise Refused(Fault(f"precautions.toml {rule.id}", rule.level, expected))
        if rule.severity not in ("high", "medium", "low"):
            raise Refused(Fault(f"precautions.toml {rule.id}", rule.severity, "high, medium or low"))
        found[rule.id] = rule
    return found


def find_concerns(
    situation: Situation, practice: PracticeRules | None = None, decided: Sequence[PrecautionDecision] = ()
) -> tuple[tuple[Concern, ...], tuple[Question, ...]]:
    """Return what applies to this plan, stops first, and what must be asked (questions behind a stop block)."""
    concerns: list[Concern] = []
    asked: dict[str, bool] = {}
    for rule in load_precautions().values():
        held = weigh(rule.when, situation)
        level = "stop" if practice and rule.id in practice.stops else rule.level
        if held.holds is None:
            for key in held.ask:
                asked[key] = asked.get(key, False) or level in ("stop", "confirm")
        elif held.holds:
            concerns.append(_concern(rule, level, held, practice, _decision(rule, decided, situation)))
    order = ("stop", "confirm", "overridden", "warn", "notice")
    grave = ("high", "medium", "low")
    concerns.sort(key=lambda concern: (order.index(concern.level), grave.index(concern.severity)))
    questions = load_questions()[0]
    return tuple(concerns), tuple(
        msgspec.structs.replace(questions[key], blocks=blocks) for key, blocks in asked.items()
    )


def _concern(
    rule: PrecautionRule,
    level: str,
    held: RuleResult,
    practice: PracticeRules | None,
    decision: tuple[PrecautionDecision | None, str, str],
) -> Concern:
    review = review_of(rule.id, practice)
    if level == "stop" and rule.certainty in WEAK and review.accepted_by is None:
        level = "confirm"
    word, not_enough_en, not_enough_es = decision
    if word and level in ("stop", "confirm") and not rule.absolute:
        level = "overridden"
    return Concern(
        id=rule.id,
        level=level,
        en=rule.en,
        es=rule.es,
        do_en=f"{rule.do_en} {not_enough_en}".rstrip(),
        do_es=f"{rule.do_es} {not_enough_es}".rstrip(),
        because=held.because,
        because_es=held.because_es,
        citations=cite(DATA, rule.source, rule.id),
        certainty=rule.certainty,
        review=review,
        severity=rule.severity,
        absolute=rule.absolute,
        decided=f"{word.by}: {word.why}" if word and level == "overridden" else None,
    )


def _decision(
    rule: PrecautionRule, decided: Sequence[PrecautionDecision], situation: Situation
) -> tuple[PrecautionDecision | None, str, str]:
    """Return the decision that counts; else, in both languages, why the one that was made does not."""
    made = [d for d in decided if d.rule == rule.id and not deciding_faults(d.by, d.why, d.profession, "")]
    areas = [spot.muscle.body_area for spot in situation.spots]
    refused = ("", "")
    for one in made:
        if rule.medical and not is_medical(one.profession):
            refused = medical_words(one.by, one.profession or "")
        elif not treats(one.profession, areas):
            refused = outside_words(one.by, one.profession or "")
        else:
            return one, "", ""
    return None, *refused
