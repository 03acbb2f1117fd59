"""From a complaint, with palpation and answers, to red flags, a differential, and what to rule out and ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec.structs import replace

from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.refusal import Refused
from needlepoint.reasoning.answers import read_answers
from needlepoint.reasoning.complaint import Case, Complaint, checked_case, read_case, weigh
from needlepoint.reasoning.differential import Prepared, prepare, rank
from needlepoint.reasoning.model import load_model
from needlepoint.reasoning.neurological import Examine, NeuroResults, examine, read_findings
from needlepoint.reasoning.patient import ReportedFacts, guarded
from needlepoint.reasoning.red_flags.check import (
    RedFlag,
    age_said,
    places_in,
    plain_regions,
    raise_flags,
    with_others,
)
from needlepoint.reasoning.red_flags.rules import RedFlagFacts
from needlepoint.reasoning.strengths import load_strengths
from needlepoint.reasoning.text.concepts import HALF_SAID, ConceptMention, findings_of, read_concepts
from needlepoint.reasoning.text.understood import Understood, understood
from needlepoint.reasoning.triage import (
    Ask,
    OpenQuestions,
    RuleOut,
    answered_yes,
    ask,
    prepare_questions,
    rule_out,
)
from needlepoint.reasoning.types import Differential, Evidence, Palpated
from needlepoint.reasoning.words.read import read_text

# What replaces a differential when the words name no place on the body.
NOT_ASKED = Differential(
    ranked=(), sets=(), next_palpation=None, method="no place was named", nothing_explains=1.0
)
SEXES = {"female": "female", "f": "female", "male": "male", "m": "male"}


class Reasoned(msgspec.Struct, frozen=True, kw_only=True):
    """One complaint evaluated: red flags first, then the evidence, then the differential.

    `rule_out` is what must be excluded before anything else, `ask` up to three questions, `examine` the neurological
    tests to do, `understood` how much of the text was understood and what was not.
    """

    id: str | None
    red_flags: tuple[RedFlag, ...]
    evidence: Evidence
    differential: Differential
    rule_out: tuple[RuleOut, ...] = ()
    ask: tuple[Ask, ...] = ()
    examine: tuple[Examine, ...] = ()
    understood: Understood = Understood()

    @property
    def warnings(self) -> tuple[RedFlag | RuleOut, ...]:
        """Return what blocks a needle until it is cleared: red flags, and lists of warning signs answered yes."""
        return (*self.red_flags, *answered_yes(self.rule_out))


def reason(
    obj: Any, where: str = "complaint", age_years: int | None = None, sex: str | None = None
) -> Reasoned:
    """Return red flags and differential of a Case, or of a plain object in the case format.

    Refused if it cannot be read.

    The arguments take precedence over the fields of the case.
    """
    case = checked_case(obj, where) if isinstance(obj, Case) else read_case(obj, where)
    if age_years is not None:
        case = replace(case, age_years=age_years)
    palpated = with_atlas_ids(case.palpated, f"{where}.palpated")
    read = _read_once(replace(case, palpated=[], sex=sex or _sex_of(case)), where)
    if isinstance(read, Reasoned):
        return read
    differential = rank(read.prepared, palpated)
    return Reasoned(
        id=read.id,
        red_flags=read.flags,
        evidence=read.evidence,
        differential=differential,
        rule_out=rule_out(read.flags, differential.other_causes, read.told),
        ask=ask(_at_least(differential, read.by_place), read.asking),
        examine=examine(differential.chances, case.neurological),
        understood=read.understood,
    )


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What was reported, as understood: everything that does not depend on palpation."""

    id: str | None
    told: ReportedFacts
    evidence: Evidence
    prepared: Prepared
    by_place: dict[str, float]  # probability of each cause by place, age and sex alone
    asking: OpenQuestions
    flags: tuple[RedFlag, ...]
    understood: Understood


def _read_once(case: Case, where: str) -> Read | Reasoned:
    """Read the report once for each text: a finding on the board changes only the palpation."""
    try:
        encoded = msgspec.json.encode(case)
    except (TypeError, ValueError, OverflowError, UnicodeError):
        return _read(case, where)
    return _read_encoded(encoded, where)


@lru_cache(maxsize=64)  # a quarter of a megabyte each
def _read_encoded(encoded: bytes, where: str) -> Read | Reasoned:
    return _read(msgspec.json.decode(encoded, type=Case), where)


