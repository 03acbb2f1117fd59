"""The schedule by day, week and month, by clinician and by room; visits are rescheduled and scheduled from here."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import allowed
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.schedule.forms import CalendarForm
from needlepoint.pages.schedule.grid import by_room, grid_of
from needlepoint.records.models import Location, Staff, VisitType, WaitlistEntry
from needlepoint.records.schedule.agenda import ClinicianDay, agenda, clinicians_of, load_of, rooms_held
from needlepoint.records.schedule.desk import free_for
from needlepoint.records.schedule.times import Slot, free_slots

__all__ = ["CalendarView", "calendar", "pick_from", "shown_by"]

WEEK = 7
MOST_WEEKS = 8  # searched for an open time
MOST_WAITING = 20
VIEWS = (("day", _("Day")), ("week", _("Week")), ("month", _("Month")))


class CalendarView(NamedTuple):
    """Which part of the schedule is shown."""

    view: str
    day: datetime.date
    who: int | None
    rooms: bool

    def address(self, **changed: Any) -> str:
        """Return the query string of the same view with some changes."""
        now = self._replace(**changed)
        parts = {
            "view": now.view,
            "day": now.day.isoformat(),
            "who": now.who,
            "by": "room" if now.rooms else "",
        }
        return "?" + urlencode({key: value for key, value in parts.items() if value})

    @property
    def first(self) -> datetime.date:
        """Return the first day that is shown: Monday in a week."""
        if self.view == "week":
            return self.day - datetime.timedelta(days=self.day.weekday())
        return self.day.replace(day=1) if self.view == "month" else self.day

    def moved(self, way: int) -> datetime.date:
        """Return the day to which ‹ (-1) and › (1) lead."""
        if self.view == "month":
            first = self.day.replace(day=1)
            return (first + datetime.timedelta(days=32 if way > 0 else -1)).replace(day=1)
        return self.day + datetime.timedelta(days=way * (WEEK if self.view == "week" else 1))


@allowed("desk")
@require_GET
def calendar(request: StaffRequest) -> HttpResponse:
    """The visits of a day, a week or a month."""
    people = clinicians_of(request.staff.practice)
    shown = shown_by(request, people)
    record_audit(request.staff, "read", f"schedule: {shown.view} of {shown.day}")
    context = _around(request, shown, people) | {"nav": "schedule", "waiting": _waiting(request)}
    if shown.view == "month":
        return render(request, "pages/month.html", context | _month(request, shown))
    return render(request, "pages/schedule.html", context | _columns(request, shown, people))


def pick_from(
    request: StaffRequest,
    service: VisitType,
    who: int | None,
    start: datetime.date | None = None,
    ignore: int | None = None,
) -> dict[str, object]:
    """Return the open times of one clinician's week, for a visit to be scheduled or rescheduled.

    Without a day in the address, the first week from `start` on that has an open time.
    """
    people = clinicians_of(request.staff.practice)
    shown = shown_by(request, people)
    shown = shown._replace(view="week", rooms=False, who=_known(shown.who or who, people))
    given = "day" in request.GET
    shown = shown if given else shown._replace(day=max(shown.day, start or shown.day))
    shown, slots = _first_free(request, service, shown, 1 if given else MOST_WEEKS, ignore)
    chosen = [person for person in people if person.pk == shown.who]
    stretches = agenda(request.staff.practice, shown.first, WEEK, chosen)
    context = _around(request, shown, people) | {"views": ()}
    return context | _grid(request, stretches, slots, ignore) | {"picking": True, "any_free": bool(slots)}


def _first_free(
    request: StaffRequest, service: VisitType, shown: CalendarView, weeks: int, ignore: int | None
) -> tuple[CalendarView, list[Slot]]:
    """Return the first week with an open time, and its times; the requested week if none has any."""
    for number in range(weeks if shown.who else 0):
        day = shown.day + datetime.timedelta(weeks=number)
        there = shown._replace(day=day)
        slots = free_for(request.staff.practice, service, there.first, WEEK, shown.who or 0, ignore)
        if slots:
            return there, slots
    return shown, []


def shown_by(request: StaffRequest, people: list[Staff]) -> CalendarView:
    """Return what an address asks for; today, all clinicians and the day view for anything invalid."""
    form = CalendarForm(request.GET)
    form.is_valid()
    sent = form.cleaned_data
    day = sent.get("day") or timezone.localtime().date()
    who = sent.get("who")
    who = who if any(person.pk == who for person in people) else None
    view = sent.get("view") or "day"
    if view == "week" and who is None:
        who = _known(request.staff.pk, people)
    return CalendarView(view, day, who, sent.get("by") == "room" and view == "day")


def _known(who: int | None, people: list[Staff]) -> int | None:
    """Return this clinician; the first one if there is none."""
    known = [person.pk for person in people]
    return who if who in known else next(iter(known), None)


def _around(request: StaffRequest, shown: CalendarView, people: list[Staff]) -> dict[str, object]:
    """Return the bar above the columns: views, days, clinicians."""
    today = timezone.localtime().date()
    every = [] if shown.view == "week" else [("", _("All clinicians"), shown.address(who=None))]
    return {
        "shown": shown,
        "day": shown.day,
        "today": today,
        "here": request.get_full_path(),
        "views": [(name, label, shown.address(view=name, rooms=False)) for name, label in VIEWS],
        "before": shown.address(day=shown.moved(-1)),
        "after": shown.address(day=shown.moved(1)),
        "to_today": shown.address(day=today),
        "people": [*every, *((row.pk, row.name, shown.address(who=row.pk)) for row in people)],
        "room_address": shown.address(rooms=not shown.rooms),
        "last": shown.first + datetime.timedelta(days=WEEK - 1),
    }


def _columns(request: StaffRequest, shown: CalendarView, people: list[Staff]) -> dict[str, object]:
    practice = request.staff.practice
    chosen = [person for person in people if shown.who in (None, person.pk)]
    days = WEEK if shown.view == "week" else 1
    stretches = agenda(practice, shown.first, days, chosen)
    quarter = VisitType(practice=practice, minutes=15, technique="")
    slots = free_slots(practice, quarter, shown.first, days, staff_id=shown.who, by_staff=True)
    return _grid(request, stretches, slots, None, shown.rooms)


def _grid(
    request: StaffRequest,
    stretches: list[ClinicianDay],
    slots: list[Slot],
    moving: int | None,
    rooms: bool = False,
) -> dict[str, object]:
    practice = request.staff.practice
    zone = ZoneInfo(practice.timezone)
    visits = [visit for row in stretches for visit in row.visits]
    held = rooms_held(visits)
    if rooms and stretches:
        names = [
            name for place in Location.objects.in_use().filter(practice=practice) for name in place.rooms
        ]
        grid = by_room(stretches, list(dict.fromkeys(names)), zone, held)
    else:
        grid = grid_of(stretches, slots, zone, held, moving)
    return {"grid": grid, "lists": _lists(stretches), "now": timezone.now(), "held": held}


def _lists(stretches: list[ClinicianDay]) -> list[ClinicianDay]:
    """Return the visits of each clinician by day, for printing, without empty days."""
    return [row for row in stretches if row.visits]


def _month(request: StaffRequest, shown: CalendarView) -> dict[str, object]:
    """Return whole weeks from Monday, so that each day is under its weekday."""
    first = shown.first - datetime.timedelta(days=shown.first.weekday())
    following = shown.moved(1)
    weeks = -(-(following - first).days // WEEK)
    loads = load_of(request.staff.practice, first, weeks * WEEK, shown.who)
    rows = [
        [(load, shown.address(view="day", day=load.day)) for load in loads[start : start + WEEK]]
        for start in range(0, len(loads), WEEK)
    ]
    return {"weeks": rows}


def _waiting(request: StaffRequest) -> list[WaitlistEntry]:
    rows = WaitlistEntry.objects.filter(practice=request.staff.practice, closed_at=None)
    return list(rows.select_related("patient", "service", "staff").order_by("made_at")[:MOST_WAITING])
