"""`needlepoint doctor` says what is wrong, and nothing where nothing is."""

from __future__ import annotations

from tests.kit.server import Server, free_port


def test_the_doctor_names_what_is_wrong_and_what_to_do(tmp_path):
    own = Server(tmp_path / "data", free_port())
    own.environment["NEEDLEPOINT_DEMO"] = "1"
    assert own.command("demo", "--patients", "2").returncode == 0
    done = own.command("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    (own.data / "secret_key").chmod(0o644)
    del own.environment["NEEDLEPOINT_DEMO"]
    done = own.command("doctor")
    assert done.returncode == 1
    assert "other accounts" in done.stdout
    assert "NEEDLEPOINT_MAIL_URL" in done.stdout
    assert "https" in done.stdout
    assert "Traceback" not in done.stderr


def test_an_owner_who_lost_the_phone_is_let_in_on_the_console(tmp_path):
    own = Server(tmp_path / "data", free_port())
    assert own.command("demo", "--patients", "2").returncode == 0
    assert own.command("forget-second-factor", "wilhelmina").returncode == 0
    done = own.command("forget-second-factor", "nobody")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_doctor_asks_for_a_fresh_encrypted_backup_and_looks_at_the_clock(tmp_path):
    own = Server(tmp_path / "data", free_port())
    assert own.command("demo", "--patients", "2").returncode == 0
    ahead = (
        "from needlepoint.guard.models import AuditEvent as A; from django.utils import timezone as t;"
        "from django.db import connection as c; import datetime as d; cursor = c.cursor();"
        "row = A.objects.create(action='read', what='x');"
        "cursor.execute('DROP TRIGGER IF EXISTS guard_auditevent_no_update');"
        "A.objects.filter(pk=row.pk).update(at=t.now() + d.timedelta(days=3))"
    )
    assert own.command("manage", "shell", "-c", ahead).returncode == 0
    said = own.command("doctor").stdout
    assert "No backup was made" in said
    assert "The clock of this machine is wrong" in said
    assert own.command("backup", "--in-clear", str(tmp_path / "x")).returncode == 0
    assert "was not encrypted" in own.command("doctor").stdout
