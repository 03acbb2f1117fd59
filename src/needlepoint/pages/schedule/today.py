"""The day: where each patient is, how long they have waited, what is missing."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from needlepoint.cost.ledger import ZERO
from needlepoint.guard.roles import allowed, may
from needlepoint.pages.forms import as_get, checked
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.schedule.forms import DayForm, StateForm, TaskForm
from needlepoint.pages.settings.first_steps import checklist_of
from needlepoint.records.billing.ledger import balances, copays_left
from needlepoint.records.models import Visit
from needlepoint.records.patients.messages import read_message, to_read
from needlepoint.records.patients.tasks import add_task, finish_task, open_tasks
from needlepoint.records.schedule.agenda import held_room
from needlepoint.records.visit.act import act

__all__ = ["message_read", "new_task", "set_state", "task_done", "today", "today_list"]

COLUMNS = (
    (Visit.State.BOOKED, _("Scheduled")),
    (Visit.State.ARRIVED, _("Checked in")),
    (Visit.State.INTAKE_DONE, _("Intake complete")),
    (Visit.State.IN_ROOM, _("In room")),
    (Visit.State.TO_SIGN, _("To sign")),
    (Visit.State.DONE, _("Done")),
    (Visit.State.NO_SHOW, _("No-show")),
    (Visit.State.CANCELED, _("Canceled")),
)
LEFT = (Visit.State.NO_SHOW, Visit.State.CANCELED)  # shown only when there are any
LATE_MINUTES = 20
MOST_TASKS = 30


@allowed("desk")
@require_GET
def today(request: StaffRequest) -> HttpResponse:
    """The day's patients by state."""
    steps = checklist_of(request.staff.practice) if may(request.staff, "settings") else None
    return render(request, "pages/today.html", _day(request) | {"checklist": steps})


@allowed("desk")
@require_GET
def today_list(request: StaffRequest) -> HttpResponse:
    """The list alone, which the page refreshes at intervals."""
    return render(request, "pages/_today.html", _day(request))


