"""What a board shows: the visit thought through, ready for the template."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from needlepoint.base.refusal import Refused
from needlepoint.coding.load import load_codes
from needlepoint.coverage.load import all_policies
from needlepoint.documents.leaflets.questions import load_asked
from needlepoint.documents.notes.write import place
from needlepoint.outcomes import load_moments
from needlepoint.pages.refusals import plain_words
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.visit.body_chart import region_name
from needlepoint.pages.visit.muscles import chart_layer, muscle_rows
from needlepoint.pages.visit.said import (
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
from needlepoint.records.models import Visit
from needlepoint.records.notes.sign import consent_of, draft_note
from needlepoint.records.portal.checkins import course_after
from needlepoint.records.settings.stock import usable
from needlepoint.records.visit.episode_from_rows import age_on, patient_of
from needlepoint.records.visit.evaluate import Thought, own_payers, think
from needlepoint.records.visit.rows import visit_of
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.plan.practice import formulary, read_practice
from needlepoint.treatment.types import DoseCheck
from needlepoint.visit import derive

__all__ = ["after_context", "board_context", "lang_of"]

OTHERS = 6  # causes that are not muscle, on the board


def lang_of() -> str:
    """The reader's language, one of the two."""
    return "es" if (get_language() or "en").startswith("es") else "en"


def board_context(request: StaffRequest, visit: Visit) -> dict[str, Any]:
    """Everything on the board of a visit from `compose.full`."""
    lang = lang_of()
    thought, typed = think(visit), visit_of(visit)
    walked = thought.walked
    plan = walked.plan if walked else None
    rows = muscle_rows(visit, thought, lang)
    rows_said = said(plan, lang)
    planned = _planned(visit, plan, lang)
    return {
        "visit": visit,
        "patient": visit.patient,
        "age": age_on(visit.patient, visit.day),
        "lang": lang,
        "thought": thought,
        "cannot": plain_words(Refused(thought.refusal)) if thought.refused else [],
        "walked": walked,
        "flags": _flags(visit, thought, lang),
        "reasoned": walked.reasoned if walked else None,
        "rule_out": _rule_out(thought),
        "others": [(row, chance_of(row.probability)) for row in _others(thought)],
        "unexplained": chance_of(walked.reasoned.differential.nothing_explains) if walked else "",
        "answered": _answered(visit, lang),
        "next": _next(thought, lang),
        "rows": rows,
        "plan": plan,
        "said": rows_said,
        "said_low": [row for row in rows_said if row.low],
        "slots": safety_slots(patient_of(visit)),
        "unasked": _unasked(visit),
        "checked": visit.facts.checked,
        "safety_local": local_words(visit.facts.checked.local),
        "totals": derive.drug_totals(typed),
        "relief_now": derive.relief_now(typed),
        "codes": [code for row in load_codes().visit for code in row.codes],
        "zone": visit.practice.timezone,
        "any_given": bool(typed.treated),
        "local_states": list(LOCAL_WORDS.items()),
        "dose": _dose(walked.dose if walked else None),
        "techniques": TECHNIQUE_WORDS,
        "planned": planned,
        "all_open": any(item["given"] is None for item in planned),
        "drugs": list(load_drugs()),
        "formulary": list(formulary(read_practice(visit.practice.rules, "practice"))),
        "lots": usable(visit.practice_id, plan.chosen.drug, visit.day) if plan and plan.chosen.drug else [],
        "consent": consent_of(visit),
        "note": draft_note(visit, thought, lang),
        "determination": walked.determination if walked else None,
        "payer_asks": _payer_asks(visit, walked),
        "overlay": msgspec.json.encode(chart_layer(visit, rows)).decode(),
        "marks": msgspec.json.encode(visit.facts.reported.drawing).decode(),
        "listed_regions": [
            {"id": id_, "name": region_name(id_, lang)} for id_ in visit.facts.reported.regions
        ],
        "scale": range(11),
        "mine": visit.clinician_id == request.staff.pk,
        "intake": getattr(visit, "intake", None),
        "told_at_home": _told_at_home(visit, lang),
    }


def after_context(visit: Visit) -> dict[str, Any]:
    """What a signed visit shows besides its note: how it went since."""
    moments = load_moments()
    answered = visit.check_ins.filter(answered_at__isnull=False).order_by("due_at")
    return {
        "treated": any(site.given for site in visit.sites.all()),
        "answers": [(moments[row.moment], row) for row in answered],
        "course": course_after(visit),
    }


