"""Warning signs that a patient reports: screened first, a task at once, repeated at the end and by mail."""

from __future__ import annotations

import datetime
import json

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from needlepoint.base.refusal import Refused
from needlepoint.documents.leaflets.dangers import load_dangers
from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import BookingHold, OutboxMessage, Patient, Task, TimeOff, Visit, VisitType
from needlepoint.records.outbox.queue import choose
from needlepoint.records.patients.warning_signs import screen_words, standing, unread
from needlepoint.records.portal.checkins import schedule
from needlepoint.records.portal.intake import answer, hand_in, intake_of, set_signs, set_where
from needlepoint.records.portal.magic_links import make_code, make_link
from needlepoint.records.schedule.hours import answer_by, open_now
from needlepoint.records.schedule.times import free_slots
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from needlepoint.visit.facts import Facts
from tests.kit.portal import HEALTHY, enter
from tests.kit.visits import given_row, with_pain

HEART = "Crushing chest pain when I climb stairs, going to my left arm"
LIFE = "I want to end my life"
LOW_BACK = [{"view": "back", "kind": "point", "points_mm": [[-60, 1050]], "intensity": 6}]


def fresh(visit):
    return Visit.objects.get(pk=visit.pk)


@pytest.fixture
def story(ahead):
    """Up to the story: drawn, and none of the warning signs."""
    set_where(ahead, LOW_BACK, 5, 8)
    set_signs(fresh(ahead), ["none"])
    return f"/me/visits/{ahead.pk}/intake/story/"


def titles(patient):
    return [task.title for task in Task.objects.filter(patient=patient, urgent=True).order_by("pk")]


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


def at(text):
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "open_", "until"),
    [
        ("2026-11-20T15:00:00-05:00", True, "2026-11-20T17:30:00-05:00"),
        ("2026-11-20T17:30:00-05:00", False, "2026-11-23T08:30:00-05:00"),  # Friday evening: Monday
        ("2026-11-25T18:00:00-05:00", False, "2026-11-27T08:30:00-05:00"),  # over Thanksgiving
        ("2026-12-24T18:00:00-05:00", False, "2026-12-29T08:30:00-05:00"),  # Christmas, a weekend, a day off
    ],
)
def test_what_the_hours_promise(clinic, now, open_, until):
    day = datetime.date(2026, 12, 28)
    TimeOff.objects.create(practice=clinic, first=day, last=day)
    found = open_now(clinic, at(now))
    assert (found.open, found.until) == (open_, at(until))


def test_without_hours_nothing_is_promised(clinic):
    clinic.hours = {}
    assert open_now(clinic, at("2026-11-20T15:00:00-05:00")) == (False, None)
    assert answer_by(clinic, at("2026-11-20T15:00:00-05:00")) is None


def test_an_answer_is_promised_for_an_open_day(clinic):
    assert answer_by(clinic, at("2026-11-20T15:00:00-05:00")) == datetime.date(2026, 11, 23)
    assert answer_by(clinic, at("2026-11-21T12:00:00-05:00")) == datetime.date(2026, 11, 24)
    assert answer_by(clinic, at("2026-11-25T15:00:00-05:00")) == datetime.date(2026, 11, 27)


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
    with time_machine.travel(at("2026-11-21T12:00:00-05:00"), tick=False):
        enter(me, patient)
        page = me.get(me.post("/me/messages/", {"text": "May I bring my son?"})["Location"]).content.decode()
    assert "You can expect an answer by Tuesday, November 24." in page
    assert titles(patient) == []


def treated(patient, muscle="soleus"):
    """A visit that was treated this noon, and its first follow-up survey."""
    visit = Visit.objects.filter(patient=patient, state="done").order_by("-pk").first()
    visit.starts_at, visit.facts = timezone.now(), with_pain(6)
    visit.save()
    visit.sites.all().delete()
    given_row(visit, muscle, at=timezone.now())
    choose(patient, "email", True, "intake")
    return schedule(fresh(visit))


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


