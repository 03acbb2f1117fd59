"""Answers that only the payer asks for."""

import pytest

from needlepoint.records.models import Visit
from tests.pages.kit import Action, of_roles, says

ACT = Action("visit-payer", {"name": "in_program", "answer": "yes"})


def test_it_works(signed_in, visit):
    assert ACT.on(signed_in, visit).status_code == 200
    assert Visit.objects.get(pk=visit.pk).facts.payer_answers == {"in_program": True}
    assert ACT.on(signed_in, visit, answer="").status_code == 200
    assert Visit.objects.get(pk=visit.pk).facts.payer_answers == {}


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
        ({"name": "deductible"}, "Choose one of the options"),
        ({"answer": "maybe"}, "Choose yes or no."),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(signed_in, visit, sent, said):
    before = Visit.objects.get(pk=visit.pk).facts
    for htmx in (True, False):
        says(ACT.on(signed_in, visit, htmx=htmx, **sent), said)
    assert Visit.objects.get(pk=visit.pk).facts == before


def test_a_get_is_refused(signed_in, visit):
    assert signed_in.get(ACT.url(visit.pk)).status_code == 405


def address(page, visit):
    return page.format(patient=visit.patient_id, visit=visit.pk)


def test_weight_payer_and_card_are_kept_and_a_payer_that_nobody_knows_is_not(signed_in, visit):
    person = visit.patient
    address = f"/patients/{person.pk}/edit/"
    sent = {
        "given": "Ana", "family": "Example", "birth_date": "1960-05-05", "language": "es", "sex": "female",
        "weight_kg": "61.5", "payer": "aetna", "payer_name": "Example Plan", "payer_id": "9", "member_id": "M1",
        "filing": "CI",
    }  # fmt: skip
    assert signed_in.post(address, sent).status_code == 302
    person.refresh_from_db()
    assert (str(person.weight_kg), person.payer, person.coverages[0].member_id) == ("61.5", "aetna", "M1")
    found = " ".join(signed_in.get("/patients/?q=ana+1960").content.decode().split())
    assert found.count("Example, Ana") == 1
    for bad in ({"payer": "nobody"}, {"weight_kg": "5"}, {"birth_date": "soon"}):
        assert signed_in.post(address, sent | bad).status_code == 422
