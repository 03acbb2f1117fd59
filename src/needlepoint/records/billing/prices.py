"""The price in advance: the expected price of a visit, the good faith estimate in time, and help with it."""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from needlepoint.base.refusal import Fault, Refused
from needlepoint.coding.load import load_codes
from needlepoint.cost import Household, estimate_due
from needlepoint.cost.price import Benefits, Item, Price
from needlepoint.cost.protection.assist import (
    Program,
    percent_of_poverty,
    programs_for,
    shown_percent,
    step_for,
)
from needlepoint.cost.protection.good_faith import (
    EstimatePatient,
    Giver,
    GoodFaithEstimate,
    GoodFaithOrder,
    ServiceAddress,
)
from needlepoint.documents import to_pdf
from needlepoint.episode.account import Estimated, EstimateOrder, make_estimate
from needlepoint.episode.account.estimate import medicare_range
from needlepoint.episode.account.papers import Worded, good_faith
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.records.models import GivenEstimate, Location, Patient, Practice, Screening, Visit, VisitType
from needlepoint.records.outbox.queue import queue
from needlepoint.records.settings.public_settings import outside_of, zone_of
from needlepoint.records.values import NamedInsurance

__all__ = [
    "Help",
    "Quote",
    "QuoteLine",
    "due_estimates",
    "give_due",
    "give_estimate",
    "help_for",
    "label_of",
    "quote",
    "screen",
    "start_estimate",
]


AGAIN = datetime.timedelta(hours=1)  # until an estimate that failed is tried again


SELF_PAY, NOT_SAID = "self", "unknown"  # answers to the question about insurance (leaflets/data/intake.toml)


