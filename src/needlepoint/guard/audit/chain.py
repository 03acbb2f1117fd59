"""The hash chain over the access log: it detects a row that was changed, removed, moved, or cut off at the end.

Rows are written without waiting for each other; a worker links them shortly after, each to the one before by a hash. At
intervals the head of the chain is written, signed with the installation's key, into a file outside of the database; a
head that is stored elsewhere detects even a chain that was cut off or rebuilt together with that file.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from needlepoint.base.refusal import Fault, Refused
from needlepoint.guard.models import AuditEvent, AuditLink

__all__ = ["ChainHead", "head", "keep_head", "read_heads", "seal", "verify"]

BATCH = 2000
OUT_OF_ORDER = 10_000  # rows
LATE = datetime.timedelta(minutes=10)  # a row without a link after this time was skipped
EVERY = 500  # rows between two saved heads
LOCK = 0x6E65656C  # of PostgreSQL: one worker links at a time
START = "0" * 64


class ChainHead(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the chain: number and hash of its last link, signed (HMAC-SHA-256)."""

    number: int
    hash: str
    at: datetime.datetime
    signature: str


def seal() -> int:
    """Link the new rows; return how many."""
    linked = 0
    while True:
        with transaction.atomic():
            found = _link_some()
        linked += found
        if found < BATCH:
            return linked


def _link_some() -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = AuditLink.objects.order_by("-number").first()
    number, before, reached = (last.number, last.hash, last.event_id) if last else (0, START, 0)
    # A row that was committed late may have a lower number than linked ones, though not much lower.
    new = AuditEvent.objects.filter(pk__gt=reached - OUT_OF_ORDER, link=None)
    rows = list(new.order_by("pk")[:BATCH])
    links = []
    for row in rows:
        number, before = number + 1, _hash(before, row)
        links.append(AuditLink(number=number, event=row, hash=before))
    AuditLink.objects.bulk_create(links)
    return len(rows)


def _hash(before: str, row: AuditEvent) -> str:
    """Return the hash of a row and everything before it."""
    told = row.fields_told()
    told["at"] = row.at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(before.encode() + msgspec.json.encode(told, order="sorted")).hexdigest()


def head() -> ChainHead | None:
    """Return the signed head of the chain; None if it is empty."""
    last = AuditLink.objects.order_by("-number").first()
    if last is None:
        return None
    now = timezone.now()
    return ChainHead(
        number=last.number, hash=last.hash, at=now, signature=_signature(last.number, last.hash, now)
    )


def _signature(number: int, hash_: str, at: datetime.datetime) -> str:
    text = f"{number} {hash_} {at.astimezone(datetime.UTC).isoformat()}"
    return salted_hmac("needlepoint.audit.head", text, algorithm="sha256").hexdigest()


def keep_head(path: Path | None = None) -> ChainHead | None:
    """Write the head into the file of heads, when enough rows were added since the last one.

    The newest head is written each time, so that rows cut off at the end are found at once.
    """
    path = path or _file()
    last, now = list(read_heads(path))[-1:], head()
    if now is not None:
        _write_newest(now)
    if now is None or (last and now.number - last[0].number < EVERY):
        return None
    with path.open("ab") as file:
        file.write(msgspec.json.encode(now) + b"\n")
    return now


def _file() -> Path:
    return Path(settings.DATA, "audit.heads")


def _newest() -> Path:
    return Path(settings.DATA, "audit.newest")


def _write_newest(now: ChainHead) -> None:
    """Replace the newest head, whole or not at all."""
    part = _newest().with_suffix(f".{os.getpid()}")
    part.write_bytes(msgspec.json.encode(now) + b"\n")
    part.replace(_newest())


def read_heads(path: Path) -> Iterator[ChainHead]:
    """Return the heads of a file. Raises Refused if it holds something else."""
    if not path.exists():
        return
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            yield msgspec.json.decode(line, type=ChainHead)
        except msgspec.DecodeError:
            raise Refused(
                Fault(f"{path}, line {number}", "no head of the access log", "a signed head")
            ) from None


def verify(heads: Path | None = None) -> tuple[int, list[str]]:
    """Return how many rows are linked, and what is wrong with the log, in words; [] when it is intact."""
    wrong: list[str] = []
    files = [heads] if heads else [_file(), _newest()]
    known = {row.number: row for file in files for row in _signed(file, wrong)}
    number, before = 0, START
    for link, event in _linked():
        if link.number != number + 1:
            wrong.append(f"rows {number + 1} to {link.number - 1} of the chain are missing")
        number = link.number
        if event is None or _hash(before, event) != link.hash:
            wrong.append(f"row {number} of the chain was changed, removed or put elsewhere")
        before = link.hash
        kept = known.pop(number, None)
        if kept is not None and not hmac.compare_digest(kept.hash, link.hash):
            wrong.append(f"the chain up to row {number} is not the one whose head was signed")
    wrong += [
        f"the chain ends at row {number}, and went to row {row.number} on {row.at:%Y-%m-%d}"
        for row in known.values()
    ]
    late = AuditEvent.objects.filter(link=None, at__lt=timezone.now() - LATE).count()
    if late:
        wrong.append(
            f"{late} rows are older than {LATE.seconds // 60} minutes and in no chain: is `send` running?"
        )
    return number, wrong


def _linked() -> Iterator[tuple[AuditLink, AuditEvent | None]]:
    """Yield every link in order, with its row; None where the row is gone."""
    reached = 0
    while links := list(AuditLink.objects.filter(number__gt=reached).order_by("number")[:BATCH]):
        events = AuditEvent.objects.in_bulk([link.event_id for link in links])
        yield from ((link, events.get(link.event_id)) for link in links)
        reached = links[-1].number


def _signed(path: Path, wrong: list[str]) -> Iterator[ChainHead]:
    for row in read_heads(path):
        if hmac.compare_digest(_signature(row.number, row.hash, row.at), row.signature):
            yield row
        else:
            wrong.append(f"the head of row {row.number} in {path.name} is not signed by this installation")
