"""The practice's side of its patients' side: what is offered, what is told, what goes out, what is handed over."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from needlepoint.base.refusal import Fault, Refused
from needlepoint.documents.leaflets import load_sections
from needlepoint.guard.audit.log import note_down
from needlepoint.guard.roles import allowed
from needlepoint.outcomes import load_moments
from needlepoint.pages.public_site.booking import days_of, read_day, read_time, search
from needlepoint.pages.read import read_day as day_of
from needlepoint.pages.requests import StaffRequest
from needlepoint.records.billing.prices import due_estimates
from needlepoint.records.models import (
    Closed,
    Feedback,
    Location,
    Opening,
    Outgoing,
    OwnWords,
    Patient,
    Picture,
    Service,
    Staff,
    Visit,
    Waiting,
)
from needlepoint.records.patients.feedback import answer_feedback
from needlepoint.records.portal.handouts import aftercare_of, aftercare_pdf, why_of, why_pdf
from needlepoint.records.schedule.booking import book, find_slot, warn_desk
from needlepoint.records.settings.public_settings import outside_of
from needlepoint.records.settings.public_site import (
    add_closed,
    add_opening,
    add_service,
    decide_doubtful,
    end_closed,
    end_opening,
    give_code,
    set_outside,
    set_service,
    set_slug,
    set_words,
)
from needlepoint.records.settings.public_site import reply as write_reply
from needlepoint.records.settings.public_site import withhold as keep_back
from needlepoint.records.visit.episode_from_rows import full

__all__ = [
    "aftercare_paper", "book_for", "card", "hand_over", "post", "reply", "settings", "why_paper", "withhold", "words",
]  # fmt: skip

MOST_SHOWN = 60


def _number(text: str, name: str = "id") -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused(Fault(name, repr(text[:20]), "a number"))
    return int(text)


def _time(text: str, name: str) -> datetime.time:
    try:
        return datetime.time.fromisoformat(text)
    except ValueError:
        raise Refused(Fault(name, repr(text[:20]), "a time such as 08:30")) from None


@allowed("settings")
@require_http_methods(["GET", "POST"])
def settings(request: StaffRequest) -> HttpResponse:
    """What patients can book, when, and how they are reached."""
    if request.method == "POST":
        _set(request)
        return redirect("settings-outside")
    practice = request.staff.practice
    people = Staff.objects.filter(practice=practice, active=True).exclude(profession="").order_by("pk")
    context = {
        "nav": "settings",
        "practice": practice,
        "rules": outside_of(practice),
        "moments": load_moments().values(),
        "services": Service.objects.filter(practice=practice).order_by("-active", "pk"),
        "people": people,
        "places": Location.objects.filter(practice=practice).order_by("pk"),
        "openings": Opening.objects.filter(staff__practice=practice)
        .select_related("staff", "location")
        .order_by("staff__pk", "weekday", "begins"),
        "closed": Closed.objects.filter(practice=practice, last__gte=timezone.localdate())
        .select_related("staff")
        .order_by("first"),
        "week": [(n, datetime.date(2026, 1, 5 + n)) for n in range(7)],
        "sections": load_sections().values(),
    }
    return render(request, "pages/outside_settings.html", context)


def _set(request: StaffRequest) -> None:
    """One part of the page."""
    sent, staff = request.POST, request.staff
    match sent.get("do"):
        case "address":
            set_slug(staff, sent.get("slug", ""))
            set_outside(staff, phone=sent.get("phone", "")[:20], email=sent.get("email", "")[:254])
        case "asking":
            quiet = [str(_time(sent.get(name, ""), name)) for name in ("quiet_from", "quiet_to")]
            moments = [id_ for id_ in load_moments() if id_ in sent.getlist("moments")]
            numbers = {
                name: _number(sent.get(name, ""), name)
                for name in ("notice_hours", "days_ahead", "remind_hours", "offer_minutes")
            }
            set_outside(staff, quiet=quiet, moments=moments, **numbers)
        case "service":
            codes = [code.strip().upper() for code in sent.get("codes", "").replace(",", " ").split()]
            minutes = _number(sent.get("minutes", ""), "minutes")
            add_service(
                staff, sent.get("en", ""), sent.get("es", ""), minutes, sent.get("technique", ""), codes
            )
        case "offer" | "withdraw":
            set_service(staff, _number(sent.get("service", "")), sent["do"] == "offer")
        case "opening":
            begins, ends = _time(sent.get("begins", ""), "begins"), _time(sent.get("ends", ""), "ends")
            person, place = _number(sent.get("staff", "")), _number(sent.get("location", ""))
            for weekday in sent.getlist("weekday"):
                add_opening(staff, person, place, _number(weekday), begins, ends)
        case "end-opening":
            end_opening(staff, _number(sent.get("opening", "")))
        case "closed":
            first = day_of(sent.get("first", ""), "first")
            last = day_of(sent.get("last") or sent.get("first", ""), "last")
            person_id = _number(sent["staff"]) if sent.get("staff") else None
            add_closed(staff, person_id, first, last, sent.get("reason", ""))
        case "end-closed":
            end_closed(staff, _number(sent.get("closed", "")))
        case _:
            raise Refused(Fault("do", repr(sent.get("do")), "one of the buttons of this page"))


@allowed("settings")
@require_http_methods(["GET", "POST"])
def words(request: StaffRequest) -> HttpResponse:
    """The public site in the practice's own words, section by section."""
    section = request.GET.get("section", "what")
    lang = "es" if request.GET.get("lang") == "es" else "en"
    if section not in load_sections():
        raise Http404
    if request.method == "POST":
        sent = request.POST
        set_words(request.staff, section, lang, sent.get("title", ""), sent.get("text", ""), "shown" in sent)
        return redirect(f"{request.path}?section={section}&lang={lang}")
    rows = OwnWords.objects.filter(practice=request.staff.practice, section=section, language=lang)
    context = {
        "nav": "settings",
        "sections": load_sections().values(),
        "ours": load_sections()[section],
        "text": getattr(load_sections()[section], lang),
        "title": getattr(load_sections()[section], f"title_{lang}"),
        "own": rows.select_related("by").order_by("-at", "-pk").first(),
        "section": section,
        "tongue": lang,
    }
    return render(request, "pages/words.html", context)


