"""What every command is."""

from __future__ import annotations

import msgspec

__all__ = ["Command"]


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One command. The name of the struct is used everywhere: page, log, test."""
