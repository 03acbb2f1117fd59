"""The honest price: what is allowed, who pays what, what the same costs in a hospital, which help there is."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from needlepoint.base.money import AMOUNT, is_amount
from needlepoint.base.refusal import Fault, Refused, day_faults
from needlepoint.coding import Coding
from needlepoint.coding.load import load_edits
from needlepoint.cost import (
    Basis,
    Benefits,
    Household,
    coordinate,
    estimate_due,
    facility_fees,
    medicare_part_b,
    medigap,
    price_lines,
    programs_for,
    share_lines,
    slide,
)
from needlepoint.cost.assist import Program, Sliding
from needlepoint.cost.fees import Fees, fee_faults
from needlepoint.cost.load import load_cost
from needlepoint.cost.place import Placed, place_of
from needlepoint.cost.price import Coordinated, FacilityFee, Gpci, Item, Price, Shares
from needlepoint.cost.published import NO_FILES, PriceFiles
from needlepoint.episode.account.account import Account

__all__ = [
    "Elsewhere",
    "EstimateOrder",
    "Estimated",
    "FacilityPart",
    "NotCovered",
    "make_estimate",
    "order_of",
    "when_not_covered",
]

ZERO = Decimal(0)
MEDICAID = "MC"  # claim filing indicator of Medicaid


class EstimateOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be priced: codes and a day, and who pays: a plan, Medicare Part B, or a household that pays itself.

    The place is `state` with `locality` (or its indices in `gpci`); without one the amount is the national one.
    """

    on: datetime.date
    codes: list[str | Item]
    facility: bool = False
    open_prices: bool = False  # a code without a published value is not known instead of refused
    place: str = ""  # place of service code, where it is known
    qmb: bool | None = None  # Qualified Medicare Beneficiary: may not be billed for Medicare's cost sharing
    medicaid_second: bool = False
    county: str | None = None
    state: str | None = None
    locality: str | None = None
    gpci: Gpci | None = None
    payer: str = "medicare"
    self_pay: bool = False
    profession: str | None = None
    fees: Fees = Fees()
    benefits: Benefits | None = None
    part_b_deductible_met_usd: Decimal | None = None
    second_benefits: Benefits | None = None
    medigap: str | None = None
    household: Household | None = None
    scheduled_on: datetime.date | None = None
    asked_for_estimate: bool = False


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """The same needle in a hospital's clinic: the clinician's fee there and the hospital's own, in USD."""

    total_usd: Decimal
    fees: tuple[FacilityFee, ...]


class FacilityPart(msgspec.Struct, frozen=True, kw_only=True):
    """The facility's own bill beside the clinician's, in USD; None: not known. `words` say what it is."""

    amount_usd: Decimal | None
    patient_usd: Decimal | None
    words: str
    fees: tuple[FacilityFee, ...]


class NotCovered(msgspec.Struct, frozen=True, kw_only=True):
    """What the patient owes for `codes`, which the payer's rules do not cover: with a signed notice, and without."""

    codes: tuple[str, ...]
    with_notice_usd: Decimal
    without_notice_usd: Decimal = ZERO


class Estimated(msgspec.Struct, frozen=True, kw_only=True):
    """The price and its parts. `patient_usd` is what the patient is expected to pay; None: no payer was named, or it is
    not known (in a facility whose own bill is not known, for example).

    Where some lines are not covered, `total_usd`, `shares` and `second` are of the others.
    """

    on: datetime.date
    total_usd: Decimal
    prices: tuple[Price, ...]
    place: Placed | None
    shares: Shares | None
    second: Coordinated | None
    sliding: Sliding | None
    programs: tuple[Program, ...]
    hospital: Elsewhere | None
    patient_usd: Decimal | None
    good_faith_due: datetime.date | None
    dispute_from_usd: Decimal | None
    notices: tuple[str, ...]
    not_covered: NotCovered | None = None
    facility: FacilityPart | None = None


def make_estimate(order: EstimateOrder, files: PriceFiles = NO_FILES) -> Estimated:
    """The price of `order`; Refused for what cannot be priced, with the file that would settle it."""
    _check(order)
    place = None
    if order.state and not order.self_pay:
        place = place_of(order.state, order.locality, order.on, files, order.county)
    basis = Basis(
        facility=order.facility,
        gpci=order.gpci or (place.gpci if place else Gpci()),
        profession=order.profession,
        payer=order.payer,
        fees=order.fees,
        self_pay=order.self_pay,
        files=files,
        open_prices=order.open_prices,
    )
    prices = price_lines(order.codes, order.on, basis)
    total = sum((price.amount_usd for price in prices), ZERO)
    shares = _shares(order, prices)
    second = _second(order, prices, shares)
    sliding = slide(total, order.household, order.on, files) if order.household else None
    uninsured = shares is None
    part = _facility_part(order)
    return Estimated(
        on=order.on,
        total_usd=total,
        prices=tuple(prices),
        place=place,
        shares=shares,
        second=second,
        sliding=sliding,
        programs=_programs(order, files),
        hospital=_elsewhere(order, basis),
        patient_usd=_with_facility(_owed(order, total, shares, second, sliding), part),
        good_faith_due=_due(order) if uninsured else None,
        dispute_from_usd=_dispute(total, sliding) if uninsured else None,
        notices=tuple(_notices(order, prices, place)),
        facility=part,
    )