def _read(complaint: Case, where: str) -> Read | Reasoned:
    """Words, marks and answers as evidence and red flags; without a place, everything that can be concluded.

    Raises Refused when the complaint names no place and raises no warning.
    """
    text = _told(complaint)
    age = complaint.age_years if complaint.age_years is not None else age_said(text)
    half_said = read_concepts(text, complaint.language, HALF_SAID)
    told = read_answers(
        complaint.answers,
        ReportedFacts(said=findings_of(half_said), age_years=age, sex=complaint.sex),
        f"{where}.answers",
    )
    try:
        evidence = weigh(complaint, where)
    except Refused as refusal:
        # Words that name no place may still report an emergency: it is shown, whatever else is missing.
        found = None if complaint.regions or complaint.drawing else _without_place(complaint, told, half_said)
        if found is None:
            raise refusal
        return found
    results = read_findings(complaint.neurological, _regions(evidence), f"{where}.neurological")
    seen = _with_results(told, results)
    facts = _facts(seen, _regions(evidence), text, complaint.language)
    flags = with_others(raise_flags(facts), text, complaint.language)
    return Read(
        id=complaint.id,
        told=told,
        evidence=evidence,
        prepared=prepare(load_model(), evidence, told, results),
        by_place=guarded(told, facts.painful, evidence.features),
        asking=prepare_questions(seen, facts, half_said, flags),
        flags=flags,
        understood=understood_of(complaint.pain_text, complaint.language),
    )


def _with_results(told: ReportedFacts, results: NeuroResults) -> ReportedFacts:
    """Return the report with the warning signs that the examination shows or denies.

    They raise flags and answer questions; the probabilities take the results by their likelihood ratios instead.
    """
    said = {**told.said, **results.shown}
    denied = (told.denied | results.denied) - said.keys()
    return replace(told, said=said, denied=denied)


def understood_of(text: str | None, language: str | None) -> Understood:
    """Return how much of the patient's own words was understood."""
    if not text:
        return Understood()
    reading = read_text(text, language)
    return understood(text, language, reading.spans)


def _at_least(differential: Differential, by_place: Mapping[str, float]) -> dict[str, float]:
    """Return the probability of each cause for choosing questions: at least a share of that by place, age and sex."""
    share = load_strengths().triage.guard
    return {
        name: max(chance, share * by_place.get(name, 0.0)) for name, chance in differential.chances.items()
    }


def _without_place(
    complaint: Complaint, told: ReportedFacts, half_said: Mapping[str, ConceptMention]
) -> Reasoned | None:
    """Return what can be concluded without a place: warnings and questions to confirm; None when there is neither."""
    facts = _facts(told, (), "", None)
    flags = with_others(raise_flags(facts), _told(complaint), complaint.language)
    asked = ask({}, prepare_questions(told, facts, half_said, flags))
    if not (flags or asked):
        return None
    return Reasoned(
        id=complaint.id,
        red_flags=flags,
        evidence=Evidence(),
        differential=NOT_ASKED,
        rule_out=rule_out(flags, (), told),
        ask=asked,
    )


def _facts(told: ReportedFacts, regions: Iterable[str], text: str, language: str | None) -> RedFlagFacts:
    """Return the facts for the red flag rules: marked places, and those that the words name."""
    return RedFlagFacts(
        said=told.said,
        painful=frozenset(plain_regions(regions) | places_in(text, language)),
        age_years=told.age_years,
        sex=told.sex,
    )


def with_atlas_ids(found: Sequence[Palpated], where: str) -> list[Palpated]:
    """Return palpation findings with muscles by any of their names, as values with atlas ids."""
    atlas = load_model().atlas
    named = []
    for index, finding in enumerate(found):
        try:
            muscle = find_muscle(atlas, finding.muscle)
        except Refused as refusal:
            raise refusal.under(f"{where}[{index}]") from None
        named.append(replace(finding, muscle=muscle.id))
    return named


def _sex_of(case: Case) -> str | None:
    """'female' or 'male', also from 'f' and 'm'; anything else is not known."""
    return SEXES.get((case.sex or "").strip().casefold())


def _told(complaint: Complaint) -> str:
    """Return everything reported in words, as one text for the screening."""
    said = [complaint.pain_text or "", complaint.onset or "", complaint.course or ""]
    said += [*complaint.symptoms, *complaint.contexts]
    return ". ".join(part for part in said if part)


def _regions(evidence: Evidence) -> tuple[str, ...]:
    return (*evidence.painful, *(region for group in evidence.together for region in group))
