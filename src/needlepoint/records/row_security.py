"""Which tables belong to one practice, for row-level security: each by one column that leads toward the practice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from needlepoint.guard.row_security import close_tables

__all__ = ["OPEN_TABLES", "close_records", "tables_of_a_practice"]

# Read before it is known whose request it is: the practice itself, who works there, where, and links by their digest.
# Tokens are searched by their beginning, which PostgreSQL does not do by an index behind a policy; they lead to the
# number of a patient, whose row is closed. A locked time names nobody.
OPEN_TABLES = frozenset({
    "Practice", "Staff", "License", "Location", "MagicLink", "OneTimeCode", "PatientToken", "SlotLock",
})  # fmt: skip


def tables_of_a_practice() -> Iterator[tuple[str, str, str]]:
    """Yield table, column and the table it refers to, of every closed table."""
    for model in apps.get_app_config("records").get_models():
        way = _way(model)
        if way is not None and model.__name__ not in OPEN_TABLES:
            yield model._meta.db_table, way.column, way.related_model._meta.db_table


def _way(model: type[models.Model]) -> Any:
    """Return the foreign key that leads to the practice over the fewest rows; None without one.

    A key that may be empty is taken only where there is no other.
    """
    keys = [
        (depth, field.null, field)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and (depth := _depth(field.related_model, frozenset({model}))) is not None
    ]
    return min(keys, key=lambda row: (row[1], row[0]), default=(0, False, None))[2]


def _depth(model: Any, seen: frozenset[Any]) -> int | None:
    """Return over how many tables a model leads to the practice, by keys that are never empty."""
    if model.__name__ == "Practice":
        return 0
    if model in seen or model.__name__ in OPEN_TABLES:
        return None
    found = [
        depth + 1
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and not field.null
        and (depth := _depth(field.related_model, seen | {model})) is not None
    ]
    return min(found, default=None)


def close_records(using: str, **kwargs: Any) -> None:
    """Install the policies after each migration."""
    close_tables(tables_of_a_practice(), using)
