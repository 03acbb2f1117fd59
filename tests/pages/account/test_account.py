"""Accounts of patients and helpers: by a code to an address that was proved."""

from __future__ import annotations

import contextlib
import re

import pytest
from django.db import IntegrityError

from needlepoint.base.refusal import Refused
from needlepoint.guard.models import User
from needlepoint.records.models import (
    AccessGrant,
    Visit,
)
from needlepoint.records.outbox.mail_worker import send_due
from needlepoint.records.portal.accounts import invite, open_account
from tests.kit.portal import text_of


def test_signing_in_tells_nobody_who_has_an_account(client, patient, inbox):
    patient.email = "known@example.org"
    patient.save()
    open_account(patient)
    answers = []
    for email in ("known@example.org", "unknown@example.org"):
        page = client.post("/account/login/code/", {"email": email}, follow=True)
        answers.append((page.status_code, page.redirect_chain, re.sub(r'value="[^"]*"', "", text_of(page))))
        client.cookies.clear()
    assert answers[0] == answers[1]
    assert [to for to, _ in inbox.mails] == ["known@example.org"]


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "password/set/", "password/change/", "password/reset/"]
)
def test_nobody_claims_an_address_or_a_password(me, patient, path):
    """An address that was not proved must never lead to a patient: allauth's pages for that are shut."""
    open_account(patient)
    client = me
    client.force_login(
        User.objects.get(email=patient.email), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(f"/account/{path}").status_code == 404
    assert (
        client.post(f"/account/{path}", {"email": "victim@example.org", "action_add": ""}).status_code == 404
    )


def test_a_claimed_address_of_another_is_not_theirs(patient):
    from allauth.account.models import EmailAddress

    thief = User.objects.create(username="thief", email="thief@example.org")
    EmailAddress.objects.create(user=thief, email="victim@example.org", verified=False, primary=False)
    patient.email = "victim@example.org"
    patient.save()
    with contextlib.suppress(IntegrityError):  # or the address is refused as taken: never the thief's
        assert open_account(patient) != thief
    assert not AccessGrant.objects.filter(user=thief).exists()


def test_an_account_by_a_code_to_its_address(client, patient, inbox):
    patient.email = "known@example.org"
    patient.save()
    open_account(patient)
    client.post("/account/login/code/", {"email": "known@example.org"})
    text = inbox.mails[-1][1].get_content()
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", text, re.MULTILINE).group(1)
    page = client.post("/account/login/code/confirm/", {"code": code}, follow=True)
    assert page.redirect_chain[-1][0] == "/me/"
    assert patient.given in page.content.decode()
    assert client.get("/today/").status_code in (302, 403)  # never the practice's side
    assert client.get("/patients/").status_code in (302, 403)


def test_an_account_of_the_staff_is_never_a_patients(patient, doctor):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=doctor.user, email="doctor@example.org", verified=True, primary=True)
    with pytest.raises(Refused, match="staff"):
        invite(patient, "doctor@example.org", "Doctor", ["visits"])


def test_a_helper_signs_in_by_a_code_to_their_own_address(client, me, patient, inbox):
    me.post("/me/people/", {"email": "helper@example.org", "named": "Her son", "rights": ["visits"]})
    send_due("w")
    helper = client.__class__()
    assert inbox.last(to="helper@example.org") is not None
    helper.post("/account/login/code/", {"email": "helper@example.org"})
    text = inbox.last(to="helper@example.org").get_content()
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", text, re.MULTILINE).group(1)
    page = helper.post("/account/login/code/confirm/", {"code": code}, follow=True)
    assert page.redirect_chain[-1][0] == "/me/"
    assert patient.family in page.content.decode()
    assert helper.get(f"/me/visits/{Visit.objects.filter(patient=patient).first().pk}/").status_code == 200
