"""Backup and restore of a practice that keeps working meanwhile."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from tests.kit.server import ROOT, Server, free_port


def rows_of(path):
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as database:
        tables = [
            row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY 1")
        ]
        return {name: database.execute(f'SELECT * FROM "{name}" ORDER BY 1, 2').fetchall() for name in tables}


@pytest.fixture
def kept(server, tmp_path):
    """A backup of the running server."""
    file = tmp_path / "practice.backup"
    done = server.command("backup", "--in-clear", str(file))
    assert done.returncode == 0, done.stderr
    return file


def test_a_backup_of_a_running_practice_holds_every_row_and_file(server, kept, tmp_path):
    other = Server(tmp_path / "other", free_port())
    done = other.command("restore", str(kept))
    assert done.returncode == 0, done.stderr
    assert rows_of(other.data / "needlepoint.sqlite3") == rows_of(server.data / "needlepoint.sqlite3")
    assert (other.data / "secret_key").read_bytes() == (server.data / "secret_key").read_bytes()
    assert not [path for path in (kept, other.data, *other.data.rglob("*")) if path.stat().st_mode & 0o077]
    other.start()
    assert "Example Pain Clinic" in other.get("/at/example/en/")[1]
    assert other.stop() == 0


def test_a_backup_while_others_write_is_of_one_moment(server, tmp_path):
    database, stop = server.data / "needlepoint.sqlite3", threading.Event()

    def write():
        with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS pairs (a INTEGER)")
            while not stop.is_set():
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO pairs VALUES (1)")
                connection.execute("INSERT INTO pairs VALUES (2)")
                connection.execute("COMMIT")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            file = tmp_path / f"{number}.backup"
            assert server.command("backup", "--in-clear", str(file)).returncode == 0
            other = Server(tmp_path / f"other-{number}", free_port())
            assert other.command("restore", str(file)).returncode == 0
            with closing(sqlite3.connect(other.data / "needlepoint.sqlite3")) as copy:
                counts = dict(copy.execute("SELECT a, count(*) FROM pairs GROUP BY a"))
                assert counts[1] == counts[2] > 0
    finally:
        stop.set()
        writer.join()
        with closing(sqlite3.connect(database, timeout=30)) as connection:
            connection.execute("DROP TABLE pairs")


def test_a_restore_over_a_practice_is_refused_without_force_and_keeps_it_with_it(kept, tmp_path):
    other = Server(tmp_path / "other", free_port())
    assert other.command("demo", "--patients", "2").returncode == 0
    before = rows_of(other.data / "needlepoint.sqlite3")
    done = other.command("restore", str(kept))
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert rows_of(other.data / "needlepoint.sqlite3") == before
    done = other.command("restore", str(kept), "--force")
    assert done.returncode == 0, done.stderr
    aside = re.search(r"in (\S+other\.before-\w+)\.", done.stdout).group(1)
    assert rows_of(f"{aside}/needlepoint.sqlite3") == before


def test_a_restore_into_a_practice_that_runs_is_refused(server, kept):
    before = rows_of(server.data / "needlepoint.sqlite3")
    done = server.command("restore", str(kept), "--force")
    assert done.returncode == 2
    assert "Stop the server" in done.stderr
    assert rows_of(server.data / "needlepoint.sqlite3") == before


def test_a_backup_that_is_damaged_anywhere_is_refused_and_nothing_is_changed(kept, tmp_path):
    whole = kept.read_bytes()
    other = Server(tmp_path / "other", free_port())
    for part in range(12):
        at = 600 + (len(whole) - 20_000) * part // 12
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        kept.write_bytes(damaged)
        done = other.command("restore", str(kept))
        assert done.returncode == 2, (at, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        assert not (other.data / "needlepoint.sqlite3").exists()
    for short in (0, 100, len(whole) // 2, len(whole) - 30_000):
        kept.write_bytes(whole[:short])
        assert other.command("restore", str(kept), "--check").returncode == 2
    kept.write_bytes(whole)
    assert other.command("restore", str(kept), "--check").returncode == 0
    assert not (other.data / "needlepoint.sqlite3").exists()


def test_a_backup_overwrites_nothing_and_needs_a_folder(server, kept, tmp_path):
    assert server.command("backup", "--in-clear", str(kept)).returncode == 2
    assert server.command("backup", "--in-clear", str(tmp_path / "no" / "folder" / "x")).returncode == 2
    assert (
        Server(tmp_path / "empty", free_port())
        .command("backup", "--in-clear", str(tmp_path / "x"))
        .returncode
        == 2
    )
    assert not list(tmp_path.glob(".backup-*"))
    assert not (tmp_path / "x").exists()


POSTGRES = """
set -e
export NEEDLEPOINT_DATA={folder}/data
needlepoint() {{ {python} -m needlepoint "$@"; }}
needlepoint demo --patients 5
needlepoint backup --in-clear {folder}/one.backup
needlepoint restore {folder}/one.backup && exit 7
needlepoint restore {folder}/one.backup --check
needlepoint restore {folder}/one.backup --force
needlepoint backup --in-clear {folder}/two.backup
head -c 40000 {folder}/one.backup > {folder}/half.backup
needlepoint restore {folder}/half.backup --force && exit 8
needlepoint backup --in-clear {folder}/three.backup
"""


def test_the_same_on_postgresql(tmp_path):
    from needlepoint.guard.backup.archive import read_manifest

    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEEDLEPOINT_")}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "NEEDLEPOINT_PG_PORT": str(free_port())}
    script = POSTGRES.format(folder=tmp_path, python=sys.executable)
    done = subprocess.run(
        [ROOT / ".ci" / "postgres", "bash", "-c", script],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    one, two, three = (read_manifest(tmp_path / f"{name}.backup") for name in ("one", "two", "three"))
    assert one.kind == "postgresql"
    assert one.rows["records_patient"] == 5
    assert one.rows == two.rows == three.rows
