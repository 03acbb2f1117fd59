"""The state machine: which command is possible in which state, its next state, and its effects.

Effects are data. `records` runs them in the transaction that saves the visit, so that they happen once or not at all.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from needlepoint.base.refusal import NotPossible
from needlepoint.visit import commands as act
from needlepoint.visit.commands import Command
from needlepoint.visit.facts import OPEN, State

__all__ = ["TABLE", "Effect", "Transition", "Who", "transition_of"]


class Effect(Enum):
    """An effect of a visit's change on the rest of the practice."""

    TAKE_SLOT = "take_slot"  # the minutes of clinician and room
    RELEASE_SLOT = "release_slot"
    MOVE_SLOT = "move_slot"
    TELL_BOOKED = "tell_booked"
    TELL_MOVED = "tell_moved"
    TELL_CANCELED = "tell_canceled"
    RECALL_MESSAGES = "recall_messages"  # queued messages about this visit
    RECALL_BEFORE_VISIT = "recall_before_visit"  # reminder, booked, moved: the patient is here
    OFFER_WAITLIST = "offer_waitlist"
    DROP_ESTIMATE = "drop_estimate"
    USE_VIAL = "use_vial"
    RETURN_VIAL = "return_vial"
    FREEZE_NOTE = "freeze_note"
    SCHEDULE_CHECK_INS = "schedule_check_ins"
    SEND_AFTERCARE = "send_aftercare"


class Who(Enum):
    """Who may act. The rights of a role are decided in `guard.roles`."""

    STAFF = "staff"
    PATIENT = "patient"  # the patient too, before being roomed
    ANYONE = "anyone"  # also the system
    CLINICIAN = "clinician"  # a licensed person
    SIGNER = "signer"  # the clinician of the visit


class Transition(msgspec.Struct, frozen=True):
    """One row: the command, from which states, to which (None: unchanged, or `apply` derives it), effects, who."""

    command: type[Command]
    from_: frozenset[State]
    to: State | None = None
    effects: tuple[Effect, ...] = ()
    who: Who = Who.STAFF


BEFORE_ROOM = frozenset({State.BOOKED, State.ARRIVED, State.INTAKE_DONE})
WAITING = frozenset({State.ARRIVED, State.INTAKE_DONE})
LEAVES = (Effect.RELEASE_SLOT, Effect.RECALL_MESSAGES, Effect.DROP_ESTIMATE, Effect.OFFER_WAITLIST)

