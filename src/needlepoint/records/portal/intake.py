"""The intake at home: saved answer by answer, visible to the clinician at once, filed when it is submitted."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction
from django.utils import timezone
from msgspec import UNSET
from msgspec.structs import replace

from needlepoint.anatomy.drawing import Mark, read_drawing
from needlepoint.anatomy.geometry import region_ids
from needlepoint.base.refusal import Fault, Refused, read_as
from needlepoint.documents.leaflets.questions import (
    NONE,
    IntakeQuestion,
    asked_in,
    contradicts,
    load_asked,
    read_answer,
)
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.records.models import Intake, Patient, PatientListItem, Visit
from needlepoint.records.outbox.queue import choose
from needlepoint.records.patients.warning_signs import (
    checklist,
    note_warnings,
    painful_places,
    unread,
)
from needlepoint.records.portal.named_insurance import insurance_in, name_insurance
from needlepoint.records.portal.prior_care import care_of, told_care
from needlepoint.records.values import Answer, IntakeAnswers
from needlepoint.records.visit.act import act_as_patient
from needlepoint.records.visit.episode_from_rows import age_on
from needlepoint.visit.commands import FinishIntake, ReportComplaint, ReportHistory
from needlepoint.visit.facts import State
from needlepoint.visit.states import BEFORE_ROOM

__all__ = [
    "answer",
    "hand_in",
    "in_order",
    "intake_of",
    "may_be_pregnant",
    "open_part",
    "questions_of",
    "read_marks",
    "set_signs",
    "set_where",
    "signs_open",
    "where_open",
]

MOST_MARKS = 200
MOST_DRAWING = 200_000  # characters of JSON
LISTED_PAIN = 5  # pain of a place that was chosen from the list before a number was


def intake_of(visit: Visit) -> Intake:
    """Return the intake of a visit, created on first use."""
    found, _ = Intake.objects.get_or_create(visit=visit)
    return found


def may_be_pregnant(patient: Patient, on: datetime.date) -> bool:
    """Return whether the question is asked; also when the sex is not known."""
    return patient.sex != "male" and 12 <= age_on(patient, on) <= 55


def questions_of(section: str, intake: Intake, visit: Visit) -> list[IntakeQuestion]:
    """Return the questions of a section for this patient, given the current answers."""
    return asked_in(section, intake.answers.given, may_be_pregnant(visit.patient, visit.day))


@transaction.atomic
def in_order(visit: Visit, section: str, page: str, seq: str) -> bool:
    """Return whether what was sent is newer than what came from the same page before.

    A page saves itself while the patient types; on a slow line an older save can arrive after a newer one, and must not
    undo it. `page` is the page's random id, `seq` its clock; without scripts both are missing and nothing can be out of
    order.
    """
    if not (page and seq.isascii() and seq.isdigit() and len(seq) < 16):
        return True
    intake = Intake.objects.select_for_update().get(pk=intake_of(visit).pk)
    last_page, last = intake.orders.get(section, ("", 0))
    if last_page == page and int(seq) < last:
        return False
    intake.orders = intake.orders | {section: (page[:16], int(seq))}
    intake.save(update_fields=["orders"])
    return True


@transaction.atomic
def set_where(
    visit: Visit, drawing: object, now: int | None, worst: int | None, places: Sequence[str] | None = None
) -> Intake:
    """Save where it hurts and how much into the visit at once. `places`: regions of the list; None changes none."""
    marks = _checked(drawing)
    strange = sorted(set(places or ()) - set(region_ids()))
    if strange:
        raise Refused(Fault("places", ", ".join(strange)[:80], "places of the list"))
    for name, value in (("now", now), ("worst", worst)):
        if value is not None and not 0 <= value <= 10:
            raise Refused(Fault(name, str(value), "from 0 to 10"))
    intake = _began(visit)
    drawn = tuple(read_as(marks, list[Mark], "drawing"))
    pain_now, pain_worst = (UNSET if value is None else value for value in (now, worst))
    before = visit.facts.reported.regions
    regions = {name: before.get(name, float(now or LISTED_PAIN)) for name in places or ()}
    act_as_patient(
        visit.pk,
        ReportComplaint(
            drawing=drawn,
            regions=UNSET if places is None else regions,
            pain_now=pain_now,
            pain_worst=pain_worst,
        ),
    )
    visit.refresh_from_db(fields=["facts"])
    note_warnings(visit, intake)
    return intake


def signs_open(visit: Visit, intake: Intake) -> bool:
    """Return whether the checklist of warning signs is open: never answered, or the drawing has changed."""
    asked = intake.answers.signs_asked
    return asked is None or bool({row.flag for row in checklist(visit)} - set(asked))


@transaction.atomic
def set_signs(visit: Visit, given: Sequence[str]) -> Intake:
    """Save the checklist of warning signs: red flags by id, or 'none'.

    A sign counts also next to 'none'. Raises Refused for no answer, and for a sign that is not on the list.
    """
    asked = checklist(visit)
    chosen, known = list(dict.fromkeys(given)), {row.flag for row in asked}
    if not chosen:
        raise Refused(Fault("signs", "no answer", "the signs that are there, or none of these"))
    if set(chosen) - known - {NONE}:
        raise Refused(Fault("signs", ", ".join(chosen)[:80], "signs of the list"))
    intake = _began(visit)
    signs = tuple(flag for flag in chosen if flag != NONE)
    intake.answers = replace(intake.answers, signs=signs, signs_asked=tuple(sorted(known)))
    intake.version += 1
    intake.save(update_fields=["answers", "version"])
    lang = visit.patient.language
    said = tuple(getattr(row.check, lang) for row in asked if row.flag in signs)
    visit.refresh_from_db(fields=["facts"])
    if said != visit.facts.reported.symptoms:
        # The clinician's board reads them with the words: a checked sign counts as reported.
        act_as_patient(visit.pk, ReportComplaint(symptoms=said))
        visit.refresh_from_db(fields=["facts"])
    note_warnings(visit, intake)
    return intake


def read_marks(text: str) -> object:
    """Return the marks that a page sent as JSON. Raises Refused for text that is not JSON, also for lone surrogates."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Refused(Fault("drawing", "text that is not JSON", "the drawing of this page")) from None


