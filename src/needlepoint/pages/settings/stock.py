"""Inventory: what is in stock, what may be used, what was received."""

from __future__ import annotations

import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from needlepoint.guard.roles import allowed
from needlepoint.pages.forms import checked
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.settings.stock_forms import BarcodeForm, NewLot
from needlepoint.records.models import Lot, VialOpened
from needlepoint.records.settings.stock import read_barcode, recall, receive

__all__ = ["recall_lot", "receive_lot", "scan", "show"]

SOON_DAYS = 30
MOST_OPENED = 25


@allowed("stock")
@require_GET
def show(request: StaffRequest) -> HttpResponse:
    """The inventory by drug and expiry."""
    return render(request, "pages/stock.html", _shelf(request, NewLot()))


def _shelf(request: StaffRequest, form: NewLot) -> dict[str, object]:
    day = timezone.localdate()
    lots = list(
        Lot.objects.filter(practice_id=request.staff.practice_id).order_by("drug", "expires_on", "pk")
    )
    rows = [{"lot": lot, "state": _state(lot, day)} for lot in lots]
    opened = (
        VialOpened.objects.filter(lot__practice_id=request.staff.practice_id)
        .select_related("lot", "by", "visit__patient")
        .order_by("-at", "-pk")[:MOST_OPENED]
    )
    return {"rows": rows, "form": form, "opened": opened}


def _state(lot: Lot, day: datetime.date) -> str:
    if lot.recalled_at:
        return "recalled"
    if lot.expires_on < day:
        return "expired"
    if not lot.vials:
        return "used_up"
    return "soon" if lot.expires_on <= day + datetime.timedelta(days=SOON_DAYS) else "good"


@allowed("stock")
@require_POST
def receive_lot(request: StaffRequest) -> HttpResponse:
    """Receive a lot."""
    form = NewLot(request.POST)
    if not form.is_valid():
        return render(request, "pages/stock.html", _shelf(request, form), status=422)
    receive(request.staff, **form.lot())
    return redirect("stock")


@allowed("stock")
@require_POST
def scan(request: StaffRequest) -> HttpResponse:
    """Read a barcode into the form of a lot."""
    found = read_barcode(checked(BarcodeForm(request.POST)).cleaned_data["barcode"])
    form = NewLot(initial={**found, "single_dose": True})
    return render(request, "pages/stock.html", _shelf(request, form))


@allowed("stock")
@require_POST
def recall_lot(request: StaffRequest, lot_id: int) -> HttpResponse:
    """Recall a lot."""
    recall(request.staff, lot_id)
    return redirect("stock")
