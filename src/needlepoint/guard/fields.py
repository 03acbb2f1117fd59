"""A JSON column that holds one typed value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from django.db import models

from needlepoint.base.spelling import decode_json, with_current_names

__all__ = ["StructField"]


T = TypeVar("T")


class StructField(models.JSONField, Generic[T]):
    """A JSON column whose Python value is a msgspec struct (or a tuple or dict of them); NULL is None.

    `shape` is the type. A value that does not fit is not written: msgspec.ValidationError. `msgspec.Raw` keeps a
    document exactly as written, even if its structs have changed since. In migrations it is a plain JSON column,
    because migrations must not depend on today's structs.
    """

    def __init__(self, shape: Any = Any, **options: Any) -> None:
        self.shape = shape
        super().__init__(**options)

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any = None) -> T: ...  # type: ignore[override] # as it is on a row

        def __set__(self, instance: Any, value: T) -> None: ...

    def deconstruct(self) -> Any:
        """Deconstruct as Django's own field, so that migrations do not depend on today's structs."""
        name, _, args, options = super().deconstruct()
        default = options.get("default")
        if default is not None:
            options["default"] = dict if isinstance(msgspec.to_builtins(default()), dict) else list
        return name, "django.db.models.JSONField", args, options

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the value of the stored text."""
        if value is None:
            return None
        return decode_json(value, self.shape)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return the value of a row that is being written; plain values in it become typed."""
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Return what is written, also by a bulk update."""
        return super().get_db_prep_save(self.to_python(value), connection)

    def get_prep_value(self, value: Any) -> Any:
        """Return plain values for the JSON column."""
        if value is None or isinstance(value, models.expressions.BaseExpression):
            return value
        return json.loads(bytes(value)) if isinstance(value, msgspec.Raw) else msgspec.to_builtins(value)

    def value_to_string(self, obj: Any) -> Any:
        """Return plain values for Django's serializers."""
        return self.get_prep_value(self.value_from_object(obj))

    def to_python(self, value: Any) -> Any:
        """Return a typed value from plain ones, as given by forms, fixtures and Django's serializers."""
        if isinstance(value, (dict, list)):
            return self._typed(value)
        return value

    def _typed(self, value: Any) -> Any:
        if self.shape is msgspec.Raw:
            return msgspec.Raw(msgspec.json.encode(value))
        return msgspec.convert(with_current_names(msgspec.to_builtins(value)), self.shape)
