"""A small made-up practice for each test, and another that must never be seen."""

import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from needlepoint.records.models import Patient, Practice, Staff, Visit, VisitType
from needlepoint.records.schedule.booking import book
from needlepoint.records.schedule.times import free_slots
from tests.kit.demo import fill
from tests.kit.inbox import *  # noqa: F403
from tests.kit.messages import NOON
from tests.kit.portal import enter


@pytest.fixture(autouse=True)
def nobody_has_knocked(request):
    """How often an address knocked is counted over tests otherwise."""
    yield
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("django_db_blocker")
        with request.getfixturevalue("django_db_blocker").unblock():
            cache.clear()


@pytest.fixture
def clinic(db):
    """Twelve patients, today's visits, staff of every kind."""
    fill(12, seed=3)
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


@pytest.fixture
def patient(clinic):
    """Someone who pays alone and has been treated once."""
    row = Patient.objects.order_by("pk").first()
    row.payer, row.coverages, row.language, row.sex = "", [], "en", "female"
    row.birth_date = datetime.date(1984, 5, 17)
    row.save()
    return row


@pytest.fixture
def ahead(patient, doctor):
    """A visit of theirs in two weeks."""
    service = VisitType.objects.get(technique="wet", for_new=True)
    first = timezone.now().date() + datetime.timedelta(days=14)
    return book(doctor, patient, service, free_slots(doctor.practice, service, first, 7)[0])


@pytest.fixture
def me(client, patient):
    return enter(client, patient)


@pytest.fixture
def signed_in_apart(doctor):
    from django.test import Client

    client = Client()
    client.force_login(doctor.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def monday(clinic):
    """The next Monday that is at least two days away: a whole week is open."""
    today = timezone.now().date()
    return today + datetime.timedelta(days=(7 - today.weekday()) % 7 + 7)


@pytest.fixture
def service(clinic):
    """The first visit with an injection."""
    return VisitType.objects.get(en="First visit with injection")


@pytest.fixture
def noon():
    """A noon at which messages may go out."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock
