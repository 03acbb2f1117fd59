"""What the views of the board share: run a form's commands, then show the current board."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from needlepoint.base.refusal import Refused
from needlepoint.guard.sign_in.again import sign_again_now
from needlepoint.pages.forms import checked
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.visit.content.board import board_page, lang_of
from needlepoint.pages.visit.content.changes import change_words
from needlepoint.pages.visit.forms.board import VersionForm, VisitForm
from needlepoint.records.models import Visit
from needlepoint.records.visit.act import Stale, act
from needlepoint.records.visit.episode_from_rows import completed, full
from needlepoint.treatment.bounds import may_decide
from needlepoint.visit.commands import Command

__all__ = ["act_and_show", "carry_out", "must_decide", "my_visit", "show_work", "work"]


def my_visit(request: StaffRequest, visit_id: int) -> Visit:
    """Return the visit of this practice; ObjectDoesNotExist for any other."""
    found: Visit = Visit.objects.select_related("practice").get(
        pk=visit_id, practice_id=request.staff.practice_id
    )
    return found


def must_decide(request: StaffRequest) -> None:
    """Answer 403 to staff without a license, who decide nothing, and to a sign-in that is not fresh."""
    if not may_decide(request.staff.profession):
        raise PermissionDenied("decide")
    sign_again_now(request, "override")


def work(request: StaffRequest, visit_id: int, notice: str = "", status: int = 200) -> HttpResponse:
    """Return the current board without the page around it."""
    page = board_page(request.staff, full(visit_id, request.staff.practice_id))
    return render(request, "pages/_work.html", page.context(notice), status=status)


def act_and_show(request: StaffRequest, visit_id: int, form: VisitForm) -> HttpResponse:
    """Check the form, run its commands on the version that the page showed, and show the board."""
    return carry_out(request, visit_id, checked(form), form.commands())


def carry_out(
    request: StaffRequest, visit_id: int, form: VersionForm, commands: Sequence[Command]
) -> HttpResponse:
    """Run the commands of a valid form, and show the board."""

    def change() -> Visit | None:
        version, key = form.cleaned_data["version"], form.cleaned_data["key"]
        row = None
        for number, one in enumerate(commands):
            # Each further act builds on the first; the device's key is for all of them.
            device = f"{key}{number or ''}" if key else ""
            row = act(request.staff, visit_id, one, version, device)
            version = row.version
        return row

    return show_work(request, visit_id, change)


def show_work(request: StaffRequest, visit_id: int, action: Callable[[], Visit | None]) -> HttpResponse:
    """Act and show the resulting board; if somebody else was faster, show theirs and say so.

    A change that the core cannot read is rolled back: the board must never become unreadable.
    """
    try:
        with transaction.atomic():
            changed = action()
            shown = completed(changed) if changed else full(visit_id, request.staff.practice_id)
            page = board_page(request.staff, shown)
            if page.head.thought.refused:
                raise Refused(page.head.thought.refusal)
        return render(request, "pages/_work.html", page.context())
    except Stale as stale:
        return work(request, visit_id, _who_was_faster(request, stale.visit), status=409)


def _who_was_faster(request: StaffRequest, visit: Visit) -> str:
    """Return who changed the visit meanwhile, and what they did, in words."""
    last = visit.changes.select_related("staff").order_by("-version").first()
    pair = change_words().act.get(last.command) if last else None
    what = (pair[1] if lang_of() == "es" else pair[0]) if pair else ""
    if last and last.staff_id == request.staff.pk:
        said = _(
            "You have updated this visit in another window (%(what)s). This change was not saved. Review the visit "
            "and enter it again."
        )
        return said % {"what": what}
    said = _(
        "%(who)s has updated this visit (%(what)s). Your change was not saved. Review the visit and enter it again."
    )
    return said % {"who": last.staff.name if last and last.staff else visit.patient.name, "what": what}
