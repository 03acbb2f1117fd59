"""A patient's first page."""

from __future__ import annotations

import datetime

from needlepoint.records.models import (
    Visit,
)
from tests.kit.visits import with_pain


def test_own_pages_ask_the_same_few_questions_of_the_database(me, patient, django_assert_max_num_queries):
    seed = Visit.objects.filter(patient=patient).first()
    Visit.objects.bulk_create(
        Visit(
            practice=seed.practice, location=seed.location, patient=patient, episode=seed.episode, state="done",
            clinician=seed.clinician, starts_at=seed.starts_at - datetime.timedelta(days=n), facts=with_pain(5),
        )
        for n in range(300)
    )  # fmt: skip
    me.get("/me/")
    with django_assert_max_num_queries(12):
        page = me.get("/me/").content.decode()
    assert page.count("visit-card") <= 41


def test_the_course_of_the_pain_is_a_picture(me):
    answer = me.get("/me/trend.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    assert b"<svg" in me.get("/me/trend.svg?dark").content
