"""Numbers for a program that watches the server, in the text format of Prometheus: counts only, of nobody."""

from __future__ import annotations

import datetime
import shutil
import time
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from needlepoint.guard.backup.save import last_backup
from needlepoint.guard.models import AuditEvent, OpenSession
from needlepoint.records.models import OutboxMessage

__all__ = ["metrics"]

DAY = datetime.timedelta(days=1)
LOOPBACK = ("127.0.0.1", "::1")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer on this machine only: what a proxy passes on carries X-Forwarded-For, and finds nothing here."""
    if request.META.get("REMOTE_ADDR") not in LOOPBACK or "X-Forwarded-For" in request.headers:
        raise Http404
    lines = [
        f"# HELP {name} {says}\n# TYPE {name} gauge\n{name} {value:g}\n" for name, says, value in _found()
    ]
    return HttpResponse("".join(lines), content_type="text/plain; version=0.0.4; charset=utf-8")


def _found() -> Iterator[tuple[str, str, float]]:
    now = timezone.now()
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED, due_at__lte=now)
    oldest = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    known = last_backup(settings.DATA)
    yield "needlepoint_disk_free_bytes", "Free space of the data.", shutil.disk_usage(settings.DATA).free
    yield "needlepoint_messages_due", "Messages that are due and not sent.", waiting.count()
    yield (
        "needlepoint_messages_oldest_due_seconds",
        "How long the oldest of them waits.",
        (now - oldest).total_seconds() if oldest else 0,
    )
    yield (
        "needlepoint_messages_failed",
        "Messages that were given up.",
        OutboxMessage.objects.filter(state=OutboxMessage.State.FAILED).count(),
    )
    yield (
        "needlepoint_access_log_unlinked",
        "Rows of the access log in no chain.",
        AuditEvent.objects.filter(link=None).count(),
    )
    yield (
        "needlepoint_sessions",
        "Sessions that were used in the last day.",
        OpenSession.objects.filter(seen_at__gt=now - DAY).count(),
    )
    yield (
        "needlepoint_backup_age_seconds",
        "Since the last backup; -1 for none.",
        time.time() - known.made_at.timestamp() if known else -1,
    )
