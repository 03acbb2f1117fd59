"""The made-up practice of tests/kit/clinic.py, and a visit that was booked as the site books it."""

import datetime

import pytest
from django.utils import timezone

from needlepoint.records.models import Patient, VisitType
from needlepoint.records.schedule.booking import book
from needlepoint.records.schedule.times import free_slots
from tests.kit.clinic import *  # noqa: F403


@pytest.fixture
def booked(clinic, doctor):
    """In about two weeks, an hour held; told, but nothing else known."""
    service = VisitType.objects.get(technique="wet", for_new=True)
    first = timezone.now().date() + datetime.timedelta(days=10)
    slots = [slot for slot in free_slots(clinic, service, first, 7) if slot.staff_id == doctor.pk]
    return book(doctor, Patient.objects.order_by("pk").first(), service, slots[0])
