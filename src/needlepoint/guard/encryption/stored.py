"""Stored values of encrypted columns: bring all of them under the newest key, count keys in use, and try the keys.

Rows are taken in the order of their numbers, a batch in one transaction, while the practice works. What is under the
newest key already is left as it is: a run that was interrupted is simply started again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models, transaction

from needlepoint.guard.encryption.fields import SecretBinaryField, SecretField, SecretStructField
from needlepoint.guard.encryption.keys import (
    FieldKeyError,
    key_of,
    mark_complete,
    open_bytes,
    open_text,
    read_keys,
    seal_bytes,
    seal_text,
)

__all__ = ["encrypt_stored", "is_complete", "keys_in_use", "missing_keys", "secret_columns"]

BATCH = 200  # rows


class SecretTable(NamedTuple):
    """A table with encrypted columns."""

    table: str
    pk: str
    fields: tuple[Any, ...]


def secret_columns() -> list[SecretTable]:
    """Return every table that has encrypted columns."""
    found = []
    for model in apps.get_models():
        fields = tuple(field for field in model._meta.concrete_fields if isinstance(field, SecretField))
        if fields:
            found.append(SecretTable(model._meta.db_table, str(model._meta.pk.column), fields))
    return found


def is_complete() -> bool:
    """Return whether every stored value was brought under the newest key."""
    try:
        known = read_keys()
    except FileNotFoundError:
        return False
    return known.complete == known.newest.id


def left_behind() -> int:
    """Return how many values are in clear or under an older key. Reads every encrypted value."""
    used = keys_in_use()
    return used.total() - used[read_keys().newest.id] if used else 0


def encrypt_stored(report: Callable[[str, int], None] | None = None) -> int:
    """Encrypt what is in clear or under an older key; return how many values. `report`: called for each table."""
    changed = 0
    for table in secret_columns():
        here = sum(_encrypt_batch(table, rows) for rows in _batches(table))
        changed += here
        if report and here:
            report(table.table, here)
    mark = seal_text("", "x")  # makes the first key where there is none
    mark_complete(str(key_of(mark)))
    return changed


def _batches(table: SecretTable) -> Iterator[list[int]]:
    """Yield the numbers of the rows, some at a time."""
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                f'SELECT "{table.pk}" FROM "{table.table}" WHERE "{table.pk}" > %s ORDER BY "{table.pk}" LIMIT {BATCH}',
                [last],
            )
            numbers = [row[0] for row in cursor.fetchall()]
            if not numbers:
                return
            yield numbers
            last = numbers[-1]


def _encrypt_batch(table: SecretTable, numbers: list[int]) -> int:
    changed, newest = 0, key_of(seal_text("", "x"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_select(table), [numbers[0], numbers[-1]])
        for pk, *values in cursor.fetchall():
            new = {
                field: _sealed(field, value)
                for field, value in zip(table.fields, values, strict=True)
                if value and not _is_empty(value) and key_of(_plain(value)) != newest
            }
            if new:
                sets = ", ".join(f'"{field.column}" = {_place(field)}' for field in new)
                cursor.execute(
                    f'UPDATE "{table.table}" SET {sets} WHERE "{table.pk}" = %s', [*new.values(), pk]
                )
                changed += len(new)
    return changed


def _select(table: SecretTable) -> str:
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    columns = ", ".join(_read(field) for field in table.fields)
    return (
        f'SELECT "{table.pk}", {columns} FROM "{table.table}"'
        f' WHERE "{table.pk}" BETWEEN %s AND %s ORDER BY "{table.pk}"{lock}'
    )


def _read(field: models.Field[Any, Any]) -> str:
    """Return the column as text, also where the database knows JSON."""
    json = connection.vendor == "postgresql" and isinstance(field, SecretStructField)
    return f'"{field.column}"::text' if json else f'"{field.column}"'


def _place(field: models.Field[Any, Any]) -> str:
    json = connection.vendor == "postgresql" and isinstance(field, SecretStructField)
    return "%s::jsonb" if json else "%s"


def _plain(value: Any) -> str | bytes:
    return value if isinstance(value, str) else bytes(value)


def _is_empty(value: Any) -> bool:
    return value in ("{}", "[]", "null")


def _sealed(field: Any, value: Any) -> Any:
    """Return a stored value under the newest key."""
    name = field.sealed_as
    if isinstance(field, SecretBinaryField):
        return seal_bytes(name, open_bytes(name, bytes(value)))
    if not isinstance(field, SecretStructField):
        return seal_text(name, open_text(name, value))
    sealed = value.startswith('"np1:')
    return f'"{seal_text(name, open_text(name, value[1:-1]) if sealed else value)}"'


def keys_in_use() -> Counter[str]:
    """Return how many values are under each key; under '' those in clear."""
    found: Counter[str] = Counter()
    for table in secret_columns():
        for numbers in _batches(table):
            with connection.cursor() as cursor:
                cursor.execute(_select(table).removesuffix(" FOR UPDATE"), [numbers[0], numbers[-1]])
                for _, *values in cursor.fetchall():
                    found.update(
                        key_of(_plain(value)) or "" for value in values if value and not _is_empty(value)
                    )
    return found


def missing_keys() -> list[str]:
    """Return what is wrong with the keys, by opening the newest value of each column; [] when all of it opens."""
    wrong = []
    for table in secret_columns():
        for field in table.fields:
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT {_read(field)} FROM "{table.table}" WHERE "{field.column}" IS NOT NULL'
                    f' ORDER BY "{table.pk}" DESC LIMIT 1'
                )
                row = cursor.fetchone()
            try:
                if row and row[0] and key_of(_plain(row[0])):
                    _sealed_opens(field, row[0])
            except FieldKeyError as error:
                wrong.append(str(error))
    return sorted(set(wrong))


def _sealed_opens(field: Any, value: Any) -> None:
    if isinstance(field, SecretBinaryField):
        open_bytes(field.sealed_as, bytes(value))
    else:
        open_text(field.sealed_as, value.strip('"'))
