"""A JSON column that holds one typed value of the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from django.db import models

__all__ = ["StructField"]


T = TypeVar("T")


class StructField(models.JSONField, Generic[T]):
    """A JSON column whose Python value is a msgspec struct (or a tuple of them); NULL is None.

    `shape` is the type. In migrations it is a plain JSON column: what a row looked like then is the migration's matter.
    """

    def __init__(self, shape: Any = Any, **options: Any) -> None:
        self.shape = shape
        super().__init__(**options)

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any = None) -> T: ...  # type: ignore[override] # as it is on a row

        def __set__(self, instance: Any, value: T) -> None: ...

    def deconstruct(self) -> Any:
        """As Django's own field, so that migrations do not depend on today's structs."""
        name, _, args, options = super().deconstruct()
        default = options.get("default")
        if default is not None:
            options["default"] = dict if isinstance(msgspec.to_builtins(default()), dict) else list
        return name, "django.db.models.JSONField", args, options

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The struct that the stored text says."""
        if value is None:
            return None
        return msgspec.json.decode(value, type=self.shape)

    def get_prep_value(self, value: Any) -> Any:
        """Plain values for the JSON column."""
        return None if value is None else msgspec.to_builtins(value)

    def value_to_string(self, obj: Any) -> Any:
        """Plain values for Django's serializers."""
        return self.get_prep_value(self.value_from_object(obj))

    def to_python(self, value: Any) -> Any:
        """A struct from plain values, as Django's serializers give them."""
        return (
            value
            if value is None or not isinstance(value, (dict, list))
            else msgspec.convert(value, self.shape)
        )
