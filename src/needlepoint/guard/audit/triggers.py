"""Triggers that make the access log append-only in the database itself, whatever program writes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections

__all__ = ["TABLES", "close_log", "install"]

TABLES = ("guard_auditevent", "guard_auditlink")
REFUSAL = "the access log is append-only"


def close_log(sender: Any, using: str, **kwargs: Any) -> None:
    """Install them after each migration: one that rebuilds a table drops its triggers."""
    if settings.AUDIT_APPEND_ONLY:
        install(using)


def install(using: str = "default") -> None:
    """Create the triggers that do not exist yet."""
    connection = connections[using]
    there = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in TABLES:
            if table in there:
                for statement in _sqlite(table) if connection.vendor == "sqlite" else _postgres(table):
                    cursor.execute(statement)


def _sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act} BEFORE {act} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for act in ("update", "delete")
    ]


def _postgres(table: str) -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION needlepoint_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION needlepoint_append_only()",
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION needlepoint_append_only()",
    ]
