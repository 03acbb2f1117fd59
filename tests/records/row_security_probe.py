"""What test_row_security.py runs against its database."""

from __future__ import annotations

import contextlib
import os

import psycopg

from needlepoint.cli.practice.django_setup import start_django

start_django()

from django.apps import apps  # noqa: E402

from needlepoint.guard.row_security import holds  # noqa: E402
from needlepoint.records.row_security import OPEN_TABLES, tables_of_a_practice  # noqa: E402

TABLES = [row[0] for row in tables_of_a_practice()]


@contextlib.contextmanager
def connected(setting=""):
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        if setting:
            connection.execute("SELECT set_config('needlepoint.practice', %s, false)", [setting])
        yield connection


def counts(setting=""):
    with connected(setting) as connection:
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in TABLES}


def refused(connection, statement):
    try:
        return connection.execute(statement).rowcount == 0
    except psycopg.errors.InsufficientPrivilege:
        return True


assert holds()
everything, first, second, none = counts("all"), counts("1"), counts("2"), counts()
assert everything["records_patient"] == 5
assert everything["records_visit"] >= 5
assert first == everything, (first, everything)
assert not any(second.values()), second
assert not any(none.values()), none
with connected("2") as connection:
    assert refused(connection, "UPDATE records_patient SET given = 'X'")
    assert refused(connection, "DELETE FROM records_visitchange")
    assert refused(connection, "UPDATE records_message SET text = 'X'")
    assert refused(
        connection,
        "INSERT INTO records_task (practice_id, title, about, urgent) VALUES (1, 'X', '[]', false)",
    )
    connection.execute(
        "INSERT INTO records_task (practice_id, title, about, urgent) VALUES (2, 'X', '[]', false)"
    )
    connection.execute("DELETE FROM records_task WHERE practice_id = 2")
    assert refused(connection, "UPDATE records_patient SET practice_id = 2")
with connected("1") as connection:  # nor can a row be given away
    assert refused(connection, "UPDATE records_patient SET practice_id = 2")
known = {model._meta.db_table for model in apps.get_app_config("records").get_models()}
opened = {apps.get_model("records", name)._meta.db_table for name in OPEN_TABLES}
assert known - set(TABLES) - opened <= {"records_availability"}, known - set(TABLES) - opened
print("rows are kept apart")
