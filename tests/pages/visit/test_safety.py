"""Answers to what is asked before the needle."""

import pytest

from needlepoint.base.people import LocalState
from needlepoint.records.models import Visit
from tests.pages.kit import Action, of_roles, says
from tests.pages.visit.kit import post

ACT = Action("visit-safety", {"name": "inr", "value": "2.4"})


def test_it_works(signed_in, visit):
    assert ACT.on(signed_in, visit).status_code == 200
    checked = Visit.objects.get(pk=visit.pk).facts.checked
    assert str(checked.inr) == "2.4"
    for sent in (
        {"name": "platelets", "value": "1,150"},
        {"name": "hba1c", "value": "6.5 %"},
        {"name": "pregnant", "value": "no"},
        {"name": "given", "drug": "lidocaine", "dose_mg": "40 mg", "hours": "2"},
        {"name": "local", "what": "rash", "region": "left temple"},
    ):
        assert ACT.on(signed_in, visit, **sent).status_code == 200
    checked = Visit.objects.get(pk=visit.pk).facts.checked
    assert (checked.platelets_10e9_l, str(checked.hba1c_percent), checked.pregnant) == (1150, "6.5", False)
    assert (checked.given[0].drug, checked.local[0].region) == ("lidocaine", "left_temple")


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
        ({"value": "1,2"}, "Write 1.2 with a decimal point."),
        (
            {"name": "platelets", "value": "150k"},
            "Enter digits only, without letters: A number from 2 to 2,000 x 10^9/L. A count per microliter is",
        ),
        ({"name": "platelets", "value": "150000"}, "divided by 1000"),
        ({"value": "24"}, "from 0.5 to 20"),
        ({"name": "pregnant", "value": ""}, "This field is required."),
        ({"name": "weeks", "value": "60"}, "from 1 to 44 weeks"),
        ({"name": "given", "drug": "lidocaine", "dose_mg": "x", "hours": "1"}, "Dose (mg)"),
        ({"name": "local", "what": "ufo", "region": "left temple"}, "Choose one of the options"),
        ({"name": "moon"}, "Choose one of the options"),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(signed_in, visit, sent, said):
    before = Visit.objects.get(pk=visit.pk).facts
    for htmx in (True, False):
        says(ACT.on(signed_in, visit, htmx=htmx, **sent), said)
    assert Visit.objects.get(pk=visit.pk).facts == before


def test_a_get_is_refused(signed_in, visit):
    assert signed_in.get(ACT.url(visit.pk)).status_code == 405


def test_what_is_asked_before_each_needle_holds_for_this_visit_only(signed_in, visit):
    from needlepoint.records.visit.episode_from_rows import episode_of, full

    def patient():
        return episode_of(full(visit.pk, visit.practice_id)).patient

    assert patient().given is None
    assert patient().local is None
    post(signed_in, visit, "safety", name="clear")
    assert (patient().given, patient().local) == ([], [])
    post(signed_in, visit, "safety", name="given", drug="lidocaine", dose_mg="40", hours="2")
    assert patient().given[0].dose_mg == 40
    post(signed_in, visit, "safety", name="local", what="rash", region="left_temple")
    assert patient().local == [LocalState(what="rash", region="left_temple")]
    other = Visit.objects.filter(patient_id=visit.patient_id).exclude(pk=visit.pk).first()
    assert episode_of(full(other.pk, other.practice_id)).patient.given in (None, [])
    for bad in (
        {"name": "given", "drug": "tea"},
        {"name": "hba1c", "value": "x"},
        {"name": "local", "what": "fine"},
    ):
        assert post(signed_in, visit, "safety", **bad)["HX-Retarget"] == "#messages"


def test_a_precaution_is_decided_in_words_and_the_board_goes_on(signed_in, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    shown = post(signed_in, visit, "order", decide="pleura_site", why="The rib lies between two fingers.")
    assert "The rib lies between two fingers." in str(Visit.objects.get(pk=visit.pk).facts.ordered)
    assert "active trigger point" in shown.content.decode()
