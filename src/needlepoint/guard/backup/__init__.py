"""Backup and restore: the database, the files beside it and the key, whole and checked, while the practice works."""

from needlepoint.guard.backup.archive import Manifest, read_backup
from needlepoint.guard.backup.restore import restore
from needlepoint.guard.backup.save import save

__all__ = ["Manifest", "read_backup", "restore", "save"]
