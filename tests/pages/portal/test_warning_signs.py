"""Warning signs that a patient reports in the intake: screened first, one task, repeated at the end."""

from __future__ import annotations

import datetime
import json

import pytest
import time_machine
from django.utils import timezone

from needlepoint.base.refusal import Refused
from needlepoint.documents.leaflets.dangers import load_dangers
from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import OutboxMessage, Visit
from needlepoint.records.patients.warning_signs import standing, unread
from needlepoint.records.portal.intake import answer, hand_in, intake_of, set_signs, set_where
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from needlepoint.visit.facts import Facts
from tests.kit.portal import HEALTHY
from tests.pages.portal.kit import HEART, LIFE, LOW_BACK, fresh, titles


@pytest.fixture
def story(ahead):
    """Up to the story: drawn, and none of the warning signs."""
    set_where(ahead, LOW_BACK, 5, 8)
    set_signs(fresh(ahead), ["none"])
    return f"/me/visits/{ahead.pk}/intake/story/"


def test_words_are_judged_before_the_next_page(me, ahead, story, patient):
    sent = {"began": "days", "start": "slow", "words": f"{HEART}. {LIFE}.", "goal": ""}
    assert me.post(story, sent)["Location"] == f"/me/visits/{ahead.pk}/intake/warning/"
    page = me.get(f"/me/visits/{ahead.pk}/intake/warning/").content.decode()
    # Every danger is named, each with its own action; no disease is.
    assert "Chest pain or tightness" in page
    assert "You think of ending your life" in page
    assert 'href="tel:911"' in page
    assert 'href="tel:988"' in page
    assert "heart attack" not in page
    # No page behind it opens, and nothing is handed in, until it was read.
    for name in ("health", "before", "contact", "done"):
        assert me.get(f"/me/visits/{ahead.pk}/intake/{name}/")["Location"].endswith("/warning/")
    assert me.get(f"/me/visits/{ahead.pk}/intake/")["Location"].endswith("/warning/")
    assert me.post(f"/me/visits/{ahead.pk}/intake/hand-in/")["Location"].endswith("/warning/")
    answer(fresh(ahead), HEALTHY | {"words": [f"{HEART}. {LIFE}."]})
    with pytest.raises(Refused, match="warning"):
        hand_in(fresh(ahead))
    # The practice has its tasks although nothing was handed in: all dangers, and what the patient was told.
    told = " ".join(titles(patient))
    assert "angina" in told
    assert "ending life" in told.casefold()
    assert "Call 911" in told
    assert "988" in told


def test_what_was_read_is_kept_and_said_again(me, ahead, story, patient):
    words = f"{HEART}. {LIFE}."
    me.post(story, {"began": "days", "start": "slow", "words": words, "goal": ""})
    flags = [row.flag for row in unread(intake_of(ahead))]
    assert len(flags) >= 2
    warning = f"/me/visits/{ahead.pk}/intake/warning/"
    # A flag that the page did not show is not read by its button.
    assert me.post(warning, {"flag": flags[:1]})["Location"] == warning
    assert me.post(warning, {"flag": flags})["Location"].endswith("/intake/health/")
    for row in intake_of(ahead).warnings:
        assert (row.read_by, row.read_in) == ("patient", "en")
        assert row.read_at is not None
    assert AuditEvent.objects.filter(patient_id=patient.pk, what__contains="warning read").exists()
    answer(fresh(ahead), HEALTHY | {"words": [words]})
    hand_in(fresh(ahead))
    done = me.get(f"/me/visits/{ahead.pk}/intake/done/").content.decode()
    assert "Chest pain or tightness" in done
    assert 'href="tel:988"' in done
    # Once each, however often it was kept.
    assert len(titles(patient)) == len(set(titles(patient)))
    mail = OutboxMessage.objects.get(patient=patient, kind="warning")
    assert mail.at_once


