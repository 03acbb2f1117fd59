"""One staff member, one location, and the history of the settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from needlepoint.base.refusal import Refused
from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import allowed
from needlepoint.guard.sign_in.again import sign_again_before
from needlepoint.pages.fields import is_spanish
from needlepoint.pages.refusals import add_refusal
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.settings.forms import PROFESSIONS, ROLES, WEEK
from needlepoint.pages.settings.people_forms import EditPlace, EditStaff
from needlepoint.records.models import Location, SettingsChange, Staff
from needlepoint.records.settings.history import history_of
from needlepoint.records.settings.people import change_location, change_staff, set_location_active
from needlepoint.records.values import ChangedSetting
from needlepoint.treatment.load import load_drugs

__all__ = ["history", "person", "place"]

MOST_SHOWN = 200
NAMES = {
    "name": _("Name"), "profession": _("Profession"), "npi": "NPI", "roles": _("Roles"), "active": _("Active"),
    "added": _("Added"), "state": _("State"), "place": _("Place of service (POS)"), "phone": _("Phone"),
    "locality": _("Fee schedule locality"), "rooms": _("Rooms"), "line1": _("Street"), "line2": _("Street"),
    "city": _("City"), "zip": _("ZIP code"), "timezone": _("Time zone"), "language": _("Note language"),
    "tax_id": _("Tax ID (EIN)"), "taxonomy": _("Taxonomy code"), "director": _("Medical director"),
    "accepted_on": _("Dose limits approved on"), "accept": _("Dose limits approved"),
    "drugs": _("Drugs on the formulary"), "ultrasound": _("Ultrasound available"),
    "templates": _("Note templates"), "tighten": _("Stricter dose limits"), "stops": _("Stricter dose limits"),
}  # fmt: skip
WORDS = {"True": _("yes"), "False": _("no"), "*": _("all"), **ROLES, **dict(PROFESSIONS)}


class ChangeRow(NamedTuple):
    """One change for people: name, before, after."""

    name: str
    before: str
    after: str


@allowed("settings")
@require_http_methods(["GET", "POST"])
@sign_again_before("roles")
def person(request: StaffRequest, staff_id: int) -> HttpResponse:
    """Edit a staff member: name, profession, NPI, roles; licenses and history."""
    rows = Staff.objects.select_related("user").prefetch_related("licenses")
    row = get_object_or_404(rows, pk=staff_id, practice_id=request.staff.practice_id)
    kept = {"name": row.name, "profession": row.profession, "npi": row.npi, "roles": list(row.roles)}
    form = EditStaff(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            change_staff(request.staff, row.pk, **form.changes())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, say("Saved."))
            return redirect("settings-person", row.pk)
    changes = history_of(request.staff.practice).filter(staff=row)
    context = {"person": row, "form": form, "changes": _shown(changes[:MOST_SHOWN]), "nav": "settings"}
    context["day"] = timezone.localdate()
    return render(request, "pages/person.html", context, status=422 if form.errors else 200)


@allowed("settings")
@require_http_methods(["GET", "POST"])
def place(request: StaffRequest, location_id: int) -> HttpResponse:
    """Edit a location: name, address, rooms; close it, or open it again."""
    row = get_object_or_404(Location, pk=location_id, practice_id=request.staff.practice_id)
    pressed = request.POST.get("do")
    if request.method == "POST" and pressed in ("close", "open"):
        set_location_active(request.staff, row.pk, pressed == "open")
        messages.success(request, say("Saved."))
        return redirect("settings-place", row.pk)
    form = EditPlace(request.POST or None, initial=EditPlace.of(row))
    if request.method == "POST" and form.is_valid():
        try:
            change_location(request.staff, row.pk, **form.changes())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, say("Saved."))
            return redirect("settings-place", row.pk)
    changes = history_of(request.staff.practice).filter(location=row)
    context = {"place": row, "form": form, "changes": _shown(changes[:MOST_SHOWN]), "nav": "settings"}
    return render(request, "pages/place.html", context, status=422 if form.errors else 200)


@allowed("settings")
@require_GET
def history(request: StaffRequest) -> HttpResponse:
    """Every change in the settings, newest first: who, when, before and after."""
    record_audit(request.staff, "read", "settings: history")
    changes = _shown(history_of(request.staff.practice)[:MOST_SHOWN])
    return render(request, "pages/settings_history.html", {"changes": changes, "nav": "settings"})


def _shown(changes: Iterable[SettingsChange]) -> list[tuple[SettingsChange, list[ChangeRow]]]:
    return [(row, [_row(part) for part in row.parts]) for row in changes]


def _row(part: ChangedSetting) -> ChangeRow:
    kind, _space, rest = part.name.partition(" ")
    if kind == "price":
        name = say("Price of %(code)s") % {"code": rest}
    elif kind == "license":
        name = say("License in %(state)s") % {"state": rest}
    else:
        name = str(NAMES.get(part.name) or WEEK.get(part.name) or say("Setting"))
    return ChangeRow(name, _value(part.before), _value(part.after))


def _value(text: str) -> str:
    """Return a value in words: yes, roles, drugs; anything else as it was entered."""
    return ", ".join(_word(part.strip()) for part in text.split(","))


def _word(part: str) -> str:
    drug = load_drugs().get(part)
    if drug is not None:
        return drug.es if is_spanish() else drug.en
    return str(WORDS.get(part, part)) if part else ""
