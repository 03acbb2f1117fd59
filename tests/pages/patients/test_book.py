"""The desk books a visit: nothing on one click, a series where one is wanted, an explained refusal."""

import datetime

import pytest
from django.utils import timezone

from needlepoint.records.models import TimeOff, Visit, VisitType
from needlepoint.records.schedule.desk import free_for
from tests.pages.kit import Action, says, words_of

BOOK = Action("patient-book")
pytestmark = pytest.mark.django_db


@pytest.fixture
def service(clinic):
    return VisitType.objects.get(technique="wet", for_new=True)


@pytest.fixture
def slot(clinic, doctor, service):
    first = timezone.localdate() + datetime.timedelta(days=21)
    return free_for(clinic, service, first, 7, doctor.pk)[0]


def sent(slot, service, **more):
    return {"slot": f"{slot.staff_id}-{slot.at}", "service": service.pk, **more}


def test_a_time_is_looked_at_before_it_is_booked(signed_in, patient, slot, service):
    before = Visit.objects.count()
    page = signed_in.get(BOOK.url(patient.pk), sent(slot, service))
    assert "Schedule this visit?" in words_of(page)
    assert Visit.objects.count() == before
    answer = signed_in.post(BOOK.url(patient.pk), sent(slot, service, reason="neck"), follow=True)
    made = Visit.objects.latest("pk")
    assert (made.starts_at, made.reason) == (slot.starts_at, "neck")
    assert "Scheduled:" in words_of(answer)


def test_a_series_books_each_free_time_and_names_the_others(signed_in, clinic, patient, slot, service):
    third = timezone.localtime(slot.starts_at).date() + datetime.timedelta(weeks=4)
    TimeOff.objects.create(practice=clinic, first=third, last=third, reason="Away")
    before = Visit.objects.count()
    answer = signed_in.post(
        BOOK.url(patient.pk), sent(slot, service, times="4", every_weeks="2"), follow=True
    )
    assert Visit.objects.count() == before + 3
    clocks = {timezone.localtime(row.starts_at).time() for row in Visit.objects.order_by("-pk")[:3]}
    assert clocks == {
        timezone.localtime(slot.starts_at).time()
    }  # the same time of day, whatever the clock does
    assert "Not open, so not scheduled:" in words_of(answer)
    says(signed_in.post(BOOK.url(patient.pk), sent(slot, service, times="3")), "how many weeks")
    says(
        signed_in.post(BOOK.url(patient.pk), sent(slot, service, times="13", every_weeks="1")), "from 1 to 12"
    )


def test_a_time_chosen_in_the_schedule_leads_over_the_patient_to_the_confirmation(signed_in, patient, slot):
    chosen = f"{slot.staff_id}-{slot.at}"
    page = signed_in.get(f"/patients/?q={patient.family}&slot={chosen}").content.decode()
    assert f"/patients/{patient.pk}/book/?slot={chosen}" in page
    assert "Schedule this visit?" in words_of(signed_in.get(f"/patients/{patient.pk}/book/?slot={chosen}"))
