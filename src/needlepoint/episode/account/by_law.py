"""What follows for a price from who gives the service and where: assignment, professions not paid, the facility."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from needlepoint.base.knowledge import holding_on
from needlepoint.coding.load import load_codes, load_edits
from needlepoint.cost.load import load_cost
from needlepoint.coverage.load import PolicyRule, all_policies
from needlepoint.episode.account.facts import ACTS, codes_of
from needlepoint.episode.account.order import EstimateOrder

__all__ = ["assignment_words", "by_law", "is_facility", "must_assign"]

MEDICARE = "medicare"


def by_law(order: EstimateOrder) -> tuple[EstimateOrder, list[str]]:
    """Return the order as the payer sees it, and what was changed."""
    order = msgspec.structs.replace(order, facility=order.facility or is_facility(order.place))
    order, said = _assigned(order)
    order, more = _barred(order)
    return order, [*said, *more]


def is_facility(place: str) -> bool:
    """Return whether the clinician is paid the facility's amount at this place of service."""
    return place in (*load_edits().facility.places, *load_edits().facility_rate.places)


def must_assign(profession: str | None, payer: str | None) -> bool:
    """Return whether the payer pays this profession only with assignment."""
    rule = load_cost().mandatory
    return profession in rule.professions and payer in rule.payers


def assignment_words() -> str:
    """Return why assignment cannot be refused."""
    rule = load_cost().mandatory
    return f"{rule.en} ({rule.law})."


def _assigned(order: EstimateOrder) -> tuple[EstimateOrder, list[str]]:
    if order.self_pay or not must_assign(order.profession, order.payer):
        return order, []
    said = [] if order.participating and order.assigned else [assignment_words()]
    return msgspec.structs.replace(order, assigned=True, participating=True), said


def _barred(order: EstimateOrder) -> tuple[EstimateOrder, list[str]]:
    """Return the order with the codes that Medicare never pays this profession for as not covered."""
    if order.self_pay or order.payer != MEDICARE or order.profession is None:
        return order, []
    refused = {act: rule for act in ACTS if (rule := _bar(order, act)) is not None}
    given = [item if isinstance(item, str) else item.code for item in order.codes]
    drugs = {row.code for row in load_codes().drug}
    uncovered, excluded, said = list(order.uncovered), list(order.excluded), []
    for act, rule in refused.items():
        codes = [code for code in given if code in codes_of(act)]
        if not codes:
            continue
        codes += [code for code in given if code in drugs]
        if not set(codes) <= set(uncovered):
            said.append(f"Not covered: {', '.join(codes)}. Medicare pays it only {rule.en}. {rule.mend}")
        uncovered += codes
        excluded += codes if rule.excluded else []
    changed = {"uncovered": list(dict.fromkeys(uncovered)), "excluded": list(dict.fromkeys(excluded))}
    return msgspec.structs.replace(order, **changed), said


def _bar(order: EstimateOrder, act: str) -> PolicyRule | None:
    return next((rule for rule in _rules(order, act) if _bars(rule, order.profession or "")), None)


def _rules(order: EstimateOrder, act: str) -> Iterator[PolicyRule]:
    rows = [row for row in all_policies() if (row.payer, row.act) == (MEDICARE, act)]
    for policy in holding_on(rows, order.on):
        yield from policy.rule


def _bars(rule: PolicyRule, profession: str) -> bool:
    named = rule.need.furnished_by
    return profession in (rule.need.not_by or ()) or (named is not None and profession not in named)
