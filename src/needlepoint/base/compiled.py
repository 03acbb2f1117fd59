"""Values made from data files, compiled beside them: fast to load, and never out of date.

A compiled file holds the fingerprint of its sources. When they have changed since, it is ignored and its content is
made again, so that a changed row applies at once; `tools/compile_corpus.py` compiles it again.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, overload

import msgspec

__all__ = [
    "DecodedLater",
    "TomlTable",
    "compiled",
    "fingerprint",
    "kept_table",
    "write_compiled",
    "write_tables",
]

T = TypeVar("T")
TomlTable = dict[str, Any]  # a TOML table as plain values, before it is read as a type
TABLES = "tables.msgpack"  # in the folder `data` of a package: its TOML files as plain values
_DECIMAL, _DATE = 1, 2  # codes of types that msgpack does not have


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """The content of a compiled file."""

    made_from: bytes
    value: msgspec.Raw


class DecodedLater(Sequence[T]):
    """Stored values of one type, each decoded when it is first used."""

    def __init__(self, kept: Sequence[msgspec.Raw], shape: type[T]) -> None:
        self._kept = kept
        self._decode = msgspec.msgpack.Decoder(shape).decode
        self._read: dict[int, T] = {}

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, number: int) -> T: ...
    @overload
    def __getitem__(self, number: slice) -> list[T]: ...
    def __getitem__(self, number: int | slice) -> T | list[T]:
        if isinstance(number, slice):
            return [self[place] for place in range(len(self))[number]]
        found = self._read.get(number)
        if found is None:
            found = self._read[number] = self._decode(self._kept[number])
        return found


def fingerprint(sources: Iterable[Path]) -> bytes:
    """Return a digest of the names and content of the files."""
    found = hashlib.blake2b(digest_size=16)
    for path in sources:
        content = path.read_bytes()
        found.update(f"{path.parent.name}/{path.name} {len(content)}\n".encode())
        found.update(content)
    return found.digest()


def compiled(file: Path, made_from: bytes, shape: type[T], make: Callable[[], T]) -> T:
    """Return what `make` makes of the files with the fingerprint `made_from`, loaded from `file` if it is current."""
    try:
        kept = msgspec.msgpack.decode(file.read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return make()
    if kept.made_from != made_from:
        return make()
    return msgspec.msgpack.decode(kept.value, type=shape)


def write_compiled(file: Path, made_from: bytes, value: object) -> None:
    """Save `value` in `file` with the fingerprint of its sources."""
    file.write_bytes(msgspec.msgpack.encode(_Kept(made_from, msgspec.Raw(msgspec.msgpack.encode(value)))))


def kept_table(path: Path, content: bytes) -> TomlTable | None:
    """Return the values of a TOML file with this content, if its package keeps them compiled."""
    digest, table = _tables(_data_folder(path)).get(str(path), (b"", b""))
    if not table or digest != _digest(content):
        return None
    found: TomlTable = msgspec.msgpack.decode(table, ext_hook=_from_extension)
    return found


def write_tables(data: Path, tables: Mapping[Path, TomlTable]) -> None:
    """Save the values of a package's TOML files, by path, in its folder `data`."""
    kept = {
        path.relative_to(data).as_posix(): (
            _digest(path.read_bytes()),
            msgspec.msgpack.encode(_with_extensions(table)),
        )
        for path, table in tables.items()
    }
    (data / TABLES).write_bytes(msgspec.msgpack.encode(kept))
    _tables.cache_clear()


@cache
def _tables(data: Path) -> dict[str, tuple[bytes, bytes]]:
    """Return path -> digest of the file, and its encoded values."""
    try:
        kept = msgspec.msgpack.decode((data / TABLES).read_bytes(), type=dict[str, tuple[bytes, bytes]])
    except (OSError, msgspec.DecodeError):
        return {}
    return {str(data / name): row for name, row in kept.items()}


def _data_folder(path: Path) -> Path:
    """Return the folder `data` of the file's package."""
    return next((folder for folder in path.parents if folder.name == "data"), path.parent)


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _with_extensions(value: Any) -> Any:
    """Return `value` with TOML numbers and dates as extensions, so that they load unchanged."""
    if isinstance(value, dict):
        return {name: _with_extensions(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_extensions(part) for part in value]
    if isinstance(value, Decimal):
        return msgspec.msgpack.Ext(_DECIMAL, str(value).encode())
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return msgspec.msgpack.Ext(_DATE, value.isoformat().encode())
    if isinstance(value, str | int):
        return value
    raise TypeError(type(value).__name__)


def _from_extension(code: int, data: memoryview) -> Decimal | datetime.date:
    text = bytes(data).decode()
    return Decimal(text) if code == _DECIMAL else datetime.date.fromisoformat(text)
