"""A link with a code by mail, text message or tablet: what opens it, and what does not."""

from __future__ import annotations

import datetime

from django.utils import timezone

from needlepoint.records.models import (
    OneTimeCode,
    OutboxMessage,
)
from needlepoint.records.portal.magic_links import make_code, make_link
from tests.kit.portal import enter


def test_who_read_in_spanish_is_answered_in_spanish(client, patient):
    patient.language = "es"
    patient.save()
    enter(client, patient)
    assert '<html lang="es">' in client.get("/me/").content.decode()


def test_a_code_that_is_wrong_old_or_used_opens_nothing(client, patient):
    link, token = make_link("open", patient, None, "/me/")
    code, kept = make_code()
    row = OneTimeCode.objects.create(
        link=link, channel="email", code=kept, expires_at=timezone.now() + datetime.timedelta(minutes=9)
    )
    wrong = "000000" if code != "000000" else "111111"
    assert client.post(f"/go/{token}/", {"code": wrong}).status_code == 200
    OneTimeCode.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert client.post(f"/go/{token}/", {"code": code}).status_code == 200
    OneTimeCode.objects.update(expires_at=timezone.now() + datetime.timedelta(minutes=9), tries=0)
    assert client.post(f"/go/{token}/", {"code": code}).status_code == 302
    client.session.flush()
    client.cookies.clear()
    assert client.post(f"/go/{token}/", {"code": code}).status_code == 200  # once is once
    row.refresh_from_db()
    assert row.used_at is not None
    assert client.get("/me/").status_code == 302


def test_six_codes_an_hour_and_masked_addresses(client, patient):
    patient.email = "someone@example.org"
    patient.save()
    _, token = make_link("open", patient, None, "/me/")
    page = client.get(f"/go/{token}/").content.decode()
    assert "s•••@e•••" in page
    assert "someone@example.org" not in page
    assert patient.family not in page
    statuses = [client.post(f"/go/{token}/", {"by": "email"}).status_code for _ in range(7)]
    assert statuses == [200] * 6 + [422]
    assert OutboxMessage.objects.filter(kind="code").count() == 6
    assert client.post(f"/go/{token}/", {"by": "pigeon"}).status_code == 422


def test_a_link_opens_only_what_it_is_for(client, patient, ahead):
    _, token = make_link("visit", patient, ahead)
    for path in (f"/go/{token}/", f"/c/{token}/", f"/stop/{token}/", f"/offer/{token}/", f"/cal/{token}.ics"):
        assert client.get(path).status_code == 404
