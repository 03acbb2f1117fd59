"""Times: what is offered, that none is booked twice, and what happens to one that is released."""

from __future__ import annotations

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.records.models import (
    BookingHold,
    License,
    OutboxMessage,
    Patient,
    SlotLock,
    Staff,
    Task,
    TimeOff,
    Visit,
    VisitType,
)
from needlepoint.records.outbox.queue import choose
from needlepoint.records.portal.magic_links import make_code
from needlepoint.records.schedule.booking import (
    ask_for,
    book,
    cancel,
    clear_expired,
    confirm,
    find_slot,
    move_to,
)
from needlepoint.records.schedule.holds import address_of, correct_address, send_again
from needlepoint.records.schedule.person import BookingPerson
from needlepoint.records.schedule.times import free_slots, steps_of
from tests.kit.times import slots


@pytest.fixture
def patient(clinic):
    return Patient.objects.order_by("pk").first()


def person(**more):
    return BookingPerson(
        given="Ana", family="Made-Up", birth_date=datetime.date(1990, 5, 1), email="ana@example.org", **more
    )


def with_code(booking_hold):
    """What the worker does when it sends the code."""
    code, kept = make_code()
    BookingHold.objects.filter(pk=booking_hold.pk).update(code=kept)
    booking_hold.refresh_from_db()
    return code


@given(
    st.datetimes(timezones=st.just(datetime.UTC)).filter(lambda at: 1970 < at.year < 2100),
    st.integers(5, 240),
)
def test_a_visit_takes_every_five_minutes_that_it_touches(starts, minutes):
    steps = steps_of(starts, minutes)
    ends = starts + datetime.timedelta(minutes=minutes)
    assert all(step.minute % 5 == 0 for step in steps)
    assert steps[0] <= starts < steps[0] + datetime.timedelta(minutes=5)
    assert steps[-1] < ends <= steps[-1] + datetime.timedelta(minutes=10)
    assert len(set(steps)) == len(steps)


def test_what_is_offered_is_free_and_inside_the_openings(clinic, service, monday):
    found = slots(clinic, service, monday)
    assert found
    for slot in found:
        local = slot.starts_at.astimezone(datetime.timezone(datetime.timedelta(hours=-5)))
        assert local.weekday() < 5
        assert slot.room in ("1", "2", "3")


def test_only_who_may_inject_is_offered_for_injections(clinic, service, monday):
    names = {slot.staff for slot in slots(clinic, service, monday)}
    assert names == {"Dr. Wilhelmina Example", "Nora Invented, NP"}  # no acupuncturist
    dry = VisitType.objects.get(technique="dry", for_new=True)
    assert "Li Pretend, LAc" in {slot.staff for slot in slots(clinic, dry, monday)}


def test_a_license_that_ends_ends_the_offers(clinic, service, monday):
    License.objects.filter(staff__name__startswith="Dr.").update(
        expires_on=monday - datetime.timedelta(days=1)
    )
    assert {slot.staff for slot in slots(clinic, service, monday)} == {"Nora Invented, NP"}


def test_days_off_and_short_notice(clinic, service, monday):
    TimeOff.objects.create(practice=clinic, first=monday, last=monday + datetime.timedelta(days=1))
    nora = Staff.objects.get(name__startswith="Nora")
    wednesday = monday + datetime.timedelta(days=2)
    TimeOff.objects.create(practice=clinic, staff=nora, first=wednesday, last=wednesday)
    found = slots(clinic, service, monday)
    assert min(slot.starts_at for slot in found).date() == wednesday
    assert {slot.staff for slot in found if slot.starts_at.date() == wednesday} == {"Dr. Wilhelmina Example"}
    noon = datetime.datetime.combine(wednesday, datetime.time(17), datetime.UTC)
    assert min(
        slot.starts_at for slot in slots(clinic, service, wednesday, now=noon)
    ) >= noon + datetime.timedelta(hours=2)


def test_rooms_run_out_before_clinicians_do(clinic, service, monday, doctor, patient):
    location = doctor.availability.first().location
    location.rooms = ["only"]
    location.save()
    first = slots(clinic, service, monday, staff_id=doctor.pk)[0]
    book(doctor, patient, service, first)
    nora = Staff.objects.get(name__startswith="Nora")
    assert first.starts_at not in [
        slot.starts_at for slot in slots(clinic, service, monday, staff_id=nora.pk)
    ]


