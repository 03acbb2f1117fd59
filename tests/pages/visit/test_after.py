"""What was seen afterward: pain, reactions, vials, the note."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from needlepoint.records.models import Visit
from tests.kit.visits import given_row
from tests.pages.kit import Action, of_roles, says
from tests.pages.visit.kit import post

ACT = Action("visit-after", {"after": "2", "reactions": "small bruise"})


def test_it_works(signed_in, visit):
    given_row(visit, at=timezone.now() - datetime.timedelta(minutes=20))
    assert ACT.on(signed_in, visit).status_code == 200
    observed = Visit.objects.get(pk=visit.pk).facts.observed
    assert (observed.pain_after, observed.reactions) == (2, ("small bruise",))
    assert ACT.on(signed_in, visit, own_words="Told to move.").status_code == 200
    assert Visit.objects.get(pk=visit.pk).facts.note.own_words == "Told to move."


def test_the_page_says_when_15_minutes_have_passed_and_how_early_it_was_recorded(signed_in, visit):
    at = timezone.now() - datetime.timedelta(minutes=4)
    given_row(visit, at=at)
    due = (at + datetime.timedelta(minutes=15)).astimezone(ZoneInfo(visit.practice.timezone))
    assert f"Due at {due:%H:%M}." in signed_in.get(f"/visits/{visit.pk}/").content.decode()
    page = " ".join(ACT.on(signed_in, visit).content.decode().split())
    assert "Recorded 4 min after the last needle." in page
    assert Visit.objects.get(pk=visit.pk).facts.observed.minutes_after == 4
    signed_in.cookies["django_language"] = "es"
    assert (
        "Anotado 4 min después de la última aguja." in signed_in.get(f"/visits/{visit.pk}/").content.decode()
    )


def test_pain_afterward_needs_a_needle(signed_in, visit):
    says(ACT.on(signed_in, visit), "Record the treated site first.")
    assert Visit.objects.get(pk=visit.pk).facts.observed.pain_after is None


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
    given_row(visit)
    before = Visit.objects.get(pk=visit.pk).facts
    for htmx in (True, False):
        says(ACT.on(signed_in, visit, htmx=htmx, **sent), said)
    assert Visit.objects.get(pk=visit.pk).facts == before


def test_a_get_is_refused(signed_in, visit):
    assert signed_in.get(ACT.url(visit.pk)).status_code == 405


def test_a_sentence_is_changed_and_restored(signed_in, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    key = {"sentence": "felt:findings[0]"}
    shown = post(signed_in, visit, "after", words="A firm band.", **key).content.decode()
    assert "A firm band." in shown
    assert "edited" in shown
    assert "A firm band." not in post(signed_in, visit, "after", restore="1", **key).content.decode()


def test_a_text_of_the_practice_goes_into_the_note(signed_in, visit):
    signed_in.post(
        "/settings/", {"part": "texts", "text-name": ["Ice", ""], "text-text": ["Ice for ten minutes.", "x"]}
    )
    assert "Ice for ten minutes." in post(signed_in, visit, "after", template="0").content.decode()
    assert post(signed_in, visit, "after", template="7")["HX-Retarget"] == "#messages"
