"""The procedure: injections, withdrawals, vials, guidance, times, events; and visits without a needle."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET
from msgspec.structs import replace

from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.treatment.bounds import outside
from needlepoint.treatment.plan.make import Plan
from needlepoint.treatment.plan.sites import PlannedSite
from needlepoint.treatment.types import CheckVerdict
from needlepoint.visit import commands as act
from needlepoint.visit import derive
from needlepoint.visit.acts.clinical import (
    checked_spot,
    checked_volume,
    put_site,
    said,
    with_facts,
    with_zone,
)
from needlepoint.visit.before_needle import hold, needle_plan
from needlepoint.visit.commands import Command
from needlepoint.visit.context import Context
from needlepoint.visit.facts import (
    EVENTS,
    MINUTES_AFTER,
    Consultation,
    Event,
    Given,
    Guidance,
    Outcome,
    Site,
    Spot,
    State,
    Vial,
    Visit,
    Withdrawn,
    WithoutNeedle,
)
from needlepoint.visit.limits import (
    MOST_DECIDED,
    MOST_MINUTES_AFTER,
    MOST_OWN_WORK,
    MOST_PICTURE,
    MOST_REACTIONS,
    MOST_RESPONSE,
    MOST_SHORT_REASON,
)

__all__ = ["HANDLERS", "WITHOUT_NEEDLE"]

WITHOUT_NEEDLE = ("consultation", "referral", "declined")
CENT = Decimal("0.01")


def _record(visit: Visit, command: act.RecordInjection, context: Context) -> Visit:
    spot = checked_spot(command.spot)
    plan = _plan(context, command.questions_open)
    site = visit.site(spot)
    if site is not None and site.given is not None:
        raise NotPossible("This site is already recorded. Withdraw it first.", "site")
    planned = _planned(plan, spot)
    if planned is None:
        raise NotPossible("This site is not in the plan. Plan it first.", "site")
    _refuse_early(visit, plan, (spot,), context)
    given = _given(visit, plan, planned, command.volume_ml, command.questions_open, context)
    return _moved_on(_from_vials(_give(visit, spot, given), given), plan, context)


def _record_planned(visit: Visit, command: act.RecordPlanned, context: Context) -> Visit:
    plan = _plan(context, command.questions_open)
    open_ = [site for site in plan.sites if not _is_given(visit, site)]
    if not open_:
        raise NotPossible("Every site of the plan is already recorded.", "plan")
    _refuse_early(visit, plan, [_spot(planned) for planned in open_], context)
    for planned in open_:
        given = _given(visit, plan, planned, None, command.questions_open, context)
        visit = _from_vials(_give(visit, _spot(planned), given), given)
    return _moved_on(visit, plan, context)


def _refuse_early(visit: Visit, plan: Plan, spots: Iterable[Spot], context: Context) -> None:
    """Refused without a consent to this technique, or without a time-out for these sites."""
    found = hold(visit, plan, spots, context.consents)
    if found is not None:
        raise found


def _plan(context: Context, questions_open: bool) -> Plan:
    """Return the plan, if it allows a needle; Refused otherwise."""
    plan = needle_plan(context)
    if plan.verdict is CheckVerdict.NOT_MET:
        raise NotPossible("This plan is refused. Read the reasons in the plan.", "plan")
    if plan.verdict is CheckVerdict.NOT_KNOWN and not questions_open:
        raise NotPossible(
            "The plan has open questions. Answer them first, or confirm that it was done anyway.", "plan"
        )
    return plan


def _spot(planned: PlannedSite) -> Spot:
    return Spot(planned.muscle_id, planned.side, planned.point or "")


def _planned(plan: Plan, spot: Spot) -> PlannedSite | None:
    return next((site for site in plan.sites if _spot(site) == spot), None)


def _is_given(visit: Visit, planned: PlannedSite) -> bool:
    site = visit.site(_spot(planned))
    return site is not None and site.given is not None


def _given(
    visit: Visit,
    plan: Plan,
    planned: PlannedSite,
    volume_ml: Decimal | None,
    questions_open: bool,
    context: Context,
) -> Given:
    """Return what this site receives: the current drug and needle of the plan, stored with the site from here on."""
    chosen = plan.chosen
    wet = chosen.technique == "wet" and chosen.drug is not None
    needle = planned.needle
    thick = f"{needle.gauge} G" if needle.gauge else f"{needle.thickness_mm} mm"
    volume = volume_ml if volume_ml is not None else planned.volume_ml
    steroid = visit.facts.ordered.steroid if wet else None
    return Given(
        technique=chosen.technique,
        at=context.now,
        by=context.actor.name,
        drug=chosen.drug or "" if wet else "",
        concentration_percent=chosen.concentration_percent if wet else None,
        volume_ml=None if chosen.technique == "dry" else checked_volume(volume, "volume_ml"),
        steroid=steroid.drug if steroid else "",
        steroid_mg=_steroid_share(visit, plan, steroid.dose_mg) if steroid else None,
        needle=f"{thick} x {needle.length_mm} mm",
        questions_open=questions_open and plan.verdict is CheckVerdict.NOT_KNOWN,
    )


def _steroid_share(visit: Visit, plan: Plan, dose_mg: Decimal) -> Decimal:
    """Return milligrams for this site: an equal share of the session's dose; the last site takes the remainder."""
    given = sum((site.given.steroid_mg or Decimal(0) for site in visit.treated if site.given), Decimal(0))
    left = sum(not _is_given(visit, site) for site in plan.sites)
    share = ((dose_mg - given) / max(left, 1)).quantize(CENT)
    return max(share if left > 1 else dose_mg - given, Decimal(0))


