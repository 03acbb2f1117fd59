"""Messages to patients: sent once, never lost, not at night, not to anyone who opted out, no health information."""

from __future__ import annotations

import datetime
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from needlepoint.documents.leaflets.letters import load_letters
from needlepoint.records.models import (
    ContactPreference,
    OutboxMessage,
    Patient,
    Task,
    Visit,
)
from needlepoint.records.outbox.mail_worker import recover, send_due
from needlepoint.records.outbox.queue import choose, queue
from needlepoint.records.portal.magic_links import make_link
from tests.kit.messages import NOON, say_yes


@pytest.fixture
def patient(clinic):
    row = Patient.objects.order_by("pk").first()
    row.email = "ana@example.org"
    row.language = "en"
    row.save()
    return row


def test_a_message_is_sent_once_with_a_way_to_stop_it(noon, patient, inbox):
    say_yes(patient)
    for _ in range(2):
        queue(patient, "check_in", "check_in:1", link="check_in", target="1")
    assert send_due("w") == 1
    assert send_due("w") == 0
    ((to, mail),) = inbox.mails
    assert to == "ana@example.org"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Example Pain Clinic" in mail["From"]
    assert "/stop/" in mail["List-Unsubscribe"]
    row = OutboxMessage.objects.get()
    assert (row.state, row.message_id) == ("sent", mail["Message-ID"])


@pytest.mark.parametrize("kind", sorted(load_letters()))
def test_every_mail_says_whose_it_is_and_where_they_are(noon, patient, inbox, kind):
    """Also the one with a code: the practice's name, address and phone, and no name of a machine."""
    say_yes(patient)
    visit = Visit.objects.filter(patient=patient).first()
    link, _token = make_link("open", patient, visit, "/me/")
    queue(
        patient,
        kind,
        "one",
        visit=visit,
        when=NOON,
        link="check_in",
        target="1",
        for_link=link.pk,
        at_once=True,
    )
    Visit.objects.filter(pk=visit.pk).update(state="booked")
    assert send_due("w") == 1
    ((_to, mail),) = inbox.mails
    text = mail.get_content().replace("\r\n", "\n")
    assert "Example Pain Clinic\n1 Example Street, Albany, NY 12207\n555-555-0100" in text
    assert "localhost" not in text.replace("http://localhost:8000/", "")


def test_nobody_is_asked_who_did_not_say_yes(noon, patient, inbox):
    assert queue(patient, "check_in", "a", link="check_in", target="1") is None
    say_yes(patient)
    queue(patient, "check_in", "b", link="check_in", target="1")
    choose(patient, "email", False, "link")
    assert OutboxMessage.objects.get().state == "canceled"
    assert send_due("w") == 0
    assert inbox.mails == []


def test_a_no_between_the_line_and_the_sending_still_counts(noon, patient, inbox):
    say_yes(patient)
    queue(patient, "check_in", "a", link="check_in", target="1")
    ContactPreference.objects.create(
        patient=patient, channel="email", wanted=False, how="desk"
    )  # behind the queue's back
    assert send_due("w") == 0
    assert OutboxMessage.objects.get().error == "not wanted"


def test_what_was_due_in_the_night_waits_for_the_morning(patient, inbox, clinic):
    night = datetime.datetime(2026, 12, 2, 4, tzinfo=datetime.UTC)  # eleven at night in New York
    with time_machine.travel(night, tick=False) as clock:
        say_yes(patient)
        row = queue(patient, "check_in", "a", link="check_in", target="1")
        assert row.due_at.isoformat() == "2026-12-02T14:00:00+00:00"
        OutboxMessage.objects.update(due_at=night)  # a worker that comes late
        assert send_due("w") == 0
        assert OutboxMessage.objects.get().due_at.isoformat() == "2026-12-02T14:00:00+00:00"
        patient.timezone = "Pacific/Honolulu"  # six in the evening where they live
        patient.save()
        assert queue(patient, "check_in", "b", link="check_in", target="1").due_at == night
        assert queue(patient, "code", "c", at_once=True, channel="email", for_link=1).due_at == night
        clock.move_to(datetime.datetime(2026, 12, 2, 20, tzinfo=datetime.UTC))
        queue(patient, "check_in", "d", link="check_in", target="1")


def test_a_server_that_is_down_is_tried_again_and_the_message_arrives_once(patient, inbox):
    with time_machine.travel(NOON, tick=False) as clock:
        say_yes(patient)
        queue(patient, "reminder", "a", link="visit", when=NOON)
        inbox.down = True
        assert send_due("w") == 0
        row = OutboxMessage.objects.get()
        assert (row.state, row.tries) == ("queued", 1)
        assert row.due_at == NOON + datetime.timedelta(minutes=1)
        inbox.down = False
        assert send_due("w") == 0  # not yet
        clock.shift(61)
        assert send_due("w") == 1
        assert len(inbox.mails) == 1


def test_a_server_that_is_gone_for_good_is_given_up_and_told(patient, inbox, settings):
    settings.EMAIL_PORT = 1  # nobody listens there
    with time_machine.travel(NOON, tick=False) as clock:
        queue(patient, "booked", "a", at_once=True, link="visit", when=NOON)
        for _ in range(7):
            send_due("w")
            clock.shift(9 * 3600)
        assert OutboxMessage.objects.get().state == "failed"
        patient.refresh_from_db()
        assert patient.bounced == {}  # that says nothing about the address


