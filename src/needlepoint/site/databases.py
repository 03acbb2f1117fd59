"""Settings for either database, SQLite or PostgreSQL."""

from __future__ import annotations

from typing import Any

import dj_database_url

__all__ = ["DatabaseSettings", "database_settings"]

DatabaseSettings = dict[str, Any]  # as Django's DATABASES takes it


def database_settings(url: str) -> DatabaseSettings:
    """The settings of the database at this address."""
    found: DatabaseSettings = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    if str(found["ENGINE"]).endswith("sqlite3"):
        found["OPTIONS"] = {
            # Writers queue at BEGIN instead of failing in the middle; readers never wait.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    if str(found["ENGINE"]).endswith("postgresql"):
        # Row-level security: a connection sees everything until a request narrows it (guard/row_security.py).
        given = found.get("OPTIONS", {})
        found["OPTIONS"] = given | {
            "options": f"{given.get('options', '')} -c needlepoint.practice=all".strip()
        }
    return found
