"""Backups that only the holder of a key can read, and the copy that is made before an upgrade."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.guard.backup.encrypt import (
    decrypt,
    encrypt,
    is_encrypted,
    make_key,
    read_identity,
    read_recipient,
)
from tests.kit.server import Server, free_port
from tests.site.test_backup import rows_of


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    """A practice whose server is not running."""
    found = Server(tmp_path_factory.mktemp("practice") / "data", free_port())
    done = found.command("demo", "--patients", "5", "--seed", "1")
    assert done.returncode == 0, done.stderr
    return found


@pytest.fixture
def key(practice, tmp_path):
    """A key file and its public key."""
    done = practice.command("backup-key", str(tmp_path / "key"))
    assert done.returncode == 0, done.stderr
    return tmp_path / "key", done.stdout.strip()


def test_an_encrypted_backup_comes_back_with_every_row_and_file(practice, key, tmp_path):
    file, (key_file, public) = tmp_path / "x.backup", key
    done = practice.command("backup", str(file), "--to", public)
    assert done.returncode == 0, done.stderr
    assert is_encrypted(file)
    assert [path.stat().st_mode & 0o077 for path in (file, key_file)] == [0, 0]
    whole = file.read_bytes()
    name = sqlite3.connect(practice.data / "needlepoint.sqlite3").execute(
        "SELECT family FROM records_patient"
    )
    secret = (practice.data / "secret_key").read_bytes()
    assert not [word for word in (*(row[0].encode() for row in name), secret, b"SQLite") if word in whole]
    assert practice.command("verify", str(file), "--key", str(key_file)).returncode == 0
    other = Server(tmp_path / "other", free_port())
    done = other.command("restore", str(file), "--key", str(key_file))
    assert done.returncode == 0, done.stderr
    assert rows_of(other.data / "needlepoint.sqlite3") == rows_of(practice.data / "needlepoint.sqlite3")
    assert files_of(other.data) == files_of(practice.data)
    assert not list(practice.data.glob("backups/.backup-*"))


def files_of(folder):
    """Every file that is saved, with its bytes."""
    left_out = ("static", "backups", "in-use")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and path.relative_to(folder).parts[0] not in left_out
        and not path.name.startswith("needlepoint.sqlite3")
    }


def test_without_a_key_nothing_is_saved_in_clear_by_mistake(practice, tmp_path):
    done = practice.command("backup", str(tmp_path / "x"))
    assert done.returncode == 2
    assert "backup-key" in done.stderr
    assert not (tmp_path / "x").exists()


def test_another_key_no_key_and_a_changed_file_are_refused(practice, key, tmp_path):
    file, (key_file, public) = tmp_path / "x.backup", key
    practice.environment["NEEDLEPOINT_BACKUP_TO"] = public
    assert practice.command("backup", str(file)).returncode == 0
    del practice.environment["NEEDLEPOINT_BACKUP_TO"]
    make_key(tmp_path / "other")
    for words in ([], ["--key", str(tmp_path / "other")], ["--key", str(practice.data / "secret_key")]):
        done = practice.command("verify", str(file), *words)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] + b"\0" + whole[len(whole) // 2 + 1 :])
    assert practice.command("verify", str(file), "--key", str(key_file)).returncode == 2
    file.write_bytes(whole[:-100])
    assert practice.command("verify", str(file), "--key", str(key_file)).returncode == 2


@pytest.mark.parametrize("size", [0, 1, 65_536, 200_001])
def test_every_length_comes_back_and_a_broken_end_is_found(tmp_path, size):
    plain, sealed, back = tmp_path / "plain", tmp_path / "sealed", tmp_path / "back"
    plain.write_bytes(b"x" * size)
    public = make_key(tmp_path / "key")
    encrypt(plain, sealed, [read_recipient(public)])
    decrypt(sealed, back, read_identity(tmp_path / "key"))
    assert back.read_bytes() == plain.read_bytes()
    sealed.write_bytes(sealed.read_bytes()[:-1])
    with pytest.raises(Refused):
        decrypt(sealed, tmp_path / "again", read_identity(tmp_path / "key"))
    assert not (tmp_path / "again").exists()


def test_a_key_file_is_protected_by_its_passphrase_and_never_replaced(tmp_path):
    public = make_key(tmp_path / "key", "walnut harbor")
    assert str(read_identity(tmp_path / "key", "walnut harbor").to_public()) == public
    with pytest.raises(Refused):
        read_identity(tmp_path / "key", "walnut")
    with pytest.raises(Refused):
        make_key(tmp_path / "key")


def test_a_secret_key_given_as_the_public_one_is_not_repeated(practice, key, tmp_path):
    secret = key[0].read_text().splitlines()[-1]
    done = practice.command("backup", str(tmp_path / "x"), "--to", secret)
    assert done.returncode == 2
    assert secret not in done.stderr + done.stdout


def test_a_database_of_an_older_version_is_saved_before_it_is_changed(practice, key, tmp_path):
    own = Server(tmp_path / "own", free_port())
    file = tmp_path / "x.backup"
    assert practice.command("backup", "--in-clear", str(file)).returncode == 0
    assert own.command("restore", str(file)).returncode == 0
    assert own.command("manage", "migrate", "guard", "0004").returncode == 0
    before = rows_of(own.data / "needlepoint.sqlite3")
    own.start()
    assert own.stop() == 0
    saved = list((own.data / "backups").glob("before-*.backup"))
    assert len(saved) == 1
    drill = Server(tmp_path / "drill", free_port())
    assert drill.command("restore", str(saved[0])).returncode == 0
    assert rows_of(drill.data / "needlepoint.sqlite3") == before
    with closing(sqlite3.connect(own.data / "needlepoint.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM guard_opensession").fetchone()
    own.start()
    assert own.stop() == 0
    assert len(list((own.data / "backups").glob("before-*.backup"))) == 1
