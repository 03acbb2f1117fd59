"""Webhook of the mail service for delivery reports, accepted from that service only."""

from __future__ import annotations

from anymail import urls
from django.conf import settings
from django.urls import URLPattern

__all__ = ["urlpatterns"]

NAMES = {f"{settings.MAIL_SERVICE}_{end}" for end in ("tracking_webhook", "webhook")}
urlpatterns: list[URLPattern] = [row for row in urls.urlpatterns if row.name in NAMES]
