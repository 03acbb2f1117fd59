"""The account of a patient: balance, charges, payments with receipts, refunds, voids, superbills."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as say
from django.views.decorators.http import require_GET, require_POST

from needlepoint.base.refusal import NotPossible
from needlepoint.cost.ledger import Method, load_desk
from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import allowed
from needlepoint.pages.billing.forms import (
    ChargeForm,
    CopayForm,
    LanguageForm,
    PaymentForm,
    RefundForm,
    VoidForm,
)
from needlepoint.pages.forms import checked
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.templatetags.plain import usd
from needlepoint.records.billing.ledger import (
    Doubts,
    balances,
    charge,
    doubts_of,
    left_of,
    refund,
    set_copay,
    take_payment,
    void_entry,
)
from needlepoint.records.billing.papers import receipt_number, receipt_pdf, superbill_pdf
from needlepoint.records.models import LedgerEntry, Location, Note, Patient, Visit
from needlepoint.records.visit.episode_from_rows import age_on

__all__ = ["account", "add_charge", "copay", "pay", "receipt", "refund_entry", "superbill", "void"]

MOST_ENTRIES, MOST_VISITS = 100, 10
LEFT = (Visit.State.NO_SHOW, Visit.State.CANCELED)


class AccountRow(NamedTuple):
    """One line of the account. `left`: what may still be given back."""

    entry: LedgerEntry
    number: str
    method: Method | None
    left: Decimal
    can_void: bool


@allowed("collect")
@require_GET
def account(request: StaffRequest, patient_id: int) -> HttpResponse:
    """The account: what is owed, what was paid, and the forms of the desk."""
    patient = _patient(request, patient_id)
    record_audit(request.staff, "read", "account", patient.pk)
    return render(request, "pages/account.html", _shown(request, patient))


def _shown(request: StaffRequest, patient: Patient) -> dict[str, object]:
    """Return the account in a constant number of queries."""
    desk = load_desk()
    entries = patient.ledger.select_related("visit", "by", "voided_by").prefetch_related("refunds")
    rows = [_row(entry) for entry in entries.order_by("-at", "-pk")[:MOST_ENTRIES]]
    visits = list(
        patient.visits.exclude(state__in=LEFT)
        .select_related("practice", "clinician", "note")
        .defer("facts", "note__pdf", "note__record", "note__sentences")
        .order_by("-starts_at", "-pk")[:MOST_VISITS]
    )
    owed = balances([patient.pk]).get(patient.pk, Decimal(0))
    today = timezone.localdate()
    return {
        "patient": patient,
        "age": age_on(patient, today),
        "owed": owed,
        "credit": -owed,
        "rows": rows,
        "visits": visits,
        "today_visit": next((row for row in visits if row.day == today), None),
        "signed": [row for row in visits if hasattr(row, "note")],
        "methods": desk.method,
        "purposes": desk.purpose,
        "places": list(Location.objects.in_use().filter(practice_id=patient.practice_id).order_by("pk")),
        "keys": (uuid.uuid4().hex, uuid.uuid4().hex),
        "nav": "patients",
    }


def _row(entry: LedgerEntry) -> AccountRow:
    refunded = any(one.voided_at is None for one in entry.refunds.all())
    can_void = entry.voided_at is None and entry.close_id is None and not refunded
    return AccountRow(
        entry, receipt_number(entry), load_desk().method_of(entry.method), left_of(entry), can_void
    )


@allowed("collect")
@require_POST
def pay(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Take a payment."""
    patient, form = _patient(request, patient_id), checked(PaymentForm(request.POST))
    visit, location = _where(patient, form)
    entry, key = form.entry(), form.cleaned_data["key"]
    doubts = None if form.cleaned_data["sure"] else doubts_of(patient, entry, visit, key)
    if doubts is not None:
        return _ask(request, patient, form, doubts)
    row = take_payment(request.staff, patient, location, entry, visit, key)
    said = say("Payment of %(amount)s saved. Receipt %(number)s.")
    messages.success(request, said % {"amount": usd(row.amount), "number": receipt_number(row)})
    return redirect("billing-account", patient.pk)


