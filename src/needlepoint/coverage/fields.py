"""Every field of a row that does not fit, at once and in plain words: a decoder stops at the first."""

from __future__ import annotations

import datetime
import types
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from needlepoint.base.compiled import TomlTable
from needlepoint.base.refusal import Fault, nearest

__all__ = ["field_faults"]

WORDS: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    str: "text in quotation marks",
    Decimal: "a number such as 12.5",
    datetime.date: "a day such as 2026-11-21, without quotation marks",
}


def field_faults(row: TomlTable, shape: type[msgspec.Struct], where: str) -> Iterator[Fault]:
    """What is unknown, missing or of another kind in a row that should become `shape`."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(shape)}
    hints = get_type_hints(shape)
    for name in row:
        if name not in fields:
            expected = f"one of {', '.join(sorted(fields))}"
            yield Fault(f"{where}.{name}", "a field that is not known", expected, nearest(name, fields))
    for name, field in fields.items():
        if name in row:
            yield from _value_faults(row[name], hints[field.name], f"{where}.{name}")
        elif field.required:
            yield Fault(f"{where}.{name}", "nothing", in_words(hints[field.name]))


def _value_faults(value: Any, kind: Any, where: str) -> Iterator[Fault]:
    struct = next((one for one in _kinds(kind) if _is_struct(one)), None)
    if struct is not None and isinstance(value, dict):
        yield from field_faults(value, struct, where)
        return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        yield Fault(where, repr(value), in_words(kind))


def in_words(kind: Any) -> str:
    """Return what a field accepts, in plain words."""
    found = []
    for one in _kinds(kind):
        origin = get_origin(one)
        if origin in (list, tuple):
            found.append(f"a list in square brackets, each {in_words(get_args(one)[0])}")
        elif origin is dict or _is_struct(one):
            found.append("a table in braces")
        elif origin is Literal:
            found.append(f"one of {', '.join(get_args(one))}")
        else:
            found.append(WORDS.get(one) or _choices(one))
    return " or ".join(dict.fromkeys(found))


def _kinds(kind: Any) -> list[Any]:
    """Return the kinds that a field may have, without None."""
    if get_origin(kind) in (Union, types.UnionType):
        return [one for one in get_args(kind) if one is not type(None)]
    return [kind]


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _choices(kind: Any) -> str:
    """Return the values of an enumeration."""
    return f"one of {', '.join(str(item.value) for item in kind)}"
