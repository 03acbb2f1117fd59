"""Follow-up surveys after a session, at the practice's intervals; every alarming answer creates a task."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from needlepoint.anatomy import load_atlas
from needlepoint.base.refusal import Fault, Refused
from needlepoint.documents.leaflets.questions import NONE, contradicts
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.outcomes import (
    Course,
    PainRating,
    SurveyQuestion,
    Worry,
    course_of,
    due_at,
    load_moments,
    load_questions,
    worries,
)
from needlepoint.reasoning.red_flags.actions import Urgency
from needlepoint.records.models import FollowUpSurvey, Task, Visit
from needlepoint.records.outbox.queue import cancel_queued, queue
from needlepoint.records.settings.public_settings import outside_of, zone_of
from needlepoint.records.values import CheckInAnswer
from needlepoint.records.visit.rows import visit_of
from needlepoint.treatment.precautions.situation import NeedledSite

__all__ = [
    "answer_more",
    "answer_pain",
    "course_after",
    "questions_at",
    "read_question",
    "schedule",
    "traits_of",
]

LATE = datetime.timedelta(days=1)  # a survey overdue by more than this is not sent


@transaction.atomic
def schedule(visit: Visit) -> list[FollowUpSurvey]:
    """Schedule the surveys of a treated visit. Open ones of earlier visits in the episode end."""
    treated = visit_of(visit).treated
    if not treated:
        return []
    first = min(site.given.at for site in treated if site.given)
    zone, rules = zone_of(visit.practice, visit.patient), outside_of(visit.practice)
    _end_earlier(visit)
    made = []
    for id_ in rules.moments:
        moment = load_moments()[id_]
        due = due_at(first, moment.days, zone, rules.quiet)
        if due < timezone.now() - LATE:
            continue
        row, _ = FollowUpSurvey.objects.get_or_create(visit=visit, moment=id_, defaults={"due_at": due})
        queue(
            visit.patient,
            "check_in",
            f"check_in:{row.pk}",
            due,
            visit=visit,
            link="check_in",
            target=str(row.pk),
        )
        made.append(row)
    return made


def _end_earlier(visit: Visit) -> None:
    """A new session starts over: nobody gets two surveys on one day about two sessions."""
    earlier = Visit.objects.filter(
        episode=visit.episode, starts_at__lt=visit.starts_at, follow_up_surveys__answered_at=None
    )
    for old in earlier.distinct():
        old.follow_up_surveys.filter(answered_at=None, canceled_at=None).update(canceled_at=timezone.now())
        cancel_queued(old, "check_in")


def questions_at(check_in: FollowUpSurvey) -> list[SurveyQuestion]:
    """Return the questions of the second page."""
    return [load_questions()[name] for name in load_moments()[check_in.moment].asks]


@transaction.atomic
def answer_pain(check_in_id: int, pain: int) -> tuple[FollowUpSurvey, tuple[Worry, ...]]:
    """Save the pain rating. A later answer (until the next survey is due) replaces it."""
    if not 0 <= pain <= 10:
        raise Refused(Fault("pain", str(pain), "from 0 to 10"))
    row = _open(check_in_id)
    row.pain, row.answered_at = pain, timezone.now()
    return _keep(row)


@transaction.atomic
def answer_more(
    check_in_id: int, sent: Mapping[str, Sequence[str]]
) -> tuple[FollowUpSurvey, tuple[str, ...]]:
    """Save the second page: function, medicines, side effects. What is not sent stays unknown.

    Returns the row and the ids of the questions to ask again: 'none of these' was checked with something else. Until
    then the other answer counts, so that a warning sign is never lost.
    """
    row = _open(check_in_id)
    answers, again = dict(row.answers), list[str]()
    for question in questions_at(row):
        if question.id in sent:
            answers[question.id] = read_question(question, list(sent[question.id]))
            if question.kind == "some" and contradicts(sent[question.id]):
                again.append(question.id)
    row.answers, row.answered_at = answers, timezone.now()
    kept, _ = _keep(row)
    return kept, tuple(again)


def _open(check_in_id: int) -> FollowUpSurvey:
    rows = FollowUpSurvey.objects.select_for_update(of=("self",)).select_related(
        "visit__patient", "visit__practice"
    )
    row = rows.get(pk=check_in_id)
    if row.canceled_at is not None:
        raise Refused(Fault("check-in", "one that was replaced by a newer visit's", "the newest one"))
    return row


def read_question(question: SurveyQuestion, given: list[str]) -> CheckInAnswer:
    """Return the answer to a question in its stored form. Raises Refused for one that the question does not have."""
    options = [option.id for option in question.option]
    if question.kind == "scale":
        text = given[0] if given else ""
        if not (text.isascii() and text.isdigit() and len(text) < 3 and int(text) <= 10):
            raise Refused(Fault(question.id, repr(text[:20]), "from 0 to 10"))
        return int(text)
    chosen = [one for one in dict.fromkeys(given) if one]
    if any(one not in options for one in chosen) or (question.kind == "one" and len(chosen) != 1):
        raise Refused(Fault(question.id, ", ".join(chosen)[:80] or "nothing", f"one of {', '.join(options)}"))
    if question.kind == "one":
        return chosen[0]
    return tuple([one for one in chosen if one != NONE] or chosen)


def _keep(row: FollowUpSurvey) -> tuple[FollowUpSurvey, tuple[Worry, ...]]:
    """Save the answer; each new safety alert becomes one urgent task."""
    visit = row.visit
    answers, days = row.answers, load_moments()[row.moment].days
    signs, change, before = answers.get("signs", ()), answers.get("change"), visit.facts.reported.pain_now
    found = worries(
        signs if isinstance(signs, tuple) else (),
        traits_of(visit),
        before,
        row.pain,
        change if isinstance(change, str) else None,
        days,
    )
    for worry in found:
        if worry.task_en and worry.id not in row.worries and not _is_open(visit, worry):
            title = worry.task_es if visit.practice.language == "es" else worry.task_en
            phone = visit.patient.phone or visit.patient.email
            Task.objects.create(
                practice=visit.practice,
                patient=visit.patient,
                visit=visit,
                about=[_about(worry)],
                title=f"{title} {phone}"[:200],
                urgent=worry.action.urgency in (Urgency.EMERGENCY, Urgency.SAME_DAY),
                due_on=timezone.now().astimezone(zone_of(visit.practice)).date(),
            )
    row.worries = tuple(sorted({*row.worries, *(worry.id for worry in found)}))
    row.save()
    what = f"check-in {row.pk} ({row.moment}) answered"
    note_down_outside(visit.practice_id, visit.patient_id, "link", "write", what)
    return row, found


def _about(worry: Worry) -> str:
    return f"worry:{worry.id}"


def _is_open(visit: Visit, worry: Worry) -> bool:
    """Return whether the practice has an open task for this."""
    rows = Task.objects.filter(patient=visit.patient, visit=visit, done_at=None)
    return any(_about(worry) in row.about for row in rows)


def traits_of(visit: Visit) -> frozenset[str]:
    """Return the kinds of places that were treated."""
    muscles = load_atlas().muscles
    spots = [NeedledSite(muscles[site.spot.muscle], site.spot.side) for site in visit_of(visit).treated]
    return frozenset(trait for spot in spots for trait in spot.traits)


def course_after(visit: Visit) -> Course:
    """Return the course by the answers so far."""
    zone = zone_of(visit.practice)
    rows = visit.follow_up_surveys.filter(pain__isnull=False).order_by("answered_at")
    points = [
        PainRating(row.answered_at.astimezone(zone).date(), row.pain)
        for row in rows
        if row.answered_at is not None and row.pain is not None
    ]
    return course_of(visit.facts.reported.pain_now, visit.starts_at.astimezone(zone).date(), points)
