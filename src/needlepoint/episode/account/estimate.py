"""The price: `make_estimate` is the only function that returns what a service costs and who pays what."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from needlepoint.base.wording import usd
from needlepoint.cost import (
    Basis,
    coordinate,
    estimate_due,
    medicare_part_b,
    medigap,
    price_lines,
    programs_for,
    share_lines,
    slide,
)
from needlepoint.cost.load import load_cost
from needlepoint.cost.place import Placed, place_of
from needlepoint.cost.price import Gpci, Price, Shares
from needlepoint.cost.protection.assist import Program, Sliding
from needlepoint.cost.published import NO_FILES, PriceFiles
from needlepoint.cost.second import Coordinated
from needlepoint.coverage.load import kind_of
from needlepoint.episode.account.by_law import by_law
from needlepoint.episode.account.facility import (
    Elsewhere,
    FacilityPart,
    bills_apart,
    elsewhere,
    facility_part,
)
from needlepoint.episode.account.order import EstimateOrder, check_order
from needlepoint.episode.account.unassigned import excess, withheld_words

__all__ = ["Estimated", "NotCovered", "make_estimate", "medicare_range"]

ZERO = Decimal(0)


class NotCovered(msgspec.Struct, frozen=True, kw_only=True):
    """What the patient owes for `codes` that the payer's rules do not cover: with a signed notice, and without.

    `with_notice_usd` None: nothing may be requested before Medicare and Medicaid have both decided (QMB).
    """

    codes: tuple[str, ...]
    with_notice_usd: Decimal | None
    without_notice_usd: Decimal = ZERO


class Estimated(msgspec.Struct, frozen=True, kw_only=True):
    """The price and its parts. `patient_usd` is what the patient is expected to pay; None: no payer was named, or it is
    unknown (for example in a facility whose own bill is unknown).

    `total_usd` is the price of what is covered; None where that of a code (`open`) is unknown, and it is `least_usd` or
    more. Where some lines are not covered, `shares` and `second` are of the others.
    """

    on: datetime.date
    total_usd: Decimal | None
    least_usd: Decimal
    open: tuple[str, ...]
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
    to_medicaid_usd: Decimal | None = None  # cost sharing of a QMB, which only Medicaid may be billed for


class _Priced(msgspec.Struct, frozen=True, kw_only=True):
    """The covered lines, and who pays them."""

    rest: list[Price]
    least: Decimal
    open_: tuple[str, ...]
    shares: Shares | None
    second: Coordinated | None
    sliding: Sliding | None


def make_estimate(order: EstimateOrder, files: PriceFiles = NO_FILES) -> Estimated:
    """Return the price of `order`; Refused for what cannot be priced, with the file that would settle it."""
    check_order(order)
    order, said = by_law(order)
    place = _place(order, files)
    basis = _basis(order, place, files)
    prices = price_lines(order.codes, order.on, basis)
    found = _priced(order, prices, files)
    refused = _not_covered(order, prices)
    part = facility_part(order)
    total = None if found.open_ else found.least
    self_pay = found.shares is None and not order.insured and not order.federal
    return Estimated(
        on=order.on,
        total_usd=total,
        least_usd=found.least,
        open=found.open_,
        prices=tuple(prices),
        place=place,
        shares=found.shares,
        second=found.second,
        sliding=found.sliding,
        programs=_programs(order, files),
        hospital=elsewhere(order, basis),
        patient_usd=_patient_in_all(order, found, part, refused),
        good_faith_due=_due(order) if self_pay else None,
        dispute_from_usd=_dispute(total, found.sliding) if self_pay else None,
        notices=(*said, *_notices(order, prices, place), *_of_medicare(order, found)),
        not_covered=refused,
        facility=part,
        to_medicaid_usd=found.shares.patient_usd if order.qmb and found.shares else None,
    )


def _place(order: EstimateOrder, files: PriceFiles) -> Placed | None:
    if not order.state or order.self_pay:
        return None
    return place_of(order.state, order.locality, order.on, files, order.county)


def _basis(order: EstimateOrder, place: Placed | None, files: PriceFiles) -> Basis:
    return Basis(
        facility=order.facility,
        gpci=order.gpci or (place.gpci if place else Gpci()),
        profession=order.profession,
        participating=order.participating,
        payer=order.payer,
        fees=order.fees,
        self_pay=order.self_pay,
        files=files,
        open_prices=order.open_prices,
    )


def _priced(order: EstimateOrder, prices: Sequence[Price], files: PriceFiles) -> _Priced:
    rest = [price for price in prices if price.code not in order.uncovered]
    least = sum((price.amount_usd for price in rest), ZERO)
    shares = _shares(order, rest)
    return _Priced(
        rest=rest,
        least=least,
        open_=tuple(dict.fromkeys(price.code for price in rest if price.open)),
        shares=shares,
        second=_second(order, rest, shares),
        sliding=slide(least, order.household, order.on, files) if order.household else None,
    )


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


def _not_covered(order: EstimateOrder, prices: Sequence[Price]) -> NotCovered | None:
    """Return the patient's cost for codes that are not covered: the practice's charge, else the allowed amount."""
    if not order.uncovered:
        return None
    charged = {"all": ZERO, "excluded": ZERO}
    for price in prices:
        if price.code in order.uncovered:
            charge = order.fees.charged(price.code, order.on)
            amount = price.amount_usd if charge is None else charge * price.units
            charged["all"] += amount
            charged["excluded"] += amount if price.code in order.excluded else ZERO
    owed = None if order.qmb else charged["all"]
    always = ZERO if order.qmb else charged["excluded"]
    return NotCovered(codes=tuple(order.uncovered), with_notice_usd=owed, without_notice_usd=always)


def _patient_in_all(
    order: EstimateOrder, found: _Priced, part: FacilityPart | None, refused: NotCovered | None
) -> Decimal | None:
    """Return what the patient owes: for what is covered, to the facility, and for what is not covered.

    None: unknown.
    """
    if _owes_nothing(order):
        return ZERO
    owed = _owed(order, found)
    if owed is not None and part is not None:
        owed = None if part.patient_usd is None else owed + part.patient_usd
    if owed is None or refused is None:
        return owed
    due = refused.with_notice_usd if order.notice_signed is True else refused.without_notice_usd
    return owed + (due or ZERO)


def _owes_nothing(order: EstimateOrder) -> bool:
    """Return whether the patient owes nothing: a QMB no cost sharing, an injured worker nothing."""
    kind = kind_of(order.payer, "")
    return not order.self_pay and (order.qmb is True or (kind is not None and not kind.patient_owes))


def _owed(order: EstimateOrder, found: _Priced) -> Decimal | None:
    """Return what is left of the covered lines; the sliding scale never makes an insured patient pay more."""
    unknown = found.open_ or (order.medicaid_second and order.qmb is None and order.payer == "medicare")
    if unknown and (found.shares is not None or found.open_):
        return None
    if not order.assigned and found.second is not None:
        return None  # what a second payer leaves of a charge above Medicare's amount is not known
    left = found.second.patient_usd if found.second else found.shares.patient_usd if found.shares else None
    left = None if left is None else left + excess(order, found.rest)
    if found.sliding is None:
        return found.least if left is None and order.self_pay else left
    return found.sliding.pays_usd if left is None else min(left, found.sliding.pays_usd)


def _programs(order: EstimateOrder, files: PriceFiles) -> tuple[Program, ...]:
    if order.household is None:
        return ()
    home = order.household
    if not home.state:
        home = msgspec.structs.replace(home, state=order.state)
    return programs_for(home, order.on, bills_apart(order), files)


def _dispute(total: Decimal | None, sliding: Sliding | None) -> Decimal | None:
    """Return the bill from which a dispute is possible, based on the price after the discount."""
    if total is None:
        return None
    expected = sliding.pays_usd if sliding else total
    return expected + load_cost().good_faith.dispute_over_usd


def _due(order: EstimateOrder) -> datetime.date | None:
    if order.scheduled_on is None:
        return None
    return estimate_due(order.scheduled_on, order.on, order.asked_for_estimate)


def _notices(order: EstimateOrder, prices: Sequence[Price], place: Placed | None) -> list[str]:
    said = [place.notice] if place and place.notice else []
    said += [f"{price.code}: {price.open}" for price in prices if price.open]
    said += _about_medicaid(order)
    kind = kind_of(order.payer, "")
    name = kind.en if kind else order.payer.replace("_", " ")
    if kind is not None and not kind.patient_owes and not order.self_pay:
        said.append(f"Under {name} the patient owes nothing: bill the insurer only.")
    if order.self_pay and order.federal:
        said.append(
            f"The patient is in {name}: the practice sends it the claim; only what it does not cover is paid alone."
        )
    if _benefits_unknown(order):
        said.append(f"What {name} leaves to the patient is not known: enter its deductible, copay or share.")
    own = any(contract.payer == order.payer for contract in order.fees.contract)
    if order.payer != "medicare" and not own and not order.self_pay:
        said.append(f"No contract with {name} is on file: priced by Medicare's schedule, so only a guide.")
    return said


def _benefits_unknown(order: EstimateOrder) -> bool:
    """A plan pays, and nothing says what it leaves."""
    known = order.benefits is not None or order.part_b_deductible_met_usd is not None
    return order.insured and not known and not order.self_pay and not _owes_nothing(order)


def _of_medicare(order: EstimateOrder, found: _Priced) -> list[str]:
    """Say what a claim without assignment may charge, and what is withheld from Medicare's payment."""
    said = withheld_words(order, found.shares)
    if order.assigned or found.shares is None:
        return said
    whole = usd(found.least + excess(order, found.rest))
    words = f"Without assignment at most {whole} may be charged (limiting charge, 42 CFR 414.48), drugs as assigned."
    return [f"{words} Medicare pays its part to the patient.", *said]


