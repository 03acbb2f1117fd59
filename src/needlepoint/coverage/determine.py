"""Whether a payer covers a session: rule by rule, with what would change it. Never a promise of payment."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Certainty, Citation, cite
from needlepoint.base.refusal import Fault, Refused, day_faults, nearest
from needlepoint.base.wording import day_words
from needlepoint.coding.load import load_codes
from needlepoint.coverage.county import same_county
from needlepoint.coverage.load import (
    DATA,
    Contractor,
    Need,
    Policy,
    PolicyRule,
    all_policies,
    kind_of,
    load_contractors,
    load_notices,
    load_payers,
)
from needlepoint.coverage.rules.needs import LINES, History, Met, history_of, lines_of, sessions_counted
from needlepoint.coverage.types import (
    AddedModifier,
    CoverageFacts,
    CoverageVerdict,
    Determination,
    LineVerdict,
    RuleVerdict,
)

__all__ = ["choices", "decide", "determine", "questions_of", "together"]

LOCAL = (
    "injection",
    "any",
)  # acts on which Medicare's contractors decide; others are decided nationally

VERDICT_WORDS = {
    CoverageVerdict.COVERED: "is covered",
    CoverageVerdict.NOT_COVERED: "is not covered",
    CoverageVerdict.NOT_KNOWN: "is not known",
}


def determine(facts: CoverageFacts, own: Sequence[Policy] = ()) -> Determination:
    """Return the determination for `facts.payer` on the day of service, rule by rule.

    Raises Refused for an unknown payer, and for Medicare without a state that has a contractor.
    """
    days = [("on", facts.on), *((f"earlier[{n}].on", e.on) for n, e in enumerate(facts.earlier or ()))]
    if faults := day_faults(days):
        raise Refused(faults)
    policy, contractor = _found(facts, own)
    if policy is None:
        what = facts.act.replace("_", " ")
        split = _split(facts)
        kind = kind_of(facts.payer, "")
        ask = (kind.ask if kind else "") or "Ask the plan, and write down who answered and when."
        return Determination(
            verdict=CoverageVerdict.NOT_KNOWN,
            policy=None,
            title="",
            contractor=contractor.name if contractor else None,
            lcd=contractor.lcd if contractor else None,
            rules=(),
            turn=("Enter the county of the place of service." if split else ask,),
            notice=None,
            because=split or f"No rule is held for {what} by {_title(facts.payer)} on {day_words(facts.on)}",
        )
    history = history_of(facts, policy.act)
    verdicts = tuple(
        _judge(rule, facts, history, policy in own) for rule in policy.rule if _asked(rule, facts)
    )
    return _answer(facts, policy, contractor, verdicts, history)


def _title(payer: str) -> str:
    """Return the payer's name without what follows in brackets."""
    row, kind = load_payers().get(payer), kind_of(payer, "")
    return kind.en if kind else row.title.partition(" (")[0] if row else payer


def decide(facts: CoverageFacts, own: Sequence[Policy] = ()) -> CoverageVerdict:
    """Return only the verdict of `determine`, for many claims one by one."""
    policy, _ = _found(facts, own)
    if policy is None:
        return CoverageVerdict.NOT_KNOWN
    history = history_of(facts, policy.act)
    unknown = False
    for met, unsure in questions_of(policy):
        answer = met(facts, history)
        if answer is None or (answer is False and unsure):
            unknown = True
        elif answer is False:
            return CoverageVerdict.NOT_COVERED
    return CoverageVerdict.NOT_KNOWN if unknown else CoverageVerdict.COVERED


def _asked(rule: PolicyRule, facts: CoverageFacts) -> bool:
    """Return whether a rule applies: one on certain codes only where one of them is billed."""
    return not rule.codes or not set(rule.codes).isdisjoint(facts.codes or ())


def together(main: Determination, other: Determination, codes: Sequence[str]) -> Determination:
    """Two acts of one session: the second one's answer decides its own `codes` alone."""
    out = other.excluded
    said = [
        LineVerdict(code=code, verdict=other.of(code), because=other.because, excluded=code in out)
        for code in codes
    ]
    named = f"{', '.join(codes)}: {other.because}"
    return msgspec.structs.replace(
        main,
        rules=(*main.rules, *(msgspec.structs.replace(row, codes=tuple(codes)) for row in other.rules)),
        turn=tuple(dict.fromkeys([*main.turn, *other.turn])),
        notice=main.notice or other.notice,
        because=f"{main.because} {named}",
        lines=(*main.lines, *said),
        modifiers=(*main.modifiers, *other.modifiers),
    )


Questions = tuple[tuple[Met, bool], ...]
_QUESTIONS: dict[int, tuple[Policy, Questions]] = {}  # by identity: a policy is frozen and contains lists


def questions_of(policy: Policy) -> Questions:
    """Return every condition that decides the session, and whether the rule is unverified."""
    kept = _QUESTIONS.get(id(policy))
    if kept is None or kept[0] is not policy:
        found = tuple(
            (LINES[name].met(getattr(rule.need, name), rule.need), rule.certainty is Certainty.UNVERIFIED)
            for rule in policy.rule
            if not rule.codes
            for name in lines_of(rule.need)
        )
        kept = _QUESTIONS[id(policy)] = (policy, found)
    return kept[1]


