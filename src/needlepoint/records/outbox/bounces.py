"""What comes back of our mail: a sending service's reports, and the reports of mail servers (RFC 3464)."""

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
    """One event of a webhook (django-anymail checks its secret): found again by the message's own id."""
    if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return  # without a secret anybody could say so
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
    """A mail server's report that a message could not be delivered; whether it was one of ours, and for good.

    Anything else (a delay, a holiday answer, spam) is left alone: only a failure with a status of 5 that names the id
    of a message that we sent says something about an address.
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
    """One recipient of the report: failed, and for good."""
    return str(block.get("Action", "")).strip().lower() == "failed" and str(
        block.get("Status", "")
    ).startswith("5")


def _id_in(part: EmailMessage) -> str:
    """The id of the message that came back, from its own headers."""
    inner: Any = part.get_payload()
    if isinstance(inner, list):
        return str(inner[0].get("Message-ID", "")).strip()
    return str(
        email.message_from_string(str(inner), policy=email.policy.default).get("Message-ID", "")
    ).strip()