TABLE: tuple[Transition, ...] = (
    # What the patient reports, at home and in the room
    Transition(act.ReportComplaint, OPEN, who=Who.PATIENT),
    Transition(act.ToggleRegion, OPEN, who=Who.PATIENT),
    Transition(act.AnswerQuestion, OPEN, who=Who.PATIENT),
    Transition(act.ReportHistory, OPEN, who=Who.PATIENT),
    Transition(act.FinishIntake, frozenset({State.BOOKED}), State.BOOKED, who=Who.PATIENT),
    Transition(act.FinishIntake, WAITING, State.INTAKE_DONE, who=Who.PATIENT),
    # Questions before the needle, examination, plan
    *(
        Transition(command, OPEN)
        for command in (
            act.RemovePriorCare,
            act.ReportNothing,
            act.ReportDose,
            act.ReportLocal,
            act.ReportPregnancy,
            act.ReportLab,
            act.AnswerPayer,
            act.RecordSigns,
            act.RecordNeurological,
            act.RecordMotions,
            act.ChangeOrder,
            act.PlanSite,
            act.RemoveSite,
        )
    ),
    Transition(act.DecidePrecaution, OPEN, who=Who.CLINICIAN),
    Transition(act.ClearFlag, OPEN, who=Who.CLINICIAN),
    # Procedure
    *(
        Transition(command, OPEN)
        for command in (
            act.RecordInjection,
            act.RecordPlanned,
            act.WithdrawInjection,
            act.RecordResponse,
            act.RecordTimeOut,
            act.RecordVitals,
            act.RecordPreparation,
            act.RecordInstrument,
            act.RecordDischarge,
            act.RecordDiluent,
            act.RecordGuidance,
            act.RecordTimes,
            act.RecordConsultation,
            act.RecordEvent,
            act.RecordObserved,
            act.EditSentence,
            act.WriteOwnWords,
        )
    ),
    Transition(act.OpenVial, OPEN, effects=(Effect.USE_VIAL,)),
    Transition(act.RemoveVial, OPEN, effects=(Effect.RETURN_VIAL,)),
    Transition(act.EndWithoutNeedle, OPEN, State.TO_SIGN),
    Transition(act.Complete, frozenset({State.IN_ROOM, State.TO_SIGN}), State.TO_SIGN),
    Transition(act.Reopen, frozenset({State.TO_SIGN}), State.IN_ROOM),
    Transition(act.Undo, OPEN),
    Transition(
        act.Sign,
        OPEN,
        State.DONE,
        (Effect.FREEZE_NOTE, Effect.SCHEDULE_CHECK_INS, Effect.SEND_AFTERCARE),
        Who.SIGNER,
    ),
    Transition(act.RecordOutcome, frozenset({State.DONE})),
    # Front desk
    Transition(act.CheckIn, frozenset({State.BOOKED}), State.ARRIVED),
    Transition(act.CheckIn, frozenset({State.NO_SHOW}), State.ARRIVED, (Effect.TAKE_SLOT,)),
    Transition(act.UndoCheckIn, WAITING, State.BOOKED),
    Transition(act.AssignRoom, WAITING | {State.BOOKED, State.IN_ROOM}, State.IN_ROOM),
    Transition(act.LeaveRoom, frozenset({State.IN_ROOM}), State.ARRIVED),
    Transition(act.NoShow, frozenset({State.BOOKED}), State.NO_SHOW, LEAVES),
    Transition(
        act.Cancel, frozenset({State.BOOKED}), State.CANCELED, (*LEAVES, Effect.TELL_CANCELED), Who.ANYONE
    ),
    Transition(act.Cancel, WAITING | {State.IN_ROOM}, State.CANCELED, LEAVES),
    Transition(
        act.Reinstate,
        frozenset({State.CANCELED, State.NO_SHOW}),
        State.BOOKED,
        (Effect.TAKE_SLOT, Effect.TELL_BOOKED),
    ),
    Transition(
        act.Reschedule,
        frozenset({State.BOOKED}),
        State.BOOKED,
        (Effect.MOVE_SLOT, Effect.RECALL_BEFORE_VISIT, Effect.TELL_MOVED, Effect.OFFER_WAITLIST),
        Who.ANYONE,
    ),
)  # fmt: skip

WAITS = NotPossible("This is not possible while the patient is waiting.", "visit")
# The message for a command that no row of the table permits, by the state of the visit.
NOT_NOW = {
    State.BOOKED: NotPossible("This is not possible yet: the patient has not arrived.", "visit"),
    State.ARRIVED: WAITS,
    State.INTAKE_DONE: WAITS,
    State.IN_ROOM: NotPossible("This is not possible while the patient is in a room.", "visit"),
    State.TO_SIGN: NotPossible("This is not possible for a visit that is ready to sign.", "visit"),
    State.DONE: NotPossible("This visit is signed. A signed note is amended, not changed.", "visit"),
    State.CANCELED: NotPossible("This visit is canceled.", "visit"),
    State.NO_SHOW: NotPossible("This visit was a no-show.", "visit"),
}


def transition_of(state: State, command: Command) -> Transition:
    """Return the row for a command in a state; Refused, with what is possible instead, if there is none."""
    found = next((row for row in TABLE if isinstance(command, row.command) and state in row.from_), None)
    if found is not None:
        return found
    raise NotPossible(NOT_NOW[state].text, "visit")
