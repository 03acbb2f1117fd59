"""Online booking and the work queue: what is offered, said and sent to patients."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from needlepoint.documents.leaflets import load_sections
from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import allowed
from needlepoint.outcomes import load_moments
from needlepoint.pages.forms import checked
from needlepoint.pages.patients.forms import ReplyForm
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.settings.public_forms import (
    ACTS,
    ActForm,
    FeedbackReplyForm,
    OutgoingForm,
    SiteTextForm,
    WithholdForm,
    WordsPageForm,
)
from needlepoint.records.billing.prices import due_estimates
from needlepoint.records.models import (
    Availability,
    Feedback,
    Location,
    OutboxMessage,
    OwnWords,
    Patient,
    Picture,
    Staff,
    TimeOff,
    Visit,
    VisitType,
    WaitlistEntry,
)
from needlepoint.records.patients.feedback import answer_feedback
from needlepoint.records.portal.handouts import aftercare_of, aftercare_pdf, why_of, why_pdf
from needlepoint.records.settings.public_settings import outside_of
from needlepoint.records.settings.public_site import (
    decide_doubtful,
    give_code,
    set_words,
)
from needlepoint.records.settings.public_site import reply as write_reply
from needlepoint.records.settings.public_site import withhold as keep_back
from needlepoint.records.visit.episode_from_rows import full

__all__ = [
    "aftercare_paper", "card", "hand_over", "post", "reply", "settings", "why_paper", "withhold", "words",
]  # fmt: skip

MOST_SHOWN = 60


@allowed("settings")
@require_http_methods(["GET", "POST"])
def settings(request: StaffRequest) -> HttpResponse:
    """What patients can book, when, and how they are contacted."""
    if request.method == "POST":
        form = ACTS.get(request.POST.get("do", ""), ActForm)(request.POST)
        checked(form).carry_out(request.staff)
        return redirect("settings-outside")
    practice = request.staff.practice
    people = Staff.objects.filter(practice=practice, active=True).exclude(profession="").order_by("pk")
    context = {
        "nav": "settings",
        "practice": practice,
        "rules": outside_of(practice),
        "moments": load_moments().values(),
        "services": VisitType.objects.filter(practice=practice).order_by("-active", "pk"),
        "people": people,
        "places": Location.objects.in_use().filter(practice=practice).order_by("pk"),
        "openings": Availability.objects.filter(staff__practice=practice)
        .select_related("staff", "location")
        .order_by("staff__pk", "weekday", "begins"),
        "closed": TimeOff.objects.filter(practice=practice, last__gte=timezone.localdate())
        .select_related("staff")
        .order_by("first"),
        "week": [(n, datetime.date(2026, 1, 5 + n)) for n in range(7)],
        "sections": load_sections().values(),
    }
    return render(request, "pages/outside_settings.html", context)


@allowed("settings")
@require_http_methods(["GET", "POST"])
def words(request: StaffRequest) -> HttpResponse:
    """The public site in the practice's own words, section by section."""
    section, lang = WordsPageForm(request.GET).chosen()
    if section not in load_sections():
        raise Http404
    if request.method == "POST":
        sent = checked(SiteTextForm(request.POST)).cleaned_data
        set_words(request.staff, section, lang, sent["title"], sent["text"], sent["shown"])
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
    """The work queue: undelivered messages, the waitlist, estimates due, feedback."""
    practice = request.staff.practice
    if request.method == "POST":
        if "answer" in request.POST:
            sent = checked(FeedbackReplyForm(request.POST)).cleaned_data
            answer_feedback(request.staff, sent["feedback"], sent["answer"])
        else:
            sent = checked(OutgoingForm(request.POST)).cleaned_data
            decide_doubtful(request.staff, sent["message"], sent["do"] == "again")
        return redirect("post")
    rows = OutboxMessage.objects.filter(practice=practice).select_related("patient")
    waiting = WaitlistEntry.objects.filter(practice=practice, closed_at=None)
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
@require_POST
def reply(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Send a message to the patient."""
    patient = get_object_or_404(Patient, pk=patient_id, practice_id=request.staff.practice_id)
    write_reply(request.staff, patient, checked(ReplyForm(request.POST)).cleaned_data["text"])
    return redirect("patient", patient.pk)


@allowed("receive")
@require_POST
def hand_over(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Open the intake on the tablet, with an address and a code, for the patient at the desk."""
    visit = get_object_or_404(
        Visit.objects.select_related("patient"), pk=visit_id, practice_id=request.staff.practice_id
    )
    url, code = give_code(request.staff, visit)
    context: dict[str, object] = {
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
    """Withhold a note from the patient, or share it again."""
    keep_back(request.staff, visit_id, checked(WithholdForm(request.POST)).cleaned_data["why"])
    return redirect("visit", visit_id)


def _paper(request: StaffRequest, visit: Visit, data: bytes, name: str) -> HttpResponse:
    record_audit(request.staff, "print", f"{name} of visit {visit.pk}", visit.patient_id)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}-{visit.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@allowed("chart")
@require_GET
def why_paper(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The page of why these muscles, for printing."""
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
    record_audit(request.staff, "read", f"picture {row.pk}", row.patient_id)
    response = HttpResponse(bytes(row.jpeg), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
