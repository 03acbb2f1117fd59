"""The second step of the staff's sign-in."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from needlepoint.guard.models import AuditEvent
from needlepoint.records.demo import PASSWORD


def code_of(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def sign_in(client, name="nora"):
    return client.post("/sign-in/", {"username": name, "password": PASSWORD})


@pytest.fixture
def required(clinic, settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def enrolled(required, client):
    """Nora with an authenticator app; its secret."""
    assert sign_in(client).status_code == 302
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page).group(1)
    assert client.post("/account/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    return secret


def test_without_one_nothing_is_open_but_setting_it_up(required, client):
    assert sign_in(client).status_code == 302
    for path in ("/today/", "/patients/", "/visits/1/"):
        assert client.get(path)["Location"] == "/account/2fa/totp/activate/"
    page = client.get("/account/2fa/totp/activate/")
    assert page.status_code == 200
    assert "data:image/svg+xml" in page.content.decode()


def test_with_one_both_steps_are_needed(enrolled, client):
    assert client.get("/today/").status_code == 200
    other = Client()
    assert sign_in(other)["Location"] == "/account/2fa/authenticate/"
    assert other.get("/today/").status_code == 302
    assert other.get("/account/2fa/authenticate/").status_code == 200
    other.post("/account/2fa/authenticate/", {"code": "000000"})
    assert other.get("/today/").status_code == 302
    assert AuditEvent.objects.filter(action="sign-in", outcome="ok", what="signed in").count() == 1
    page = other.post("/account/2fa/authenticate/", {"code": _next(enrolled)})
    assert page.status_code == 302
    assert other.get("/today/").status_code == 200
    assert AuditEvent.objects.filter(action="sign-in", outcome="ok", what="signed in").count() == 2


def _next(secret):
    from django.core.cache import cache

    cache.clear()  # forgets which code was used, as half a minute does
    return code_of(secret)


def test_guessing_the_digits_is_stopped(enrolled, client):
    other = Client()
    sign_in(other)
    for n in range(30):
        other.post("/account/2fa/authenticate/", {"code": f"{n:06}"})
    page = other.post("/account/2fa/authenticate/", {"code": code_of(enrolled)})
    assert other.get("/today/").status_code == 302, page.status_code


def test_the_secret_lies_encrypted(enrolled):
    row = Authenticator.objects.get(type="totp")
    assert enrolled not in str(row.data)


def test_the_owner_lets_someone_who_lost_the_phone_begin_anew(enrolled, signed_in, clinic, settings):
    nora = clinic.staff.get(user__username="nora")
    settings.STAFF_SECOND_FACTOR = False  # the owner of this test has none
    sent = {"do": "password", "staff": nora.pk, "password": "marble engine tulip"}
    assert signed_in.post("/settings/people/", sent).status_code == 302
    assert not Authenticator.objects.filter(user=nora.user).exists()


def test_the_demo_asks_for_none(clinic, client):
    assert sign_in(client)["Location"] == "/today/"
    assert client.get("/today/").status_code == 200
