"""A visit behind its magic link: reschedule, cancel, wait for a sooner time, take an offered one."""

from __future__ import annotations

import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from needlepoint.base.refusal import Refused
from needlepoint.pages.portal.forms import RescheduleForm
from needlepoint.pages.portal.links.behind import by_link, by_visit_link, show
from needlepoint.pages.public_site.booking import any_clinician, gone, halves_of, read_day, search
from needlepoint.pages.public_site.public_access import rate_limit
from needlepoint.pages.requests import Request
from needlepoint.records.models import MagicLink, Visit, VisitType, WaitlistEntry
from needlepoint.records.portal.magic_links import make_link, url_of, use_link
from needlepoint.records.schedule.booking import cancel, find_slot, move_to, take_offer
from needlepoint.records.schedule.waitlist import wait_for

__all__ = ["offer", "visit", "visit_cancel", "visit_move", "visit_open", "visit_wait"]


@require_GET
@by_visit_link
def visit(request: Request, link: MagicLink, row: Visit, token: str) -> HttpResponse:
    """One visit: when, where, with whom; reschedule, cancel, calendar."""
    _link, feed_token = make_link("feed", link.patient) if "feed" in request.GET else (None, "")
    feed_url = url_of("feed", feed_token) if feed_token else ""
    return show(
        request, "visit_link", link, visit=row, token=token, feed=feed_url,
        ahead=row.state == Visit.State.BOOKED and row.starts_at > timezone.now(),
        waits=WaitlistEntry.objects.filter(instead_of=row, closed_at=None).exists(),
    )  # fmt: skip


@require_POST
@by_visit_link
def visit_open(request: Request, link: MagicLink, row: Visit, token: str) -> HttpResponse:
    """Continue to the intake and papers of this visit, which ask for a code."""
    rate_limit(request, "visit-open", "60/h")
    _link, door_token = make_link("open", link.patient, row, f"/me/visits/{row.pk}/")
    return redirect("door", door_token)


@require_POST
@by_visit_link
def visit_cancel(request: Request, link: MagicLink, row: Visit, token: str) -> HttpResponse:
    """Cancel the visit."""
    cancel(row)
    return redirect("link-visit", token)


@require_http_methods(["GET", "POST"])
@by_visit_link
def visit_move(request: Request, link: MagicLink, row: Visit, token: str) -> HttpResponse:
    """Reschedule: with the same clinician unless the patient asks for anyone; nothing changes until it is confirmed."""
    if row.service is None:
        return gone(request)
    if request.method == "GET":
        return _move_times(request, link, row, row.service, token)
    rate_limit(request, "move", "30/h")
    form = RescheduleForm(request.POST)
    if form.is_valid():
        try:
            picked = form.cleaned_data["slot"]
            if _is_now(row, picked.staff_id, picked.starts_at):
                return redirect("link-visit", token)
            slot = find_slot(link.practice, row.service, picked.staff_id, picked.starts_at, ignore=row.pk)
            if not form.cleaned_data["sure"]:
                return show(request, "visit_move_sure", link, visit=row, token=token, slot=slot)
            move_to(row, slot)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect(f"{reverse('link-visit', args=[token])}?moved")
    return _move_times(request, link, row, row.service, token, form)


def _is_now(row: Visit, staff_id: int, starts_at: datetime.datetime) -> bool:
    """Whether this is the time that the visit has."""
    return (staff_id, starts_at) == (row.clinician_id, row.starts_at)


def _move_times(
    request: Request,
    link: MagicLink,
    row: Visit,
    service: VisitType,
    token: str,
    sent: RescheduleForm | None = None,
) -> HttpResponse:
    """The open times; if one could not be taken, why."""
    anyone = "anyone" in request.GET
    first = read_day(request.GET.get("from", ""))
    slots, after = search(link.practice, service, first, None if anyone else row.clinician_id, ignore=row.pk)
    slots = [slot for slot in slots if not _is_now(row, slot.staff_id, slot.starts_at)]
    return show(
        request, "visit_move", link, 422 if sent else 200, visit=row, token=token, days=halves_of(any_clinician(slots)),
        after=after, anyone=anyone, form=sent,
        before=first - datetime.timedelta(days=7) if first > timezone.localdate() else None,
    )  # fmt: skip


@require_POST
@by_visit_link
def visit_wait(request: Request, link: MagicLink, row: Visit, token: str) -> HttpResponse:
    """Join the waitlist for a sooner time, and keep this one until then."""
    if row.service is None:
        return gone(request)
    until = timezone.localtime(row.starts_at).date()
    wait_for(link.patient, row.service, until, instead_of=row)
    return redirect("link-visit", token)


@require_http_methods(["GET", "POST"])
@by_link("offer")
def offer(request: Request, link: MagicLink, token: str) -> HttpResponse:
    """A time that became free: take it, or decline it."""
    row = WaitlistEntry.objects.filter(pk=int(link.target or 0), patient=link.patient, closed_at=None).first()
    at = row.offered.starts_at if row and row.offered else None
    if request.method == "GET":
        return show(request, "offer", link, at=at)
    try:
        made = take_offer(link)
    except Refused:
        return show(request, "offer", link, 422, at=None)
    use_link(link)
    _link, visit_token = make_link("visit", link.patient, made)
    return redirect("link-visit", visit_token)