@allowed("receive")
@require_POST
def set_state(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Set where a patient is: checked in, in a room, no-show, canceled."""
    form = checked(StateForm(request.POST))
    act(request.staff, visit_id, form.command())
    if request.htmx:
        return today_list(as_get(request))
    return redirect(form.back_or("/today/"))


@allowed("desk")
@require_POST
def new_task(request: StaffRequest) -> HttpResponse:
    """A task for the practice."""
    sent = checked(TaskForm(request.POST)).cleaned_data
    add_task(request.staff, sent["title"], sent["due_on"], sent["patient"], sent["urgent"])
    return redirect("patient", sent["patient"]) if sent["patient"] else redirect("today")


@allowed("desk")
@require_POST
def message_read(request: StaffRequest, message_id: int) -> HttpResponse:
    """Mark a message as read by its recipient."""
    read_message(request.staff, message_id)
    return today_list(as_get(request)) if request.htmx else redirect("today")


@allowed("desk")
@require_POST
def task_done(request: StaffRequest, task_id: int) -> HttpResponse:
    """Mark a task as done."""
    finish_task(request.staff, task_id)
    return today_list(as_get(request)) if request.htmx else redirect("today")


def _day(request: StaffRequest) -> dict[str, object]:
    """Return the visits of the day with their people and counts, in four queries."""
    zone = ZoneInfo(request.staff.practice.timezone)
    day = _asked_day(request, zone)
    start = datetime.datetime.combine(day, datetime.time(), zone)
    visits = _visits(request.staff.practice_id, start).annotate(
        held_room=held_room(),
        signed=Count("consents", filter=Q(consents__voided_at=None), distinct=True),
        treated=Count("sites", filter=Q(sites__given__isnull=False), distinct=True),
    )
    now = timezone.now()
    rooms = Rooms(
        {
            (visit.location_id, visit.room): visit
            for visit in visits
            if visit.state == Visit.State.IN_ROOM and visit.room
        },
        {visit.pk: visit.held_room for visit in visits if visit.held_room and visit.state not in LEFT},
    )
    collects = may(request.staff, "collect")
    owed = balances({visit.patient_id for visit in visits}) if collects else {}
    copays = copays_left(visits, owed) if collects else {}
    rows = [
        _row(visit, visit.signed > 0, rooms, now, zone)._replace(
            owed=owed.get(visit.patient_id, ZERO), copay=copays.get(visit.pk)
        )
        for visit in visits
    ]
    columns = [
        {"state": str(state), "title": title, "rows": [row for row in rows if row.visit.state == state]}
        for state, title in COLUMNS
        if state not in LEFT or any(row.visit.state == state for row in rows)
    ]
    return {
        "columns": columns,
        "columns_any": bool(rows),
        "day": day,
        "before": day - datetime.timedelta(days=1),
        "after": day + datetime.timedelta(days=1),
        "is_today": day == now.astimezone(zone).date(),
        "count": sum(row.visit.state not in LEFT for row in rows),
        "words": to_read(request.staff)[:MOST_TASKS],
        "tasks": open_tasks(request.staff)[:MOST_TASKS],
        "today_date": now.astimezone(zone).date(),
    }


def _visits(practice_id: int, start: datetime.datetime) -> QuerySet[Visit]:
    """Return the visits within 24 hours from `start`, with their people."""
    rows = Visit.objects.filter(
        practice_id=practice_id, starts_at__gte=start, starts_at__lt=start + datetime.timedelta(days=1)
    )
    people = rows.select_related("patient", "clinician", "intake", "location", "practice")
    return people.order_by("starts_at", "pk")


def _asked_day(request: StaffRequest, zone: ZoneInfo) -> datetime.date:
    form = DayForm(request.POST if "day" in request.POST else request.GET)
    day: datetime.date | None = form.cleaned_data["day"] if form.is_valid() else None
    return day or timezone.now().astimezone(zone).date()


class Rooms(NamedTuple):
    """Which patient is in which room, and which room is reserved for a visit."""

    taken: dict[tuple[int, str], Visit]
    kept: dict[int, str]

    def of(self, visit: Visit) -> list[Room]:
        """Return the rooms of a location: who is there, and whether it is reserved for this visit or free."""
        found = []
        for name in visit.location.rooms:
            other = self.taken.get((visit.location_id, name))
            by = other.patient.name if other is not None else ""
            found.append(Room(name, by, not by and self.kept.get(visit.pk) == name))
        return found


class Room(NamedTuple):
    """One choice in the list of rooms."""

    name: str
    by: str
    kept: bool


class TodayRow(NamedTuple):
    """One visit of the day. `waits`: minutes since check-in; `hand`: the tablet may be handed over.

    `owed`: balance in USD; `copay`: what of the visit's copay is still to be paid, None where there is none.
    """

    visit: Visit
    time: datetime.datetime
    waits: int | None
    late: bool
    missing: list[str]
    rooms: list[Room]
    past: bool
    hand: bool
    today: bool
    owed: Decimal = ZERO
    copay: Decimal | None = None


def _row(visit: Visit, signed: bool, rooms: Rooms, now: datetime.datetime, zone: ZoneInfo) -> TodayRow:
    waiting = visit.state in (Visit.State.ARRIVED, Visit.State.INTAKE_DONE) and visit.arrived_at is not None
    minutes = int((now - visit.arrived_at).total_seconds() // 60) if waiting and visit.arrived_at else None
    told = visit.facts.reported.told
    missing = []
    if visit.state != Visit.State.BOOKED and not told:
        missing.append(str(_("pain drawing")))
    if visit.state in (Visit.State.IN_ROOM, Visit.State.TO_SIGN) and not signed:
        missing.append(str(_("consent")))
    return TodayRow(
        visit=visit,
        time=visit.starts_at.astimezone(zone),
        waits=minutes if minutes is not None and minutes >= 0 else None,
        late=minutes is not None and minutes >= LATE_MINUTES,
        missing=missing,
        rooms=rooms.of(visit),
        past=visit.starts_at < now,
        hand=visit.state in (Visit.State.BOOKED, Visit.State.ARRIVED),
        today=visit.day == now.astimezone(zone).date(),
    )
