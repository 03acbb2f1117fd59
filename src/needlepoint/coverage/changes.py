"""What changed in the rules between two days: policies that began, ended or were replaced, rule by rule."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import msgspec

from needlepoint.coverage.load import Contractor, Policy, PolicyRule, all_policies, load_contractors
from needlepoint.coverage.rules.needs import lines_of

__all__ = ["Changed", "RuleChange", "changes", "holding"]


class RuleChange(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that is new, gone or changed."""

    rule: str
    before: str  # '' when it is new
    after: str  # '' when it is gone


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """One payer's policy for one act, on the two days."""

    payer: str
    act: str
    before: Policy | None
    after: Policy | None
    rules: tuple[RuleChange, ...]


def holding(
    on: datetime.date, state: str | None = None, own: Sequence[Policy] = ()
) -> list[tuple[Policy, Contractor | None]]:
    """Return the policies in force on a day, Medicare's by contractor; with `state` only that state's."""
    found: list[tuple[Policy, Contractor | None]] = []
    contractors = [
        row for row in load_contractors() if row.holds_on(on) and (state is None or state in row.states)
    ]
    for policy in all_policies(own):
        if not policy.holds_on(on):
            continue
        answering = [row for row in contractors if row.policy == policy.id]
        by_contractor = any(row.policy == policy.id for row in load_contractors())
        found += [(policy, row) for row in answering] if by_contractor else [(policy, None)]
    return found


def changes(
    before: datetime.date, after: datetime.date, state: str | None = None, own: Sequence[Policy] = ()
) -> list[Changed]:
    """Return what is different on the later day, in the order of the data."""
    old, new = _by_subject(before, state, own), _by_subject(after, state, own)
    found = []
    for subject in dict.fromkeys([*old, *new]):
        first, then = old.get(subject), new.get(subject)
        if first is then:
            continue
        rules = tuple(_rules(first, then)) if first and then else ()
        payer, act, _ = subject
        found.append(Changed(payer=payer, act=act, before=first, after=then, rules=rules))
    return found


def _by_subject(
    on: datetime.date, state: str | None, own: Sequence[Policy]
) -> dict[tuple[str, str, str], Policy]:
    """Return policies by payer, act and contractor; a practice's own policy precedes the program's."""
    found: dict[tuple[str, str, str], Policy] = {}
    for policy, contractor in holding(on, state, own):
        found.setdefault((policy.payer, policy.act, contractor.id if contractor else ""), policy)
    return found


def _rules(before: Policy, after: Policy) -> Iterator[RuleChange]:
    old, new = {rule.id: rule for rule in before.rule}, {rule.id: rule for rule in after.rule}
    for id_ in dict.fromkeys([*old, *new]):
        first, then = (_words(rules.get(id_)) for rules in (old, new))
        if first != then:
            yield RuleChange(rule=id_, before=first, after=then)


def _words(rule: PolicyRule | None) -> str:
    """Return a rule with the values of its conditions, so that a changed number shows."""
    if rule is None:
        return ""
    asked = ", ".join(
        f"{name} = {msgspec.to_builtins(getattr(rule.need, name))}" for name in lines_of(rule.need)
    )
    return f"{rule.en} ({asked})"
