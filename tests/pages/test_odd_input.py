"""Odd days, signs, depths and lengths at every address of every role: a refusal, never a 500."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from needlepoint.records.models import Visit
from tests.kit.portal import enter

DAYS = [
    "9999-12-31",
    "9999-12-30",
    "0001-01-01",
    "0001-01-02",
    "1899-12-31",
    "2026-02-30",
    "-1",
    "\ud800",
    "\0",
]


NUMBERS = ["9" * 40, "-1", "1e400", "NaN", "²", "\u0661", "9223372036854775808"]


NESTED = [
    "[" * 50_000, "{" * 9, '{"a":' * 50_000, '[{"view":"\\ud800","kind":"point","points_mm":[[1,1]]}]', "null", "1",
    '"x"', "{}", "[1]", "[null]",
]  # fmt: skip


FIELDS = (
    "day", "from", "due_on", "expires_on", "began_on", "first", "last", "until", "since", "birth_date", "page", "after",
    "now", "worst", "version", "staff", "patient", "lot", "ml", "amount", "lot_number", "expires", "q", "at",
)  # fmt: skip


def routes(resolver=None, before=""):
    """(name, pattern) of every address."""
    for row in (resolver or get_resolver()).url_patterns:
        if isinstance(row, URLResolver):
            yield from routes(row, before + str(row.pattern))
        elif isinstance(row, URLPattern) and row.name:
            yield row.name, before + str(row.pattern)


def address_of(pattern, values):
    """A real address, each place of the pattern filled."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found[1], "1")), pattern)


@pytest.fixture
def everyone(signed_in, patient, ahead, settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "name:word"}
    visitor = enter(Client(), patient)
    everyone = [signed_in, visitor, Client()]
    for one in everyone:
        one.raise_request_exception = False  # a 500 is what is looked for
    return everyone


def test_no_odd_value_at_any_address_is_a_500(everyone, patient, ahead, visit):
    values = {
        "visit_id": visit.pk, "patient_id": patient.pk, "slug": "example", "lang": "en", "at": "00010101T0000",
        "service_id": 1, "staff_id": 1, "name": "where", "kind": "medicines", "muscle_id": "trapezius",
    }  # fmt: skip
    bad = []
    for name, pattern in routes():
        if "(" in pattern or name.startswith(("account_", "mfa_")) or name == "sign-out":
            continue
        for number, client in enumerate(everyone):
            path = address_of(pattern, values | ({"visit_id": ahead.pk} if number == 1 else {}))
            for value in (DAYS[0], DAYS[2], DAYS[-1], NUMBERS[0]):
                answer = client.get(path, dict.fromkeys(FIELDS, value))
                if answer.status_code >= 500:
                    bad.append((name, number, value))
    assert not bad


def test_no_odd_form_at_any_address_is_a_500(everyone, patient, ahead, visit):
    values = {
        "visit_id": visit.pk, "patient_id": patient.pk, "slug": "example", "lang": "en", "at": "99991231T0000",
        "service_id": 1, "staff_id": 1, "name": "where", "kind": "medicines", "muscle_id": "trapezius",
    }  # fmt: skip
    bad = []
    for name, pattern in routes():
        if "(" in pattern or name.startswith(("account_", "mfa_")) or name in ("sign-out", "me-leave"):
            continue
        for number, client in enumerate(everyone):
            path = address_of(pattern, values | ({"visit_id": ahead.pk} if number == 1 else {}))
            for value in (DAYS[0], DAYS[2], NUMBERS[0], NUMBERS[2], NESTED[0], NESTED[3]):
                # Depth is for what is parsed as JSON: 25 fields of it would be a megabyte, and refused unread.
                odd = dict.fromkeys(("q", "day") if value in NESTED else FIELDS, value)
                sent = odd | {"marks": value, "do": "license", "version": "0"}
                answer = client.post(path, sent)
                if answer.status_code >= 500:
                    bad.append((name, number, value[:20]))
    assert not bad


@pytest.mark.parametrize("marks", NESTED)
def test_a_drawing_that_cannot_be_read_is_refused_on_both_sides(signed_in, everyone, visit, ahead, marks):
    before = Visit.objects.get(pk=visit.pk).facts
    answer = signed_in.post(f"/visits/{visit.pk}/told/", {"marks": marks, "version": visit.version})
    assert answer.status_code == 422
    assert Visit.objects.get(pk=visit.pk).facts == before
    assert everyone[1].post(f"/me/visits/{ahead.pk}/intake/where/", {"marks": marks}).status_code == 422
