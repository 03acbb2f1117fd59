"""The visit board from the needle on: what was given, what was seen afterward, the note's words, the end."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from needlepoint.guard.roles import allowed
from needlepoint.pages.forms import checked
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.visit.acts import act_and_show, carry_out, my_visit, show_work
from needlepoint.pages.visit.forms.bedside import BedsidePartForm
from needlepoint.pages.visit.forms.board import VersionForm
from needlepoint.pages.visit.forms.session import (
    AllDoneForm,
    CompleteForm,
    ConsultForm,
    DoneForm,
    EventForm,
    GuideForm,
    OutcomeForm,
    TimesForm,
    VialForm,
    WithdrawForm,
    WithoutNeedleForm,
    after_forms,
)
from needlepoint.records.settings.stock import vial_of
from needlepoint.records.visit.act import act, undo
from needlepoint.visit.commands import Command

__all__ = [
    "after", "bedside", "complete", "consult", "done", "event", "guide", "outcome", "take_back", "times", "withdraw",
    "without_needle",
]  # fmt: skip


@allowed("examine")
@require_POST
def done(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Record that a site, or every planned site, was treated, with what was actually given."""
    form = AllDoneForm(request.POST) if request.POST.get("all") else DoneForm(request.POST)
    return act_and_show(request, visit_id, form)


@allowed("examine")
@require_POST
def withdraw(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Withdraw the record of a treated site, with the reason."""
    return act_and_show(request, visit_id, WithdrawForm(request.POST))


@allowed("examine")
@require_POST
def event(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Record an adverse event."""
    return act_and_show(request, visit_id, EventForm(request.POST))


@allowed("examine")
@require_POST
def after(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Record the time afterward: pain, reactions, the lot used, responses at a site, words for the note."""
    version = checked(VersionForm(request.POST))
    found: list[Command] = []
    for form in after_forms(request.POST, my_visit(request, visit_id)):
        found += checked(form).commands()
        if isinstance(form, VialForm) and form.cleaned_data["lot"] is not None:
            found.append(vial_of(request.staff, form.cleaned_data["lot"]))
    return carry_out(request, visit_id, version, found)


@allowed("examine")
@require_POST
def bedside(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Time-out, vital signs, questionnaires, position and skin, points of a site, how the patient left."""
    return act_and_show(request, visit_id, BedsidePartForm.of(request.POST))


@allowed("examine")
@require_POST
def guide(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Record whether ultrasound guided the needle, and where the saved picture is."""
    return act_and_show(request, visit_id, GuideForm(request.POST))


@allowed("examine")
@require_POST
def times(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Record when the procedure started and ended, in the practice's time zone."""
    return act_and_show(request, visit_id, TimesForm(request.POST, my_visit(request, visit_id)))


@allowed("examine")
@require_POST
def consult(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Record an evaluation and management visit of the same day."""
    return act_and_show(request, visit_id, ConsultForm(request.POST))


@allowed("examine")
@require_POST
def without_needle(request: StaffRequest, visit_id: int) -> HttpResponse:
    """End the visit without a needle, or undo that."""
    form = CompleteForm(request.POST) if request.POST.get("reopen") else WithoutNeedleForm(request.POST)
    return act_and_show(request, visit_id, form)


@allowed("examine")
@require_POST
def complete(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Mark the visit as ready to sign, or reopen it."""
    return act_and_show(request, visit_id, CompleteForm(request.POST))


@allowed("examine")
@require_POST
def outcome(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Record how much a signed visit helped, as the patient reported later."""
    act(request.staff, visit_id, checked(OutcomeForm(request.POST)).command())
    return redirect("visit", visit_id)


@allowed("examine")
@require_POST
def take_back(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Undo the last change."""
    version = checked(VersionForm(request.POST)).cleaned_data["version"]
    return show_work(request, visit_id, lambda: undo(request.staff, visit_id, version))
