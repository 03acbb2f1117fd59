"""When a patient is asked, and the course that the answers say."""

from __future__ import annotations

import datetime

import msgspec
import pytest
import time_machine

from needlepoint.base.refusal import Refused
from needlepoint.records.models import (
    FollowUpSurvey,
    OutboxMessage,
    Patient,
    Visit,
)
from needlepoint.records.portal.checkins import answer_more, answer_pain, course_after, schedule
from tests.kit.messages import NOON, injected, say_yes
from tests.kit.visits import given_row


@pytest.fixture
def patient(clinic):
    row = Patient.objects.order_by("pk").first()
    row.email = "ana@example.org"
    row.language = "en"
    row.save()
    return row


def test_check_ins_at_the_practices_moments(noon, patient, inbox, clinic):
    clinic.outside = msgspec.structs.replace(clinic.outside, moments=("3d", "12w"))
    clinic.save()
    say_yes(patient)
    visit = injected(patient)
    rows = schedule(visit)
    schedule(visit)  # signed twice is asked once
    assert [(row.moment, row.due_at.date().isoformat()) for row in rows] == [
        ("3d", "2026-12-04"),
        ("12w", "2027-02-23"),
    ]
    assert OutboxMessage.objects.filter(kind="check_in").count() == 2
    assert [row.due_at.hour for row in rows] == [17, 17]


def test_a_newer_session_ends_the_questions_about_the_older(noon, patient, inbox):
    say_yes(patient)
    visit = injected(patient)
    schedule(visit)
    newer = Visit.objects.create(
        practice=visit.practice, location=visit.location, patient=patient, episode=visit.episode,
        clinician=visit.clinician, starts_at=NOON + datetime.timedelta(days=10), state="done",
    )  # fmt: skip
    given_row(newer)
    schedule(newer)
    assert FollowUpSurvey.objects.filter(visit=visit, canceled_at=None).count() == 0
    assert set(
        OutboxMessage.objects.filter(visit=visit, kind="check_in").values_list("state", flat=True)
    ) == {"canceled"}
    with pytest.raises(Refused, match="newer"):
        answer_pain(FollowUpSurvey.objects.filter(visit=visit).first().pk, 3)


def test_the_course_is_told_from_the_answers(noon, patient):
    visit = injected(patient)
    rows = schedule(visit)
    for row, pain in zip(rows, (5, 3, 2, 2, 4, 7), strict=True):
        with time_machine.travel(row.due_at, tick=False):
            answer_pain(row.pk, pain)
            answer_more(row.pk, {})
    course = course_after(visit)
    assert (course.response, course.relief_percent, course.relief_days, course.ended) == (
        "substantial",
        71,
        84,
        True,
    )
