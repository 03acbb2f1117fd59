"""The letter to the referring doctor: what it says, what is asked, and the letters made so far."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from needlepoint.base.refusal import Refused
from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import allowed
from needlepoint.pages.fields import WordsField
from needlepoint.pages.forms import SentForm
from needlepoint.pages.refusals import add_refusal
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.visit.papers import pdf_answer
from needlepoint.records.models import ReferralLetter
from needlepoint.records.notes.letter import MOST_ASKED, letter_of, write_letter

__all__ = ["letter", "letter_pdf"]


class LetterForm(SentForm):
    """What is asked of the referring doctor."""

    asked = WordsField(
        MOST_ASKED,
        label=_("What you ask of the doctor"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@allowed("sign")
@require_http_methods(["GET", "POST"])
def letter(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The letter as it would be made from the signed note, and the form to make it."""
    note, parts = letter_of(request.staff, visit_id)
    form = LetterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = write_letter(request.staff, visit_id, form.cleaned_data["asked"])
            return redirect("letter-pdf", made.pk)
        except Refused as refusal:
            add_refusal(form, refusal)
    record_audit(request.staff, "read", f"letter about visit {visit_id}", note.visit.patient_id)
    context = {"visit": note.visit, "patient": note.visit.patient, "note": note, "parts": parts, "form": form}
    context["letters"] = note.letters.select_related("by").order_by("-at", "-pk")
    return render(request, "pages/letter.html", context, status=422 if form.errors else 200)


@allowed("chart")
@require_GET
def letter_pdf(request: StaffRequest, letter_id: int) -> HttpResponse:
    """A letter as it was made."""
    found = ReferralLetter.objects.select_related("note__visit").get(
        pk=letter_id, note__visit__practice_id=request.staff.practice_id
    )
    record_audit(request.staff, "print", f"letter {letter_id}", found.note.visit.patient_id)
    return pdf_answer(bytes(found.pdf), f"letter-{letter_id}.pdf", found.sha256)
