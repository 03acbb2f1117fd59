"""Coding: what a session amounts to in procedure, drug and diagnosis codes."""

from needlepoint.coding.code import code_session
from needlepoint.coding.types import Coding, Line, Session

__all__ = ["Coding", "Line", "Session", "code_session"]
