"""The complaint: drawing, words, pain."""

import json

import msgspec
import pytest

from needlepoint.anatomy.drawing import Mark
from needlepoint.records.models import Visit
from tests.pages.kit import Action, of_roles, says
from tests.pages.visit.kit import post

ACT = Action("visit-told", {"pain_text": "Neck since May", "now": "6"})


def test_it_works(signed_in, visit):
    assert ACT.on(signed_in, visit).status_code == 200
    reported = Visit.objects.get(pk=visit.pk).facts.reported
    assert (reported.words, reported.pain_now) == ("Neck since May", 6)


def test_a_region_is_added_by_its_name_and_removed_again(signed_in, visit):
    before = set(Visit.objects.get(pk=visit.pk).facts.reported.regions)
    for expected in (before ^ {"left_temple"}, before):
        assert ACT.on(signed_in, visit, region="left temple", intensity="7").status_code == 200
        assert set(Visit.objects.get(pk=visit.pk).facts.reported.regions) == expected


def test_what_was_typed_stays_in_the_form(signed_in, visit):
    page = ACT.on(signed_in, visit, htmx=False, now="11").content.decode()
    assert "Neck since May" in page
    assert 'value="11"' in page


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
        ({"now": "11"}, "a number from 0 to 10"),
        ({"worst": "5,5"}, "Write 5.5 with a decimal point."),
        ({"marks": "[[["}, "This drawing could not be read."),
        ({"region": "moon"}, "Choose a region from the list."),
        ({"pain_text": "x" * 5001}, "Use at most 5000 characters."),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(signed_in, visit, sent, said):
    before = Visit.objects.get(pk=visit.pk).facts
    for htmx in (True, False):
        says(ACT.on(signed_in, visit, htmx=htmx, **sent), said)
    assert Visit.objects.get(pk=visit.pk).facts == before


def test_a_get_is_refused(signed_in, visit):
    assert signed_in.get(ACT.url(visit.pk)).status_code == 405


def test_a_drawing_is_kept_and_read(signed_in, visit):
    marks = [
        {
            "view": "back",
            "kind": "stroke",
            "points_mm": [[60, 1300], [70, 1310]],
            "intensity": 7,
            "width_mm": 30,
        }
    ]
    answer = post(signed_in, visit, "told", marks=json.dumps(marks), key="abc")
    assert answer.status_code == 200
    visit.refresh_from_db()
    assert visit.facts.reported.drawing == msgspec.convert(marks, tuple[Mark, ...])
    refused = post(signed_in, visit, "told", marks=json.dumps([marks[0] | {"view": "nowhere"}]))
    assert refused["HX-Retarget"] == "#messages"
    assert "This drawing could not be read." in refused.content.decode()
