"""Coding: a session to billing codes, each line with its reason and its source."""

from needlepoint.coding.code import code_session
from needlepoint.coding.types import Asked, Coding, Session

__all__ = ["Asked", "Coding", "Session", "code_session"]
