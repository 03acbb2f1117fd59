"""Signed papers: the same bytes, with their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from needlepoint.anatomy.drawing import Drawing
from needlepoint.anatomy.picture import complaint_picture
from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import allowed
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.visit.content.board import lang_of
from needlepoint.pages.visit.content.changes import Names, words_of_change
from needlepoint.records.models import Consent, Location, Note, Staff, Visit, VisitChange
from needlepoint.records.notes.integrity import check_consent
from needlepoint.records.notes.printed import printed_note

__all__ = ["consent_pdf", "drawing", "note_pdf", "pdf_answer", "versions"]

MOST_SHOWN = 200


def pdf_answer(data: bytes, name: str, sha256: str) -> HttpResponse:
    """Return a PDF that no cache keeps, with its hash as the tag."""
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["ETag"] = f'"{sha256}"'
    response["Cache-Control"] = "private, no-store"
    return response


@allowed("chart")
@require_GET
def note_pdf(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The signed note with its addenda."""
    note = Note.objects.select_related("visit__practice", "visit__patient", "signed_by").get(
        visit_id=visit_id, visit__practice_id=request.staff.practice_id
    )
    record_audit(request.staff, "print", f"note of visit {visit_id}", note.visit.patient_id)
    paper = printed_note(note)
    return pdf_answer(paper, f"note-{visit_id}.pdf", hashlib.sha256(paper).hexdigest())


@allowed("chart")
@require_GET
def consent_pdf(request: StaffRequest, consent_id: int) -> HttpResponse:
    """A signed consent."""
    found = Consent.objects.select_related("visit").get(
        pk=consent_id, visit__practice_id=request.staff.practice_id
    )
    record_audit(request.staff, "print", f"consent {consent_id}", found.visit.patient_id)
    check_consent(found)
    return pdf_answer(bytes(found.pdf), f"consent-{consent_id}.pdf", found.sha256)


@allowed("chart")
@require_GET
def drawing(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The drawing of one visit."""
    visit = Visit.objects.get(pk=visit_id, practice_id=request.staff.practice_id)
    reported = visit.facts.reported
    marks, regions = reported.drawing, reported.regions
    if not marks and not regions:
        return HttpResponse(status=404)
    record_audit(request.staff, "read", f"drawing of visit {visit_id}", visit.patient_id)
    drawn = Drawing(marks) if marks else None
    picture = complaint_picture(regions or {"left_temple": 0}, lang=lang_of(), drawing=drawn)
    response = HttpResponse(picture, content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=600"
    return response


@allowed("chart")
@require_GET
def versions(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The change history of a visit, newest first: who, when, before and after."""
    visit = Visit.objects.select_related("patient").get(pk=visit_id, practice_id=request.staff.practice_id)
    record_audit(request.staff, "read", f"versions of visit {visit_id}", visit.patient_id)
    changes = list(visit.changes.select_related("staff").order_by("-version")[:MOST_SHOWN])
    names = _names(request.staff, changes, lang_of())
    rows = [{"change": row, "said": words_of_change(row, names)} for row in changes]
    return render(request, "pages/versions.html", {"visit": visit, "patient": visit.patient, "rows": rows})


def _names(staff: Staff, changes: Sequence[VisitChange], lang: str) -> Names:
    """Return the names of the practice's clinicians and locations if a change mentions one."""
    changed = {part.where for row in changes for part in row.before or ()}
    clinicians, locations = Staff.objects.none(), Location.objects.none()
    if changed & {"clinician", "place"}:
        clinicians = Staff.objects.filter(practice_id=staff.practice_id)
        locations = Location.objects.filter(practice_id=staff.practice_id)
    return Names(dict(clinicians.values_list("pk", "name")), dict(locations.values_list("pk", "name")), lang)
