"""Row-level security of PostgreSQL: the database itself keeps a session of one practice from the rows of another.

Each connection of the program begins with the setting `needlepoint.practice` at 'all' (migrations, workers, console,
pages before anybody is known). A request of a practice's staff or patients narrows it to that practice. Without the
setting, as in another program with the same password, there are no rows. Superusers of PostgreSQL are not held by it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["ALL", "SETTING", "close_tables", "holds", "only_practice"]

SETTING = "needlepoint.practice"
ALL = "all"
NAME = "of_one_practice"
_LAST = "needlepoint_practice"


def only_practice(practice_id: int | None) -> None:
    """Narrow this connection to the rows of one practice; None: to all. Nothing to do on SQLite."""
    if connection.vendor != "postgresql":
        return
    connection.ensure_connection()
    wanted = ALL if practice_id is None else str(practice_id)
    inner = connection.connection
    if getattr(inner, _LAST, None) == wanted and not connection.in_atomic_block:
        return
    inner.execute("SELECT set_config(%s, %s, false)", [SETTING, wanted])
    # A rollback takes the setting back, so that inside of a transaction it is never taken as known.
    setattr(inner, _LAST, None if connection.in_atomic_block else wanted)


def close_tables(tables: Iterable[tuple[str, str, str]], using: str = "default") -> None:
    """Install the policies: of each table its column, and the table that this column refers to.

    A row that refers to a practice belongs to it; any other row is visible with the row that it refers to.
    """
    database = connections[using]
    if database.vendor != "postgresql":
        return
    there = set(database.introspection.table_names())
    for table, column, parent in tables:
        if table in there and parent in there:
            _close(database, table, column, parent)


def _close(database: BaseDatabaseWrapper, table: str, column: str, parent: str) -> None:
    now = f"(SELECT current_setting('{SETTING}', true))"
    own = f'"{column}"::text = {now}'
    if parent != "records_practice":
        own = f'EXISTS (SELECT 1 FROM "{parent}" parent WHERE parent.id = "{table}"."{column}")'
    with database.cursor() as cursor:
        cursor.execute(f'DROP POLICY IF EXISTS {NAME} ON "{table}"')
        cursor.execute(f"CREATE POLICY {NAME} ON \"{table}\" USING ({now} = '{ALL}' OR {own})")
        cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


def holds() -> bool:
    """Return whether it holds for the role that this program connects as."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        return not cursor.fetchone()[0]