def _found(facts: CoverageFacts, own: Sequence[Policy]) -> tuple[Policy | None, Contractor | None]:
    """Return the policy in force, and Medicare's contractor."""
    for choice in choices(facts.payer, facts.state, facts.act, tuple(own), facts.county):
        if choice.from_ <= facts.on and (choice.to is None or facts.on <= choice.to):
            return choice.policy, choice.contractor
    held = _contractors(facts.state, facts.county) if facts.payer == "medicare" else []
    return None, next((row for row in held if row.holds_on(facts.on)), None)


class PolicyChoice(msgspec.Struct, frozen=True):
    """A policy, the days on which it applies, and its contractor."""

    policy: Policy
    contractor: Contractor | None
    from_: datetime.date
    to: datetime.date | None


_Key = tuple[str, str | None, str, tuple[int, ...], str | None]
_CHOICES: dict[_Key, tuple[tuple[Policy, ...], list[PolicyChoice]]] = {}


def choices(
    payer: str, state: str | None, act: str, own: tuple[Policy, ...] = (), county: str | None = None
) -> list[PolicyChoice]:
    """Return the policies that may apply; the one in force on the day comes first.

    Raises Refused for an unknown payer, and for Medicare without a state that has a contractor.
    """
    key = (payer, state, act, tuple(map(id, own)) if own else (), county)
    kept = _CHOICES.get(key)
    if kept is None or (own and any(a is not b for a, b in zip(kept[0], own, strict=True))):
        kept = _CHOICES[key] = (own, list(_choices(payer, state, act, own, county)))
    return kept[1]


def _choices(
    payer: str, state: str | None, act: str, own: tuple[Policy, ...], county: str | None
) -> Iterator[PolicyChoice]:
    policies = all_policies(own)
    payers = sorted({policy.payer for policy in policies} | set(load_payers()))
    if payer not in payers:
        expected = f"one of {', '.join(payers)}, or a payer of the practice's own folder"
        remedy = nearest(payer, payers) or "'other' stands for a payer that is not named here."
        raise Refused(Fault("payer", repr(payer), expected, remedy))
    contractors = _contractors(state, county) if payer == "medicare" else []
    for policy in policies:
        if policy.payer != payer or policy.act not in (act, "any"):
            continue
        if payer != "medicare" or policy.act not in LOCAL or any(policy is mine for mine in own):
            yield PolicyChoice(policy, None, policy.from_, policy.to)
            continue
        for contractor in contractors:
            if policy.id == contractor.policy:
                ends = [day for day in (policy.to, contractor.to) if day]
                yield PolicyChoice(
                    policy, contractor, max(policy.from_, contractor.from_), min(ends, default=None)
                )


def _contractors(state: str | None, county: str | None) -> list[Contractor]:
    """Return the contractors of a place; none when a state is split between two and the county is not named."""
    if state is None:
        raise Refused(
            Fault("state", "nothing", "the state of the place of service: Medicare's rules go by it")
        )
    rows = [row for row in load_contractors() if state in row.states]
    if not rows:
        states = [state for row in load_contractors() for state in row.states]
        hint = nearest(state, states)
        raise Refused(Fault("state", repr(state), "a state or territory in two letters", hint))
    split = [row for row in rows if row.counties]
    if not split:
        return rows
    if county is None:
        return []
    inside = [row for row in split if same_county(county, row.counties)]
    return inside or [row for row in rows if not row.counties]


def _split(facts: CoverageFacts) -> str:
    """Return the notice for a state that is split between two contractors when the county is not named."""
    if facts.payer != "medicare" or facts.county is not None or facts.act != "injection":
        return ""
    rows = [row for row in load_contractors() if facts.state in row.states and row.counties]
    if not rows:
        return ""
    inside = "; ".join(f"{row.name}: {', '.join(row.counties)}" for row in rows)
    return f"{facts.state} is split between two contractors ({inside}; another answers for the rest)"


def _judge(rule: PolicyRule, facts: CoverageFacts, history: History, own: bool) -> RuleVerdict:
    answers = [_ask(name, rule.need, facts, history) for name in lines_of(rule.need)]
    verdict = CoverageVerdict.COVERED
    if any(answer.met is False for answer in answers):
        # An unverified rule asks; it never refuses alone.
        unsure = rule.certainty is Certainty.UNVERIFIED
        verdict = CoverageVerdict.NOT_KNOWN if unsure else CoverageVerdict.NOT_COVERED
    elif any(answer.met is None for answer in answers):
        verdict = CoverageVerdict.NOT_KNOWN
    return RuleVerdict(
        rule=rule.id,
        lines=tuple(lines_of(rule.need)),
        asks=rule.en,
        asks_es=rule.es or rule.en,
        verdict=verdict,
        shows="; ".join(answer.shows for answer in answers),
        turn="" if verdict is CoverageVerdict.COVERED else _turn(rule, answers),
        note=rule.note,
        citations=_citations(rule, own),
        certainty=rule.certainty,
        codes=tuple(rule.codes),
        excluded=rule.excluded,
    )