def test_times_are_found_with_few_queries(clinic, service, monday, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        free_slots(clinic, service, monday, 60)


def test_a_time_is_held_then_confirmed(clinic, service, monday):
    slot = slots(clinic, service, monday)[0]
    booking_hold, _ = ask_for(clinic, service, slot, person())
    assert not Patient.objects.filter(given="Ana", family="Made-Up", email="ana@example.org").exists()
    with pytest.raises(Refused, match="time that is free"):
        find_slot(clinic, service, slot.staff_id, slot.starts_at)
    visit = confirm(booking_hold, with_code(booking_hold))
    assert visit.starts_at == slot.starts_at
    assert visit.by_patient
    assert SlotLock.objects.filter(visit=visit).count() == 9  # forty-five minutes
    assert {row.kind for row in OutboxMessage.objects.filter(visit=visit)} >= {"booked", "intake"}


def test_a_held_time_comes_back_when_nobody_confirms(clinic, service, monday):
    slot = slots(clinic, service, monday)[0]
    booking_hold, _ = ask_for(clinic, service, slot, person())
    BookingHold.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert clear_expired() == 1
    assert find_slot(clinic, service, slot.staff_id, slot.starts_at)
    booking_hold.code = "x"
    with pytest.raises(Refused):
        confirm(booking_hold, "123456")


def test_five_wrong_codes_and_it_is_over(clinic, service, monday):
    booking_hold, _ = ask_for(clinic, service, slots(clinic, service, monday)[0], person())
    code = with_code(booking_hold)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(Refused, match="six digits"):
            confirm(booking_hold, wrong)
    with pytest.raises(Refused, match="six digits"):
        confirm(booking_hold, code)  # the right one comes too late
    assert not Visit.objects.filter(by_patient=True).exists()


def test_the_same_person_is_known_again_and_another_address_is_looked_at(clinic, service, monday):
    first, second, third = slots(clinic, service, monday)[0], *slots(clinic, service, monday)[12:14]
    for slot, address in ((first, "ana@example.org"), (second, "ANA@example.org")):
        booking_hold, _ = ask_for(
            clinic,
            service,
            slot,
            BookingPerson(given="Ana", family="Once", birth_date=datetime.date(1990, 5, 1), email=address),
        )
        confirm(booking_hold, with_code(booking_hold))
    assert Patient.objects.filter(family="Once").count() == 1
    slot = next(s for s in slots(clinic, service, monday) if s.starts_at >= third.starts_at)
    booking_hold, _ = ask_for(
        clinic,
        service,
        slot,
        BookingPerson(
            given="ana", family="once", birth_date=datetime.date(1990, 5, 1), email="else@example.org"
        ),
    )
    confirm(booking_hold, with_code(booking_hold))
    assert Patient.objects.filter(family__iexact="once").count() == 2
    assert Task.objects.filter(title__contains="another address").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"given": " "}, {"family": "x" * 61}, {"birth_date": datetime.date(1800, 1, 1)}, {"email": "no address"},
        {"email": ""}, {"by": "sms", "phone": "12"}, {"by": "sms", "phone": ""},
    ],
)  # fmt: skip
def test_a_person_that_cannot_be_meant_holds_nothing(clinic, service, monday, wrong):
    fields = {
        "given": "Ana",
        "family": "Made-Up",
        "birth_date": datetime.date(1990, 5, 1),
        "email": "a@example.org",
    }
    with pytest.raises(Refused):
        ask_for(clinic, service, slots(clinic, service, monday)[0], BookingPerson(**(fields | wrong)))
    assert not SlotLock.objects.exists()


