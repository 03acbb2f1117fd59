"""Two people at the same moment: one command succeeds, the other is refused; nothing is taken twice."""

import threading

import pytest
from django.db import connection

from needlepoint.base.refusal import Refused
from needlepoint.records.models import Lot, Patient, SlotLock, VialOpened, Visit, VisitChange, VisitType
from needlepoint.records.schedule.booking import book
from needlepoint.records.schedule.times import free_slots
from needlepoint.records.settings.stock import vial_of
from needlepoint.records.visit.act import Stale, act
from needlepoint.visit import commands
from tests.kit.seen import value_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Each in a thread of its own, all let go together; what each gave or raised."""
    gate, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, one):
        gate.wait()
        try:
            found[number] = one()
        except (Refused, Stale) as refused:
            found[number] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_of_two_changes_of_one_draft_one_is_made_and_the_other_sees_the_newer_draft(booked, doctor):
    found = at_once(
        *(
            lambda text=text: act(doctor, booked.pk, commands.WriteOwnWords(text=text), booked.version)
            for text in ("one", "two", "three")
        )
    )
    assert sum(isinstance(one, Visit) for one in found) == 1
    assert sum(isinstance(one, Stale) for one in found) == 2
    assert VisitChange.objects.filter(visit=booked).count() == 1
    assert Visit.objects.get(pk=booked.pk).version == booked.version + 1


def test_the_same_act_sent_twice_at_once_is_made_once(booked, doctor):
    lot = Lot.objects.get(number="LX100")
    vial = vial_of(doctor, lot.pk)
    send = lambda: act(doctor, booked.pk, vial, booked.version, key="tap-1")  # noqa: E731
    found = at_once(send, send)
    assert all(isinstance(one, Visit) for one in found)
    assert VialOpened.objects.filter(visit=booked).count() == 1
    assert Lot.objects.get(pk=lot.pk).vials == lot.vials - 1


def test_the_last_vial_of_a_lot_is_taken_by_one_visit(booked, doctor, clinic):
    Lot.objects.filter(number="LX100").update(vials=1)
    service = VisitType.objects.get(technique="wet", for_new=True)
    other = Patient.objects.exclude(pk=booked.patient_id).first()
    slots = free_slots(clinic, service, booked.starts_at.date(), 7)
    second = book(doctor, other, service, slots[-1])
    vial = vial_of(doctor, Lot.objects.get(number="LX100").pk)
    found = at_once(*(lambda pk=pk: act(doctor, pk, vial) for pk in (booked.pk, second.pk)))
    assert sum(isinstance(one, Refused) for one in found) == 1
    assert Lot.objects.get(number="LX100").vials == 0
    assert sum(len(value_of(pk).facts.vials) for pk in (booked.pk, second.pk)) == 1


def test_a_freed_time_is_taken_by_one_of_two_who_want_it(booked, doctor, clinic):
    act(doctor, booked.pk, commands.Cancel(because="a cold"))
    service = VisitType.objects.get(technique="wet", for_new=True)
    other = Patient.objects.exclude(pk=booked.patient_id).first()
    slots = free_slots(clinic, service, booked.starts_at.date(), 1)
    (same,) = [slot for slot in slots if (slot.starts_at, slot.staff_id) == (booked.starts_at, doctor.pk)][:1]
    found = at_once(
        lambda: act(doctor, booked.pk, commands.Reinstate()), lambda: book(doctor, other, service, same)
    )
    assert sum(isinstance(one, Refused) for one in found) == 1
    at = SlotLock.objects.filter(staff=doctor, at=booked.starts_at)
    assert at.count() == 1
