"""Unsubscribing, and pages that ask for a one-time code."""

from __future__ import annotations

import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from needlepoint.base.refusal import Fault, Refused
from needlepoint.pages.portal.forms import SendCodeForm, StopForm
from needlepoint.pages.portal.links.behind import by_link, show
from needlepoint.pages.public_site.booking import gone
from needlepoint.pages.public_site.forms import CodeForm
from needlepoint.pages.public_site.public_access import rate_limit, set_language
from needlepoint.pages.requests import Request
from needlepoint.records.models import MagicLink, OutboxMessage
from needlepoint.records.outbox.queue import choose, queue, ways
from needlepoint.records.portal.access import CHOSEN, grant_session, lend, proved_lately, seen_by
from needlepoint.records.portal.magic_links import check_code
from needlepoint.records.settings.public_site import may_be_lent

__all__ = ["door", "stop"]

WHOLE_RECORD = ("/me/my-data.pdf", "/me/my-data.fhir.json")  # for which a new code is entered


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
    return show(request, "stop", link, stopped=last is not None and not last.wanted, token=token)


@require_http_methods(["GET", "POST"])
@by_link("open")
def door(request: Request, link: MagicLink, token: str) -> HttpResponse:
    """Ask for a one-time code, sent to an address on file, before personal content is shown."""
    known = any(me.patient.pk == link.patient_id for me in seen_by(request))
    if known and (link.target not in WHOLE_RECORD or proved_lately(request, link.patient)):
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
        shared = form.cleaned_data["shared"]
        grant_session(request, link.patient, proved=proved, shared=shared, target=link.target)
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
    return show(request, "door", link, status, masked=masked, sent=sent, form=form, send=send)


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
