"""The mail worker: at-most-once delivery that survives worker crashes.

A message is claimed in its own transaction before its text is made, and marked as being sent in another one right
before the mail server is contacted. If a worker dies between the two, the claim expires and the message is queued
again, because the server cannot have it. If it dies after the second, delivery is unknown: the message becomes doubtful
with a task for the front desk, and is not sent again automatically.
"""

from __future__ import annotations

import datetime
import logging
import os
import re
import secrets
import smtplib
import socket
from typing import Any

import apprise
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from needlepoint.documents.leaflets.letters import MessageText, letter, load_letters
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.outcomes import out_of_quiet
from needlepoint.records.models import BookingHold, MagicLink, OneTimeCode, OutboxMessage, Patient, Task
from needlepoint.records.outbox.queue import wanted, ways
from needlepoint.records.portal.magic_links import CODE_MINUTES, make_code, make_link, url_of
from needlepoint.records.settings.public_settings import address_line, outside_of, signature, zone_of

__all__ = ["NotTaken", "mark_bounced", "recover", "send_due", "worker_name"]

log = logging.getLogger(__name__)
LEASE = datetime.timedelta(minutes=2)
AGAIN = (1, 5, 30, 120, 480)  # minutes until the next try
BATCH = 20


class NotTaken(Exception):  # noqa: N818 - named NotTaken, not NotTakenError: project convention
    """The mail server refused it. `for_good`: the address is wrong, another try would not help."""

    def __init__(self, why: str, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


def worker_name() -> str:
    """Return a unique name for each run of a worker."""
    return f"{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(4)}"


def send_due(worker: str, most: int = BATCH) -> int:
    """Send what is due, one after the other; return how many were sent."""
    sent = 0
    for _ in range(most):
        message = _claim(worker)
        if message is None:
            break
        sent += _guarded(message)
    return sent


def _guarded(message: OutboxMessage) -> bool:
    """Send one message; its failure does not stop the others. What was not sent yet is tried again later."""
    try:
        return _send(message)
    except OperationalError:
        raise
    except Exception as error:
        log.exception("message %s could not be sent", message.pk)
        if OutboxMessage.objects.filter(pk=message.pk, handing_at=None).exists():
            _not_taken(message, NotTaken(type(error).__name__, for_good=False))
        return False


@transaction.atomic
def _claim(worker: str) -> OutboxMessage | None:
    """Claim the next due message. Other workers skip a row that is being claimed."""
    now = timezone.now()
    rows = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED, due_at__lte=now).order_by(
        "due_at", "pk"
    )
    message = rows.select_for_update(skip_locked=True, of=("self",)).first() if _locks() else rows.first()
    if message is None:
        return None
    taken = OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.QUEUED).update(
        state=OutboxMessage.State.SENDING, worker=worker, claimed_at=now, tries=message.tries + 1
    )
    return _whole(message.pk) if taken else None


def _locks() -> bool:
    from django.db import connection

    return bool(connection.features.has_select_for_update_skip_locked)


def _whole(pk: int) -> OutboxMessage:
    return OutboxMessage.objects.select_related(
        "practice", "patient", "visit", "visit__location", "visit__clinician"
    ).get(pk=pk)


def _address(message: OutboxMessage) -> str:
    """Return the patient's address on this channel."""
    return ways(message.patient)[message.channel] if message.patient else ""


def _send(message: OutboxMessage) -> bool:
    """Send one message, if it is still wanted and quiet hours are over, and record the result."""
    why_not = _unwanted(message)
    if why_not:
        _set(message, state=OutboxMessage.State.CANCELED, error=why_not)
        return False
    later = _later(message)
    if later is not None:
        _set(message, state=OutboxMessage.State.QUEUED, due_at=later, tries=message.tries - 1)
        return False
    to = message.to or _address(message)
    words, stop = _words(message)
    message_id = f"<np-{message.pk}-{message.tries}@{settings.MAIL_DOMAIN}>"
    _set(message, handing_at=timezone.now(), message_id=message_id)
    try:
        _hand_over(message, to, words, stop, message_id)
    except NotTaken as refusal:
        _not_taken(message, refusal)
        return False
    with transaction.atomic():
        _set(message, state=OutboxMessage.State.SENT, sent_at=timezone.now(), error="")
        patient = message.patient_id
        note_down_outside(
            message.practice_id, patient, "system", "send", f"{message.kind} by {message.channel}"
        )
    return True


