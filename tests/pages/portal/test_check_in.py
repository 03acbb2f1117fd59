"""How much does it hurt now? One page with eleven buttons."""

import re

import pytest
from django.utils import timezone

from needlepoint.records.models import FollowUpSurvey
from needlepoint.records.portal.checkins import schedule
from needlepoint.records.portal.magic_links import make_link
from tests.kit.messages import injected, say_yes


@pytest.fixture
def asked(noon, patient):
    patient.email = "ana@example.org"
    patient.save()
    say_yes(patient)
    return schedule(injected(patient))[0]


def token(asked):
    return make_link("check_in", asked.visit.patient, None, str(asked.pk))[1]


def test_it_asks_one_thing_and_keeps_nothing_by_itself(client, asked):
    page = client.get(f"/c/{token(asked)}/").content.decode()
    assert re.findall(r'name="pain"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="pain"', page)[:1]
    assert asked.visit.patient.family not in page
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_a_question_that_a_newer_visit_replaced_is_gone(client, asked):
    FollowUpSurvey.objects.update(canceled_at=timezone.now())
    assert client.get(f"/c/{token(asked)}/").status_code == 404


def test_a_post_and_a_link_that_is_none(client, asked):
    assert client.post(f"/c/{token(asked)}/").status_code == 405
    assert client.get("/c/nothing/").status_code == 404
