"""What protects the pages, tried on a server that really runs."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.urls import get_resolver

from needlepoint.site.limits import LIMITS
from tests.kit.server import Server, free_port

HALF = b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nusername=a"


def answer_of(connection):
    """The head of what comes back."""
    got = b""
    with contextlib.suppress(ConnectionResetError, TimeoutError):
        while b"\r\n\r\n" not in got and (part := connection.recv(4096)):
            got += part
    return got.decode(errors="replace")


def test_two_hundred_bodies_that_never_end_keep_nobody_waiting(server):
    idle = [server.connect() for _ in range(200)]
    for connection in idle:
        connection.sendall(HALF)
    time.sleep(0.5)
    took = []
    for _ in range(20):
        begun = time.monotonic()
        assert server.get("/sign-in/")[0] == 200
        took.append(time.monotonic() - begun)
    assert max(took) < 1.0, took
    for connection in idle:
        connection.close()


def test_a_body_that_never_ends_is_given_up(server):
    connection = server.connect()
    connection.sendall(HALF)
    connection.settimeout(20)
    begun = time.monotonic()
    assert "408" in answer_of(connection).splitlines()[0]
    assert 5 < time.monotonic() - begun < 15


def test_a_body_that_drips_is_given_up(server):
    connection = server.connect()
    connection.sendall(HALF)
    begun = time.monotonic()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while time.monotonic() - begun < 20:
            connection.sendall(b"a")
            time.sleep(0.25)
    assert time.monotonic() - begun < 15


@pytest.mark.parametrize("chunked", [False, True])
def test_an_upload_of_300_mb_is_refused_before_it_is_taken(server, chunked):
    free_before = os.statvfs(tempfile.gettempdir()).f_bavail
    connection = server.connect()
    how = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: 314572800"
    connection.sendall(b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n" + how + b"\r\n\r\n")
    sent, part = 0, b"x" * 65536
    with contextlib.suppress(BrokenPipeError, ConnectionResetError, TimeoutError):
        while sent < 20_000_000:
            connection.sendall(b"10000\r\n" + part + b"\r\n" if chunked else part)
            sent += len(part)
    assert "413" in answer_of(connection).splitlines()[0]
    assert sent < 20_000_000
    assert (free_before - os.statvfs(tempfile.gettempdir()).f_bavail) * 4096 < 100_000_000
    assert server.get("/sign-in/")[0] == 200


def test_a_page_says_in_both_languages_why_it_was_not_taken(server):
    connection = server.connect()
    connection.sendall(b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 314572800\r\n\r\n")
    page = b""
    while part := connection.recv(4096):
        page += part
    text = page.decode()
    assert "The file is too large" in text
    assert "demasiado grande" in text
    assert 'href="tel:' in text


def test_what_is_sent_in_pieces_is_read(server):
    connection = server.connect()
    connection.sendall(
        b"POST /i18n/setlang/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nb\r\nlanguage=es\r\n0\r\n\r\n"
    )
    assert " 302 " in answer_of(connection).splitlines()[0]  # without its token: to the sign-in


def test_a_name_with_an_underscore_does_not_pass_for_a_header(server):
    connection = server.connect()
    connection.sendall(
        b"GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept_Language: es\r\nConnection: close\r\n\r\n"
    )
    page = b""
    while part := connection.recv(4096):
        page += part
    assert b'<html lang="en">' in page


def test_a_used_port_is_refused(server):
    other = server.command("serve", "--port", str(server.port), "--no-post")
    assert other.returncode == 2
    assert str(server.port) in other.stderr
    assert "Traceback" not in other.stderr


def test_nothing_of_the_data_is_readable_for_others(server):
    assert server.data.stat().st_mode & 0o777 == 0o700
    found = [path for path in server.data.rglob("*") if path.stat().st_mode & 0o077]
    assert not found
    assert (server.data / "needlepoint.sqlite3-wal").exists()


def test_files_that_were_open_before_are_closed_at_the_start(tmp_path):
    data = tmp_path / "data"
    (data / "mail").mkdir(parents=True)
    (data / "mail" / "old.log").write_text("a code")
    for path in (data, data / "mail", data / "mail" / "old.log"):
        path.chmod(0o755)
    own = Server(data, free_port())
    own.start()
    assert own.stop() == 0
    assert not [path for path in (data, *data.rglob("*")) if path.stat().st_mode & 0o077]


def test_a_stopped_practice_is_one_whole_file(tmp_path):
    own = Server(tmp_path / "data", free_port())
    own.start()
    assert own.stop() == 0
    wal = own.data / "needlepoint.sqlite3-wal"
    assert not wal.exists() or wal.stat().st_size == 0


def test_workers_end_with_the_server(tmp_path):
    own = Server(tmp_path / "data", free_port())
    own.start()
    children = _children(own.process.pid)
    assert len(children) >= 2
    own.process.send_signal(signal.SIGKILL)
    own.process.wait(10)
    assert _all_end(children)
    with pytest.raises(OSError, match="refused"):
        own.connect()


def test_workers_that_still_start_end_with_the_server_too(tmp_path):
    own = Server(tmp_path / "data", free_port())
    own.start()
    assert own.stop() == 0
    own.spawn()
    children = []
    while len(children) < 2:
        children = _children(own.process.pid)
    own.process.send_signal(signal.SIGKILL)
    own.process.wait(10)
    assert _all_end(children)


def _all_end(pids):
    """Whether all are gone within twenty seconds."""
    for _ in range(200):
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.1)
    return False


def _children(parent):
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            rest = path.read_text().rpartition(")")[2].split()
            if int(rest[1]) == parent:
                found.append(int(path.parent.name))
    return found


def test_a_photo_may_be_as_large_as_it_is_said_to_be(server):
    connection = server.connect()
    size = 12_000_000
    connection.sendall(
        b"POST /me/visits/1/intake/card/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        b"Content-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n" % size
    )
    connection.sendall(b"x" * size)
    assert " 302 " in answer_of(connection).splitlines()[0]  # read whole; without a sign-in: to the sign-in


def test_every_limit_is_that_of_an_address():
    names = set(get_resolver().reverse_dict)
    assert set(LIMITS) <= names


def test_guessing_at_full_speed_is_stopped_and_keeps_nobody_waiting(server):
    """Twenty at once, with the real password hasher."""
    with ThreadPoolExecutor(20) as guessers:
        guesses = [guessers.submit(_guess, server, n) for n in range(60)]
        took = []
        for _ in range(20):
            begun = time.monotonic()
            assert server.get("/robots.txt")[0] == 200
            took.append(time.monotonic() - begun)
            time.sleep(0.05)
        statuses = [guess.result() for guess in guesses]
    assert max(took) < 1.0, took
    assert statuses.count(200) < 20
    assert statuses.count(429) >= 40


def _guess(server, number):
    """One guess, as a browser sends it."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = browser.open(server.url + "/sign-in/", timeout=20).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
    sent = {"csrfmiddlewaretoken": token, "username": "wilhelmina", "password": f"guess {number}"}
    try:
        answer = browser.open(server.url + "/sign-in/", urllib.parse.urlencode(sent).encode(), timeout=20)
        return answer.status
    except urllib.error.HTTPError as error:
        return error.code
