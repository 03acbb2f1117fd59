"""What was before: since when it hurts, what was tried and how it went. It belongs to the episode, not to one visit."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.db import transaction

from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import Episode, Staff
from needlepoint.treatment.types import PriorCare

__all__ = ["add_care", "set_began"]

MOST_CARE = 30


def _mine(staff: Staff, episode_id: int) -> Episode:
    return Episode.objects.select_for_update().get(pk=episode_id, patient__practice_id=staff.practice_id)


@transaction.atomic
def set_began(staff: Staff, episode_id: int, began_on: datetime.date | None, today: datetime.date) -> Episode:
    """Since when it hurts; Refused for a day ahead."""
    if began_on is not None and not datetime.date(1930, 1, 1) <= began_on <= today:
        raise Refused(Fault("began_on", str(began_on), "a day up to today"))
    episode = _mine(staff, episode_id)
    episode.began_on = began_on
    episode.save(update_fields=["began_on"])
    record_audit(staff, "write", f"episode {episode_id}: since when", episode.patient_id)
    return episode


@transaction.atomic
def add_care(staff: Staff, episode_id: int, what: str, weeks: Decimal | None, helped: bool | None) -> Episode:
    """Care that was tried before; without a word it means: asked, and nothing was tried."""
    episode = _mine(staff, episode_id)
    care = list(episode.prior_care or ())
    if what.strip():
        if len(care) >= MOST_CARE:
            raise NotPossible("At most %(most)s lines of care can be listed.", "care", most=str(MOST_CARE))
        care.append(PriorCare(what=what.strip()[:200], weeks=weeks, helped=helped))
    episode.prior_care = tuple(care)
    episode.save(update_fields=["prior_care"])
    record_audit(staff, "write", f"episode {episode_id}: prior care", episode.patient_id)
    return episode