def _set(message: OutboxMessage, **fields: Any) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(**fields)


def _unwanted(message: OutboxMessage) -> str:
    """Return why it is not sent after all; '' when it is."""
    patient = message.patient
    if patient is None:
        return ""
    if message.channel not in ways(patient):
        return "no address that works"
    if load_letters()[message.kind].choice and wanted(patient, message.channel) is not True:
        return "not wanted"
    visit = message.visit
    if (
        message.kind in ("reminder", "intake", "booked", "moved")
        and visit is not None
        and visit.state == "canceled"
    ):
        return "the visit is canceled"
    return ""


def _later(message: OutboxMessage) -> datetime.datetime | None:
    """Return when it may be sent, if not now: after an outage, messages still respect quiet hours."""
    if message.at_once:
        return None
    now = timezone.now()
    zone = zone_of(message.practice, message.patient)
    allowed = out_of_quiet(now, zone, outside_of(message.practice).quiet)
    return allowed if allowed > now else None


def _words(message: OutboxMessage) -> tuple[MessageText, str | None]:
    """Return the text, with links and codes made for this try."""
    filled = {"practice": message.practice.name, "phone": outside_of(message.practice).phone}
    asked = message.words
    if asked.link and message.patient is not None:
        _, token = make_link(asked.link, message.patient, message.visit, asked.target)
        filled["link"] = url_of(asked.link, token)
    if asked.path:
        filled["link"] = settings.PUBLIC_URL + asked.path
    if asked.when is not None:
        filled["when"] = _when(message, asked.when)
    if message.visit is not None:
        filled["who"] = message.visit.clinician.name
        filled["where"] = address_line(message.visit.location)
    if message.kind == "code":
        filled["code"] = _code(message)
    stop = None
    if load_letters()[message.kind].choice and message.patient is not None:
        _, token = make_link("stop", message.patient, None, message.channel)
        stop = url_of("stop", token)
    return letter(message.kind, message.channel, message.language, filled, stop), stop


def _when(message: OutboxMessage, at: datetime.datetime) -> str:
    """Return a time in words, in the practice's time zone, where the visit takes place."""
    local = at.astimezone(zone_of(message.practice))
    with override(message.language):
        if message.language != "es":
            return date_format(local, "l, F j, g:i A")
        half = "a. m." if local.hour < 12 else "p. m."
        return date_format(local, r"l j \d\e F, g:i ") + half


def _code(message: OutboxMessage) -> str:
    """Return a new code for a link or for a booking hold."""
    code, kept = make_code()
    ends = timezone.now() + datetime.timedelta(minutes=CODE_MINUTES)
    if message.words.booking_hold is not None:
        BookingHold.objects.filter(pk=message.words.booking_hold).update(code=kept, tries=0)
    else:
        link = MagicLink.objects.get(pk=message.words.for_link or 0)
        OneTimeCode.objects.create(link=link, channel=message.channel, code=kept, expires_at=ends)
    return code


def _hand_over(
    message: OutboxMessage, to: str, words: MessageText, stop: str | None, message_id: str
) -> None:
    if message.channel == "sms":
        _text(to, words)
    else:
        _mail(message, to, words, stop, message_id)


