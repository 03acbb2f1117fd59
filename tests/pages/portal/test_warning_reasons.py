"""Warning signs in the reason for a visit, at the desk and in feedback: answered at once, one task."""

from __future__ import annotations

import datetime

from django.test import Client
from django.utils import timezone

from needlepoint.records.models import BookingHold, Patient, Task, Visit, VisitType
from needlepoint.records.portal.magic_links import make_code
from needlepoint.records.schedule.times import free_slots
from tests.pages.portal.kit import BOTH, titles

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
