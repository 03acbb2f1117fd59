"""Knowledge is data: how a package reads its TOML rows, and what every row must state about itself.

A row names its sources by key (`source = ["delphi2018", "fda_lidocaine#2.1"]`; the part after `#` is the section). The
keys are in the `data/sources/*.toml` of the row's own package. A row that changes with time carries `from` and, when it
has ended, `to`. `certainty` says how far the fact was checked, `review` who answers for it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from needlepoint.base.compiled import TomlTable, kept_table
from needlepoint.base.refusal import Fault, Refused, nearest

__all__ = [
    "Certainty",
    "Citation",
    "Dated",
    "Review",
    "Source",
    "cite",
    "holding_on",
    "parse_toml",
    "read_toml",
    "rows",
    "sources_of",
]

T = TypeVar("T")


class Certainty(Enum):
    """How far a fact was checked. `secondary` and below never justify a refusal alone unless also reviewed."""

    SEEN = "seen"  # the number was read in the named source, or in a page quoting it
    SECONDARY = "secondary"  # read only in a page that names a better source, which was not opened
    INFERRED = "inferred"  # follows from seen facts; the reasoning is in the row
    PROPOSED = "proposed"  # this project's policy, built on the cited facts
    UNVERIFIED = "unverified"  # from memory; the named source was not opened


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a fact came from."""

    key: str
    title: str
    link: str = ""
    kind: str = "paper"  # paper, guideline, label, law, textbook, web, policy, estimate
    year: int | None = None
    retrieved: datetime.date | None = None
    note: str = ""


class Citation(msgspec.Struct, frozen=True):
    """A source and the section of it that a row cites, ready to be shown."""

    key: str
    title: str
    link: str
    section: str = ""


class Review(msgspec.Struct, frozen=True):
    """Who answers for a row in this practice. Until a medical director accepts it, a row applies as proposed."""

    accepted_by: str | None = None
    accepted_on: datetime.date | None = None

    def __str__(self) -> str:
        """Return the words shown beside every hard stop."""
        if self.accepted_by is None:
            return "proposed from the literature; not yet accepted by this practice's medical director"
        return f"proposed from the literature; accepted by {self.accepted_by}, {self.accepted_on}"


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """Fields of rows that change with time. `to` is the last day on which the row applies."""

    from_: datetime.date = msgspec.field(name="from")
    to: datetime.date | None = None

    def holds_on(self, as_of: datetime.date) -> bool:
        """Return whether the row is in force on that date (both ends included)."""
        return self.from_ <= as_of and (self.to is None or as_of <= self.to)


D = TypeVar("D", bound=Dated)


def holding_on(rows_: Iterable[D], as_of: datetime.date) -> list[D]:
    """Return the rows in force on `as_of`, in their order."""
    return [row for row in rows_ if row.holds_on(as_of)]


def read_toml(path: Path) -> TomlTable:
    """Return one TOML file as plain values. Numbers with a point become Decimal, so that doses and money stay exact.

    A file that has not changed is read from its package's compiled tables: parsing all files takes 0.2 s, at every
    start of a command.
    """
    content = path.read_bytes()
    kept = kept_table(path, content)
    return parse_toml(path, content) if kept is None else kept


def parse_toml(path: Path, content: bytes) -> TomlTable:
    """Return the plain values of a TOML file with this content."""
    import tomllib

    try:
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise Refused(
            Fault(path.name, f"a byte that is not UTF-8 at position {error.start}", "UTF-8")
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise Refused(Fault(path.name, f"TOML that cannot be read ({error})", "valid TOML")) from None


def rows(path: Path, shape: type[T], key: str | None = None) -> list[T]:
    """Return the rows of one file as `shape`: the array of tables `key`, or the whole file as one row when key is None.

    Raises Refused with file, row and field when something does not fit.
    """
    table = read_toml(path)
    found = [table] if key is None else table.get(key, [])
    if not found:
        raise Refused(Fault(path.name, f"no [[{key}]] rows", f"at least one [[{key}]]"))
    return [_row(row, shape, f"{path.name}[{number}]") for number, row in enumerate(found)]


def _row(row: Any, shape: type[T], where: str) -> T:
    try:
        return msgspec.convert(row, shape)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        raise Refused(Fault(where + path.rstrip("`"), "a row that does not fit", message)) from None


@cache
def sources_of(data: Path) -> dict[str, Source]:
    """Return every source of one package, by key, from `data/sources/*.toml`."""
    found: dict[str, Source] = {}
    for path in sorted((data / "sources").glob("*.toml")):
        for source in rows(path, Source, "source"):
            if found.get(source.key, source) != source:
                raise Refused(
                    Fault(f"{path.name} {source.key}", "a key used twice", "one meaning for each key")
                )
            found[source.key] = source
    return found


def cite(data: Path, keys: Iterable[str], where: str) -> tuple[Citation, ...]:
    """Return the citations of `keys`; Refused when a row has none or names an unknown one."""
    known = sources_of(data)
    citations = tuple(_citation(known, key, where) for key in keys)
    if not citations:
        raise Refused(Fault(where, "a row without a source", "at least one source key"))
    return citations


def _citation(known: dict[str, Source], key: str, where: str) -> Citation:
    name, _, section = key.partition("#")
    if name not in known:
        raise Refused(
            Fault(where, f"the source key {name!r}", "a key of data/sources/*.toml", nearest(name, known))
        )
    source = known[name]
    return Citation(key=name, title=source.title, link=source.link, section=section)


def toml_files(folder: Path) -> Iterator[Path]:
    """Return every TOML file below `folder`, in a fixed order."""
    yield from sorted(folder.rglob("*.toml"))
