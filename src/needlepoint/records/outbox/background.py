"""Background work: expire holds, pass on offers, send messages, make estimates in time."""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, close_old_connections
from django.utils import timezone

from needlepoint.guard.audit.chain import keep_head, seal
from needlepoint.records.billing.prices import give_due
from needlepoint.records.models import MagicLink, SlotLock
from needlepoint.records.outbox.mail_worker import recover, send_due, worker_name
from needlepoint.records.schedule.booking import clear_expired
from needlepoint.records.settings.figures import prepare_figures

__all__ = ["one_round", "tidy"]

log = logging.getLogger(__name__)
NAME = worker_name()
TIDY_SECONDS = 3600
KEPT = datetime.timedelta(days=30)  # after which expired rows are deleted
_tidied = 0.0


def one_round() -> int:
    """Run every job once; return how many messages were sent.

    A failing job does not stop the others and is tried again.
    """
    close_old_connections()
    for part in (clear_expired, recover, give_due, prepare_figures, _tidy_now_and_then, _link_access_log):
        _tried(part)
    return _tried(lambda: send_due(NAME)) or 0


def _tried(part: Callable[[], Any]) -> Any:
    try:
        return part()
    except OperationalError:
        log.warning("the database is busy; the next round goes on")
    except Exception:
        log.exception("a part of the round failed")
    return None


def _link_access_log() -> None:
    """Link the newest rows of the access log, and save a signed head of it at intervals."""
    if seal():
        keep_head()


def _tidy_now_and_then() -> None:
    global _tidied
    if time.monotonic() - _tidied > TIDY_SECONDS:
        tidy()
        _tidied = time.monotonic()


def tidy() -> None:
    """Delete what has expired: past slot locks, used links."""
    before = timezone.now() - KEPT
    SlotLock.objects.filter(at__lt=before).delete()
    MagicLink.objects.filter(expires_at__lt=before).delete()
