"""The made-up practice of tests/kit/clinic.py."""

from tests.kit.clinic import *  # noqa: F403
