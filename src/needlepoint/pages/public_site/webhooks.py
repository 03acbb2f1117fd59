"""Where the sending service reports what became of a mail: that one service's address, and no other."""

from __future__ import annotations

from anymail import urls
from django.conf import settings
from django.urls import URLPattern

__all__ = ["urlpatterns"]

NAMES = {f"{settings.MAIL_SERVICE}_{end}" for end in ("tracking_webhook", "webhook")}
urlpatterns: list[URLPattern] = [row for row in urls.urlpatterns if row.name in NAMES]
