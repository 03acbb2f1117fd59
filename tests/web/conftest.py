"""A small made-up practice for each test, and another that must never be seen."""

import datetime

import pytest

from needlepoint.records.demo import make_demo
from needlepoint.records.models import Patient, Practice, Staff, Visit


@pytest.fixture
def clinic(db):
    """Twelve patients, today's visits, staff of every kind."""
    make_demo(12, seed=3, today=datetime.datetime.now(datetime.UTC).date())
    return Practice.objects.get()


@pytest.fixture
def doctor(clinic):
    return Staff.objects.get(name__startswith="Dr. Wilhelmina")


@pytest.fixture
def visit(clinic):
    """A visit of today in a room, with its drawing."""
    return Visit.objects.filter(state="in_room").order_by("pk").first()


@pytest.fixture
def signed_in(client, doctor):
    client.force_login(doctor.user)
    return client


@pytest.fixture
def elsewhere(clinic):
    """Another practice with a patient and a visit of its own."""
    from needlepoint.guard.models import User
    from needlepoint.records.models import Episode, Location

    other = Practice.objects.create(name="Another Example")
    place = Location.objects.create(practice=other, name="Elsewhere", state="NJ")
    staff = Staff.objects.create(
        user=User.objects.create(username="other"),
        practice=other,
        name="Other",
        profession="physician",
        roles=["clinician"],
    )
    patient = Patient.objects.create(
        practice=other, given="Secret", family="Person", birth_date=datetime.date(1970, 1, 1)
    )
    episode = Episode.objects.create(patient=patient, opened_on=datetime.date(2026, 1, 1))
    return Visit.objects.create(
        practice=other, location=place, patient=patient, episode=episode, clinician=staff,
        starts_at=datetime.datetime(2026, 1, 2, 15, tzinfo=datetime.UTC), state="in_room",
    )  # fmt: skip
