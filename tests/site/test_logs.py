"""A refusal is one line of the log; a fault of ours keeps its traceback."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation

from needlepoint.records.models import Patient
from needlepoint.site.logs import Console, JsonLines, OneLine
from tests.kit.clinic import *  # noqa: F403


def written(error):
    """What the console shows of an error."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(OneLine())
    log = logging.Logger("request")
    log.addHandler(handler)
    try:
        raise error
    except type(error) as raised:
        log.error("At /settings/", exc_info=raised)
    return stream.getvalue()


@pytest.mark.parametrize("kind", [PermissionDenied, SuspiciousOperation, BadRequest])
def test_a_refusal_is_one_line(kind):
    assert written(kind("settings")) == "At /settings/\n"


def test_a_fault_of_ours_keeps_its_traceback():
    assert "ValueError: broken" in written(ValueError("broken"))


def test_the_server_writes_through_it():
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["one_line"]
    assert settings.LOGGING["filters"]["one_line"]["()"] == "needlepoint.site.logs.OneLine"


SECRETS = ["Zebulon", "Quackenbush", "zeb@example.org", "555-0199", "blue-secret-token"]


@pytest.fixture
def written_by_server():
    """Everything that the console would show, as JSON lines and as text."""
    streams = [io.StringIO(), io.StringIO()]
    handlers = [logging.StreamHandler(stream) for stream in streams]
    root, requests = logging.getLogger(), logging.getLogger("needlepoint.request")
    for handler, formatter in zip(handlers, (JsonLines(), Console()), strict=True):
        handler.addFilter(OneLine())
        handler.setFormatter(formatter)
        root.addHandler(handler)
    requests.setLevel(logging.INFO)
    yield lambda: "".join(stream.getvalue() for stream in streams)
    requests.setLevel(logging.WARNING)
    for handler in handlers:
        root.removeHandler(handler)


def test_no_page_writes_anything_of_a_patient_or_a_secret_link(
    signed_in, patient, visit, elsewhere, written_by_server, monkeypatch
):
    from needlepoint.pages.patients import patients

    Patient.objects.update(given="Zebulon", family="Quackenbush", email="zeb@example.org", phone="555-0199")
    signed_in.raise_request_exception = False
    for path in (
        "/today/", "/patients/?q=Quackenbush", f"/patients/{patient.pk}/", f"/visits/{visit.pk}/",
        f"/patients/{elsewhere.patient_id}/", "/go/blue-secret-token/", "/v/blue-secret-token/", "/blue-secret-token/",
    ):  # fmt: skip
        signed_in.get(path)
    signed_in.post(f"/patients/{patient.pk}/edit/", {"given": "Zebulon", "birth_date": "Quackenbush"})

    def broken(*args, **kwargs):
        raise ValueError("Zebulon Quackenbush")

    monkeypatch.setattr(patients, "full_patient", broken, raising=False)
    monkeypatch.setattr("needlepoint.pages.patients.patients.render", broken)
    assert signed_in.get("/patients/").status_code == 500
    said = written_by_server()
    assert not [word for word in SECRETS if word in said]
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    asked = [line for line in lines if line["logger"] == "needlepoint.request"]
    assert {"/patients/<int:patient_id>/", "/go/<str:token>/", "unknown"} <= {line["route"] for line in asked}
    assert all(line["status"] and line["ms"] >= 0 for line in asked)
    fault = next(line for line in lines if line.get("error"))
    assert fault["error"][0] == "ValueError"
    assert any("patients.py" in place for place in fault["error"])


def test_an_error_behind_an_error_says_where_and_not_what():
    try:
        try:
            raise KeyError("Zebulon")
        except KeyError as error:
            raise RuntimeError("Quackenbush") from error
    except RuntimeError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("needlepoint.x", logging.ERROR, "x", 1, "a part failed", (), info)
    for formatter in (JsonLines(), Console()):
        said = formatter.format(record)
        assert "RuntimeError" in said
        assert "KeyError" in said
        assert not [word for word in SECRETS if word in said]
