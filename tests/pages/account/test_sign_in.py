"""Staff sign in: guessing is stopped, everything is on record, passwords are hard to guess and one's own."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from needlepoint.guard.models import AuditEvent, User
from needlepoint.records.demo import PASSWORD
from needlepoint.records.models import Staff
from needlepoint.records.portal.magic_links import check_code, make_link

NEW = "walnut harbor quilt violin"


def sign_in(client, name="wilhelmina", password=PASSWORD, **more):
    return client.post("/sign-in/", {"username": name, "password": password}, **more)


def test_guessing_an_account_is_stopped_and_the_right_password_does_not_help(clinic, client):
    statuses = [sign_in(client, password=f"guess {n}").status_code for n in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    assert sign_in(client).status_code == 429
    # The owner elsewhere is not kept out by it.
    assert sign_in(Client(), REMOTE_ADDR="10.0.0.9").status_code == 302


def test_guessing_one_account_from_many_addresses_stops_strangers_only(clinic, client):
    assert sign_in(client).status_code == 302
    for n in range(100):
        sign_in(Client(), password=f"guess {n}", REMOTE_ADDR=f"10.0.0.{n // 10}")
    assert sign_in(Client(), REMOTE_ADDR="10.0.1.1").status_code == 429
    assert sign_in(Client(), "nora", REMOTE_ADDR="10.0.1.1").status_code == 302
    # Without its cookie, but at the address where this person has signed in before.
    assert sign_in(Client()).status_code == 302


def test_one_who_has_signed_in_here_before_is_not_locked_out_by_others(clinic, client):
    assert sign_in(client).status_code == 302
    client.post("/sign-out/")
    for n in range(11):
        sign_in(Client(), password=f"guess {n}", REMOTE_ADDR="10.0.0.9")
    assert sign_in(Client(), REMOTE_ADDR="10.0.0.9").status_code == 429
    assert sign_in(Client()).status_code == 302
    assert sign_in(client).status_code == 302


def test_a_known_device_may_not_guess_without_end_either(clinic, client):
    assert sign_in(client).status_code == 302
    client.post("/sign-out/")
    statuses = [sign_in(client, password=f"guess {n}").status_code for n in range(12)]
    assert statuses[-1] == 429


def test_a_device_of_one_account_is_none_of_another(clinic, client):
    assert sign_in(client, "nora").status_code == 302
    client.post("/sign-out/")
    for n in range(10):
        sign_in(client, password=f"guess {n}", REMOTE_ADDR="10.0.0.9")
    assert sign_in(client, REMOTE_ADDR="10.0.0.9").status_code == 429


def test_guessing_through_many_accounts_is_stopped_by_address(clinic, doctor):
    names = [f"li{n}" for n in range(5)]
    for name in names:
        user = User.objects.create(username=name, password="!")
        Staff.objects.create(user=user, practice=doctor.practice, name=name, roles=["front_desk"])
    statuses = [sign_in(Client(), names[n // 9], "x").status_code for n in range(42)]
    assert statuses == [200] * 40 + [429] * 2
    assert sign_in(Client(), "nora").status_code == 429
    assert sign_in(Client(), REMOTE_ADDR="10.0.0.9").status_code == 302


def test_names_that_nobody_has_stop_only_themselves(clinic):
    for n in range(42):
        assert sign_in(Client(), f"name{n}", "x").status_code == 200
    assert [sign_in(Client(), "nobody", "x").status_code for n in range(11)] == [200] * 10 + [429]
    assert sign_in(Client()).status_code == 302


def test_wrong_codes_of_patients_keep_no_staff_out(clinic, patient):
    link, _token = make_link("open", patient, None, "/me/")
    for _ in range(42):
        check_code(link, "000000")
    assert AuditEvent.objects.filter(action="code", outcome="wrong").count() == 42
    assert sign_in(Client()).status_code == 302


def test_a_known_device_is_counted_for_itself(clinic, client, doctor):
    assert sign_in(client).status_code == 302
    client.post("/sign-out/")
    doctor_subject = {"REMOTE_ADDR": "10.0.0.9"}
    for n in range(11):
        sign_in(Client(), password=f"guess {n}", **doctor_subject)
    for n in range(31):
        AuditEvent.objects.create(
            action="sign-in", outcome="wrong", what="sign-in", staff_id=1000 + n, address="10.0.0.9"
        )
    assert sign_in(Client(), "nora", **doctor_subject).status_code == 429
    assert sign_in(client, **doctor_subject).status_code == 302


def test_it_holds_again_after_a_quarter_of_an_hour(clinic, client, time_machine_at):
    for n in range(11):
        sign_in(client, password=f"guess {n}")
    time_machine_at(minutes=16)
    assert sign_in(client).status_code == 302


@pytest.fixture
def time_machine_at():
    import datetime

    import time_machine

    movers = []

    start = datetime.datetime.now(datetime.UTC)

    def move(**by):
        while movers:
            movers.pop().stop()
        mover = time_machine.travel(start + datetime.timedelta(**by), tick=True)
        mover.start()
        movers.append(mover)

    yield move
    for mover in movers:
        mover.stop()


def test_the_log_tells_of_good_and_bad_sign_ins(clinic, client, doctor):
    sign_in(client, password="wrong", REMOTE_ADDR="10.1.2.3")
    sign_in(client, "nobody-here", "my real password")
    sign_in(client, REMOTE_ADDR="10.1.2.3")
    client.post("/sign-out/")
    rows = list(AuditEvent.objects.filter(action__in=("sign-in", "sign-out")).order_by("pk"))
    assert [(row.action, row.outcome, row.staff_id) for row in rows] == [
        ("sign-in", "wrong", doctor.pk), ("sign-in", "wrong", None), ("sign-in", "ok", doctor.pk),
        ("sign-out", "ok", doctor.pk),
    ]  # fmt: skip
    assert rows[0].address == "10.1.2.3"
    assert rows[2].role == "clinician,owner"
    assert "nobody-here" not in str([vars(row) for row in rows])  # it may have been a password


def test_the_same_work_is_done_for_a_name_that_nobody_has(clinic, client, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    made = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *given, **more: made.append(1) or encode(*given, **more)
    )
    counts = []
    User.objects.create(username="no-password", password="!")
    for name in ("wilhelmina", "nobody-here", "no-password"):
        made.clear()
        assert sign_in(client, name, "wrong").status_code == 200
        counts.append(len(made))
    assert counts == [1, 1, 1]


@pytest.mark.parametrize(
    "weak",
    ["aaaaaaaaaaaa", "123456789012", "aaaaaaaaaaaaaaaaaa", "123456789012345678", "attackerattacker",
     "passwordpassword1", "qwertyuiopasdfgh", "wilhelminawilhelmina", "needlepointneedlepoint", "short", "x" * 300],
)  # fmt: skip
def test_a_password_that_is_easy_to_guess_is_refused(weak):
    with pytest.raises(ValidationError):
        validate_password(weak, User(username="wilhelmina"))


def test_words_in_a_row_are_taken():
    validate_password(NEW, User(username="wilhelmina"))


def test_staff_change_their_own_password_and_other_devices_are_signed_out(signed_in, doctor):
    other = Client()
    other.force_login(doctor.user, backend="django.contrib.auth.backends.ModelBackend")
    sent = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert signed_in.post("/password/", sent).status_code == 302
    assert signed_in.get("/today/").status_code == 200
    assert other.get("/today/").status_code == 302
    assert sign_in(Client(), password=NEW).status_code == 302
    assert sign_in(Client(), password=PASSWORD).status_code == 200


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"old": "wrong"}, "current password is incorrect"),
        ({"again": "something else entirely"}, "Passwords do not match"),
        ({"new": "aaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaa"}, "easy to guess"),
        ({"new": PASSWORD, "again": PASSWORD}, "not used here"),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one(signed_in, sent, said):
    page = signed_in.post("/password/", {"old": PASSWORD, "new": NEW, "again": NEW} | sent)
    assert said in page.content.decode()
    assert sign_in(Client()).status_code == 302


def test_the_first_password_is_good_for_nothing_but_a_new_one(signed_in):
    first = "first password of lena"
    made = {
        "do": "add", "name": "Lena", "roles": ["front_desk"], "username": "lena", "password": first, "profession": "",
    }  # fmt: skip
    assert signed_in.post("/settings/people/", made).status_code == 302
    lena = Client()
    assert sign_in(lena, "lena", first).status_code == 302
    assert lena.get("/today/")["Location"] == "/password/"
    assert lena.get("/patients/")["Location"] == "/password/"
    lena.post("/password/", {"old": first, "new": NEW, "again": NEW})
    assert lena.get("/today/").status_code == 200


def test_the_owner_gives_someone_who_forgot_it_a_new_first_password(signed_in):
    nora = User.objects.get(username="nora")
    client = Client()
    client.force_login(nora, backend="django.contrib.auth.backends.ModelBackend")
    sent = {"do": "password", "staff": nora.staff.pk, "password": "marble engine tulip"}
    assert signed_in.post("/settings/people/", sent).status_code == 302
    assert client.get("/today/")["Location"].startswith("/sign-in/")
    assert sign_in(client, "nora", "marble engine tulip").status_code == 302
    assert client.get("/today/")["Location"] == "/password/"


def test_a_session_ends_when_nobody_has_done_anything_for_a_while(signed_in, time_machine_at):
    assert signed_in.get("/today/").status_code == 200
    time_machine_at(minutes=29)
    assert signed_in.get("/today/").status_code == 200
    time_machine_at(minutes=29 + 31)
    assert signed_in.get("/today/")["Location"].startswith("/sign-in/")


def test_a_page_that_asks_by_itself_keeps_no_session_open(signed_in, time_machine_at):
    signed_in.get("/today/")
    for minutes in (10, 20, 29):
        time_machine_at(minutes=minutes)
        assert signed_in.get("/today/list/").status_code == 200
    time_machine_at(minutes=31)
    assert signed_in.get("/today/list/").status_code == 302


def test_a_session_ends_after_a_working_day_however_busy(signed_in, time_machine_at):
    for minutes in range(0, 12 * 60, 20):
        time_machine_at(minutes=minutes)
        assert signed_in.get("/today/").status_code == 200
    time_machine_at(minutes=12 * 60 + 1)
    assert signed_in.get("/today/").status_code == 302
