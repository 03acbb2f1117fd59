"""The waitlist: a freed time is offered to one person after another."""

from __future__ import annotations

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from needlepoint.base.refusal import Refused
from needlepoint.records.models import (
    Availability,
    BookingHold,
    OutboxMessage,
    Patient,
    VisitType,
    WaitlistEntry,
)
from needlepoint.records.portal.magic_links import find_link, make_link
from needlepoint.records.schedule.booking import (
    book,
    cancel,
    clear_expired,
    find_slot,
    take_offer,
)
from needlepoint.records.schedule.times import free_slots
from needlepoint.records.schedule.waitlist import offer_freed, wait_for


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