@allowed("desk")
@require_http_methods(["GET", "POST"])
def post(request: StaffRequest) -> HttpResponse:
    """What waits for the desk: messages that did not go out, people who wait, estimates that are due, feedback."""
    practice = request.staff.practice
    if request.method == "POST":
        sent = request.POST
        if sent.get("answer") is not None:
            answer_feedback(request.staff, _number(sent.get("feedback", "")), sent["answer"])
        else:
            decide_doubtful(request.staff, _number(sent.get("message", "")), sent.get("do") == "again")
        return redirect("post")
    rows = Outgoing.objects.filter(practice=practice).select_related("patient")
    waiting = Waiting.objects.filter(practice=practice, closed_at=None)
    feedback = Feedback.objects.filter(practice=practice)
    context = {
        "nav": "post",
        "troubled": rows.filter(state__in=("doubtful", "failed")).order_by("-due_at")[:MOST_SHOWN],
        "queued": rows.filter(state="queued").order_by("due_at")[:MOST_SHOWN],
        "waiting": waiting.select_related("patient", "service").order_by("made_at")[:MOST_SHOWN],
        "estimates": due_estimates(practice)[:MOST_SHOWN],
        "feedback": feedback.select_related("patient", "answered_by").order_by("-at")[:MOST_SHOWN],
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "pages/post.html", context)


@allowed("desk")
@require_http_methods(["GET", "POST"])
def book_for(request: StaffRequest, patient_id: int) -> HttpResponse:
    """A time for a patient who is on the phone: the same times that they see themselves."""
    patient = get_object_or_404(Patient, pk=patient_id, practice_id=request.staff.practice_id)
    practice = request.staff.practice
    services = list(Service.objects.filter(practice=practice, active=True).order_by("pk"))
    asked = request.POST.get("service") or request.GET.get("service") or ""
    service = next((row for row in services if str(row.pk) == asked), services[0] if services else None)
    if request.method == "POST" and service is not None:
        person, _sep, at = request.POST.get("slot", "").partition("-")
        slot = find_slot(practice, service, _number(person), read_time(at))
        visit = book(request.staff, patient, service, slot, request.POST.get("reason", ""))
        for title in warn_desk(visit):
            messages.error(request, title)
        return redirect("patient", patient.pk)
    slots, after = (
        search(practice, service, read_day(request.GET.get("from", "")), None) if service else ([], None)
    )
    context = {
        "patient": patient,
        "services": services,
        "service": service,
        "days": days_of(slots),
        "after": after,
    }
    return render(request, "pages/book.html", context | {"nav": "patients"})


@allowed("desk")
@require_POST
def reply(request: StaffRequest, patient_id: int) -> HttpResponse:
    """A word to the patient."""
    patient = get_object_or_404(Patient, pk=patient_id, practice_id=request.staff.practice_id)
    write_reply(request.staff, patient, request.POST.get("text", ""))
    return redirect("patient", patient.pk)


@allowed("receive")
@require_POST
def hand_over(request: StaffRequest, visit_id: int) -> HttpResponse:
    """An address and a code for the patient who stands here."""
    visit = get_object_or_404(
        Visit.objects.select_related("patient"), pk=visit_id, practice_id=request.staff.practice_id
    )
    url, code = give_code(request.staff, visit)
    context: dict[str, Any] = {
        "visit": visit,
        "patient": visit.patient,
        "url": url,
        "code": code,
        "nav": "today",
    }
    return render(request, "pages/hand_over.html", context)


@allowed("sign")
@require_POST
def withhold(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Keep a note from the patient, or share it again."""
    keep_back(request.staff, visit_id, request.POST.get("why", ""))
    return redirect("visit", visit_id)


def _paper(request: StaffRequest, visit: Visit, data: bytes, name: str) -> HttpResponse:
    note_down(request.staff, "print", f"{name} of visit {visit.pk}", visit.patient_id)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}-{visit.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@allowed("chart")
@require_GET
def why_paper(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The page that says why, for printing."""
    visit = full(visit_id, request.staff.practice_id)
    return _paper(request, visit, why_pdf(why_of(visit)), "why")


@allowed("chart")
@require_GET
def aftercare_paper(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The aftercare sheet, for printing."""
    visit = full(visit_id, request.staff.practice_id)
    return _paper(request, visit, aftercare_pdf(visit, aftercare_of(visit)), "aftercare")


@allowed("desk")
@require_GET
def card(request: StaffRequest, picture_id: int) -> HttpResponse:
    """A photo of an insurance card."""
    row = get_object_or_404(Picture, pk=picture_id, patient__practice_id=request.staff.practice_id)
    note_down(request.staff, "read", f"picture {row.pk}", row.patient_id)
    response = HttpResponse(bytes(row.jpeg), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
