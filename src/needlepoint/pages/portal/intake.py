"""The intake at home, section by section; each answer is kept as it is given, on any device that has the code.

The server judges what was told before it shows the next page: a warning stands in between until it was read.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from needlepoint.anatomy.load import load_regions
from needlepoint.base.refusal import Fault, Refused
from needlepoint.documents.leaflets.questions import SECTIONS, contradicts, load_asked
from needlepoint.pages.portal.page import mine, page, seen
from needlepoint.pages.portal.patient_access import for_intake
from needlepoint.pages.public_site.public_access import knock
from needlepoint.pages.requests import PatientRequest
from needlepoint.pages.visit.board_context import lang_of
from needlepoint.records.models import Intake, Patient, Picture, Visit
from needlepoint.records.outbox.queue import wanted
from needlepoint.records.patients.pictures import keep_picture
from needlepoint.records.patients.warning_signs import (
    checklist,
    painful_places,
    read_warnings,
    screen_words,
    standing,
    unread,
)
from needlepoint.records.portal.access import is_lent, let_out
from needlepoint.records.portal.intake import (
    answer,
    choose_ways,
    hand_in,
    in_order,
    intake_of,
    questions_of,
    read_marks,
    set_signs,
    set_where,
    signs_open,
)
from needlepoint.records.schedule.hours import open_now
from needlepoint.records.settings.public_settings import outside_of
from needlepoint.records.settings.public_site import is_ahead
from needlepoint.treatment.lists.names import known_names
from needlepoint.visit.facts import State
from needlepoint.visit.states import BEFORE_ROOM

__all__ = ["begin", "card", "finish", "flags", "names", "section", "warning"]

MOST_NAMES = 8


def _visit(request: PatientRequest, visit_id: int) -> Visit:
    """A visit of this patient; on a lent tablet only one that is ahead."""
    row = mine(request, visit_id)
    if is_lent(request) and not is_ahead(row):
        raise Http404
    return row


def _open(request: PatientRequest, visit_id: int) -> tuple[Visit, Intake]:
    row = _visit(request, visit_id)
    return row, intake_of(row)


@for_intake
@require_GET
def begin(request: PatientRequest, visit_id: int) -> HttpResponse:
    """Where one left off: a warning that was not read, else the first section with something open."""
    row, intake = _open(request, visit_id)
    if intake.handed_in_at is not None or State(row.state) not in BEFORE_ROOM:
        return redirect("intake", visit_id, "done")
    if unread(intake):
        return redirect("intake-warning", visit_id)
    if not painful_places(row):
        return redirect("intake", visit_id, "where")
    if signs_open(row, intake):
        return redirect("intake", visit_id, "signs")
    for name in ("story", "health", "before"):
        if any(q.kind != "text" and q.id not in intake.answers for q in questions_of(name, intake, row)):
            return redirect("intake", visit_id, name)
    return redirect("intake", visit_id, "contact")


@for_intake
@require_http_methods(["GET", "POST"])
def section(request: PatientRequest, visit_id: int, name: str) -> HttpResponse:
    """One section: shown, or kept. Kept by itself (htmx) nothing else changes; with the button one goes on."""
    row, intake = _open(request, visit_id)
    if request.method == "GET":
        seen(request, f"intake of visit {visit_id}: {name}")
    if name == "done":
        if unread(intake):
            return redirect("intake-warning", visit_id)
        lent = is_lent(request)
        shown = page(
            request, "intake_done", "me", visit=row, intake=intake, lent=lent, warnings=standing(intake),
            hours=open_now(row.practice),
        )  # fmt: skip
        if lent:
            let_out(request)
        return shown
    if name not in SECTIONS:
        raise Http404
    if request.method == "POST":
        if in_order(row, name, request.POST.get("page", ""), request.POST.get("seq", "")):
            try:
                _keep(request, row, name)
            except Refused as refusal:
                if name != "signs" or request.htmx or refusal.faults[0].where not in ("both", "signs"):
                    raise
                return _signs_page(request, row, intake, refusal.faults[0].where)
        row, intake = _open(request, visit_id)
        if not request.htmx:
            return _next(request, row, intake, name)
        if name in ("where", "signs"):
            return HttpResponse(status=204)
        context = _context(row, intake, name)
        # As long as the same things are asked, the page stays as it is: nothing that is being typed is disturbed.
        if request.POST.get("shape") == context["shape"]:
            return HttpResponse(status=204)
        return render(request, "outside/_questions.html", context)
    if unread(intake, until=name):
        return redirect("intake-warning", visit_id)
    if name == "signs":
        return _signs_page(request, row, intake)
    if name == "where":
        return page(request, "intake_where", "me", **_around(row, name), **_where(row))
    return page(request, "intake_section", "me", **(_around(row, name) | _context(row, intake, name)))


def _signs_page(request: PatientRequest, row: Visit, intake: Intake, fault: str = "") -> HttpResponse:
    """The checklist of warning signs with what was checked; `fault`: why it is asked again."""
    sent = request.POST.getlist("signs") if request.method == "POST" else None
    given = sent if sent is not None else (intake.answers.get("signs") or [])
    none = "none" in given or (sent is None and intake.answers.get("signs") == [])
    signs = [(row_.flag, row_.check, row_.flag in given) for row_ in checklist(row)]
    shown = page(request, "intake_signs", "me", **_around(row, "signs"), signs=signs, none=none, fault=fault)
    shown.status_code = 422 if fault else 200
    return shown


@for_intake
@require_http_methods(["GET", "POST"])
def warning(request: PatientRequest, visit_id: int) -> HttpResponse:
    """Every warning that was found, with what to do; only with the button that it was read one goes on."""
    row, intake = _open(request, visit_id)
    if request.method == "POST":
        with transaction.atomic():
            after = read_warnings(row, request.me.who, lang_of(), request.POST.getlist("flag"))
        intake.refresh_from_db()
        if unread(intake) or after is None:
            return redirect("intake-warning", visit_id)
        return redirect("intake", visit_id, _after(intake, after))
    rows = standing(intake)
    if not rows:
        return redirect("intake-begin", visit_id)
    back = min((row_["section"] for row_ in rows), key=SECTIONS.index)
    return page(
        request, "intake_warning", "me", visit=row, warnings=rows, hours=open_now(row.practice), back=back,
        lent=is_lent(request), unread=bool(unread(intake)),
    )  # fmt: skip


def _after(intake: Intake, name: str) -> str:
    """The section behind the one that raised the warning; the last page where everything is handed in."""
    return "done" if intake.handed_in_at is not None else SECTIONS[SECTIONS.index(name) + 1]


def _around(row: Visit, name: str) -> dict[str, Any]:
    at = SECTIONS.index(name)
    before = SECTIONS[at - 1] if at else None
    return {
        "page": get_random_string(12),
        "visit": row,
        "section": name,
        "step": at + 1,
        "steps": len(SECTIONS),
        "before": before,
    }


def _where(row: Visit) -> dict[str, Any]:
    """The drawing and the list of places, by body area: (area, [(name, [(region id, side, whether it hurts)])])."""
    chosen, lang = row.facts.reported.regions, lang_of()
    areas: dict[str, list[tuple[str, list[tuple[str, str, bool]]]]] = {}
    for region in load_regions().values():
        sides = ("left", "right") if region.paired else ("mid",)
        ids = [(f"{side}_{region.id}", side, f"{side}_{region.id}" in chosen) for side in sides]
        areas.setdefault(region.body_area, []).append((getattr(region, lang), ids))
    return {
        "marks": msgspec.json.encode(row.facts.reported.drawing).decode(),
        "areas": [(area, rows, any(on for _, ids in rows for *_, on in ids)) for area, rows in areas.items()],
        "listed": bool(chosen),
        "scale": range(11),
    }


def _context(row: Visit, intake: Intake, name: str) -> dict[str, Any]:
    """The questions of a section with what was answered."""
    answers, lang = intake.answers, lang_of()
    shown = [
        {
            "row": question,
            "words": getattr(question, lang),
            "options": [
                {
                    "id": option.id,
                    "words": getattr(option, lang),
                    "on": _on(answers.get(question.id), option.id),
                }
                for option in question.option
            ],
            "value": answers.get(question.id),
        }
        for question in questions_of(name, intake, row)
    ]
    found: dict[str, Any] = {"visit": row, "section": name, "questions": shown, "intake": intake}
    if name == "before":
        tried = {option.id: option for option in load_asked()["tried"].option}
        found["care"] = [
            {"id": id_, "words": getattr(tried[id_], lang), "row": care}
            for id_, care in (answers.get("care") or {}).items()
        ]
    lists = [f"{q['row'].id}={len(q['value'] or ())}" for q in shown if q["row"].kind == "list"]
    cares = [item["id"] for item in found.get("care", ())]
    found["shape"] = ",".join([*(q["row"].id for q in shown), *lists, *cares])
    if name == "contact":
        found |= _contact(row.patient)
    if name == "story":
        found["warnings"] = [w for w in standing(intake) if w["section"] == "story"]
    return found


def _on(given: Any, id_: str) -> bool:
    return id_ in given if isinstance(given, list) else given == id_


def _contact(patient: Patient) -> dict[str, Any]:
    kept = Picture.objects.filter(patient=patient, voided_at=None).values_list("kind", flat=True)
    return {
        "patient": patient,
        "email": wanted(patient, "email"),
        "sms": wanted(patient, "sms"),
        "texts": bool(settings.SMS_URL),
        "cards": set(kept),
    }


def _keep(request: PatientRequest, row: Visit, name: str) -> None:
    """What was sent into the intake; Refused for what cannot be kept."""
    sent = request.POST
    if name == "signs":
        set_signs(row, sent.getlist("signs"))
        return
    if name == "where":
        marks = read_marks(sent.get("marks") or "[]")
        pain = (_number(sent.get("now", "")), _number(sent.get("worst", "")))
        set_where(row, marks, *pain, places=sent.getlist("place") if "listed" in sent else None)
        return
    # A box that was unchecked is not sent at all: of what the page asked, nothing sent means no answer.
    asked = [q.id for q in questions_of(name, intake_of(row), row) if q.kind in ("some", "list")]
    answer(row, {name_: [] for name_ in asked} | dict(sent.lists()))
    if name == "contact" and "ways" in sent:
        choose_ways(row, "email" in sent, "sms" in sent and bool(settings.SMS_URL))


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise Refused(Fault("pain", repr(text[:20]), "from 0 to 10"))
    return int(text)


def _next(request: PatientRequest, row: Visit, intake: Intake, name: str) -> HttpResponse:
    """On to the next section: past a warning only when it was read, past an open question not at all."""
    if unread(intake):
        return redirect("intake-warning", row.pk)
    if name == "where" and row.facts.reported.pain_now is None:
        return redirect(f"/me/visits/{row.pk}/intake/where/?open=now")
    open_ = [q for q in questions_of(name, intake, row) if q.kind != "text" and q.id not in intake.answers]
    if open_ and name != "contact":
        why = "both" if contradicts(request.POST.getlist(open_[0].id)) else "open"
        return redirect(f"/me/visits/{row.pk}/intake/{name}/?{why}={open_[0].id}#q-{open_[0].id}")
    at = SECTIONS.index(name)
    if at + 1 < len(SECTIONS):
        return redirect("intake", row.pk, SECTIONS[at + 1])
    hand_in(row)
    return redirect("intake", row.pk, "done")


@for_intake
@require_POST
def flags(request: PatientRequest, visit_id: int) -> HttpResponse:
    """What is being typed, screened: what must not wait is said at once, without naming a disease."""
    row = _visit(request, visit_id)
    text, on = request.POST.get("words", "")[:5000], row.starts_at.date()
    found = screen_words(row.patient, text, on, painful_places(row))
    return render(request, "outside/_flags.html", {"warnings": found, "outside": outside_of(row.practice)})


@for_intake
@require_GET
def names(request: PatientRequest, visit_id: int, kind: str) -> HttpResponse:
    """Names of medicines or allergens that begin with what is typed."""
    _visit(request, visit_id)
    typed = request.GET.get("q", "").strip()[:60]
    of = {"medicines": "medicine", "allergies": "allergy"}.get(kind)
    if of is None:
        raise Http404
    found = known_names(of, typed)[:MOST_NAMES] if len(typed) >= 2 else []
    return render(request, "outside/_names.html", {"names": found, "kind": kind})


@for_intake
@require_POST
def card(request: PatientRequest, visit_id: int) -> HttpResponse:
    """A photo of the insurance card."""
    row = _visit(request, visit_id)
    knock(request, "card", "30/h")
    file = request.FILES.get("photo")
    if file is None:
        raise Refused(Fault("photo", "nothing", "a photo of the card", "Choose or take a photo first."))
    keep_picture(row.patient, request.POST.get("kind", ""), file)
    return redirect("intake", visit_id, "contact")


@for_intake
@require_POST
def finish(request: PatientRequest, visit_id: int) -> HttpResponse:
    """Hand it in, unless a warning was not read yet."""
    row, intake = _open(request, visit_id)
    if unread(intake):
        return redirect("intake-warning", visit_id)
    hand_in(row)
    return redirect("intake", visit_id, "done")
