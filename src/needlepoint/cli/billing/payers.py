"""A practice's own payers: the option for their folder in every command about money."""

from __future__ import annotations

from pathlib import Path

import click

from needlepoint.base.refusal import Fault, Refused
from needlepoint.coverage.check import read_own
from needlepoint.coverage.load import Policy

__all__ = ["own_payers", "policies_option"]

policies_option = click.option(
    "--policies",
    "folder",
    envvar="NEEDLEPOINT_POLICIES",
    help="A folder with the practice's own payers (TOML); NEEDLEPOINT_POLICIES names it too.",
)


def own_payers(folder: str | None) -> tuple[Policy, ...]:
    """Return the policies of the folder, none without one; Refused with every fault in it."""
    return read_own(folder_of(folder)) if folder else ()


def folder_of(name: str) -> Path:
    """Return the folder itself; Refused if it does not exist."""
    if not Path(name).is_dir():
        raise Refused(Fault("policies", repr(name), "a folder with TOML files of policies"))
    return Path(name)
