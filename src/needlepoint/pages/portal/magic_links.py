"""Secret addresses: a visit, a check-in, an offer, the calendar, the end of messages, the door with a code."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from needlepoint.base.refusal import Fault, Refused
from needlepoint.outcomes.worry import load_worries
from needlepoint.pages.public_site.booking import gone, halves_of, read_day, read_time, search, whoever
from needlepoint.pages.public_site.public_access import knock, speak
from needlepoint.pages.requests import Request
from needlepoint.records.models import CheckIn, Link, Outgoing, Visit, Waiting
from needlepoint.records.outbox.queue import choose, queue, ways
from needlepoint.records.portal.access import CHOSEN, lend, let_in, seen_by
from needlepoint.records.portal.checkins import answer_more, answer_pain, questions_at
from needlepoint.records.portal.magic_links import check_code, find_link, make_link, url_of
from needlepoint.records.schedule.booking import cancel, find_slot, move_to, take_offer
from needlepoint.records.schedule.calendar import calendar_of
from needlepoint.records.schedule.hours import open_now
from needlepoint.records.schedule.times import Slot
from needlepoint.records.schedule.waitlist import wait_for
from needlepoint.records.settings.public_settings import outside_of
from needlepoint.records.settings.public_site import may_be_lent

__all__ = [
    "calendar_file",
    "check_in",
    "check_in_more",
    "door",
    "feed",
    "ics",
    "offer",
    "stop",
    "visit",
    "visit_cancel",
    "visit_move",
    "visit_open",
    "visit_wait",
]


View = Callable[..., HttpResponse]


def _held(request: Request, purpose: str, token: str) -> Link | None:
    """The link behind a secret; tries that find nothing are counted, so that nobody goes through them all."""
    link = find_link(purpose, token)
    if link is None:
        knock(request, "link", "30/m")
        return None
    translation.activate(link.patient.language)
    request.LANGUAGE_CODE = link.patient.language
    timezone.activate(ZoneInfo(link.practice.timezone))
    return link


def by_visit_link(view: View) -> View:
    """A view behind the secret address of a visit: it gets the link and the visit."""

    def shown(request: Request, link: Link, token: str) -> HttpResponse:
        return gone(request) if link.visit is None else view(request, link, link.visit, token)

    return by_link("visit")(wraps(view)(shown))


def by_link(purpose: str) -> Callable[[View], View]:
    """A view behind a secret address: it gets the link; without one that holds it is gone."""

    def around(view: View) -> View:
        @never_cache
        @wraps(view)
        def held(request: Request, token: str) -> HttpResponse:
            link = _held(request, purpose, token)
            if link is None:
                return gone(request)
            return view(request, link, token)

        return held

    return around


def _show(request: Request, template: str, link: Link, **context: Any) -> HttpResponse:
    around = {
        "practice": link.practice,
        "outside": outside_of(link.practice),
        "slug": link.practice.slug,
        "lang": link.patient.language,
    }
    response = render(request, f"outside/{template}.html", around | context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_GET
@by_visit_link
def visit(request: Request, link: Link, row: Visit, token: str) -> HttpResponse:
    """One visit: when, where, with whom; move, cancel, calendar."""
    _, feed_token = make_link("feed", link.patient) if "feed" in request.GET else (None, "")
    feed_url = url_of("feed", feed_token) if feed_token else ""
    return _show(
        request, "visit_link", link, visit=row, token=token, feed=feed_url,
        ahead=row.state == Visit.State.BOOKED and row.starts_at > timezone.now(),
        waits=Waiting.objects.filter(instead_of=row, closed_at=None).exists(),
    )  # fmt: skip


@require_POST
@by_visit_link
def visit_open(request: Request, link: Link, row: Visit, token: str) -> HttpResponse:
    """On to what is read and filled in for this visit: there a code is asked for."""
    knock(request, "visit-open", "60/h")
    _, door_token = make_link("open", link.patient, row, f"/me/visits/{row.pk}/")
    return redirect("door", door_token)


@require_POST
@by_visit_link
def visit_cancel(request: Request, link: Link, row: Visit, token: str) -> HttpResponse:
    """Give the time back."""
    cancel(row)
    return redirect("link-visit", token)


@require_http_methods(["GET", "POST"])
@by_visit_link
def visit_move(request: Request, link: Link, row: Visit, token: str) -> HttpResponse:
    """Another time for it: with the same clinician unless the patient asks for anyone; confirmed before it holds."""
    if row.service is None:
        return gone(request)
    anyone = "anyone" in request.GET
    if request.method == "POST":
        knock(request, "move", "30/h")
        slot = _slot(link, row, request.POST.get("slot", ""))
        if request.POST.get("sure") == "yes":
            move_to(row, slot)
            return redirect(f"{reverse('link-visit', args=[token])}?moved")
        return _show(request, "visit_move_sure", link, visit=row, token=token, slot=slot)
    first = read_day(request.GET.get("from", ""))
    staff_id = None if anyone else row.clinician_id
    slots, after = search(link.practice, row.service, first, staff_id, ignore=row.pk)
    days = halves_of(whoever(slots))
    return _show(
        request, "visit_move", link, visit=row, token=token, days=days, after=after, anyone=anyone,
        before=first - datetime.timedelta(days=7) if first > timezone.localdate() else None,
    )  # fmt: skip


def _slot(link: Link, row: Visit, text: str) -> Slot:
    """The time that was chosen on the page: "<clinician>-<time>"."""
    staff, _, at = text.partition("-")
    if not (staff.isascii() and staff.isdigit() and len(staff) < 10):
        raise Refused(Fault("slot", repr(staff[:20]), "one of the times on the page"))
    if row.service is None:
        raise Refused(Fault("slot", "a visit without a kind", "one that can be moved here", "Call us."))
    return find_slot(link.practice, row.service, int(staff), read_time(at), ignore=row.pk)


@require_POST
@by_visit_link
def visit_wait(request: Request, link: Link, row: Visit, token: str) -> HttpResponse:
    """Wait for a sooner time, and keep this one until then."""
    if row.service is None:
        return gone(request)
    until = timezone.localtime(row.starts_at).date()
    wait_for(link.patient, row.service, until, instead_of=row)
    return redirect("link-visit", token)


@require_http_methods(["GET", "POST"])
@by_link("offer")
def offer(request: Request, link: Link, token: str) -> HttpResponse:
    """A time that became free: take it, or leave it to the next."""
    row = Waiting.objects.filter(pk=int(link.target or 0), patient=link.patient, closed_at=None).first()
    at = datetime.datetime.fromisoformat(row.offered["starts_at"]) if row and row.offered else None
    if request.method == "POST":
        made = take_offer(link)
        Link.objects.filter(pk=link.pk).update(used_at=timezone.now())
        _, visit_token = make_link("visit", link.patient, made)
        return redirect("link-visit", visit_token)
    return _show(request, "offer", link, at=at)


@require_GET
@by_link("check_in")
def check_in(request: Request, link: Link, token: str) -> HttpResponse:
    """How much does it hurt now? Eleven buttons, nothing else."""
    row = _asked(link)
    if row is None:
        return gone(request)
    return _show(request, "check_in", link, row=row, token=token, scale=range(11))


def _asked(link: Link) -> CheckIn | None:
    """The check-in of the link; None for one that a newer visit's has replaced."""
    rows = CheckIn.objects.select_related("visit__practice", "visit__patient")
    return rows.filter(pk=int(link.target or 0), visit__patient=link.patient, cancelled_at=None).first()


