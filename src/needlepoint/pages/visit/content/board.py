"""The content of the visit board: the evaluated visit, ready for the template."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from needlepoint.base.refusal import Refused
from needlepoint.coding.load import load_codes
from needlepoint.coverage.load import all_policies
from needlepoint.documents.leaflets.questions import load_asked
from needlepoint.documents.notes.write import place
from needlepoint.episode.types import EpisodeResult
from needlepoint.outcomes import load_moments
from needlepoint.pages.refusals import plain_words
from needlepoint.pages.visit.body_chart import region_name
from needlepoint.pages.visit.content.bedside import bedside_of
from needlepoint.pages.visit.content.before_needle import before_needle
from needlepoint.pages.visit.content.examination import examination_of
from needlepoint.pages.visit.content.muscles import chart_layer, muscle_rows
from needlepoint.pages.visit.content.page import (
    After,
    BoardEntry,
    BoardHeader,
    BoardPage,
    ExamLane,
    Flag,
    Meter,
    NoteLane,
    PlanLane,
    PlannedRow,
)
from needlepoint.pages.visit.content.statements import (
    LOCAL_WORDS,
    TECHNIQUE_WORDS,
    chance_of,
    local_words,
    safety_slots,
    said,
    site_words,
)
from needlepoint.reasoning.causes.rows import load_causes
from needlepoint.reasoning.triage import RuleOut
from needlepoint.reasoning.types import OtherCause
from needlepoint.records.models import Lot, Staff, Visit
from needlepoint.records.notes.sign import consent_of, draft_note
from needlepoint.records.portal.checkins import course_after
from needlepoint.records.settings.stock import usable
from needlepoint.records.visit.episode_from_rows import age_on, patient_of
from needlepoint.records.visit.evaluate import VisitEvaluation, own_payers, think
from needlepoint.records.visit.rows import visit_of
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.plan.make import Plan
from needlepoint.treatment.plan.practice import formulary
from needlepoint.treatment.types import DoseCheck
from needlepoint.visit import derive
from needlepoint.visit.facts import MINUTES_AFTER, Observed
from needlepoint.visit.facts import Visit as VisitFacts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

__all__ = ["after_context", "board_page", "lang_of"]

OTHERS = 6  # non-muscular causes on the board


def lang_of() -> str:
    """Return the reader's language, one of the two."""
    return "es" if (get_language() or "en").startswith("es") else "en"


def board_page(staff: Staff, visit: Visit) -> BoardPage:
    """Return the whole board of a visit from `episode_from_rows.full`."""
    head = _head(staff, visit, lang_of())
    return BoardPage(head, _exam_lane(head), _plan_lane(head), _note_lane(head))


def _head(staff: Staff, visit: Visit, lang: str) -> BoardHeader:
    thought = think(visit)
    return BoardHeader(
        visit=visit,
        patient=visit.patient,
        age=age_on(visit.patient, visit.day),
        lang=lang,
        mine=visit.clinician_id == staff.pk,
        slots=safety_slots(patient_of(visit)),
        thought=thought,
        walked=thought.walked,
        plan=thought.walked.plan if thought.walked else None,
        cannot=tuple(plain_words(Refused(thought.refusal))) if thought.refused else (),
    )


def _exam_lane(head: BoardHeader) -> ExamLane:
    visit, thought, walked, lang = head.visit, head.thought, head.walked, head.lang
    reported, rows = visit.facts.reported, muscle_rows(visit, thought, lang)
    return ExamLane(
        flags=_flags(visit, thought, lang),
        reasoned=walked.reasoned if walked else None,
        rule_out=_rule_out(thought),
        others=tuple((row, chance_of(row.probability)) for row in _others(thought)),
        unexplained=chance_of(walked.reasoned.differential.nothing_explains) if walked else "",
        answered=_answered(visit, lang),
        next=_next(thought, lang),
        rows=rows,
        overlay=msgspec.json.encode(chart_layer(visit, rows)).decode(),
        marks=msgspec.json.encode(reported.drawing).decode(),
        listed_regions=tuple(BoardEntry(id_, region_name(id_, lang)) for id_ in reported.regions),
        intake=getattr(visit, "intake", None),
        told_at_home=_told_at_home(visit, lang),
        examination=examination_of(visit.facts, walked.reasoned.examine if walked else (), lang),
    )


