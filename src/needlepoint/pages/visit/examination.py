"""The neurological examination and the range of motion on the board."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from needlepoint.guard.roles import allowed
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.visit.acts import act_and_show
from needlepoint.pages.visit.forms.examination import MotionsForm, NeurologicalForm

__all__ = ["motions", "neurological"]


@allowed("examine")
@require_POST
def neurological(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Record results of neurological tests."""
    return act_and_show(request, visit_id, NeurologicalForm(request.POST))


@allowed("examine")
@require_POST
def motions(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Record measured movements."""
    return act_and_show(request, visit_id, MotionsForm(request.POST))
