"""Setting up a practice in the browser, and its settings afterward."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as say
from django.views.decorators.http import require_POST

from needlepoint.base.refusal import Refused
from needlepoint.guard.roles import allowed
from needlepoint.guard.sign_in.again import sign_again_before
from needlepoint.guard.sign_in.first_run import is_first_run_token, set_up_is_done
from needlepoint.pages.forms import checked
from needlepoint.pages.refusals import add_refusal
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.settings.forms import (
    PARTS,
    ROLES,
    WEEK,
    ZONES,
    LicenseForm,
    LocationForm,
    NewStaff,
    OwnerForm,
    PartForm,
    PasswordForm,
    RemoveLicenseForm,
    StaffForm,
    StartForm,
    TokenForm,
    priced_codes,
)
from needlepoint.records.models import Practice, Staff
from needlepoint.records.settings.open_practice import opened_by, set_up, set_up_owner
from needlepoint.records.settings.people import remove_license
from needlepoint.records.settings.practice import (
    STATES,
    add_location,
    add_staff,
    change_practice,
    give_license,
    give_password,
    set_active,
)
from needlepoint.treatment.load import load_drugs

__all__ = ["people", "settings", "start"]


def start(request: HttpRequest) -> HttpResponse:
    """Set up the first practice, or the owner of a further one. Both need a token that only the console shows."""
    token = TokenForm(request.POST).token_of() or TokenForm(request.GET).token_of()
    first = not Practice.objects.exists()
    if not first and not token:
        return redirect("sign-in")
    practice = None if first else opened_by(token)
    if practice is None and not (first and is_first_run_token(token)):
        return render(request, "pages/start_token.html", {"wrong": bool(token)}, status=403)
    form = (StartForm if first else OwnerForm)(request.POST if "username" in request.POST else None)
    if request.method == "POST" and form.is_valid():
        try:
            staff = _first_staff(form, token)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return _into_settings(request, staff)
    context = {"form": form, "token": token, "practice": practice}
    return render(request, "pages/start.html", context, status=422 if form.errors else 200)


def _first_staff(form: OwnerForm, token: str) -> Staff:
    if not isinstance(form, StartForm):
        return set_up_owner(token, **form.cleaned_data)
    staff = set_up(**form.cleaned_data)
    set_up_is_done()
    return staff


def _into_settings(request: HttpRequest, staff: Staff) -> HttpResponse:
    login(request, staff.user, backend="django.contrib.auth.backends.ModelBackend")
    messages.success(request, say("Your practice is set up. These steps lead to the first visit."))
    return redirect("settings-first-steps")


@allowed("settings")
def settings(request: StaffRequest) -> HttpResponse:
    """Settings of the practice: name and identifiers, formulary, prices."""
    if request.method == "POST":
        form = _part(request)
        if form is not None:
            change_practice(request.staff, **checked(form).changes(request.staff.practice))
            messages.success(request, say("Saved."))
        return redirect("settings")
    return _settings(request, NewStaff())


def _part(request: StaffRequest) -> PartForm | None:
    """Return the form of the part that was sent; None if it is not on this page."""
    kind = PARTS.get(request.POST.get("part", ""))
    return kind(request.POST, request.staff.practice) if kind else None


def _settings(request: StaffRequest, form: NewStaff, status: int = 200) -> HttpResponse:
    practice = request.staff.practice
    charges = {row.code: f"{row.amount_usd:f}" for row in practice.fees.charge if row.to is None}
    chosen = practice.rules.drugs
    context = {
        "practice": practice,
        "zones": ZONES,
        "states": STATES,
        "locations": practice.locations.order_by("pk"),
        "people": practice.staff.select_related("user")
        .prefetch_related("licenses")
        .order_by("-active", "name"),
        "form": form,
        "hours": [
            (key, name, *(f"{end:%H:%M}" for end in practice.hours[key]))
            if key in practice.hours
            else (key, name, "", "")
            for key, name in WEEK.items()
        ],
        "codes": [(code, charges.get(code, "")) for code in priced_codes()],
        "drugs": [(id_, row, chosen is None or id_ in chosen) for id_, row in load_drugs().items()],
        "role_names": ROLES,
        "day": timezone.localdate(),
    }
    return render(request, "pages/settings.html", context, status=status)


@allowed("settings")
@require_POST
@sign_again_before("roles")
def people(request: StaffRequest) -> HttpResponse:
    """Add staff, open or close their access; add a license or a location."""
    sent, staff = request.POST, request.staff
    match sent.get("do"):
        case "add":
            return _add(request, NewStaff(sent))
        case "license":
            _license(request, checked(LicenseForm(sent)))
        case "place":
            place = checked(LocationForm(sent)).cleaned_data
            add_location(staff, place["name"], place["state"], place["place"], place["locality"])
        case "password":
            chosen = checked(PasswordForm(sent)).cleaned_data
            give_password(staff, chosen["staff"], chosen["password"])
            messages.success(
                request,
                say("Temporary password saved. The staff member chooses a new password at the next sign-in."),
            )
        case "remove-license":
            remove_license(staff, checked(RemoveLicenseForm(sent)).cleaned_data["license"])
        case "in" | "out" as do:
            set_active(staff, checked(StaffForm(sent)).cleaned_data["staff"], do == "in")
    return redirect("settings")


def _add(request: StaffRequest, form: NewStaff) -> HttpResponse:
    if form.is_valid():
        try:
            add_staff(request.staff, **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal)
    return _settings(request, form, 422) if form.errors else redirect("settings")


def _license(request: StaffRequest, form: LicenseForm) -> None:
    sent = form.cleaned_data
    credentials = sent["credentials"].split()
    give_license(request.staff, sent["staff"], sent["state"], sent["number"], sent["expires_on"], credentials)