def _plan_lane(head: BoardHeader) -> PlanLane:
    visit, plan, typed = head.visit, head.plan, visit_of(head.visit)
    rows, planned = said(plan, head.lang), _planned(visit, plan, head.lang)
    checked = visit.facts.checked
    totals = derive.drug_totals(typed)
    drugs = dict.fromkeys([plan.chosen.drug if plan else None, *(total.drug for total in totals)])
    return PlanLane(
        said=rows,
        said_low=tuple(row for row in rows if row.low),
        unasked=checked.given is None or checked.local is None,
        checked=checked,
        safety_local=local_words(checked.local),
        local_states=tuple(LOCAL_WORDS.items()),
        dose=_meter(head.walked.dose if head.walked else None),
        techniques=TECHNIQUE_WORDS,
        planned=planned,
        all_open=any(row.given is None for row in planned),
        any_given=bool(typed.treated),
        drugs=tuple(load_drugs()),
        formulary=tuple(formulary(visit.practice.rules)),
        lots=tuple(lot for drug in drugs if drug for lot in usable(visit.practice_id, drug, visit.day)),
        recalled=_recalled(typed, visit.practice_id),
        totals=totals,
        relief_now=derive.relief_now(typed),
        observed_from=_ahead(derive.observed_from(typed)),
        recorded_early=_early(typed.facts.observed),
        bedside=bedside_of(typed, head.lang, before_needle(head)),
        codes=tuple(code for row in load_codes().visit for code in row.codes),
        scale=range(11),
        zone=visit.practice.timezone,
    )


def _recalled(visit: VisitFacts, practice_id: int) -> tuple[str, ...]:
    """Return the lots of opened vials that were recalled since."""
    opened = {vial.lot_id for vial in visit.facts.vials}
    if not opened:
        return ()
    rows = Lot.objects.filter(practice_id=practice_id, pk__in=opened, recalled_at__isnull=False)
    return tuple(rows.order_by("pk").values_list("number", flat=True))


def _ahead(instant: datetime.datetime | None) -> datetime.datetime | None:
    return instant if instant and instant > timezone.now() else None


def _early(observed: Observed) -> int | None:
    """Return after how many minutes pain was recorded, if that was early."""
    early = observed.pain_after is not None and observed.minutes_after < MINUTES_AFTER
    return observed.minutes_after if early else None


def _note_lane(head: BoardHeader) -> NoteLane:
    visit, walked = head.visit, head.walked
    return NoteLane(
        consent=consent_of(visit),
        note=draft_note(visit, head.thought, head.lang),
        determination=walked.determination if walked else None,
        payer_asks=_payer_asks(visit, walked),
    )


def after_context(visit: Visit) -> dict[str, object]:
    """Return the follow-up of a signed visit, by the names of the template."""
    moments = load_moments()
    answered = visit.follow_up_surveys.filter(answered_at__isnull=False).order_by("due_at")
    found = After(
        treated=any(site.given for site in visit.sites.all()),
        answers=tuple((moments[row.moment], row) for row in answered),
        course=course_after(visit),
    )
    return msgspec.structs.asdict(found)


def _told_at_home(visit: Visit, lang: str) -> tuple[tuple[str, str], ...]:
    """Return each answered question of the intake with its answer, in words."""
    intake = getattr(visit, "intake", None)
    found = []
    for row in load_asked().values() if intake else ():
        given = intake.answers.given.get(row.id) if intake else None
        if not given:
            continue
        options = {option.id: getattr(option, lang) for option in row.option}
        parts = (given,) if isinstance(given, str) else given
        found.append((getattr(row, lang), ", ".join(options.get(part, part) for part in parts)))
    return tuple(found)


def _flags(visit: Visit, thought: VisitEvaluation, lang: str) -> tuple[Flag, ...]:
    cleared = {row.flag: row for row in visit.facts.cleared}
    found = thought.walked.reasoned.warnings if thought.walked else ()
    return tuple(
        Flag(
            flag.id,
            flag.title_es if lang == "es" else flag.title_en,
            flag.urgency,
            ", ".join(flag.because),
            cleared.get(flag.id),
        )
        for flag in found
    )


