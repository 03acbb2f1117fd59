"""The cost of a session and who pays what, to the cent, with each step. Money is Decimal in USD."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Citation, cite, holding_on
from needlepoint.base.money import AMOUNT, CENT, is_amount
from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.coding.load import load_codes
from needlepoint.coding.shape import looks_like_procedure
from needlepoint.cost.fees import Fees
from needlepoint.cost.load import DATA, Fee, load_cost
from needlepoint.cost.place import Gpci
from needlepoint.cost.published import NO_FILES, PriceFiles

__all__ = [
    "Basis",
    "Benefits",
    "FacilityFee",
    "Gpci",
    "Item",
    "Price",
    "Share",
    "Shares",
    "facility_fees",
    "medicare_part_b",
    "price_lines",
    "share_lines",
]

ZERO = Decimal(0)


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line to be priced."""

    code: str
    units: int = 1
    modifiers: list[str] = []


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """The allowed amount of one line, and its derivation. `open`: what is unknown, and the file that settles it."""

    code: str
    amount_usd: Decimal
    steps: tuple[str, ...]
    citations: tuple[Citation, ...]
    units: int = 1
    reduced: bool = False  # a line with the multiple-procedure reduction
    open: str = ""


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """The basis of a price: setting, place, clinician, payer, the practice's fees, the loaded files.

    `open_prices`: a code without a published value has an unknown amount instead of being refused.
    """

    facility: bool = False
    gpci: Gpci = Gpci()
    profession: str | None = None
    participating: bool = True  # in Medicare
    payer: str = "medicare"
    fees: Fees = Fees()
    self_pay: bool = False
    files: PriceFiles = NO_FILES
    open_prices: bool = False


class Benefits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A plan's benefits: deductible and out-of-pocket left in USD, coinsurance (0 to 1) or a copay for each line."""

    deductible_left_usd: Decimal = ZERO
    coinsurance: Decimal = ZERO
    copay_usd: Decimal | None = None
    out_of_pocket_left_usd: Decimal | None = None


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """Who pays one line."""

    code: str
    allowed_usd: Decimal
    deductible_usd: Decimal
    patient_usd: Decimal
    plan_usd: Decimal
    steps: tuple[str, ...]


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    """All lines, and their totals."""

    lines: tuple[Share, ...]
    patient_usd: Decimal
    plan_usd: Decimal


def price_lines(codes: Sequence[str | Item], on: datetime.date, basis: Basis | None = None) -> list[Price]:
    """Return the allowed amount of each line: by contract, self-pay price or the physician fee schedule of that day.

    Multiple-procedure reduction: the highest-priced line is paid in full. Raises Refused for a code or a day without a
    published value.
    """
    how = basis or Basis()
    items = [Item(code) if isinstance(code, str) else code for code in codes]
    full = [_price(item, on, how, number) for number, item in enumerate(items)]
    reduced = [n for n, row in enumerate(full) if row.reduced]
    open_ = [row.code for row in full if row.open and row.code not in _drug_codes()]
    if reduced and open_:  # the highest-priced one is unknown
        words = f"whether {', '.join(open_)} reduces it, or is reduced by it, is not known"
        full = [_doubtful(row, words) if n in reduced else row for n, row in enumerate(full)]
    if len(reduced) > 1:
        first = max(reduced, key=lambda n: full[n].amount_usd)
        full = [_reduce(row) if n in reduced and n != first else row for n, row in enumerate(full)]
    return [_no_more_than_charged(row, item, on, how) for row, item in zip(full, items, strict=True)]


def _no_more_than_charged(row: Price, item: Item, on: datetime.date, how: Basis) -> Price:
    """A payer allows no more than what is charged; a part of a service has no charge of its own."""
    charge = None if how.self_pay else how.fees.charged(item.code, on)
    if charge is None or row.open or any(modifier in COMPONENTS for modifier in item.modifiers):
        return row
    charged = (charge * item.units).quantize(CENT, ROUND_HALF_UP)
    if charged >= row.amount_usd:
        return row
    step = f"no more than the charge: {charged} USD"
    return msgspec.structs.replace(row, amount_usd=charged, steps=(*row.steps, step))


def _price(item: Item, on: datetime.date, how: Basis, number: int) -> Price:
    if how.self_pay:
        return _self_pay(item, on, how, number)
    agreed = how.fees.agreed(how.payer, item.code, on)
    if agreed and agreed.amount_usd is not None:
        return _times(item, agreed.amount_usd, (f"{agreed.words}: {agreed.amount_usd} USD",))
    drug = next((row for row in load_codes().drug if row.code == item.code and row.holds_on(on)), None)
    if drug is not None:
        return _drug(item, drug.paid_apart and not how.facility, on, how)
    price = (_unpriced(item, on, how) if how.open_prices else None) or _scheduled(item, on, how, number)
    if agreed and agreed.share is not None:
        amount = (price.amount_usd * agreed.share).quantize(CENT, ROUND_HALF_UP)
        step = f"{agreed.words}: x {agreed.share} = {amount} USD"
        return msgspec.structs.replace(price, amount_usd=amount, steps=(*price.steps, step))
    return price


