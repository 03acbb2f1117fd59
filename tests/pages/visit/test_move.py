"""A visit is moved by the desk: to a free time of the calendar, after a look at it; overbooked only by permission."""

import datetime

import pytest
from django.utils import timezone

from needlepoint.records.models import OutboxMessage, SlotLock, Staff, Visit
from needlepoint.records.outbox.queue import choose
from needlepoint.records.schedule.booking import book
from needlepoint.records.schedule.desk import free_for, kind_of
from tests.pages.kit import Action, of_roles, says, words_of

MOVE = Action("visit-move")
pytestmark = pytest.mark.django_db


def other_times(visit):
    """Free times of the same clinician in the week after, in order."""
    first = timezone.localdate() + datetime.timedelta(days=21)
    return free_for(visit.practice, kind_of(visit), first, 7, visit.clinician_id, visit.pk)


def slot_of(slot):
    return f"{slot.staff_id}-{slot.at}"


@pytest.fixture
def desk(client, doctor):
    of_roles(doctor, "front_desk", profession="physician")
    client.force_login(doctor.user)
    return client


def test_the_desk_chooses_a_time_looks_at_it_and_moves_the_visit(desk, ahead):
    choose(ahead.patient, "email", True, "test")
    slot = other_times(ahead)[3]
    page = desk.get(MOVE.url(ahead.pk) + f"?day={slot.starts_at.date()}").content.decode()
    assert f"?slot={slot_of(slot)}" in page
    assert ahead.patient.name in page
    asked = words_of(desk.get(MOVE.url(ahead.pk) + f"?slot={slot_of(slot)}"))
    assert "Move this visit?" in asked
    assert "email with the time" in asked
    assert Visit.objects.get(pk=ahead.pk).starts_at == ahead.starts_at  # nothing is moved by looking
    answer = MOVE.post(desk, ahead.pk, slot=slot_of(slot))
    assert answer.status_code == 302
    moved = Visit.objects.get(pk=ahead.pk)
    assert moved.starts_at == slot.starts_at
    assert set(SlotLock.objects.filter(visit=moved).values_list("at", flat=True)) >= {slot.starts_at}
    assert not SlotLock.objects.filter(visit=moved, at=ahead.starts_at).exists()
    assert not OutboxMessage.objects.filter(visit=moved, kind="booked", state="queued").exists()
    assert OutboxMessage.objects.get(visit=moved, kind="moved").state == "queued"
    assert OutboxMessage.objects.filter(visit=moved, kind="reminder", state="queued").count() == 1


def test_a_time_that_is_taken_is_refused_to_the_desk_in_words(desk, ahead, patient, doctor):
    taken = other_times(ahead)[0]
    MOVE.post(desk, ahead.pk, slot=slot_of(taken))
    later = other_times(ahead)[5]
    second = book(doctor, patient, ahead.service, later)
    says(MOVE.post(desk, second.pk, slot=slot_of(taken)), "This time is not open.")
    page = words_of(desk.get(MOVE.url(second.pk) + f"?slot={slot_of(taken)}"))
    assert "Only a clinician or the owner may overbook." in page
    assert MOVE.post(desk, second.pk, slot=slot_of(taken), overbook="on").status_code == 403
    assert Visit.objects.get(pk=second.pk).starts_at == later.starts_at


def test_a_clinician_overbooks_and_both_visits_stand_at_that_time(signed_in, ahead, patient, doctor):
    second = book(doctor, patient, ahead.service, other_times(ahead)[5])
    sent = {"slot": f"{ahead.clinician_id}-{ahead.starts_at.astimezone(datetime.UTC):%Y%m%dT%H%M}"}
    assert MOVE.post(signed_in, second.pk, **sent).status_code == 422
    assert MOVE.post(signed_in, second.pk, **sent, overbook="on").status_code == 302
    assert Visit.objects.get(pk=second.pk).starts_at == ahead.starts_at
    day = timezone.localtime(ahead.starts_at).date()
    page = signed_in.get(f"/schedule/?view=week&who={ahead.clinician_id}&day={day}").content.decode()
    assert "grid-column: 2" in page  # side by side


def test_a_time_by_hand_outside_of_the_hours_is_overbooking_and_a_past_one_is_refused(signed_in, ahead):
    day = timezone.localdate() + datetime.timedelta(days=10)
    address = MOVE.url(ahead.pk) + f"?who={ahead.clinician_id}&at=21:00&on="
    assert "Overbook" in words_of(signed_in.get(address + day.isoformat()))
    past = timezone.localdate() - datetime.timedelta(days=1)
    assert "This time has passed." in words_of(signed_in.get(address + past.isoformat()))
    assert "Enter a day" in words_of(signed_in.get(address + "2026-02-31"))


def test_a_visit_that_has_begun_is_not_moved(desk, visit):
    says(desk.get(MOVE.url(visit.pk)), "Only a visit that is scheduled is moved.")


def test_who_may_not_receive_does_not_move(client, ahead, elsewhere, doctor):
    biller = Staff.objects.get(user__username="biller")
    client.force_login(biller.user)
    assert client.get(MOVE.url(ahead.pk)).status_code == 403
    client.force_login(doctor.user)
    assert client.get(MOVE.url(elsewhere.pk)).status_code == 404
    assert MOVE.post(client, ahead.pk, slot="x").status_code == 422
    assert MOVE.post(client, ahead.pk).status_code == 422
