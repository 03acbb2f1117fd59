"""Onset and prior care: reported in a visit, and part of the whole episode."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET
from msgspec.structs import replace

from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.treatment.types import PriorCare
from needlepoint.visit import commands as act
from needlepoint.visit.commands import Command
from needlepoint.visit.context import Context
from needlepoint.visit.facts import Visit
from needlepoint.visit.limits import FIRST_BEGAN, MOST_PRIOR_CARE, MOST_PRIOR_CARE_WORDS

__all__ = ["HANDLERS"]


def _report(visit: Visit, command: act.ReportHistory, context: Context) -> Visit:
    history = visit.history
    if command.began_on is not UNSET:
        today = context.now.astimezone(ZoneInfo(visit.zone)).date()
        history = replace(history, began_on=_checked_onset(command.began_on, today))
    if command.prior_care is not UNSET:
        listed = (*(history.prior_care or ()), *map(_checked_care, command.prior_care))
        if len(listed) > MOST_PRIOR_CARE:
            raise NotPossible(
                "At most %(most)s lines of care can be listed.", "care", most=str(MOST_PRIOR_CARE)
            )
        history = replace(history, prior_care=listed)
    return replace(visit, history=history)


def _checked_onset(began_on: datetime.date | None, today: datetime.date) -> datetime.date | None:
    if began_on is not None and not FIRST_BEGAN <= began_on <= today:
        raise Refused(Fault("began_on", str(began_on), f"a day from {FIRST_BEGAN} up to today"))
    return began_on


def _checked_care(care: PriorCare) -> PriorCare:
    what = care.what.strip()
    if not what:
        raise Refused(Fault("care", "nothing", "what was tried, in words"))
    if len(what) > MOST_PRIOR_CARE_WORDS:
        raise Refused(Fault("care", f"{len(what)} characters", f"at most {MOST_PRIOR_CARE_WORDS}"))
    return replace(care, what=what)


def _remove_care(visit: Visit, command: act.RemovePriorCare, context: Context) -> Visit:
    listed, number = visit.history.prior_care or (), command.number
    if not 0 <= number < len(listed) or listed[number].what != command.what:
        raise NotPossible("This prior treatment is no longer in the list. Load the page again.", "care")
    # "Nothing tried" must be stated by somebody: an emptied list is an open question.
    left = (*listed[:number], *listed[number + 1 :]) or None
    return replace(visit, history=replace(visit.history, prior_care=left))


HANDLERS: dict[type[Command], Callable[[Visit, Any, Any], Visit]] = {
    act.ReportHistory: _report,
    act.RemovePriorCare: _remove_care,
}
