"""Fixtures and checks for every test."""

import pytest
from django.utils import translation
from hypothesis import settings

# How long one example takes says more of the machine than of the code: speed is measured in bench/.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


def pytest_collection_modifyitems(items):
    """Mark what drives a real browser, which runs once, on SQLite, and first, as it takes longest; and what touches the
    database, which runs on PostgreSQL too.
    """
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "chromium" in names:
            item.add_marker(pytest.mark.browser)
        if {"db", "transactional_db"} & set(names) or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.fixture(autouse=True)
def english():
    """A page in Spanish leaves its language active in this process, and the next test would read Spanish."""
    with translation.override("en"):
        yield
