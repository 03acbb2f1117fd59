"""The Django app of the pages."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """HTML pages, the body map, printed papers."""

    name = "needlepoint.pages"
    label = "pages"