def _give(visit: Visit, spot: Spot, given: Given) -> Visit:
    site = visit.site(spot) or Site(spot=spot)
    visit = put_site(visit, replace(site, planned=True, given=given))
    started = visit.facts.started_at or given.at
    return with_facts(visit, started_at=started, without_needle=None)


def _from_vials(visit: Visit, given: Given) -> Visit:
    """The visit, if its vials can hold what this site received; Refused otherwise."""
    for row in derive.too_weak(visit):
        if (row.drug, row.given) == (given.drug, given.concentration_percent):
            raise _weaker(row.drug, row.vial, row.given)
    return visit


def _weaker(drug: str, vial: Decimal, given: Decimal) -> NotPossible:
    return NotPossible(
        "The vial (%(drug)s %(vial)s %%) is weaker than the %(given)s %% on record. "
        "Correct the concentration, or record the vial that was used.",
        "lot",
        drug=drug,
        vial=f"{vial.normalize():f}",
        given=f"{given.normalize():f}",
    )


def _moved_on(visit: Visit, plan: Plan, context: Context) -> Visit:
    """Ready to sign once every site of the plan is recorded."""
    whole = all(_is_given(visit, site) for site in plan.sites)
    if whole and visit.facts.ended_at is None:
        visit = with_facts(visit, ended_at=context.now)
    return replace(visit, state=State.TO_SIGN if whole else State.IN_ROOM)


def _withdraw(visit: Visit, command: act.WithdrawInjection, context: Context) -> Visit:
    site = visit.site(command.spot)
    if site is None or site.given is None:
        raise NotPossible("This site was not recorded as treated.", "site")
    taken = Withdrawn(
        given=site.given,
        by=context.actor.name,
        at=context.now,
        why=said(command.why, "why", MOST_SHORT_REASON),
    )
    visit = put_site(visit, replace(site, given=None, withdrawn=(*site.withdrawn, taken)))
    return replace(with_facts(visit, ended_at=None), state=State.IN_ROOM)


def _respond(visit: Visit, command: act.RecordResponse, context: Context) -> Visit:
    site = visit.site(command.spot)
    if site is None or site.given is None:
        raise NotPossible("This site was not recorded as treated.", "site")
    given = site.given
    if command.twitch is not UNSET:
        given = replace(given, twitch=command.twitch)
    if command.response is not UNSET:
        given = replace(given, response=command.response.strip()[:MOST_RESPONSE])
    if command.points is not UNSET:
        if faults := outside("points", command.points, "points"):
            raise Refused(faults)
        given = replace(given, points=command.points)
    return put_site(visit, replace(site, given=given))


