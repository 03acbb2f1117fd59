"""The keys of encrypted columns from the console: rotation while serving, backup, restore, a lost file."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from tests.kit.server import Server, free_port


@pytest.fixture
def practice(tmp_path):
    own = Server(tmp_path / "data", free_port())
    assert own.command("demo", "--patients", "5", "--seed", "1").returncode == 0
    return own


def test_keys_change_while_the_practice_runs(practice):
    practice.start()
    before = practice.command("keys", "status").stdout
    assert "in clear: 0 values" in before
    done = practice.command("keys", "rotate")
    assert done.returncode == 0, done.stderr
    status = practice.command("keys", "status").stdout
    old, new = re.findall(r"^(\w{8}) .*?: (\d+) values", status, re.MULTILINE)
    assert old[1] == "0"
    assert int(new[1]) > 50
    assert "1 keys were removed" in practice.command("keys", "retire").stdout
    assert practice.get("/at/example/en/")[0] == 200
    assert practice.command("keys", "encrypt").stdout.startswith("0 values")
    assert practice.stop() == 0
    practice.start()
    assert practice.get("/at/example/en/")[0] == 200
    assert practice.stop() == 0


def test_a_backup_holds_the_keys_and_a_server_without_them_does_not_start(practice, tmp_path):
    file = tmp_path / "one.backup"
    assert practice.command("backup", "--in-clear", str(file)).returncode == 0
    keys = (practice.data / "field_keys").read_bytes()
    (practice.data / "field_keys").unlink()
    done = practice.command("serve", "--port", str(practice.port))
    assert done.returncode == 2
    assert "Restore the file from a backup" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (practice.data / "field_keys").exists()
    assert "restore the file of keys" in practice.command("doctor").stdout
    assert practice.command("keys", "rotate").returncode == 2
    done = practice.command("restore", str(file), "--force")
    assert done.returncode == 0, done.stderr
    assert (practice.data / "field_keys").read_bytes() == keys
    assert "in clear: 0 values" in practice.command("keys", "status").stdout


def test_what_an_older_version_left_in_clear_is_encrypted_at_the_next_start(practice):
    with closing(sqlite3.connect(practice.data / "needlepoint.sqlite3")) as database:
        database.execute("UPDATE records_visit SET reason = 'in clear words'")
        database.commit()
    keys = practice.data / "field_keys"
    keys.write_text(re.sub(r'"complete": "\w*"', '"complete": ""', keys.read_text()))
    assert "in clear" in practice.command("doctor").stdout
    practice.start()
    assert practice.stop() == 0
    with closing(sqlite3.connect(practice.data / "needlepoint.sqlite3")) as database:
        assert not database.execute("SELECT 1 FROM records_visit WHERE reason LIKE '%words%'").fetchall()


def test_the_keys_can_be_kept_outside_of_the_data_folder(tmp_path):
    own = Server(tmp_path / "data", free_port())
    (tmp_path / "elsewhere").mkdir()
    own.environment["NEEDLEPOINT_FIELD_KEYS"] = str(tmp_path / "elsewhere" / "keys")
    assert own.command("demo", "--patients", "2").returncode == 0
    assert (tmp_path / "elsewhere" / "keys").exists()
    assert not (own.data / "field_keys").exists()
    assert "not in the backup" in own.command("backup", "--in-clear", str(tmp_path / "x")).stderr
