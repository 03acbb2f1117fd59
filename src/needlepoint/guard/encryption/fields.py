"""Columns whose values are encrypted in the database. Nothing can be searched or sorted by them there.

NULL and empty values stay as they are: that there is nothing is no secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from django.db import models
from django.db.models.lookups import Exact

from needlepoint.base.spelling import decode_json
from needlepoint.guard.encryption.keys import open_bytes, open_text, seal_bytes, seal_text
from needlepoint.guard.fields import StructField

__all__ = ["SecretBinaryField", "SecretField", "SecretStructField", "SecretTextField", "open_json"]

if TYPE_CHECKING:  # Django's own classes take no parameters when the program runs
    AnyField = models.Field[Any, Any]
    TextField = models.TextField[str, str]
    BinaryField = models.BinaryField[Any, Any]
else:
    AnyField, TextField, BinaryField = models.Field, models.TextField, models.BinaryField

T = TypeVar("T")
EMPTY = ("{}", "[]", "null")
SEALED_JSON = '"np1:'


class ExactlyEmpty(Exact):
    """Comparison with an empty text; with any other a sealed column would silently be unequal."""

    def get_prep_lookup(self) -> Any:
        """Return the empty text."""
        if self.rhs != "":
            raise TypeError("an encrypted column cannot be searched by its value")
        return ""


class SecretField(AnyField):
    """What encrypted columns have in common: `sealed_as`, the name that is authenticated with each value.

    A column that is renamed keeps its former name there: sealed_as="Model.column".
    """

    def __init__(self, *args: Any, sealed_as: str = "", **options: Any) -> None:
        self.sealed_as = sealed_as
        super().__init__(*args, **options)

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        """Remember which column it is."""
        super().contribute_to_class(cls, name, private_only)
        self.sealed_as = self.sealed_as or f"{cls.__name__}.{name}"

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow `isnull` and comparing with an empty text only: sealed values are all different."""
        if lookup_name == "exact":
            return ExactlyEmpty
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted and cannot be searched by {lookup_name}")
        return super().get_lookup(lookup_name)


def open_json(column: str, text: str) -> str:
    """Return the JSON text of a stored value, sealed or not."""
    return open_text(column, text[1:-1]) if text.startswith(SEALED_JSON) else text


class SecretStructField(StructField[T], SecretField):
    """A typed value, encrypted: in the database a JSON string."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the value of the stored text."""
        return None if value is None else decode_json(open_json(self.sealed_as, value), self.shape)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Return what is written, also by a bulk update."""
        typed = self.to_python(value)
        if typed is None or isinstance(typed, models.expressions.BaseExpression):
            return super().get_db_prep_save(typed, connection)
        raw = isinstance(typed, msgspec.Raw)
        plain = bytes(typed).decode() if raw else msgspec.json.encode(typed).decode()
        if plain in EMPTY:
            return super().get_db_prep_save(typed, connection)
        return connection.ops.adapt_json_value(seal_text(self.sealed_as, plain), self.encoder)


class SecretTextField(TextField, SecretField):
    """A text, encrypted."""

    def deconstruct(self) -> Any:
        """Deconstruct as a plain text column: migrations see what is stored."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.TextField", args, options

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Return the plain text."""
        return open_text(self.sealed_as, value) if value else value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Return what is written."""
        if not value or isinstance(value, models.expressions.BaseExpression):
            return super().get_db_prep_save(value, connection)
        return seal_text(self.sealed_as, str(value))


class SecretBinaryField(BinaryField, SecretField):
    """A document, encrypted."""

    def deconstruct(self) -> Any:
        """Deconstruct as a plain column of bytes."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.BinaryField", args, options

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        """Return the plain document."""
        return None if value is None else open_bytes(self.sealed_as, bytes(value))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Return what is written."""
        if not value or isinstance(value, models.expressions.BaseExpression):
            return super().get_db_prep_save(value, connection)
        return super().get_db_prep_save(seal_bytes(self.sealed_as, bytes(value)), connection)
