"""What must be recorded before a needle: consent to the technique, and a time-out that covers the site."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from needlepoint.base.refusal import NotPossible
from needlepoint.treatment.plan.candidate import Candidate
from needlepoint.treatment.plan.make import Plan
from needlepoint.visit.context import Context
from needlepoint.visit.facts import Spot, TimeOut, Visit

__all__ = [
    "ADDED_SITE", "CHANGED_ORDER", "NO_CONSENT", "NO_PLAN", "NO_TIME_OUT", "consent_covers", "hold", "needle_plan",
    "planned_spots", "time_out_of", "without_time_out",
]  # fmt: skip

NO_PLAN = NotPossible(
    "There is no plan yet. The board says what comes first: a red flag to clear, an answer, or an examination.",
    "plan",
)

NO_CONSENT = NotPossible(
    "The patient has not signed the consent for this technique. It is signed before the first needle.",
    "consent",
)
NO_TIME_OUT = NotPossible(
    "No time-out is recorded. Confirm patient, side, sites, allergies, and blood thinners before the first needle.",
    "time_out",
)
ADDED_SITE = NotPossible(
    "A site was added after the time-out. Confirm the time-out again for the added site.", "time_out"
)
CHANGED_ORDER = NotPossible(
    "The technique, the drug, or its strength was changed after the time-out. Confirm the time-out again.",
    "time_out",
)


def needle_plan(context: Context) -> Plan:
    """Return the plan; Refused if there is none."""
    if context.plan is None:
        raise NO_PLAN
    return context.plan


def planned_spots(plan: Plan | None) -> tuple[Spot, ...]:
    """Return the sites of the plan."""
    return tuple(Spot(site.muscle_id, site.side, site.point or "") for site in (plan.sites if plan else ()))


def consent_covers(consents: Iterable[str], technique: str) -> bool:
    """Whether a signed consent covers this technique; any consent to a needle covers saline."""
    held = set(consents)
    return technique in held or (technique == "saline" and bool(held))


def time_out_of(plan: Plan, spots: Iterable[Spot], by: str, at: datetime.datetime) -> TimeOut:
    """Return a time-out for these sites, with what is injected."""
    chosen = plan.chosen
    return TimeOut(
        by=by,
        at=at,
        sites=tuple(spots),
        technique=chosen.technique,
        drug=chosen.drug or "",
        concentration_percent=chosen.concentration_percent if chosen.drug else None,
    )


def without_time_out(
    visit: Visit, spots: Iterable[Spot], chosen: Candidate | None = None
) -> tuple[Spot, ...]:
    """Return the sites that no time-out covers: by muscle, side and what is `chosen` to be injected.

    A time-out of an older version names no site, or no technique; it covers all.
    """
    facts = visit.facts
    if facts.time_out is not None and not facts.time_out.sites:
        return ()
    made = [facts.time_out, *facts.added_time_outs] if facts.time_out else []
    covered = {(spot.muscle, spot.side) for one in made if _is_of(one, chosen) for spot in one.sites}
    return tuple(spot for spot in spots if (spot.muscle, spot.side) not in covered)


def _is_of(made: TimeOut, chosen: Candidate | None) -> bool:
    """Whether this time-out confirmed what is chosen now."""
    if chosen is None or not made.technique:
        return True
    if made.technique != chosen.technique or made.drug != (chosen.drug or ""):
        return False
    return not made.drug or made.concentration_percent == chosen.concentration_percent


def hold(visit: Visit, plan: Plan, spots: Iterable[Spot], consents: Iterable[str]) -> NotPossible | None:
    """Return why these sites cannot be needled yet; None if nothing is missing."""
    spots, facts = tuple(spots), visit.facts
    if not consent_covers(consents, plan.chosen.technique):
        return NO_CONSENT
    if visit.treated and facts.time_out is None:  # begun with an older version
        return None
    if not without_time_out(visit, spots, plan.chosen):
        return None
    if facts.time_out is None:
        return NO_TIME_OUT
    return ADDED_SITE if without_time_out(visit, spots) else CHANGED_ORDER
