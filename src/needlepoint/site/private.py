"""Make the data folder private: 0700 for folders, 0600 for files, regardless of the umask."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from needlepoint.base.refusal import Fault, Refused

__all__ = ["make_private", "private_folder"]


def private_folder(path: Path) -> Path:
    """Return `path`, created if needed and closed to others, like all files that this process creates from now on."""
    os.umask(0o077)
    try:
        path.mkdir(parents=True, exist_ok=True)
        _close(path, 0o700)
    except OSError as error:
        raise Refused(
            Fault(
                "NEEDLEPOINT_DATA",
                f"{path} ({error.strerror})",
                "a folder that belongs to this account",
                "Create it, or set NEEDLEPOINT_DATA to another folder.",
            )
        ) from None
    return path


def make_private(folder: Path) -> int:
    """Close everything in `folder` to others, in case it was created earlier; return how many were open."""
    found = 0
    for top, folders, files in os.walk(folder):
        found += sum(_close(Path(top, name), 0o700) for name in folders)
        found += sum(_close(Path(top, name), 0o600) for name in files)
    return found


def _close(path: Path, mode: int) -> bool:
    try:
        now = path.lstat()
    except FileNotFoundError:  # SQLite removes its -wal and -shm with the last connection
        return False
    if stat.S_ISLNK(now.st_mode) or stat.S_IMODE(now.st_mode) & 0o077 == 0:
        return False
    path.chmod(mode)
    return True
