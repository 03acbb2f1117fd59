"""The session as it happens: sites done with what was really given, what was drawn up, what went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from needlepoint.records.compose import full
from needlepoint.records.drafts import Put, change
from needlepoint.records.models import Site, Staff, Visit
from needlepoint.records.think import think
from needlepoint.refusal import Fault, Refused
from needlepoint.treatment.plan import Plan
from needlepoint.treatment.sites import PlannedSite
from needlepoint.treatment.types import Verdict

__all__ = ["EVENTS", "mark_done", "note_event"]

Spot = tuple[str, str, str]
# What may go wrong in a session; the words stand in the pages.
EVENTS = ("faint", "bleeding", "allergy", "toxicity", "breathless", "nerve", "needle", "other")


def mark_done(
    staff: Staff,
    visit_id: int,
    version: int,
    spot: Spot | None,
    actual_ml: Decimal | None = None,
    key: str = "",
    anyway: bool = False,
) -> Visit:
    """One site as done (with what was really given), or every planned one. A site that was done is taken back.

    Raises Refused without a plan, for a plan that is refused, and for one that waits for answers unless `anyway` says
    that it was done all the same: that is then written down as such.
    """
    visit = full(visit_id, staff.practice_id)
    plan = _plan(visit)
    rows = [row for row in visit.sites.all() if row.voided_at is None]
    wanted: list[tuple[Site | None, PlannedSite | None, Decimal | None]]
    if spot is None:
        wanted = [(_row(rows, site), site, None) for site in plan.sites]
    else:
        row = next((row for row in rows if (row.muscle, row.side, row.point) == spot), None)
        planned = next((site for site in plan.sites if (site.muscle_id, site.side) == spot[:2]), None)
        wanted = [(row, planned, actual_ml)]
    if any(row is None or not row.done_at for row, _, _ in wanted):
        _may(plan, anyway)
    puts: list[Put] = []
    given: dict[Spot, Mapping[str, Any]] = {_key(row): row.done for row in rows if row.done_at}
    for row, site, actual in wanted:
        place = _key(row) if row else _place(site, spot)
        if row and row.done_at and spot is not None:
            puts += [Put("done_at", None, place), Put("done", {}, place)]
            given.pop(place, None)
            continue
        if row and row.done_at:
            continue
        volume = actual if actual is not None else (site.volume_ml if site else None)
        given[place] = _done(plan, site, volume)
        puts += _done_puts(place, given[place], volume)
    session = visit.session | {
        "technique": plan.chosen.technique,
        "drugs": _drugs(plan, list(given.values()), visit.session),
    }
    session.setdefault("began_at", timezone.now().isoformat())
    done = {place[:2] for place in given}
    whole = all((site.muscle_id, site.side) in done for site in plan.sites)
    state = Put("state", str(Visit.State.TO_SIGN if whole else Visit.State.IN_ROOM))
    what = "done" if plan.verdict is Verdict.MET else "done although answers were missing"
    return change(visit_id, staff, version, what, [*puts, state, Put("session", session)], key)


def _plan(visit: Visit) -> Plan:
    walked = think(visit).walked
    if walked is None or walked.plan is None:
        raise Refused(Fault("done", "a visit without a plan", "a plan first: what is done where"))
    return walked.plan


def _may(plan: Plan, anyway: bool) -> None:
    said = "; ".join(plan.because)
    if plan.verdict is Verdict.NOT_MET:
        raise Refused(Fault("done", "a plan that is refused", "one that may go ahead", said))
    if plan.verdict is Verdict.NOT_KNOWN and not anyway:
        raise Refused(Fault("done", "a plan that waits for answers", "the answers first", said))


def _row(rows: Sequence[Site], site: PlannedSite) -> Site | None:
    return next((row for row in rows if (row.muscle, row.side) == (site.muscle_id, site.side)), None)


def _key(row: Site) -> Spot:
    return (row.muscle, row.side, row.point)


def _place(site: PlannedSite | None, spot: Spot | None) -> Spot:
    if spot is not None:
        return spot
    assert site is not None  # without a spot every place comes from the plan
    return (site.muscle_id, site.side, "")


def _done(plan: Plan, site: PlannedSite | None, volume: Decimal | None) -> dict[str, Any]:
    """What is really given is what the dose is counted by from now on."""
    chosen = plan.chosen
    done: dict[str, Any] = {"technique": chosen.technique}
    if chosen.drug and chosen.concentration_percent is not None:
        done |= {"drug": chosen.drug, "concentration_percent": str(chosen.concentration_percent)}
    if site is not None:
        thick = f"{site.needle.gauge} G" if site.needle.gauge else f"{site.needle.thickness_mm} mm"
        done["needle"] = f"{thick} x {site.needle.length_mm} mm"
    if volume is not None:
        done["volume_ml"] = str(volume)
    return done


def _done_puts(place: Spot, done: Mapping[str, Any], volume: Decimal | None) -> list[Put]:
    return [
        Put("planned", True, place),
        Put("volume_ml", volume, place),
        Put("done", dict(done), place),
        Put("done_at", timezone.now(), place),
    ]


def _drugs(plan: Plan, done: Sequence[Mapping[str, Any]], session: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was given in all, drug by drug as each site says it, and what of the vials for it was thrown away.

    The waste is known only for the drug that the plan still draws up; the lot stays where one was named.
    """
    given: dict[str, Decimal] = {}
    for site in done:
        if site.get("drug") and site.get("volume_ml"):
            mg = Decimal(site["volume_ml"]) * Decimal(site["concentration_percent"]) * 10
            given[site["drug"]] = given.get(site["drug"], Decimal(0)) + mg
    lots = {kept["drug"]: kept["lot"] for kept in session.get("drugs", []) if kept.get("lot")}
    rows = []
    for drug, mg in given.items():
        row: dict[str, Any] = {"drug": drug, "given_mg": plain(mg)}
        draw = plan.chosen.draw_up
        if draw and draw.drug == drug:
            opened = draw.vials * draw.vial_ml * draw.vial_percent * 10
            row |= {
                "wasted_mg": plain(max(opened - mg, Decimal(0))),
                "single_dose": draw.kind == "single_dose",
            }
        rows.append(row | {"lot": lots[drug]} if drug in lots else row)
    return rows


def plain(number: Decimal) -> str:
    """A decimal without trailing zeros and never in scientific notation: 10, not 1E+1."""
    return f"{number.normalize():f}"


def note_event(staff: Staff, visit_id: int, version: int, kind: str, what: str, key: str = "") -> Visit:
    """Something that went wrong: what, what was done about it, when, who wrote it down."""
    if kind not in EVENTS:
        raise Refused(Fault("event", repr(kind), f"one of {', '.join(EVENTS)}"))
    if not what.strip():
        raise Refused(Fault("what", "nothing", "what happened and what was done"))
    visit = Visit.objects.get(pk=visit_id, practice_id=staff.practice_id)
    event = {"kind": kind, "what": what.strip()[:500], "at": timezone.now().isoformat(), "by": staff.name}
    session = visit.session | {"events": [*visit.session.get("events", []), event]}
    session["reactions"] = [*(session.get("reactions") or []), what.strip()[:300]]
    return change(visit_id, staff, version, f"adverse event: {kind}", [Put("session", session)], key)
