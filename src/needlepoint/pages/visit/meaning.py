"""Unknown entries of a patient's lists: what each of them means, answered once."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from needlepoint.base.refusal import NotAllowed, Refused
from needlepoint.guard.roles import allowed
from needlepoint.pages.forms import is_local
from needlepoint.pages.patients.patients import patient_url
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.visit.forms.safety import MeaningForm
from needlepoint.records.models import Patient, PatientListItem
from needlepoint.records.visit.meanings import answer_meaning, open_entries
from needlepoint.treatment.lists.entries import ListEntry

__all__ = ["entries"]


# The message for a refused answer, by its path.
REFUSED = {
    "entry": _("Not saved. That name is not recognized either. Choose one of the suggested names."),
    "how": _("Enter why this is not the medication that it resembles."),
    "means": _("Not saved. The entry names medications. Enter the medication by name or select its effect."),
    "by": _("Not saved. Only a physician, PA or NP can mark this as harmless, with the reason."),
}  # fmt: skip


@allowed("examine")
@require_http_methods(["GET", "POST"])
def entries(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Every unknown entry with its own form; an answer leads back to where it was asked."""
    patient = get_object_or_404(Patient, pk=patient_id, practice_id=request.staff.practice_id)
    asked = request.POST.get("back") or request.GET.get("back") or ""
    back = asked if is_local(asked) else patient_url(patient)
    sent = None
    if request.method == "POST":
        sent = MeaningForm(request.POST)
        if sent.is_valid() and _kept(request, patient, sent):
            return redirect(back)
    shown = [(row, entry, _form(row, entry, sent)) for row, entry in open_entries(patient)]
    status = 422 if sent is not None else 200
    return render(
        request, "pages/entries.html", {"patient": patient, "shown": shown, "back": back}, status=status
    )


def _kept(request: StaffRequest, patient: Patient, form: MeaningForm) -> bool:
    """Return whether the answer could be saved; if not, the form says why."""
    said = form.cleaned_data
    get_object_or_404(PatientListItem, pk=said["row"], patient=patient)
    try:
        answer_meaning(request.staff, patient, said["row"], said["means"], said["entry"], said["how"])
    except NotAllowed:
        raise
    except Refused as refusal:
        where = refusal.faults[0].where
        form.add_error(where if where in form.fields else "means", REFUSED[where])
        return False
    return True


def _form(row: PatientListItem, entry: ListEntry, sent: MeaningForm | None) -> MeaningForm:
    """Return the form of one entry; the submitted one keeps what was typed."""
    if sent is not None and sent.data.get("row") == str(row.pk):
        return sent
    meant = entry.spelling.split(" (")[0]  # an unlikely guess is shown above the form, never filled in
    return MeaningForm(initial={"row": row.pk, "entry": meant}, auto_id=f"id_%s_{row.pk}")
