"""Errors for input that cannot be used: every fault at once, each with its path and remedy."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from needlepoint.base.spelling import with_current_names

T = TypeVar("T")

__all__ = [
    "FIRST_DAY", "LAST_DAY", "ConflictError", "Fault", "NotAllowed", "NotPossible", "RateLimitError", "Refused",
    "RefusedSentence", "day_faults", "nearest", "read_as",
]  # fmt: skip

FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with an input: where, what was given, what was expected, what to do."""

    where: str
    given: str
    expected: str
    remedy: str = ""

    def __str__(self) -> str:
        """Return one or two plain sentences."""
        sentence = f"{self.where}: got {self.given}; expected {self.expected}."
        return f"{sentence} {self.remedy}" if self.remedy else sentence


class Refused(Exception):  # noqa: N818 - named Refused, not RefusedError: project convention
    """Input that cannot be used. Holds every fault that was found, not only the first."""

    def __init__(self, faults: Iterable[Fault] | Fault) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__(str(self))

    def __str__(self) -> str:
        """Return all faults in one paragraph."""
        return " ".join(str(fault) for fault in self.faults)

    def under(self, where: str) -> Refused:
        """Return the same refusal, with `where` as a prefix of every path."""
        return Refused(
            Fault(_join(where, fault.where), fault.given, fault.expected, fault.remedy)
            for fault in self.faults
        )


class RefusedSentence(Refused):
    """A refusal that is not an input fault, as a whole sentence in English that a page can translate.

    `text` may have named placeholders ("%(who)s") for `facts`; `where` is the part of the request concerned.
    """

    def __init__(self, text: str, where: str = "", **facts: str) -> None:
        self.text, self.facts = text, facts
        super().__init__(Fault(where, text % facts, "another act"))

    def __str__(self) -> str:
        """Return the sentence in English."""
        return self.text % self.facts

    def under(self, where: str) -> Refused:
        """Return the same refusal: it has no path in an input."""
        return self


class NotPossible(RefusedSentence):
    """An act that the state of the record or a rule of the practice does not permit."""


class NotAllowed(RefusedSentence):
    """An act that this person may not do."""


class RateLimitError(RefusedSentence):
    """Too many acts of one kind in too short a time."""


class ConflictError(RefusedSentence):
    """An act on a version that is no longer the newest."""


def _join(outer: str, inner: str) -> str:
    if not inner or inner == "$":
        return outer
    return f"{outer}{inner}" if inner.startswith("[") else f"{outer}.{inner}"


def nearest(word: str, known: Iterable[str], most: int = 3) -> str:
    """Return a sentence naming the known words nearest to `word`, or '' when nothing is near.

    >>> nearest("left_templ", ["left_temple", "left_knee_front"])
    "Nearest known: 'left_temple'."
    """
    import difflib  # needed only for a hint, and slow to import

    near = difflib.get_close_matches(word, list(known), n=most, cutoff=0.6)
    return f"Nearest known: {', '.join(repr(name) for name in near)}." if near else ""


def day_faults(days: Iterable[tuple[str, datetime.date | None]]) -> list[Fault]:
    """Return the faults of days (by path) that no record can mean: before 1900 or after 2100."""
    expected = f"a day from {FIRST_DAY} to {LAST_DAY}"
    return [
        Fault(where, str(day), expected, "Was it mistyped?")
        for where, day in days
        if day is not None and not FIRST_DAY <= day <= LAST_DAY
    ]


def read_as(value: Any, shape: type[T], where: str = "$") -> T:
    """Return `value` (plain dicts and lists) as `shape`; Refused with the path of what does not fit."""
    try:
        found = msgspec.convert(with_current_names(value), shape)
    except msgspec.ValidationError as error:
        raise Refused(_fault_of(error, where, shape)) from None
    faults = list(_not_finite(found, "" if where == "$" else where))
    if faults:
        raise Refused(faults)
    return found


def _not_finite(value: Any, where: str) -> Iterator[Fault]:
    """Return decimals that are not numbers ('NaN', 'Infinity'), which would break every comparison later.

    Nested plain dicts are checked by whoever reads them as a type.
    """
    if isinstance(value, Decimal):
        if not value.is_finite():
            yield Fault(where, repr(str(value)), "a number")
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _not_finite(getattr(value, name), f"{where}.{name}" if where else name)
    elif isinstance(value, (list, tuple)):
        first: Any = value
        while isinstance(first, (list, tuple)) and first:
            first = first[0]
        if isinstance(first, (Decimal, msgspec.Struct)):  # a drawing's thousands of points are skipped
            for number, inner in enumerate(value):
                yield from _not_finite(inner, f"{where}[{number}]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, (Decimal, msgspec.Struct)):
                yield from _not_finite(inner, f"{where}.{key}")


PLAIN = {  # the reader's own words for what it expected
    "Invalid decimal string": "a number such as 12.5",
    "Invalid RFC3339 encoded date": "a day such as 2026-11-21",
    "Invalid RFC3339 encoded datetime": "a day and time such as 2026-11-21T14:30:00-05:00",
    "Invalid RFC3339 encoded time": "a time such as 14:30:00",
}


def _fault_of(error: msgspec.ValidationError, where: str, shape: Any) -> Fault:
    text = str(error)
    message, _, path = text.partition(" - at `")
    place = path.rstrip("`").removeprefix("$").lstrip(".") or "$"
    if message.startswith("Invalid enum value "):
        given = message.removeprefix("Invalid enum value ")
        known = _choices(shape, place)
        at = _join(where, place) if where != "$" else place
        return Fault(at, given, f"one of {', '.join(known)}", nearest(given.strip("'"), known))
    if found := re.fullmatch(r"Object (missing required|contains unknown) field `(.+)`", message):
        at = _join(where, place) if where != "$" else place
        if found[1] == "missing required":
            return Fault(at, f"nothing for {found[2]!r}", f"{found[2]!r}, a missing required field")
        return Fault(at, f"an unknown field {found[2]!r}", "only the fields that the format names")
    expected, _, given = message.partition(", got ")
    expected = PLAIN.get(expected, expected.removeprefix("Expected "))
    return Fault(_join(where, place) if where != "$" else place, given or "what does not fit", expected)


def _choices(shape: Any, place: str) -> list[str]:
    """Return the values of the enumeration at a path ('patient.local[...].what') of a type."""
    types = [inspect.type_info(shape)]
    for name in [part.removesuffix("[...]") for part in place.split(".")]:
        fields = [field for type_ in _bare(types) for field in getattr(type_, "fields", ())]
        types = [field.type for field in fields if field.encode_name == name] or types
    leaves = _bare(types)
    known = [value for type_ in leaves if isinstance(type_, inspect.LiteralType) for value in type_.values]
    known += [item.value for type_ in leaves if isinstance(type_, inspect.EnumType) for item in type_.cls]
    return [str(value) for value in known]


def _bare(types: Iterable[Any]) -> list[Any]:
    """Return the member types of unions and lists."""
    found: list[Any] = []
    for type_ in types:
        inner = getattr(type_, "types", None) or [getattr(type_, "item_type", None)]
        found += _bare(inner) if inner[0] is not None else [type_]
    return found