class _Answer(msgspec.Struct, frozen=True):
    """Whether a condition is met, what the record shows, and what to enter when it is unknown."""

    met: bool | None
    shows: str
    ask: str


def _ask(name: str, need: Need, facts: CoverageFacts, history: History) -> _Answer:
    line, value = LINES[name], getattr(need, name)
    shows, ask = line.shows(value, need, facts, history)
    return _Answer(line.met(value, need)(facts, history), shows, ask)


def _turn(rule: PolicyRule, answers: Sequence[_Answer]) -> str:
    asked = " ".join(dict.fromkeys(answer.ask for answer in answers if answer.met is None and answer.ask))
    unmet = any(answer.met is False for answer in answers)
    return rule.mend or "Nothing in the record can change this." if unmet else asked


def _citations(rule: PolicyRule, own: bool) -> tuple[Citation, ...]:
    if own:  # a practice names its sources in words
        return tuple(Citation(key=source, title=source, link="") for source in rule.source)
    return cite(DATA, rule.source, rule.id)


def _answer(
    facts: CoverageFacts,
    policy: Policy,
    contractor: Contractor | None,
    verdicts: tuple[RuleVerdict, ...],
    history: History,
) -> Determination:
    whole = [row for row in verdicts if not row.codes]
    verdict, because = _together(whole)
    lines = tuple(_line(code, whole, verdicts) for code in dict.fromkeys(facts.codes or ()))
    apart = [
        f"{line.code} {VERDICT_WORDS[line.verdict]}: {line.because}."
        for line in lines
        if line.verdict is not None and line.verdict is not verdict
    ]
    refused = verdict is CoverageVerdict.NOT_COVERED or any(
        line.verdict is CoverageVerdict.NOT_COVERED for line in lines
    )
    notice = load_notices().get(facts.payer) if refused else None
    unmet = [row for row in verdicts if row.verdict is CoverageVerdict.NOT_COVERED]
    open_ = [row for row in verdicts if row.verdict is CoverageVerdict.NOT_KNOWN]
    return Determination(
        verdict=verdict,
        policy=policy.id,
        title=policy.title,
        contractor=contractor.name if contractor and policy.act in LOCAL else None,
        lcd=contractor.lcd if contractor and policy.act in LOCAL else None,
        rules=verdicts,
        turn=tuple(dict.fromkeys(row.turn for row in (*unmet, *open_) if row.turn)),
        notice=notice.en if notice else None,
        because=" ".join([f"{because}.", *apart]) if apart else because,
        lines=lines,
        modifiers=tuple(_modifiers(policy, facts, history)),
    )


def _together(rules: Sequence[RuleVerdict]) -> tuple[CoverageVerdict, str]:
    """Return the verdict of several rules, and the deciding ones in words."""
    against = [row for row in rules if row.verdict is CoverageVerdict.NOT_COVERED]
    open_ = [row for row in rules if row.verdict is CoverageVerdict.NOT_KNOWN]
    verdict = (
        CoverageVerdict.NOT_COVERED
        if against
        else CoverageVerdict.NOT_KNOWN
        if open_
        else CoverageVerdict.COVERED
    )
    because = "; ".join(f"{row.rule}: {row.asks} ({row.shows})" for row in against or open_)
    return verdict, because or "every rule is met"


def _line(code: str, whole: Sequence[RuleVerdict], verdicts: Sequence[RuleVerdict]) -> LineVerdict:
    """Return the verdict of one code: by its own rules and those of the session; None where the policy is silent."""
    own = [row for row in verdicts if code in row.codes]
    if not own and code not in _spoken_of():
        words = "The payer's policy on needling does not speak of it."
        return LineVerdict(code=code, verdict=None, because=words)
    deciding = [*whole, *own]
    verdict, because = _together(deciding)
    out = any(row.excluded and row.verdict is CoverageVerdict.NOT_COVERED for row in deciding)
    return LineVerdict(code=code, verdict=verdict, because=because, excluded=out)


@lru_cache(maxsize=1)
def _spoken_of() -> frozenset[str]:
    """Return the procedures and drugs to which a policy on needling applies."""
    codes = load_codes()
    other = [row.code for row in codes.code if row.act]
    return frozenset([*(row.code for row in codes.procedure), *(row.code for row in codes.drug), *other])


def _modifiers(policy: Policy, facts: CoverageFacts, history: History) -> Iterator[AddedModifier]:
    """Return the modifiers that the payer requires for a patient who improves, from a number of sessions on."""
    for row in policy.modifier:
        count = sessions_counted(facts.on, history or (), row.within_months, row.year_from_first)
        if facts.improving is not True or count < row.from_session:
            continue
        for code in row.codes:
            if code in (facts.codes or ()):
                yield AddedModifier(
                    code=code,
                    modifier=row.add,
                    because=f"{row.en} (session {count})",
                    citations=cite(DATA, row.source, policy.id),
                    certainty=row.certainty,
                )
