"""A patient's own pages: visits, papers, drawings, trend, price, messages, people who help, all to take along."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings as site
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from needlepoint.anatomy.drawing import Drawing
from needlepoint.anatomy.picture import complaint_picture
from needlepoint.cost import Household
from needlepoint.documents.leaflets.questions import load_asked, read_answer
from needlepoint.fhir import bundle_of
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.guard.patients import CHOSEN, for_patient, let_out, proved_address, seen_by
from needlepoint.outcomes import load_moments
from needlepoint.pages.account.access_log import by_page
from needlepoint.pages.charts import pain_chart
from needlepoint.pages.public_site.public_access import knock
from needlepoint.pages.public_site.site import read_household
from needlepoint.pages.visit.board_context import lang_of
from needlepoint.records.access_log import of_patient
from needlepoint.records.billing.prices import (
    give_estimate,
    help_for,
    household_of,
    is_insured,
    quote,
    screen,
    start_estimate,
)
from needlepoint.records.models import CheckIn, GivenEstimate, Patient, Service, Visit
from needlepoint.records.notes.printed import printed_note
from needlepoint.records.outbox.queue import choose, wanted
from needlepoint.records.patients.export import my_data_pdf
from needlepoint.records.patients.feedback import say, warnings_said
from needlepoint.records.portal.accounts import (
    end_access,
    invite,
    open_account,
    shared_notes,
    visits_of,
    warnings_in,
    words_with,
    write_to_practice,
)
from needlepoint.records.portal.checkins import course_after
from needlepoint.records.portal.handouts import aftercare_of, aftercare_pdf, why_of, why_pdf
from needlepoint.records.portal.intake import name_insurance
from needlepoint.records.portal.magic_links import make_link
from needlepoint.records.schedule.booking import warnings_booked
from needlepoint.records.schedule.calendar import calendar_of
from needlepoint.records.schedule.hours import answer_by, open_now
from needlepoint.records.schedule.waitlist import offer_freed, wait_for
from needlepoint.records.settings.public_settings import outside_of
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think

__all__ = [
    "access",
    "account",
    "aftercare",
    "booked",
    "bundle",
    "drawing",
    "everything",
    "leave",
    "manage",
    "messages",
    "note",
    "people",
    "price",
    "settings",
    "show",
    "switch",
    "trend",
    "visit",
    "visit_ics",
    "why",
]

ZONES = {
    "America/Puerto_Rico": _("Atlantic time (Puerto Rico)"),
    "America/New_York": _("Eastern time"),
    "America/Chicago": _("Central time"),
    "America/Denver": _("Mountain time"),
    "America/Phoenix": _("Mountain time (Arizona)"),
    "America/Los_Angeles": _("Pacific time"),
    "America/Anchorage": _("Alaska time"),
    "Pacific/Honolulu": _("Hawaii time"),
}
MOST_TREND = 60  # points of the course: a hundred visits are no clearer
MOST_BILLS = 2  # on one page: each is worked out anew, which takes 25 ms
MOST_DRAWN = 4
INSURANCE = ("insurance", "plan", "member")


def page(request: HttpRequest, template: str, nav: str, **context: Any) -> HttpResponse:
    """A page of the patient's own with what stands around each."""
    practice = request.me.patient.practice
    around = {
        "me": request.me,
        "others": request.others,
        "patient": request.me.patient,
        "practice": practice,
        "outside": outside_of(practice),
        "slug": practice.slug,
        "lang": lang_of(),
        "nav": nav,
    }
    return render(request, f"outside/{template}.html", around | context)


def mine(request: HttpRequest, visit_id: int) -> Visit:
    """A visit of this patient; not found for anybody else's."""
    patient: Patient = request.me.patient
    if not Visit.objects.filter(pk=visit_id, patient=patient).exists():
        raise Http404
    return full(visit_id, patient.practice_id)


def seen(request: HttpRequest, what: str, action: str = "read") -> None:
    """Into the trail."""
    note_down_outside(request.me.patient.practice_id, request.me.patient.pk, request.me.who, action, what)