def test_the_database_itself_refuses_two_in_one_place(clinic, doctor, patient, service, monday):
    slot = slots(clinic, service, monday)[0]
    visit = book(doctor, patient, service, slot)
    row = SlotLock.objects.filter(visit=visit).first()
    nora = Staff.objects.get(name__startswith="Nora")
    for staff, room in ((row.staff, "2"), (nora, row.room)):
        with pytest.raises(IntegrityError), transaction.atomic():
            SlotLock.objects.create(visit=visit, staff=staff, location=row.location, room=room, at=row.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        SlotLock.objects.create(staff=nora, location=row.location, room="2", at=row.at)  # held by nobody


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_for_one_time(clinic, live_server):
    """Real clients over HTTP, all at the same moment: one holds the time, the others are told that it is taken."""
    service = VisitType.objects.get(en="First visit with injection")
    today = timezone.now().date()
    first = today + datetime.timedelta(days=(7 - today.weekday()) % 7 + 7)
    slot = free_slots(clinic, service, first, 7)[0]
    address = f"{live_server.url}/at/example/en/visit/{service.pk}/{slot.staff_id}/{slot.at}/"
    together = threading.Barrier(12)

    def one(number):
        with requests.Session() as client:
            form = client.get(address, timeout=60)
            token = client.cookies["csrftoken"]
            together.wait(timeout=60)
            sent = {
                "csrfmiddlewaretoken": token, "given": "Ana", "family": f"Number {number}", "birth_date": "1990-05-01",
                "email": f"ana{number}@example.org",
            }  # fmt: skip
            answer = client.post(address, data=sent, timeout=60, allow_redirects=False)
            return form.status_code, answer.status_code

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(one, range(12)))
    assert [page for page, _ in answers] == [200] * 12
    assert sorted(status for _, status in answers) == [302] + [422] * 11
    assert BookingHold.objects.count() == 1
    assert SlotLock.objects.count() == 9
    connection.close()


def test_moving_frees_the_old_time_and_takes_the_new(clinic, doctor, patient, service, monday):
    choose(patient, "email", True, "intake")
    found = slots(clinic, service, monday, staff_id=doctor.pk)
    visit = book(doctor, patient, service, found[0])
    later = find_slot(
        clinic, service, doctor.pk, found[1].starts_at, ignore=visit.pk
    )  # overlaps its own time
    moved = move_to(visit, later)
    assert moved.starts_at == found[1].starts_at
    assert moved.moved == 1
    assert SlotLock.objects.filter(visit=visit).count() == 9
    assert OutboxMessage.objects.filter(visit=visit, kind="moved").count() == 1
    waiting = OutboxMessage.objects.filter(visit=visit, kind="reminder", state="queued")
    assert [row.key for row in waiting] == [f"reminder:{visit.pk}:1"]  # the old time's reminder is taken back


def test_canceled_is_free_again_and_canceled_once(clinic, doctor, patient, service, monday):
    slot = slots(clinic, service, monday, staff_id=doctor.pk)[0]
    visit = book(doctor, patient, service, slot)
    cancel(visit)
    cancel(visit)
    assert not SlotLock.objects.exists()
    assert find_slot(clinic, service, doctor.pk, slot.starts_at)
    assert OutboxMessage.objects.filter(visit=visit, kind="canceled").count() == 1
    with pytest.raises(Refused):
        move_to(visit, slot)


def test_a_code_to_a_wrong_address_proves_nothing_about_the_right_one(clinic, service, monday):
    booking_hold, _ = ask_for(clinic, service, slots(clinic, service, monday)[0], person())
    old = with_code(booking_hold)
    correct_address(booking_hold, "ana.made-up@example.org")
    booking_hold.refresh_from_db()
    with pytest.raises(Refused):
        confirm(booking_hold, old)
    assert [row.state for row in OutboxMessage.objects.order_by("pk")] == ["canceled", "queued"]
    assert OutboxMessage.objects.last().to == "ana.made-up@example.org"
    visit = confirm(booking_hold, with_code(booking_hold))
    assert visit.patient.email == "ana.made-up@example.org"


@pytest.mark.parametrize("wrong", ["", "nobody", "a@b", "ana@example.org\nBcc: x@y.z"])
def test_a_correction_that_is_none_is_refused(clinic, service, monday, wrong):
    booking_hold, _ = ask_for(clinic, service, slots(clinic, service, monday)[0], person())
    with pytest.raises(Refused):
        correct_address(booking_hold, wrong)
    booking_hold.refresh_from_db()
    assert address_of(booking_hold) == "ana@example.org"


def test_codes_are_not_sent_without_end_nor_times_held_for_ever(clinic, service, monday):
    booking_hold, _ = ask_for(clinic, service, slots(clinic, service, monday)[0], person())
    for _ in range(4):
        send_again(booking_hold)
    with pytest.raises(Refused):
        send_again(booking_hold)
    booking_hold.refresh_from_db()
    assert booking_hold.expires_at <= booking_hold.made_at + datetime.timedelta(minutes=30)
