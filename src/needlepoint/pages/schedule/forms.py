"""Forms of the schedule page."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from needlepoint.pages.fields import ChoiceOf, ClockField, DayField, IdField, NumberField, WordsField
from needlepoint.pages.forms import BackForm, SentForm
from needlepoint.pages.public_site.forms import time_of
from needlepoint.records.schedule.desk import MOST_REPEATS
from needlepoint.treatment.bounds import Bound
from needlepoint.visit import commands
from needlepoint.visit.commands import Command
from needlepoint.visit.limits import MOST_ROOM, MOST_SHORT_REASON

__all__ = [
    "BookForm", "CalendarForm", "DayForm", "MoveForm", "StateForm", "TaskForm", "TimeForm", "WaitForm",
]  # fmt: skip

ACTS = ("check_in", "undo_check_in", "room", "leave_room", "no_show", "cancel", "reinstate")


class DayForm(SentForm):
    """The day that the page shows."""

    day = DayField(required=False, widget=forms.HiddenInput)


class StateForm(BackForm, DayForm):
    """Where a patient is: checked in, in a room, no-show, canceled."""

    act = ChoiceOf(choices=[(act, act) for act in ACTS], widget=forms.HiddenInput)
    room = WordsField(MOST_ROOM, label=_("Room"), required=False)
    because = WordsField(MOST_SHORT_REASON, label=_("Reason"), required=False)

    def clean(self) -> dict[str, object]:
        """Require a reason for a cancellation."""
        found = super().clean() or {}
        if found.get("act") == "cancel" and not found.get("because") and "because" not in self.errors:
            self.add_error("because", _("Enter a reason."))
        return found

    def command(self) -> Command:
        """Return the command."""
        sent = self.cleaned_data
        acts: dict[str, Command] = {
            "check_in": commands.CheckIn(),
            "undo_check_in": commands.UndoCheckIn(),
            "room": commands.AssignRoom(room=sent["room"]),
            "leave_room": commands.LeaveRoom(),
            "no_show": commands.NoShow(),
            "cancel": commands.Cancel(because=sent["because"]),
            "reinstate": commands.Reinstate(),
        }
        return acts[sent["act"]]


class CalendarForm(DayForm):
    """Which part of the schedule is shown, as a form."""

    view = ChoiceOf(
        label=_("View"),
        required=False,
        choices=[("day", _("Day")), ("week", _("Week")), ("month", _("Month"))],
    )
    who = IdField(required=False)
    by = ChoiceOf(label=_("Column"), required=False, choices=[("room", _("Room"))])


class TimeForm(SentForm):
    """A time of a clinician, chosen in the calendar or entered by hand."""

    slot = forms.RegexField(
        r"\A[0-9]{1,9}-[0-9]{8}T[0-9]{4}\Z",
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("Choose a time from the page.")},
    )
    who = IdField(required=False)
    on = DayField(label=_("Day"), required=False)
    at = ClockField(label=_("Time"), required=False)

    def chosen(self) -> tuple[int, datetime.datetime] | None:
        """Return the clinician and the time; None when nothing was chosen yet."""
        sent = self.cleaned_data
        if sent["slot"]:
            person, _sep, at = sent["slot"].partition("-")
            parsed = time_of(at)
            return (int(person), parsed) if parsed else None
        if sent["who"] and sent["on"] and sent["at"]:
            local = datetime.datetime.combine(sent["on"], sent["at"], timezone.get_current_timezone())
            return sent["who"], local.astimezone(datetime.UTC)
        return None


class MoveForm(TimeForm):
    """Another time for a visit."""

    overbook = forms.BooleanField(label=_("Overbook"), required=False)


def _whole(most: int, **options: Any) -> NumberField:
    rule = Bound(id="whole", low=Decimal(1), high=Decimal(most), unit="", remedy="", remedy_es="")
    return NumberField(rule, places=0, required=False, **options)


class BookForm(MoveForm):
    """A visit at a chosen time, or a series of visits."""

    service = IdField(required=False)
    reason = WordsField(MOST_SHORT_REASON, label=_("Reason"), required=False)
    every_weeks = _whole(52, label=_("Repeat every (weeks)"))
    times = _whole(MOST_REPEATS, label=_("Number of visits"))

    def clean(self) -> dict[str, object]:
        """A series needs both numbers."""
        found = super().clean() or {}
        series = bool(found.get("times") and found["times"] > 1)
        if series and not found.get("every_weeks") and "every_weeks" not in self.errors:
            self.add_error("every_weeks", _("Enter how many weeks lie between two visits."))
        return found

    @property
    def weeks(self) -> int:
        """Return the weeks between two visits of a series."""
        return int(self.cleaned_data["every_weeks"] or 1)

    @property
    def visits(self) -> int:
        """Return how many visits: one, unless a number was entered."""
        return int(self.cleaned_data["times"] or 1)


class WaitForm(SentForm):
    """A place on the waitlist."""

    service = IdField()
    until = DayField(label=_("Until"))
    who = IdField(required=False)


class TaskForm(SentForm):
    """A task for the practice."""

    title = WordsField(200, label=_("New task"))
    due_on = DayField(label=_("Due"), required=False)
    patient = IdField(required=False)
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