def _ask(request: StaffRequest, patient: Patient, form: PaymentForm, doubts: Doubts) -> HttpResponse:
    """Ask whether a payment that may be a mistake is taken; nothing is saved yet."""
    context = {
        "patient": patient,
        "entry": form.entry(),
        "sent": form.cleaned_data,
        "doubts": doubts,
        "same_number": receipt_number(doubts.same) if doubts.same else "",
        "reference_number": receipt_number(doubts.reference) if doubts.reference else "",
        "nav": "patients",
    }
    return render(request, "pages/payment_sure.html", context, status=409)


@allowed("collect")
@require_POST
def add_charge(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Add a charge."""
    patient, form = _patient(request, patient_id), checked(ChargeForm(request.POST))
    visit, location = _where(patient, form)
    sent = form.cleaned_data
    row = charge(
        request.staff, patient, location, sent["amount"], sent["purpose"], visit, sent["words"], sent["key"]
    )
    messages.success(request, say("Charge of %(amount)s added.") % {"amount": usd(row.amount)})
    return redirect("billing-account", patient.pk)


def _where(patient: Patient, form: PaymentForm | ChargeForm) -> tuple[Visit | None, Location]:
    """Return the visit and the location: the visit's own, the chosen one, or the only one."""
    sent = form.cleaned_data
    visit = (
        get_object_or_404(patient.visits.select_related("location"), pk=sent["visit"])
        if sent["visit"]
        else None
    )
    if visit is not None:
        return visit, visit.location
    places = Location.objects.in_use().filter(practice_id=patient.practice_id)
    if sent["location"]:
        return None, get_object_or_404(places, pk=sent["location"])
    found = list(places[:2])
    if len(found) != 1:
        raise NotPossible("Choose the location.", "location")
    return None, found[0]


@allowed("collect")
@require_POST
def copay(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Save the copay on the card."""
    patient = _patient(request, patient_id)
    set_copay(request.staff, patient, checked(CopayForm(request.POST)).cleaned_data["copay"])
    messages.success(request, say("Saved."))
    return redirect("billing-account", patient.pk)


@allowed("refund")
@require_POST
def refund_entry(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Give back a payment or a part of it."""
    sent = checked(RefundForm(request.POST)).cleaned_data
    row = refund(request.staff, entry_id, sent["amount"], sent["reason"])
    said = say("Refund of %(amount)s saved. Receipt %(number)s.")
    messages.success(request, said % {"amount": usd(row.amount), "number": receipt_number(row)})
    return redirect("billing-account", row.patient_id)


@allowed("refund")
@require_POST
def void(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Void an entry that was made in error."""
    row = void_entry(request.staff, entry_id, checked(VoidForm(request.POST)).cleaned_data["reason"])
    messages.success(request, say("The entry is void."))
    return redirect("billing-account", row.patient_id)


@allowed("collect")
@require_GET
def receipt(request: StaffRequest, entry_id: int) -> HttpResponse:
    """The receipt of a payment or a refund as a PDF, in the patient's language or in the chosen one."""
    rows = LedgerEntry.objects.select_related("patient", "practice", "location", "by", "visit__practice")
    row = get_object_or_404(rows, pk=entry_id, practice_id=request.staff.practice_id, number__isnull=False)
    record_audit(request.staff, "print", f"receipt {row.pk}", row.patient_id)
    return _pdf(receipt_pdf(row, _lang(request, row.patient)), f"{receipt_number(row)}.pdf")


@allowed("collect")
@require_GET
def superbill(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The superbill of a signed visit as a PDF, in the patient's language or in the chosen one."""
    rows = Note.objects.select_related(
        "visit__practice", "visit__patient", "visit__location", "visit__clinician", "signed_by"
    ).prefetch_related("visit__clinician__licenses")
    note = get_object_or_404(rows, visit_id=visit_id, visit__practice_id=request.staff.practice_id)
    record_audit(request.staff, "print", f"superbill of visit {visit_id}", note.visit.patient_id)
    return _pdf(superbill_pdf(note, _lang(request, note.visit.patient)), f"superbill-{visit_id}.pdf")


def _lang(request: StaffRequest, patient: Patient) -> str:
    form = LanguageForm(request.GET)
    return (form.cleaned_data["lang"] if form.is_valid() else "") or patient.language


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _patient(request: StaffRequest, patient_id: int) -> Patient:
    return get_object_or_404(Patient, pk=patient_id, practice_id=request.staff.practice_id)
