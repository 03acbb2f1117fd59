"""The record of a treated site is taken back."""

import pytest

from needlepoint.records.models import Visit
from tests.kit.visits import treated
from tests.pages.kit import Action, of_roles, says

ACT = Action("visit-withdraw", {"muscle": "infraspinatus", "side": "left", "why": "another site was treated"})


@pytest.fixture
def given(doctor, visit):
    """A treated site."""
    return treated(doctor, visit)


def test_it_works(signed_in, given):
    assert ACT.on(signed_in, given).status_code == 200
    site = given.sites.get()
    assert (site.given, site.withdrawn[0].why) == (None, "another site was treated")


@pytest.mark.parametrize("role", ["front_desk", "biller"])
def test_only_who_examines(signed_in, doctor, given, role):
    of_roles(doctor, role)
    assert ACT.on(signed_in, given).status_code == 403


def test_a_visit_of_another_practice_is_not_found(signed_in, elsewhere):
    before = Visit.objects.get(pk=elsewhere.pk).facts
    assert ACT.on(signed_in, elsewhere).status_code == 404
    assert Visit.objects.get(pk=elsewhere.pk).facts == before


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"version": ""}, "This page is out of date."),
        ({"why": " "}, "This field is required."),
        ({"side": "right"}, "This site was not recorded as treated."),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(signed_in, given, sent, said):
    before = Visit.objects.get(pk=given.pk).facts
    for htmx in (True, False):
        says(ACT.on(signed_in, given, htmx=htmx, **sent), said)
    assert Visit.objects.get(pk=given.pk).facts == before


def test_a_get_is_refused(signed_in, given):
    assert signed_in.get(ACT.url(given.pk)).status_code == 405
