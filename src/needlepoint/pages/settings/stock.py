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
from needlepoint.pages.settings.stock_forms import BarcodeForm, CorrectedLot, NewLot, WithdrawnLot
from needlepoint.records.models import Lot, VialOpened
from needlepoint.records.settings.lot_changes import correct, given_from, withdraw
from needlepoint.records.settings.stock import read_barcode, recall, receive

__all__ = ["correct_lot", "recall_lot", "receive_lot", "scan", "show", "show_lot", "withdraw_lot"]

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
    if lot.withdrawn_at:
        return "withdrawn"
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
    return redirect("stock-lot", lot_id)


@allowed("stock")
@require_GET
def show_lot(request: StaffRequest, lot_id: int) -> HttpResponse:
    """One lot: its history, and the visits and patients that were given it."""
    lot = Lot.objects.get(pk=lot_id, practice_id=request.staff.practice_id)
    return _lot_page(request, lot, CorrectedLot.of(lot), WithdrawnLot())


def _lot_page(
    request: StaffRequest, lot: Lot, form: CorrectedLot, out: WithdrawnLot, status: int = 200
) -> HttpResponse:
    given = given_from(request.staff, lot.pk)
    page = {
        "lot": lot,
        "state": _state(lot, timezone.localdate()),
        "changes": lot.changes.select_related("by").order_by("-pk"),
        "given": given,
        "patients": len({row.visit.patient_id for row in given}),
        "form": form,
        "out": out,
    }
    return render(request, "pages/lot.html", page, status=status)


@allowed("stock")
@require_POST
def correct_lot(request: StaffRequest, lot_id: int) -> HttpResponse:
    """Correct number, expiry or count of a lot that was received wrongly, with the reason."""
    lot = Lot.objects.get(pk=lot_id, practice_id=request.staff.practice_id)
    form = CorrectedLot(request.POST)
    if not form.is_valid():
        return _lot_page(request, lot, form, WithdrawnLot(), 422)
    entered = form.cleaned_data
    correct(
        request.staff,
        lot_id,
        number=entered["number"],
        expires_on=entered["expires_on"],
        vials=int(entered["vials"]),
        why=entered["why"],
    )
    return redirect("stock-lot", lot_id)


@allowed("stock")
@require_POST
def withdraw_lot(request: StaffRequest, lot_id: int) -> HttpResponse:
    """Withdraw a lot that was received in error, with the reason."""
    lot = Lot.objects.get(pk=lot_id, practice_id=request.staff.practice_id)
    form = WithdrawnLot(request.POST)
    if not form.is_valid():
        return _lot_page(request, lot, CorrectedLot.of(lot), form, 422)
    withdraw(request.staff, lot_id, form.cleaned_data["why"])
    return redirect("stock-lot", lot_id)
