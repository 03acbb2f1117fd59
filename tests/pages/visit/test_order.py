"""The order: technique, drug, strength, volumes."""

import pytest

from needlepoint.records.models import Visit
from tests.pages.kit import Action, of_roles, says

ACT = Action("visit-order", {"technique": "wet", "drug": "lidocaine", "concentration_percent": "1"})


def test_it_works(signed_in, visit):
    assert ACT.on(signed_in, visit).status_code == 200
    ordered = Visit.objects.get(pk=visit.pk).facts.ordered
    assert (ordered.technique, ordered.drug, str(ordered.concentration_percent)) == ("wet", "lidocaine", "1")


def test_one_site_is_planned_with_its_volume(signed_in, visit):
    spot = {"muscle": "infraspinatus", "side": "left"}
    assert ACT.on(signed_in, visit, plan="yes", site_ml="0.4 mL", **spot).status_code == 200
    site = visit.sites.get()
    assert (site.planned, float(site.volume_ml)) == (True, 0.4)


def test_a_decision_needs_a_license_and_a_reason(signed_in, doctor, visit):
    says(ACT.on(signed_in, visit, decide="bleeding_disorder", why=" "), "Reason for proceeding")
    of_roles(doctor, "assistant", profession="medical_assistant")
    assert ACT.on(signed_in, visit, decide="bleeding_disorder", why="Factor given").status_code == 403


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
        ({"drug": "cocaine"}, "Choose one of the options on the page."),
        ({"concentration_percent": "0,5"}, "Write 0.5 with a decimal point."),
        ({"concentration_percent": "50"}, "to 5 %"),
        ({"volume_ml": "200"}, "to 20 mL"),
        ({"volume_ml": "half"}, "Enter digits only"),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(signed_in, visit, sent, said):
    before = Visit.objects.get(pk=visit.pk).facts
    for htmx in (True, False):
        says(ACT.on(signed_in, visit, htmx=htmx, **sent), said)
    assert Visit.objects.get(pk=visit.pk).facts == before


def test_a_get_is_refused(signed_in, visit):
    assert signed_in.get(ACT.url(visit.pk)).status_code == 405
