"""Stock: what is on the shelf, what may be used, what came in."""

from __future__ import annotations

import datetime

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from needlepoint.guard.roles import allowed
from needlepoint.pages.requests import StaffRequest
from needlepoint.records.models import Lot, VialOpened
from needlepoint.records.settings.stock import read_barcode, recall, receive
from needlepoint.treatment.load import load_drugs

__all__ = ["recall_lot", "receive_lot", "scan", "show"]

SOON_DAYS = 30
MOST_OPENED = 25


def _drugs() -> list[tuple[str, str]]:
    return [(id_, drug.en) for id_, drug in load_drugs().items()]


class NewLot(forms.Form):
    """A lot as it comes in."""

    drug = forms.ChoiceField(label=_("Drug"), choices=_drugs)
    concentration_percent = forms.DecimalField(
        label=_("Strength (%)"), min_value=0, max_value=20, decimal_places=3
    )
    vial_ml = forms.DecimalField(label=_("Vial (mL)"), min_value=0, max_value=1000, decimal_places=1)
    number = forms.CharField(label=_("Lot number"), max_length=40)
    expires_on = forms.DateField(label=_("Expires"), widget=forms.DateInput(attrs={"type": "date"}))
    vials = forms.IntegerField(label=_("Vials"), min_value=1, max_value=10_000)
    single_dose = forms.BooleanField(label=_("Single-dose vials"), required=False, initial=True)
    gtin = forms.CharField(required=False, max_length=14, widget=forms.HiddenInput)


@allowed("stock")
@require_GET
def show(request: StaffRequest) -> HttpResponse:
    """The shelf by drug and expiry."""
    return render(request, "pages/stock.html", _shelf(request, NewLot()))


def _shelf(request: StaffRequest, form: NewLot) -> dict[str, object]:
    day = timezone.now().date()
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
    """Put a lot on the shelf."""
    form = NewLot(request.POST)
    if not form.is_valid():
        return render(request, "pages/stock.html", _shelf(request, form), status=422)
    receive(request.staff, **form.cleaned_data)
    return redirect("stock")


@allowed("stock")
@require_POST
def scan(request: StaffRequest) -> HttpResponse:
    """A barcode read into the form of a lot."""
    found = read_barcode(request.POST.get("barcode", ""))
    form = NewLot(initial={**found, "single_dose": True})
    return render(request, "pages/stock.html", _shelf(request, form))


@allowed("stock")
@require_POST
def recall_lot(request: StaffRequest, lot_id: int) -> HttpResponse:
    """Take a lot out of use."""
    recall(request.staff, lot_id)
    return redirect("stock")
