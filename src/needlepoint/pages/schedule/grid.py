"""The schedule as a grid of five-minute rows: visits, open times, and time off."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from needlepoint.documents.leaflets.holidays import Holiday
from needlepoint.records.models import TimeOff, Visit
from needlepoint.records.schedule.agenda import LEFT, ClinicianDay
from needlepoint.records.schedule.times import Slot

__all__ = ["Column", "Free", "Grid", "VisitBlock", "by_room", "grid_of"]

MINUTES = 5  # minutes of one row
LEAST = 3  # rows of a block: 24 px
FROM_HOUR, TO_HOUR = 8, 17  # hours that are always shown


class VisitBlock(NamedTuple):
    """A visit in the grid. `lane`: its place beside overlapping visits, from 1."""

    visit: Visit
    time: datetime.datetime
    row: int
    span: int
    lane: int
    room: str


class Free(NamedTuple):
    """A time that can be chosen."""

    slot: str
    time: datetime.datetime
    row: int


class Shade(NamedTuple):
    """Rows without availability."""

    row: int
    span: int


class Column(NamedTuple):
    """One clinician or room on one day."""

    day: datetime.date
    title: str
    sub: str
    holiday: Holiday | None
    off: TimeOff | None
    blocks: list[VisitBlock]
    lanes: int
    free: list[Free]
    shades: list[Shade]
    left: list[Visit]


class Grid(NamedTuple):
    """The columns, and the rows of the full hours."""

    rows: int
    hours: list[tuple[int, datetime.time]]
    columns: list[Column]


def grid_of(
    stretches: Sequence[ClinicianDay],
    slots: Iterable[Slot],
    zone: ZoneInfo,
    rooms: dict[int, str],
    moving: int | None = None,
) -> Grid:
    """Return one column for each availability. `moving`: the visit that is rescheduled; its time counts as open."""
    first, last = _hours_shown(stretches, zone)
    free: dict[tuple[datetime.date, int], list[Slot]] = defaultdict(list)
    for slot in slots:
        free[slot.starts_at.astimezone(zone).date(), slot.staff_id].append(slot)
    columns = [
        _column(stretch, free[stretch.day, stretch.staff.pk], zone, rooms, (first, last), moving)
        for stretch in stretches
    ]
    hours = [(_row(hour * 60, first), datetime.time(hour)) for hour in range(first, last)]
    return Grid((last - first) * 60 // MINUTES, hours, columns)


def by_room(
    stretches: Sequence[ClinicianDay], names: Sequence[str], zone: ZoneInfo, rooms: dict[int, str]
) -> Grid:
    """Return the visits of one day by room, with one column for those without a room."""
    first, last = _hours_shown(stretches, zone)
    visits = sorted((one for row in stretches for one in row.visits), key=lambda one: one.starts_at)
    shown = [one for one in visits if one.state not in LEFT]
    day, columns = stretches[0].day, []
    for name in [*names, ""]:
        blocks = _blocks([one for one in shown if _room(one, rooms) == name], zone, rooms, first)
        title = f"{_('Room')} {name}" if name else str(_("No room yet"))
        lanes = max((block.lane for block in blocks), default=1)
        columns.append(Column(day, title, "", stretches[0].holiday, None, blocks, lanes, [], [], []))
    hours = [(_row(hour * 60, first), datetime.time(hour)) for hour in range(first, last)]
    return Grid((last - first) * 60 // MINUTES, hours, columns)


def _column(
    stretch: ClinicianDay,
    slots: Sequence[Slot],
    zone: ZoneInfo,
    rooms: dict[int, str],
    shown: tuple[int, int],
    moving: int | None,
) -> Column:
    first, last = shown
    here = [visit for visit in stretch.visits if visit.state not in LEFT and visit.pk != moving]
    blocks = _blocks(here, zone, rooms, first)
    return Column(
        day=stretch.day,
        title=stretch.staff.name,
        sub="",
        holiday=stretch.holiday,
        off=stretch.off,
        blocks=blocks,
        lanes=max((block.lane for block in blocks), default=1),
        free=_free(slots, blocks, zone, first),
        shades=_shades(stretch, zone, first, last),
        left=[visit for visit in stretch.visits if visit.state in LEFT],
    )


def _hours_shown(stretches: Sequence[ClinicianDay], zone: ZoneInfo) -> tuple[int, int]:
    """Return the first and last full hour to show on these days."""
    begins, ends = [FROM_HOUR * 60], [TO_HOUR * 60]
    for stretch in stretches:
        times = [(begin, end) for begin, end in stretch.hours]
        for visit in stretch.visits:
            times.append((visit.starts_at, visit.starts_at + datetime.timedelta(minutes=visit.minutes)))
        for begin, end in times:
            minute = _minute(begin, zone)
            begins.append(minute)
            ends.append(min(minute + int((end - begin).total_seconds() // 60), 24 * 60))
    return min(begins) // 60, -(-max(ends) // 60)


def _minute(at: datetime.datetime, zone: ZoneInfo) -> int:
    local = at.astimezone(zone)
    return local.hour * 60 + local.minute


def _row(minute: int, first_hour: int) -> int:
    return (minute - first_hour * 60) // MINUTES + 1


def _blocks(visits: Sequence[Visit], zone: ZoneInfo, rooms: dict[int, str], first: int) -> list[VisitBlock]:
    """Return the visits; overlapping ones are side by side, each in the first free lane."""
    ends: list[int] = []
    found = []
    for visit in visits:
        row = _row(_minute(visit.starts_at, zone), first)
        span = max(LEAST, -(-visit.minutes // MINUTES))
        lane = next((number for number, end in enumerate(ends) if end <= row), len(ends))
        ends[lane : lane + 1] = [row + span]
        time = visit.starts_at.astimezone(zone)
        found.append(VisitBlock(visit, time, row, span, lane + 1, _room(visit, rooms)))
    return found


def _room(visit: Visit, rooms: dict[int, str]) -> str:
    return visit.room or rooms.get(visit.pk, "")


def _free(slots: Sequence[Slot], blocks: Sequence[VisitBlock], zone: ZoneInfo, first: int) -> list[Free]:
    """Return the open times that no visit covers (a walk-in takes no time but is shown)."""
    found = []
    for slot in slots:
        row = _row(_minute(slot.starts_at, zone), first)
        if all(row + LEAST <= block.row or row >= block.row + block.span for block in blocks):
            found.append(Free(f"{slot.staff_id}-{slot.at}", slot.starts_at.astimezone(zone), row))
    return found


def _shades(stretch: ClinicianDay, zone: ZoneInfo, first: int, last: int) -> list[Shade]:
    """Return the rows outside of availability."""
    at, found = 1, []
    end = (last - first) * 60 // MINUTES + 1
    for begins, ends in sorted(stretch.hours):
        row = _row(_minute(begins, zone), first)
        if row > at:
            found.append(Shade(at, row - at))
        at = max(at, _row(_minute(ends, zone), first))
    if at < end:
        found.append(Shade(at, end - at))
    return found
