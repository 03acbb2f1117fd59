"""What a sending service reports of our mail: addresses that do not work, people who call it spam."""

from __future__ import annotations

from typing import Any

from anymail.signals import tracking
from django.conf import settings
from django.dispatch import receiver

from needlepoint.records.models import Outgoing
from needlepoint.records.post import choose
from needlepoint.records.sending import came_back

__all__ = ["tracked"]

FOR_GOOD = ("bounced", "rejected", "failed")


@receiver(tracking)
def tracked(sender: Any, event: Any, esp_name: str, **more: Any) -> None:
    """One event of a webhook (django-anymail checks its secret): found again by the message's own id."""
    if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return  # without a secret anybody could say so
    message = Outgoing.objects.select_related("patient").filter(message_id=event.message_id or "-").first()
    if message is None or message.patient is None:
        return
    if event.event_type in FOR_GOOD:
        came_back(message.patient, message.channel, f"{esp_name}: {event.reject_reason or event.event_type}")
    elif event.event_type in ("complained", "unsubscribed"):
        choose(message.patient, message.channel, False, "stop_word")
