"""What must be ruled out first, and what to ask next: by the harm that a question is expected to reveal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.reasoning.causes.rows import DATA, CauseQuestion, load_causes
from needlepoint.reasoning.patient import ReportedFacts
from needlepoint.reasoning.red_flags.actions import Action, action_of
from needlepoint.reasoning.red_flags.check import RedFlag, raise_flags
from needlepoint.reasoning.red_flags.must_ask import must_ask
from needlepoint.reasoning.red_flags.rules import RedFlagFacts
from needlepoint.reasoning.strengths import load_strengths
from needlepoint.reasoning.text.concepts import ConceptMention, findings_of
from needlepoint.reasoning.types import OtherCause

__all__ = ["Ask", "OpenQuestions", "RuleOut", "answered_yes", "ask", "prepare_questions", "rule_out"]

YES = "yes_"  # prefix of the id of a question that was answered yes
GUARD = "guard_"  # prefix of the body part whose warning signs a question lists
ACTIONS = {"emergency": "call_911", "same_day": "call_today", "soon": "see_soon"}


class RuleOut(msgspec.Struct, frozen=True, kw_only=True):
    """Something to rule out before anything else: a red flag, or a cause of high expected harm."""

    id: str
    urgency: str
    action: Action
    title_en: str
    title_es: str
    because: tuple[str, ...]
    probability: float | None = None  # of a cause; a red flag has none
    test: str = ""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A question to the patient. `blocks`: the plan waits for the answer. `asks`: the findings that a yes reports."""

    id: str
    text_en: str
    text_es: str
    because: str
    blocks: bool
    asks: tuple[str, ...]


def rule_out(
    flags: Sequence[RedFlag], others: Sequence[OtherCause], told: ReportedFacts
) -> tuple[RuleOut, ...]:
    """Return red flags, causes whose probability times harm passes the threshold, and questions answered yes.

    The most urgent come first. After a yes to a list of warning signs, a clinician must ask which one.
    """
    weigh = load_strengths().triage
    found = [_of_flag(flag) for flag in flags if flag.action.warns_patient]
    for cause in others:
        if cause.urgency in ACTIONS and cause.probability * weigh.harm(cause.urgency) >= weigh.rule_out_from:
            found.append(_of_cause(cause))
    found += [_of_answer(id_) for id_, _ in told.some]
    return tuple(sorted(found, key=lambda item: (item.action.urgency.rank, -(item.probability or 1.0))))


def answered_yes(found: Sequence[RuleOut]) -> tuple[RuleOut, ...]:
    """Return the lists of warning signs that were answered yes: a clinician must ask which one."""
    return tuple(item for item in found if item.id.startswith(YES + GUARD))


def _of_flag(flag: RedFlag) -> RuleOut:
    return RuleOut(
        id=flag.id,
        urgency=flag.urgency,
        action=flag.action,
        title_en=flag.title_en,
        title_es=flag.title_es,
        because=flag.because,
    )


def _of_answer(id_: str) -> RuleOut:
    question = next(row for row in load_causes().questions if row.id == id_)
    return RuleOut(
        id=YES + id_,
        urgency="same_day",
        action=action_of("call_today"),
        title_en=f"Answered yes. Ask which: {question.en}",
        title_es=f"Contestó que sí. Pregunte cuál: {question.es}",
        because=(id_,),
    )


def _of_cause(cause: OtherCause) -> RuleOut:
    return RuleOut(
        id=cause.id,
        urgency=cause.urgency,
        action=action_of(ACTIONS[cause.urgency]),
        title_en=cause.name_en,
        title_es=cause.name_es,
        because=cause.for_,
        probability=cause.probability,
        test=cause.test,
    )


class OpenQuestions(msgspec.Struct, frozen=True, eq=False):
    """The questions that may be asked of one patient, without those already reported or answered.

    `first` are those about half-stated words. Each open question comes with the causes that a yes would reveal, and the
    probability that a patient with the cause says yes.
    """

    first: tuple[Ask, ...]
    open: tuple[tuple[CauseQuestion, tuple[tuple[str, float], ...]], ...]


def prepare_questions(
    told: ReportedFacts,
    facts: RedFlagFacts,
    half_said: Mapping[str, ConceptMention],
    flags: Sequence[RedFlag],
) -> OpenQuestions:
    """Return the questions that may be asked, before the probabilities are known."""
    known = {*told.said, *told.denied}
    answered = {id_ for id_, _ in told.some}
    needed = _needed(facts, known, answered)
    asked = {question.id for question in needed}
    first = [*_confirm(half_said, facts, flags, told.denied), *needed]
    open_ = [question for question in _for_places(facts.painful) if _is_open(question, known, answered)]
    return OpenQuestions(
        first=tuple(first[: load_strengths().triage.most_questions]),
        open=tuple((question, _shown_by(question, known)) for question in open_ if question.id not in asked),
    )


def _needed(facts: RedFlagFacts, known: set[str], answered: set[str]) -> list[Ask]:
    """Return the questions that the plan waits for, because what was stated points at an emergency."""
    why = must_ask(facts)
    return [
        Ask(
            id=question.id,
            text_en=question.en,
            text_es=question.es,
            because=", ".join(why[question.id]),
            blocks=True,
            asks=tuple(question.asks),
        )
        for question in load_causes().questions
        if question.id in why and _is_open(question, known, answered)
    ]


