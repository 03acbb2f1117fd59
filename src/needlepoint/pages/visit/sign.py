"""Signing: the patient's consent, the clinician's note, and addenda."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from needlepoint.base.refusal import NotPossible, Refused
from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import allowed
from needlepoint.guard.sign_in.again import sign_again_before
from needlepoint.pages.forms import checked
from needlepoint.pages.refusals import add_refusal
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.visit.content.board import board_page
from needlepoint.pages.visit.forms.board import VersionForm
from needlepoint.pages.visit.forms.session import AddendumForm, ConsentForm
from needlepoint.records.models import Note
from needlepoint.records.notes.sign import amend, consent_page, sign_consent, sign_note
from needlepoint.records.values import ConsentPage
from needlepoint.records.visit.act import Stale
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think

__all__ = ["add", "consent", "sign"]


@allowed("examine")
def consent(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The page that the patient reads and signs, in the patient's language."""
    visit = full(visit_id, request.staff.practice_id)
    page = consent_page(visit, think(visit))
    # The patient reads it: errors are in their language too, and what was typed and drawn stays.
    with override(page.language):
        form = ConsentForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and _consented(request, visit_id, form, page):
            return redirect("visit", visit_id)
        record_audit(request.staff, "read", f"consent of visit {visit_id}", visit.patient_id)
        context = {"visit": visit, "page": page, "patient": visit.patient, "form": form}
        return render(request, "pages/consent.html", context, status=422 if form.errors else 200)


def _consented(request: StaffRequest, visit_id: int, form: ConsentForm, page: ConsentPage) -> bool:
    """Return whether it is signed now; an error is shown at its field."""
    sent = form.cleaned_data
    try:
        sign_consent(request.staff, visit_id, sent["signed_by"], sent["signature"], page, typed=sent["typed"])
    except NotPossible:
        raise  # the visit is closed: another page says so
    except Refused as refusal:
        add_refusal(form, refusal)
        return False
    return True


@allowed("sign")
@require_POST
@sign_again_before("sign")
def sign(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Sign the note. Idempotent; a stale version is not signed."""
    signed = Note.objects.filter(visit_id=visit_id, signed_by=request.staff)
    if signed.exists():
        return redirect("visit", visit_id)  # the second press of two
    version = checked(VersionForm(request.POST)).cleaned_data["version"]
    try:
        sign_note(request.staff, visit_id, version, request.staff.practice.language)
    except Refused as refusal:
        if signed.exists():
            return redirect("visit", visit_id)  # both presses at once: the other was faster
        if isinstance(refusal, Stale):
            return _newer_draft(request, visit_id)
        raise
    return redirect("visit", visit_id)


def _newer_draft(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The board as it is now, for a note that was changed after it was shown."""
    visit = full(visit_id, request.staff.practice_id)
    said = _("Someone else has updated this visit. Review the note before you sign.")
    context = board_page(request.staff, visit).context(said)
    return render(request, "pages/board.html", context, status=409)


@allowed("sign")
@require_POST
@sign_again_before("sign")
def add(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Add an addendum to a signed note."""
    amend(request.staff, visit_id, checked(AddendumForm(request.POST)).cleaned_data["text"])
    return redirect("visit", visit_id)