@lru_cache(maxsize=1)
def _drug_codes() -> frozenset[str]:
    return frozenset(row.code for row in load_codes().drug)


def _doubtful(row: Price, words: str) -> Price:
    return msgspec.structs.replace(row, steps=(*row.steps, words), open=words)


def _unpriced(item: Item, on: datetime.date, how: Basis) -> Price | None:
    """Return a valid code without a value in any schedule on file: its amount is unknown."""
    modifier = next((m for m in item.modifiers if m in COMPONENTS), "")
    held = any((row.code, row.modifier) == (item.code, modifier) for row in load_cost().fee)
    if held or how.files.fee(item.code, modifier, on) is not None or not looks_like_procedure(item.code):
        return None
    words = (
        f"no schedule on file values it: CMS's file of {on.year} settles it (`needlepoint reference import`)"
    )
    return Price(code=item.code, amount_usd=ZERO, steps=(words,), citations=(), units=item.units, open=words)


def _self_pay(item: Item, on: datetime.date, how: Basis, number: int) -> Price:
    amount = how.fees.self_paid(item.code, on)
    if amount is None:
        expected = "a self-pay price or a charge in the practice's fee file"
        raise Refused(Fault(f"codes[{number}]", repr(item.code), expected, "Add a [[self_pay]] row."))
    return _times(item, amount, (f"the practice's self-pay price: {amount} USD",))


def _times(item: Item, amount: Decimal, steps: tuple[str, ...]) -> Price:
    total = (amount * item.units).quantize(CENT, ROUND_HALF_UP)
    if item.units > 1:
        steps = (*steps, f"x {item.units} units = {total} USD")
    return Price(code=item.code, amount_usd=total, steps=steps, citations=(), units=item.units)


def _drug(item: Item, paid_apart: bool, on: datetime.date, how: Basis) -> Price:
    """Return a drug line: included in the procedure, or by its payment limit."""
    if not paid_apart:
        where = "paid to the facility" if how.facility else "paid within the procedure"
        step = f"the drug is {where}"
        return Price(code=item.code, amount_usd=ZERO, steps=(step,), citations=(), units=item.units)
    limit = how.files.drug(item.code, on)
    if limit is None:
        settles = "CMS's Part B drug file of that quarter settles it (`needlepoint reference import`)"
        said = f"the payment limit is not known: {settles}"
        return Price(
            code=item.code, amount_usd=ZERO, steps=(said,), citations=(), units=item.units, open=said
        )
    step = f"{limit.limit_usd} USD for {limit.dosage} ({limit.release})"
    return _times(item, limit.limit_usd, (step,))


class _Values(msgspec.Struct, frozen=True):
    """Relative values from a loaded file or from our rows."""

    work: Decimal
    expense: Decimal
    malpractice: Decimal
    factor: Decimal
    reduced: bool
    words: str
    citations: tuple[Citation, ...]


def _scheduled(item: Item, on: datetime.date, how: Basis, number: int) -> Price:
    values = _published(item, on, how) or _own(item, on, how, number)
    gpci = how.gpci
    relative = values.work * gpci.work + values.expense * gpci.expense + values.malpractice * gpci.malpractice
    amount = (relative * values.factor).quantize(CENT, ROUND_HALF_UP)
    national = " (national, no place)" if gpci == Gpci() else ""
    steps = [
        f"({values.work} x {gpci.work} + {values.expense} x {gpci.expense} + {values.malpractice} x"
        f" {gpci.malpractice}) x {values.factor} = {amount} USD{national}{values.words}"
    ]
    share = next((row for row in load_cost().profession if row.profession == how.profession), None)
    if share is not None and how.payer in share.payers:
        amount = (amount * share.share).quantize(CENT, ROUND_HALF_UP)
        steps.append(f"given by a {share.profession.replace('_', ' ')}: x {share.share} = {amount} USD")
    outside = load_cost().nonparticipating
    if not how.participating and how.payer in outside.payers:
        amount = (amount * outside.share).quantize(CENT, ROUND_HALF_UP)
        steps.append(f"the clinician does not participate: x {outside.share} = {amount} USD")
    both = load_cost().bilateral
    if BOTH_SIDES in item.modifiers and item.code in both.codes:
        amount = (amount * both.times).quantize(CENT, ROUND_HALF_UP)
        steps.append(f"both sides ({BOTH_SIDES}): x {both.times} = {amount} USD")
    price = _times(item, amount, tuple(steps))
    return msgspec.structs.replace(price, citations=values.citations, reduced=values.reduced)


def _published(item: Item, on: datetime.date, how: Basis) -> _Values | None:
    """Return the values of an imported file; Refused if it does not pay in this setting."""
    modifier = next((m for m in item.modifiers if m in COMPONENTS), "")
    fee = how.files.fee(item.code, modifier, on)
    if fee is None:
        return None
    expense = fee.facility if how.facility else fee.office
    if expense is None:
        setting = "a facility" if how.facility else "an office"
        raise Refused(Fault(item.code, f"{setting} on {on}", f"a setting that {fee.release} pays"))
    return _Values(fee.work, expense, fee.malpractice, fee.factor, fee.reduced, f" ({fee.release})", ())


