"""Reports of a sending service."""

from __future__ import annotations

import base64
import json

import pytest

from needlepoint.records.models import (
    OutboxMessage,
    Patient,
)
from needlepoint.records.outbox.mail_worker import send_due
from needlepoint.records.outbox.queue import queue
from tests.kit.messages import say_yes


@pytest.fixture
def patient(clinic):
    row = Patient.objects.order_by("pk").first()
    row.email = "ana@example.org"
    row.language = "en"
    row.save()
    return row


def test_a_sending_service_reports_a_bounce(noon, patient, inbox, client, settings):
    """Postmark's own words to the address that django-anymail keeps for them, with the secret that it asks for."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": "us:secret"}
    say_yes(patient)
    queue(patient, "check_in", "a", link="check_in", target="1")
    send_due("w")
    OutboxMessage.objects.update(message_id="0a129aee-e1cd-480d-b08d-4f48548ff48d")
    event = {
        "RecordType": "Bounce", "ID": 901542550, "Type": "HardBounce", "TypeCode": 1, "Name": "Hard bounce",
        "MessageID": "0a129aee-e1cd-480d-b08d-4f48548ff48d", "Description": "unknown", "Details": "550",
        "Email": "ana@example.org", "BouncedAt": "2026-12-01T17:59:01-05:00", "DumpAvailable": True, "Inactive": True,
        "CanActivate": True, "Subject": "s", "ServerID": 1, "MessageStream": "outbound",
    }  # fmt: skip
    send = {
        "path": "/anymail/postmark/tracking/",
        "data": json.dumps(event),
        "content_type": "application/json",
    }
    assert client.post(**send).status_code == 400  # without the secret
    patient.refresh_from_db()
    assert patient.bounced == {}
    secret = base64.b64encode(b"us:secret").decode()
    assert client.post(**send, HTTP_AUTHORIZATION=f"Basic {secret}").status_code == 200
    patient.refresh_from_db()
    assert "email" in patient.bounced


def test_reports_of_a_service_that_we_do_not_use_have_no_address(client, clinic):
    """The tests use Postmark; every other service is not there."""
    for service in ("mailgun", "sendgrid", "amazon_ses", "brevo", "mailjet", "postal", "sparkpost", "resend"):
        for what in ("tracking", "inbound"):
            assert client.post(f"/anymail/{service}/{what}/").status_code == 404
    assert client.post("/anymail/postmark/inbound/").status_code == 404
    assert client.post("/anymail/mandrill/").status_code == 404