def _told_at_home(visit: Visit, lang: str) -> list[tuple[str, str]]:
    """Each answered question of the intake with its answer, in words."""
    intake = getattr(visit, "intake", None)
    found = []
    for row in load_asked().values() if intake else ():
        given = intake.answers.given.get(row.id) if intake else None
        if not given:
            continue
        options = {option.id: getattr(option, lang) for option in row.option}
        parts = (given,) if isinstance(given, str) else given
        found.append((getattr(row, lang), ", ".join(options.get(part, part) for part in parts)))
    return found


def _flags(visit: Visit, thought: Thought, lang: str) -> list[dict[str, Any]]:
    if thought.walked is None:
        return []
    cleared = {row.flag: row for row in visit.facts.cleared}
    return [
        {
            "id": flag.id,
            "title": flag.title_es if lang == "es" else flag.title_en,
            "urgency": flag.urgency,
            "because": ", ".join(flag.because),
            "cleared": cleared.get(flag.id),
        }
        for flag in thought.walked.reasoned.red_flags
    ]


def _rule_out(thought: Thought) -> list[RuleOut]:
    """What must be ruled out first besides the red flags, which stand above with their own form."""
    if thought.walked is None:
        return []
    flags = {flag.id for flag in thought.walked.reasoned.red_flags}
    return [row for row in thought.walked.reasoned.rule_out if row.id not in flags]


def _others(thought: Thought) -> Sequence[OtherCause]:
    """The likeliest causes that are not muscle."""
    return thought.walked.reasoned.differential.other_causes[:OTHERS] if thought.walked else ()


def _answered(visit: Visit, lang: str) -> list[tuple[str, str, str]]:
    """Each question of the reasoning that was answered: its id, its words, the answer."""
    words = {row.id: getattr(row, lang) for row in load_causes().questions}
    return [(id_, words.get(id_, id_), said) for id_, said in visit.facts.reported.answers.items()]


def _unasked(visit: Visit) -> bool:
    """Whether nobody has asked yet in this visit what was given before, and how the skin is."""
    checked = visit.facts.checked
    return checked.given is None or checked.local is None


def _next(thought: Thought, lang: str) -> dict[str, str] | None:
    """What to feel for next, and how."""
    found = thought.walked.reasoned.differential.next_palpation if thought.walked else None
    if found is None:
        return None
    side = found.side if found.side in ("left", "right", "midline") else "midline"
    return {"name": place(found.muscle_id, side, lang), "how": found.how}


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


def _payer_asks(visit: Visit, walked: Any) -> list[tuple[str, Any, Any]]:
    """The answers that this payer's policy asks for, and nobody else: only those that its rules name."""
    determination = walked.determination if walked else None
    if determination is None:
        return []
    lines = {line for rule in determination.rules for line in rule.lines}
    named = {flag for rule in rules_of(determination.policy) for flag in rule}
    answers = visit.facts.payer_answers
    return [
        (name, words, answers.get(name))
        for name, words in PAYER_WORDS.items()
        if name in named or FLAGS.get(name) in lines
    ]


def rules_of(policy_id: str | None) -> list[list[str]]:
    """The flags that each rule of a policy names."""
    found = next((policy for policy in all_policies(own_payers()) if policy.id == policy_id), None)
    rules = found.rule if found else []
    return [[*(rule.need.any or []), *(rule.need.all or []), *(rule.need.none or [])] for rule in rules]


def _dose(dose: DoseCheck | None) -> dict[str, Any] | None:
    if dose is None:
        return None
    total = dose.total_share
    return {
        "verdict": dose.verdict.value,
        "because": dose.because,
        "share": None if total is None else round(float(total) * 100),
        "bar": None if total is None else min(round(float(total) * 100), 100),
        "shares": [
            (row.drug, _short(row.dose_mg), _short(row.limit_mg), round(float(row.share) * 100))
            for row in dose.shares
        ],
        "ml": _short(dose.total_ml),
        "ask": dose.ask,
    }


def _short(number: Decimal) -> str:
    """A number without the zeros behind it."""
    return f"{number.normalize():f}"


def _planned(visit: Visit, plan: Any, lang: str) -> list[dict[str, Any]]:
    if plan is None:
        return []
    given = {(site.muscle, site.side, site.point): site.given for site in visit.sites.all()}
    return [
        {
            "site": site,
            "name": place(site.muscle_id, site.side, lang),
            "given": given.get((site.muscle_id, site.side, site.point or "")),
            "how": site_words(site),
        }
        for site in plan.sites
    ]
