"""What the pages of the intake show: the saved answers, or what was sent where something must be corrected."""

from __future__ import annotations

import msgspec
from django.conf import settings
from django.forms import BoundField
from django.utils.crypto import get_random_string

from needlepoint.anatomy.load import load_regions
from needlepoint.documents.leaflets.questions import NONE, SECTIONS, IntakeQuestion, load_asked
from needlepoint.pages.portal.intake.forms import (
    AnswersForm,
    SignsForm,
    WhereForm,
)
from needlepoint.pages.visit.content.board import lang_of
from needlepoint.records.models import Intake, Patient, Picture, Visit
from needlepoint.records.outbox.queue import wanted
from needlepoint.records.patients.warning_signs import (
    checklist,
    standing,
)
from needlepoint.records.portal.intake import questions_of
from needlepoint.records.portal.prior_care import CARE_PARTS
from needlepoint.records.values import Answer, Care

__all__ = ["around", "questions_context", "signs_context", "where_context"]


def around(row: Visit, name: str) -> dict[str, object]:
    """Return what surrounds every section: its step, and the way back."""
    at = SECTIONS.index(name)
    before = SECTIONS[at - 1] if at else None
    return {
        "page": get_random_string(12),
        "visit": row,
        "section": name,
        "step": at + 1,
        "steps": len(SECTIONS),
        "before": before,
    }


def where_context(row: Visit, form: WhereForm | None = None) -> dict[str, object]:
    """The drawing and the list of places, by body area: (area, [(name, [(region id, side, whether it hurts)])])."""
    reported, lang = row.facts.reported, lang_of()
    chosen = form["place"].value() or [] if form else list(reported.regions)
    marks = form.typed("marks") if form and not form["marks"].errors else ""
    areas: dict[str, list[tuple[str, list[tuple[str, str, bool]]]]] = {}
    for region in load_regions().values():
        sides = ("left", "right") if region.paired else ("mid",)
        ids = [(f"{side}_{region.id}", side, f"{side}_{region.id}" in chosen) for side in sides]
        areas.setdefault(region.body_area, []).append((getattr(region, lang), ids))
    return {
        "marks": marks or msgspec.json.encode(reported.drawing).decode(),
        "now": form.typed("now") if form else _said(reported.pain_now),
        "worst": form.typed("worst") if form else _said(reported.pain_worst),
        "form": form,
        "areas": [(area, rows, any(on for _, ids in rows for *_, on in ids)) for area, rows in areas.items()],
        "listed": bool(chosen),
        "scale": [str(n) for n in range(11)],
    }


def _said(pain: int | None) -> str:
    return "" if pain is None else str(pain)


def signs_context(row: Visit, intake: Intake, form: SignsForm | None) -> dict[str, object]:
    """Return the checklist of warning signs with what was checked."""
    kept = intake.answers.signs
    given = form["signs"].value() or [] if form else (kept or ())
    none = NONE in given if form else kept == ()
    signs = [(danger.flag, danger.check, danger.flag in given) for danger in checklist(row)]
    return {"signs": signs, "none": none, "form": form}


def questions_context(
    row: Visit, intake: Intake, name: str, form: AnswersForm | None = None
) -> dict[str, object]:
    """Return the questions of a section with their answers; with `form`, with what was sent and its errors."""
    answers, lang = dict(intake.answers.given), lang_of()
    care = {id_: _parts(row) for id_, row in intake.answers.care.items()}
    if form:
        answers, care = answers | form.typed_answers(), form.typed_care(care)
    asked = questions_of(name, intake, row)
    shown = [_shown(question, answers.get(question.id), form, intake, lang) for question in asked]
    found: dict[str, object] = {"visit": row, "section": name, "questions": shown, "intake": intake}
    if name == "before":
        tried = {option.id: option for option in load_asked()["tried"].option}
        found["care"] = [
            {"id": id_, "words": getattr(tried[id_], lang), "row": row, "faults": _care_faults(form, id_)}
            for id_, row in care.items()
        ]
    lists = [f"{row.id}={len(answers.get(row.id, ()))}" for row in asked if row.kind == "list"]
    cares = list(care) if name == "before" else []
    found["shape"] = ",".join([*(row.id for row in asked), *lists, *cares])
    if name == "contact":
        found |= _contact(row.patient)
    if name == "story":
        found["warnings"] = [w for w in standing(intake) if w.section == "story"]
    return found


class ShownOption(msgspec.Struct, frozen=True):
    """One option of a question, and whether it is chosen."""

    id: str
    words: str
    on: bool


class ShownQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """One question with its answer. `typed`: what stays in the text field of a refused list."""

    row: IntakeQuestion
    words: str
    options: tuple[ShownOption, ...]
    value: Answer | None
    typed: str
    field: BoundField | None


def _shown(
    question: IntakeQuestion, answer: Answer | None, form: AnswersForm | None, intake: Intake, lang: str
) -> ShownQuestion:
    field = form[question.id] if form and question.id in form.fields else None
    value, typed = answer, ""
    if question.kind == "list" and field and field.errors:
        # Saved lines stay lines; the rest goes back into the text field.
        saved = intake.answers.some(question.id)
        typed = ", ".join(one for one in answer or () if one not in saved)
        value = tuple(one for one in answer or () if one in saved)
    return ShownQuestion(
        row=question,
        words=getattr(question, lang),
        options=tuple(
            ShownOption(option.id, getattr(option, lang), _on(answer or (), option.id))
            for option in question.option
        ),
        value=value,
        typed=typed,
        field=field,
    )


def _on(given: Answer, id_: str) -> bool:
    return given == id_ if isinstance(given, str) else id_ in given


def _parts(row: Care) -> dict[str, str]:
    """Return one treatment that was tried, as the page shows it."""
    return {part: str(value) for part, value in msgspec.to_builtins(row).items() if value is not None}


def _contact(patient: Patient) -> dict[str, object]:
    kept = Picture.objects.filter(patient=patient, voided_at=None).values_list("kind", flat=True)
    return {
        "patient": patient,
        "email": wanted(patient, "email"),
        "sms": wanted(patient, "sms"),
        "texts": bool(settings.SMS_URL),
        "cards": set(kept),
    }


def _care_faults(form: AnswersForm | None, id_: str) -> list[str]:
    """Return the errors in the details of a treatment that was tried."""
    names = [f"care_{id_}_{part}" for part in CARE_PARTS]
    return [str(fault) for name in names if form and name in form.fields for fault in form[name].errors]