def _checked(drawing: object) -> list[Any]:
    """Return the marks of a drawing, [] for an empty one. Raises Refused for anything that is not a list of marks."""
    if not isinstance(drawing, list):
        raise Refused(Fault("drawing", type(drawing).__name__, "a list of marks"))
    if len(drawing) > MOST_MARKS or len(msgspec.json.encode(drawing)) > MOST_DRAWING:
        raise Refused(
            Fault("large drawing", f"{len(drawing)} marks", f"at most {MOST_MARKS} of a few hundred points")
        )
    if drawing:
        read_drawing(drawing)
    return drawing


def _began(visit: Visit) -> Intake:
    if State(visit.state) not in BEFORE_ROOM:
        raise Refused(
            Fault("visit", "a visit that has begun", "one that is still ahead", "Tell us in the room.")
        )
    intake = Intake.objects.select_for_update().get(pk=intake_of(visit).pk)
    if intake.began_at is None:
        intake.began_at = timezone.now()
        intake.save(update_fields=["began_at"])
    return intake


@transaction.atomic
def answer(visit: Visit, sent: Mapping[str, Sequence[str]]) -> Intake:
    """Save the answers of any questions; a branch that no longer applies is dropped. Text is screened at once."""
    intake = _began(visit)
    answers = replace(intake.answers, given=_given(intake.answers.given, sent))
    if "tried" in sent or answers.care:
        answers = replace(answers, care=care_of(answers, sent))
    intake.answers, intake.version = answers, intake.version + 1
    intake.save(update_fields=["answers", "version"])
    visit.refresh_from_db()
    words = _words(answers)
    if words != visit.facts.reported.words:
        act_as_patient(visit.pk, ReportComplaint(words=words))
        visit.refresh_from_db(fields=["facts"])
    note_warnings(visit, intake)
    return intake


def _given(before: Mapping[str, Answer], sent: Mapping[str, Sequence[str]]) -> dict[str, Answer]:
    """Return the answers with what was sent, without those to questions that no longer apply."""
    given = dict(before)
    for name, texts in sent.items():
        row = load_asked().get(name)
        if row is None:
            continue
        # What is checked next to 'none of these' counts; the page asks again.
        both = row.kind in ("some", "list") and contradicts(texts)
        answer = read_answer(row, [one for one in texts if not both or one.strip() != NONE])
        if answer is None:
            given.pop(name, None)
        else:
            given[name] = answer
    for row in load_asked().values():
        if row.when is not None and row not in asked_in(row.section, given, True):
            given.pop(row.id, None)
    return given


