"""The real server of tests/kit/server.py."""

from tests.kit.clinic import *  # noqa: F403
from tests.kit.server import server  # noqa: F401 - a fixture
