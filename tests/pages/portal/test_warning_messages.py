"""Warning signs in messages and surveys of patients: answered at once, one task."""

from __future__ import annotations

import datetime

import time_machine

from needlepoint.documents.leaflets.dangers import load_dangers
from needlepoint.records.models import Task
from needlepoint.records.patients.warning_signs import screen_words
from needlepoint.records.portal.magic_links import make_link
from tests.kit.portal import enter
from tests.pages.portal.kit import HEART, LIFE, titles, treated


def test_no_task_cuts_a_warning_off(patient):
    from needlepoint.records.patients.warning_signs import Warning, alert

    warnings = [Warning(flag=flag, en="", es="", action=row.action) for flag, row in load_dangers().items()]
    alert(patient.practice, patient, "intake", warnings)
    told = " ".join(titles(patient))
    assert all(len(title) <= 200 for title in titles(patient))
    assert "Possible torsion of the testicle" in told
    assert "Swelling of throat" in told


def test_the_patient_is_not_told_two_things_about_one_sign(patient):
    text = "Dolor de pecho que me aprieta cuando subo escaleras y me corre al brazo"
    assert {warning.action.id for warning in screen_words(patient, text, datetime.date(2026, 11, 23))} == {
        "call_911"
    }


def test_a_healthy_story_warns_of_nothing(patient):
    text = "It pulls and aches in the shoulder, worse at the desk. No numbness, no fever, no chest pain."
    assert screen_words(patient, text, datetime.date(2026, 11, 23)) == []


def test_a_message_that_warns_is_answered_at_once(me, patient):
    sent = me.post("/me/messages/", {"text": f"{HEART}. What should I do? {LIFE}"})
    page = me.get(sent["Location"]).content.decode()
    assert "Do not wait for an answer." in page
    assert 'href="tel:988"' in page
    told = " ".join(titles(patient))
    assert "angina" in told
    assert "(message)" in told
    # Another patient's message cannot be asked for by its number, and nothing odd breaks the page.
    for odd in ("0", "-1", "x", "9" * 40, "\N{SUPERSCRIPT TWO}"):
        assert "Do not wait" not in me.get("/me/messages/", {"sent": odd}).content.decode()


def test_a_plain_message_says_when_it_is_answered(me, patient):
    with time_machine.travel(datetime.datetime.fromisoformat("2026-11-21T12:00:00-05:00"), tick=False):
        enter(me, patient)
        page = me.get(me.post("/me/messages/", {"text": "May I bring my son?"})["Location"]).content.decode()
    assert "You can expect an answer by Tuesday, November 24." in page
    assert titles(patient) == []


def test_a_survey_answers_what_it_hears(client, patient):
    row = treated(patient)[0]
    token = make_link("check_in", patient, None, str(row.pk))[1]
    page = client.post(f"/c/{token}/more/", {"pain": "9"}).content.decode()
    assert "Your pain is high. Call us today" in page
    assert 'href="tel:5555550100"' in page
    assert "8 or more" in titles(patient)[0]
    # 'None of these' with something else is asked again, and the sign of danger counts meanwhile.
    both = client.post(
        f"/c/{token}/more/", {"signs": ["none", "breathless"], "medicines": ["nsaid"]}
    ).content.decode()
    assert "choose again" in both
    assert 'id="q-signs"' in both
    assert 'id="q-medicines"' not in both
    assert 'href="tel:911"' in both
    assert len(titles(patient)) == 2
    done = client.post(f"/c/{token}/more/", {"signs": ["breathless"]}).content.decode()
    assert "We have your answer. Our team will see it." in done


def test_no_better_after_weeks_is_no_emergency(client, patient):
    row = next(row for row in treated(patient) if row.moment == "4w")
    token = make_link("check_in", patient, None, str(row.pk))[1]
    client.post(f"/c/{token}/more/", {"pain": "5"})
    page = client.post(f"/c/{token}/more/", {"change": ["same"]}).content.decode()
    assert "what else we can try" in page
    assert 'href="tel:5555550100"' in page
    task = Task.objects.get(patient=patient)
    assert (task.urgent, task.title.startswith("No better")) == (False, True)
