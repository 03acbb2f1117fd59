"""The input of the price function: what is priced, for whom, and who pays."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from needlepoint.base.money import AMOUNT, is_amount
from needlepoint.base.refusal import Fault, Refused, day_faults
from needlepoint.coding import Coding
from needlepoint.coding.load import load_codes, load_edits
from needlepoint.cost import Benefits, Household
from needlepoint.cost.fees import Fees, fee_faults
from needlepoint.cost.price import Gpci, Item
from needlepoint.coverage.load import kind_of
from needlepoint.episode.account.account import Account

__all__ = ["EstimateOrder", "ServicePlace", "check_order", "order_of"]

MEDICAID = "MC"  # claim filing indicator of Medicaid
MOST_UNITS = 9999


class EstimateOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be priced: codes and a day, and who pays: a plan, Medicare Part B, or a self-pay household.

    The place is `state` with `locality` (or its indices in `gpci`); without one the amount is the national one.
    `insured`: a plan pays, although its benefits may be unknown. `uncovered`: codes that its rules do not cover.
    """

    on: datetime.date
    codes: list[str | Item]
    facility: bool = False
    open_prices: bool = True  # a code without a published value is not known; else it is refused
    place: str = ""  # place of service code, where it is known
    qmb: bool | None = None  # Qualified Medicare Beneficiary: may not be billed for Medicare's cost sharing
    medicaid_second: bool = False
    county: str | None = None
    state: str | None = None
    locality: str | None = None
    gpci: Gpci | None = None
    payer: str = "medicare"
    self_pay: bool = False
    insured: bool = False
    federal: bool = False  # in Medicare, Medicaid or the like, even where the patient pays alone
    uncovered: list[str] = []
    excluded: list[str] = []  # those of them that the law itself leaves out
    notice_signed: bool | None = None
    profession: str | None = None
    participating: bool = True  # the clinician in Medicare
    assigned: bool = True  # the claim: Medicare pays the practice, and its amount is the whole price
    fees: Fees = Fees()
    benefits: Benefits | None = None
    part_b_deductible_met_usd: Decimal | None = None
    second_benefits: Benefits | None = None
    medigap: str | None = None
    household: Household | None = None
    scheduled_on: datetime.date | None = None
    asked_for_estimate: bool = False


def check_order(order: EstimateOrder) -> None:
    """Raise Refused with every contradiction and every value out of range in the order."""
    faults = day_faults([("on", order.on), ("scheduled_on", order.scheduled_on)])
    if not order.codes:
        faults.append(Fault("codes", "an empty list", "at least one procedure code"))
    faults += [
        Fault(f"codes[{n}].units", str(item.units), f"from 1 to {MOST_UNITS}")
        for n, item in enumerate(order.codes)
        if isinstance(item, Item) and not 1 <= item.units <= MOST_UNITS
    ]
    faults += [*_a_day(order), *fee_faults(order.fees, "fees"), *_payer_faults(order)]
    if order.gpci and order.state:
        faults.append(Fault("gpci", "indices beside a state", "one of the two"))
    if faults:
        raise Refused(faults)


def _a_day(order: EstimateOrder) -> list[Fault]:
    """More units than a code has in a day by what it says: it counts muscles, or an encounter."""
    most = {row.code: row.units_a_day for row in load_codes().procedure if row.units_a_day}
    counted: dict[str, int] = {}
    for item in order.codes:
        code, units = (item, 1) if isinstance(item, str) else (item.code, item.units)
        counted[code] = counted.get(code, 0) + units
    return [
        Fault(
            "codes", f"{units} x {code}", f"at most {most[code]} a day: the code stands for the whole session"
        )
        for code, units in counted.items()
        if code in most and units > most[code]
    ]


def _payer_faults(order: EstimateOrder) -> list[Fault]:
    met, faults = order.part_b_deductible_met_usd, []
    if met is not None and not is_amount(met):
        faults.append(Fault("part_b_deductible_met_usd", str(met), AMOUNT))
    if order.benefits and met is not None:
        given = "benefits and part_b_deductible_met_usd"
        faults.append(Fault("benefits", given, "one of the two", "A second plan goes into second_benefits."))
    if order.participating and not order.assigned:
        given = "a claim without assignment by a clinician who participates"
        faults.append(Fault("assigned", given, "assignment, or a clinician who does not participate"))
    if order.medigap and order.second_benefits:
        faults.append(Fault("medigap", "medigap and second_benefits", "one second payer"))
    if (order.medigap or order.second_benefits) and order.benefits is None and met is None:
        expected = "a first payer before a second"
        faults.append(Fault("medigap" if order.medigap else "second_benefits", "no first payer", expected))
    return faults


class ServicePlace(msgspec.Struct, frozen=True, kw_only=True):
    """The place of service: its code, the state, and the county where one splits a state."""

    code: str
    state: str | None
    county: str | None = None


def order_of(
    account: Account,
    coding: Coding,
    on: datetime.date,
    place: ServicePlace,
    profession: str | None,
    payer: str | None,
    uncovered: tuple[str, ...] = (),
    excluded: tuple[str, ...] = (),
) -> EstimateOrder:
    """Return the price order for the codes of a session, by the account."""
    benefits = account.benefits is not None or account.part_b_deductible_met_usd is not None
    self_pay = not benefits and not account.coverages and bool(account.fees.self_pay or account.fees.charge)
    kind = kind_of(payer, "") if payer is not None else None
    return EstimateOrder(
        on=on,
        codes=[Item(line.code, line.units, list(line.modifiers)) for line in coding.lines],
        facility=place.code in (*load_edits().facility.places, *load_edits().facility_rate.places),
        open_prices=True,
        place=place.code,
        qmb=account.qmb,
        medicaid_second=_medicaid_second(account),
        county=place.county,
        state=place.state,
        locality=account.locality,
        payer=payer or "medicare",
        self_pay=self_pay,
        insured=bool(account.coverages) or benefits or (payer is not None and not self_pay),
        federal=kind is not None and kind.federal,
        uncovered=[] if self_pay else list(uncovered),
        excluded=[] if self_pay else list(excluded),
        notice_signed=account.notice_signed,
        profession=profession,
        fees=account.fees,
        benefits=account.benefits,
        part_b_deductible_met_usd=account.part_b_deductible_met_usd,
        second_benefits=account.second_benefits,
        medigap=account.medigap,
        household=account.household,
        scheduled_on=account.scheduled_on,
        asked_for_estimate=account.asked_for_estimate,
        participating=account.participating,
        assigned=account.assigned,
    )


def _medicaid_second(account: Account) -> bool:
    return any(row.filing == MEDICAID and row.sequence != account.billed for row in account.coverages)
