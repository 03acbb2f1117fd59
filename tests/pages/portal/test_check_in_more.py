"""The answers to a check-in, behind its link."""

from __future__ import annotations

import datetime

import pytest

from needlepoint.records.models import (
    FollowUpSurvey,
    Patient,
    Task,
)
from needlepoint.records.portal.checkins import schedule
from needlepoint.records.portal.magic_links import make_link
from tests.kit.messages import injected, say_yes
from tests.pages.portal.kit import fault_at, treated, typed_in


@pytest.fixture
def row(patient):
    return treated(patient)[0]


@pytest.fixture
def path(patient, row):
    return f"/c/{make_link('check_in', patient, None, str(row.pk))[1]}/more/"


@pytest.mark.parametrize("odd", ["11", "-1", "x", "3.5", ""])
def test_a_number_off_the_scale_is_asked_again(client, row, path, odd):
    page = client.post(path, {"pain": odd})
    assert page.status_code == 422
    assert fault_at(page, "pain") == "Please choose a number from 0 to 10."
    assert typed_in(page, 'name="pain"')
    assert FollowUpSurvey.objects.get(pk=row.pk).pain is None


def test_none_of_these_next_to_a_sign_is_asked_again_with_the_sign_checked(client, row, path):
    client.post(path, {"pain": "3"})
    page = client.post(path, {"signs": ["none", "bruise"], "medicines": ["nsaid"]}).content.decode()
    assert page.count("checked") == 1
    before = page[: page.index("checked")]
    assert before.rindex('value="bruise"') > before.rindex('value="none"')
    assert tuple(FollowUpSurvey.objects.get(pk=row.pk).answers["signs"]) == ("bruise",)


def test_an_answer_that_is_none_keeps_the_others(client, path):
    client.post(path, {"pain": "3"})
    page = client.post(path, {"signs": ["moon"], "medicines": ["nsaid"]})
    assert page.status_code == 422
    assert page.content.decode().count("checked") == 1


@pytest.fixture
def patient(clinic):
    row = Patient.objects.order_by("pk").first()
    row.email = "ana@example.org"
    row.language = "en"
    row.save()
    return row


@pytest.mark.parametrize(
    ("muscle", "sign", "worry", "urgency"),
    [
        ("trapezius", "breathless", "lung", "pneumothorax"),
        ("soleus", "breathless", "breath", "Breathless"),
        ("soleus", "fever", "fever", "Fever"),
        ("soleus", "redness", "skin", "redness"),
        ("soleus", "weakness", "weak", "weakness"),
    ],
)
def test_a_worrying_answer_is_one_urgent_task_and_advice_at_once(
    noon, patient, client, muscle, sign, worry, urgency
):
    say_yes(patient)
    row = schedule(injected(patient, muscle))[0]
    _, token = _link(patient, row)
    assert client.get(f"/c/{token}/").status_code == 200
    assert client.post(f"/c/{token}/more/", {"pain": "3"}).status_code == 200
    for _ in range(2):  # pressed twice
        page = client.post(f"/c/{token}/more/", {"signs": [sign]}).content.decode()
    row.refresh_from_db()
    assert row.worries == (worry,)
    task = Task.objects.get(patient=patient, urgent=True)
    assert urgency in task.title
    assert task.due_on == datetime.date(2026, 12, 1)
    assert "555-555-0100" in page
    assert ("tel:911" in page) == (worry in ("lung", "breath", "weak"))


def _link(patient, row):
    from needlepoint.records.portal.magic_links import make_link

    return make_link("check_in", patient, None, str(row.pk))


@pytest.mark.parametrize(
    "sent",
    [
        {"pain": "11"}, {"pain": "-1"}, {"pain": "x"}, {"pain": "³"}, {"pain": "9" * 50}, {"signs": ["nothing known"]},
        {"medicines": ["<script>"]},
    ],
)  # fmt: skip
def test_answers_that_are_none_are_refused_and_nothing_is_kept(noon, patient, client, sent):
    row = schedule(injected(patient))[0]
    _, token = _link(patient, row)
    assert client.post(f"/c/{token}/more/", sent).status_code == 422
    row.refresh_from_db()
    assert (row.pain, row.answers, row.answered_at) == (None, {}, None)
