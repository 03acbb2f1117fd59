"""Backup and restore of the database, its files and the key, complete and verified, while the practice works."""

from needlepoint.guard.backup.archive import Manifest, read_backup
from needlepoint.guard.backup.restore import restore
from needlepoint.guard.backup.save import last_backup, save, save_before

__all__ = ["Manifest", "last_backup", "read_backup", "restore", "save", "save_before"]
