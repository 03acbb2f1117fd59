"""Copying a practice from one database into another, SQLite or PostgreSQL, row by row, and comparing every one.

Columns are read as the migrations know them, without today's types, so that a stored document is copied as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator

from django.core.management.color import no_style
from django.db import connections, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError

from needlepoint.base.refusal import Fault, Refused

__all__ = ["move"]

SOURCE, TARGET = "default", "moved_to"
BATCH = 500
# What Django itself writes into each new database, in numbers of its own.
MADE_BY_DJANGO = ("contenttypes", "auth")
Rows = type[models.Model]


def move(target: dict[str, object], create: Callable[[], None]) -> dict[str, int]:
    """Copy everything into the empty database `target` (as in DATABASES); how many rows by table.

    `create` makes its tables.

    Raises Refused, and keeps nothing there, when something is there already or does not arrive as it was.
    """
    connections.settings = connections.configure_settings(
        {SOURCE: connections.settings[SOURCE], TARGET: target}
    )
    try:
        _check_new_enough()
        tables = connections[TARGET].introspection.table_names()
        if tables:
            raise Refused(
                Fault("move", f"a database with {len(tables)} tables", "an empty one", "Create a new one.")
            )
        create()
        return _copy_all()
    except DatabaseError as error:
        given = f"a database that refused it ({type(error).__name__})"
        raise Refused(Fault("move", given, "one that takes every row", "Nothing was copied.")) from error
    finally:
        connections[TARGET].close()


def _check_new_enough() -> None:
    executor = MigrationExecutor(connections[SOURCE])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        expected = "the newest version"
        raise Refused(
            Fault("move", "a database of an older version", expected, "Start the server once first.")
        )


def _copy_all() -> dict[str, int]:
    apps = MigrationExecutor(connections[SOURCE]).loader.project_state().apps
    kinds: list[Rows] = [kind for kind in apps.get_models(include_auto_created=True) if kind._meta.managed]
    found = {}
    with transaction.atomic(SOURCE), transaction.atomic(TARGET):
        for kind in reversed(kinds):
            if kind._meta.app_label in MADE_BY_DJANGO:
                kind._base_manager.using(TARGET).all()._raw_delete(TARGET)
        for kind in kinds:
            found[kind._meta.db_table] = _copy(kind)
        for kind in kinds:
            _compare(kind)
        _number_on(kinds)
    return found


def _copy(kind: Rows) -> int:
    fields, count = kind._meta.concrete_fields, 0
    rows = kind._base_manager.using(SOURCE).order_by("pk").iterator(chunk_size=BATCH)
    for some in _batches(rows):
        # `raw`: columns as they are, without the clock of auto_now_add
        kind._base_manager.using(TARGET)._insert(some, fields=fields, using=TARGET, raw=True)  # type: ignore[attr-defined]
        count += len(some)
    return count


def _batches(rows: Iterator[models.Model]) -> Iterator[list[models.Model]]:
    while some := [row for _, row in zip(range(BATCH), rows, strict=False)]:
        yield some


def _compare(kind: Rows) -> None:
    """Raise Refused when any row differs between the two databases."""
    here, there = (_digests(kind, using) for using in (SOURCE, TARGET))
    missing = object()
    while True:
        one, other = next(here, missing), next(there, missing)
        if one != other:
            given = f"a row of {kind._meta.db_table} that did not arrive as it was"
            raise Refused(Fault("move", given, "the same rows", "Nothing was copied."))
        if one is missing:
            return


def _digests(kind: Rows, using: str) -> Iterator[object]:
    names = [field.attname for field in kind._meta.concrete_fields]
    for row in kind._base_manager.using(using).order_by("pk").iterator(chunk_size=BATCH):
        plain = [_plain(getattr(row, name)) for name in names]
        yield hashlib.sha256(repr(plain).encode()).digest()


def _plain(value: object) -> object:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value)
    return json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else value


def _number_on(kinds: list[Rows]) -> None:
    """New rows get numbers above those that are there."""
    connection = connections[TARGET]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kinds):
            cursor.execute(statement)