def test_change_my_answers_leads_to_what_raised_the_warning(me, ahead, patient):
    set_where(ahead, LOW_BACK, 5, 8)
    set_signs(fresh(ahead), ["cauda_equina"])
    warning = f"/me/visits/{ahead.pk}/intake/warning/"
    assert f'href="/me/visits/{ahead.pk}/intake/signs/"' in me.get(warning).content.decode()
    me.post(warning, {"flag": "cauda_equina"})
    me.post(
        f"/me/visits/{ahead.pk}/intake/story/", {"began": "days", "start": "slow", "words": HEART, "goal": ""}
    )
    assert f'href="/me/visits/{ahead.pk}/intake/story/"' in me.get(warning).content.decode()


def test_several_dangers_in_a_row_are_one_mail(me, ahead, story, patient):
    """Each text makes its task; the link of the one mail leads to all of them. Half an hour later one more is sent."""
    texts = [
        HEART,
        f"{HEART}. {LIFE}",
        f"{HEART}. {LIFE}. I cannot hold my urine",
        "My face droops on one side",
    ]
    for words in texts:
        me.post(story, {"words": words}, headers={"HX-Request": "true"})
    assert len(titles(patient)) >= 3
    assert OutboxMessage.objects.filter(patient=patient, kind="warning").count() == 1
    named = me.get(f"/me/visits/{ahead.pk}/intake/warning/").content.decode()
    assert "droops" in named
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=31)):
        me.post(
            story, {"words": "I have had a fever for days and my back hurts"}, headers={"HX-Request": "true"}
        )
    assert OutboxMessage.objects.filter(patient=patient, kind="warning").count() == 2


def test_the_background_saving_makes_the_task_too(me, ahead, story, patient):
    me.post(story, {"words": HEART}, headers={"HX-Request": "true"})
    assert titles(patient)
    assert me.get(f"/me/visits/{ahead.pk}/intake/health/")["Location"].endswith("/warning/")
    # A mistake can be corrected: the story stays editable, and a warning that no longer applies no longer blocks.
    assert me.get(story).status_code == 200
    me.post(story, {"began": "days", "start": "slow", "words": "It pulls in my back.", "goal": ""})
    assert unread(intake_of(ahead)) == []
    assert me.get(f"/me/visits/{ahead.pk}/intake/health/").status_code == 200
    assert intake_of(ahead).warnings[0].withdrawn_at


def test_words_of_danger_in_any_field_are_seen(me, ahead, story):
    me.post(story, {"began": "days", "start": "slow", "words": "It pulls.", "goal": LIFE})
    assert [row.action.id for row in unread(intake_of(ahead))] == ["call_988"]


def test_the_checklist_is_asked_before_the_story(me, ahead, patient):
    where, signs = (f"/me/visits/{ahead.pk}/intake/{name}/" for name in ("where", "signs"))
    set_where(ahead, LOW_BACK, 5, 8)
    assert me.get(f"/me/visits/{ahead.pk}/intake/")["Location"] == signs
    assert me.post(where, {"marks": json.dumps(LOW_BACK), "now": "5"})["Location"] == signs
    page = me.get(signs).content.decode()
    assert page.count('name="signs"') >= 6
    assert "checked" not in page  # nothing is chosen beforehand, least of all 'none'
    again = me.post(signs, {"signs": []})
    assert again.status_code == 422
    assert "all that apply" in again.content.decode()
    assert intake_of(ahead).answers.signs is None
    assert me.post(signs, {"signs": ["moon"]}).status_code == 422
    assert me.post(signs, {"signs": ["cauda_equina", "spinal_infection"]})["Location"].endswith("/warning/")
    page = me.get(f"/me/visits/{ahead.pk}/intake/warning/").content.decode()
    assert 'href="tel:911"' in page
    assert 'href="tel:5555550100"' in page
    assert len(titles(patient)) == 2
    me.post(f"/me/visits/{ahead.pk}/intake/warning/", {"flag": ["cauda_equina", "spinal_infection"]})
    assert me.get(f"/me/visits/{ahead.pk}/intake/story/").status_code == 200
    # The clinician's board sees what was checked as said.
    set_where(fresh(ahead), LOW_BACK, 5, 8)
    walked = think(full(ahead.pk, ahead.practice_id)).walked
    assert {flag.id for flag in walked.reasoned.red_flags} >= {"cauda_equina"}


