"""`needlepoint doctor`: problems of this installation, in plain words."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import click

__all__ = ["doctor"]

OLDEST_BACKUP = datetime.timedelta(days=2)
LATE = datetime.timedelta(minutes=15)
MOST_CLOCK_SECONDS = 120


@click.command()
def doctor() -> None:
    """Check settings, files, database and access log, and say what to do. Exit code 1 when something is wrong."""
    from needlepoint.cli.practice.django_setup import start_django

    start_django()
    from django.conf import settings

    found = [*_files(Path(settings.DATA)), *_database(), *_policies(), *_messages(), *_operation()]
    if settings.DEMO:
        click.echo("Demo mode: everybody can read every mail. Only for made-up people.")
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
    from needlepoint.pages.account.health import EARLY_FREE_BYTES, is_filling_up, troubles

    failing = troubles()
    yield from failing.values()
    if "disk" not in failing and is_filling_up():
        yield f"Less than {EARLY_FREE_BYTES // 1024**3} GB are free where the data is: make room before it is full."
    if not {"database", "migrations"} & set(failing):
        yield from _damage()
        yield from _clock()
        yield from _waiting()
        yield from _keys()
        yield from _row_security()
        yield from (f"Access log: {line}." for line in verify()[1])


def _damage() -> Iterator[str]:
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check")
            found = cursor.fetchone()[0]
        if found != "ok":
            yield f"The database is damaged ({found}): restore a backup."


def _row_security() -> Iterator[str]:
    from django.db import connection

    from needlepoint.guard.row_security import holds

    if connection.vendor == "postgresql" and not holds():
        yield "The role of DATABASE_URL is a superuser: use one of its own, which row-level security holds."


def _keys() -> Iterator[str]:
    """The keys of encrypted columns: there, able to open what is stored, and the newest one in use everywhere."""
    from needlepoint.base.refusal import Refused
    from needlepoint.guard.encryption.stored import is_complete, left_behind, missing_keys

    try:
        wrong = missing_keys()
    except Refused as refusal:
        wrong = [str(refusal)]
    if wrong:
        yield f"Encrypted values cannot be read ({'; '.join(wrong)}): restore the file of keys from a backup."
    elif not is_complete() and left_behind():
        yield "Some values are in clear or under an older key: run `needlepoint keys encrypt`."


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


def _clock() -> Iterator[str]:
    """The clock of this machine against what was written before, and against the server of the database."""
    from django.db import connection
    from django.utils import timezone

    from needlepoint.guard.models import AuditEvent

    now = timezone.now()
    newest = AuditEvent.objects.order_by("-pk").values_list("at", flat=True).first()
    if newest and (newest - now).total_seconds() > MOST_CLOCK_SECONDS:
        yield (
            f"The clock of this machine is wrong: it says {now:%Y-%m-%d %H:%M} UTC, and the access log goes to"
            f" {newest:%Y-%m-%d %H:%M}."
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            there = cursor.fetchone()[0]
        if abs((there - timezone.now()).total_seconds()) > MOST_CLOCK_SECONDS:
            yield "The clocks of this machine and of the database server differ: turn on time synchronization."


def _waiting() -> Iterator[str]:
    """Messages that should have gone out by now."""
    from django.utils import timezone

    from needlepoint.records.models import OutboxMessage

    since = timezone.now() - LATE
    late = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED, due_at__lt=since).count()
    if late:
        yield f"{late} messages are due for more than {LATE.seconds // 60} minutes: is `serve` or `send` running?"


def _operation() -> Iterator[str]:
    """Backups, the second sign-in step, and the way to the mail server."""
    from django.conf import settings
    from django.utils import timezone

    from needlepoint.guard.backup.save import last_backup

    if settings.DEBUG:
        yield "Debug mode is on: every fault shows its details to everybody. Remove NEEDLEPOINT_DEBUG."
    if settings.DEMO:
        return
    if not settings.STAFF_SECOND_FACTOR:
        yield "Staff sign in with a password alone: remove NEEDLEPOINT_SECOND_FACTOR=0."
    last = last_backup(Path(settings.DATA))
    if last is None:
        yield "No backup was made of this data yet: see `needlepoint backup --help`."
    elif timezone.now() - last.made_at > OLDEST_BACKUP:
        yield f"The last backup is of {last.made_at:%Y-%m-%d}: run `needlepoint backup` every night."
    elif not last.encrypted:
        yield "The last backup was not encrypted: set NEEDLEPOINT_BACKUP_TO."
    yield from _mail_server()


def _mail_server() -> Iterator[str]:
    from django.conf import settings
    from django.core.mail import get_connection

    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return
    try:
        with get_connection():
            pass
    except OSError as error:  # every fault of smtplib is one
        kind = type(error).__name__
        yield f"The mail server {settings.EMAIL_HOST} does not answer ({kind}): check NEEDLEPOINT_MAIL_URL."
