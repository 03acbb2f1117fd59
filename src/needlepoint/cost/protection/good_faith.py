"""The good faith estimate with everything that the law requires, in two languages; when a bill exceeds it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache

import msgspec
from dateutil.relativedelta import relativedelta

from needlepoint.base.knowledge import Certainty, cite, rows
from needlepoint.base.money import AMOUNT, CENT, is_amount
from needlepoint.base.refusal import Fault, Refused
from needlepoint.cost.clock import estimate_due
from needlepoint.cost.load import DATA, load_cost

__all__ = [
    "EstimatePatient",
    "Expected",
    "Giver",
    "GoodFaithEstimate",
    "GoodFaithOrder",
    "ServiceAddress",
    "discounted",
    "may_dispute",
    "write_good_faith",
]

ZERO = Decimal(0)


class ServiceAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The place of service."""

    line1: str
    city: str
    state: str
    zip: str
    line2: str = ""


class EstimatePatient(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The patient of the estimate."""

    first: str
    last: str
    birth_date: datetime.date


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One expected service or item; `charge_usd` after the discount for this patient."""

    code: str
    label_en: str
    label_es: str
    charge_usd: Decimal
    diagnoses: list[str] = []
    units: int = 1


class Giver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One provider with its expected items."""

    name: str
    npi: str
    tax_id: str
    address: ServiceAddress
    items: list[Expected]
    total_usd: Decimal = ZERO


class GoodFaithOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The input of an estimate. `times` and `until` for recurring care."""

    patient: EstimatePatient
    service_en: str
    service_es: str
    givers: list[Giver]
    made_on: datetime.date
    contact: str
    scheduled_on: datetime.date | None = None
    service_on: datetime.date | None = None
    asked: bool = False
    separate: list[str] = []
    times: int = 1
    until: datetime.date | None = None


class EstimateSentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A required sentence of the estimate."""

    id: str
    en: str
    es: str
    certainty: Certainty
    source: list[str]


class GoodFaithEstimate(msgspec.Struct, frozen=True, kw_only=True):
    """The estimate as given. `due` is the last day on which it is on time; None when it is not required."""

    patient: EstimatePatient
    service_en: str
    service_es: str
    service_on: datetime.date | None
    made_on: datetime.date
    due: datetime.date | None
    late: bool
    givers: tuple[Giver, ...]
    separate: tuple[str, ...]
    times: int
    until: datetime.date | None
    total_usd: Decimal
    dispute_from_usd: dict[str, Decimal]  # by NPI: a bill from this amount on may be disputed
    sentences: tuple[dict[str, str], ...]
    contact: str


@lru_cache(maxsize=1)
def load_sentences() -> tuple[EstimateSentence, ...]:
    """Return the sentences, each with its source."""
    found = tuple(rows(DATA / "sentences.toml", EstimateSentence, "sentence"))
    for row in found:
        cite(DATA, row.source, row.id)
    return found


def discounted(amounts: Sequence[Decimal], pays: Decimal) -> list[Decimal]:
    """Return each amount after a discount; the sum is exact to the cent. The highest-priced line takes the rest."""
    total = sum(amounts, ZERO)
    if not total or pays == total:
        return list(amounts)
    cut = [(amount * pays / total).quantize(CENT, ROUND_DOWN) for amount in amounts]
    cut[cut.index(max(cut))] += pays - sum(cut, ZERO)
    return cut


def write_good_faith(order: GoodFaithOrder) -> GoodFaithEstimate:
    """Return the estimate; Refused with everything that the law requires and that is missing."""
    faults = _missing(order)
    if faults:
        raise Refused(faults)
    due = None
    if order.scheduled_on and order.service_on:
        due = estimate_due(order.scheduled_on, order.service_on, order.asked)
    givers = tuple(
        msgspec.structs.replace(
            giver, total_usd=sum((item.charge_usd for item in giver.items), ZERO) * order.times
        )
        for giver in order.givers
    )
    rule = load_cost().good_faith
    words = {"over": f"${rule.dispute_over_usd}", "days": str(rule.dispute_days)}
    return GoodFaithEstimate(
        patient=order.patient,
        service_en=order.service_en,
        service_es=order.service_es,
        service_on=order.service_on,
        made_on=order.made_on,
        due=due,
        late=due is not None and order.made_on > due,
        givers=givers,
        separate=tuple(order.separate),
        times=order.times,
        until=order.until,
        total_usd=sum((giver.total_usd for giver in givers), ZERO),
        dispute_from_usd={giver.npi: giver.total_usd + rule.dispute_over_usd for giver in givers},
        sentences=tuple(
            {"id": row.id, "en": row.en.format(**words), "es": row.es.format(**words)}
            for row in load_sentences()
        ),
        contact=order.contact,
    )


def _missing(order: GoodFaithOrder) -> list[Fault]:
    needed = {
        "patient.first": order.patient.first,
        "patient.last": order.patient.last,
        "service_en": order.service_en,
        "service_es": order.service_es,
        "contact": order.contact,
        "givers": order.givers,
    }
    for n, giver in enumerate(order.givers):
        where = f"givers[{n}]"
        needed |= {f"{where}.name": giver.name, f"{where}.npi": giver.npi, f"{where}.tax_id": giver.tax_id}
        needed |= {f"{where}.address": giver.address.line1, f"{where}.items": giver.items}
        for m, item in enumerate(giver.items):
            needed |= {f"{where}.items[{m}].code": item.code, f"{where}.items[{m}].label_en": item.label_en}
            needed |= {f"{where}.items[{m}].diagnoses": item.diagnoses}
    faults = [
        Fault(f"estimate.{where}", "nothing", "what the law wants in an estimate")
        for where, value in needed.items()
        if not value
    ]
    faults += [
        Fault(
            f"estimate.givers[{n}].items[{m}].charge_usd",
            str(item.charge_usd),
            AMOUNT,
        )
        for n, giver in enumerate(order.givers)
        for m, item in enumerate(giver.items)
        if not is_amount(item.charge_usd)
    ]
    return [*faults, *_recurring(order)]


def _recurring(order: GoodFaithOrder) -> list[Fault]:
    """Check recurring care, which may share one estimate for a number of months."""
    if order.times == 1 and order.until is None:
        return []
    start = order.service_on or order.made_on
    months = load_cost().good_faith.recurring_months
    last = start + relativedelta(months=months)
    if order.times < 1 or order.until is None or not start <= order.until <= last:
        given = f"{order.times} times until {order.until}"
        expected = f"at least once, until a day from {start} to {last}"
        return [Fault("estimate.until", given, expected, f"One estimate holds for {months} months.")]
    return []


def may_dispute(
    estimate: GoodFaithEstimate, npi: str, billed_usd: Decimal, billed_on: datetime.date, on: datetime.date
) -> bool:
    """Return whether a provider's bill may be disputed on that day; Refused for a provider not in the estimate."""
    if npi not in estimate.dispute_from_usd:
        known = ", ".join(estimate.dispute_from_usd)
        raise Refused(Fault("npi", repr(npi), f"a provider of the estimate: {known}"))
    open_until = billed_on + datetime.timedelta(days=load_cost().good_faith.dispute_days)
    return billed_usd >= estimate.dispute_from_usd[npi] and billed_on <= on <= open_until