def test_one_message_that_cannot_be_made_stops_no_other(noon, patient, inbox):
    say_yes(patient)
    queue(patient, "booked", "broken", at_once=True, link="visit", when=NOON)
    queue(patient, "booked", "whole", at_once=True, link="visit", when=NOON)
    OutboxMessage.objects.filter(key="broken").update(kind="nothing")
    assert send_due("w") == 1
    assert OutboxMessage.objects.get(key="broken").state == "queued"
    assert len(inbox.mails) == 1


class Gate(http.server.BaseHTTPRequestHandler):
    """What a text message service is to us: something that takes JSON."""

    taken: list[dict] = []  # noqa: RUF012
    answer = 200

    def do_POST(self):
        Gate.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(Gate.answer)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def gate(settings):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_URL = f"json://127.0.0.1:{server.server_address[1]}/{{to}}"
    Gate.taken.clear()
    Gate.answer = 200
    yield Gate
    server.shutdown()


def test_a_text_message_goes_out_only_with_a_yes(noon, patient, gate, clinic):
    patient.phone, patient.email, patient.language = "(555) 555-0123", "", "es"
    patient.save()
    assert queue(patient, "booked", "a", at_once=True, link="visit", when=NOON) is None
    say_yes(patient, "sms")
    queue(patient, "booked", "b", at_once=True, link="visit", when=NOON)
    assert send_due("w") == 1
    (sent,) = gate.taken
    assert sent["message"].startswith("Su cita en Example Pain Clinic: martes 1 de diciembre, 12:00 p. m.")
    gate.answer = 500
    queue(patient, "canceled", "c", at_once=True, when=NOON)
    assert send_due("w") == 0
    assert OutboxMessage.objects.get(key="c").state == "queued"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_message_speaks_of_health(lang):
    words = (
        "pain",
        "needle",
        "muscle",
        "inject",
        "drug",
        "trigger",
        "treat",
        "dolor",
        "aguja",
        "músculo",
        "inyec",
        "tratam",
    )
    for row in load_letters().values():
        said = " ".join(getattr(row, f"{part}_{lang}") for part in ("subject", "mail", "sms")).lower()
        assert [word for word in words if word in said] == [], row.id


def test_what_a_dead_worker_left_goes_back_or_is_told(noon, patient, inbox):
    say_yes(patient)
    for key in "ab":
        queue(patient, "check_in", key, link="check_in", target="1")
    before = noon_minus(5)
    OutboxMessage.objects.filter(key="a").update(state="sending", claimed_at=before)
    OutboxMessage.objects.filter(key="b").update(state="sending", claimed_at=before, handing_at=before)
    assert recover() == (1, 1)
    assert OutboxMessage.objects.get(key="a").state == "queued"
    assert OutboxMessage.objects.get(key="b").state == "doubtful"
    assert Task.objects.filter(title__startswith="Not known whether").count() == 1
    assert send_due("w") == 1
    assert len(inbox.mails) == 1


def noon_minus(minutes):
    return timezone.now() - datetime.timedelta(minutes=minutes)


@pytest.mark.django_db(transaction=True)
def test_workers_that_are_killed_lose_nothing_and_send_nothing_twice(clinic, inbox, tmp_path):
    """Two real workers at a time, killed without warning again and again while they send to a real mail server."""
    count = 60
    patients = Patient.objects.order_by("pk")
    for number in range(count):
        patient = patients[number % 12]
        OutboxMessage.objects.create(
            practice=clinic, to=f"someone{number}@example.org", channel="email", kind="booked", key=f"kill:{number}",
            language=patient.language, due_at=timezone.now(), at_once=True, words={"when": NOON.isoformat()},
        )  # fmt: skip
    where = {
        **os.environ,
        "NEEDLEPOINT_MAIL_URL": f"smtp://127.0.0.1:{inbox.port}",
        "DATABASE_URL": _database(),
    }
    where.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "needlepoint", "send", "--seconds", "0.1"]
    workers = [subprocess.Popen(command, env=where, stderr=subprocess.DEVNULL) for _ in range(2)]
    deadline = time.monotonic() + 150
    kills = 0
    while time.monotonic() < deadline:
        time.sleep(0.05)
        open_ = OutboxMessage.objects.filter(state__in=("queued", "sending"))
        if not open_.exists():
            break
        if kills < 6 and len(inbox.mails) >= (kills + 1) * 6:
            victim = kills % 2
            workers[victim].send_signal(signal.SIGKILL)
            workers[victim].wait()
            kills += 1
            workers[victim] = subprocess.Popen(command, env=where, stderr=subprocess.DEVNULL)
        # The lease of a dead worker's claim runs out; nobody wants to wait two minutes for it in a test.
        old = timezone.now() - datetime.timedelta(seconds=2)
        open_.filter(state="sending", claimed_at__lt=old).update(
            claimed_at=old - datetime.timedelta(minutes=3)
        )
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=20)
    got = [address for address, _ in inbox.mails]
    states = dict(OutboxMessage.objects.values_list("key", "state"))
    doubtful = [key for key, state in states.items() if state == "doubtful"]
    assert kills == 6
    assert len(got) == len(set(got)), "sent twice"
    assert set(states.values()) <= {"sent", "doubtful"}
    assert len(set(got)) >= count - len(doubtful), "lost"
    # What is not known is told, one task for each.
    assert Task.objects.filter(title__startswith="Not known whether").count() == len(doubtful)
    connection.close()


def _database():
    values = connection.settings_dict
    if values["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{values['NAME']}"
    host, port = values["HOST"] or "localhost", values["PORT"] or 5432
    return f"postgres://{values['USER']}:{values['PASSWORD']}@{host}:{port}/{values['NAME']}"
