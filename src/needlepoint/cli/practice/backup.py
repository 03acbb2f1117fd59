"""`needlepoint backup`, `backup-key`, `verify`, `restore` and `move`."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import click

from needlepoint.base.refusal import Fault, Refused

__all__ = ["backup", "backup_key", "in_use", "move", "restore", "verify"]

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
@click.option(
    "--to", "keys", multiple=True, help="Public key to encrypt for; else those of NEEDLEPOINT_BACKUP_TO."
)
@click.option(
    "--in-clear", is_flag=True, help="Do not encrypt. FILE then holds health data and the key in clear."
)
def backup(file: Path, keys: tuple[str, ...], in_clear: bool) -> None:
    """Save everything (database, files, key) into FILE, encrypted and checked, while the practice keeps working."""
    from needlepoint.guard.backup import save
    from needlepoint.guard.backup.encrypt import read_recipient

    os.umask(0o077)
    data, database = _place()
    recipients = [] if in_clear else [read_recipient(key) for key in keys or _known_keys()]
    if not recipients and not in_clear:
        expected = "a public key: --to, or NEEDLEPOINT_BACKUP_TO"
        help_ = "Make one with `needlepoint backup-key KEYFILE`, or say --in-clear."
        raise Refused(Fault("backup", "no key to encrypt for", expected, help_))
    manifest = save(data, database, file, recipients)
    click.echo(
        f"{file}: {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, {file.stat().st_size} bytes."
    )
    if not manifest.key_inside:
        click.echo("The key is in NEEDLEPOINT_SECRET_KEY and not in the backup: keep it elsewhere.", err=True)
    if not (data / "field_keys").exists():
        click.echo(
            "The keys of encrypted columns are not in the backup: keep their file elsewhere.", err=True
        )
    if in_clear:
        click.echo("It holds health data and the key in clear: keep it where only you can read it.", err=True)


def _known_keys() -> tuple[str, ...]:
    from needlepoint.site.environment import read_environment

    return read_environment(os.environ).backup_to


@click.command("backup-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--passphrase", is_flag=True, help="Protect the key file itself with a passphrase.")
def backup_key(file: Path, passphrase: bool) -> None:
    """Make the key that backups are read with, and print its public key, which backups are made for.

    Keep FILE away from the server, and in two places: without it no backup can be read.
    """
    from needlepoint.guard.backup.encrypt import make_key

    word = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True) if passphrase else ""
    click.echo(make_key(file, word))


@contextmanager
def _plain(file: Path, key: Path | None) -> Iterator[Path]:
    """The backup in clear, for as long as it is read."""
    from needlepoint.guard.backup.encrypt import decrypt, is_encrypted, read_identity

    if not is_encrypted(file):
        yield file
        return
    if key is None:
        given, expected = f"{file}, which is encrypted", "the key file that belongs to it"
        raise Refused(Fault("restore", given, expected, "Name it with --key."))
    word = _passphrase() if is_encrypted(key) else ""
    with tempfile.TemporaryDirectory(prefix="needlepoint-backup-") as folder:
        plain = Path(folder, "backup")
        decrypt(file, plain, read_identity(key, word))
        yield plain


def _passphrase() -> str:
    given = os.environ.get("NEEDLEPOINT_BACKUP_PASSPHRASE")
    return given or str(click.prompt("Passphrase of the key file", hide_input=True, err=True))


KEY_FILE = click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Key file of an encrypted backup.",
)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@KEY_FILE
def verify(file: Path, key: Path | None) -> None:
    """Say whether FILE could be restored: every byte, row count and, for SQLite, the database itself."""
    _verify(file, key)


def _verify(file: Path, key: Path | None) -> None:
    from needlepoint.guard.backup.restore import check

    os.umask(0o077)
    with _plain(file, key) as plain:
        manifest = check(_place()[1], plain)
    click.echo(
        f"Whole: {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, of {manifest.made_at}."
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@KEY_FILE
@click.option("--check", is_flag=True, help="Only say whether FILE is whole; change nothing. As `verify`.")
@click.option("--force", is_flag=True, help="Replace the practice that is there; its folder is kept beside.")
def restore(file: Path, key: Path | None, check: bool, force: bool) -> None:
    """Restore what `backup` saved. Refused over an existing practice, unless --force, and while one is running."""
    from needlepoint.guard.backup.restore import restore as bring_back

    if check:
        _verify(file, key)
        return
    os.umask(0o077)
    data, database = _place()
    with _plain(file, key) as plain, in_use(data, alone=True):
        manifest, before = bring_back(data, database, plain, force)
    click.echo(
        f"Restored: {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, of {manifest.made_at}."
    )
    if before is not None:
        click.echo(f"What was there is in {before}.")


@click.command()
@click.argument("target")
def move(target: str) -> None:
    """Copy the practice into another, empty database: TARGET is its address, as DATABASE_URL takes it.

    Every row is compared afterwards; on any difference nothing is kept in TARGET. The present database stays as it is.
    Stop the server first, and set DATABASE_URL to TARGET afterwards.
    """
    from needlepoint.cli.practice.django_setup import start_django

    start_django()
    from django.conf import settings

    from needlepoint.guard.backup.move import move as copy_over
    from needlepoint.site.databases import database_settings

    with in_use(settings.DATA, alone=True):
        rows = copy_over(database_settings(target), lambda: _migrate(target))
    click.echo(f"{sum(rows.values())} rows in {len(rows)} tables were copied and compared.")
    click.echo("Set DATABASE_URL to the new address, then start the server.")


def _migrate(url: str) -> None:
    """Make the tables of an empty database, in a process of its own: migrations know one database only."""
    command = [sys.executable, "-m", "needlepoint", "manage", "migrate", "--verbosity", "0"]
    environment = os.environ | {"DATABASE_URL": url}
    if subprocess.run(command, env=environment, capture_output=True, check=False).returncode:
        raise Refused(Fault("move", "a database in which no tables can be made", "one of its own"))