def test_a_sign_next_to_none_of_these_counts(me, ahead, patient):
    set_where(ahead, LOW_BACK, 5, 8)
    path = f"/me/visits/{ahead.pk}/intake/signs/"
    assert me.post(path, {"signs": ["none", "cauda_equina"]})["Location"].endswith("/warning/")
    assert intake_of(ahead).answers.signs == ("cauda_equina",)
    assert len(titles(patient)) == 1
    page = me.get(path).content.decode()
    assert page.count("checked") == 1


def test_what_is_checked_next_to_none_is_kept_and_asked_again(me, ahead, story):
    path = f"/me/visits/{ahead.pk}/intake/health/"
    sent = {
        "pregnant": "no",
        "medicines": ["none", "warfarin"],
        "allergies": "none",
        "conditions": ["none", "heart"],
    }
    again = me.post(path, sent)["Location"]
    assert "both=medicines" in again
    page = me.get(again.partition("#")[0]).content.decode()
    assert "We saved what you checked" in page
    assert 'value="warfarin"' in page
    kept = intake_of(ahead).answers
    assert (kept.some("medicines"), kept.some("conditions")) == (("warfarin",), ("heart",))


def test_nothing_is_handed_in_without_the_checklist(ahead):
    set_where(ahead, LOW_BACK, 5, 8)
    answer(fresh(ahead), HEALTHY)
    with pytest.raises(Refused, match="signs"):
        hand_in(fresh(ahead))


def test_a_new_drawing_asks_about_its_own_signs(me, ahead):
    set_where(ahead, LOW_BACK, 5, 8)
    set_signs(fresh(ahead), ["none"])
    assert me.get(f"/me/visits/{ahead.pk}/intake/")["Location"].endswith("/story/")
    set_where(
        fresh(ahead), [{"view": "back", "kind": "point", "points_mm": [[-90, 350]], "intensity": 6}], 5, 8
    )
    assert me.get(f"/me/visits/{ahead.pk}/intake/")["Location"].endswith("/signs/")


@pytest.mark.parametrize("flag", [row.flag for row in load_dangers().values() if row.check])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_each_line_of_the_checklist_warns_in_its_own_words(me, ahead, flag, lang):
    Visit.objects.filter(pk=ahead.pk).update(facts=Facts())
    ahead.patient.language = lang
    ahead.patient.sex, ahead.patient.birth_date = "", datetime.date(1976, 5, 17)
    ahead.patient.save()
    set_signs(fresh(ahead), [flag])
    (row,) = standing(intake_of(ahead))
    assert row.action == load_dangers()[flag].action
    me.cookies["django_language"] = lang
    page = me.get(f"/me/visits/{ahead.pk}/intake/warning/").content.decode()
    assert getattr(load_dangers()[flag].check, lang).replace("'", "&#x27;") in page


def test_a_list_left_empty_is_no_answer(me, ahead, story):
    me.post(story, {"began": "days", "start": "slow", "words": "", "goal": ""})
    health = f"/me/visits/{ahead.pk}/intake/health/"
    sent = {"pregnant": "no", "medicines": [""], "allergies": ["", "none"], "conditions": ["none"]}
    assert "open=medicines" in me.post(health, sent)["Location"]
    assert intake_of(ahead).answers.given["allergies"] == ()
    both = sent | {"medicines": ["eliquis", "none"], "conditions": ["none", "heart"]}
    assert "both=medicines" in me.post(health, both)["Location"]
    assert intake_of(ahead).answers.some("conditions") == ("heart",)
    assert me.post(health, sent | {"medicines": ["eliquis"]})["Location"].endswith("/before/")
    # A box that is unchecked again is no answer either.
    assert (
        "open=conditions" in me.post(health, sent | {"medicines": ["eliquis"], "conditions": []})["Location"]
    )
