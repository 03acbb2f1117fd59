"""What was given at one site, or at all planned ones."""

import pytest

from needlepoint.records.models import Visit
from tests.pages.kit import Action, of_roles, says

ACT = Action("visit-done", {"muscle": "infraspinatus", "side": "left", "actual_ml": "0.5", "anyway": "on"})


@pytest.fixture
def examined(signed_in, visit):
    """One muscle with a trigger point."""
    Action("visit-find", {"muscle": "infraspinatus", "side": "left", "sign": "all"}).on(signed_in, visit)
    return visit


def test_it_works(signed_in, examined):
    assert ACT.on(signed_in, examined).status_code == 200
    assert str(examined.sites.get().given.volume_ml) == "0.5"


def test_open_questions_and_a_second_record_are_refused_in_words(signed_in, examined):
    says(ACT.on(signed_in, examined, anyway=None), "The plan has open questions.")
    ACT.on(signed_in, examined)
    says(ACT.on(signed_in, examined), "This site is already recorded. Withdraw it first.")


@pytest.mark.parametrize("role", ["front_desk", "biller"])
def test_only_who_examines(signed_in, doctor, examined, role):
    of_roles(doctor, role)
    assert ACT.on(signed_in, examined).status_code == 403


def test_a_visit_of_another_practice_is_not_found(signed_in, elsewhere):
    before = Visit.objects.get(pk=elsewhere.pk).facts
    assert ACT.on(signed_in, elsewhere).status_code == 404
    assert Visit.objects.get(pk=elsewhere.pk).facts == before


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"version": ""}, "This page is out of date."),
        ({"actual_ml": "50"}, "from 0.1 to 20 mL"),
        ({"actual_ml": "0,5"}, "Write 0.5 with a decimal point."),
        ({"side": "up"}, "Choose one of the options"),
        ({"muscle": "soleus"}, "This site is not in the plan. Plan it first."),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(signed_in, examined, sent, said):
    before = Visit.objects.get(pk=examined.pk).facts
    for htmx in (True, False):
        says(ACT.on(signed_in, examined, htmx=htmx, **sent), said)
    assert Visit.objects.get(pk=examined.pk).facts == before


def test_a_get_is_refused(signed_in, examined):
    assert signed_in.get(ACT.url(examined.pk)).status_code == 405


def test_an_emptied_volume_is_asked_for_and_not_charted_as_planned(signed_in, examined):
    says(ACT.on(signed_in, examined, actual_ml=""), "Enter the mL given.")
    assert not [site for site in examined.sites.all() if site.given]