def _number(text: str) -> int:
    """The number of something that was sent, from an address; 0 for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


@for_patient
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """What is ahead, what was, and what there is to read."""
    seen(request, "own pages")
    visits = visits_of(request.me.patient)
    now = timezone.now()
    ahead = [row for row in visits if row.starts_at > now and row.state == Visit.State.BOOKED]
    number = _number(request.GET.get("said", ""))
    said = request.me.patient.feedback.filter(pk=number).first() if number else None
    warnings = warnings_said(said) if said else []
    return page(
        request, "me", "me", ahead=ahead[::-1], past=[row for row in visits if row not in ahead],
        has_account=request.user.is_authenticated, trend=_pains(request.me.patient),
        drawn=[row for row in visits if row.facts.reported.drawing or row.facts.reported.regions][:MOST_DRAWN],
        services=Service.objects.filter(practice_id=request.me.patient.practice_id, active=True).order_by("pk"),
        waits=request.me.patient.waiting.filter(closed_at=None).select_related("service"),
        said=said, warnings=warnings, hours=open_now(request.me.patient.practice) if warnings else None,
    )  # fmt: skip


@for_patient
@require_GET
def bills(request: HttpRequest) -> HttpResponse:
    """What each visit came to, by the codes of what was done: what we expect, before any plan has answered."""
    patient = request.me.patient
    seen(request, "bills")
    text = request.GET.get("after", "")
    start = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    done = Visit.objects.filter(patient=patient, state=Visit.State.DONE).order_by("-starts_at", "-pk")
    rows = list(done[start : start + MOST_BILLS + 1])
    shown = []
    for row in rows[:MOST_BILLS]:
        walked = think(full(row.pk, patient.practice_id)).walked
        shown.append({"visit": row, "found": walked.estimate if walked and not walked.planned else None})
    older = start + MOST_BILLS if len(rows) > MOST_BILLS else None
    insured = is_insured(patient)
    return page(request, "me_bills", "bills", rows=shown, older=older, insured=insured)


@for_patient
@require_POST
def wait(request: HttpRequest) -> HttpResponse:
    """A place in the line for someone who found no time."""
    patient, sent = request.me.patient, request.POST.get("service", "")
    number = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
    service = get_object_or_404(Service, pk=number, practice_id=patient.practice_id, active=True)
    wait_for(
        patient,
        service,
        timezone.localdate() + datetime.timedelta(days=outside_of(patient.practice).days_ahead),
    )
    offer_freed(patient.practice)
    return redirect("me")


@for_patient
@require_GET
def visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """One visit with its papers."""
    row = mine(request, visit_id)
    seen(request, f"visit {visit_id}")
    note_row = shared_notes(request.me.patient).filter(visit_id=visit_id).first()
    treated = any(site.given for site in row.sites.all())
    planned = any(site.planned for site in row.sites.all())
    answers = [
        (load_moments()[check.moment], check)
        for check in CheckIn.objects.filter(visit=row, pain__isnull=False).order_by("due_at")
    ]
    intake = getattr(row, "intake", None)
    return page(
        request, "me_visit", "me", visit=row, note=note_row, treated=treated, planned=planned, answers=answers,
        course=course_after(row), ahead=_is_ahead(row),
        handed_in=intake is not None and intake.handed_in_at is not None, drawn=bool(row.facts.reported.drawing),
    )  # fmt: skip


@for_patient
@require_GET
def booked(request: HttpRequest, visit_id: int) -> HttpResponse:
    """You are booked: what, when, with whom, where, how to prepare, and what to do next."""
    row = mine(request, visit_id)
    if not _is_ahead(row):
        return redirect("me-visit", visit_id)
    seen(request, f"visit {visit_id}")
    warnings = warnings_booked(row) if row.by_patient else []
    hours = open_now(row.practice) if warnings else None
    return page(request, "me_booked", "me", visit=row, ahead=True, warnings=warnings, hours=hours)


def _is_ahead(row: Visit) -> bool:
    return row.state == Visit.State.BOOKED and row.starts_at > timezone.now()


@for_patient
@require_GET
def visit_ics(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The visit as a file for one's calendar."""
    row = mine(request, visit_id)
    url = request.build_absolute_uri(reverse("me-visit", args=[visit_id]))
    response = HttpResponse(calendar_of([row], url), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="visit.ics"'
    return response


@for_patient
@require_POST
def manage(request: HttpRequest, visit_id: int) -> HttpResponse:
    """To where the visit is moved or canceled: the page of its link."""
    row = mine(request, visit_id)
    knock(request, "manage", "60/h")
    _, token = make_link("visit", row.patient, row)
    name = "link-move" if request.POST.get("do") == "move" else "link-visit"
    return redirect(name, token)


@for_patient
@require_http_methods(["GET", "POST"])
def price(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The price of one visit, help with it, and the estimate on paper."""
    row = mine(request, visit_id)
    patient = request.me.patient
    if request.method == "POST" and request.POST.get("do") == "screen":
        people, income = read_household(request.POST.get("people", ""), request.POST.get("income", ""))
        screen(patient, people, income, request.POST.get("insured") == "yes")
        return redirect("me-price", visit_id)
    if request.method == "POST" and request.POST.get("do") == "insurance":
        asked = [load_asked()[name] for name in INSURANCE]
        name_insurance(patient, {row.id: read_answer(row, request.POST.getlist(row.id)) for row in asked})
        return redirect("me-price", visit_id)
    if request.method == "POST":
        knock(request, "estimate", "20/h")
        start_estimate(row, "asked")
        give_estimate(row)
        return redirect("me-price", visit_id)
    seen(request, f"price of visit {visit_id}")
    household = household_of(patient)
    on = timezone.localtime(row.starts_at).date()
    found = quote(row.practice, row.service, row.location, on, patient, household) if row.service else None
    return page(
        request, "me_price", "me", visit=row, quote=found, household=household, help=_help(household),
        given=GivenEstimate.objects.filter(visit=row, given_at__isnull=False).order_by("-pk").first(),
        insured=is_insured(patient), **_insurance(patient),
    )  # fmt: skip


def _insurance(patient: Patient) -> dict[str, Any]:
    """The questions about insurance with what was answered."""
    asked = load_asked()
    told = patient.told_insurance
    kinds = [(option, told.get("kind") == option.id) for option in asked["insurance"].option]
    texts = [(asked[name], told.get(name, "")) for name in INSURANCE[1:]]
    return {"kinds": kinds, "kind_asked": asked["insurance"], "texts": texts, "told": told}


def _help(household: Household | None) -> Any:
    return help_for(household, timezone.localdate()) if household else None


@for_patient
@require_GET
def estimate_pdf(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The newest estimate as it was given."""
    row = GivenEstimate.objects.filter(
        visit_id=visit_id, visit__patient=request.me.patient, given_at__isnull=False
    ).order_by("-pk").first()  # fmt: skip
    if row is None or row.pdf is None:
        raise Http404
    seen(request, f"estimate of visit {visit_id}", "print")
    return _pdf(bytes(row.pdf), f"estimate-{visit_id}.pdf")


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@for_patient
@require_GET
def why(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Why these muscles: the page, or with ?pdf the paper."""
    row = mine(request, visit_id)
    found = why_of(row)
    if "pdf" in request.GET:
        seen(request, f"why of visit {visit_id}", "print")
        return _pdf(why_pdf(found), f"why-{visit_id}.pdf")
    seen(request, f"why of visit {visit_id}")
    return page(request, "me_why", "me", visit=row, why=found)


@for_patient
@require_GET
def aftercare(request: HttpRequest, visit_id: int) -> HttpResponse:
    """What to do after: the page, or with ?pdf the paper."""
    row = mine(request, visit_id)
    sheet = aftercare_of(row)
    if "pdf" in request.GET:
        seen(request, f"aftercare of visit {visit_id}", "print")
        return _pdf(aftercare_pdf(row, sheet), f"aftercare-{visit_id}.pdf")
    seen(request, f"aftercare of visit {visit_id}")
    return page(request, "me_aftercare", "me", visit=row, sheet=sheet)


@for_patient
@require_GET
def note(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The signed note, as a PDF."""
    row = shared_notes(request.me.patient).filter(visit_id=visit_id).first()
    if row is None:
        raise Http404
    seen(request, f"note of visit {visit_id}", "print")
    return _pdf(printed_note(row), f"note-{visit_id}.pdf")


@for_patient
@require_GET
def drawing(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Where it hurt at one visit."""
    row = mine(request, visit_id)
    marks, regions = row.facts.reported.drawing, row.facts.reported.regions
    if not marks and not regions:
        raise Http404
    picture = complaint_picture(
        regions or {"left_temple": 0}, lang=lang_of(), drawing=Drawing(marks) if marks else None
    )
    seen(request, f"drawing of visit {visit_id}")
    return HttpResponse(picture, content_type="image/svg+xml")


def _pains(patient: Patient) -> list[tuple[Any, float, float | None]]:
    """(day, pain before, pain after or None) of each visit and check-in, in order of time."""
    found: list[tuple[Any, float, float | None]] = []
    shown = Visit.objects.filter(patient=patient).select_related("practice")
    for row in shown.order_by("-starts_at", "-pk")[:MOST_TREND]:
        if row.facts.reported.pain_now is not None:
            found.append((row.day, float(row.facts.reported.pain_now), row.facts.observed.pain_after))
    checks = CheckIn.objects.filter(visit__patient=patient, pain__isnull=False).order_by("-answered_at")
    for check in checks[:MOST_TREND]:
        found.append((check.answered_at.date(), float(check.pain), None))
    return sorted(found, key=lambda row: row[0])


@for_patient
@require_GET
def trend(request: HttpRequest) -> HttpResponse:
    """Pain over time."""
    return HttpResponse(
        pain_chart(_pains(request.me.patient), "dark" in request.GET, lang_of()), content_type="image/svg+xml"
    )


@for_patient
@require_http_methods(["GET", "POST"])
def messages(request: HttpRequest) -> HttpResponse:
    """Words with the practice: what warns in them is answered at once, the rest by a day that the hours allow."""
    patient = request.me.patient
    if request.method == "POST":
        row = write_to_practice(patient, request.me.who, request.POST.get("text", ""))
        return redirect(f"{reverse('me-messages')}?sent={row.pk}")
    seen(request, "messages")
    number = _number(request.GET.get("sent", ""))
    sent = patient.messages.filter(pk=number, by=None).first()
    return page(
        request, "me_messages", "messages", words=words_with(patient), sent=sent,
        warnings=warnings_in(sent) if sent else [], hours=open_now(patient.practice),
        answer_by=answer_by(patient.practice),
    )  # fmt: skip


@for_patient
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Who else may see and help. Only the patient decides, never a proxy."""
    patient = request.me.patient
    if request.method == "POST":
        if request.me.who != "patient":
            raise Http404
        knock(request, "proxy", "10/h")
        ended = request.POST.get("end", "")
        if ended.isascii() and ended.isdigit():
            end_access(patient, int(ended[:9]))
        else:
            invite(patient, request.POST.get("email", ""), request.POST.get("named", ""))
        return redirect("me-people")
    rows = patient.accesses.filter(relation="proxy", ended_at=None).select_related("user")
    return page(request, "me_people", "settings", rows=rows)


@for_patient
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """How to be reached, what makes a visit easier, the language."""
    patient = request.me.patient
    options = [option for option in load_asked()["needs"].option if option.id != "none"]
    if request.method == "POST":
        for channel in ("email", "sms") if site.SMS_URL else ("email",):
            yes = channel in request.POST
            if wanted(patient, channel) is not yes:
                choose(patient, channel, yes, "link")
        known = {option.id for option in options}
        patient.needs = [need for need in request.POST.getlist("needs") if need in known]
        patient.language = "es" if request.POST.get("language") == "es" else "en"
        zone = request.POST.get("timezone", "")
        patient.timezone = zone if zone in ZONES else ""
        patient.save(update_fields=["needs", "language", "timezone"])
        seen(request, "settings", "write")
        return redirect("me-settings")
    return page(
        request,
        "me_settings",
        "settings",
        options=options,
        email=wanted(patient, "email"),
        sms=wanted(patient, "sms"),
        texts=bool(site.SMS_URL),
        zones=ZONES.items(),
    )


@for_patient
@require_POST
def account(request: HttpRequest) -> HttpResponse:
    """An account for someone who wants one: from now on a code by email, or a passkey, opens these pages.

    Who came in with a code to this very address has proved it: the account opens at once.
    """
    patient = request.me.patient
    proved = proved_address(request, patient).casefold() == patient.email.casefold() != ""
    user = open_account(patient, proved)
    if not proved:
        return redirect("account_request_login_code")
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect(f"{reverse('me-settings')}?account")


@for_patient
@require_POST
def complain(request: HttpRequest) -> HttpResponse:
    """Praise, an idea or a complaint from someone who is known."""
    patient = request.me.patient
    sent = request.POST
    row = say(patient.practice, sent.get("kind", ""), sent.get("text", ""), "", lang_of(), patient)
    return redirect(f"{reverse('me')}?said={row.pk}")


@for_patient
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Another of the patients whom one may see."""
    asked = request.POST.get("patient", "")
    if asked in {str(me.patient.pk) for me in seen_by(request)}:
        request.session[CHOSEN] = int(asked)
    return redirect("me")


@for_patient
@require_GET
def access(request: HttpRequest) -> HttpResponse:
    """Who opened this record (45 CFR 164.528 asks for less: only disclosures)."""
    shown = by_page(request, of_patient(request.me.patient))
    seen(request, "access log")
    return page(request, "me_access", "settings", **shown)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget this browser's proof, and sign out of an account of a patient or helper."""
    let_out(request)
    if request.user.is_authenticated and request.staff is None:
        logout(request)
    return redirect("home")


@for_patient
@require_GET
def bundle(request: HttpRequest) -> HttpResponse:
    """Everything, as FHIR R4."""
    seen(request, "everything (FHIR)", "print")
    response = JsonResponse(
        bundle_of(request.me.patient, timezone.now()), content_type="application/fhir+json"
    )
    response["Content-Disposition"] = 'attachment; filename="my-data.fhir.json"'
    return response


@for_patient
@require_GET
def everything(request: HttpRequest) -> HttpResponse:
    """Everything, as a PDF."""
    patient = request.me.patient
    seen(request, "everything (PDF)", "print")
    return _pdf(my_data_pdf(patient, lang_of()), "my-data.pdf")
