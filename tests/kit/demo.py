"""The made-up practice of `make_demo`, made once for each process and put back as rows for every further test."""

import datetime

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from needlepoint.records.demo import ZONE, make_demo

Rows = dict[str, tuple[str, list[tuple[object, ...]]]]  # by table: the statement that inserts, and its rows
_MADE: dict[tuple[int, int, datetime.date], Rows] = {}


def fill(patients: int, seed: int = 3, today: datetime.date | None = None) -> None:
    """The rows of `make_demo` with these arguments, in a database that holds no practice yet."""
    key = (patients, seed, today or timezone.localdate(timezone=ZONE))
    with transaction.atomic():
        if key in _MADE:
            _put_back(_MADE[key])
        else:
            before = {table: _count(table) for table in _tables()}
            make_demo(*key)
            _MADE[key] = {
                table: _rows_of(table) for table, count in before.items() if not count and _count(table)
            }


def _tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_models(include_auto_created=True)]


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def _rows_of(table: str) -> tuple[str, list[tuple[object, ...]]]:
    """SQLite would make a time of what it keeps as text, and then refuse to take it back: `+` leaves it as it is."""
    with connection.cursor() as cursor:
        columns = [f'"{row.name}"' for row in connection.introspection.get_table_description(cursor, table)]
        mark = "+" if connection.vendor == "sqlite" else ""
        cursor.execute(f'SELECT {", ".join(mark + column for column in columns)} FROM "{table}"')
        places = ", ".join(["%s"] * len(columns))
        return f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({places})', cursor.fetchall()


def _put_back(made: Rows) -> None:
    with connection.cursor() as cursor:
        for statement, rows in made.values():
            cursor.executemany(statement, rows)
