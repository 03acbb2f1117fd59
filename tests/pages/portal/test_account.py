"""An account: opened at once for an address that a code has proved, and only by a code otherwise."""

import pytest
from django.test import Client

from needlepoint.guard.models import User
from tests.kit.portal import enter


@pytest.fixture
def patient(patient):
    patient.email = "ana@example.org"
    patient.save()
    return patient


def test_a_proved_address_opens_it_at_once(patient):
    client = enter(Client(), patient)
    assert client.post("/me/account/")["Location"] == "/me/settings/?account"
    assert User.objects.get(email="ana@example.org").pk == int(client.session["_auth_user_id"])


def test_another_address_must_prove_itself_first(patient):
    client = enter(Client(), patient)
    patient.email = "new@example.org"
    patient.save()
    assert client.post("/me/account/")["Location"] == "/account/login/code/"
    assert "_auth_user_id" not in client.session


def test_strangers_and_a_get(patient):
    assert Client().post("/me/account/").status_code == 302
    assert not User.objects.filter(email="ana@example.org").exists()
    assert enter(Client(), patient).get("/me/account/").status_code == 405