def ask(chances: Mapping[str, float], asking: OpenQuestions) -> tuple[Ask, ...]:
    """Return up to three questions: first half-stated red flags, then what may reveal the most harm.

    `chances` are the probabilities of the non-muscular causes.
    """
    weigh = load_strengths().triage
    found = list(asking.first)
    limit = weigh.most_questions if found else weigh.most_ordinary
    harm = {
        cause.id: chances.get(cause.id, 0.0) * weigh.harm(cause.urgency) for cause in load_causes().causes
    }
    open_ = list(asking.open)
    while open_ and len(found) < limit:
        shows = [sum(harm[cause] * chance for cause, chance in shown) for _, shown in open_]
        best = max(range(len(open_)), key=shows.__getitem__)
        if shows[best] < weigh.ask_from:
            break
        question, shown = open_.pop(best)
        found.append(_asked(question, harm, shown))
        for cause, chance in shown:
            harm[cause] *= 1.0 - (1.0 - weigh.missed) * chance
    return tuple(found)


def _is_open(question: CauseQuestion, known: set[str], answered: set[str]) -> bool:
    return question.id not in answered and not set(question.asks) <= known


def _for_places(painful: Iterable[str]) -> list[CauseQuestion]:
    """Return the questions for pain in these regions."""
    where, areas = set(painful), load_causes().areas
    here = {area.id for area in areas.values() if where & set(area.regions)}
    return [
        question for question in load_causes().questions if not question.areas or here & set(question.areas)
    ]


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, tuple[tuple[str, float], ...]]]:
    """Question -> cause -> the findings that a yes would reveal, with how often the cause raises them."""
    found: dict[str, dict[str, tuple[tuple[str, float], ...]]] = {}
    for question in load_causes().questions:
        asked = set(question.asks)
        rows = {
            cause.id: tuple((row.finding, row.strength) for row in cause.raises if row.finding in asked)
            for cause in load_causes().causes
        }
        found[question.id] = {cause: shown for cause, shown in rows.items() if shown}
    return found


def _shown_by(question: CauseQuestion, known: set[str]) -> tuple[tuple[str, float], ...]:
    """Return the causes that a yes would reveal, with the probability that a patient with the cause says yes."""
    return tuple((cause, _covers(shown, known)) for cause, shown in _table()[question.id].items())


def _covers(shown: Iterable[tuple[str, float]], known: set[str]) -> float:
    """Return the probability of a yes for a finding that is not known yet."""
    silent = 1.0
    for finding, strength in shown:
        if finding not in known:
            silent *= 1.0 - strength
    return 1.0 - silent


def _asked(question: CauseQuestion, harm: Mapping[str, float], shown: Iterable[tuple[str, float]]) -> Ask:
    weigh = load_strengths().triage
    reached = {name: harm[name] * chance for name, chance in shown}
    causes = sorted(
        (cause for cause in load_causes().causes if cause.id in reached), key=lambda cause: -reached[cause.id]
    )
    guards = sum(reached[cause.id] for cause in causes if cause.urgency == "emergency")
    return Ask(
        id=question.id,
        text_en=question.en,
        text_es=question.es,
        because=", ".join(cause.name_en for cause in causes[:2]),
        blocks=guards >= weigh.blocks_from,
        asks=tuple(question.asks),
    )


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[str, str]]:
    """Concept -> how it is asked about, in English and Spanish."""
    table = read_toml(DATA / "red_flags" / "confirm.toml")["phrase"]
    return msgspec.convert(table, dict[str, tuple[str, str]])


def _confirm(
    half_said: Mapping[str, ConceptMention],
    facts: RedFlagFacts,
    flags: Sequence[RedFlag],
    denied: Collection[str],
) -> list[Ask]:
    """Return a question for each half-stated concept that would raise a red flag not raised otherwise."""
    raised = {flag.id for flag in flags}
    found: list[tuple[float, int, Ask]] = []
    for concept, said in half_said.items():
        if said.full or concept in facts.said or concept in denied or concept not in _phrases():
            continue
        with_it = msgspec.structs.replace(facts, said={**facts.said, concept: said.words})
        new = [flag for flag in raise_flags(with_it) if flag.action.warns_patient and flag.id not in raised]
        if new:
            found.append((new[0].urgency.rank, -round(said.share * 100), _meant(concept, said, new[0])))
    return [ask for _, _, ask in sorted(found, key=lambda item: item[:2])][:2]


def _meant(concept: str, said: ConceptMention, flag: RedFlag) -> Ask:
    en, es = _phrases()[concept]
    return Ask(
        id=f"meant_{concept}",
        text_en=f"Do you mean that {en}?",
        text_es=f"¿Quiere decir que {es}?",
        because=f"“{said.words}”: {flag.title_en}",
        blocks=flag.urgency.rank <= 1,
        asks=(
            concept,
            *(
                name
                for name in findings_of({concept: msgspec.structs.replace(said, share=1.0)})
                if name != concept
            ),
        ),
    )
