"""A consultation of the same day."""

import pytest

from needlepoint.records.models import Visit
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from tests.kit.visits import treated
from tests.pages.kit import Action, of_roles, says

ACT = Action("visit-consult", {"code": "99213", "own_work": "New headache examined."})


@pytest.fixture
def given(doctor, visit):
    """A visit with a treated site."""
    return treated(doctor, visit)


def test_it_works(signed_in, given):
    visit = given
    assert ACT.on(signed_in, visit).status_code == 200
    found = Visit.objects.get(pk=visit.pk).facts.consultation
    assert (found.code, found.own_work) == ("99213", "New headache examined.")
    assert ACT.on(signed_in, visit, code="").status_code == 200
    assert Visit.objects.get(pk=visit.pk).facts.consultation is None


def test_a_visit_without_a_needle_is_coded_with_its_diagnoses(signed_in, visit):
    assert ACT.on(signed_in, visit, diagnoses="g44.209, m54.2").status_code == 200
    coding = think(full(visit.pk, visit.practice_id)).walked.coding
    assert [line.code for line in coding.lines] == ["99213"]
    assert [row.code for row in coding.diagnoses] == ["G44.209", "M54.2"]


@pytest.mark.parametrize("role", ["front_desk", "biller"])
def test_only_who_examines(signed_in, doctor, visit, role):
    of_roles(doctor, role)
    assert ACT.on(signed_in, visit).status_code == 403


def test_a_visit_of_another_practice_is_not_found(signed_in, elsewhere):
    before = Visit.objects.get(pk=elsewhere.pk).facts
    assert ACT.on(signed_in, elsewhere).status_code == 404
    assert Visit.objects.get(pk=elsewhere.pk).facts == before


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"version": ""}, "This page is out of date."),
        ({"code": "12345"}, "Choose one of the options"),
        ({"own_work": "x" * 1001}, "Use at most 1000 characters."),
        ({"diagnoses": "headache"}, "HEADACHE is not an ICD-10-CM code."),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(signed_in, visit, sent, said):
    before = Visit.objects.get(pk=visit.pk).facts
    for htmx in (True, False):
        says(ACT.on(signed_in, visit, htmx=htmx, **sent), said)
    assert Visit.objects.get(pk=visit.pk).facts == before


def test_a_get_is_refused(signed_in, visit):
    assert signed_in.get(ACT.url(visit.pk)).status_code == 405
