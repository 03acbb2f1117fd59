"""`needlepoint backup` and `needlepoint restore`."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import click

from needlepoint.base.refusal import Fault, Refused

__all__ = ["backup", "in_use", "restore"]

LOCK = "in-use"


def _place() -> tuple[Path, Any]:
    """Return the data folder and the database of the environment, without starting anything or creating a key."""
    import dj_database_url

    from needlepoint.guard.backup.databases import DatabaseSettings, database_of
    from needlepoint.site.environment import read_environment

    here = read_environment(os.environ)
    url = here.database_url or f"sqlite:///{here.data / 'needlepoint.sqlite3'}"
    return here.data, database_of(cast("DatabaseSettings", dict(dj_database_url.parse(url))))


@contextmanager
def in_use(data: Path, alone: bool = False) -> Iterator[None]:
    """Mark the data as in use by a server; `alone`: Refused when it is already."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / LOCK).open("a") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            given, expected = f"{data}, which is in use", "a practice that is stopped"
            raise Refused(Fault("data", given, expected, "Stop the server first.")) from None
        yield


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Save everything (database, files, key) into FILE, verified, while the practice goes on working."""
    from needlepoint.guard.backup import save

    os.umask(0o077)
    data, database = _place()
    manifest = save(data, database, file)
    click.echo(
        f"{file}: {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, {file.stat().st_size} bytes."
    )
    if not manifest.key_inside:
        click.echo("The key is in NEEDLEPOINT_SECRET_KEY and not in the backup: keep it elsewhere.", err=True)
    click.echo("It holds health data and the key in clear: keep it where only you can read it.", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only say whether FILE is whole; change nothing.")
@click.option("--force", is_flag=True, help="Replace the practice that is there; its folder is kept beside.")
def restore(file: Path, check: bool, force: bool) -> None:
    """Restore what `backup` saved. Refused over an existing practice, unless --force, and while one is running."""
    from needlepoint.guard.backup.restore import check as look
    from needlepoint.guard.backup.restore import restore as bring_back

    os.umask(0o077)
    data, database = _place()
    if check:
        manifest = look(database, file)
        click.echo(
            f"Whole: {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, of {manifest.made_at}."
        )
        return
    with in_use(data, alone=True):
        manifest, before = bring_back(data, database, file, force)
    click.echo(
        f"Restored: {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, of {manifest.made_at}."
    )
    if before is not None:
        click.echo(f"What was there is in {before}.")
