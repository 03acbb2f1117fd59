"""Bounced mail: reports of the sending service, and of mail servers (RFC 3464)."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from typing import Any

from anymail.signals import tracking
from django.conf import settings

from needlepoint.records.models import OutboxMessage
from needlepoint.records.outbox.mail_worker import mark_bounced
from needlepoint.records.outbox.queue import choose

__all__ = ["listen", "read_report", "tracked"]

FOR_GOOD = ("bounced", "rejected", "failed")


def listen() -> None:
    """Receive the events of the mail service from now on."""
    tracking.connect(tracked)


def tracked(sender: Any, event: Any, esp_name: str, **more: Any) -> None:
    """Handle one webhook event (django-anymail verifies its secret), matched by the message id."""
    if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return  # without a secret anyone could send it
    message = (
        OutboxMessage.objects.select_related("patient").filter(message_id=event.message_id or "-").first()
    )
    if message is None or message.patient is None:
        return
    if event.event_type in FOR_GOOD:
        mark_bounced(
            message.patient, message.channel, f"{esp_name}: {event.reject_reason or event.event_type}"
        )
    elif event.event_type in ("complained", "unsubscribed"):
        choose(message.patient, message.channel, False, "stop_word")


def read_report(data: bytes) -> bool:
    """Read a mail server's delivery report; return whether it is a permanent failure of one of our messages.

    Anything else (a delay, an out-of-office reply, spam) is ignored: only a failure with status 5 that names the id of
    a message of ours proves something about an address.
    """
    mail = email.message_from_bytes(data, policy=email.policy.default)
    if mail.get_content_type() != "multipart/report":
        return False
    message_id, failed = "", False
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            failed = failed or any(_gone(block) for block in part.get_payload() if hasattr(block, "get"))
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            message_id = message_id or _id_in(part)
    row = OutboxMessage.objects.select_related("patient").filter(message_id=message_id or "-").first()
    if not failed or row is None or row.patient is None:
        return False
    mark_bounced(row.patient, row.channel, "mail server: not delivered")
    return True


def _gone(block: Any) -> bool:
    """Return whether delivery to one recipient of the report failed permanently."""
    return str(block.get("Action", "")).strip().lower() == "failed" and str(
        block.get("Status", "")
    ).startswith("5")


def _id_in(part: EmailMessage) -> str:
    """Return the id of the bounced message, from its own headers."""
    inner: Any = part.get_payload()
    if isinstance(inner, list):
        return str(inner[0].get("Message-ID", "")).strip()
    return str(
        email.message_from_string(str(inner), policy=email.policy.default).get("Message-ID", "")
    ).strip()
