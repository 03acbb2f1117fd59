"""Settings: typed, checked before anything starts, shown as a table."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.site.environment import VARIABLES, read_environment, reference
from needlepoint.site.mail import SERVICES
from tests.kit.server import ROOT


def test_one_address_is_enough_behind_a_proxy():
    here = read_environment({"NEEDLEPOINT_URL": "https://clinic.example", "NEEDLEPOINT_PROXY": "1"})
    assert here.https
    assert here.proxy
    assert "clinic.example" in here.hosts


def test_everything_wrong_is_said_at_once():
    wrong = {
        "NEEDLEPOINT_URL": "clinic.example",
        "NEEDLEPOINT_MAIL_URL": "smpt://mail.example",
        "NEEDLEPOINT_SMS_URL": "twillio://nothing",
        "NEEDLEPOINT_PROXY": "yes",
        "NEEDLEPOINT_HOST": "clinic.example",
        "NEEDLEPOINT_HOSTS": "https://clinic.example:8000/",
        "DATABASE_URL": "mysql://u:a-secret-word@h/n",
    }
    with pytest.raises(Refused) as caught:
        read_environment(wrong)
    assert {fault.where for fault in caught.value.faults} == set(wrong)
    assert "'smtp'" in str(caught.value)
    assert "NEEDLEPOINT_HOSTS" in str(caught.value)
    assert "a-secret-word" not in str(caught.value)


@pytest.mark.parametrize("name", ["NEEDLEPOINT_DEMO", "NEEDLEPOINT_DEBUG"])
def test_what_shows_everything_is_refused_where_patients_are(name):
    with pytest.raises(Refused, match=name):
        read_environment({"NEEDLEPOINT_URL": "https://clinic.example", "NEEDLEPOINT_PROXY": "1", name: "1"})


def test_https_without_a_proxy_is_refused():
    with pytest.raises(Refused, match="NEEDLEPOINT_PROXY"):
        read_environment({"NEEDLEPOINT_URL": "https://clinic.example"})


def test_services_are_those_of_anymail():
    import anymail.backends

    there = {path.stem for path in Path(anymail.backends.__path__[0]).glob("*.py")}
    assert set(SERVICES) <= there


def test_a_wrong_setting_ends_a_command_in_one_paragraph(tmp_path):
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src"),
        "NEEDLEPOINT_MAIL_URL": "smpt://x",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "needlepoint", "serve"],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "NEEDLEPOINT_MAIL_URL" in done.stderr


def test_a_data_folder_that_cannot_be_ends_in_one_paragraph(tmp_path):
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src"),
        "NEEDLEPOINT_DATA": "/proc/nowhere",
    }  # fmt: skip
    for command in (["serve"], ["send", "--once"], ["demo"]):
        done = subprocess.run(
            [sys.executable, "-m", "needlepoint", *command],
            env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 2, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_the_reference_tells_every_setting():
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    assert reference() in page
    assert len(VARIABLES) >= 13