def _about_medicaid(order: EstimateOrder) -> list[str]:
    if order.self_pay:
        return []
    kind = kind_of(order.payer, "")
    if kind is not None and kind.in_full:
        words = f"{kind.en}'s payment is payment in full: the patient owes its own copay at most"
        return [f"{words} (42 CFR 447.15), never the difference to the charge."]
    if order.qmb:
        words = "A Qualified Medicare Beneficiary (QMB) may not be billed for Medicare's deductible or coinsurance:"
        said = [f"{words} bill Medicaid."]
        if order.uncovered:
            said.append(
                "For what is not covered, ask nothing before Medicare and Medicaid have both decided."
            )
        return said
    if order.payer == "medicare" and order.medicaid_second and order.qmb is None:
        return ["Medicaid comes second: ask whether the patient is a Qualified Medicare Beneficiary (QMB)."]
    return []


def medicare_range(
    order: EstimateOrder, files: PriceFiles = NO_FILES
) -> tuple[Decimal | None, Decimal | None]:
    """Return what Part B leaves to the patient with the year's deductible met, and with none of it met."""
    whole = medicare_part_b(order.on, ZERO).deductible_left_usd
    with_all, with_nothing = (
        make_estimate(msgspec.structs.replace(order, part_b_deductible_met_usd=met), files).patient_usd
        for met in (whole, ZERO)
    )
    return with_all, with_nothing
