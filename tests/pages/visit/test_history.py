"""When the pain began, and what was tried."""

from decimal import Decimal

import pytest

from needlepoint.records.models import Visit
from needlepoint.treatment.types import PriorCare
from tests.pages.kit import Action, of_roles, says
from tests.pages.visit.kit import post

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


CARE = {"began_on": None, "care": "acupuncture", "weeks": "6", "helped": "no"}


def care_of(visit):
    visit.episode.refresh_from_db()
    return visit.episode.prior_care


def test_undo_takes_it_back_and_nothing_else(signed_in, visit):
    before = care_of(visit)
    ACT.on(signed_in, visit, **CARE)
    assert len(care_of(visit)) == len(before or ()) + 1
    assert Action("visit-undo").on(signed_in, visit).status_code == 200
    assert care_of(visit) == before


def test_a_line_entered_in_error_is_removed_and_the_history_keeps_it(signed_in, visit):
    ACT.on(signed_in, visit, **CARE)
    number = len(care_of(visit)) - 1
    gone = {"began_on": None, "remove": number, "care": "acupuncture"}
    assert ACT.on(signed_in, visit, **gone).status_code == 200
    assert "acupuncture" not in [row.what for row in care_of(visit) or ()]
    assert "acupuncture" in signed_in.get(f"/visits/{visit.pk}/versions/").content.decode()
    says(ACT.on(signed_in, visit, **gone), "no longer in the list")


def test_nothing_tried_is_said_on_purpose(signed_in, visit):
    visit.episode.prior_care = None
    visit.episode.save()
    says(ACT.on(signed_in, visit, began_on=None, care=""), "Enter what was tried.")
    assert care_of(visit) is None
    ACT.on(signed_in, visit, began_on=None, nothing="yes")
    assert care_of(visit) == ()


def test_an_older_page_changes_nothing(signed_in, visit):
    ACT.on(signed_in, visit, **CARE)
    kept = care_of(visit)
    late = ACT.post(signed_in, visit.pk, htmx=True, **CARE, version=visit.version)
    assert late.status_code == 409
    assert care_of(visit) == kept


def test_what_another_visit_of_the_episode_changed_since_is_not_undone(signed_in, visit):
    ACT.on(signed_in, visit, **CARE)
    visit.episode.refresh_from_db()
    visit.episode.prior_care = ()
    visit.episode.save()
    says(Action("visit-undo").on(signed_in, visit), "changed since in another visit")
    assert care_of(visit) == ()


def test_care_before_is_the_episodes(signed_in, visit):
    post(signed_in, visit, "history", care="acupuncture", weeks="6", helped="no")
    post(signed_in, visit, "history", began_on="2026-01-05")
    visit.episode.refresh_from_db()
    assert visit.episode.prior_care[-1] == PriorCare(what="acupuncture", helped=False, weeks=Decimal(6))
    assert str(visit.episode.began_on) == "2026-01-05"
    assert post(signed_in, visit, "history", began_on="2999-01-01")["HX-Retarget"] == "#messages"
