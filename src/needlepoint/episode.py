"""One episode of care as far as it has come, and the walk through the stages that its content allows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.billing import Insured, facts_of
from needlepoint.coding import Asked, Coding, Session, code_session
from needlepoint.coding.published import NOTHING_LOADED, Published
from needlepoint.coverage import Determination, determine
from needlepoint.exam import Assessment, Found, assess
from needlepoint.exam.instruments import Answered, Change, Score, score_answered
from needlepoint.people import Clinician, Instant, Patient
from needlepoint.reasoning.reason import Reasoned, reason
from needlepoint.reasoning.red_flags import RedFlag
from needlepoint.refusal import Fault, Refused, read_as
from needlepoint.treatment.order import PlanOrder
from needlepoint.treatment.plan import Plan, PlanInput, make_plan
from needlepoint.treatment.practice import Practice, read_practice
from needlepoint.treatment.types import EarlierSession, PriorCare

__all__ = ["Cleared", "Episode", "Pain", "Walked", "read_episode", "walk"]


class Pain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long it has hurt (weeks) and how much (0-10) now and at its worst."""

    weeks: Decimal | None = None
    now_nprs: Decimal | None = None
    worst_nprs: Decimal | None = None


class Cleared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A red flag that a clinician has looked into: which, who, and what was found."""

    flag: str
    by: str
    why: str


class Episode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file of an episode. `complaint` is in the case format; everything else may still be missing."""

    id: str
    title: str = ""
    as_of: Instant | None = None  # when the session is, with its time zone
    patient: Patient = Patient()
    clinician: Clinician = Clinician()
    practice: dict[str, Any] | None = None
    complaint: dict[str, Any]
    pain: Pain = Pain()
    cleared: list[Cleared] = []
    findings: list[Found] | None = None
    scores: list[Answered] = []
    prior_care: list[PriorCare] | None = None
    earlier_sessions: list[EarlierSession] | None = None
    plan: PlanOrder | None = None
    session: Session | None = None  # what was done
    insured: Insured | None = None


class Walked(msgspec.Struct, frozen=True, kw_only=True):
    """What each stage said. `stopped` names why the walk went no further, `next` what the file would need for it."""

    id: str
    title: str
    reasoned: Reasoned
    assessment: Assessment | None
    scores: tuple[tuple[Score, Change | None], ...]
    plan: Plan | None
    coding: Coding | None
    determination: Determination | None
    stopped: str | None
    next: str | None


def read_episode(obj: Any) -> Episode:
    """A plain object as an Episode with muscles by their atlas ids; Refused with every place that does not fit."""
    if not isinstance(obj, dict):
        raise Refused(Fault("episode", type(obj).__name__, "an object with 'id' and 'complaint'"))
    episode = read_as(obj, Episode, "episode")
    faults = _people_faults(episode)
    found, more = _named(episode.findings or [])
    earlier, still_more = _named_sessions(episode.earlier_sessions or [])
    faults += [*more, *still_more]
    if faults:
        raise Refused(faults)
    return msgspec.structs.replace(
        episode,
        findings=None if episode.findings is None else found,
        earlier_sessions=None if episode.earlier_sessions is None else earlier,
    )


def _people_faults(episode: Episode) -> list[Fault]:
    patient, pain = episode.patient, episode.pain
    bounds: list[tuple[str, Decimal | int | None, int, int, str]] = [
        ("patient.age_years", patient.age_years, 0, 120, "whole years"),
        ("patient.weight_kg", patient.weight_kg, 20, 350, "kg"),
        ("patient.height_cm", patient.height_cm, 100, 230, "cm"),
        ("patient.pregnancy_weeks", patient.pregnancy_weeks, 1, 44, "weeks"),
        ("pain.now_nprs", pain.now_nprs, 0, 10, "on the scale"),
        ("pain.worst_nprs", pain.worst_nprs, 0, 10, "on the scale"),
        ("pain.weeks", pain.weeks, 0, 5200, "weeks"),
    ]
    return [
        Fault(f"episode.{where}", str(value), f"from {low} to {high} {unit}", "Were units mixed up?")
        for where, value, low, high, unit in bounds
        if value is not None and not low <= value <= high
    ]


def _named(findings: Sequence[Found]) -> tuple[list[Found], list[Fault]]:
    """The findings with atlas ids, and what is wrong with them."""
    named: list[Found] = []
    faults: list[Fault] = []
    for n, found in enumerate(findings):
        where = f"episode.findings[{n}]"
        try:
            muscle = find_muscle(load_atlas(), found.muscle)
        except Refused as refusal:
            faults.extend(refusal.under(where).faults)
            continue
        sides = ("left", "right") if muscle.paired else ("midline",)
        if found.side not in sides:
            faults.append(Fault(f"{where}.side", repr(found.side), f"one of {', '.join(sides)}"))
        if any(
            (other.muscle, other.side, other.point) == (muscle.id, found.side, found.point) for other in named
        ):
            place = f"{found.side} {muscle.name} twice"
            faults.append(Fault(where, place, "each muscle and side once, or a point for each"))
        named.append(msgspec.structs.replace(found, muscle=muscle.id))
    return named, faults


