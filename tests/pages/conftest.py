"""The made-up practice of tests/web, for the actions of the clinic's pages."""

from tests.web.conftest import *  # noqa: F403
