"""Since when it hurts, and what was tried."""

import pytest

from needlepoint.records.models import Visit
from tests.pages.kit import Action, of_roles, says

ACT = Action("visit-history", {"began_on": "2026-01-05"})


def test_it_works(signed_in, visit):
    assert ACT.on(signed_in, visit).status_code == 200
    sent = {"began_on": None, "care": "acupuncture", "weeks": "6 weeks", "helped": "no"}
    assert ACT.on(signed_in, visit, **sent).status_code == 200
    visit.episode.refresh_from_db()
    assert str(visit.episode.began_on) == "2026-01-05"
    assert (visit.episode.prior_care[-1].what, visit.episode.prior_care[-1].weeks) == ("acupuncture", 6)


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
        ({"began_on": "2999-01-01"}, "Enter a day from"),
        ({"began_on": "soon"}, "Enter a day such as"),
        ({"care": "yoga", "weeks": "six"}, "Enter digits only"),
        ({"care": "yoga", "helped": "so-so"}, "Choose yes or no."),
    ],
)
def test_bad_input_is_said_and_nothing_is_saved(signed_in, visit, sent, said):
    before = Visit.objects.get(pk=visit.pk).facts
    for htmx in (True, False):
        says(ACT.on(signed_in, visit, htmx=htmx, **sent), said)
    assert Visit.objects.get(pk=visit.pk).facts == before


def test_a_get_is_refused(signed_in, visit):
    assert signed_in.get(ACT.url(visit.pk)).status_code == 405