def _check(order: EstimateOrder) -> None:
    faults = day_faults([("on", order.on), ("scheduled_on", order.scheduled_on)])
    if not order.codes:
        faults.append(Fault("codes", "an empty list", "at least one procedure code"))
    faults += [
        Fault(f"codes[{n}].units", str(item.units), "from 1 to 9999")
        for n, item in enumerate(order.codes)
        if isinstance(item, Item) and not 1 <= item.units <= 9999
    ]
    met = order.part_b_deductible_met_usd
    if met is not None and not is_amount(met):
        faults.append(Fault("part_b_deductible_met_usd", str(met), AMOUNT))
    faults += fee_faults(order.fees, "fees")
    if order.benefits and met is not None:
        given = "benefits and part_b_deductible_met_usd"
        faults.append(Fault("benefits", given, "one of the two", "A second plan goes into second_benefits."))
    if order.medigap and order.second_benefits:
        faults.append(Fault("medigap", "medigap and second_benefits", "one second payer"))
    if (order.medigap or order.second_benefits) and order.benefits is None and met is None:
        expected = "a first payer before a second"
        faults.append(Fault("medigap" if order.medigap else "second_benefits", "no first payer", expected))
    if order.gpci and order.state:
        faults.append(Fault("gpci", "indices beside a state", "one of the two"))
    if faults:
        raise Refused(faults)


def _shares(order: EstimateOrder, prices: list[Price]) -> Shares | None:
    if order.self_pay:
        return None
    if order.benefits is not None:
        return share_lines(prices, order.benefits)
    if order.part_b_deductible_met_usd is not None:
        return share_lines(prices, medicare_part_b(order.on, order.part_b_deductible_met_usd))
    return None


def _second(order: EstimateOrder, prices: list[Price], shares: Shares | None) -> Coordinated | None:
    if shares is None:
        return None
    if order.medigap:
        return medigap(shares, order.medigap, order.on)
    return coordinate(prices, shares, order.second_benefits) if order.second_benefits else None


def _programs(order: EstimateOrder, files: PriceFiles) -> tuple[Program, ...]:
    if order.household is None:
        return ()
    home = (
        order.household
        if order.household.state
        else msgspec.structs.replace(order.household, state=order.state)
    )
    return programs_for(home, order.on, order.facility, files)


def _elsewhere(order: EstimateOrder, basis: Basis) -> Elsewhere | None:
    """What the hospital way would come to, where its own fee is on file and the office is the place now."""
    codes = [item if isinstance(item, str) else item.code for item in order.codes]
    fees = facility_fees(codes, order.on)
    if order.facility or order.self_pay or not fees:
        return None
    there = price_lines(order.codes, order.on, msgspec.structs.replace(basis, facility=True))
    total = sum((row.amount_usd for row in there), ZERO) + sum((fee.amount_usd for fee in fees), ZERO)
    return Elsewhere(total_usd=total, fees=tuple(fees))


def _facility_part(order: EstimateOrder) -> FacilityPart | None:
    """What the facility bills beside the clinician: Medicare's own outpatient fee, or not known."""
    if not order.facility or order.self_pay:
        return None
    codes = [item if isinstance(item, str) else item.code for item in order.codes]
    fees = facility_fees(codes, order.on)
    outpatient = order.place in ("", *load_edits().hospital.places)
    if not fees or not outpatient or order.payer != "medicare":
        words = (
            f"The facility sends its own bill; what it comes to on {order.on} is not known. Ask the facility."
        )
        return FacilityPart(amount_usd=None, patient_usd=None, words=words, fees=())
    return FacilityPart(
        amount_usd=sum((fee.amount_usd for fee in fees), ZERO),
        patient_usd=sum((fee.copay_usd for fee in fees), ZERO),
        words="The hospital bills this beside the clinician (national amounts).",
        fees=tuple(fees),
    )


def _with_facility(owed: Decimal | None, part: FacilityPart | None) -> Decimal | None:
    """What the patient owes to both; None where the facility's part is not known."""
    if owed is None or part is None:
        return owed
    return None if part.patient_usd is None else owed + part.patient_usd