def _open_vial(visit: Visit, command: act.OpenVial, context: Context) -> Visit:
    vial = Vial(
        lot_id=command.lot_id,
        lot=command.lot,
        drug=command.drug,
        concentration_percent=command.concentration_percent,
        vial_ml=command.vial_ml,
        single_dose=command.single_dose,
        at=context.now,
        by=context.actor.name,
    )
    return with_facts(_strong_enough(visit, vial), vials=(*visit.facts.vials, vial))


def _strong_enough(visit: Visit, vial: Vial) -> Visit:
    """The visit, if this vial can have given a strength on record or the one ordered now; Refused otherwise."""
    ordered = visit.facts.ordered
    rows = [row.concentration_percent for row in derive.injections(visit) if row.drug == vial.drug]
    next_one = ordered.concentration_percent if ordered.drug == vial.drug else None
    least = min([*rows, next_one] if rows and next_one else rows, default=vial.concentration_percent)
    if vial.concentration_percent < least:
        raise _weaker(vial.drug, vial.concentration_percent, least)
    return visit


def _remove_vial(visit: Visit, command: act.RemoveVial, context: Context) -> Visit:
    vials = visit.facts.vials
    last = max((n for n, vial in enumerate(vials) if vial.lot_id == command.lot_id), default=None)
    if last is None:
        raise NotPossible("No vial of this lot was opened in this visit.", "lot")
    return with_facts(visit, vials=(*vials[:last], *vials[last + 1 :]))


def _guide(visit: Visit, command: act.RecordGuidance, context: Context) -> Visit:
    picture = command.picture.strip()[:MOST_PICTURE]
    if picture and not command.ultrasound:
        raise NotPossible("A saved picture needs ultrasound as the guidance.", "picture")
    return with_facts(visit, guidance=Guidance(command.ultrasound, picture))


def _times(visit: Visit, command: act.RecordTimes, context: Context) -> Visit:
    started = visit.facts.started_at if command.started_at is UNSET else command.started_at
    ended = visit.facts.ended_at if command.ended_at is UNSET else command.ended_at
    for name, instant in (("started_at", started), ("ended_at", ended)):
        if instant is not None and with_zone(instant, name) > context.now:
            raise NotPossible("This time is still ahead. Enter a time that has passed.", name)
    if started and ended and ended < started:
        raise NotPossible("The end must be after the start.", "ended_at")
    return with_facts(visit, started_at=started, ended_at=ended)


def _consult(visit: Visit, command: act.RecordConsultation, context: Context) -> Visit:
    code = command.code.strip()
    own_work = command.own_work.strip()[:MOST_OWN_WORK]
    found = Consultation(code[:5], own_work, command.diagnoses) if code else None
    return with_facts(visit, consultation=found)


def _event(visit: Visit, command: act.RecordEvent, context: Context) -> Visit:
    if command.kind not in EVENTS:
        raise Refused(Fault("kind", repr(command.kind), f"one of {', '.join(EVENTS)}"))
    what = said(command.what, "what")
    event = Event(kind=command.kind, what=what, at=context.now, by=context.actor.name)
    observed = visit.facts.observed
    reactions = (*(observed.reactions or ()), what[:MOST_REACTIONS])
    return with_facts(
        visit, observed=replace(observed, events=(*observed.events, event), reactions=reactions)
    )


def _observe(visit: Visit, command: act.RecordObserved, context: Context) -> Visit:
    observed = visit.facts.observed
    if command.pain_after is not UNSET:
        if command.pain_after is not None and not 0 <= command.pain_after <= 10:
            raise Refused(Fault("after", str(command.pain_after), "a whole number from 0 to 10"))
        minutes = MINUTES_AFTER if command.pain_after is None else _minutes_after(visit, context)
        observed = replace(observed, pain_after=command.pain_after, minutes_after=minutes)
    if command.minutes_after is not UNSET:
        observed = replace(observed, minutes_after=_passed(visit, command.minutes_after, context))
    if command.reactions is not UNSET:
        observed = replace(observed, reactions=command.reactions)
    return with_facts(visit, observed=observed)


