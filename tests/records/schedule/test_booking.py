"""Times: what is offered, that none is given twice, and what happens to one that is given back."""

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
from icalendar import Calendar

from needlepoint.base.refusal import Refused
from needlepoint.records.models import (
    Availability,
    BookingHold,
    License,
    MagicLink,
    OutboxMessage,
    Patient,
    SlotLock,
    Staff,
    Task,
    TimeOff,
    Visit,
    VisitType,
    WaitlistEntry,
)
from needlepoint.records.outbox.queue import choose
from needlepoint.records.portal.magic_links import find_link, make_code, make_link
from needlepoint.records.schedule.booking import (
    ask_for,
    book,
    cancel,
    clear_expired,
    confirm,
    find_slot,
    move_to,
    take_offer,
)
from needlepoint.records.schedule.calendar import calendar_of
from needlepoint.records.schedule.holds import address_of, correct_address, send_again
from needlepoint.records.schedule.person import BookingPerson
from needlepoint.records.schedule.times import free_slots, steps_of
from needlepoint.records.schedule.waitlist import offer_freed, wait_for

WEEK = 7


@pytest.fixture
def monday(clinic):
    """The next Monday that is at least two days away: a whole week is open."""
    today = timezone.now().date()
    return today + datetime.timedelta(days=(7 - today.weekday()) % 7 + 7)


@pytest.fixture
def service(clinic):
    return VisitType.objects.get(en="First visit with injection")


@pytest.fixture
def patient(clinic):
    return Patient.objects.order_by("pk").first()


def slots(clinic, service, monday, **more):
    return free_slots(clinic, service, monday, WEEK, **more)


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
    slot = free_slots(clinic, service, first, WEEK)[0]
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


@pytest.mark.django_db(transaction=True)
def test_who_waits_is_offered_one_time_however_many_workers_look(clinic):
    service = VisitType.objects.get(technique="wet", for_new=True)
    patient = Patient.objects.order_by("pk").first()
    wait_for(patient, service, timezone.now().date() + datetime.timedelta(days=20))
    together = threading.Barrier(4)

    def look(_):
        together.wait(timeout=30)
        try:
            return offer_freed(clinic)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        offered = list(pool.map(look, range(4)))
    assert sorted(offered) == [0, 0, 0, 1]
    assert BookingHold.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="offer").count() <= 1


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


def fill_up(clinic, service, doctor, monday):
    """Every time until the end of the week is taken."""
    patient = Patient.objects.order_by("-pk").first()
    made = []
    while True:
        free = free_slots(clinic, service, timezone.now().date(), (monday - timezone.now().date()).days + 5)
        if not free:
            return made
        made.append(book(doctor, patient, service, free[0]))


def test_a_canceled_time_goes_to_who_waits_longest(clinic, doctor, service, monday, mailoutbox):
    Availability.objects.exclude(staff=doctor).delete()
    full = fill_up(clinic, service, doctor, monday)
    first, second = Patient.objects.order_by("pk")[:2]
    until = monday + datetime.timedelta(days=4)
    line = [wait_for(patient, service, until) for patient in (first, second)]
    wait_for(first, service, until)  # twice is one place
    assert WaitlistEntry.objects.count() == 2
    cancel(full[1])
    line[0].refresh_from_db()
    line[1].refresh_from_db()
    assert line[0].offered.starts_at == full[1].starts_at
    assert line[1].offered is None
    with pytest.raises(Refused):  # it is held for the first in line
        find_slot(clinic, service, doctor.pk, full[1].starts_at)
    # The first lets it pass: it goes to the second, and not to the first again.
    BookingHold.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    clear_expired()
    line[0].refresh_from_db()
    line[1].refresh_from_db()
    assert line[0].offered is None
    assert line[1].offered.starts_at == full[1].starts_at
    link, token = make_link("offer", second, None, str(line[1].pk))
    visit = take_offer(link)
    assert visit.patient == second
    assert visit.starts_at == full[1].starts_at
    line[1].refresh_from_db()
    assert line[1].closed_at is not None
    with pytest.raises(Refused, match="gone to someone else"):
        take_offer(link)
    assert find_link("offer", token)  # the view uses it up


