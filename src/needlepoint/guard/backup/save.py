"""Writing a backup."""

from __future__ import annotations

import datetime
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from needlepoint import __version__
from needlepoint.base.refusal import Fault, Refused
from needlepoint.guard.backup.archive import DATABASE, FILES, Manifest, digest, write_archive
from needlepoint.guard.backup.databases import Database
from needlepoint.guard.backup.encrypt import Recipient, encrypt

__all__ = ["LEFT_OUT", "BackupDone", "last_backup", "save", "save_before"]

LEFT_OUT = ("static", "backups", "in-use")  # created at each start, or themselves backups
KEY = "secret_key"
FIELD_KEYS = "field_keys"
BACKUPS = "backups"  # in the data folder: those made before an upgrade, and when the last one was made
MOST_BEFORE = 3


class BackupDone(msgspec.Struct, frozen=True, kw_only=True):
    """When the last backup was made, and whether it was encrypted."""

    made_at: datetime.datetime
    encrypted: bool


def save(data: Path, database: Database, target: Path, recipients: Sequence[Recipient] = ()) -> Manifest:
    """Back up the data folder and the database into a new file, while the practice keeps working.

    With `recipients` the file is encrypted for these keys; what is in clear never leaves the data folder.
    """
    if target.exists():
        raise Refused(
            Fault("backup", f"{target}, which is there already", "a new file", "Choose another name.")
        )
    if not target.parent.is_dir():
        raise Refused(Fault("backup", f"no folder {target.parent}", "a folder that is there", "Create it."))
    if database.is_empty():
        raise Refused(Fault("backup", f"no database for {data}", "a practice", "Check NEEDLEPOINT_DATA."))
    made = _backups(data) if recipients else target.parent
    with tempfile.TemporaryDirectory(dir=made, prefix=".backup-") as folder:
        copy = Path(folder, DATABASE)
        # The files first: the signed head of the access log among them is never ahead of the database.
        files = {FILES + name: path for name, path in _files(data, Path(folder), database)}
        rows = database.save(copy)
        _newest_keys(data, files, Path(folder, "keys"))
        members = {DATABASE: copy} | files
        manifest = Manifest(
            version=__version__,
            made_at=datetime.datetime.now(datetime.UTC),
            kind=database.kind,
            rows=rows,
            sha256={name: digest(path) for name, path in members.items()},
            key_inside=FILES + KEY in members,
        )
        if recipients:
            archive = Path(folder, "archive")
            write_archive(archive, manifest, members)
            encrypt(archive, target, recipients)
        else:
            write_archive(target, manifest, members)
    done = BackupDone(made_at=manifest.made_at, encrypted=bool(recipients))
    (_backups(data) / "last").write_bytes(msgspec.json.encode(done))
    return manifest


def _newest_keys(data: Path, files: dict[str, Path], copy: Path) -> None:
    """Copy the keys of encrypted columns again: one that was added meanwhile may be in use in the saved database."""
    if (data / FIELD_KEYS).exists():
        copy.write_bytes((data / FIELD_KEYS).read_bytes())
        files[FILES + FIELD_KEYS] = copy


def _backups(data: Path) -> Path:
    folder = data / BACKUPS
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def last_backup(data: Path) -> BackupDone | None:
    """Return when the last backup of this data was made; None when none is known."""
    try:
        return msgspec.json.decode((data / BACKUPS / "last").read_bytes(), type=BackupDone)
    except (OSError, msgspec.DecodeError):
        return None


def save_before(data: Path, database: Database) -> Path:
    """Back up into the data folder before the database is migrated; the newest few of these are kept."""
    known = last_backup(data)
    folder = _backups(data)
    target = folder / f"before-{__version__}-{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%S%f}.backup"
    save(data, database, target)
    # It lies on the same disk: it does not count as a backup of the practice.
    (folder / "last").write_bytes(msgspec.json.encode(known)) if known else (folder / "last").unlink()
    for old in sorted(folder.glob("before-*.backup"), key=lambda path: path.stat().st_mtime)[:-MOST_BEFORE]:
        old.unlink()
    return target


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
