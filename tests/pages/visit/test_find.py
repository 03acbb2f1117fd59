"""Palpation of one muscle."""

import pytest

from needlepoint.records.models import Site, Visit
from tests.pages.kit import Action, of_roles, says
from tests.pages.visit.kit import post

ACT = Action("visit-find", {"muscle": "infraspinatus", "side": "left", "sign": "all"})


def test_it_works(signed_in, visit):
    assert ACT.on(signed_in, visit).status_code == 200
    assert visit.sites.get().signs.taut_band is True
    assert ACT.on(signed_in, visit, sign="taut_band").status_code == 200
    assert visit.sites.get().signs.taut_band is False


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
        ({"muscle": "bicepss"}, "Choose a muscle from the list."),
        ({"side": "up"}, "Choose one of the options on the page."),
        ({"sign": "glow"}, "Choose one of the options on the page."),
        ({"side": "midline"}, "Choose the side."),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(signed_in, visit, sent, said):
    before = Visit.objects.get(pk=visit.pk).facts
    for htmx in (True, False):
        says(ACT.on(signed_in, visit, htmx=htmx, **sent), said)
    assert Visit.objects.get(pk=visit.pk).facts == before


def test_a_get_is_refused(signed_in, visit):
    assert signed_in.get(ACT.url(visit.pk)).status_code == 405


def test_a_finding_re_ranks_and_plans(signed_in, visit):
    answer = post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    assert b"active trigger point" in answer.content
    assert Site.objects.get(visit=visit).signs.taut_band is True
    answer = post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="taut_band")
    assert Site.objects.get(visit=visit).signs.taut_band is False
    assert answer.status_code == 200
