"""Fixtures and checks for every test."""

import pytest
from django.core.signals import request_finished
from django.db import connection
from django.utils import translation
from hypothesis import settings

from needlepoint.guard.row_security import only_practice

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


def see_every_practice(**kwargs):
    """After a request the connection of a test sees all practices again; a server's thread only serves requests."""
    if connection.connection is not None:
        only_practice(None)


request_finished.connect(see_every_practice)


@pytest.fixture(autouse=True)
def english():
    """A page in Spanish leaves its language active in this process, and the next test would read Spanish."""
    with translation.override("en"):
        yield