def _owed(
    order: EstimateOrder,
    total: Decimal,
    shares: Shares | None,
    second: Coordinated | None,
    sliding: Sliding | None,
) -> Decimal | None:
    """What the patient owes the clinician: nothing of Medicare's cost sharing for a QMB."""
    if shares is not None and order.payer == "medicare":
        if order.qmb:
            return ZERO
        if order.medicaid_second and order.qmb is None:
            return None
    return _patient(total, shares, second, sliding, order.self_pay)


def _patient(
    total: Decimal,
    shares: Shares | None,
    second: Coordinated | None,
    sliding: Sliding | None,
    self_pay: bool,
) -> Decimal | None:
    """What is left to the patient; the sliding scale never makes an insured patient pay more."""
    left = second.patient_usd if second else shares.patient_usd if shares else None
    if sliding is None:
        return total if left is None and self_pay else left
    return sliding.pays_usd if left is None else min(left, sliding.pays_usd)


def _dispute(total: Decimal, sliding: Sliding | None) -> Decimal:
    """The bill from which a dispute is open, counted from the price after the discount."""
    expected = sliding.pays_usd if sliding else total
    return expected + load_cost().good_faith.dispute_over_usd


def _due(order: EstimateOrder) -> datetime.date | None:
    if order.scheduled_on is None:
        return None
    return estimate_due(order.scheduled_on, order.on, order.asked_for_estimate)


def _notices(order: EstimateOrder, prices: list[Price], place: Placed | None) -> list[str]:
    said = [place.notice] if place and place.notice else []
    said += [f"{price.code}: {price.open}" for price in prices if price.open]
    if order.payer == "medicare" and order.qmb:
        said.append(
            "A Qualified Medicare Beneficiary may not be billed for Medicare's deductible or coinsurance."
        )
    elif order.payer == "medicare" and order.medicaid_second and order.qmb is None:
        said.append(
            "Medicaid comes second: ask whether the patient is a Qualified Medicare Beneficiary (QMB)."
        )
    own = any(contract.payer == order.payer for contract in order.fees.contract)
    if order.payer != "medicare" and not own and not order.self_pay:
        said.append(
            f"No contract with {order.payer} is on file: priced by Medicare's schedule, so only a guide."
        )
    return said


def order_of(
    account: Account,
    coding: Coding,
    on: datetime.date,
    place: str,
    state: str | None,
    profession: str | None,
    payer: str | None,
    county: str | None = None,
) -> EstimateOrder:
    """What the codes of a session would cost this patient, as the account has it. `place`: place of service code."""
    insured = account.benefits is not None or account.part_b_deductible_met_usd is not None
    own = bool(account.fees.self_pay or account.fees.charge)
    return EstimateOrder(
        on=on,
        codes=[Item(line.code, line.units, list(line.modifiers)) for line in coding.lines],
        facility=place in load_edits().facility.places,
        open_prices=True,
        place=place,
        qmb=account.qmb,
        medicaid_second=any(
            row.filing == MEDICAID and row.sequence != account.billed for row in account.coverages
        ),
        county=county,
        state=state,
        locality=account.locality,
        payer=payer or "medicare",
        self_pay=not insured and not account.coverages and own,
        profession=profession,
        fees=account.fees,
        benefits=account.benefits,
        part_b_deductible_met_usd=account.part_b_deductible_met_usd,
        second_benefits=account.second_benefits,
        medigap=account.medigap,
        household=account.household,
        scheduled_on=account.scheduled_on,
        asked_for_estimate=account.asked_for_estimate,
    )


def when_not_covered(
    found: Estimated, order: EstimateOrder, account: Account, uncovered: Sequence[str]
) -> Estimated:
    """The same price where the payer's rules do not cover the codes `uncovered`.

    What is covered is shared as ever. Where nothing that costs anything is left, the shares hold only if it pays after
    all.
    """
    owed = NotCovered(codes=tuple(uncovered), with_notice_usd=_charged(found, account, uncovered))
    due = owed.with_notice_usd if account.notice_signed is True else owed.without_notice_usd
    rest = [price for price in found.prices if price.code not in uncovered]
    total = sum((price.amount_usd for price in rest), ZERO)
    if not total:
        return msgspec.structs.replace(found, not_covered=owed, patient_usd=due)
    shares = _shares(order, rest)
    second = _second(order, rest, shares)
    left = _with_facility(_owed(order, total, shares, second, None), found.facility)
    return msgspec.structs.replace(
        found,
        total_usd=total,
        shares=shares,
        second=second,
        not_covered=owed,
        patient_usd=None if left is None else left + due,
    )


def _charged(found: Estimated, account: Account, codes: Sequence[str]) -> Decimal:
    """What the practice charges for `codes`; the allowed amount where no charge is on file."""
    total = ZERO
    for price in found.prices:
        if price.code in codes:
            charge = account.fees.charged(price.code, found.on)
            total += price.amount_usd if charge is None else charge * price.units
    return total
