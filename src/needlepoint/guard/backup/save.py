"""Writing a backup."""

from __future__ import annotations

import datetime
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from needlepoint import __version__
from needlepoint.base.refusal import Fault, Refused
from needlepoint.guard.backup.archive import DATABASE, FILES, Manifest, digest, write_archive
from needlepoint.guard.backup.databases import Database

__all__ = ["LEFT_OUT", "save"]

LEFT_OUT = ("static", "backups", "in-use")  # created at each start, or themselves backups
KEY = "secret_key"


def save(data: Path, database: Database, target: Path) -> Manifest:
    """Back up the data folder and the database into a new file, while the practice goes on working."""
    if target.exists():
        raise Refused(
            Fault("backup", f"{target}, which is there already", "a new file", "Choose another name.")
        )
    if not target.parent.is_dir():
        raise Refused(Fault("backup", f"no folder {target.parent}", "a folder that is there", "Create it."))
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copy = Path(folder, DATABASE)
        rows = database.save(copy)
        members = {DATABASE: copy} | {
            FILES + name: path for name, path in _files(data, Path(folder), database)
        }
        manifest = Manifest(
            version=__version__,
            made_at=datetime.datetime.now(datetime.UTC),
            kind=database.kind,
            rows=rows,
            sha256={name: digest(path) for name, path in members.items()},
            key_inside=FILES + KEY in members,
        )
        write_archive(target, manifest, members)
    return manifest


def _files(data: Path, folder: Path, database: Database) -> Iterator[tuple[str, Path]]:
    """Yield every file beside the database, copied first, so that concurrent writes do not tear it."""
    own = getattr(database, "path", None)
    for number, path in enumerate(sorted(data.rglob("*"))):
        name = path.relative_to(data)
        if name.parts[0] in LEFT_OUT or not path.is_file() or path.is_symlink():
            continue
        if own and path.name in (own.name, f"{own.name}-wal", f"{own.name}-shm", f"{own.name}-journal"):
            continue
        copy = folder / f"file-{number}"
        try:
            copy.write_bytes(path.read_bytes())
        except FileNotFoundError:
            continue  # removed meanwhile, like sent mail
        os.utime(copy, (path.stat().st_atime, path.stat().st_mtime)) if path.exists() else None
        yield name.as_posix(), copy