def test_waiting_for_something_sooner_gives_the_later_one_back(clinic, doctor, service, monday):
    Availability.objects.exclude(staff=doctor).delete()
    full = fill_up(clinic, service, doctor, monday)
    mine = full[-1]
    row = wait_for(mine.patient, service, mine.starts_at.date(), instead_of=mine)
    cancel(full[0])
    row.refresh_from_db()
    assert row.offered.starts_at == full[0].starts_at
    link, _ = make_link("offer", mine.patient, None, str(row.pk))
    take_offer(link)
    mine.refresh_from_db()
    assert mine.state == "canceled"


def test_the_calendar_is_read_by_another_program(clinic, doctor, patient, service, monday):
    visit = book(doctor, patient, service, slots(clinic, service, monday)[0])
    visit = Visit.objects.select_related("practice", "location").get(pk=visit.pk)
    (event,) = Calendar.from_ical(calendar_of([visit])).walk("VEVENT")
    assert event["DTSTART"].dt == visit.starts_at
    assert event["STATUS"] == "CONFIRMED"
    address = "https://example.org/v/a/"
    (event,) = Calendar.from_ical(calendar_of([visit], address)).walk("VEVENT")
    assert event["URL"] == address
    assert visit.clinician.name in event["DESCRIPTION"]
    assert "555-555-0100" in event["DESCRIPTION"]
    assert event["LOCATION"] == "Main Street, 1 Example Street, Albany, NY 12207"
    text = calendar_of([visit]).decode().lower().replace("trigger:-", "")  # of the alarm
    assert not [word for word in ("needl", "inject", "trigger", patient.family.lower()) if word in text]


def test_the_page_of_a_visit_by_its_link(client, clinic, doctor, patient, service, monday):
    visit = book(doctor, patient, service, slots(clinic, service, monday)[0])
    _, token = make_link("visit", patient, visit)
    page = client.get(f"/v/{token}/")
    assert page.status_code == 200
    assert patient.family not in page.content.decode()  # who finds the link learns no name
    assert client.get(f"/v/{token}/visit.ics")["Content-Type"].startswith("text/calendar")
    assert client.get(f"/v/{token}/move/").status_code == 200
    free = slots(clinic, service, monday)[5]
    chosen = {"slot": f"{free.staff_id}-{free.at}"}
    asked = client.post(f"/v/{token}/move/", chosen)
    assert free.staff in asked.content.decode()
    assert Visit.objects.get(pk=visit.pk).starts_at == visit.starts_at  # not before it is confirmed
    assert client.post(f"/v/{token}/move/", chosen | {"sure": "yes"}).status_code == 302
    assert client.post(f"/v/{token}/wait/").status_code == 302
    assert "/cal/" in client.get(f"/v/{token}/?feed").content.decode()
    assert b"on the waitlist" in client.get(f"/v/{token}/").content
    assert client.post(f"/v/{token}/cancel/").status_code == 302
    assert b"canceled" in client.get(f"/v/{token}/").content
    MagicLink.objects.update(expires_at=timezone.now())
    assert client.get(f"/v/{token}/").status_code == 404


ODD_DATES = [
    "9999-12-31",
    "0001-01-01",
    "10000-01-01",
    "-1",
    "2026-13-45",
    "9999-W53-7",
    "\N{ARABIC-INDIC DIGIT TWO}026-01-01",
]


