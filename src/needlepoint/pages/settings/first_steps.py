"""The checklist of a new practice: what is done, what is next, and where it is entered."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from needlepoint.guard.roles import allowed
from needlepoint.pages.requests import StaffRequest
from needlepoint.records.models import Practice
from needlepoint.records.settings.first_steps import first_steps

__all__ = ["Checklist", "checklist_of", "page"]

# Step -> title, what is entered there, the page and the place on it.
STEPS = {
    "practice": (
        _("Practice"),
        _("NPI, tax ID and address, as on claims and receipts."),
        "settings",
        "numbers",
    ),
    "location": (_("Location and rooms"), _("The address where patients come, and the rooms."), "place", ""),
    "staff": (
        _("Staff with a license"),
        _("Each clinician with the license of the location's state and its real expiration date."),
        "settings",
        "staff",
    ),
    "types": (_("Visit types"), _("What patients can book, how long it takes."), "settings-outside", ""),
    "hours": (
        _("Hours"),
        _("When each clinician sees patients: these hours make the open times."),
        "settings-outside",
        "",
    ),
    "prices": (_("Prices"), _("Your own price for each code. None is proposed."), "settings", "prices"),
    "formulary": (
        _("Formulary"),
        _("The drugs that you use. Only these are offered."),
        "settings",
        "formulary",
    ),
    "limits": (
        _("Dose limits accepted"),
        _("The medical director accepts the proposed limits, or sets stricter ones."),
        "settings",
        "formulary",
    ),
    "stock": (_("Stock"), _("The first lot, with its number and expiration date."), "stock", ""),
    "patient": (_("First patient"), _("Name, date of birth and how to reach them."), "patient-new", ""),
    "visit": (_("First visit"), _("Start a visit from the patient's chart, and sign its note."), "today", ""),
}


class Step(NamedTuple):
    """One step as the page shows it."""

    title: object
    words: object
    address: str
    done: bool
    next: bool


class Checklist(NamedTuple):
    """The steps, and how many are done."""

    steps: list[Step]
    done: int

    @property
    def next(self) -> Step | None:
        """Return the step to take now."""
        return next((step for step in self.steps if step.next), None)


def checklist_of(practice: Practice) -> Checklist | None:
    """Return the checklist; None once everything is done."""
    found = first_steps(practice)
    if not found:
        return None
    todo = next((step.id for step in found if not step.done), "")
    steps = [Step(*STEPS[row.id][:2], _address(practice, row.id), row.done, row.id == todo) for row in found]
    return Checklist(steps, sum(step.done for step in steps))


def _address(practice: Practice, step: str) -> str:
    name, place = STEPS[step][2:]
    if name == "place":
        first = practice.locations.in_use().order_by("pk").first()
        return reverse("settings-place", args=[first.pk]) if first else reverse("settings")
    return reverse(str(name)) + (f"#{place}" if place else "")


@allowed("settings")
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """The checklist, from nothing to the first signed visit."""
    context = {"checklist": checklist_of(request.staff.practice), "nav": "settings"}
    return render(request, "pages/first_steps.html", context)
