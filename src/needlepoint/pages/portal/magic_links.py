"""Magic links: a visit, a follow-up survey, an offer, the calendar, unsubscribing, and pages behind a code."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings as site
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from needlepoint.base.refusal import Fault, Refused
from needlepoint.outcomes.worry import load_worries
from needlepoint.pages.portal.forms import RescheduleForm, SendCodeForm, StopForm, SurveyForm, SurveyPainForm
from needlepoint.pages.public_site.booking import any_clinician, gone, halves_of, read_day, search
from needlepoint.pages.public_site.forms import CodeForm
from needlepoint.pages.public_site.public_access import LANGS, rate_limit, set_language
from needlepoint.pages.requests import Request
from needlepoint.records.models import (
    FollowUpSurvey,
    MagicLink,
    OutboxMessage,
    Visit,
    VisitType,
    WaitlistEntry,
)
from needlepoint.records.outbox.queue import choose, queue, ways
from needlepoint.records.portal.access import CHOSEN, grant_session, lend, seen_by
from needlepoint.records.portal.checkins import answer_more, answer_pain, questions_at
from needlepoint.records.portal.magic_links import check_code, find_link, make_link, url_of, use_link
from needlepoint.records.schedule.booking import cancel, find_slot, move_to, take_offer
from needlepoint.records.schedule.calendar import calendar_of
from needlepoint.records.schedule.hours import open_now
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
LINK_LANGUAGE = "link_language"  # cookie: the language that was chosen on a page behind a link


def _held(request: Request, purpose: str, token: str) -> MagicLink | None:
    """Return the link of a secret; failed tries are counted, so that secrets cannot be guessed."""
    link = find_link(purpose, token)
    if link is None:
        rate_limit(request, "link", "30/m")
        return None
    lang = _language(request, link)
    translation.activate(lang)
    request.LANGUAGE_CODE = lang
    timezone.activate(ZoneInfo(link.practice.timezone))
    return link


def _language(request: Request, link: MagicLink) -> str:
    """The language that was chosen on a page behind a link, else the patient's."""
    chosen = (request.GET.get("lang", ""), request.COOKIES.get(LINK_LANGUAGE, ""))
    return next((lang for lang in chosen if lang in LANGS), link.patient.language)


def by_visit_link(view: View) -> View:
    """Decorate a view behind the magic link of a visit: it gets the link and the visit."""

    def shown(request: Request, link: MagicLink, token: str) -> HttpResponse:
        return gone(request) if link.visit is None else view(request, link, link.visit, token)

    return by_link("visit")(wraps(view)(shown))


def by_link(purpose: str) -> Callable[[View], View]:
    """Decorate a view behind a magic link: it gets the link; an invalid link answers 410."""

    def around(view: View) -> View:
        @never_cache
        @wraps(view)
        def held(request: Request, token: str) -> HttpResponse:
            link = _held(request, purpose, token)
            if link is None:
                return gone(request)
            response = view(request, link, token)
            if request.GET.get("lang") in LANGS:
                response.set_cookie(
                    LINK_LANGUAGE, request.LANGUAGE_CODE, secure=site.SESSION_COOKIE_SECURE, samesite="Lax"
                )
            return response

        return held

    return around