BOTH_SIDES = "50"
COMPONENTS = ("26", "TC")  # the modifiers with values of their own in the schedule


def _own(item: Item, on: datetime.date, how: Basis, number: int) -> _Values:
    fee = _fee(item, on, number)
    factor = holding_on(load_cost().factor, on)[0]
    return _Values(
        fee.work,
        fee.facility if how.facility else fee.office,
        fee.malpractice,
        factor.value,
        fee.reduced,
        "",
        cite(DATA, [*fee.source, *factor.source], item.code),
    )


def _fee(item: Item, on: datetime.date, number: int) -> Fee:
    modifier = next((m for m in item.modifiers if m in COMPONENTS), "")
    rows = [row for row in load_cost().fee if (row.code, row.modifier) == (item.code, modifier)]
    held = holding_on(rows, on)
    if not rows:
        known = sorted({row.code for row in load_cost().fee})
        given = f"{item.code}-{modifier}" if modifier else item.code
        expected = "a code with published relative values"
        raise Refused(Fault(f"codes[{number}]", repr(given), expected, nearest(item.code, known)))
    if not held:
        expected = "a day of 2025 or 2026: no fees of another year are on file"
        remedy = "Import the fee schedule of that year (`needlepoint reference import`)."
        raise Refused(Fault("day of service", str(on), expected, remedy))
    return held[0]


def _reduce(row: Price) -> Price:
    rule = load_cost().reduction
    amount = (row.amount_usd * rule.further).quantize(CENT, ROUND_HALF_UP)
    step = f"a further procedure of the day: x {rule.further} = {amount} USD ({rule.certainty.value})"
    return msgspec.structs.replace(row, amount_usd=amount, steps=(*row.steps, step))


class FacilityFee(msgspec.Struct, frozen=True, kw_only=True):
    """What a hospital clinic adds to the clinician's fee for the same needle, and the patient's part of it, in USD."""

    code: str
    amount_usd: Decimal
    copay_usd: Decimal
    citations: tuple[Citation, ...]


def facility_fees(codes: Sequence[str], on: datetime.date) -> list[FacilityFee]:
    """Return the hospital's own fee for each code, national, where one is on file for that day."""
    return [
        FacilityFee(
            code=code, amount_usd=row.amount, copay_usd=row.copay, citations=cite(DATA, row.source, code)
        )
        for code in codes
        for row in holding_on(load_cost().facility_fee, on)
        if row.code == code
    ]


def share_lines(prices: Sequence[Price], benefits: Benefits) -> Shares:
    """Return who pays what, in claim order: deductible, copay or coinsurance, up to the out-of-pocket maximum."""
    faults = [
        Fault(f"benefits.{name}", str(value), AMOUNT)
        for name in ("deductible_left_usd", "copay_usd", "out_of_pocket_left_usd")
        if (value := getattr(benefits, name)) is not None and not is_amount(value)
    ]
    if not (benefits.coinsurance.is_finite() and 0 <= benefits.coinsurance <= 1):
        faults.append(Fault("benefits.coinsurance", str(benefits.coinsurance), "a share from 0 to 1"))
    if faults:
        raise Refused(faults)
    deductible, most = benefits.deductible_left_usd, benefits.out_of_pocket_left_usd
    lines = []
    for row in prices:
        line = _share(row, deductible, most, benefits)
        deductible -= line.deductible_usd
        most = None if most is None else most - line.patient_usd
        lines.append(line)
    return Shares(
        lines=tuple(lines),
        patient_usd=sum((line.patient_usd for line in lines), ZERO),
        plan_usd=sum((line.plan_usd for line in lines), ZERO),
    )


def _share(row: Price, deductible: Decimal, most: Decimal | None, benefits: Benefits) -> Share:
    allowed = row.amount_usd
    first = min(allowed, deductible)
    rest = allowed - first
    if benefits.copay_usd is not None:
        beyond = min(benefits.copay_usd, rest)
        words = f"copay {beyond}"
    else:
        beyond = (benefits.coinsurance * rest).quantize(CENT, ROUND_HALF_UP)
        words = f"{benefits.coinsurance} x {rest} = {beyond}"
    patient = first + beyond
    steps = [f"deductible {first}", words]
    if most is not None and patient > most:
        patient = most
        steps.append(f"no more than the {most} left of the yearly most")
    return Share(
        code=row.code,
        allowed_usd=allowed,
        deductible_usd=first,
        patient_usd=patient,
        plan_usd=allowed - patient,
        steps=tuple(steps),
    )


def medicare_part_b(on: datetime.date, deductible_met_usd: Decimal) -> Benefits:
    """Return Part B's benefits on a day, with this much of the deductible met; Refused for an unknown year."""
    held = holding_on(load_cost().part_b, on)
    if not held:
        raise Refused(
            Fault(
                "day of service", str(on), "a day of 2025 or 2026: no deductible of another year is on file"
            )
        )
    left = max(held[0].deductible - deductible_met_usd, ZERO)
    return Benefits(deductible_left_usd=left, coinsurance=held[0].coinsurance)
