"""How much a signed visit helped, as the patient reported it later."""

import pytest

from needlepoint.records.models import Visit
from tests.pages.kit import Action, of_roles, says

ACT = Action("visit-outcome", {"relief_percent": "60", "relief_weeks": "5"})


@pytest.fixture
def past(visit):
    """A visit that is done."""
    return Visit.objects.filter(state="done").order_by("pk").first()


def test_it_works(signed_in, past):
    assert ACT.post(signed_in, past.pk).status_code == 302
    observed = Visit.objects.get(pk=past.pk).facts
    assert "60" in str(observed)


def test_another_role_is_refused(signed_in, doctor, past):
    of_roles(doctor, "biller")
    assert ACT.post(signed_in, past.pk).status_code == 403


def test_a_visit_of_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.post(signed_in, elsewhere.pk).status_code == 404


@pytest.mark.parametrize("sent", [{"relief_percent": "140"}, {"relief_percent": "x"}, {"relief_weeks": "-3"}])
def test_bad_input_is_said_and_nothing_is_saved(signed_in, past, sent):
    before = past.facts
    says(ACT.post(signed_in, past.pk, **sent))
    assert Visit.objects.get(pk=past.pk).facts == before


def test_a_get_is_refused(signed_in, past):
    assert signed_in.get(ACT.url(past.pk)).status_code == 405