@require_http_methods(["GET", "POST"])
@by_link("check_in")
def check_in_more(request: Request, link: Link, token: str) -> HttpResponse:
    """The tap is kept; then the second screen, and what to do now where an answer worries."""
    row = _asked(link)
    if row is None:
        return gone(request)
    done = False
    again: tuple[str, ...] = ()
    if request.method == "POST":
        knock(request, "check-in", "120/h")
        text = request.POST.get("pain", "")
        if text:
            if not (text.isascii() and text.isdigit() and len(text) < 3):
                raise Refused(Fault("pain", repr(text[:20]), "from 0 to 10"))
            row, _ = answer_pain(row.pk, int(text))
        else:
            row, again = answer_more(row.pk, dict(request.POST.lists()))
            done = not again
    questions = [question for question in questions_at(row) if not again or question.id in again]
    return _show(
        request, "check_in_more", link, row=row, token=token, questions=questions, again=again, done=done,
        worries=[worry for worry in load_worries() if worry.id in row.worries], scale=range(11),
        hours=open_now(link.practice),
    )  # fmt: skip


@csrf_exempt  # a mail program ends messages with one POST without a token of ours (RFC 8058): the link is the secret
@require_http_methods(["GET", "POST"])
@by_link("stop")
def stop(request: Request, link: Link, token: str) -> HttpResponse:
    """No more messages on this way, at once."""
    if request.method == "POST":
        choose(link.patient, link.target or "email", request.POST.get("again") == "yes", "link")
    last = link.patient.choices.filter(channel=link.target or "email").order_by("-at", "-pk").first()
    return _show(request, "stop", link, stopped=last is not None and not last.wanted, token=token)