def _mail(message: OutboxMessage, to: str, words: MessageText, stop: str | None, message_id: str) -> None:
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    if stop:
        # One click in the mail program unsubscribes (RFC 8058).
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    reply = outside_of(message.practice).email
    name = re.sub(r'[\r\n"<>\\]', " ", message.practice.name)
    mail = EmailMessage(
        subject=words.subject,
        body=f"{words.text}\n\n{signature(message.practice, message.visit.location if message.visit else None)}\n",
        from_email=f'"{name}" <{settings.DEFAULT_FROM_EMAIL}>',
        to=[to],
        reply_to=[reply] if reply else None,
        headers=headers,
    )
    try:
        mail.send()
        own = getattr(getattr(mail, "anymail_status", None), "message_id", None)
        if own:  # the sending service's own id, used in its reports
            _set(message, message_id=str(own)[:200])
    except smtplib.SMTPRecipientsRefused as refusal:
        code = max((answer[0] for answer in refusal.recipients.values()), default=550)
        raise NotTaken(f"address refused ({code})", for_good=500 <= code < 600) from None
    except smtplib.SMTPResponseException as refusal:
        raise NotTaken(f"mail server said {refusal.smtp_code}", for_good=False) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(f"mail server: {type(error).__name__}", for_good=False) from None


def _text(to: str, words: MessageText) -> None:
    digits = re.sub(r"\D", "", to)
    gate = apprise.Apprise()
    if not gate.add(settings.SMS_URL.replace("{to}", digits)) or not gate.notify(body=words.text):
        raise NotTaken("text message gateway", for_good=False)


def _not_taken(message: OutboxMessage, refusal: NotTaken) -> None:
    """Queue it for a later try, or give up."""
    if refusal.for_good or message.tries > len(AGAIN):
        _set(message, state=OutboxMessage.State.FAILED, error=str(refusal), handing_at=None)
        # A server that is down proves nothing about the address: given up, and shown in the work queue.
        if refusal.for_good and message.patient is not None:
            mark_bounced(message.patient, message.channel, str(refusal))
        return
    due = timezone.now() + datetime.timedelta(minutes=AGAIN[message.tries - 1])
    _set(message, state=OutboxMessage.State.QUEUED, due_at=due, handing_at=None, error=str(refusal))


@transaction.atomic
def mark_bounced(patient: Patient, channel: str, why: str) -> None:
    """Mark an address as undeliverable and add one task for the front desk."""
    if channel in patient.bounced:
        return
    patient.bounced = patient.bounced | {channel: timezone.now()}
    patient.save(update_fields=["bounced"])
    Task.objects.create(
        practice_id=patient.practice_id,
        patient=patient,
        title=f"Messages by {channel} come back: {why}"[:200],
    )
    note_down_outside(patient.practice_id, patient.pk, "system", "write", f"{channel} came back")


@transaction.atomic
def recover(now: datetime.datetime | None = None) -> tuple[int, int]:
    """Handle messages of a dead worker; return (queued again, doubtful)."""
    before = (now or timezone.now()) - LEASE
    stale = OutboxMessage.objects.filter(state=OutboxMessage.State.SENDING, claimed_at__lt=before)
    back = _requeue(stale.filter(handing_at=None))
    unsure = list(stale.filter(handing_at__isnull=False).select_related("patient"))
    return back, sum(_doubt(message) for message in unsure)


@transaction.atomic
def _requeue(stale: QuerySet[OutboxMessage]) -> int:
    """Return how many messages were queued again.

    Rows locked by another worker are skipped: two workers that update the same rows in different order deadlock.
    """
    rows = stale.select_for_update(skip_locked=True) if _locks() else stale
    held = [message.pk for message in rows]
    return stale.filter(pk__in=held).update(state=OutboxMessage.State.QUEUED, worker="")


def _doubt(message: OutboxMessage) -> bool:
    """Mark delivery as unknown, with one task even when two workers find it."""
    mine = OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.SENDING).update(
        state=OutboxMessage.State.DOUBTFUL, error="the worker died while handing it over"
    )
    if mine:
        Task.objects.create(
            practice_id=message.practice_id,
            patient=message.patient,
            title=f"Not known whether a message went out ({message.kind}, {message.channel}): look and decide",
        )
    return bool(mine)
