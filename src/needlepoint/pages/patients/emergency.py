"""Emergency access to the facts of one patient, with a reason."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from needlepoint.guard.roles import allowed
from needlepoint.guard.sign_in.again import sign_again_before
from needlepoint.pages.patients.forms import EmergencyForm
from needlepoint.pages.requests import StaffRequest
from needlepoint.records.models import Patient
from needlepoint.records.patients.emergency import open_in_emergency

__all__ = ["emergency"]


@allowed("desk")
@require_http_methods(["GET", "POST"])
@sign_again_before("override")
def emergency(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Ask for the reason, then show what an ambulance asks for."""
    patient = get_object_or_404(Patient, pk=patient_id, practice_id=request.staff.practice_id)
    form = EmergencyForm(request.POST or None)
    context: dict[str, object] = {"patient": patient, "form": form}
    if request.method == "POST" and form.is_valid():
        context["facts"] = open_in_emergency(request.staff, patient, form.cleaned_data["reason"])
    return render(request, "pages/emergency.html", context, status=422 if form.errors else 200)
