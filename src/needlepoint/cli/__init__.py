"""The `needlepoint` command: one subcommand for each stage of an episode, in order."""

from needlepoint.cli.app import main

__all__ = ["main"]
