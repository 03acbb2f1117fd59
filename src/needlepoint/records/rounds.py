"""What is done again and again: times given back, offers passed on, messages sent, estimates given in time."""

from __future__ import annotations

import logging

from django.db import OperationalError, close_old_connections

from needlepoint.records.booking import clear_expired
from needlepoint.records.prices import give_due
from needlepoint.records.sending import recover, send_due, worker_name

__all__ = ["one_round"]

log = logging.getLogger(__name__)
NAME = worker_name()


def one_round() -> int:
    """One round; how many messages went out. A database that is busy for a moment is tried in the next round."""
    close_old_connections()
    try:
        clear_expired()
        recover()
        give_due()
        return send_due(NAME)
    except OperationalError:
        log.warning("the database is busy; the next round goes on")
        return 0
