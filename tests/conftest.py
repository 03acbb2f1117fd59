"""What holds for every test."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    """A page in Spanish leaves its language active in this process, and the next test would read Spanish."""
    with translation.override("en"):
        yield