BOTH = "Chest pain going down my left arm, and I want to kill myself"
MIA = {"given": "Mia", "family": "Invented", "birth_date": "1990-01-01", "email": "mia@example.org"}


def times_for(practice):
    service = VisitType.objects.get(technique="wet", for_new=True)
    first = timezone.now().date() + datetime.timedelta(days=21)
    return service, free_slots(practice, service, first, 7)


def warned(page):
    """The page says what was found, before its own heading, with both numbers."""
    assert "Please read this now" in page
    assert 'href="tel:911"' in page
    assert 'href="tel:988"' in page
    return True


def ask(client, practice, reason, **who):
    service, slots = times_for(practice)
    path = f"/at/example/en/visit/{service.pk}/{slots[0].staff_id}/{slots[0].at}/"
    return path, client.post(path, MIA | {"reason": reason} | who)


def enter_code(client):
    booking_hold = BookingHold.objects.get()
    code, booking_hold.code = make_code()
    booking_hold.save()
    return client.post("/at/example/en/visit/code/", {"code": code})


def test_a_reason_that_warns_is_answered_before_the_code(client, clinic):
    _, answer = ask(client, clinic, BOTH)
    assert warned(client.get(answer["Location"]).content.decode())
    assert not Task.objects.filter(title__startswith="Warning sign").exists()  # nobody is a patient yet
    wrong = client.post(answer["Location"], {"code": "000000"})
    assert wrong.status_code == 422
    assert warned(wrong.content.decode())
    booked = enter_code(client)
    assert warned(client.get(booked["Location"]).content.decode())
    mia = Patient.objects.get(given="Mia")
    assert Visit.objects.get(patient=mia).reason == BOTH
    told = " ".join(titles(mia))
    assert "angina" in told
    assert "(booking)" in told
    assert "988" in told


def test_a_reason_that_warns_of_a_patient_makes_its_task_once_and_at_once(client, clinic, patient):
    patient.email = "mia@example.org"
    patient.save()
    who = {"given": patient.given, "family": patient.family, "birth_date": str(patient.birth_date)}
    ask(client, clinic, BOTH, **who)
    early = titles(patient)
    assert "(booking not confirmed)" in early[0]
    assert enter_code(client).status_code == 302
    assert titles(patient) == early


def test_a_reason_that_is_added_to_a_held_time_is_heard(client, clinic):
    path, _ = ask(client, clinic, "shoulder")
    assert "Please read" not in client.get("/at/example/en/visit/code/").content.decode()
    answer = client.post(path, MIA | {"reason": BOTH})
    assert warned(client.get(answer["Location"]).content.decode())
    client.post(path, MIA | {"reason": ""})
    assert BookingHold.objects.get().person.reason == BOTH


def test_a_form_to_correct_says_what_warns_too(client, clinic):
    path, answer = ask(client, clinic, BOTH, email="none")
    assert answer.status_code == 422
    assert warned(answer.content.decode())
    lost = client.post(path.rsplit("/", 2)[0] + "/20990101T0000/", MIA | {"reason": BOTH})
    assert lost.status_code == 422
    assert warned(lost.content.decode())


def test_a_patient_who_books_again_is_warned(me, clinic, patient):
    service, slots = times_for(clinic)
    sent = {"slot": f"{slots[0].staff_id}-{slots[0].at}", "sure": "yes", "reason": BOTH}
    answer = me.post(f"/me/book/{service.pk}/", sent)
    assert warned(me.get(answer["Location"]).content.decode())
    assert "angina" in " ".join(titles(patient))
    taken = me.post(f"/me/book/{service.pk}/", sent)  # the time is gone: the words count anyway
    assert taken.status_code == 422
    assert warned(taken.content.decode())
    assert "(not booked)" not in " ".join(
        titles(patient)
    )  # the task of the visit that was booked is still open
    assert "Please read" not in me.post(f"/me/book/{service.pk}/", sent | {"reason": ""}).content.decode()


