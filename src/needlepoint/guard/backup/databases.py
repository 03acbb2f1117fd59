"""The two databases: a consistent copy while others write, row counts, and restoring."""

from __future__ import annotations

import datetime
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol, TypedDict

from needlepoint.base.refusal import Fault, Refused

__all__ = ["Database", "Postgres", "Sqlite", "database_of"]

EVERY_ROW = "-c needlepoint.practice=all"  # behind row-level security: guard/row_security.py


class DatabaseSettings(TypedDict):
    """What Django's DATABASES say of one database."""

    ENGINE: str
    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: str


class Database(Protocol):
    """A database that can be saved and restored."""

    kind: str

    def save(self, target: Path) -> dict[str, int]:
        """Save a consistent, verified copy; return the row count of each table."""

    def is_empty(self) -> bool:
        """Return whether there is no data yet."""

    def check(self, source: Path) -> dict[str, int] | None:
        """Return the rows of a verified copy; None where only the restored database shows them."""

    def restore(self, source: Path) -> dict[str, int]:
        """Restore a copy into an empty place and verify it; return its rows."""


def _now() -> str:
    return f"{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%S}"


class Sqlite:
    """One file, copied by SQLite's online backup, including what is still in its -wal file."""

    kind = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path

    def save(self, target: Path) -> dict[str, int]:
        """Save a consistent copy without blocking writers."""
        if not self.path.exists():
            raise Refused(
                Fault("backup", f"no database at {self.path}", "a practice", "Check NEEDLEPOINT_DATA.")
            )
        with (
            closing(sqlite3.connect(self.path, timeout=30)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        return self.check(target)

    def is_empty(self) -> bool:
        """Return whether there is no file."""
        return not self.path.exists()

    def check(self, source: Path) -> dict[str, int]:
        """Return its rows; Refused for an incomplete copy."""
        try:
            with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
                found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
                foreign = copy.execute("PRAGMA foreign_key_check").fetchone()
                if found != ["ok"] or foreign:
                    raise Refused(
                        Fault("backup", "a database that is damaged", "a whole one", "; ".join(found)[:300])
                    )
                return _counts(copy)
        except sqlite3.DatabaseError as error:
            raise Refused(Fault("backup", f"no database ({error})", "a whole one")) from None

    def restore(self, source: Path) -> dict[str, int]:
        """Put the copy in its place; an existing file outside of the data folder is kept beside it."""
        rows = self.check(source)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        now = _now()
        for end in ("", "-wal", "-shm", "-journal"):
            old = Path(f"{self.path}{end}")
            if old.exists():
                old.rename(f"{self.path}.before-{now}{end}")
        shutil.move(source, self.path)
        return rows


def _counts(database: sqlite3.Connection) -> dict[str, int]:
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    tables = [row[0] for row in database.execute(names)]
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}


class Postgres:
    """A database server, by pg_dump and pg_restore of its own client programs."""

    kind = "postgresql"

    def __init__(self, settings: DatabaseSettings) -> None:
        self.settings = settings

    def save(self, target: Path) -> dict[str, int]:
        """Dump and count in one snapshot, so that both agree."""
        with self._connected() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()[0]
            rows = _postgres_counts(connection)
            self._run(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--enable-row-security",
                "--table=public.*",
                f"--snapshot={snapshot}",
                f"--file={target}",
            )
        self._run("pg_restore", "--list", str(target), quiet=True)
        return rows

    def is_empty(self) -> bool:
        """Return whether it has no tables."""
        with self._connected() as connection:
            return not _postgres_tables(connection)

    def check(self, source: Path) -> None:
        """Check that the dump can be read; its rows are known after restoring."""
        self._run("pg_restore", "--list", str(source), quiet=True)

    def restore(self, source: Path) -> dict[str, int]:
        """Restore the whole dump in one transaction. The previous data is kept as a schema and restored on an error."""
        before = f"before_{_now().lower()}"
        with self._connected() as connection:
            connection.execute(f'ALTER SCHEMA public RENAME TO "{before}"')
            connection.execute("CREATE SCHEMA public")
        try:
            self._run(
                "pg_restore", "--no-owner", "--single-transaction", "--exit-on-error",
                f"--dbname={self.settings['NAME']}", str(source),
            )  # fmt: skip
        except Refused:
            with self._connected() as connection:
                connection.execute("DROP SCHEMA public CASCADE")
                connection.execute(f'ALTER SCHEMA "{before}" RENAME TO public')
            raise
        with self._connected() as connection:
            if not _postgres_tables(connection, before):
                connection.execute(f'DROP SCHEMA "{before}" CASCADE')
            return _postgres_counts(connection)

    def _connected(self) -> Any:
        import psycopg

        row = self.settings
        return psycopg.connect(
            dbname=row["NAME"], user=row["USER"] or None, password=row["PASSWORD"] or None, host=row["HOST"] or None,
            port=row["PORT"] or None, options=EVERY_ROW,
        )  # fmt: skip

    def _run(self, program: str, *words: str, quiet: bool = False) -> None:
        row = self.settings
        given = {"PGDATABASE": row["NAME"], "PGUSER": row["USER"], "PGPASSWORD": row["PASSWORD"], "PGHOST": row["HOST"],
                 "PGPORT": str(row["PORT"]), "PGOPTIONS": EVERY_ROW}  # fmt: skip
        environment = os.environ | {name: value for name, value in given.items() if value}
        try:
            done = subprocess.run(
                [program, *words], env=environment, capture_output=True, text=True, check=False
            )
        except FileNotFoundError:
            expected = "the client programs of PostgreSQL"
            raise Refused(
                Fault("backup", f"no program {program}", expected, "Install postgresql-client.")
            ) from None
        if done.returncode:
            said = done.stderr.strip()[-500:]
            raise Refused(
                Fault("backup", f"{program} that failed", "a database that it can read and write", said)
            )


def _postgres_tables(connection: Any, schema: str = "public") -> list[str]:
    named = "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename"
    return [row[0] for row in connection.execute(named, [schema]).fetchall()]


def _postgres_counts(connection: Any) -> dict[str, int]:
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for name in _postgres_tables(connection)
    }


def database_of(settings: DatabaseSettings) -> Database:
    """Return the database in Django's settings."""
    if settings["ENGINE"].endswith("sqlite3"):
        return Sqlite(Path(settings["NAME"]))
    return Postgres(settings)