class QuoteLine(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the price, in our own words."""

    code: str
    en: str
    es: str
    amount_usd: Decimal


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """The expected price of a visit. `least_usd` and `most_usd`: what the patient owes; None: not known.

    `by_plan`: computed from the plan's benefits that the patient entered. `open`: why there is no price, for a practice
    without a fee schedule.
    """

    total_usd: Decimal | None
    lines: tuple[QuoteLine, ...] = ()
    least_usd: Decimal | None = None
    most_usd: Decimal | None = None
    insured: bool = False
    reduced: bool = False
    by_plan: bool = False
    open: str = ""


class Help(msgspec.Struct, frozen=True, kw_only=True):
    """The result of three questions: the household in percent of poverty, the sliding scale, and other programs."""

    percent_of_poverty: Decimal
    pays_share: Decimal | None  # of the price; None: the whole
    programs: tuple[Program, ...]


def is_insured(patient: Patient) -> bool:
    """Return whether somebody else may pay: by the insurance on file, else by what the patient named."""
    if patient.payer or patient.coverages:
        return True
    return patient.told_insurance.kind not in ("", SELF_PAY, NOT_SAID)


def _payer_of(patient: Patient) -> str:
    """Return the payer whose rules are known; '' where only the plan itself can answer."""
    return patient.payer or ("medicare" if patient.told_insurance.kind == "medicare" else "")


def label_of(code: str) -> tuple[str, str]:
    """Return our own short description of a code, in English and Spanish."""
    rows = load_codes()
    for procedure in rows.procedure:
        if procedure.code == code:
            return procedure.en, procedure.es
    for visit in rows.visit:
        if code in visit.codes:
            return visit.en, visit.es
    for drug in rows.drug:
        if drug.code == code:
            return drug.drug, drug.drug
    return code, code


def quote(
    practice: Practice,
    service: VisitType,
    location: Location,
    on: datetime.date,
    patient: Patient | None = None,
    household: Household | None = None,
) -> Quote:
    """Return the price of a visit type on a day: in general, or for a patient with what is known of their insurance."""
    insured = patient is not None and is_insured(patient)
    try:
        whole = _self_pay(practice, service, on, household)
    except Refused as refusal:
        return Quote(total_usd=None, insured=insured, open=str(refusal))
    lines = tuple(map(_line, whole.prices))
    if insured and patient is not None and _payer_of(patient) == "medicare":
        least, most = _medicare(practice, service, location, on)
        return Quote(total_usd=whole.total_usd, lines=lines, least_usd=least, most_usd=most, insured=True)
    if insured and patient is not None:
        least, most = _own_share(practice, service, location, on, patient)
        return Quote(
            total_usd=whole.total_usd, lines=lines, least_usd=least, most_usd=most, insured=True,
            by_plan=least is not None,
        )  # fmt: skip
    pays = whole.patient_usd
    reduced = whole.sliding is not None and pays is not None and pays < whole.least_usd
    return Quote(total_usd=whole.total_usd, lines=lines, least_usd=pays, most_usd=pays, reduced=reduced)


def _codes(service: VisitType) -> list[str | Item]:
    return list(service.codes)


def _self_pay(
    practice: Practice, service: VisitType, on: datetime.date, household: Household | None
) -> Estimated:
    """Return the self-pay price of a visit type; Refused when the fee schedule does not have it."""
    codes = _codes(service)
    if not codes or not practice.has_fees:
        raise Refused(Fault("practice", "no fees on file", "a price for each part of the service"))
    return make_estimate(
        EstimateOrder(on=on, codes=codes, self_pay=True, fees=practice.fees, household=household)
    )


def _line(price: Price) -> QuoteLine:
    en, es = label_of(price.code)
    return QuoteLine(code=price.code, en=en, es=es, amount_usd=price.amount_usd)


def _medicare(
    practice: Practice, service: VisitType, location: Location, on: datetime.date
) -> tuple[Decimal | None, Decimal | None]:
    """Return what Medicare leaves to the patient with the deductible met, and with none of it met; None: not known."""
    order = EstimateOrder(
        on=on,
        codes=_codes(service),
        state=location.state if location.locality else None,
        locality=location.locality or None,
        fees=practice.fees,
    )
    try:
        return medicare_range(order)
    except Refused:
        return None, None


def _own_share(
    practice: Practice, service: VisitType, location: Location, on: datetime.date, patient: Patient
) -> tuple[Decimal | None, Decimal | None]:
    """Return what a plan leaves to the patient, by its contract and the benefits entered; (None, None): unknown."""
    told = patient.told_insurance
    names = [code if isinstance(code, str) else code.code for code in _codes(service)]
    agreed = all(practice.fees.agreed(patient.payer, name, on) for name in names)
    if not (patient.payer and agreed and told.has_benefits):
        return None, None
    try:
        found = make_estimate(_plan_order(practice, service, location, on, patient))
    except Refused:
        return None, None
    return _least_and_most(told, found.patient_usd, found.total_usd)


def _plan_order(
    practice: Practice, service: VisitType, location: Location, on: datetime.date, patient: Patient
) -> EstimateOrder:
    told = patient.told_insurance
    return EstimateOrder(
        on=on,
        codes=_codes(service),
        payer=patient.payer,
        insured=True,
        fees=practice.fees,
        benefits=Benefits(
            deductible_left_usd=told.deductible_left or Decimal(0),
            coinsurance=Decimal(told.coinsurance or 0) / 100,
        ),
        state=location.state if location.locality else None,
        locality=location.locality or None,
    )


def _least_and_most(
    told: NamedInsurance, by_share: Decimal | None, allowed: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """Some plans have a copay, some coinsurance: with both, return the lower and the higher of the two."""
    if by_share is None or allowed is None:
        return None, None
    if told.copay is None:
        return by_share, by_share
    by_copay = min(told.copay, allowed)
    if told.coinsurance is None and not told.deductible_left:
        return by_copay, by_copay
    return min(by_share, by_copay), max(by_share, by_copay)


@transaction.atomic
def start_estimate(visit: Visit, because: str) -> GivenEstimate | None:
    """Start the deadline of a good faith estimate: a visit was scheduled or moved, or someone asked. One at a time."""
    patient = visit.patient
    if is_insured(patient):
        return None
    zone = zone_of(visit.practice)
    today, on = timezone.now().astimezone(zone).date(), visit.starts_at.astimezone(zone).date()
    due = estimate_due(today, max(on, today), because == "asked")
    if due is None:
        return None
    GivenEstimate.objects.filter(visit=visit, given_at=None).delete()
    return GivenEstimate.objects.create(
        visit=visit, language=patient.language, because=because, started_on=today, due_on=due
    )


@transaction.atomic
def give_estimate(visit: Visit) -> GivenEstimate:
    """Make the estimate as a PDF, stored with its hash; Refused while the practice's data for it are incomplete."""
    zone = zone_of(visit.practice)
    today = timezone.now().astimezone(zone).date()
    row = GivenEstimate.objects.filter(visit=visit, given_at=None).order_by("-pk").first()
    if row is None:
        row = GivenEstimate(
            visit=visit, language=visit.patient.language, because="asked", started_on=today, due_on=today
        )
    paper = good_faith_paper(visit, row, today)
    row.value, row.total_usd = msgspec.Raw(msgspec.json.encode(paper)), paper.total_usd
    row.pdf = to_pdf("good_faith", paper, row.language)
    row.sha256 = hashlib.sha256(row.pdf).hexdigest()
    row.given_at = timezone.now()
    row.save()
    patient = visit.patient
    note_down_outside(visit.practice_id, patient.pk, "system", "print", f"estimate of visit {visit.pk}")
    target = f"/me/visits/{visit.pk}/price/"
    queue(patient, "paper", f"estimate:{row.pk}", visit=visit, link="open", target=target)
    return row


def good_faith_paper(visit: Visit, row: GivenEstimate, today: datetime.date) -> GoodFaithEstimate:
    """Return the estimate's content: the expected parts of the visit at the self-pay price."""
    practice, patient, service = visit.practice, visit.patient, visit.service
    if service is None:
        raise Refused(Fault("visit", "one without a kind", "one that was booked as a kind of visit"))
    on = visit.starts_at.astimezone(zone_of(practice)).date()
    billing = practice.billing
    address = visit.location.address or billing.address
    if not billing.npi or not address:
        raise Refused(Fault("practice", "no fees, NPI or address", "all three in the settings"))
    found = _self_pay(practice, service, on, household_of(patient))
    words = [
        Worded(en=label_of(price.code)[0], es=label_of(price.code)[1], diagnoses=[_expected_diagnosis()])
        for price in found.prices
    ]
    giver = Giver(
        name=billing.name or practice.name,
        npi=billing.npi,
        tax_id=billing.tax_id,
        address=ServiceAddress(line1=address.line1, city=address.city, state=address.state, zip=address.zip),
        items=[],
    )
    order = GoodFaithOrder(
        patient=EstimatePatient(first=patient.given, last=patient.family, birth_date=patient.birth_date),
        service_en=service.en,
        service_es=service.es,
        givers=[],
        made_on=today,
        contact=outside_of(practice).phone or billing.phone,
        scheduled_on=row.started_on,
        service_on=on,
        asked=row.because == "asked",
    )
    return good_faith(found, words, giver, order)


def _expected_diagnosis() -> str:
    """Return the code for unspecified muscle pain, before any examination."""
    return next(row.code for row in load_codes().diagnosis if row.any)


def due_estimates(practice: Practice) -> QuerySet[GivenEstimate]:
    """Return the estimates that are due, the nearest first."""
    rows = GivenEstimate.objects.filter(visit__practice=practice, given_at=None).exclude(
        visit__state="canceled"
    )
    return rows.select_related("visit__patient").order_by("due_on", "pk")


def give_due() -> int:
    """Make every open estimate that can be made; return how many. The others stay in the work queue."""
    given = 0
    now = timezone.now()
    waits = Q(tried_at=None) | Q(tried_at__lt=now - AGAIN)
    rows = GivenEstimate.objects.filter(waits, given_at=None).exclude(visit__state="canceled")
    for row in rows.select_related("visit__patient", "visit__practice", "visit__location", "visit__service"):
        try:
            give_estimate(row.visit)
        except Refused:
            GivenEstimate.objects.filter(pk=row.pk).update(tried_at=now)
            continue
        given += 1
    return given


@transaction.atomic
def screen(patient: Patient, people: int, income_usd: Decimal, insured: bool) -> Screening:
    """Save three answers; raises Refused if a value is out of range."""
    household = Household(people=people, income_usd=income_usd, state=_state(patient))
    percent, _, _ = percent_of_poverty(household, timezone.localdate())
    row = Screening.objects.create(
        patient=patient,
        people=people,
        income_usd=income_usd,
        insured=insured,
        percent_of_poverty=min(shown_percent(percent), Decimal(99_999_999)),
    )
    note_down_outside(patient.practice_id, patient.pk, "patient", "write", f"screening {row.pk}")
    return row


def _state(patient: Patient) -> str | None:
    place = Location.objects.filter(practice_id=patient.practice_id).order_by("pk").first()
    return patient.address.state or (place.state if place else None)


def household_of(patient: Patient) -> Household | None:
    """Return the household of the last screening; None if there was none."""
    row = patient.screenings.order_by("-at", "-pk").first()
    if row is None:
        return None
    return Household(people=row.people, income_usd=row.income_usd, state=_state(patient))


def help_for(household: Household, on: datetime.date) -> Help:
    """Return the programs that the household may apply for."""
    percent, _, _ = percent_of_poverty(household, on)
    step = step_for(percent)
    return Help(
        percent_of_poverty=shown_percent(percent),
        pays_share=None if step is None else step.pays,
        programs=programs_for(household, on, hospital=False),
    )