def _rule_out(thought: VisitEvaluation) -> tuple[RuleOut, ...]:
    """Return what must be ruled out besides the red flags, which have their own form."""
    if thought.walked is None:
        return ()
    reasoned = thought.walked.reasoned
    flags = {flag.id for flag in reasoned.warnings}
    return tuple(row for row in reasoned.rule_out if row.id not in flags)


def _others(thought: VisitEvaluation) -> Sequence[OtherCause]:
    """Return the likeliest non-muscular causes."""
    return thought.walked.reasoned.differential.other_causes[:OTHERS] if thought.walked else ()


def _answered(visit: Visit, lang: str) -> tuple[tuple[str, str, str], ...]:
    """Return each answered question of the reasoning: its id, its words, the answer."""
    words = {row.id: getattr(row, lang) for row in load_causes().questions}
    answers = visit.facts.reported.answers
    return tuple((id_, words.get(id_, id_), answer) for id_, answer in answers.items())


def _next(thought: VisitEvaluation, lang: str) -> BoardEntry | None:
    """Return what to palpate next, and how."""
    found = thought.walked.reasoned.differential.next_palpation if thought.walked else None
    if found is None:
        return None
    side = found.side if found.side in ("left", "right", "midline") else "midline"
    return BoardEntry(found.muscle_id, place(found.muscle_id, side, lang), found.how)


# Which answer of `billing.Insured` settles which flag of a policy.
PAYER_WORDS = {
    "in_program": _("is in an exercise or rehabilitation program"),
    "other_block": _("another block or injection in this session"),
    "movement_limited": _("range of motion is limited"),
    "diagnostic": _("the injection is diagnostic (to identify the source of pain)"),
    "specific_cause": _("a specific cause of the back pain is known"),
    "last_function_improved": _("function improved after the last session, measured on a scale"),
    "last_same_scale": _("same pain scale used before and after"),
}
FLAGS = {"last_function_improved": "last_function", "last_same_scale": "last_same_scale"}


def _payer_asks(
    visit: Visit, walked: EpisodeResult | None
) -> tuple[tuple[str, StrPromise, bool | None], ...]:
    """Return the answers that this payer's rules require; no others."""
    determination = walked.determination if walked else None
    if determination is None:
        return ()
    lines = {line for rule in determination.rules for line in rule.lines}
    named = {flag for rule in rules_of(determination.policy) for flag in rule}
    answers = visit.facts.payer_answers
    return tuple(
        (name, words, answers.get(name))
        for name, words in PAYER_WORDS.items()
        if name in named or FLAGS.get(name) in lines
    )


def rules_of(policy_id: str | None) -> list[list[str]]:
    """Return the flags that each rule of a policy names."""
    found = next((policy for policy in all_policies(own_payers()) if policy.id == policy_id), None)
    rules = found.rule if found else []
    return [[*(rule.need.any or []), *(rule.need.all or []), *(rule.need.none or [])] for rule in rules]


def _meter(dose: DoseCheck | None) -> Meter | None:
    if dose is None:
        return None
    share = None if dose.total_share is None else round(float(dose.total_share) * 100)
    return Meter(
        verdict=dose.verdict.value,
        because=dose.because,
        share=share,
        bar=None if share is None else min(share, 100),
        shares=tuple(
            (row.drug, _short(row.dose_mg), _short(row.limit_mg), round(float(row.share) * 100))
            for row in dose.shares
        ),
        ml=_short(dose.total_ml),
        ask=dose.ask,
    )


def _short(number: Decimal) -> str:
    """Return a number without trailing zeros."""
    return f"{number.normalize():f}"


def _planned(visit: Visit, plan: Plan | None, lang: str) -> tuple[PlannedRow, ...]:
    given = {(site.muscle, site.side, site.point): site.given for site in visit.sites.all()}
    return tuple(
        PlannedRow(
            site,
            place(site.muscle_id, site.side, lang),
            given.get((site.muscle_id, site.side, site.point or "")),
            site_words(site, lang),
        )
        for site in (plan.sites if plan else ())
    )