def _named_sessions(sessions: Sequence[EarlierSession]) -> tuple[list[EarlierSession], list[Fault]]:
    named: list[EarlierSession] = []
    faults: list[Fault] = []
    for n, session in enumerate(sessions):
        where = f"episode.earlier_sessions[{n}]"
        if session.relief_percent is not None and not 0 <= session.relief_percent <= 100:
            faults.append(Fault(f"{where}.relief_percent", str(session.relief_percent), "from 0 to 100"))
        sites = []
        for m, site in enumerate(session.sites):
            try:
                muscle = find_muscle(load_atlas(), site.muscle)
            except Refused as refusal:
                faults.extend(refusal.under(f"{where}.sites[{m}]").faults)
                continue
            sites.append(msgspec.structs.replace(site, muscle=muscle.id))
        named.append(msgspec.structs.replace(session, sites=sites))
    return named, faults


def walk(episode: Episode, practice: Practice | None = None, published: Published = NOTHING_LOADED) -> Walked:
    """The episode through every stage that its content allows. A red flag stops it before any needle."""
    own = practice
    if own is None and episode.practice is not None:
        own = read_practice(episode.practice, "episode.practice")
    reasoned = reason(_complaint(episode), "complaint", episode.patient.age_years)
    assessment = _assessed(episode, own)
    stopped = _stopped(reasoned.red_flags, episode.cleared)
    missing = None if stopped else _missing(episode, assessment)
    coding = _coded(episode, published)
    plan = None
    if assessment and not stopped and not missing:
        plan = make_plan(plan_input(episode, assessment, own))
    return Walked(
        id=episode.id,
        title=episode.title,
        reasoned=reasoned,
        assessment=assessment,
        scores=_scores(episode),
        plan=plan,
        coding=coding,
        determination=_determined(episode, coding, assessment),
        stopped=stopped,
        next=missing,
    )


def plan_input(episode: Episode, assessment: Assessment, practice: Practice | None) -> PlanInput:
    """What the plan rests on; Refused when the instant of the session is missing."""
    if episode.as_of is None:
        raise Refused(
            Fault("episode.as_of", "nothing", "the instant of the session, e.g. 2026-11-20T15:00:00Z")
        )
    return PlanInput(
        patient=episode.patient,
        clinician=episode.clinician,
        assessment=assessment,
        as_of=episode.as_of,
        order=episode.plan or PlanOrder(),
        practice=practice,
        earlier=episode.earlier_sessions,
        prior_care=episode.prior_care,
        pain_weeks=episode.pain.weeks,
        pain_nprs=episode.pain.worst_nprs if episode.pain.worst_nprs is not None else episode.pain.now_nprs,
    )


def _complaint(episode: Episode) -> dict[str, Any]:
    """The complaint with what was felt, for the reasoning."""
    if not episode.findings:
        return episode.complaint
    signs = ("taut_band", "tender_spot", "recognised_pain", "referred_pain", "twitch")
    felt = [
        {"muscle": found.muscle, "side": found.side, **{sign: getattr(found, sign) for sign in signs}}
        for found in episode.findings
    ]
    return {**episode.complaint, "palpated": felt}


def _assessed(episode: Episode, practice: Practice | None) -> Assessment | None:
    if episode.findings is None:
        return None
    needs = practice.injectable.needs if practice and practice.injectable else None
    return assess(episode.findings, needs)


def asked_of(episode: Episode) -> Asked:
    """What the edits want to know beside the session."""
    return Asked(
        age_years=episode.patient.age_years,
        profession=episode.clinician.profession,
        payer=episode.insured.payer if episode.insured else None,
    )


def _coded(episode: Episode, published: Published) -> Coding | None:
    if episode.session is None:
        return None
    try:
        return code_session(episode.session, asked_of(episode), published)
    except Refused as refusal:
        raise refusal.under("episode") from None


def _determined(
    episode: Episode, coding: Coding | None, assessment: Assessment | None
) -> Determination | None:
    if coding is None or episode.session is None or episode.insured is None:
        return None
    facts = facts_of(
        episode.insured,
        episode.session,
        coding,
        assessment,
        episode.prior_care,
        episode.earlier_sessions,
        episode.pain.weeks,
        episode.clinician.state,
    )
    try:
        return determine(facts)
    except Refused as refusal:
        raise refusal.under("episode.insured") from None


def _scores(episode: Episode) -> tuple[tuple[Score, Change | None], ...]:
    found = []
    for number, answered in enumerate(episode.scores):
        try:
            found.append(score_answered(answered))
        except Refused as refusal:
            raise refusal.under(f"episode.scores[{number}]") from None
    return tuple(found)


def _stopped(flags: Sequence[RedFlag], cleared: Sequence[Cleared]) -> str | None:
    """Why no needle: every red flag that nobody has cleared in writing."""
    words = {item.flag for item in cleared if item.why.strip()}
    open_ = [flag.title_en for flag in flags if flag.id not in words]
    return f"{'; '.join(open_)}. This comes before any needle." if open_ else None


def _missing(episode: Episode, assessment: Assessment | None) -> str | None:
    if assessment is None or not assessment.spots:
        return "The examination: what was felt over the muscles (`findings`)."
    if episode.as_of is None:
        return "The instant of the session (`as_of`), before a plan can be made."
    open_ = [s for s in assessment.spots if s.injectable is None]
    if episode.plan is None and not any(s.injectable for s in assessment.spots):
        if open_:
            return f"The examination is not finished. {open_[0].because}"
        return "No spot qualifies for a needle: treat without one, or examine other muscles."
    return None
