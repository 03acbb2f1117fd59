"""A refusal is one line of the log; a fault of ours keeps its traceback."""

from __future__ import annotations

import io
import logging

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation

from needlepoint.site.logs import OneLine


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