def _show(
    request: Request, template: str, link: MagicLink, status: int = 200, **context: Any
) -> HttpResponse:
    around = {
        "practice": link.practice,
        "outside": outside_of(link.practice),
        "slug": link.practice.slug,
        "lang": request.LANGUAGE_CODE,
        "other_url": f"?lang={'en' if request.LANGUAGE_CODE == 'es' else 'es'}",
    }
    response = render(request, f"outside/{template}.html", around | context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_GET
@by_visit_link
def visit(request: Request, link: MagicLink, row: Visit, token: str) -> HttpResponse:
    """One visit: when, where, with whom; reschedule, cancel, calendar."""
    _link, feed_token = make_link("feed", link.patient) if "feed" in request.GET else (None, "")
    feed_url = url_of("feed", feed_token) if feed_token else ""
    return _show(
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
                return _show(request, "visit_move_sure", link, visit=row, token=token, slot=slot)
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
    return _show(
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
        return _show(request, "offer", link, at=at)
    try:
        made = take_offer(link)
    except Refused:
        return _show(request, "offer", link, 422, at=None)
    use_link(link)
    _link, visit_token = make_link("visit", link.patient, made)
    return redirect("link-visit", visit_token)


@require_GET
@by_link("check_in")
def check_in(request: Request, link: MagicLink, token: str) -> HttpResponse:
    """How much does it hurt now? Eleven buttons, nothing else."""
    row = _asked(link)
    if row is None:
        return gone(request)
    return _show(request, "check_in", link, row=row, token=token, scale=range(11), form=SurveyPainForm())


def _asked(link: MagicLink) -> FollowUpSurvey | None:
    """Return the survey of the link; None when a newer visit has replaced it."""
    rows = FollowUpSurvey.objects.select_related("visit__practice", "visit__patient")
    return rows.filter(pk=int(link.target or 0), visit__patient=link.patient, canceled_at=None).first()


@require_http_methods(["GET", "POST"])
@by_link("check_in")
def check_in_more(request: Request, link: MagicLink, token: str) -> HttpResponse:
    """Save the pain rating; then the second page, and what to do now if an answer is alarming."""
    row = _asked(link)
    if row is None:
        return gone(request)
    if request.method == "GET":
        return _more(request, link, row, SurveyForm(questions_at(row), initial=row.answers))
    rate_limit(request, "check-in", "120/h")
    if "pain" in request.POST:
        tap = SurveyPainForm(request.POST)
        if not tap.is_valid():
            return _show(request, "check_in", link, 422, row=row, token=token, scale=range(11), form=tap)
        row, _found = answer_pain(row.pk, tap.cleaned_data["pain"])
        return _more(request, link, row, SurveyForm(questions_at(row), initial=row.answers))
    form = SurveyForm(questions_at(row), request.POST)
    if not form.is_valid():
        return _more(request, link, row, form, status=422)
    row, again = answer_more(row.pk, form.answers())
    return _more(request, link, row, form, again, done=not again)


def _more(
    request: Request,
    link: MagicLink,
    row: FollowUpSurvey,
    form: SurveyForm,
    again: tuple[str, ...] = (),
    done: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The second page: the questions with their answers, and what to do if one is alarming."""
    return _show(
        request, "check_in_more", link, status, row=row, questions=form.shown(row.answers, again), again=again,
        done=done, worries=[worry for worry in load_worries() if worry.id in row.worries],
        scale=[str(n) for n in range(11)], hours=open_now(link.practice),
    )  # fmt: skip


@csrf_exempt  # a mail program unsubscribes by one POST without a CSRF token (RFC 8058): the link is the secret
@require_http_methods(["GET", "POST"])
@by_link("stop")
def stop(request: Request, link: MagicLink, token: str) -> HttpResponse:
    """Stop messages on this channel at once."""
    if request.method == "POST":
        form = StopForm(request.POST)
        again = form.is_valid() and form.cleaned_data["again"] == "yes"
        choose(link.patient, link.target or "email", again, "link")
    last = (
        link.patient.contact_preferences.filter(channel=link.target or "email").order_by("-at", "-pk").first()
    )
    return _show(request, "stop", link, stopped=last is not None and not last.wanted, token=token)


@require_http_methods(["GET", "POST"])
@by_link("open")
def door(request: Request, link: MagicLink, token: str) -> HttpResponse:
    """Ask for a one-time code, sent to an address on file, before personal content is shown."""
    if any(me.patient.pk == link.patient_id for me in seen_by(request)):
        request.session[CHOSEN] = link.patient_id
        return redirect(link.target or "/me/")
    sent = link.codes.filter(used_at=None, expires_at__gt=timezone.now()).exists() or _on_its_way(link)
    if request.method == "GET":
        return _door(request, link, sent, CodeForm())
    if "code" not in request.POST:
        return _send_code(request, link, sent)
    rate_limit(request, "code", "30/h")
    form = CodeForm(request.POST)
    code = check_code(link, form.cleaned_data["code"]) if form.is_valid() else None
    if code is None:
        if form.is_valid():
            form.add_error("code", _("That code is wrong or has expired. Ask for a new one."))
        return _door(request, link, sent, form)
    if code.channel == "desk":  # the clinic's own tablet, which the next patient may hold in an hour
        if link.visit is None or not may_be_lent(link.visit):
            return gone(request)
        lend(request, link.patient, link.visit.pk, code.given_by_id)
    else:
        proved = ways(link.patient).get(code.channel, "")
        grant_session(request, link.patient, proved=proved, shared=form.cleaned_data["shared"])
    return set_language(redirect(link.target or "/me/"), request.LANGUAGE_CODE)


def _send_code(request: Request, link: MagicLink, sent: bool) -> HttpResponse:
    """Send a code to one of the patient's own addresses."""
    rate_limit(request, "send-code", "20/h")
    form = SendCodeForm(ways(link.patient), request.POST)
    if form.is_valid():
        try:
            _send(link, form.cleaned_data["by"])
            return _door(request, link, True, CodeForm())
        except Refused as refusal:
            form.refuse(refusal)
    return _door(request, link, sent, CodeForm(), form, 422)


def _door(
    request: Request,
    link: MagicLink,
    sent: bool,
    form: CodeForm,
    send: SendCodeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page that asks for the code. Right and wrong codes look the same, so that nothing can be learned from it."""
    masked = {channel: _masked(to) for channel, to in ways(link.patient).items()}
    return _show(request, "door", link, status, masked=masked, sent=sent, form=form, send=send)


MOST_CODES = 6  # for one link in an hour


def _send(link: MagicLink, channel: str) -> None:
    """A code to one of the patient's own addresses. Raises Refused when too many were sent."""
    since = timezone.now() - datetime.timedelta(hours=1)
    count = OutboxMessage.objects.filter(key__startswith=f"code:{link.pk}:", due_at__gt=since).count()
    if count >= MOST_CODES:
        raise Refused(Fault("code", f"{count} codes in an hour", "fewer", "Wait an hour, or call us."))
    number = OutboxMessage.objects.filter(key__startswith=f"code:{link.pk}:").count()
    queue(
        link.patient, "code", f"code:{link.pk}:{number}", at_once=True, channel=channel, for_link=link.pk,
    )  # fmt: skip


def _on_its_way(link: MagicLink) -> bool:
    since = timezone.now() - datetime.timedelta(minutes=10)
    return OutboxMessage.objects.filter(key__startswith=f"code:{link.pk}:", due_at__gt=since).exists()


def _masked(to: str) -> str:
    """Return enough of an address to recognize it, not enough to learn it.

    >>> _masked("ana.example@mail.org"), _masked("555 555 0123")
    ('a•••@m•••', '•••23')
    """
    name, at, host = to.partition("@")
    return f"{name[:1]}•••@{host[:1]}•••" if at else f"•••{to[-2:]}"


@require_GET
@by_visit_link
def calendar_file(request: Request, link: MagicLink, row: Visit, token: str) -> HttpResponse:
    """The visit as a calendar file."""
    return ics([row], "visit.ics", url_of("visit", token))


@require_GET
@by_link("feed")
def feed(request: Request, link: MagicLink, token: str) -> HttpResponse:
    """Every upcoming visit, as a calendar to subscribe to."""
    since = timezone.now() - datetime.timedelta(days=30)
    rows = Visit.objects.filter(patient=link.patient, starts_at__gt=since).select_related(
        "practice", "location", "clinician"
    )
    return ics(list(rows.order_by("starts_at")), "visits.ics")


def ics(visits: list[Visit], name: str, url: str = "") -> HttpResponse:
    """Return visits as a calendar file; `url`: where a single one can be viewed and changed."""
    response = HttpResponse(calendar_of(visits, url), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
