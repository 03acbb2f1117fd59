"""The mail of the demo."""

from __future__ import annotations

from django.utils import timezone

from needlepoint.records.outbox.mail_worker import send_due
from needlepoint.records.outbox.queue import queue


def test_the_mail_of_the_demo_is_shown_in_the_demo_only(client, clinic, settings, patient, tmp_path):
    assert client.get("/demo/mail/").status_code == 404
    settings.DEMO, settings.EMAIL_FILE_PATH = True, tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    queue(patient, "booked", "demo", at_once=True, link="visit", when=timezone.now())
    send_due("w")
    page = client.get("/demo/mail/").content.decode()
    assert patient.email in page
    assert 'href="/v/' in page
