"""A patient's download: what they reported, drew, wrote and sent, and what was done and given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from needlepoint.anatomy.drawing import Drawing
from needlepoint.anatomy.picture import complaint_picture
from needlepoint.base.refusal import Refused
from needlepoint.documents import to_pdf
from needlepoint.documents.leaflets.dangers import load_dangers
from needlepoint.documents.leaflets.questions import IntakeQuestion, load_asked
from needlepoint.documents.notes.write import place
from needlepoint.outcomes import load_moments
from needlepoint.records.models import GivenEstimate, Note, Patient, Picture, Site, Visit
from needlepoint.records.notes.integrity import check_notes
from needlepoint.records.portal.accounts import shared_notes
from needlepoint.records.values import Answer

__all__ = ["figure_of", "is_planned", "my_data", "my_data_pdf", "told_in_intake"]

MOST_STRANGE = 20  # consecutive characters that the PDF's font does not have
SEEN = "?"  # replacement for such a character


def is_planned(visit: Visit) -> bool:
    """Return whether a visit is upcoming: its values were reported, not measured in it."""
    before = (Visit.State.BOOKED, Visit.State.ARRIVED, Visit.State.INTAKE_DONE)
    return visit.state in before and visit.starts_at > timezone.now()


def told_in_intake(visit: Visit, lang: str) -> list[tuple[str, str]]:
    """Return (question, answer) of everything answered before a visit, in the words of the page."""
    intake = getattr(visit, "intake", None)
    if intake is None:
        return []
    found = [
        ("¿Señales de alarma?" if lang == "es" else "Warning signs?", _signs(intake.answers.signs, lang))
    ]
    found += [
        (getattr(row, lang), _answer(row, intake.answers.given.get(row.id), lang))
        for row in load_asked().values()
    ]
    return [(question, answer) for question, answer in found if answer]


def _signs(given: tuple[str, ...] | None, lang: str) -> str:
    if given is None:
        return ""
    checks = [load_dangers()[flag].check for flag in given if flag in load_dangers()]
    return "; ".join(getattr(check, lang) for check in checks if check) or _none(lang)


def _answer(row: IntakeQuestion, given: Answer | None, lang: str) -> str:
    if given is None or given == "":
        return ""
    options: dict[str, str] = {option.id: getattr(option, lang) for option in row.option}
    parts = (given,) if isinstance(given, str) else given
    return ", ".join(options.get(part, part) for part in parts) or _none(lang)


def _none(lang: str) -> str:
    return "Ninguno" if lang == "es" else "None"


def my_data(patient: Patient, lang: str) -> dict[str, object]:
    """Return the content of the PDF, without entries made in error."""
    lines: dict[str, list[str]] = {"allergy": [], "condition": [], "medicine": []}
    for row in patient.list_items.filter(voided_at=None).order_by("pk"):
        lines[row.kind].append(f"{row.text} ({row.reaction})" if row.reaction else row.text)
    visits = _visits_of(patient)
    notes = {row.visit_id: row for row in shared_notes(patient)}
    check_notes(patient, list(notes.values()))
    told = patient.told_insurance
    return {
        "practice": patient.practice.name,
        "patient": f"{patient.given} {patient.family}",
        "birth_date": patient.birth_date.isoformat(),
        "phone": patient.phone,
        "email": patient.email,
        "insurance": ", ".join(filter(None, (told.plan, told.member))),
        "made_on": timezone.localdate().isoformat(),
        "allergies": lines["allergy"],
        "conditions": lines["condition"],
        "medicines": lines["medicine"],
        "planned": [_visit(row, notes.get(row.pk), lang) for row in visits if is_planned(row)],
        "visits": [_visit(row, notes.get(row.pk), lang) for row in visits if not is_planned(row)],
        "estimates": list(_estimates(patient)),
        "pictures": [
            list(bytes(row.jpeg)) for row in Picture.objects.filter(patient=patient, voided_at=None)
        ],
        "words": list(_words(patient)),
    }


def _visits_of(patient: Patient) -> list[Visit]:
    sites = Prefetch("sites", Site.objects.filter(given__isnull=False))
    rows = Visit.objects.filter(patient=patient).select_related("clinician", "intake", "service", "practice")
    return list(rows.prefetch_related(sites, "follow_up_surveys").order_by("starts_at", "pk"))


def _visit(row: Visit, note: Note | None, lang: str) -> dict[str, object]:
    """Return one visit with what was reported, drawn, done and answered."""
    return {
        "on": row.day.isoformat(),
        "canceled": row.state == Visit.State.CANCELED,
        "clinician": row.clinician.name,
        "kind": getattr(row.service, lang) if row.service else "",
        "pain": row.facts.reported.pain_now,
        "worst": row.facts.reported.pain_worst,
        "after": row.facts.observed.pain_after,
        "told": [list(pair) for pair in told_in_intake(row, lang)],
        "figure": figure_of(row, lang),
        "muscles": [place(site.muscle, site.side, lang) for site in row.sites.all()],
        "follow_up_surveys": [
            {"moment": getattr(load_moments()[check.moment], lang), "pain": check.pain}
            for check in row.follow_up_surveys.all()
            if check.pain is not None
        ],
        "note": [sentence.text for sentence in note.sentences] if note else [],
    }


def figure_of(row: Visit, lang: str) -> str:
    """Return the drawing as a picture; '' where nothing was marked."""
    marks, regions = row.facts.reported.drawing, row.facts.reported.regions
    if not marks and not regions:
        return ""
    drawing = Drawing(marks) if marks else None
    return str(complaint_picture(regions or {"left_temple": 0}, lang=lang, drawing=drawing))


def _estimates(patient: Patient) -> Iterator[dict[str, str]]:
    rows = GivenEstimate.objects.filter(visit__patient=patient, given_at__isnull=False).order_by(
        "given_at", "pk"
    )
    for row in rows:
        yield {"on": timezone.localtime(row.given_at).date().isoformat(), "total": f"${row.total_usd:,.2f}"}


def _words(patient: Patient) -> Iterator[dict[str, str]]:
    for word in patient.messages.filter(shared=True).select_related("by").order_by("at", "pk"):
        on = timezone.localtime(word.at).date().isoformat()
        yield {"on": on, "by": word.by.name if word.by else patient.name, "text": word.text}


def my_data_pdf(patient: Patient, lang: str) -> bytes:
    """Return all of it as a PDF. A character that the font does not have (an emoji) becomes '?'."""
    value: Any = my_data(patient, lang)
    for _ in range(MOST_STRANGE):
        try:
            return to_pdf("mydata", value, lang)
        except Refused as refusal:
            value = _without(value, refusal.faults[0].given.strip('"'))
    return to_pdf("mydata", value, lang)


def _without(value: Any, letters: str) -> Any:
    if isinstance(value, str):
        return value.replace(letters, SEEN)
    if isinstance(value, dict):
        return {key: _without(inner, letters) for key, inner in value.items()}
    if isinstance(value, list) and value and not isinstance(value[0], int):
        return [_without(inner, letters) for inner in value]
    return value