def test_a_move_keeps_the_clinician(client, clinic, doctor, patient, service, monday):
    visit = book(doctor, patient, service, slots(clinic, service, monday, staff_id=doctor.pk)[0])
    token = make_link("visit", patient, visit)[1]
    page = client.get(f"/v/{token}/move/").content.decode()
    assert f'value="{doctor.pk}-' in page
    nora = Staff.objects.get(name__startswith="Nora")
    assert f'value="{nora.pk}-' not in page
    free = slots(clinic, service, monday, staff_id=nora.pk)[0]
    asked = client.post(f"/v/{token}/move/?anyone", {"slot": f"{nora.pk}-{free.at}"}).content.decode()
    assert f"with {nora.name}, not with {doctor.name}" in asked


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


@pytest.mark.parametrize("day", ODD_DATES)
def test_an_odd_day_shows_times_and_never_breaks(client, clinic, ahead, day):
    service = VisitType.objects.get(technique="wet", for_new=True)
    assert client.get(f"/at/example/en/visit/{service.pk}/", {"from": day}).status_code == 200
    token = make_link("visit", ahead.patient, ahead)[1]
    assert client.get(f"/v/{token}/move/", {"from": day}).status_code == 200


@pytest.mark.parametrize("at", ["00010101T0000", "99991231T2359", "20261301T0000", "2026", "99999999999T1"])
@pytest.mark.parametrize("path", ["", "price.pdf"])
def test_an_odd_time_in_an_address_is_not_found(client, clinic, doctor, at, path):
    service = VisitType.objects.get(technique="wet", for_new=True)
    address = f"/at/example/en/visit/{service.pk}/{doctor.pk}/{at}/{path}"
    assert client.get(address).status_code == 404
    assert client.get(f"/at/example/en/visit/{10**30}/{10**30}/20261201T1500/").status_code == 404


@pytest.mark.parametrize(
    "slot", ["1-00010101T0000", "1-99991231T2359", "x", "-", f"{10**30}-20261201T1500", "1-"]
)
def test_a_move_to_an_odd_time_changes_nothing(client, ahead, slot):
    token = make_link("visit", ahead.patient, ahead)[1]
    assert client.post(f"/v/{token}/move/", {"slot": slot}).status_code in (404, 422)
    assert Visit.objects.get(pk=ahead.pk).starts_at == ahead.starts_at


def test_a_patient_who_is_signed_in_books_the_next_visit(me, clinic, patient, doctor, monday):
    after = VisitType.objects.create(
        practice=clinic, en="Follow-up visit", es="Cita de seguimiento", minutes=30, technique="wet",
        codes=["20552"], for_new=False,
    )  # fmt: skip
    assert me.get(f"/at/example/en/visit/{after.pk}/").status_code == 404  # not for strangers
    kinds = me.get("/me/book/").content.decode()
    assert kinds.index("Follow-up visit") < kinds.index("First visit")
    Visit.objects.filter(patient=patient, starts_at__lt=timezone.now()).update(clinician=doctor)
    page = me.get(f"/me/book/{after.pk}/").content.decode()
    nora = Staff.objects.get(name__startswith="Nora")
    assert f'value="{doctor.pk}-' in page
    assert f'value="{nora.pk}-' not in page
    slot = slots(clinic, after, monday, staff_id=doctor.pk)[0]
    chosen = {"slot": f"{slot.staff_id}-{slot.at}"}
    before = Visit.objects.filter(patient=patient).count()
    assert doctor.name in me.post(f"/me/book/{after.pk}/", chosen).content.decode()
    assert Visit.objects.filter(patient=patient).count() == before
    booked = me.post(f"/me/book/{after.pk}/", chosen | {"sure": "yes", "reason": "Neck again"})
    made = Visit.objects.get(patient=patient, service=after)
    assert booked["Location"] == f"/me/visits/{made.pk}/booked/"
    assert (made.by_patient, made.reason, made.clinician_id) == (True, "Neck again", doctor.pk)
    assert me.post(f"/me/book/{after.pk}/", chosen | {"sure": "yes"}).status_code == 422  # taken now
    for odd in ("x", "1-", "-", "1-99991231T0000"):
        assert me.post(f"/me/book/{after.pk}/", {"slot": odd, "sure": "yes"}).status_code in (404, 422)
