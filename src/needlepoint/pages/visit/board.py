"""The visit board before the needle: what hurts, what to examine, the plan; every change is saved at once."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import allowed
from needlepoint.pages.forms import checked
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.visit.acts import act_and_show, carry_out, must_decide
from needlepoint.pages.visit.content.board import after_context, board_page
from needlepoint.pages.visit.forms.board import (
    AnswerForm,
    ClearForm,
    DecideForm,
    FindForm,
    HistoryForm,
    OrderForm,
    PayerForm,
    RegionForm,
    RemoveCareForm,
    ReportForm,
    SiteForm,
    VisitForm,
)
from needlepoint.pages.visit.forms.safety import safety_form
from needlepoint.records.models import Site
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.visit import commands

__all__ = ["ask", "clear", "find", "history", "order", "payer", "safety", "show", "told"]


@allowed("chart")
@require_GET
def show(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The visit board."""
    visit = full(visit_id, request.staff.practice_id)
    record_audit(request.staff, "read", f"visit {visit.pk}", visit.patient_id)
    context = board_page(request.staff, visit).context()
    if visit.open:
        return render(request, "pages/board.html", context)
    return render(request, "pages/signed.html", context | after_context(visit))


@allowed("examine")
@require_POST
def told(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Save what the patient reports: drawing, regions from the list, words, pain now and at its worst."""
    form: VisitForm = RegionForm(request.POST) if "region" in request.POST else ReportForm(request.POST)
    return act_and_show(request, visit_id, form)


@allowed("examine")
@require_POST
def ask(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Save an answer about another cause: yes, no, not known; an empty one removes it."""
    return act_and_show(request, visit_id, AnswerForm(request.POST))


@allowed("examine")
@require_POST
def find(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Save palpation of one muscle: cycle one sign (yes, no, not examined), or set all."""
    form = checked(FindForm(request.POST))
    mine = Site.objects.filter(visit_id=visit_id, visit__practice_id=request.staff.practice_id)
    row = mine.filter(**form.spot._asdict()).only("signs").first()
    signs = form.signs(row.signs if row else None)
    return carry_out(request, visit_id, form, [commands.RecordSigns(spot=form.spot, signs=signs)])


@allowed("examine")
@require_POST
def order(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Change the plan: technique, concentration, a site or its volume, a decision about a precaution."""
    sent = request.POST
    if "decide" in sent:
        must_decide(request)
        return act_and_show(request, visit_id, DecideForm(sent))
    if "plan" in sent or "site_ml" in sent:
        return act_and_show(request, visit_id, SiteForm(sent))
    return act_and_show(request, visit_id, OrderForm(sent))


@allowed("examine")
@require_POST
def clear(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Clear a red flag: who, and what was found."""
    must_decide(request)
    return act_and_show(request, visit_id, ClearForm(request.POST))


@allowed("examine")
@require_POST
def safety(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Save an answer to a safety question."""
    form: VisitForm = safety_form(request.POST)
    return act_and_show(request, visit_id, form)


@allowed("examine")
@require_POST
def history(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Save when the pain began and what was tried, for the whole episode."""
    form: VisitForm = RemoveCareForm(request.POST) if "remove" in request.POST else HistoryForm(request.POST)
    return act_and_show(request, visit_id, form)


@allowed("examine")
@require_POST
def payer(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Save an answer that only the payer's policy asks for: yes, no, or not known."""
    return act_and_show(request, visit_id, PayerForm(request.POST))
