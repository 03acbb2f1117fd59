"""The part of the price that a facility bills, and the cost of the same services in a hospital's clinic."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from needlepoint.base.wording import day_words
from needlepoint.coding.load import load_codes, load_edits
from needlepoint.cost import facility_fees, price_lines
from needlepoint.cost.price import Basis, FacilityFee, Item
from needlepoint.episode.account.order import EstimateOrder

__all__ = ["Elsewhere", "FacilityPart", "bills_apart", "elsewhere", "facility_part"]

ZERO = Decimal(0)


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """The same services in a hospital's clinic: the clinician's fee there and the hospital's own, in USD."""

    total_usd: Decimal
    fees: tuple[FacilityFee, ...]


class FacilityPart(msgspec.Struct, frozen=True, kw_only=True):
    """The facility's own bill beside the clinician's, in USD; None: unknown. `words` describe it."""

    amount_usd: Decimal | None
    patient_usd: Decimal | None
    words: str
    fees: tuple[FacilityFee, ...]


def elsewhere(order: EstimateOrder, basis: Basis) -> Elsewhere | None:
    """Return the cost of the covered services in a hospital; None if a part of it is unknown."""
    hospital = load_edits().hospital.places[0]
    items = [_placed(item, hospital) for item in _items(order) if item.code not in order.uncovered]
    fees = _fees(order, items)
    if order.facility or order.self_pay or not fees:
        return None
    there = price_lines(items, order.on, msgspec.structs.replace(basis, facility=True))
    if any(row.open for row in there):
        return None
    total = sum((row.amount_usd for row in there), ZERO) + sum((fee.amount_usd for fee in fees), ZERO)
    return Elsewhere(total_usd=total, fees=fees)


def bills_apart(order: EstimateOrder) -> bool:
    """Return whether a facility sends its own bill; a telehealth visit only takes the facility's amount."""
    return order.facility and order.place not in load_edits().facility_rate.places


def facility_part(order: EstimateOrder) -> FacilityPart | None:
    """Return what the facility bills beside the clinician: Medicare's own outpatient fee, or unknown."""
    if not bills_apart(order) or order.self_pay:
        return None
    fees = _fees(order, _items(order))
    outpatient = order.place in ("", *load_edits().hospital.places)
    if not fees or not outpatient or order.payer != "medicare":
        on = day_words(order.on)
        words = f"The facility sends its own bill; what it comes to on {on} is not known. Ask the facility."
        return FacilityPart(amount_usd=None, patient_usd=None, words=words, fees=())
    return FacilityPart(
        amount_usd=sum((fee.amount_usd for fee in fees), ZERO),
        patient_usd=sum((fee.copay_usd for fee in fees), ZERO),
        words="The hospital bills this beside the clinician (national amounts).",
        fees=fees,
    )


def _fees(order: EstimateOrder, items: Sequence[Item]) -> tuple[FacilityFee, ...]:
    """Return the hospital's fee of every service; empty if one of them is not on file. Drugs are packaged."""
    drugs = {row.code for row in load_codes().drug}
    codes = [item.code for item in items if item.code not in drugs]
    fees = facility_fees(codes, order.on)
    return tuple(fees) if {fee.code for fee in fees} == set(codes) else ()


def _items(order: EstimateOrder) -> list[Item]:
    return [Item(item) if isinstance(item, str) else item for item in order.codes]


def _placed(item: Item, place: str) -> Item:
    """Return the item with the modifiers for this place of service."""
    rows = [row for row in load_edits().place if item.code in row.codes and place in row.places]
    added = [row.add for row in rows if row.add not in item.modifiers]
    return msgspec.structs.replace(item, modifiers=[*item.modifiers, *added])
