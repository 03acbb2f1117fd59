"""Who may open which address: the table of tests/spec/policy.toml against what the server answers.

A route without a row fails. A row names who gets past the guard: stranger, patient, desk, biller, assistant, clinician,
owner, each with that role alone; "all" is everyone.
"""

from __future__ import annotations

import tomllib

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from needlepoint.guard.models import User
from needlepoint.records.models import Staff
from tests.kit.portal import enter
from tests.pages.test_odd_input import address_of, routes
from tests.places import SPEC

TABLE = tomllib.loads((SPEC / "policy.toml").read_text())["routes"]
ROLES = {
    "desk": "front_desk",
    "biller": "biller",
    "assistant": "assistant",
    "clinician": "clinician",
    "owner": "owner",
}
EVERYONE = ["stranger", "patient", *ROLES]
DOORS = ("/sign-in/", "/account/login/")


@pytest.fixture
def sessions(clinic, patient, ahead):
    found = {"stranger": Client(), "patient": enter(Client(), patient)}
    for name, role in ROLES.items():
        user = User.objects.create(username=f"only-{role}", password=make_password(None))
        Staff.objects.create(user=user, practice=clinic, name=name, profession="physician", roles=[role])
        found[name] = Client()
        found[name].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for client in found.values():
        client.raise_request_exception = False
    return found


def gets_past(client, path, method):
    """Whether the guard lets it through; what is behind may still find nothing or refuse what was sent."""
    answer = getattr(client, method)(path)
    assert answer.status_code < 500, path
    if answer.status_code == 302:
        return not answer["Location"].startswith(DOORS)
    return answer.status_code != 403


def matrix(sessions, visit, patient, ahead):
    values = {
        "patient_id": patient.pk, "slug": "example", "lang": "en", "at": "20990101T0000", "service_id": 1,
        "staff_id": 1, "name": "where", "kind": "medicines", "muscle_id": "trapezius", "token": "none",
        "stretch_id": "x", "side": "left",
    }  # fmt: skip
    found = {}
    for name, pattern in sorted(set(routes())):
        if "(" in pattern or name.startswith(("account_", "mfa_")) or name in ("sign-out", "me-leave"):
            continue
        passed = []
        for who, client in sessions.items():
            path = address_of(pattern, values | {"visit_id": ahead.pk if who == "patient" else visit.pk})
            if gets_past(client, path, "get"):
                passed.append(who)
        found[f"/{pattern}"] = passed
    return found


def test_every_address_lets_in_whom_the_table_names_and_nobody_else(sessions, visit, patient, ahead):
    found = matrix(sessions, visit, patient, ahead)
    wanted = {name: EVERYONE if who == ["all"] else who for name, who in TABLE.items()}
    assert sorted(set(found) - set(wanted)) == [], "routes without a row"
    assert sorted(set(wanted) - set(found)) == [], "rows without a route"
    assert {name: who for name, who in found.items() if who != wanted[name]} == {}
