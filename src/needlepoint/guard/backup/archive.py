"""The backup file: a tar archive whose first member lists its content, with a digest and counts to verify."""

from __future__ import annotations

import datetime
import hashlib
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import msgspec

from needlepoint.base.refusal import Fault, Refused

__all__ = ["DATABASE", "FILES", "Manifest", "digest", "read_backup", "read_manifest", "write_archive"]

DATABASE = "database"
FILES = "files/"
MANIFEST = "manifest.json"
FORMAT = 1
MOST_MANIFEST = 64 * 1024 * 1024  # bytes
CHUNK = 1024 * 1024


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. `kind`: sqlite or postgresql; `rows`: how many by table; `sha256`: by member."""

    format: int = FORMAT
    version: str
    made_at: datetime.datetime
    kind: str
    rows: dict[str, int]
    sha256: dict[str, str]
    key_inside: bool


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_archive(target: Path, manifest: Manifest, members: dict[str, Path]) -> None:
    """Write the archive, complete or not at all, readable for this account only."""
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("xb") as file:
            part.chmod(0o600)
            with tarfile.open(fileobj=file, mode="w") as archive:
                _add(archive, MANIFEST, msgspec.json.encode(manifest))
                for name, path in members.items():
                    archive.add(path, name, recursive=False)
            file.flush()
        part.replace(target)
    except FileExistsError:
        raise Refused(
            Fault("backup", f"{part} from a backup that broke off", "no such file", "Remove it.")
        ) from None
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Refused(
            Fault(
                "backup",
                f"{target} ({error.strerror})",
                "a file that can be written",
                "Check room and rights.",
            )
        ) from None


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    row = tarfile.TarInfo(name)
    row.size = len(data)
    archive.addfile(row, io.BytesIO(data))


def read_manifest(source: Path) -> Manifest:
    """Return the manifest of a backup. Raises Refused for any other file."""
    with _opened(source) as archive:
        first = archive.next()
        file = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
        if first is None or file is None or first.size > MOST_MANIFEST:
            raise _no_backup(source)
        try:
            found = msgspec.json.decode(file.read(), type=Manifest)
        except msgspec.DecodeError:
            raise _no_backup(source) from None
    if found.format != FORMAT:
        raise Refused(
            Fault("restore", f"a backup of format {found.format}", f"format {FORMAT}", "Use its version.")
        )
    return found


def read_backup(source: Path, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder and verify every byte. Raises Refused when anything differs."""
    manifest = read_manifest(source)
    open_ = dict(manifest.sha256)
    with _opened(source) as archive:
        for row in _members(archive, source):
            if open_.pop(row.name, None) != _unpack(archive, row, folder):
                raise Refused(
                    Fault(
                        "restore",
                        f"{source}: {row.name} is not what was saved",
                        "a whole backup",
                        "Use another.",
                    )
                )
    if open_:
        raise Refused(Fault("restore", f"{source} without {', '.join(sorted(open_))}", "a whole backup"))
    return manifest


def _members(archive: tarfile.TarFile, source: Path) -> Iterator[tarfile.TarInfo]:
    for row in archive:
        path = PurePosixPath(row.name)
        if not row.isreg() or path.is_absolute() or ".." in path.parts:
            raise _no_backup(source)
        if row.name != MANIFEST:
            yield row


def _unpack(archive: tarfile.TarFile, row: tarfile.TarInfo, folder: Path) -> str:
    """Unpack one member into the folder; return its digest."""
    file = archive.extractfile(row)
    assert file is not None
    path = folder / row.name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    seen = hashlib.sha256()
    with path.open("xb") as out:
        path.chmod(0o600)
        while part := file.read(CHUNK):
            seen.update(part)
            out.write(part)
    return seen.hexdigest()


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    """Open the archive; any error while reading means that the backup is incomplete."""
    try:
        with tarfile.open(source, "r:") as archive:
            yield archive
    except (tarfile.TarError, EOFError, ValueError):
        raise _no_backup(source) from None
    except OSError as error:
        raise Refused(Fault("restore", f"{source} ({error.strerror})", "a backup that can be read")) from None


def _no_backup(source: Path) -> Refused:
    return Refused(Fault("restore", str(source), "a whole file that `needlepoint backup` wrote"))
