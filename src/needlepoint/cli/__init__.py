"""The `needlepoint` command: one sub-command for each room of the corridor, in the corridor's order."""

from needlepoint.cli.app import main

__all__ = ["main"]
