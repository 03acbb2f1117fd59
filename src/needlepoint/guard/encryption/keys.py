"""The keys of encrypted columns: a file outside of the database, and what is sealed with them.

AES-256-GCM with a random nonce; the column's name is authenticated with the value, so that a value copied into another
column does not open. Every sealed value names its key: older keys open what they sealed until nothing uses them.
"""

from __future__ import annotations

import base64
import datetime
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from needlepoint.base.refusal import Fault, Refused

__all__ = [
    "FieldKey", "FieldKeyError", "KeyFile", "add_key", "key_of", "mark_complete", "open_bytes", "open_text",
    "read_keys", "remove_keys", "seal_bytes", "seal_text",
]  # fmt: skip

TEXT, BINARY = "np1:", b"\x00np1"
SEALED = re.compile(r"np1:([0-9a-f]{8}):")
DOCUMENT = re.compile(rb"\x00np1([0-9a-f]{8})(.{28,})", re.DOTALL)
ID, NONCE = 8, 12  # characters, bytes


class FieldKeyError(Exception):
    """A value cannot be opened: its key is missing, or it is not what was sealed."""


class FieldKey(msgspec.Struct, frozen=True, kw_only=True):
    """One key: its id stands in every value that it seals."""

    id: str
    key: bytes
    made_at: datetime.datetime


class KeyFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file of keys; the last key seals. `complete`: the key under which every stored value is."""

    keys: tuple[FieldKey, ...]
    complete: str = ""

    @property
    def newest(self) -> FieldKey:
        """Return the key that seals."""
        return self.keys[-1]


class _Ring:
    """The keys as this process knows them, read again when the file has changed."""

    def __init__(self) -> None:
        self.seen: tuple[str, int] = ("", 0)
        self.given: object = None
        self.ciphers: dict[str, AESGCM] = {}
        self.newest = ""

    def load(self, create: bool = True) -> None:
        path = _file()
        try:
            now = (str(path), path.stat().st_mtime_ns)
        except FileNotFoundError:
            if not create:
                raise FieldKeyError("the file of keys is missing") from None
            _create(path)
            now = (str(path), path.stat().st_mtime_ns)
        if now != self.seen:
            found = read_keys()
            self.ciphers = {row.id: AESGCM(row.key) for row in found.keys}
            self.newest, self.seen, self.given = found.newest.id, now, settings.FIELD_KEYS

    def sealing(self) -> tuple[str, AESGCM]:
        self.load()
        return self.newest, self.ciphers[self.newest]

    def opening(self, id_: str) -> AESGCM:
        if id_ not in self.ciphers or self.given is not settings.FIELD_KEYS:
            self.load(create=False)
        if id_ not in self.ciphers:
            raise FieldKeyError(f"key {id_} is not in the file of keys")
        return self.ciphers[id_]


_ring = _Ring()


def _file() -> Path:
    return Path(settings.FIELD_KEYS)


def read_keys() -> KeyFile:
    """Return the file of keys. Refused for a file that holds something else or cannot be read."""
    path = _file()
    try:
        found = msgspec.json.decode(path.read_bytes(), type=KeyFile)
    except FileNotFoundError:
        raise
    except (OSError, msgspec.DecodeError):
        raise _unusable(path) from None
    if not found.keys or any(len(row.key) != 32 or len(row.id) != ID for row in found.keys):
        raise _unusable(path)
    return found


def _unusable(path: Path) -> Refused:
    return Refused(
        Fault("NEEDLEPOINT_FIELD_KEYS", str(path), "the file of keys", "Restore it from a backup.")
    )


def _new_key() -> FieldKey:
    now = datetime.datetime.now(datetime.UTC)
    return FieldKey(id=secrets.token_hex(ID // 2), key=secrets.token_bytes(32), made_at=now)


def _create(path: Path) -> None:
    """Create the file with a first key, unless another process was faster."""
    part = _write(path, KeyFile(keys=(_new_key(),)))
    try:
        path.hardlink_to(part)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def _write(path: Path, value: KeyFile) -> Path:
    """Write beside the file, on disk before it takes the place of the former."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(value), indent=1))
        file.flush()
        os.fsync(file.fileno())
    return part


def add_key() -> FieldKey:
    """Add a key, which seals from now on; the others stay, to open what they sealed."""
    _ring.load()
    now, made = read_keys(), _new_key()
    _write(_file(), KeyFile(keys=(*now.keys, made), complete=now.complete)).replace(_file())
    return made


def mark_complete(id_: str) -> None:
    """Note that every stored value is under this key."""
    now = read_keys()
    _write(_file(), KeyFile(keys=now.keys, complete=id_)).replace(_file())


def remove_keys(ids: Iterable[str]) -> None:
    """Remove keys that nothing uses; the newest stays."""
    now, gone = read_keys(), set(ids)
    kept = tuple(row for row in now.keys if row.id not in gone or row == now.newest)
    _write(_file(), KeyFile(keys=kept, complete=now.complete)).replace(_file())


def seal_text(column: str, plain: str) -> str:
    """Return the sealed form of a text."""
    id_, cipher = _ring.sealing()
    nonce = secrets.token_bytes(NONCE)
    sealed = nonce + cipher.encrypt(nonce, plain.encode(), column.encode())
    return f"{TEXT}{id_}:{base64.urlsafe_b64encode(sealed).decode()}"


def open_text(column: str, value: str) -> str:
    """Return the plain form; a value from before columns were encrypted is returned as it is."""
    found = SEALED.match(value)
    if found is None:
        return value
    return _opened(column, found[1], base64.urlsafe_b64decode(value[found.end() :])).decode()


def seal_bytes(column: str, plain: bytes) -> bytes:
    """Return the sealed form of a document."""
    id_, cipher = _ring.sealing()
    nonce = secrets.token_bytes(NONCE)
    return BINARY + id_.encode() + nonce + cipher.encrypt(nonce, plain, column.encode())


def open_bytes(column: str, value: bytes) -> bytes:
    """Return the plain document."""
    if not value.startswith(BINARY) or (found := DOCUMENT.fullmatch(value)) is None:
        return value
    return _opened(column, found[1].decode(), found[2])


def _opened(column: str, id_: str, sealed: bytes) -> bytes:
    try:
        return _ring.opening(id_).decrypt(sealed[:NONCE], sealed[NONCE:], column.encode())
    except InvalidTag:
        raise FieldKeyError(f"a value of {column} is not what was stored there") from None


def key_of(value: str | bytes) -> str | None:
    """Return the id of the key of a stored value; None for one in clear."""
    if isinstance(value, bytes):
        document = DOCUMENT.fullmatch(value)
        return document[1].decode() if document else None
    found = SEALED.match(value.removeprefix('"'))
    return found[1] if found else None