def test_a_reason_of_a_visit_that_was_not_booked_makes_the_task(me, clinic, patient):
    service, _ = times_for(clinic)
    taken = me.post(f"/me/book/{service.pk}/", {"slot": "1-20990101T0000", "sure": "yes", "reason": BOTH})
    assert taken.status_code == 422
    page = taken.content.decode()
    assert warned(page)
    assert 'name="reason"' in page  # what was typed goes along to the next time
    assert BOTH in page.replace("&#x27;", "'")
    assert "(not booked)" in titles(patient)[-1]


def test_what_is_refused_is_heard(me, client, clinic, patient):
    """Feedback without its kind, a message that is too long, a helper's name, the name of a plan."""
    for path, sent in (
        ("/me/feedback/", {"kind": "", "text": BOTH}),
        ("/me/messages/", {"text": BOTH + " x" * 1000}),
        ("/me/people/", {"named": BOTH, "email": "no address"}),
    ):
        Task.objects.all().delete()
        answer = me.post(path, sent)
        assert answer.status_code == 422, path
        assert warned_of(answer.content.decode()), path
        assert "angina" in " ".join(titles(patient)), path
        assert "kill myself" in answer.content.decode(), path  # what was typed stays
    stranger = Client().post("/at/example/en/feedback/", {"kind": "", "text": BOTH})
    assert stranger.status_code == 422
    assert warned(stranger.content.decode())
    assert "kill myself" in stranger.content.decode()
    named = Client().post(
        "/at/example/en/feedback/", {"kind": "idea", "text": "Longer hours", "contact": BOTH}
    )
    assert warned(named.content.decode())


def warned_of(page):
    return 'href="tel:911"' in page and 'href="tel:988"' in page


def test_a_reason_at_the_desk_of_someone_who_walks_in_is_heard(signed_in_apart, doctor, patient):
    sent = {"clinician": str(doctor.pk), "reason": BOTH}
    asked = signed_in_apart.post(f"/patients/{patient.pk}/visit/", sent)  # there is a visit today already
    assert asked.status_code == 409
    assert "Tell the patient: Call 911" in asked.content.decode()  # it is screened anyway
    sent["second"] = "on"
    page = signed_in_apart.post(f"/patients/{patient.pk}/visit/", sent, follow=True).content.decode()
    assert "Tell the patient: Call 911" in page
    assert "(told at the desk)" in " ".join(titles(patient))


def test_the_desk_is_told_what_to_tell(signed_in_apart, clinic, patient):
    service, slots = times_for(clinic)
    sent = {"service": str(service.pk), "slot": f"{slots[0].staff_id}-{slots[0].at}", "reason": BOTH}
    page = signed_in_apart.post(f"/patients/{patient.pk}/book/", sent, follow=True).content.decode()
    assert "Tell the patient: Call 911" in page
    assert "Tell the patient: Call 911" in " ".join(titles(patient))


def test_feedback_that_warns_is_answered_at_once(client, clinic):
    sent = {"kind": "idea", "text": BOTH, "contact": ""}
    page = client.post("/at/example/en/feedback/", sent).content.decode()
    assert warned(page)
    assert "within a week" not in page
    rows = Task.objects.filter(patient=None, urgent=True, title__startswith="Warning sign (feedback")
    assert rows.exists()
    plain = client.post("/at/example/en/feedback/", sent | {"text": "Longer hours"}).content.decode()
    assert "Please read" not in plain
    assert "within a week" in plain


def test_feedback_of_a_patient_that_warns_is_answered_at_once(me, patient):
    answer = me.post("/me/feedback/", {"kind": "complaint", "text": BOTH})
    assert warned(me.get(answer["Location"]).content.decode())
    assert "angina" in " ".join(titles(patient))
    for odd in ("0", "x", "9" * 40):
        assert "Please read" not in me.get("/me/", {"said": odd}).content.decode()


def test_a_plain_reason_warns_nobody(client, clinic):
    _, answer = ask(client, clinic, "Stiff neck since spring")
    assert "Please read" not in client.get(answer["Location"]).content.decode()
    booked = enter_code(client)
    assert "Please read" not in client.get(booked["Location"]).content.decode()
    assert not Task.objects.filter(title__startswith="Warning sign").exists()
