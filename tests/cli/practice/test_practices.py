"""`needlepoint practice`: a second practice beside the first, opened from the console."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from tests.kit.server import Server, free_port


@pytest.fixture(scope="module")
def with_two(tmp_path_factory):
    """A server with the made-up practice and another one, opened while it runs."""
    own = Server(tmp_path_factory.mktemp("two"), free_port())
    assert own.command("demo", "--patients", "2", "--seed", "1").returncode == 0
    own.start()
    yield own
    own.stop()


def test_a_second_practice_gets_the_address_at_which_its_owner_begins(with_two):
    done = with_two.command("practice", "add", "Riverside Pain", "--state", "NJ", "--address", "riverside")
    assert done.returncode == 0, done.stderr
    path, token = re.search(r"(/set-up/\?token=)(\S+)", done.stdout).groups()
    status, page = with_two.get(path + token)
    assert status == 200
    assert "Riverside Pain" in page
    assert with_two.get(path + "guess")[0] == 403
    assert "Riverside Pain" in with_two.get("/at/riverside/en/")[1]
    assert "Riverside Pain" not in with_two.get("/at/example/en/")[1]
    listed = with_two.command("practice", "list").stdout
    assert "Riverside Pain" in listed
    assert "no owner yet" in listed
    again = with_two.command("practice", "owner-token", "riverside")
    assert again.returncode == 0
    assert with_two.get(path + token)[0] == 403, "a new token ends the earlier one"
    assert (
        with_two.get("/set-up/?" + urlencode({"token": again.stdout.split("token=")[1].split()[0]}))[0] == 200
    )


@pytest.mark.parametrize(
    "words",
    [
        ("Other", "--state", "ZZ"),
        ("Other", "--state", "NY", "--timezone", "Mars/Base"),
        ("Other", "--state", "NY", "--address", "example"),
        ("  ", "--state", "NY"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_is_added(with_two, words):
    before = with_two.command("practice", "list").stdout
    done = with_two.command("practice", "add", *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert with_two.command("practice", "list").stdout == before


def test_a_practice_with_an_owner_gets_no_token(with_two):
    done = with_two.command("practice", "owner-token", "example")
    assert done.returncode == 2
    assert "owner" in done.stderr


def test_without_tables_it_says_what_to_do(tmp_path):
    done = Server(tmp_path / "none", free_port()).command("practice", "add", "A", "--state", "NY")
    assert done.returncode == 2
    assert "needlepoint serve" in done.stderr