def _words(answers: IntakeAnswers) -> str:
    """Return everything reported as one text. A crash is put into words, so that screening sees it."""
    said = [answers.one("words")]
    if answers.one("start") == "crash":
        fresh = answers.one("crash_when") != "old"
        said.append("It began with a fall or crash." if fresh else "It began with a fall or crash years ago.")
    return " ".join(part for part in said if part)


def open_part(visit: Visit, intake: Intake) -> tuple[str, str] | None:
    """Return the first section with an open question, and that question; None when everything is answered."""
    if where := where_open(visit):
        return "where", where
    if signs_open(visit, intake):
        return "signs", "signs"
    for section in ("story", "health", "before"):
        for row in questions_of(section, intake, visit):
            if row.kind != "text" and row.id not in intake.answers.given:
                return section, row.id
    return None


def where_open(visit: Visit) -> str:
    """Return what is open in the first step: place, now, worst, or lower (the worst is below now); '' for nothing."""
    reported = visit.facts.reported
    if not painful_places(visit):
        return "place"
    if reported.pain_now is None:
        return "now"
    if reported.pain_worst is None:
        return "worst"
    return "lower" if reported.pain_worst < reported.pain_now else ""


@transaction.atomic
def hand_in(visit: Visit) -> Intake:
    """Submit: file lists, care, onset and needs in the record. Idempotent."""
    intake = _began(visit)
    if intake.handed_in_at is not None:
        return intake
    missing = open_part(visit, intake)
    if missing is not None:
        raise Refused(
            Fault("intake", f"no answer to {missing[1]}", "an answer to every question but the free ones")
        )
    note_warnings(visit, intake)
    if unread(intake):
        raise Refused(Fault("warning", "a warning that was not read", "one that was read", "Read it first."))
    _to_lists(visit, intake)
    _to_episode(visit, intake)
    name_insurance(visit.patient, insurance_in(intake.answers))
    intake.handed_in_at = timezone.now()
    intake.save(update_fields=["handed_in_at"])
    if visit.state == Visit.State.ARRIVED:
        act_as_patient(visit.pk, FinishIntake())
    note_down_outside(visit.practice_id, visit.patient_id, "patient", "write", f"intake of visit {visit.pk}")
    return intake


def _to_lists(visit: Visit, intake: Intake) -> None:
    """Add medicines, allergies and conditions that are not on the lists yet. Only clinicians remove lines."""
    patient, answers = visit.patient, intake.answers
    options = {option.id: option for option in load_asked()["conditions"].option}
    told = {
        PatientListItem.Kind.MEDICINE: answers.some("medicines"),
        PatientListItem.Kind.ALLERGY: answers.some("allergies"),
        PatientListItem.Kind.CONDITION: tuple(options[id_].condition for id_ in answers.some("conditions")),
    }
    held = {(row.kind, row.text.casefold()) for row in patient.list_items.filter(voided_at=None)}
    PatientListItem.objects.bulk_create(
        PatientListItem(patient=patient, kind=kind, text=text)
        for kind, texts in told.items()
        for text in texts
        if text and (kind, text.casefold()) not in held
    )
    today = timezone.localdate()
    patient.asked = patient.asked | {str(kind): today for kind in told}
    if "pregnant" in answers.given:
        patient.pregnant = {"yes": True, "no": False}.get(answers.one("pregnant"))
    patient.needs = tuple(need for need in answers.some("needs") or patient.needs if need != "none")
    patient.save(update_fields=["asked", "pregnant", "needs"])


def _to_episode(visit: Visit, intake: Intake) -> None:
    """Save the onset, unless it is known, and prior care that is not listed yet."""
    began = {option.id: option.days for option in load_asked()["began"].option}.get(
        intake.answers.one("began")
    )
    report = ReportHistory()
    if began is not None and visit.episode.began_on is None:
        today = timezone.now().astimezone(ZoneInfo(visit.practice.timezone)).date()
        began_on = today - datetime.timedelta(days=began)
        report = replace(report, began_on=began_on)
    listed = visit.episode.prior_care
    known = {row.what for row in listed or ()}
    care = tuple(row for row in told_care(intake) if row.what not in known)
    if care or listed is None:
        report = replace(report, prior_care=care)
    if report != ReportHistory():
        act_as_patient(visit.pk, report)


def choose_ways(visit: Visit, email: bool, sms: bool) -> None:
    """Save how the patient wants to be contacted."""
    for channel, yes in (("email", email), ("sms", sms)):
        choose(visit.patient, channel, yes, "intake")
