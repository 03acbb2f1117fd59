"""No more messages: by a link, by the button of a mail program."""

from __future__ import annotations

import datetime

import pytest

from needlepoint.records.models import (
    MagicLink,
    OutboxMessage,
    Patient,
)
from needlepoint.records.outbox.mail_worker import send_due
from needlepoint.records.outbox.queue import queue
from tests.kit.messages import NOON, say_yes


@pytest.fixture
def patient(clinic):
    row = Patient.objects.order_by("pk").first()
    row.email = "ana@example.org"
    row.language = "en"
    row.save()
    return row


def test_stopping_by_one_post_of_the_mail_program(noon, patient, inbox, client):
    say_yes(patient)
    queue(patient, "check_in", "a", link="check_in", target="1")
    queue(patient, "check_in", "b", due_at=NOON + datetime.timedelta(days=3), link="check_in", target="1")
    send_due("w")
    address = inbox.mails[0][1]["List-Unsubscribe"].strip("<>").split("8000", 1)[1]
    assert client.get(address).status_code == 200  # looking changes nothing: mail programs fetch links
    assert OutboxMessage.objects.get(key="b").state == "queued"
    assert (
        client.post(
            address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        ).status_code
        == 200
    )
    assert OutboxMessage.objects.get(key="b").state == "canceled"
    assert MagicLink.objects.filter(purpose="stop").exists()
