"""Coding: from a session to billing codes, each line with its reason and its source."""

from needlepoint.coding.code import code_session
from needlepoint.coding.types import Coding, EditContext, Session

__all__ = ["Coding", "EditContext", "Session", "code_session"]
