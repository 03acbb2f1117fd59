"""What was seen afterward: pain, reactions, vials, the note."""

import pytest

from needlepoint.records.models import Visit
from tests.pages.kit import Action, of_roles, says

ACT = Action("visit-after", {"after": "2", "reactions": "small bruise"})


def test_it_works(signed_in, visit):
    assert ACT.on(signed_in, visit).status_code == 200
    observed = Visit.objects.get(pk=visit.pk).facts.observed
    assert (observed.pain_after, observed.reactions) == (2, ("small bruise",))
    assert ACT.on(signed_in, visit, own_words="Told to move.").status_code == 200
    assert Visit.objects.get(pk=visit.pk).facts.note.own_words == "Told to move."


def test_a_lot_of_another_practice_is_not_found(signed_in, visit):
    assert ACT.on(signed_in, visit, lot="999999").status_code == 404


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
        ({"after": "-1"}, "a number from 0 to 10"),
        ({"reactions": "x" * 301}, "Use at most 300 characters."),
        ({"template": "99"}, "Choose one of the options"),
        ({"lot": "x"}, "Choose one of the options"),
        ({"remove_lot": "7"}, "No vial of this lot was opened in this visit."),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(signed_in, visit, sent, said):
    before = Visit.objects.get(pk=visit.pk).facts
    for htmx in (True, False):
        says(ACT.on(signed_in, visit, htmx=htmx, **sent), said)
    assert Visit.objects.get(pk=visit.pk).facts == before


def test_a_get_is_refused(signed_in, visit):
    assert signed_in.get(ACT.url(visit.pk)).status_code == 405
