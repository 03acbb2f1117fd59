"""Whether a payer covers a session: rule by rule, with what would turn the answer. Never a promise of payment."""

from __future__ import annotations

from collections.abc import Sequence

from needlepoint.coverage.load import (
    DATA,
    Contractor,
    Policy,
    Rule,
    all_policies,
    load_contractors,
    load_notices,
)
from needlepoint.coverage.needs import Answer, weigh_need
from needlepoint.coverage.types import Determination, Facts, RuleVerdict, Verdict
from needlepoint.knowledge import Certainty, Citation, cite
from needlepoint.refusal import Fault, Refused, nearest

__all__ = ["determine"]


def determine(facts: Facts, own: Sequence[Policy] = ()) -> Determination:
    """The determination for `facts.payer` on the day of service.

    Raises Refused for an unknown payer, and for Medicare without a state that a contractor answers for.
    """
    contractor = _contractor(facts) if facts.payer == "medicare" else None
    policy = _policy(facts, contractor, own)
    if policy is None:
        what = facts.act.replace("_", " ")
        return Determination(
            verdict=Verdict.NOT_KNOWN,
            policy=None,
            title="",
            contractor=contractor.name if contractor else None,
            lcd=contractor.lcd if contractor else None,
            rules=(),
            turn=("Ask the plan, and write down who answered and when.",),
            notice=None,
            because=f"No rule is held for {what} by {facts.payer} on {facts.on}.",
        )
    verdicts = tuple(_judge(rule, facts, policy in own) for rule in policy.rule)
    return _answer(facts, policy, contractor, verdicts)


def _contractor(facts: Facts) -> Contractor | None:
    if facts.state is None:
        raise Refused(
            Fault("state", "nothing", "the state of the place of service: Medicare's rules go by it")
        )
    rows = [row for row in load_contractors() if facts.state in row.states]
    if not rows:
        states = [state for row in load_contractors() for state in row.states]
        hint = nearest(facts.state, states)
        raise Refused(Fault("state", repr(facts.state), "a state in two letters", hint))
    return next((row for row in rows if row.holds_on(facts.on)), None)


def _policy(facts: Facts, contractor: Contractor | None, own: Sequence[Policy]) -> Policy | None:
    policies = all_policies(own)
    payers = sorted({policy.payer for policy in policies})
    if facts.payer not in payers:
        expected = f"one of {', '.join(payers)}, or a payer of the practice's own folder"
        raise Refused(Fault("payer", repr(facts.payer), expected, nearest(facts.payer, payers)))
    for policy in policies:
        if (
            policy.payer != facts.payer
            or policy.act not in (facts.act, "any")
            or not policy.holds_on(facts.on)
        ):
            continue
        if facts.payer != "medicare" or policy.act == "dry_needling" or policy in own:
            return policy
        if contractor and policy.id == contractor.policy:
            return policy
    return None


def _judge(rule: Rule, facts: Facts, own: bool) -> RuleVerdict:
    answers = weigh_need(rule.need, facts)
    verdict = Verdict.COVERED
    if any(answer.met is False for answer in answers):
        # What nobody has verified asks; it never refuses alone.
        unsure = rule.certainty is Certainty.UNVERIFIED
        verdict = Verdict.NOT_KNOWN if unsure else Verdict.NOT_COVERED
    elif any(answer.met is None for answer in answers):
        verdict = Verdict.NOT_KNOWN
    return RuleVerdict(
        rule=rule.id,
        asks=rule.en,
        verdict=verdict,
        shows="; ".join(answer.shows for answer in answers),
        turn="" if verdict is Verdict.COVERED else _turn(rule, answers),
        note=rule.note,
        citations=_citations(rule, own),
        certainty=rule.certainty,
    )


def _turn(rule: Rule, answers: Sequence[Answer]) -> str:
    asked = " ".join(dict.fromkeys(answer.ask for answer in answers if answer.met is None and answer.ask))
    unmet = any(answer.met is False for answer in answers)
    return rule.mend or "Nothing in the record can change this." if unmet else asked


def _citations(rule: Rule, own: bool) -> tuple[Citation, ...]:
    if own:  # a practice names its sources in words
        return tuple(Citation(key=source, title=source, link="") for source in rule.source)
    return cite(DATA, rule.source, rule.id)


def _answer(
    facts: Facts, policy: Policy, contractor: Contractor | None, verdicts: tuple[RuleVerdict, ...]
) -> Determination:
    against = [row for row in verdicts if row.verdict is Verdict.NOT_COVERED]
    open_ = [row for row in verdicts if row.verdict is Verdict.NOT_KNOWN]
    verdict = Verdict.NOT_COVERED if against else Verdict.NOT_KNOWN if open_ else Verdict.COVERED
    said = against or open_
    because = "; ".join(f"{row.rule}: {row.asks} ({row.shows})" for row in said) or "every rule is met"
    notice = load_notices().get(facts.payer) if verdict is Verdict.NOT_COVERED else None
    return Determination(
        verdict=verdict,
        policy=policy.id,
        title=policy.title,
        contractor=contractor.name if contractor and policy.act != "dry_needling" else None,
        lcd=contractor.lcd if contractor and policy.act != "dry_needling" else None,
        rules=verdicts,
        turn=tuple(dict.fromkeys(row.turn for row in (*against, *open_) if row.turn)),
        notice=notice.en if notice else None,
        because=because,
    )
