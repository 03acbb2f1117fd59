"""Log lines for refused requests: one line, without a traceback."""

from __future__ import annotations

import logging

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation

__all__ = ["OneLine"]

REFUSALS = (PermissionDenied, SuspiciousOperation, BadRequest)


class OneLine(logging.Filter):
    """Remove the traceback from a record about a refusal: it is an answer, not an error of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        if record.exc_info and isinstance(record.exc_info[1], REFUSALS):
            record.exc_info = record.exc_text = None
        return True
