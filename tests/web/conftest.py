"""A small made-up practice for each test, and another that must never be seen."""

import datetime
import email
import email.policy
import re
import socket

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import sync_playwright

from needlepoint.records.demo import make_demo
from needlepoint.records.models import Patient, Practice, Staff, Visit, VisitType
from needlepoint.records.schedule.booking import book
from needlepoint.records.schedule.times import free_slots
from tests.web.outside import enter

CHROMIUM = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def nobody_has_knocked(request):
    """How often an address knocked is counted over tests otherwise."""
    yield
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("django_db_blocker")
        with request.getfixturevalue("django_db_blocker").unblock():
            cache.clear()


class Inbox:
    """A mail server that takes everything, or refuses whom it is told to refuse."""

    def __init__(self):
        self.mails, self.refused, self.down = [], {}, False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's word
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.down:
            return "451 try later"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos[0], mail))
        return "250 taken"

    def last(self, to=None, subject=None):
        """The newest mail, to someone or with a word in its subject."""
        for address, mail in reversed(self.mails):
            if (to is None or address == to) and (subject is None or subject in mail["subject"]):
                return mail
        return None

    def texts(self):
        return [mail.get_content() for _, mail in self.mails]

    def link(self, **which):
        return re.search(r"https?://\S+", self.last(**which).get_content()).group()

    def code(self, **which):
        return re.search(r"\b(\d{6})\b", self.last(**which).get_content()).group(1)


@pytest.fixture
def inbox(settings):
    """A real mail server on this machine, and the settings that send to it."""
    handler = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = handler.port = port
    yield handler
    controller.stop()


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
    service = VisitType.objects.get(technique="wet")
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
