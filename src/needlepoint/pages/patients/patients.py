"""Patients: search while typing, the chart, and lists whose lines are voided but never deleted."""

from __future__ import annotations

import datetime

import msgspec
from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from needlepoint.base.refusal import Refused
from needlepoint.coverage.names import load_payer_names
from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import allowed, may
from needlepoint.pages.charts import pain_chart
from needlepoint.pages.forms import checked
from needlepoint.pages.patients.forms import (
    EditPatient,
    LineForm,
    MeasuresForm,
    NewPatient,
    StaffMessageForm,
    VoidLineForm,
    WalkInForm,
    number_of_page,
    slot_of,
)
from needlepoint.pages.refusals import add_refusal
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.visit.content.board import lang_of
from needlepoint.records.models import Location, Patient, PatientListItem, Site, Staff, Visit
from needlepoint.records.patients.messages import write_message
from needlepoint.records.patients.patients import (
    add_listed,
    change_patient,
    find_patients,
    new_patient,
    set_asked,
    set_measures,
    void_listed,
)
from needlepoint.records.schedule.booking import warn_desk, warn_reason
from needlepoint.records.visit.create import walk_in
from needlepoint.records.visit.episode_from_rows import age_on

__all__ = [
    "add_line",
    "edit",
    "measure",
    "new",
    "new_visit",
    "say_word",
    "search",
    "show",
    "trend",
    "void_line",
]

SHOWN_VISITS, MOST_WORDS = 20, 20
PAGE = 25
SORTS = {
    "name": ("family", "given", "pk"),
    "given": ("given", "family", "pk"),
    "born": ("birth_date", "pk"),
    "new": ("-pk",),
}
KEPT = (
    "given",
    "family",
    "preferred",
    "birth_date",
    "sex",
    "gender",
    "language",
    "phone",
    "email",
    "payer",
    "weight_kg",
    "height_cm",
)


@allowed("desk")
@require_GET
def search(request: StaffRequest) -> HttpResponse:
    """Find patients by what is typed; without a query, explain how to search."""
    typed = request.GET.get("q", "")
    found = find_patients(request.staff, typed)
    if typed.strip():
        record_audit(request.staff, "search", f"{len(found)} found")
    template = "pages/_found.html" if request.htmx else "pages/patients.html"
    context = {"found": found, "typed": typed, "slot": slot_of(request.GET)}
    return render(request, template, context if typed.strip() else context | _all(request))


def _all(request: StaffRequest) -> dict[str, object]:
    """Every patient, page by page, in the requested order."""
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "name"
    page = number_of_page(request.GET)
    start = (page - 1) * PAGE
    rows = Patient.objects.filter(practice_id=request.staff.practice_id).order_by(*SORTS[sort])[
        start : start + PAGE + 1
    ]
    everyone = list(rows)
    return {"everyone": everyone[:PAGE], "more": len(everyone) > PAGE, "page": page, "sort": sort}


@allowed("desk")
def new(request: StaffRequest) -> HttpResponse:
    """Register a new patient."""
    form = NewPatient(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            patient = new_patient(request.staff, **form.cleaned_data)
            slot = slot_of(request.GET)
            book = f"{reverse('patient-book', args=[patient.pk])}?slot={slot}"
            return redirect(book) if slot else redirect("patient", patient.pk)
        except Refused as refusal:
            add_refusal(form, refusal)
    return render(request, "pages/patient_new.html", {"form": form}, status=422 if form.errors else 200)


@allowed("desk")
def edit(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Edit everything about a patient except clinical lists."""
    patient = _mine(request, patient_id)
    form = EditPatient(request.POST or None, initial=_initial(patient))
    if request.method == "POST" and form.is_valid():
        try:
            change_patient(request.staff, patient.pk, cards=form.cards(), **form.about())
            return redirect("patient", patient.pk)
        except Refused as refusal:
            add_refusal(form, refusal)
    record_audit(request.staff, "read", f"patient {patient.pk}", patient.pk)
    context = {"form": form, "patient": patient, "payers": load_payer_names().values()}
    return render(request, "pages/patient_new.html", context, status=422 if form.errors else 200)


def _initial(patient: Patient) -> dict[str, object]:
    return {
        **{name: getattr(patient, name) for name in KEPT},
        **msgspec.structs.asdict(patient.address),
        "emergency_name": patient.emergency.name,
        "emergency_phone": patient.emergency.phone,
        "referrer_name": patient.referrer.name,
        "referrer_address": patient.referrer.address,
        **_first_card(patient),
        **_second_card(patient),
    }


def _first_card(patient: Patient) -> dict[str, object]:
    """The primary plan as the form shows it."""
    if not patient.coverages:
        return {"filing": "CI", "relation": "18"}
    card = patient.coverages[0]
    own = card.relation == "18"
    return {
        "payer_name": card.payer.name,
        "payer_id": card.payer.id,
        "member_id": card.member_id,
        "group_number": card.group_number,
        "filing": card.filing,
        "relation": card.relation,
        "insured_first": "" if own else card.insured.first,
        "insured_last": "" if own else card.insured.last,
        "insured_birth_date": None if own else card.insured.birth_date,
    }


def _second_card(patient: Patient) -> dict[str, object]:
    """The secondary plan as the form shows it."""
    if len(patient.coverages) < 2:
        return {"second_filing": "CI"}
    card = patient.coverages[1]
    return {
        "second_payer_name": card.payer.name,
        "second_payer_id": card.payer.id,
        "second_member_id": card.member_id,
        "second_group_number": card.group_number,
        "second_filing": card.filing,
        "second_reason": card.secondary_reason,
    }


@allowed("desk")
@require_GET
def show(request: StaffRequest, patient_id: int) -> HttpResponse:
    """The chart. Clinical content is shown only to those who may see charts."""
    patient = get_object_or_404(
        Patient.objects.prefetch_related(
            Prefetch("list_items", PatientListItem.objects.order_by("kind", "pk"))
        ),
        pk=patient_id,
        practice_id=request.staff.practice_id,
    )
    record_audit(request.staff, "read", f"patient {patient.pk}", patient.pk)
    context = {"patient": patient, "age": age_on(patient, timezone.localdate())} | _contact(patient)
    if may(request.staff, "chart"):
        context |= _story(request, patient)
    return render(request, "pages/patient.html", context)


def _contact(patient: Patient) -> dict[str, object]:
    """Return what the front desk needs: the insurance card, messages with the patient, bounced mail."""
    return {
        "cards": patient.pictures.filter(voided_at=None).defer("jpeg").order_by("kind"),
        "shared": patient.messages.filter(shared=True)
        .select_related("by")
        .order_by("-at", "-pk")[:MOST_WORDS],
        "bounced": list(patient.bounced),
        "plans": [(card, card.sequence == "P") for card in patient.coverages],
        "coming": patient.visits.filter(
            starts_at__gte=timezone.now() - datetime.timedelta(hours=12),
            state__in=("booked", "arrived", "intake_done"),
        )
        .select_related("clinician", "location")
        .order_by("starts_at", "pk")[:MOST_WORDS],
        "places": list(Location.objects.in_use().filter(practice_id=patient.practice_id).order_by("pk")),
        "clinicians": Staff.objects.filter(practice_id=patient.practice_id, active=True).exclude(
            profession=""
        ),
    }


def _story(request: StaffRequest, patient: Patient) -> dict[str, object]:
    """Return the newest visits with their sites, the pain trend, and the lists, in a constant number of queries."""
    page = number_of_page(request.GET)
    done = Prefetch("sites", Site.objects.filter(given__isnull=False).order_by("pk"))
    start = (page - 1) * SHOWN_VISITS
    visits = list(
        Visit.objects.filter(patient=patient)
        .select_related("clinician", "episode", "practice")
        .prefetch_related(done)
        .order_by("-starts_at", "-pk")[start : start + SHOWN_VISITS + 1]
    )
    total = Visit.objects.filter(patient=patient).aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(state__in=("booked", "arrived", "intake_done", "in_room", "to_sign"))),
    )
    listed: dict[str, list[PatientListItem]] = {kind: [] for kind in PatientListItem.Kind.values}
    for row in patient.list_items.all():
        if row.voided_at is None:
            listed[row.kind].append(row)
    shown = visits[:SHOWN_VISITS]
    return {
        "visits": shown,
        "more": len(visits) > SHOWN_VISITS,
        "page": page,
        "total": total,
        "lists": [
            (kind, PatientListItem.Kind(kind).label, rows, kind in patient.asked)
            for kind, rows in listed.items()
        ],
        "trend": _trend(shown),
        "drawn": [visit for visit in shown if visit.facts.reported.drawing or visit.facts.reported.regions][
            :3
        ],
        "words": patient.messages.filter(shared=False)
        .select_related("by", "to")
        .order_by("-at", "-pk")[:MOST_WORDS],
        "people": Staff.objects.filter(practice_id=patient.practice_id, active=True).order_by("name"),
    }


def _trend(visits: list[Visit]) -> dict[str, object] | None:
    """Return the pain at each visit, oldest first; None where none was recorded."""
    rows = [(visit.day, visit.facts.reported.pain_now) for visit in reversed(visits) if _told(visit)]
    return {"rows": rows, "first": rows[0], "last": rows[-1]} if len(rows) > 1 else None


def _told(visit: Visit) -> bool:
    return visit.facts.reported.pain_now is not None


@allowed("chart")
@require_GET
def trend(request: StaffRequest, patient_id: int) -> HttpResponse:
    """The chart of pain over time, before and after each session."""
    patient = _mine(request, patient_id)
    visits = list(
        Visit.objects.filter(patient=patient)
        .select_related("practice")
        .order_by("-starts_at", "-pk")[:SHOWN_VISITS]
    )
    rows = [
        (visit.day, float(visit.facts.reported.pain_now or 0), visit.facts.observed.pain_after)
        for visit in reversed(visits)
        if _told(visit)
    ]
    response = HttpResponse(pain_chart(rows, "dark" in request.GET, lang_of()), content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=60"
    return response


def _mine(request: StaffRequest, patient_id: int) -> Patient:
    return get_object_or_404(Patient, pk=patient_id, practice_id=request.staff.practice_id)


@allowed("examine")
@require_POST
def add_line(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Add a line to a list, or record that there is none."""
    patient, form = _mine(request, patient_id), checked(LineForm(request.POST))
    sent = form.cleaned_data
    if sent["none"]:
        set_asked(request.staff, patient, sent["kind"])
    else:
        add_listed(request.staff, patient, sent["kind"], sent["text"], sent["reaction"])
    return redirect(form.back_or(patient_url(patient)))


@allowed("examine")
@require_POST
def measure(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Save weight and height for the plan; an empty field stays unchanged."""
    patient, form = _mine(request, patient_id), checked(MeasuresForm(request.POST))
    set_measures(request.staff, patient.pk, **form.measured())
    return redirect(form.back_or(patient_url(patient)))


def patient_url(patient: Patient) -> str:
    """Return the address of the chart."""
    return f"/patients/{patient.pk}/"


@allowed("examine")
@require_POST
def void_line(request: StaffRequest, patient_id: int, row_id: int) -> HttpResponse:
    """Void a line, with the reason."""
    patient = _mine(request, patient_id)
    void_listed(request.staff, patient, row_id, checked(VoidLineForm(request.POST)).cleaned_data["reason"])
    return redirect(patient_url(patient))


@allowed("chart")
@require_POST
def say_word(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Send a colleague a message about the patient."""
    sent = checked(StaffMessageForm(request.POST)).cleaned_data
    write_message(request.staff, patient_id, sent["text"], sent["to"])
    return redirect("patient", patient_id)


@allowed("receive")
@require_POST
def new_visit(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Start a walk-in visit."""
    patient, sent = _mine(request, patient_id), checked(WalkInForm(request.POST)).cleaned_data
    staff = Staff.objects.filter(practice_id=patient.practice_id, active=True).exclude(profession="")
    clinician = get_object_or_404(staff, pk=sent["clinician"])
    places = Location.objects.in_use().filter(practice_id=patient.practice_id)
    place = get_object_or_404(places, pk=sent["location"]) if sent["location"] else None
    there = _visit_today(patient)
    if there is not None and not sent["second"]:
        for title in warn_reason(there, sent["reason"]):  # at once, whatever the desk answers
            messages.error(request, title)
        context = {"patient": patient, "there": there, "sent": sent, "nav": "patients"}
        return render(request, "pages/walk_in_sure.html", context, status=409)
    visit = walk_in(request.staff, patient, clinician, place, sent["reason"])
    for title in warn_desk(visit):
        messages.error(request, title)
    return redirect("visit", visit.pk) if may(request.staff, "chart") else redirect("today")


def _visit_today(patient: Patient) -> Visit | None:
    """Return the visit that the patient has today already and that is not over."""
    day = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = patient.visits.filter(starts_at__gte=day, starts_at__lt=day + datetime.timedelta(days=1))
    open_ = rows.exclude(state__in=(Visit.State.DONE, Visit.State.CANCELED, Visit.State.NO_SHOW))
    return open_.select_related("clinician", "practice", "patient").order_by("starts_at").first()
