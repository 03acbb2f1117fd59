"""A real server: `needlepoint serve` in a folder of its own, on this machine only."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.places import ROOT


class Server:
    """The server, and what is asked of it."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("NEEDLEPOINT_", "DJANGO_")) and name != "DATABASE_URL"
        } | {"NEEDLEPOINT_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of needlepoint with the data of this server."""
        return subprocess.run(
            [sys.executable, "-m", "needlepoint", *words],
            env=self.environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.spawn()
        for _ in range(900):  # a busy machine takes its time
            if self.process.poll() is not None:
                raise RuntimeError("the server has ended")
            with contextlib.suppress(OSError):
                if self.get("/healthz")[0] < 500:
                    return
            time.sleep(0.1)
        self.process.kill()
        raise RuntimeError("the server does not answer")

    def spawn(self) -> None:
        """Start it."""
        command = [sys.executable, "-m", "needlepoint", "serve", "--port", str(self.port), "--no-post"]
        # An account as it usually is: files are readable for everyone unless somebody sees to it.
        self.process = subprocess.Popen(command, env=self.environment, umask=0o022)

    def stop(self) -> int:
        """Stop it as a service is stopped."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def get(self, path: str, seconds: float = 5) -> tuple[int, str]:
        """Status and page of an address."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=seconds) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def connect(self) -> socket.socket:
        """A connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with a practice of made-up people."""
    found = Server(tmp_path_factory.mktemp("practice"), free_port())
    made = found.command("demo", "--patients", "5", "--seed", "1")
    assert made.returncode == 0, made.stderr
    found.start()
    yield found
    if found.process.poll() is None:
        found.stop()
