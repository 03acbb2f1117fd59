"""Backup and restore of the database, its files and the key, complete and verified, while the practice works."""

from needlepoint.guard.backup.archive import Manifest, read_backup
from needlepoint.guard.backup.restore import restore
from needlepoint.guard.backup.save import save

__all__ = ["Manifest", "read_backup", "restore", "save"]
