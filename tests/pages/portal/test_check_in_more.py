"""The answers to a check-in, behind its link."""

from __future__ import annotations

import pytest

from needlepoint.records.models import FollowUpSurvey
from needlepoint.records.portal.magic_links import make_link
from tests.pages.portal.kit import fault_at, typed_in
from tests.pages.portal.test_warning_signs import treated


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