def _minutes_after(visit: Visit, context: Context) -> int:
    """Return the minutes since the last needle, up to those after which pain is asked; Refused without a needle."""
    if not visit.treated:
        raise NotPossible(
            "Record the treated site first. Pain afterward is counted from the last needle.", "after"
        )
    return min(derive.minutes_since_needle(visit, context.now), MINUTES_AFTER)


def _passed(visit: Visit, minutes: int, context: Context) -> int:
    """Return minutes after the last needle that have passed; Refused otherwise."""
    if not 0 <= minutes <= MOST_MINUTES_AFTER:
        raise Refused(Fault("minutes", str(minutes), f"minutes from 0 to {MOST_MINUTES_AFTER}"))
    due = derive.observed_from(visit, minutes)
    if due is not None and due > context.now:
        raise NotPossible(
            "These minutes have not passed yet. They have passed at %(time)s.",
            "minutes",
            time=f"{due.astimezone(ZoneInfo(visit.zone)):%H:%M}",
        )
    return minutes


def _without_needle(visit: Visit, command: act.EndWithoutNeedle, context: Context) -> Visit:
    if visit.treated:
        raise NotPossible("A site was treated in this visit. Withdraw it first.", "visit")
    if command.kind not in WITHOUT_NEEDLE:
        raise Refused(Fault("kind", repr(command.kind), f"one of {', '.join(WITHOUT_NEEDLE)}"))
    found = WithoutNeedle(command.kind, said(command.words, "words", MOST_DECIDED))
    return with_facts(visit, without_needle=found, ended_at=visit.facts.ended_at or context.now)


def _complete(visit: Visit, command: act.Complete, context: Context) -> Visit:
    return with_facts(_recorded(visit), ended_at=visit.facts.ended_at or context.now)


def _recorded(visit: Visit) -> Visit:
    """The visit, if it says what was done or why nothing was; Refused otherwise."""
    if not visit.treated and visit.facts.without_needle is None:
        expected = "a treated site, or why the visit ends without a needle"
        raise Refused(Fault("visit", "a visit in which nothing is recorded", expected))
    return visit


def _reopen(visit: Visit, command: act.Reopen, context: Context) -> Visit:
    return with_facts(visit, without_needle=None, ended_at=None)


def _sign(visit: Visit, command: act.Sign, context: Context) -> Visit:
    if context.missing:
        missing = " ".join(context.missing)
        raise NotPossible("The note cannot be signed yet. %(missing)s", "note", missing=missing)
    return _recorded(visit)


def _outcome(visit: Visit, command: act.RecordOutcome, context: Context) -> Visit:
    percent, weeks = command.relief_percent, command.relief_weeks
    faults = [
        *outside("relief_percent", percent, "relief_percent"),
        *outside("relief_weeks", weeks, "relief_weeks"),
    ]
    if faults:
        raise Refused(faults)
    on = context.now.date()
    made = Outcome(relief_percent=percent, relief_weeks=weeks, by=context.actor.name, on=on)
    return with_facts(visit, outcome=made)


HANDLERS: dict[type[Command], Callable[[Visit, Any, Any], Visit]] = {
    act.RecordInjection: _record,
    act.RecordPlanned: _record_planned,
    act.WithdrawInjection: _withdraw,
    act.RecordResponse: _respond,
    act.OpenVial: _open_vial,
    act.RemoveVial: _remove_vial,
    act.RecordGuidance: _guide,
    act.RecordTimes: _times,
    act.RecordConsultation: _consult,
    act.RecordEvent: _event,
    act.RecordObserved: _observe,
    act.EndWithoutNeedle: _without_needle,
    act.Complete: _complete,
    act.Reopen: _reopen,
    act.Sign: _sign,
    act.RecordOutcome: _outcome,
}
