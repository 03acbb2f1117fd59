"""Mail that came back: what a report says, and what it changes."""

from __future__ import annotations

import pytest

from needlepoint.records.models import (
    OutboxMessage,
    Patient,
    Task,
)
from needlepoint.records.outbox.bounces import read_report
from needlepoint.records.outbox.mail_worker import mark_bounced, send_due
from needlepoint.records.outbox.queue import queue
from tests.kit.messages import say_yes


@pytest.fixture
def patient(clinic):
    row = Patient.objects.order_by("pk").first()
    row.email = "ana@example.org"
    row.language = "en"
    row.save()
    return row


def test_an_address_that_is_refused_bounces_once_and_is_not_used_again(noon, patient, inbox):
    inbox.refused["ana@example.org"] = "550 no such person"
    say_yes(patient)
    queue(patient, "check_in", "a", link="check_in", target="1")
    assert send_due("w") == 0
    patient.refresh_from_db()
    assert "email" in patient.bounced
    assert Task.objects.filter(patient=patient, title__startswith="Messages by email come back").count() == 1
    mark_bounced(patient, "email", "again")
    assert Task.objects.filter(patient=patient).count() == 1
    assert queue(patient, "check_in", "b", link="check_in", target="1") is None


def test_a_new_address_is_used_again(noon, patient, inbox, doctor):
    from needlepoint.records.patients.patients import CardFields, change_patient

    mark_bounced(patient, "email", "550")
    fields = {name: getattr(patient, name) for name in ("given", "family", "birth_date", "phone")}
    cards = CardFields(), CardFields()
    changed = change_patient(doctor, patient.pk, cards=cards, **fields, email="new@example.org")
    assert changed.bounced == {}


REPORT = """From: MAILER-DAEMON@mail.example
To: no-reply@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you ...
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; ana@example.org
Action: {action}
Status: {status}

--B
Content-Type: {kind}

Message-ID: {id}
From: no-reply@localhost
Subject: How are you today?

--B--
"""


@pytest.mark.parametrize(
    ("action", "status", "kind", "known", "counts"),
    [
        ("failed", "5.1.1", "text/rfc822-headers", True, True),
        ("failed", "5.1.1", "message/rfc822", True, True),
        ("delayed", "4.4.1", "text/rfc822-headers", True, False),
        ("failed", "4.4.1", "text/rfc822-headers", True, False),
        ("failed", "5.1.1", "text/rfc822-headers", False, False),
    ],
)
def test_a_report_of_a_mail_server(noon, patient, inbox, action, status, kind, known, counts):
    say_yes(patient)
    queue(patient, "check_in", "a", link="check_in", target="1")
    send_due("w")
    name = OutboxMessage.objects.get().message_id if known else "<someone@else>"
    report = REPORT.format(action=action, status=status, kind=kind, id=name)
    assert read_report(report.encode()) is counts
    patient.refresh_from_db()
    assert ("email" in patient.bounced) is counts


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\xff" * 500, b"Content-Type: multipart/report\n\n--x", REPORT.encode()[:300]]
)
def test_what_is_no_report_is_left_alone(noon, patient, data):
    assert read_report(data) is False
