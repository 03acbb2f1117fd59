"""What a visit costs: the price before it, help with it, the estimate on paper, what past visits came to."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from needlepoint.cost import Household
from needlepoint.documents.leaflets.questions import load_asked, read_answer
from needlepoint.pages.portal.page import mine, page, pdf, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.public_site.public_access import knock
from needlepoint.pages.public_site.site import read_household
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
from needlepoint.records.models import GivenEstimate, Patient, Visit
from needlepoint.records.portal.intake import name_insurance
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think

__all__ = ["bills", "estimate_pdf", "price"]

MOST_BILLS = 2  # on one page: each is worked out anew, which takes 25 ms
INSURANCE = ("insurance", "plan", "member")


@for_patient
@require_GET
def bills(request: PatientRequest) -> HttpResponse:
    """What each visit came to, by the codes of what was done: what we expect, before any plan has answered."""
    patient = request.me.patient
    seen(request, "bills")
    text = request.GET.get("after", "")
    start = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
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
    if request.method == "POST" and request.POST.get("do") == "screen":
        people, income = read_household(request.POST.get("people", ""), request.POST.get("income", ""))
        screen(patient, people, income, request.POST.get("insured") == "yes")
        return redirect("me-price", visit_id)
    if request.method == "POST" and request.POST.get("do") == "insurance":
        asked = [load_asked()[name] for name in INSURANCE]
        name_insurance(patient, {row.id: read_answer(row, request.POST.getlist(row.id)) for row in asked})
        return redirect("me-price", visit_id)
    if request.method == "POST":
        knock(request, "estimate", "20/h")
        start_estimate(row, "asked")
        give_estimate(row)
        return redirect("me-price", visit_id)
    seen(request, f"price of visit {visit_id}")
    household = household_of(patient)
    on = timezone.localtime(row.starts_at).date()
    found = quote(row.practice, row.service, row.location, on, patient, household) if row.service else None
    return page(
        request, "me_price", "me", visit=row, quote=found, household=household, help=_help(household),
        given=GivenEstimate.objects.filter(visit=row, given_at__isnull=False).order_by("-pk").first(),
        insured=is_insured(patient), **_insurance(patient),
    )  # fmt: skip


@for_patient
@require_GET
def estimate_pdf(request: PatientRequest, visit_id: int) -> HttpResponse:
    """The newest estimate as it was given."""
    row = GivenEstimate.objects.filter(
        visit_id=visit_id, visit__patient=request.me.patient, given_at__isnull=False
    ).order_by("-pk").first()  # fmt: skip
    if row is None or row.pdf is None:
        raise Http404
    seen(request, f"estimate of visit {visit_id}", "print")
    return pdf(bytes(row.pdf), f"estimate-{visit_id}.pdf")


def _insurance(patient: Patient) -> dict[str, Any]:
    """The questions about insurance with what was answered."""
    asked = load_asked()
    told = patient.told_insurance
    kinds = [(option, told.get("kind") == option.id) for option in asked["insurance"].option]
    texts = [(asked[name], told.get(name, "")) for name in INSURANCE[1:]]
    return {"kinds": kinds, "kind_asked": asked["insurance"], "texts": texts, "told": told}


def _help(household: Household | None) -> Any:
    return help_for(household, timezone.localdate()) if household else None
