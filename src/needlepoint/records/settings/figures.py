"""The figures of a practice by day and clinician: kept for past days, computed again when a visit changes."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Min, TextField
from django.db.models.functions import Cast
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from needlepoint.base.spelling import decode_json
from needlepoint.guard.encryption.fields import open_json
from needlepoint.outcomes.course import PainRating
from needlepoint.outcomes.figures import Figures, SeenVisit, figures_of
from needlepoint.records.models import DayFigures, FollowUpSurvey, Practice, Visit
from needlepoint.records.values import ClinicianFigures
from needlepoint.visit.facts import Facts, State

FACTS = "Visit.facts"  # as what they are encrypted; read as text and opened here, without a row for each

__all__ = ["DayRow", "Report", "listen", "prepare_figures", "report_of"]

MOST_AT_ONCE = 31  # days that a page computes itself
MOST_VISITS = 3000  # up to so many visits it computes every day that is missing
MOST_A_ROUND = 14  # days that a round of the background work computes
LEFT = ("booked", "arrived", "intake_done")


class DayRow(NamedTuple):
    """The figures of one clinician on one day."""

    day: datetime.date
    clinician: int
    figures: Figures


class Report(NamedTuple):
    """The figures of a period. `missing`: days that the background work has yet to compute."""

    rows: list[DayRow]
    missing: int


def report_of(
    practice: Practice, first: datetime.date, last: datetime.date, clinician: int | None = None
) -> Report:
    """Return the figures from `first` to `last`, both included, in at most five queries."""
    today = timezone.localdate(timezone=ZoneInfo(practice.timezone))
    last = min(last, today)
    kept = {
        row.day: row.rows for row in DayFigures.objects.filter(practice=practice, day__range=(first, last))
    }
    if first <= last:
        begin = _first_day(practice) or today
        days = [day for day in _days(max(first, begin), last) if day not in kept]
        now = days if _are_few(practice, days) else days[:MOST_AT_ONCE]
        kept |= _computed(practice, now, today)
        missing = len(days) - len(now)
    else:
        missing = 0
    rows = [
        DayRow(day, row.clinician, row.figures)
        for day, found in sorted(kept.items())
        for row in found
        if clinician in (None, row.clinician)
    ]
    return Report(rows, missing)


def _are_few(practice: Practice, days: Sequence[datetime.date]) -> bool:
    """Return whether all visits of these days are computed in one go."""
    if len(days) <= MOST_AT_ONCE:
        return True
    begins, ends = _bounds(practice, min(days), max(days))
    rows = Visit.objects.filter(practice=practice, starts_at__gte=begins, starts_at__lt=ends)
    return len(rows.values_list("pk")[: MOST_VISITS + 1]) <= MOST_VISITS


def _bounds(
    practice: Practice, first: datetime.date, last: datetime.date
) -> tuple[datetime.datetime, datetime.datetime]:
    """Return the beginning of the first day and the end of the last one."""
    zone = ZoneInfo(practice.timezone)
    begins = datetime.datetime.combine(first, datetime.time(), zone)
    return begins, datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time(), zone)


def _first_day(practice: Practice) -> datetime.date | None:
    """Return the day of the first visit: before it there is nothing to compute."""
    first = Visit.objects.filter(practice=practice).aggregate(first=Min("starts_at"))["first"]
    return first.astimezone(ZoneInfo(practice.timezone)).date() if first else None


def _days(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Return every day, the newest first."""
    return [last - datetime.timedelta(days=n) for n in range((last - first).days + 1)]


def _computed(
    practice: Practice, days: Sequence[datetime.date], today: datetime.date
) -> dict[datetime.date, tuple[ClinicianFigures, ...]]:
    """Return the figures of these days, and keep those of past days."""
    if not days:
        return {}
    seen = _seen(practice, min(days), max(days))
    found = {
        day: tuple(
            ClinicianFigures(clinician=clinician, figures=figures)
            for clinician, figures in sorted(figures_of(seen[day]).items())
        )
        for day in days
    }
    DayFigures.objects.bulk_create(
        [DayFigures(practice=practice, day=day, rows=rows) for day, rows in found.items() if day < today],
        ignore_conflicts=True,
    )
    return found


def _seen(
    practice: Practice, first: datetime.date, last: datetime.date
) -> dict[datetime.date, list[SeenVisit]]:
    """Return the visits of these days by day, in two queries."""
    zone = ZoneInfo(practice.timezone)
    begins, ends = _bounds(practice, first, last)
    visits = Visit.objects.filter(practice=practice, starts_at__gte=begins, starts_at__lt=ends)
    later = _later(visits, zone)
    found: dict[datetime.date, list[SeenVisit]] = defaultdict(list)
    rows = visits.exclude(state__in=LEFT).values_list(
        "pk", "starts_at", "clinician_id", "state", "arrived_at", Cast("facts", TextField())
    )
    for pk, starts_at, clinician, state, arrived_at, facts in rows.iterator(chunk_size=2000):
        day = starts_at.astimezone(zone).date()
        found[day].append(
            SeenVisit(
                clinician=clinician,
                on=day,
                state=State(state),
                facts=decode_json(open_json(FACTS, facts), Facts),
                arrived_at=arrived_at,
                later=tuple(later.get(pk, ())),
            )
        )
    return found


def _later(visits: Any, zone: ZoneInfo) -> dict[int, list[PainRating]]:
    """Return what patients answered after these visits."""
    surveys = FollowUpSurvey.objects.filter(visit__in=visits, answered_at__isnull=False, pain__isnull=False)
    found: dict[int, list[PainRating]] = defaultdict(list)
    for visit, at, pain in surveys.values_list("visit_id", "answered_at", "pain"):
        if at is not None and pain is not None:
            found[visit].append(PainRating(at.astimezone(zone).date(), pain))
    return found


def prepare_figures() -> int:
    """Compute some past days that are missing, of every practice; return how many."""
    made = 0
    for practice in Practice.objects.all():
        today = timezone.localdate(timezone=ZoneInfo(practice.timezone))
        first = _first_day(practice)
        if first is None:
            continue
        kept = set(DayFigures.objects.filter(practice=practice).values_list("day", flat=True))
        days = [day for day in _days(first, today - datetime.timedelta(days=1)) if day not in kept]
        made += len(_computed(practice, days[:MOST_A_ROUND], today))
    return made


def listen() -> None:
    """Drop the figures of a day when one of its visits, or an answer about it, is saved or deleted."""
    for signal in (post_save, post_delete):
        signal.connect(_visit_changed, sender=Visit, dispatch_uid=f"figures of {id(signal)}")
        signal.connect(_survey_changed, sender=FollowUpSurvey, dispatch_uid=f"figures by {id(signal)}")


def _visit_changed(sender: Any, instance: Visit, **kwargs: Any) -> None:
    """Drop the day; of today and later nothing is kept."""
    if instance.day < timezone.localdate(timezone=ZoneInfo(instance.practice.timezone)):
        DayFigures.objects.filter(practice_id=instance.practice_id, day=instance.day).delete()


def _survey_changed(sender: Any, instance: FollowUpSurvey, **kwargs: Any) -> None:
    if instance.answered_at is not None:
        _visit_changed(Visit, instance.visit)
