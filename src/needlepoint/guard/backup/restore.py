"""Restoring a backup: unpacked and verified beside the target first, then moved there in one step."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

from needlepoint.base.refusal import Fault, Refused
from needlepoint.guard.backup.archive import DATABASE, FILES, Manifest, read_backup, read_manifest
from needlepoint.guard.backup.databases import Database
from needlepoint.guard.backup.save import LEFT_OUT

__all__ = ["check", "restore"]


def check(database: Database, source: Path) -> Manifest:
    """Check whether a backup can be restored: every byte, and for SQLite the database itself. Changes nothing."""
    with tempfile.TemporaryDirectory(prefix="needlepoint-check-") as folder:
        manifest = read_backup(source, Path(folder))
        _same(manifest, database.check(Path(folder, DATABASE)) if manifest.kind == database.kind else None)
    return manifest


def restore(
    data: Path, database: Database, source: Path, force: bool = False
) -> tuple[Manifest, Path | None]:
    """Restore it. With `force` over existing data, whose folder is kept beside; returns that folder.

    Raises Refused when data exists (without `force`), when the backup is of the other kind of database, and when
    anything is damaged; nothing is changed then.
    """
    kind = read_manifest(source).kind
    if kind != database.kind:
        raise Refused(
            Fault("restore", f"a backup of {kind}", f"one of {database.kind}", "Set DATABASE_URL as it was.")
        )
    there = [path for path in data.iterdir() if path.name not in LEFT_OUT] if data.exists() else []
    if (there or not database.is_empty()) and not force:
        raise Refused(
            Fault("restore", f"{data}, in which a practice is", "an empty folder", "Use another, or --force.")
        )
    data.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data.parent, prefix=".restore-") as folder:
        manifest = read_backup(source, Path(folder))
        copy = Path(folder, DATABASE)
        _same(manifest, database.check(copy))
        before = _aside(data) if there else None
        _put(Path(folder, FILES), data)
        _same(manifest, database.restore(copy))
    return manifest, before


def _same(manifest: Manifest, rows: dict[str, int] | None) -> None:
    if rows is not None and rows != manifest.rows:
        odd = sorted(name for name in rows | manifest.rows if rows.get(name) != manifest.rows.get(name))
        raise Refused(
            Fault("restore", f"other numbers of rows in {', '.join(odd)[:300]}", "those that were saved")
        )


def _aside(data: Path) -> Path:
    now = datetime.datetime.now(datetime.UTC)
    before = data.with_name(f"{data.name}.before-{now:%Y%m%dT%H%M%S}")
    data.rename(before)
    return before


def _put(files: Path, data: Path) -> None:
    data.mkdir(mode=0o700, exist_ok=True)
    for path in sorted(files.rglob("*")):
        if path.is_file():
            target = data / path.relative_to(files)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.replace(target)
