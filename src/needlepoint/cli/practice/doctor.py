"""`needlepoint doctor`: problems of this installation, in plain words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

__all__ = ["doctor"]


@click.command()
def doctor() -> None:
    """Check settings, files, database and access log, and say what to do. Exit code 1 when something is wrong."""
    from needlepoint.cli.practice.serve import start_django

    start_django()
    from django.conf import settings

    found = [*_files(Path(settings.DATA)), *_database(), *_policies(), *_messages()]
    for line in found:
        click.echo(f"- {line}")
    click.echo(f"{len(found)} things to look at." if found else "Nothing is wrong.")
    if found:
        raise SystemExit(1)


def _files(data: Path) -> Iterator[str]:
    open_ = [
        path for path in (data, *data.rglob("*")) if path.lstat().st_mode & 0o077 and not path.is_symlink()
    ]
    if open_:
        yield f"{len(open_)} files of {data} can be read by other accounts: start the server once, which closes them."
    if data.stat().st_uid != os.getuid():
        yield f"{data} belongs to another account: run this as the account of the server."


def _database() -> Iterator[str]:
    from needlepoint.guard.audit.chain import verify
    from needlepoint.pages.account.health import troubles

    failing = troubles()
    yield from failing.values()
    if not {"database", "migrations"} & set(failing):
        yield from _damage()
        yield from (f"Access log: {line}." for line in verify()[1])


def _damage() -> Iterator[str]:
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check")
            found = cursor.fetchone()[0]
        if found != "ok":
            yield f"The database is damaged ({found}): restore a backup."


def _policies() -> Iterator[str]:
    from needlepoint.base.refusal import Refused
    from needlepoint.records.visit.evaluate import own_payers

    try:
        own_payers()
    except Refused as refusal:
        yield f"The practice's own payers cannot all be read: {refusal}"


def _messages() -> Iterator[str]:
    from django.conf import settings

    if not settings.DEMO and settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        yield "No mail leaves this machine: set NEEDLEPOINT_MAIL_URL."
    if not settings.DEMO and not settings.SESSION_COOKIE_SECURE:
        yield "Nothing is encrypted on the way: set NEEDLEPOINT_URL to the https:// address of your proxy."
