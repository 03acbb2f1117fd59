"""The pages as Django knows them."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """HTML, the body map, papers."""

    name = "needlepoint.pages"
    label = "pages"
