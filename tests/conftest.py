"""What holds for every test."""

import pytest
from django.utils import translation


def pytest_collection_modifyitems(items):
    """Mark what drives a real browser: it runs once, on SQLite; what touches the database runs on PostgreSQL too."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def english():
    """A page in Spanish leaves its language active in this process, and the next test would read Spanish."""
    with translation.override("en"):
        yield
