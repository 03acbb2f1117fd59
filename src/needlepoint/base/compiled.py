"""What is made from data files, kept compiled beside them: read in milliseconds, and never other than the files say.

A compiled file holds the fingerprint of the files that it was made from. Where they have changed since, it is not
used and its content is made anew, so that a changed row holds at once; `tools/compile_corpus.py` compiles it again.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

__all__ = ["compiled", "fingerprint", "kept_table", "write_compiled", "write_tables"]

T = TypeVar("T")
TABLES = "tables.msgpack"  # in the folder `data` of a package: its TOML files as plain values
_DECIMAL, _DATE = 1, 2  # codes of what msgpack has no type for


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """The content of a compiled file."""

    made_from: bytes
    value: msgspec.Raw


def fingerprint(sources: Iterable[Path]) -> bytes:
    """What tells one state of the files from every other: of their names and of all that they hold."""
    found = hashlib.blake2b(digest_size=16)
    for path in sources:
        content = path.read_bytes()
        found.update(f"{path.parent.name}/{path.name} {len(content)}\n".encode())
        found.update(content)
    return found.digest()


def compiled(file: Path, made_from: bytes, shape: type[T], make: Callable[[], T]) -> T:
    """What `make` makes of the files with the fingerprint `made_from`, read from `file` where it was kept there."""
    try:
        kept = msgspec.msgpack.decode(file.read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return make()
    if kept.made_from != made_from:
        return make()
    return msgspec.msgpack.decode(kept.value, type=shape)


def write_compiled(file: Path, made_from: bytes, value: object) -> None:
    """Keep `value` in `file` with the fingerprint of the files that it was made from."""
    file.write_bytes(msgspec.msgpack.encode(_Kept(made_from, msgspec.Raw(msgspec.msgpack.encode(value)))))


def kept_table(path: Path, content: bytes) -> dict[str, Any] | None:
    """The values of a TOML file with this content, where its package keeps them compiled."""
    digest, table = _tables(_data_folder(path)).get(str(path), (b"", b""))
    if not table or digest != _digest(content):
        return None
    found: dict[str, Any] = msgspec.msgpack.decode(table, ext_hook=_from_extension)
    return found


def write_tables(data: Path, tables: Mapping[Path, dict[str, Any]]) -> None:
    """Keep the values of the TOML files of a package, by path, in its folder `data`."""
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
    """Path -> digest of the file, and its values encoded."""
    try:
        kept = msgspec.msgpack.decode((data / TABLES).read_bytes(), type=dict[str, tuple[bytes, bytes]])
    except (OSError, msgspec.DecodeError):
        return {}
    return {str(data / name): row for name, row in kept.items()}


def _data_folder(path: Path) -> Path:
    """The folder `data` of the package that a file belongs to."""
    return next((folder for folder in path.parents if folder.name == "data"), path.parent)


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _with_extensions(value: Any) -> Any:
    """`value` with numbers of TOML and days as extensions, which are read as they were."""
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
