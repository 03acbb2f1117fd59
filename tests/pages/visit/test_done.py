"""What was given at one site, or at all planned ones."""

from decimal import Decimal

import pytest

from needlepoint.records.models import Site, Visit, VisitChange
from tests.kit.visits import allow_needle
from tests.pages.kit import Action, of_roles, says
from tests.pages.visit.kit import post

ACT = Action("visit-done", {"muscle": "infraspinatus", "side": "left", "actual_ml": "0.5", "anyway": "on"})


@pytest.fixture
def examined(signed_in, doctor, visit):
    """One muscle with a trigger point."""
    Action("visit-find", {"muscle": "infraspinatus", "side": "left", "sign": "all"}).on(signed_in, visit)
    allow_needle(doctor, visit)
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


def test_nothing_is_ticked_off_while_answers_are_missing_unless_it_was_done_all_the_same(
    signed_in, doctor, visit
):
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    allow_needle(doctor, visit)
    spot = {"muscle": "infraspinatus", "side": "left"}
    refused = post(signed_in, visit, "done", **spot)
    assert refused["HX-Retarget"] == "#messages"
    assert "open questions" in refused.content.decode()
    post(signed_in, visit, "done", anyway="on", **spot)
    visit.refresh_from_db()
    assert Site.objects.get(visit=visit).given.questions_open
    assert VisitChange.objects.get(visit=visit, version=visit.version).command == "RecordInjection"
    assert post(signed_in, visit, "done", anyway="on", **spot)["HX-Retarget"] == "#messages"  # twice
    assert post(signed_in, visit, "withdraw", why=" ", **spot)["HX-Retarget"] == "#messages"
    assert Site.objects.get(visit=visit).given is not None
    post(signed_in, visit, "withdraw", why="recorded in error", **spot)
    site = Site.objects.get(visit=visit)
    assert site.given is None
    assert site.withdrawn[0].why == "recorded in error"


def test_what_was_really_given_counts(signed_in, doctor, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="right", sign="all")
    post(signed_in, visit, "safety", name="clear")
    allow_needle(doctor, visit)
    post(signed_in, visit, "done", muscle="infraspinatus", side="right", actual_ml="2.5")
    visit.refresh_from_db()
    assert Site.objects.get(visit=visit).given.dose_mg == Decimal("12.5")  # 2.5 mL of 0.5 %
    shown = post(signed_in, visit, "event", kind="faint", what="Lay down, legs up, well after 5 minutes.")
    assert "Lay down, legs up" in shown.content.decode()
    visit.refresh_from_db()
    assert visit.facts.observed.events[0].kind == "faint"
    assert post(signed_in, visit, "event", kind="magic", what="x")["HX-Retarget"] == "#messages"


def test_needle_drug_and_answer_stand_at_the_site_and_in_the_note(signed_in, doctor, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="right", sign="all")
    post(signed_in, visit, "safety", name="clear")
    allow_needle(doctor, visit)
    post(signed_in, visit, "done", all="1")
    spot = {"muscle": "infraspinatus", "side": "right"}
    shown = post(signed_in, visit, "after", response="felt it down the arm", **spot).content.decode()
    given = Site.objects.get(visit=visit).given
    assert given.drug == "lidocaine"
    assert given.needle in shown.replace(" × ", " x ")
    assert "felt it down the arm." in shown
