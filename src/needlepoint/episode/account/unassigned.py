"""A claim without assignment: what may be charged (the limiting charge), and what that adds for the patient."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from needlepoint.base.knowledge import holding_on
from needlepoint.base.money import CENT
from needlepoint.base.wording import number, usd
from needlepoint.coding.load import load_codes
from needlepoint.cost.load import load_cost
from needlepoint.cost.price import Price, Shares
from needlepoint.episode.account.order import EstimateOrder

__all__ = ["excess", "withheld_words"]

ZERO = Decimal(0)


def excess(order: EstimateOrder, prices: Sequence[Price]) -> Decimal:
    """Return what an unassigned claim adds to the patient's part: the charge up to the limit, above Medicare's amount.

    Drugs are always assigned.
    """
    if order.assigned:
        return ZERO
    drugs = {row.code for row in load_codes().drug}
    return sum((_above(order, row) for row in prices if row.code not in drugs and not row.open), ZERO)


def _above(order: EstimateOrder, row: Price) -> Decimal:
    most = (row.amount_usd * load_cost().nonparticipating.limit).quantize(CENT, ROUND_HALF_UP)
    charge = order.fees.charged(row.code, order.on)
    taken = most if charge is None else min(most, charge * row.units)
    return max(taken - row.amount_usd, ZERO)


def withheld_words(order: EstimateOrder, shares: Shares | None) -> list[str]:
    """Say what is kept back from the payer's own payment (sequestration)."""
    held = [row for row in holding_on(load_cost().withheld, order.on) if order.payer in row.payers]
    if shares is None or not held or not shares.plan_usd:
        return []
    kept = (shares.plan_usd * held[0].share).quantize(CENT, ROUND_HALF_UP)
    words = (
        f"{number(held[0].share * 100)}% of Medicare's own payment, {usd(kept)}, is withheld (sequestration,"
    )
    return [f"{words} {held[0].certainty.value}); the patient's part does not change."]
