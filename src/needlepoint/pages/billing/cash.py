"""The day's cash: what a location has taken and given back since the last close, and the close itself."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as say
from django.views.decorators.http import require_GET, require_POST

from needlepoint.base.refusal import NotPossible
from needlepoint.cost.ledger import load_desk
from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import allowed
from needlepoint.pages.billing.forms import CloseForm, DrawerForm
from needlepoint.pages.forms import checked
from needlepoint.pages.requests import StaffRequest
from needlepoint.records.billing.cash import close_day, closes_of, drawer, moved, still_open
from needlepoint.records.billing.papers import receipt_number
from needlepoint.records.models import CashClose, LedgerEntry, Location

__all__ = ["cash", "close", "closed"]

MOST_CLOSES = 14


@allowed("collect")
@require_GET
def cash(request: StaffRequest) -> HttpResponse:
    """What was taken and given back since the last close."""
    places = list(Location.objects.filter(practice_id=request.staff.practice_id).order_by("pk"))
    form = DrawerForm(request.GET)
    asked = form.cleaned_data["location"] if form.is_valid() else None
    place = next((row for row in places if row.pk == asked), places[0] if places else None)
    if place is None:
        raise NotPossible("Enter a location in the settings first.", "location")
    record_audit(request.staff, "read", "cash list")
    context = _listed(list(still_open(place))) | {"places": places, "place": place}
    context["closes"] = closes_of(request.staff.practice_id, MOST_CLOSES)
    return render(request, "pages/cash.html", context)


@allowed("collect")
@require_POST
def close(request: StaffRequest) -> HttpResponse:
    """Close the list with what was counted."""
    sent = checked(CloseForm(request.POST)).cleaned_data
    place = get_object_or_404(Location, pk=sent["location"], practice_id=request.staff.practice_id)
    row = close_day(request.staff, place, sent["counted"], sent["words"])
    messages.success(request, say("The day is closed."))
    return redirect("billing-closed", row.pk)


@allowed("collect")
@require_GET
def closed(request: StaffRequest, close_id: int) -> HttpResponse:
    """A closed list, as it was."""
    rows = CashClose.objects.select_related("by", "location")
    row = get_object_or_404(rows, pk=close_id, practice_id=request.staff.practice_id)
    record_audit(request.staff, "read", f"cash: close {row.pk}")
    entries = list(moved(request.staff.practice_id).filter(close=row))
    context = _listed(entries) | {"close": row, "difference": row.counted - row.expected}
    return render(request, "pages/cash.html", context)


def _listed(entries: Sequence[LedgerEntry]) -> dict[str, object]:
    desk, sums = load_desk(), drawer(entries)
    return {
        "rows": [(row, receipt_number(row), desk.method_of(row.method)) for row in entries],
        "sums": [(row, sums.methods[row.id]) for row in desk.method],
        "drawer": sums,
        "nav": "cash",
    }
