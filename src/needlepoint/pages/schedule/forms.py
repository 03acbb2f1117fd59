"""What is entered on the page of the day."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from needlepoint.pages.fields import ChoiceOf, DayField, IdField, WordsField
from needlepoint.pages.forms import SentForm
from needlepoint.visit import commands
from needlepoint.visit.commands import Command
from needlepoint.visit.limits import MOST_ROOM, MOST_SHORT_REASON

__all__ = ["DayForm", "StateForm", "TaskForm"]

ACTS = ("check_in", "undo_check_in", "room", "leave_room", "no_show", "cancel", "reinstate")


class DayForm(SentForm):
    """The day that the page shows."""

    day = DayField(required=False, widget=forms.HiddenInput)


class StateForm(DayForm):
    """Where a patient is: here, in a room, not here after all, missed, canceled."""

    act = ChoiceOf(choices=[(act, act) for act in ACTS], widget=forms.HiddenInput)
    room = WordsField(MOST_ROOM, label=_("Room"), required=False)
    because = WordsField(MOST_SHORT_REASON, label=_("Reason"), required=False)

    def clean(self) -> dict[str, object]:
        """A cancellation has a reason."""
        found = super().clean() or {}
        if found.get("act") == "cancel" and not found.get("because") and "because" not in self.errors:
            self.add_error("because", _("Enter a reason."))
        return found

    def command(self) -> Command:
        """The act."""
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


class TaskForm(SentForm):
    """A task for the practice."""

    title = WordsField(200, label=_("New task"))
    due_on = DayField(label=_("Due"), required=False)
    patient = IdField(required=False)
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
