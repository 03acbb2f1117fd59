"""One episode of care, and its evaluation through every stage that its content allows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.refusal import Fault, Refused
from needlepoint.coding import Coding, EditContext, Session, code_session
from needlepoint.coding.published import NOTHING_LOADED, Published
from needlepoint.coding.types import ACT_OF, DrugUsed, SessionSite
from needlepoint.cost.published import NO_FILES, PriceFiles
from needlepoint.coverage import Determination, determine
from needlepoint.coverage.determine import together
from needlepoint.coverage.load import Policy
from needlepoint.episode.account import (
    ClaimDraft,
    Estimated,
    claim_of,
    facts_of,
    make_estimate,
)
from needlepoint.episode.account.claim import ClaimContext
from needlepoint.episode.account.facts import acts_of, codes_of
from needlepoint.episode.account.order import ServicePlace, order_of
from needlepoint.episode.account.quotes import SIGNS_FELT, quotes_of
from needlepoint.episode.denials.explain import OnFile
from needlepoint.episode.stops import given_at_sites, missing, stop_of, too_much_given, uncleared
from needlepoint.episode.types import Episode, EpisodeResult, Stop
from needlepoint.exam import Assessment, assess
from needlepoint.exam.instruments import Score, ScoreChange, score_answered
from needlepoint.reasoning.complaint import Case
from needlepoint.reasoning.reason import reason
from needlepoint.reasoning.types import Evidence, Palpated
from needlepoint.treatment.dose.check import check_dose
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.plan.make import Plan, PlanInput, make_plan
from needlepoint.treatment.plan.order import PlanOrder
from needlepoint.treatment.plan.practice import PracticeRules, formulary
from needlepoint.treatment.plan.read_practice import checked_practice
from needlepoint.treatment.scope.rules import Scope, may
from needlepoint.treatment.types import CheckVerdict, DoseCheck, TreatedSite

__all__ = ["asked_of", "on_file", "walk"]


NOTHING_TOLD = Evidence()
SCOPE_OF = {"acupuncture": "dry_needling"}  # the act whose rows of the law also apply to another


def walk(
    episode: Episode,
    practice: PracticeRules | None = None,
    published: Published = NOTHING_LOADED,
    files: PriceFiles = NO_FILES,
    today: datetime.date | None = None,
    payers: Sequence[Policy] = (),
) -> EpisodeResult:
    """Evaluate the episode through every stage that its content allows. A red flag stops it before any needle.

    `published` and `files` are the public code and price files that were imported; `today` the day on which a claim
    would be sent (None: its time limit is shown, not applied); `payers` the practice's own.
    """
    own = practice
    if own is None and episode.practice is not None:
        own = checked_practice(episode.practice, "episode.practice")
    patient = episode.patient
    reasoned = reason(_complaint(episode), "complaint", patient.age_years, patient.sex)
    assessment = _assessed(episode, own)
    stopped = uncleared(reasoned.warnings, episode.cleared) or too_much_given(episode, own)
    lacks = None if stopped else missing(episode, assessment, reasoned.ask)
    plan = None
    if assessment and not stopped and not lacks:
        plan, lacks = _plan(plan_input(episode, assessment, own, reasoned.evidence))
    session, planned = _session(episode, plan)
    coding = _coded(episode, session, published)
    scopes = _scopes(episode, session)
    determination = _determined(episode, session, coding, assessment, scopes, payers)
    estimate, unpriced = _price(episode, session, coding, determination, published, files)
    return EpisodeResult(
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
        next=lacks,
    )


def _plan(given: PlanInput) -> tuple[Plan | None, Stop | None]:
    """Return the plan, or why there is none where something was done already, which is noted and coded all the same."""
    try:
        return make_plan(given), None
    except Refused as refusal:
        if not given.treated:
            raise
        why = (
            f"{fault.given}: expected {fault.expected}. {fault.remedy}".strip() for fault in refusal.faults
        )
        return None, stop_of("no_plan", " ".join(why))


def _dose_given(episode: Episode, practice: PracticeRules | None) -> DoseCheck | None:
    """Return the dose check of what was given, when no plan has one."""
    given = given_at_sites(episode.session)
    if not given or episode.as_of is None:
        return None
    return check_dose(given, episode.patient, episode.as_of, load_drugs() | formulary(practice))


def _session(episode: Episode, plan: Plan | None) -> tuple[Session | None, bool]:
    """What was done; before that, what is planned, where someone asks what it means for payer and price."""
    if episode.session is not None:
        return episode.session, False
    asked = episode.account is not None or episode.insured is not None
    if plan is None or plan.verdict is CheckVerdict.NOT_MET or episode.as_of is None or not asked:
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
        coding = code_session(session, EditContext(age_years=episode.patient.age_years), published)
        account = msgspec.structs.replace(
            account, coverages=[], part_b_deductible_met_usd=None, benefits=None
        )
        account = msgspec.structs.replace(account, medigap=None, second_benefits=None)
    if not coding.lines:
        return None
    place = ServicePlace(
        code=session.place,
        state=_state(episode),
        county=episode.insured.county if episode.insured else None,
    )
    payer = episode.insured.payer if episode.insured else None
    uncovered = determination.not_covered if determination and not left_out else ()
    excluded = determination.excluded if determination and not left_out else ()
    order = order_of(
        account, coding, session.on, place, episode.clinician.profession, payer, uncovered, excluded
    )
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
    areas: dict[str, dict[str, None]] = {SCOPE_OF[act]: {} for act in acts_of(session) if act in SCOPE_OF}
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
    asked = ClaimContext(
        payer=payer,
        determination=determination,
        scopes=scopes,
        state=_state(episode),
        profession=episode.clinician.profession,
    )
    return claim_of(episode.account, coding, episode.session, asked, today)


def plan_input(
    episode: Episode,
    assessment: Assessment,
    practice: PracticeRules | None,
    evidence: Evidence = NOTHING_TOLD,
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
        given=given_at_sites(episode.session),
        treated=_treated(episode.session),
        painful=_painful(evidence),
        told=episode.complaint.pain_text or "",
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


def _complaint(episode: Episode) -> Case:
    """The complaint with what was felt, for the reasoning."""
    if not episode.findings:
        return episode.complaint
    felt = [
        Palpated(muscle=found.muscle, side=found.side, **{sign: getattr(found, sign) for sign in SIGNS_FELT})
        for found in episode.findings
    ]
    return msgspec.structs.replace(episode.complaint, palpated=felt)


def _assessed(episode: Episode, practice: PracticeRules | None) -> Assessment | None:
    if episode.findings is None:
        return None
    needs = practice.injectable.needs if practice and practice.injectable else None
    return assess(episode.findings, needs)


def asked_of(episode: Episode) -> EditContext:
    """What the edits want to know beside the session."""
    return EditContext(
        age_years=episode.patient.age_years,
        profession=episode.clinician.profession,
        payer=episode.insured.payer if episode.insured else None,
        credentials=tuple(episode.clinician.credentials),
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
    if not found:  # only lines of other acts, entered by hand: no policy was read on them
        return None
    whole = found[0]
    for act, other in zip(acts_of(session)[1:], found[1:], strict=True):
        whole = together(whole, other, [line.code for line in coding.lines if line.code in codes_of(act)])
    return whole


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
        _scope_of(act, scopes),
        act,
    )
    try:
        return determine(facts, own)
    except Refused as refusal:
        raise refusal.under("episode.insured") from None


def _scope_of(act: str, scopes: dict[str, Scope]) -> list[Scope]:
    """What the law says of one act; acupuncture goes by the rows of dry needling, an evaluation by none."""
    return [scopes[key] for key in (SCOPE_OF.get(act, act),) if key in scopes]


def _scores(episode: Episode) -> tuple[tuple[Score, ScoreChange | None], ...]:
    found = []
    for number, answered in enumerate(episode.scores):
        try:
            found.append(score_answered(answered))
        except Refused as refusal:
            raise refusal.under(f"episode.scores[{number}]") from None
    return tuple(found)


def on_file(episode: Episode, walked: EpisodeResult) -> OnFile:
    """Return the file for a denial; Refused for an episode without a claim."""
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
