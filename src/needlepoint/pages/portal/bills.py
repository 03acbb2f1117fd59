"""What a visit costs: the price in advance, help with it, the estimate on paper, the price of past visits."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from needlepoint.cost import Household
from needlepoint.pages.portal.forms import InsuranceForm, PriceForm
from needlepoint.pages.portal.page import mine, number_of, page, pdf, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.public_site.forms import HouseholdForm
from needlepoint.pages.public_site.public_access import rate_limit
from needlepoint.pages.requests import PatientRequest
from needlepoint.records.billing.prices import (
    give_estimate,
    help_for,
    household_of,
    is_insured,
    quote,
    screen,
    start_estimate,
)
from needlepoint.records.models import GivenEstimate, Visit
from needlepoint.records.patients.warning_signs import Warning, hear
from needlepoint.records.portal.named_insurance import name_insurance
from needlepoint.records.schedule.hours import open_now
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think

__all__ = ["bills", "estimate_pdf", "price"]

MOST_BILLS = 2  # on one page: each price takes 25 ms to compute


@for_patient
@require_GET
def bills(request: PatientRequest) -> HttpResponse:
    """What each visit costs, by the codes of what was done: our expectation, before any plan has answered."""
    patient = request.me.patient
    seen(request, "bills")
    start = number_of(request.GET.get("after", ""), 4)
    done = Visit.objects.filter(patient=patient, state=Visit.State.DONE).order_by("-starts_at", "-pk")
    rows = list(done[start : start + MOST_BILLS + 1])
    shown = []
    for row in rows[:MOST_BILLS]:
        walked = think(full(row.pk, patient.practice_id)).walked
        shown.append({"visit": row, "found": walked.estimate if walked and not walked.planned else None})
    older = start + MOST_BILLS if len(rows) > MOST_BILLS else None
    insured = is_insured(patient)
    return page(request, "me_bills", "bills", rows=shown, older=older, insured=insured)


@for_patient
@require_http_methods(["GET", "POST"])
def price(request: PatientRequest, visit_id: int) -> HttpResponse:
    """The price of one visit, help with it, and the estimate on paper."""
    row = mine(request, visit_id)
    patient = request.me.patient
    if request.method == "GET":
        seen(request, f"price of visit {visit_id}")
        return _price_page(request, row)
    do = PriceForm(request.POST)
    what = do.cleaned_data["do"] if do.is_valid() else "estimate"
    if what == "screen":
        household = HouseholdForm(request.POST)
        if not household.is_valid():
            return _price_page(request, row, household=household)
        screen(
            patient, household.cleaned_data["people"], household.cleaned_data["income"], household.is_insured
        )
    elif what == "insurance":
        insurance = InsuranceForm(patient, request.POST)
        if not insurance.is_valid():
            typed = [insurance.typed("plan"), insurance.typed("member")]
            warnings = hear(patient.practice, patient, "insurance", typed, visit=row)
            return _price_page(request, row, insurance=insurance, warnings=warnings)
        if warnings := name_insurance(patient, insurance.named()):
            return _price_page(request, row, warnings=warnings)
    else:
        rate_limit(request, "estimate", "20/h")
        start_estimate(row, "asked")
        give_estimate(row)
    return redirect("me-price", visit_id)


def _price_page(
    request: PatientRequest,
    row: Visit,
    household: HouseholdForm | None = None,
    insurance: InsuranceForm | None = None,
    warnings: Sequence[Warning] = (),
) -> HttpResponse:
    """The page; a form with errors replaces its saved version."""
    patient = request.me.patient
    known, insured = household_of(patient), is_insured(patient)
    on = timezone.localtime(row.starts_at).date()
    found = quote(row.practice, row.service, row.location, on, patient, known) if row.service else None
    return page(
        request, "me_price", "me", 422 if household or insurance else 200, visit=row, quote=found,
        help=help_for(known, timezone.localdate()) if known else None,
        given=GivenEstimate.objects.filter(visit=row, given_at__isnull=False).order_by("-pk").first(),
        warnings=warnings, hours=open_now(patient.practice) if warnings else None,
        insured=insured, insurance=insurance or InsuranceForm(patient),
        household=household or HouseholdForm(initial=_kept(known, insured)),
    )  # fmt: skip


def _kept(household: Household | None, insured: bool) -> dict[str, str]:
    """Return what is already known, in whole dollars."""
    found = {"insured": "yes" if insured else "no"}
    if household:
        income = household.income_usd
        whole = income == income.to_integral_value()
        found |= {"people": str(household.people), "income": f"{income:.0f}" if whole else f"{income:.2f}"}
    return found


@for_patient
@require_GET
def estimate_pdf(request: PatientRequest, visit_id: int) -> HttpResponse:
    """The newest estimate as given."""
    row = GivenEstimate.objects.filter(
        visit_id=visit_id, visit__patient=request.me.patient, given_at__isnull=False
    ).order_by("-pk").first()  # fmt: skip
    if row is None or row.pdf is None:
        raise Http404
    seen(request, f"estimate of visit {visit_id}", "print")
    return pdf(bytes(row.pdf), f"estimate-{visit_id}.pdf")
