"""One episode of care, and its evaluation through every stage that its content allows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.people import Clinician, GivenDose, Instant, Patient
from needlepoint.base.refusal import Fault, Refused, read_as
from needlepoint.coding import Asked, Coding, Session, code_session
from needlepoint.coding.load import load_codes
from needlepoint.coding.published import NOTHING_LOADED, Published
from needlepoint.coding.types import ACT_OF, DrugUsed, SessionSite
from needlepoint.cost.published import NO_FILES, PriceFiles
from needlepoint.coverage import Determination, determine
from needlepoint.coverage.determine import together
from needlepoint.coverage.load import Policy
from needlepoint.episode.account import (
    Account,
    ClaimDraft,
    Estimated,
    Insured,
    claim_of,
    facts_of,
    make_estimate,
)
from needlepoint.episode.account.claim import Asked as ClaimAsked
from needlepoint.episode.account.facts import acts_of
from needlepoint.episode.account.order import Place, order_of
from needlepoint.episode.account.quotes import SIGNS_FELT, quotes_of
from needlepoint.episode.denials.explain import OnFile
from needlepoint.episode.half_said import holding
from needlepoint.exam import Assessment, Found, assess
from needlepoint.exam.instruments import Answered, Change, Score, score_answered
from needlepoint.reasoning.reason import Reasoned, reason
from needlepoint.reasoning.red_flags.check import RedFlag
from needlepoint.reasoning.triage import Ask
from needlepoint.reasoning.types import Evidence
from needlepoint.treatment.bounds import deciding_faults, local_faults, may_decide, outside, patient_faults
from needlepoint.treatment.dose.check import check_dose
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.plan.make import Plan, PlanInput, make_plan
from needlepoint.treatment.plan.order import PlanOrder
from needlepoint.treatment.plan.practice import Practice, formulary
from needlepoint.treatment.plan.read_practice import read_practice
from needlepoint.treatment.scope.rules import Scope, may
from needlepoint.treatment.types import DoseCheck, EarlierSession, Injection, PriorCare, TreatedSite, Verdict

__all__ = [
    "Cleared",
    "Episode",
    "Pain",
    "Walked",
    "asked_of",
    "checked_episode",
    "on_file",
    "read_episode",
    "walk",
]


NOTHING_TOLD = Evidence()


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
    profession: str | None = None  # of the person; without a licensed one nothing is cleared


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
    account: Account | None = None  # who bills whom at which prices


class Walked(msgspec.Struct, frozen=True, kw_only=True):
    """What each stage said. `session` is what coding, coverage and price speak of.

    `stopped` names why the walk went no further, `next` what the file would need for it. `dose` counts what was given
    and what is still planned; without a plan what was given alone.
    """

    id: str
    title: str
    reasoned: Reasoned
    assessment: Assessment | None
    scores: tuple[tuple[Score, Change | None], ...]
    plan: Plan | None
    dose: DoseCheck | None
    planned: bool  # what follows is of the plan, as nothing was done yet
    session: Session | None
    coding: Coding | None
    scopes: tuple[Scope, ...]  # what the state's law says of each act of the session
    determination: Determination | None
    estimate: Estimated | None
    claim: ClaimDraft | None
    unpriced: tuple[Fault, ...]  # why there is no price, which codes, cover and claim do not wait for
    stopped: str | None
    next: str | None


def read_episode(obj: Any) -> Episode:
    """A plain object as an Episode with muscles by their atlas ids; Refused with every place that does not fit."""
    if not isinstance(obj, dict):
        raise Refused(Fault("episode", type(obj).__name__, "an object with 'id' and 'complaint'"))
    strange = local_faults(obj.get("patient"), "episode.patient")
    if strange:
        raise Refused(strange)
    return checked_episode(read_as(obj, Episode, "episode"))


def checked_episode(episode: Episode) -> Episode:
    """The episode with muscles by their atlas ids; Refused with every value that is out of bounds or unknown."""
    faults = [*_people_faults(episode), *_session_faults(episode.session)]
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
    """Return faults: values out of range, and decisions that the named person may not make."""
    pain = episode.pain
    return [
        *patient_faults(episode.patient, episode.earlier_sessions or [], episode.as_of, "episode"),
        *outside("nprs", pain.now_nprs, "episode.pain.now_nprs"),
        *outside("nprs", pain.worst_nprs, "episode.pain.worst_nprs"),
        *outside("pain_weeks", pain.weeks, "episode.pain.weeks"),
        *(
            fault
            for n, row in enumerate(episode.cleared)
            for fault in deciding_faults(row.by, row.why, row.profession, f"episode.cleared[{n}]")
        ),
        *(
            fault
            for n, row in enumerate(episode.plan.decided if episode.plan else [])
            for fault in deciding_faults(row.by, row.why, row.profession, f"episode.plan.decided[{n}]")
        ),
    ]


def _session_faults(session: Session | None) -> list[Fault]:
    """Sites whose dose is told in part: what is missing would be filled in by a default that nobody gave."""
    faults = []
    for n, site in enumerate(session.sites if session else []):
        told = [
            name
            for name, value in (
                ("drug", site.drug),
                ("concentration_percent", site.concentration_percent),
                ("volume_ml", site.volume_ml),
            )
            if value is not None
        ]
        by_total = told == ["volume_ml"] and session is not None and bool(session.drugs)
        if site.technique == "wet" and len(told) in (1, 2) and not by_total:
            expected = "drug, concentration_percent and volume_ml together"
            remedy = "Or tell the whole dose in session.drugs."
            faults.append(Fault(f"episode.session.sites[{n}]", " and ".join(told), expected, remedy))
    return faults


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
    known = load_atlas().muscles
    for n, session in enumerate(sessions):
        if all(site.muscle in known for site in session.sites):
            named.append(session)
            continue
        where = f"episode.earlier_sessions[{n}]"
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


def walk(
    episode: Episode,
    practice: Practice | None = None,
    published: Published = NOTHING_LOADED,
    files: PriceFiles = NO_FILES,
    today: datetime.date | None = None,
    payers: Sequence[Policy] = (),
) -> Walked:
    """The episode through every stage that its content allows. A red flag stops it before any needle.

    `published` and `files` are the public code and price files that were imported; `today` the day on which a claim
    would be sent (None: its time limit is told, not judged); `payers` the practice's own.
    """
    own = practice
    if own is None and episode.practice is not None:
        own = read_practice(episode.practice, "episode.practice")
    patient = episode.patient
    reasoned = reason(_complaint(episode), "complaint", patient.age_years, patient.sex)
    assessment = _assessed(episode, own)
    stopped = _stopped(reasoned.red_flags, episode.cleared) or _too_much_given(episode, own)
    missing = None if stopped else _missing(episode, assessment, reasoned.ask)
    plan = None
    if assessment and not stopped and not missing:
        plan, missing = _plan(plan_input(episode, assessment, own, reasoned.evidence))
    session, planned = _session(episode, plan)
    coding = _coded(episode, session, published)
    scopes = _scopes(episode, session)
    determination = _determined(episode, session, coding, assessment, scopes, payers)
    estimate, unpriced = _price(episode, session, coding, determination, published, files)
    return Walked(
        id=episode.id,
        title=episode.title,
        reasoned=reasoned,
        assessment=assessment,
        scores=_scores(episode),
        plan=plan,
        dose=plan.chosen.dose if plan else _dose_given(episode, own),
        planned=planned,
        session=session,
        coding=coding,
        scopes=tuple(scopes.values()),
        determination=determination,
        estimate=estimate,
        unpriced=unpriced,
        claim=_claimed(episode, coding, determination, tuple(scopes.values()), today),
        stopped=stopped,
        next=missing,
    )


def _plan(given: PlanInput) -> tuple[Plan | None, str | None]:
    """The plan, or why there is none where something was done already: that is noted and coded all the same."""
    try:
        return make_plan(given), None
    except Refused as refusal:
        if not given.treated:
            raise
        why = (
            f"{fault.given}: expected {fault.expected}. {fault.remedy}".strip() for fault in refusal.faults
        )
        return None, f"No plan for what is left to do. {' '.join(why)}"


def _dose_given(episode: Episode, practice: Practice | None) -> DoseCheck | None:
    """What was given held against the limits, where there is no plan that does it."""
    given = _given(episode.session)
    if not given or episode.as_of is None:
        return None
    return check_dose(given, episode.patient, episode.as_of, load_drugs() | formulary(practice))


def _too_much_given(episode: Episode, practice: Practice | None) -> str | None:
    """Why no further needle: the totals of the session are above what its sites tell, and above the limit."""
    drugs = load_drugs() | formulary(practice)
    if episode.session is None or episode.as_of is None:
        return None
    by_site: dict[str, Decimal] = {}
    for row in _given(episode.session):
        by_site[row.drug] = by_site.get(row.drug, Decimal(0)) + row.dose_mg
    totals = {row.drug: row.given_mg for row in episode.session.drugs if row.drug in drugs}
    if all(mg <= by_site.get(drug, Decimal(0)) for drug, mg in totals.items()):
        return None  # the plan counts the sites
    given = [
        GivenDose(
            drug=drug,
            dose_mg=max(by_site.get(drug, Decimal(0)), totals.get(drug, Decimal(0))),
            at=episode.as_of,
        )
        for drug in dict.fromkeys((*by_site, *totals))
    ]
    patient = msgspec.structs.replace(episode.patient, given=[*(episode.patient.given or []), *given])
    dose = check_dose([], patient, episode.as_of, drugs)
    if dose.verdict is not Verdict.NOT_MET:
        return None
    why = f"Too much local anesthetic was given in this session: {dose.because}."
    return f"{why} Watch for toxicity; no further needle."


def _session(episode: Episode, plan: Plan | None) -> tuple[Session | None, bool]:
    """What was done; before that, what is planned, where someone asks what it means for payer and price."""
    if episode.session is not None:
        return episode.session, False
    asked = episode.account is not None or episode.insured is not None
    if plan is None or plan.verdict is Verdict.NOT_MET or episode.as_of is None or not asked:
        return None, False
    return expected_session(plan, episode.as_of.date()), True


def _price(
    episode: Episode,
    session: Session | None,
    coding: Coding | None,
    determination: Determination | None,
    published: Published,
    files: PriceFiles,
) -> tuple[Estimated | None, tuple[Fault, ...]]:
    """The price, or why it cannot be made: a year whose fees are not on file does not hold codes, cover and claim."""
    try:
        return _estimated(episode, session, coding, determination, published, files), ()
    except Refused as refusal:
        return None, refusal.faults


def _estimated(
    episode: Episode,
    session: Session | None,
    coding: Coding | None,
    determination: Determination | None,
    published: Published,
    files: PriceFiles,
) -> Estimated | None:
    account = episode.account
    if account is None or coding is None or session is None:
        return None
    left_out = ""
    if not coding.lines:  # nothing may be billed to the payer: what it costs someone who pays for it
        left_out = " ".join(row.en for row in coding.dropped)
        coding = code_session(session, Asked(age_years=episode.patient.age_years), published)
        account = msgspec.structs.replace(
            account, coverages=[], part_b_deductible_met_usd=None, benefits=None
        )
        account = msgspec.structs.replace(account, medigap=None, second_benefits=None)
    if not coding.lines:
        return None
    place = Place(
        code=session.place,
        state=_state(episode),
        county=episode.insured.county if episode.insured else None,
    )
    payer = episode.insured.payer if episode.insured else None
    uncovered = determination.not_covered if determination and not left_out else ()
    order = order_of(account, coding, session.on, place, episode.clinician.profession, payer, uncovered)
    if left_out:
        order = msgspec.structs.replace(order, insured=False)
    found = make_estimate(order, files)
    if left_out:
        medicare = episode.insured is not None and episode.insured.payer == "medicare"
        if medicare:  # the law's estimate is for people without a federal plan
            found = msgspec.structs.replace(found, good_faith_due=None, dispute_from_usd=None)
        said = f"The payer is not billed: {left_out} This is the price for someone who pays."
        found = msgspec.structs.replace(found, notices=(*found.notices, said))
    return found


def _state(episode: Episode) -> str | None:
    """The state of the place of service."""
    return (episode.insured.state if episode.insured else None) or episode.clinician.state


def expected_session(plan: Plan, on: datetime.date) -> Session:
    """What a plan is expected to become: its places, its drug, what its vials leave over."""
    chosen = plan.chosen
    given = sum((site.dose_mg for site in plan.sites if site.dose_mg is not None), Decimal(0))
    drugs = []
    if chosen.drug and given:
        draw = chosen.draw_up
        drugs.append(
            DrugUsed(
                drug=chosen.drug,
                given_mg=given,
                wasted_mg=draw.waste_mg if draw else Decimal(0),
                single_dose=draw.kind == "single_dose" if draw else None,
            )
        )
    return Session(
        on=on,
        sites=[
            SessionSite(
                muscle=site.muscle_id,
                side=site.side,
                point=site.point,
                technique=chosen.technique,
                volume_ml=site.volume_ml,
            )
            for site in plan.sites
        ],
        drugs=drugs,
    )


def _scopes(episode: Episode, session: Session | None) -> dict[str, Scope]:
    """By act of the session: what the law of the place says of this clinician."""
    if session is None:
        return {}
    clinician = msgspec.structs.replace(episode.clinician, state=_state(episode))
    areas: dict[str, dict[str, None]] = {}
    for site in session.sites:
        area = find_muscle(load_atlas(), site.muscle).body_area
        areas.setdefault(ACT_OF[site.technique], {})[area] = None
    try:
        return {act: may(clinician, act, session.on, list(treated)) for act, treated in areas.items()}
    except Refused as refusal:
        raise refusal.under("episode") from None


def _claimed(
    episode: Episode,
    coding: Coding | None,
    determination: Determination | None,
    scopes: tuple[Scope, ...],
    today: datetime.date | None,
) -> ClaimDraft | None:
    if episode.account is None or episode.session is None or coding is None:
        return None
    payer = episode.insured.payer if episode.insured else None
    asked = ClaimAsked(payer=payer, determination=determination, scopes=scopes)
    return claim_of(episode.account, coding, episode.session, asked, today)


def plan_input(
    episode: Episode, assessment: Assessment, practice: Practice | None, evidence: Evidence = NOTHING_TOLD
) -> PlanInput:
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
        given=_given(episode.session),
        treated=_treated(episode.session),
        painful=_painful(evidence),
        told=str(episode.complaint.get("pain_text") or ""),
    )


def _painful(evidence: Evidence) -> frozenset[str]:
    """The regions that hurt; on both sides where no side was given."""
    told = {*evidence.painful, *(region for group in evidence.together for region in group)}
    if evidence.side_known:
        return frozenset(told)
    plain = {region.partition("_")[2] for region in told}
    return frozenset(f"{side}_{name}" for name in plain for side in ("left", "right", "mid"))


def _treated(session: Session | None) -> tuple[TreatedSite, ...]:
    return tuple(
        TreatedSite(find_muscle(load_atlas(), site.muscle).id, site.side, site.point, site.technique)
        for site in (session.sites if session else [])
    )


def _given(session: Session | None) -> tuple[Injection, ...]:
    """What was given at each site, as far as the session says it site by site."""
    return tuple(
        Injection(
            muscle=find_muscle(load_atlas(), site.muscle).id,
            side=site.side,
            drug=site.drug,
            concentration_percent=site.concentration_percent,
            volume_ml=site.volume_ml,
            point=site.point,
        )
        for site in (session.sites if session else [])
        if site.drug and site.concentration_percent and site.volume_ml
    )


def _complaint(episode: Episode) -> dict[str, Any]:
    """The complaint with what was felt, for the reasoning."""
    if not episode.findings:
        return episode.complaint
    felt = [
        {"muscle": found.muscle, "side": found.side, **{sign: getattr(found, sign) for sign in SIGNS_FELT}}
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
        both_sides=episode.insured.both_sides if episode.insured else None,
    )


def _coded(episode: Episode, session: Session | None, published: Published) -> Coding | None:
    if session is None:
        return None
    try:
        return code_session(session, asked_of(episode), published)
    except Refused as refusal:
        raise refusal.under("episode") from None


def _determined(
    episode: Episode,
    session: Session | None,
    coding: Coding | None,
    assessment: Assessment | None,
    scopes: dict[str, Scope],
    own: Sequence[Policy],
) -> Determination | None:
    if coding is None or session is None or episode.insured is None:
        return None
    found = [
        _determined_for(act, episode, session, coding, assessment, scopes, own) for act in acts_of(session)
    ]
    if len(found) == 1:
        return found[0]
    needled = {row.code for row in load_codes().procedure if row.act == acts_of(session)[1]}
    return together(found[0], found[1], [line.code for line in coding.lines if line.code in needled])


def _determined_for(
    act: str,
    episode: Episode,
    session: Session,
    coding: Coding,
    assessment: Assessment | None,
    scopes: dict[str, Scope],
    own: Sequence[Policy],
) -> Determination:
    assert episode.insured is not None  # asked before
    facts = facts_of(
        episode.insured,
        session,
        coding,
        assessment,
        episode.prior_care,
        episode.earlier_sessions,
        episode.pain.weeks,
        episode.clinician,
        [scopes[act]],
        act,
    )
    try:
        return determine(facts, own)
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
    """Return the reasons that block treatment: every red flag not cleared in writing."""
    words = {item.flag for item in cleared if may_decide(item.profession)}
    open_ = [flag.title_en for flag in flags if flag.id not in words]
    return f"{'; '.join(open_)}. This comes before any needle." if open_ else None


def _missing(episode: Episode, assessment: Assessment | None, asked: Sequence[Ask]) -> str | None:
    if assessment is None or not assessment.spots:
        return "The examination: what was felt over the muscles (`findings`)."
    if episode.as_of is None:
        return "The instant of the session (`as_of`), before a plan can be made."
    half_said = holding(asked, str(episode.complaint.get("pain_text") or ""))
    if half_said and episode.session is None:
        open_asks = " ".join(ask.text_en for ask in half_said)
        return f"An answer to what the words half say, before any needle: {open_asks}"
    open_ = [s for s in assessment.spots if s.injectable is None]
    if episode.plan is not None and episode.plan.sites == []:
        return "No site is planned: plan one, or end the visit without a needle."
    if episode.plan is None and not any(s.injectable for s in assessment.spots):
        if open_:
            return f"The examination is not finished. {open_[0].because}"
        return "No spot qualifies for a needle: treat without one, or examine other muscles."
    return None


def on_file(episode: Episode, walked: Walked) -> OnFile:
    """What a denial is held against; Refused for an episode from which no claim was made."""
    if walked.claim is None or walked.coding is None:
        expected = "an episode with a session and an account that names a payer"
        raise Refused(Fault(f"episode {episode.id}", "no claim", expected))
    return OnFile(
        payer=episode.insured.payer if episode.insured else None,
        coding=walked.coding,
        determination=walked.determination,
        draft=walked.claim,
        qmb=episode.account is not None and episode.account.qmb is True,
        quotes=tuple(
            quotes_of(
                episode.pain.weeks,
                episode.session.sites if episode.session else [],
                walked.assessment,
                episode.prior_care or [],
                episode.earlier_sessions or [],
            )
        ),
    )
