"""What the server writes to its log: one line for each event, nothing that a patient said or is, and no secret link.

An address holds names, numbers and secret links, so its route is written instead. The words of an error may hold what
was typed or a row of the database, so its kind and its places in the program are written instead.
"""

from __future__ import annotations

import datetime
import logging
import traceback
from collections.abc import Callable
from types import TracebackType

import msgspec
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

__all__ = ["Console", "JsonLines", "OneLine", "RequestLog"]

REFUSALS = (PermissionDenied, SuspiciousOperation, BadRequest)
OURS = "needlepoint."
ABOUT_REQUESTS = "django."
request_log = logging.getLogger("needlepoint.request")
ErrorOnRecord = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class OneLine(logging.Filter):
    """Remove the traceback from a record about a refusal: it is an answer, not an error of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        if record.exc_info and isinstance(record.exc_info[1], REFUSALS):
            record.exc_info = record.exc_text = None
        return True


class Console(logging.Formatter):
    """Plain lines, for a person who reads the console."""

    def format(self, record: logging.LogRecord) -> str:
        """The event, and where an error came from."""
        line = f"{_time(record)} {record.levelname} {_event(record)}"
        return "\n  ".join([line, *_places(record.exc_info)]) if record.exc_info else line


class JsonLines(logging.Formatter):
    """One JSON object in a line, for a program that collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        """The event with its facts."""
        told: dict[str, object] = {
            "at": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        told |= getattr(record, "facts", {})
        if record.exc_info:
            told["error"] = _places(record.exc_info)
        return msgspec.json.encode(told).decode()


class RequestLog:
    """Write one line for each request: method, route, status and time; never the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then write the line."""
        began = datetime.datetime.now(datetime.UTC)
        response = self.get_response(request)
        seconds = (datetime.datetime.now(datetime.UTC) - began).total_seconds()
        staff = getattr(request, "staff", None)
        facts = {
            "method": request.method,
            "route": route_of(request),
            "status": response.status_code,
            "ms": round(seconds * 1000),
            "staff": staff.pk if staff else None,
        }
        request_log.info("request", extra={"facts": facts})
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern of the address, such as /visits/<int:visit_id>/.

    A request that never reached its view has none yet.
    """
    try:
        match = getattr(request, "resolver_match", None) or resolve(request.path_info)
    except (Resolver404, ValueError):
        return "unknown"
    return f"/{match.route}"


def _time(record: logging.LogRecord) -> str:
    return datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds")


def _event(record: logging.LogRecord) -> str:
    """What happened. Django and other libraries put the address or a value into their text: theirs is left out."""
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        status = getattr(record, "status_code", "")
        return f"{request.method} {route_of(request)} {status}".strip()
    if record.name.startswith(OURS):
        return record.getMessage()
    return f"{record.name}: {record.msg if isinstance(record.msg, str) else type(record.msg).__name__}"


def _places(info: ErrorOnRecord | bool | None) -> list[str]:
    """The kinds of an error and of those behind it, and where in the program; not their words."""
    error = info[1] if isinstance(info, tuple) else None
    found: list[str] = []
    while error is not None and len(found) < 200:
        found.append(type(error).__name__)
        found += [
            f"{row.filename}:{row.lineno} {row.name}" for row in traceback.extract_tb(error.__traceback__)
        ]
        error = error.__cause__ or error.__context__
    return found
