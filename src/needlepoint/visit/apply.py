"""The only way to change a visit: `apply(visit, command, context)` returns the new visit and its effects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from needlepoint.base.refusal import NotAllowed, NotPossible
from needlepoint.treatment.bounds import may_decide
from needlepoint.visit.acts import clinical, pain_history, preparation, procedure, schedule
from needlepoint.visit.commands import Command, Undo
from needlepoint.visit.context import Actor, Context
from needlepoint.visit.derive import vials_moved
from needlepoint.visit.facts import State, Visit
from needlepoint.visit.states import BEFORE_ROOM, Effect, Transition, Who, transition_of

__all__ = ["Applied", "apply"]


class Applied(msgspec.Struct, frozen=True):
    """The changed visit, and the effects of the change."""

    visit: Visit
    effects: tuple[Effect, ...] = ()


HANDLERS: dict[type[Command], Callable[[Visit, Any, Any], Visit]] = {
    **clinical.HANDLERS,
    **pain_history.HANDLERS,
    **preparation.HANDLERS,
    **procedure.HANDLERS,
    **schedule.HANDLERS,
}


def apply(visit: Visit, command: Command, context: Context) -> Applied:
    """Return the changed visit, and the effects. The given visit is not modified.

    Raises Refused for a command that is not possible in this state, not for this person, or with values out of bounds.
    """
    row = transition_of(visit.state, command)
    _may(row, visit, context.actor)
    changed = HANDLERS[type(command)](visit, command, context)
    if row.to is not None:
        changed = msgspec.structs.replace(changed, state=row.to)
    return Applied(changed, _effects(row, visit, changed))


def _may(row: Transition, visit: Visit, actor: Actor) -> None:
    """Refused unless this kind of person may do this now."""
    if actor.staff is None:
        if row.who is Who.ANYONE and not actor.name:  # the system
            return
        if row.who not in (Who.PATIENT, Who.ANYONE):
            raise NotAllowed("Only the staff of the practice can do this.", "person")
        if visit.state not in BEFORE_ROOM:
            raise NotPossible("This visit has begun. Tell your clinician.", "visit")
    if row.who is Who.CLINICIAN and not may_decide(actor.profession):
        raise NotAllowed("Only a licensed clinician of the practice can do this.", "person")
    if row.who is Who.SIGNER and actor.staff != visit.clinician:
        raise NotAllowed("Only the clinician of the visit signs its note.", "note")


def _effects(row: Transition, before: Visit, after: Visit) -> tuple[Effect, ...]:
    """Return the effects of a transition that apply to this visit; for an undo, the effects on vials."""
    if row.command is Undo:
        moved = vials_moved(before, after).values()
        used = (Effect.USE_VIAL,) if any(count > 0 for count in moved) else ()
        return (*used, Effect.RETURN_VIAL) if any(count < 0 for count in moved) else used
    if row.to is State.DONE and not after.treated:
        return tuple(one for one in row.effects if one is Effect.FREEZE_NOTE)
    return row.effects
