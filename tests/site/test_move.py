"""A practice moves from SQLite to PostgreSQL and back, and every row arrives."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

from tests.kit.server import ROOT, Server, free_port

SCRIPT = """
set -e
pg=$DATABASE_URL
unset DATABASE_URL
export NEEDLEPOINT_DATA={folder}/data
needlepoint() {{ {python} -m needlepoint "$@"; }}
needlepoint demo --patients 8
needlepoint manage shell -c "
from needlepoint.guard.models import AuditEvent
for n in range(1203):
    AuditEvent.objects.create(action='read', what='row', patients=[n])
"
needlepoint audit head
needlepoint move "$pg"
needlepoint move "$pg" && exit 7
DATABASE_URL=$pg needlepoint demo --if-empty
DATABASE_URL=$pg needlepoint audit verify
DATABASE_URL=$pg needlepoint manage shell -c "
from needlepoint.guard.models import AuditEvent
AuditEvent.objects.create(action='read', what='after the move')
"
DATABASE_URL=$pg needlepoint move sqlite:///{folder}/back.sqlite3
"""


def rows_of(path):
    """Every row of every table that holds data, documents by their content."""
    with closing(sqlite3.connect(path)) as database:
        names = "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        tables = [row[0] for row in database.execute(names)]
        return {
            name: [tuple(map(plain, row)) for row in database.execute(f'SELECT * FROM "{name}" ORDER BY 1')]
            for name in tables
            if name not in ("django_migrations", "rate_cache")
        }


def plain(value):
    if isinstance(value, str) and value[:1] in ("{", "["):
        return json.dumps(json.loads(value), sort_keys=True)
    return value


def test_both_ways_without_loss(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEEDLEPOINT_")}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "NEEDLEPOINT_PG_PORT": str(free_port())}
    script = SCRIPT.format(folder=tmp_path, python=sys.executable)
    done = subprocess.run(
        [ROOT / ".ci" / "postgres", "bash", "-c", script],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    before, after = rows_of(tmp_path / "data" / "needlepoint.sqlite3"), rows_of(tmp_path / "back.sqlite3")
    assert len(before["records_patient"]) == 8
    added = [row for row in after["guard_auditevent"] if "after the move" in row]
    assert len(added) == 1
    after["guard_auditevent"].remove(added[0])
    differing = {name for name in before if name not in ("guard_auditlink",) and before[name] != after[name]}
    assert not differing


def test_nothing_goes_into_a_database_with_something_in_it_or_from_a_running_server(tmp_path):
    own = Server(tmp_path / "data", free_port())
    assert own.command("demo", "--patients", "2").returncode == 0
    there = tmp_path / "there.sqlite3"
    with closing(sqlite3.connect(there)) as database:
        database.execute("CREATE TABLE mine (a)")
        database.commit()
    done = own.command("move", f"sqlite:///{there}")
    assert done.returncode == 2
    assert "an empty one" in done.stderr
    own.start()
    done = own.command("move", f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert own.stop() == 0
    assert done.returncode == 2
    assert "Stop the server" in done.stderr