@require_http_methods(["GET", "POST"])
@by_link("open")
def door(request: Request, link: Link, token: str) -> HttpResponse:
    """Something to read or to fill in: first a code, sent to an address that the practice knows."""
    if any(me.patient.pk == link.patient_id for me in seen_by(request)):
        request.session[CHOSEN] = link.patient_id
        return redirect(link.target or "/me/")
    sent = link.codes.filter(used_at=None, expires_at__gt=timezone.now()).exists() or _on_its_way(link)
    refusal = None
    if request.method == "POST" and "code" in request.POST:
        knock(request, "code", "30/h")
        code = check_code(link, request.POST["code"])
        if code is not None:
            if code.channel == "desk":  # the practice's own tablet, which the next patient holds in an hour
                if link.visit is None or not may_be_lent(link.visit):
                    return gone(request)
                lend(request, link.patient, link.visit.pk, code.given_by_id)
            else:
                let_in(request, link.patient, proved=ways(link.patient).get(code.channel, ""))
            return speak(redirect(link.target or "/me/"), link.patient.language)
        refusal = True
    elif request.method == "POST":
        knock(request, "send-code", "20/h")
        sent = _send(link, request.POST.get("by", ""))
    masked = {channel: _masked(to) for channel, to in ways(link.patient).items()}
    return _show(request, "door", link, masked=masked, sent=sent, refusal=refusal, token=token)


MOST_CODES = 6  # for one link in an hour


def _send(link: Link, channel: str) -> bool:
    """A code to one of the patient's own addresses; False when there is no such way or too many were sent."""
    if channel not in ways(link.patient):
        raise Refused(Fault("by", repr(channel[:10]), "one of the ways on the page", "Call us."))
    since = timezone.now() - datetime.timedelta(hours=1)
    count = Outgoing.objects.filter(key__startswith=f"code:{link.pk}:", due_at__gt=since).count()
    if count >= MOST_CODES:
        raise Refused(Fault("code", f"{count} codes in an hour", "fewer", "Wait an hour, or call us."))
    number = Outgoing.objects.filter(key__startswith=f"code:{link.pk}:").count()
    queue(
        link.patient, "code", f"code:{link.pk}:{number}", at_once=True, channel=channel, for_link=link.pk,
    )  # fmt: skip
    return True


def _on_its_way(link: Link) -> bool:
    since = timezone.now() - datetime.timedelta(minutes=10)
    return Outgoing.objects.filter(key__startswith=f"code:{link.pk}:", due_at__gt=since).exists()


def _masked(to: str) -> str:
    """Enough of an address to know it by, not enough to learn it.

    >>> _masked("ana.example@mail.org"), _masked("555 555 0123")
    ('a•••@m•••', '•••23')
    """
    name, at, host = to.partition("@")
    return f"{name[:1]}•••@{host[:1]}•••" if at else f"•••{to[-2:]}"


@require_GET
@by_visit_link
def calendar_file(request: Request, link: Link, row: Visit, token: str) -> HttpResponse:
    """The visit as a file for one's calendar."""
    return ics([row], "visit.ics", url_of("visit", token))


@require_GET
@by_link("feed")
def feed(request: Request, link: Link, token: str) -> HttpResponse:
    """Every visit that is ahead, to subscribe to."""
    since = timezone.now() - datetime.timedelta(days=30)
    rows = Visit.objects.filter(patient=link.patient, starts_at__gt=since).select_related(
        "practice", "location", "clinician"
    )
    return ics(list(rows.order_by("starts_at")), "visits.ics")


def ics(visits: list[Visit], name: str, url: str = "") -> HttpResponse:
    """Visits as a calendar file; `url`: where a single one can be seen and changed."""
    response = HttpResponse(calendar_of(visits, url), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
