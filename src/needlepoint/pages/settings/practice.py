"""Setting up a practice in the browser, and its settings afterwards."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from needlepoint.base.refusal import Fault, Refused
from needlepoint.coding.load import load_codes
from needlepoint.guard.roles import RIGHTS, allowed
from needlepoint.guard.sign_in.first_run import is_first_run_token, set_up_is_done
from needlepoint.pages.read import read_day
from needlepoint.pages.requests import StaffRequest
from needlepoint.records.models import Practice
from needlepoint.records.settings.practice import (
    STATES,
    add_location,
    add_staff,
    change_practice,
    give_license,
    give_password,
    set_active,
    set_up,
)
from needlepoint.treatment.load import load_drugs

__all__ = ["people", "settings", "start"]

MOST_TEXTS = 50
PROFESSIONS = [
    ("", _("does not treat")),
    ("physician", _("physician")),
    ("physician_assistant", _("physician assistant")),
    ("nurse_practitioner", _("nurse practitioner")),
    ("acupuncturist", _("acupuncturist")),
    ("physical_therapist", _("physical therapist")),
]
ROLES = {
    "clinician": _("clinician"),
    "assistant": _("assistant"),
    "front_desk": _("front desk"),
    "biller": _("biller"),
    "owner": _("runs the practice"),
}
WEEK = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}
ZONES = sorted(zone for zone in available_timezones() if zone.startswith(("America/", "Pacific/", "US/")))


class Start(forms.Form):
    """What a new practice begins with: one page, five minutes."""

    practice = forms.CharField(label=_("Name of the practice"), max_length=120)
    state = forms.ChoiceField(label=_("State"), choices=[(state, state) for state in STATES])
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=[(zone, zone) for zone in ZONES], initial="America/New_York"
    )
    name = forms.CharField(label=_("Your name"), max_length=120)
    profession = forms.ChoiceField(label=_("Your profession"), choices=PROFESSIONS, required=False)
    license_number = forms.CharField(label=_("Your licence number"), max_length=40, required=False)
    username = forms.CharField(label=_("User name"), max_length=150)
    password = forms.CharField(
        label=_("Password (15 characters or more)"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class NewStaff(forms.Form):
    """Someone who is taken on."""

    name = forms.CharField(label=_("Name"), max_length=120)
    profession = forms.ChoiceField(label=_("Profession"), choices=PROFESSIONS, required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role, ROLES[role]) for role in RIGHTS],
        widget=forms.CheckboxSelectMultiple,
    )
    npi = forms.CharField(label="NPI", max_length=10, required=False)
    username = forms.CharField(label=_("User name"), max_length=150)
    password = forms.CharField(
        label=_("First password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


def start(request: StaffRequest) -> HttpResponse:
    """The first page of an empty database; gone once there is a practice."""
    if Practice.objects.exists():
        return redirect("sign-in")
    token = request.POST.get("token") or request.GET.get("token", "")
    if not is_first_run_token(token):
        return render(request, "pages/start_token.html", {"wrong": bool(token)}, status=403)
    form = Start(request.POST if "practice" in request.POST else None)
    if request.method == "POST" and form.is_valid():
        try:
            staff = set_up(**form.cleaned_data)
            set_up_is_done()
        except Refused as refusal:
            _show(form, refusal)
        else:
            login(request, staff.user, backend="django.contrib.auth.backends.ModelBackend")
            messages.success(
                request, say("The practice is there. Add people, prices and drugs when you like.")
            )
            return redirect("settings")
    return render(
        request, "pages/start.html", {"form": form, "token": token}, status=422 if form.errors else 200
    )


def _show(form: forms.Form, refusal: Refused) -> None:
    for fault in refusal.faults:
        form.add_error(
            fault.where if fault.where in form.fields else None, f"{fault.expected} {fault.remedy}".strip()
        )


@allowed("settings")
def settings(request: StaffRequest) -> HttpResponse:
    """What a practice decides: its name and numbers, formulary, prices."""
    if request.method == "POST":
        part = request.POST.get("part", "")
        if part in PARTS:
            change_practice(request.staff, **PARTS[part](request))
            if request.htmx:  # saved by itself while somebody types
                return HttpResponse(status=204)
            messages.success(request, say("Kept."))
        return redirect("settings")
    return _settings(request, NewStaff())


def _settings(request: StaffRequest, form: NewStaff, status: int = 200) -> HttpResponse:
    practice = request.staff.practice
    charges = {row["code"]: row["amount_usd"] for row in practice.fees.get("charge", [])}
    chosen = practice.rules.get("drugs")
    context = {
        "practice": practice,
        "zones": ZONES,
        "states": STATES,
        "locations": practice.locations.order_by("pk"),
        "people": practice.staff.select_related("user")
        .prefetch_related("licenses")
        .order_by("-active", "name"),
        "form": form,
        "hours": [(key, name, *(practice.hours.get(key) or ["", ""])) for key, name in WEEK.items()],
        "codes": [(code, charges.get(code, "")) for code in _codes()],
        "drugs": [(id_, row, chosen is None or id_ in chosen) for id_, row in load_drugs().items()],
        "role_names": ROLES,
        "day": timezone.localdate(),
    }
    return render(request, "pages/settings.html", context, status=status)


def _codes() -> list[str]:
    """Every code that this work can bring onto a claim."""
    rows = load_codes()
    return list(
        dict.fromkeys(
            [row.code for row in rows.procedure] + [row.code for row in rows.drug] + ["99213", "99203"]
        )
    )


def _numbers(request: StaffRequest) -> dict[str, Any]:
    sent = request.POST
    address = {name: sent.get(name, "").strip() for name in ("line1", "city", "state", "zip")}
    billing = {name: sent.get(name, "").strip() for name in ("npi", "tax_id", "phone", "taxonomy")}
    return {"billing": {**billing, "name": request.staff.practice.name, "address": address}}


def _name(request: StaffRequest) -> dict[str, Any]:
    language = "es" if request.POST.get("language") == "es" else "en"
    return {
        "name": request.POST.get("name", "")[:120],
        "timezone": request.POST.get("timezone", ""),
        "language": language,
    }


def _hours(request: StaffRequest) -> dict[str, Any]:
    """Opening hours by day of the week; a day without both ends is closed."""
    hours: dict[str, list[str]] = {}
    faults = []
    for key in WEEK:
        ends = [request.POST.get(f"{key}-{end}", "").strip() for end in ("from", "to")]
        if not any(ends):
            continue
        try:
            first, last = (datetime.time.fromisoformat(end) for end in ends)
        except ValueError:
            if request.htmx and not all(ends):
                continue  # the other end is still to be entered
            faults.append(Fault(f"hours.{key}", " ".join(ends), "two times such as 09:00 and 17:00"))
            continue
        if last <= first:
            faults.append(Fault(f"hours.{key}", " ".join(ends), "an end after the beginning"))
        hours[key] = [f"{first:%H:%M}", f"{last:%H:%M}"]
    if faults:
        raise Refused(faults)
    return {"hours": hours}


def _texts(request: StaffRequest) -> dict[str, Any]:
    """Texts that notes can be given, by name."""
    pairs = zip(request.POST.getlist("text-name"), request.POST.getlist("text-text"), strict=False)
    kept = [{"name": name.strip()[:60], "text": text.strip()[:1000]} for name, text in pairs]
    return {"templates": [row for row in kept if row["name"] and row["text"]][:MOST_TEXTS]}


def _formulary(request: StaffRequest) -> dict[str, Any]:
    rules = dict(request.staff.practice.rules) | {"drugs": request.POST.getlist("drugs")}
    rules["ultrasound"] = "ultrasound" in request.POST
    director = request.POST.get("director", "").strip()
    if director:
        rules |= {"director": director, "accepted_on": timezone.localdate().isoformat(), "accept": ["*"]}
    return {"rules": rules}


def _prices(request: StaffRequest) -> dict[str, Any]:
    """Prices from today on; those of before stay for the days of before."""
    practice, day = request.staff.practice, timezone.localdate()
    kept = list(practice.fees.get("charge", []))
    for code in _codes():
        text = request.POST.get(f"price-{code}", "").strip()
        open_ = next((row for row in kept if row["code"] == code and "to" not in row), None)
        if (open_["amount_usd"] if open_ else "") == text:
            continue
        if open_ and open_["from"] == day.isoformat():
            kept.remove(open_)
        elif open_:
            kept[kept.index(open_)] = open_ | {"to": (day - datetime.timedelta(days=1)).isoformat()}
        if text:
            kept.append({"code": code, "amount_usd": _amount(text), "from": day.isoformat()})
    return {"fees": practice.fees | {"charge": kept}}


def _amount(text: str) -> str:
    try:
        return str(Decimal(text.replace(",", ".")).quantize(Decimal("0.01")))
    except ArithmeticError:
        return text  # the core says what is wrong with it


PARTS: dict[str, Callable[[StaffRequest], dict[str, Any]]] = {
    "name": _name,
    "hours": _hours,
    "texts": _texts,
    "numbers": _numbers,
    "formulary": _formulary,
    "prices": _prices,
}


@allowed("settings")
@require_POST
def people(request: StaffRequest) -> HttpResponse:
    """Someone taken on, let in or kept out; a licence; a place."""
    sent = request.POST
    match sent.get("do"):
        case "add":
            form = NewStaff(sent)
            if not form.is_valid():
                return _settings(request, form, 422)
            try:
                add_staff(request.staff, **form.cleaned_data)
            except Refused as refusal:
                _show(form, refusal)
                return _settings(request, form, 422)
        case "license":
            day = read_day(sent.get("expires_on", ""), "expires_on")
            credentials = [word for word in sent.get("credentials", "").split() if word]
            give_license(
                request.staff, _id(sent), sent.get("state", ""), sent.get("number", ""), day, credentials
            )
        case "place":
            add_location(
                request.staff,
                sent.get("name", ""),
                sent.get("state", ""),
                sent.get("place", ""),
                sent.get("locality", ""),
            )
        case "password":
            give_password(request.staff, _id(sent), sent.get("password", ""))
            messages.success(
                request, say("New first password saved. At the next sign-in a new one is chosen.")
            )
        case "in" | "out":
            set_active(request.staff, _id(sent), sent["do"] == "in")
    return redirect("settings")


def _id(sent: Any) -> int:
    text = sent.get("staff", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
