"""Encryption of backups in the age format: written for public keys, read with the key file that belongs to one.

The server needs only the public key: who takes it over, or finds a backup, reads no older backup with it. Any age
program opens the file as well, without Needlepoint.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pyrage
from pyrage.x25519 import Identity, Recipient

from needlepoint.base.refusal import Fault, Refused

__all__ = ["Recipient", "decrypt", "encrypt", "is_encrypted", "make_key", "read_identity", "read_recipient"]

HEADER = b"age-encryption.org/v1"
SECRET = "AGE-SECRET-KEY-"


def make_key(path: Path, passphrase: str = "") -> str:
    """Write a new key file, readable for this account only, and return its public key."""
    identity = Identity.generate()
    public = str(identity.to_public())
    text = f"# public key: {public}\n{identity}\n".encode()
    if passphrase:
        text = pyrage.passphrase.encrypt(text, passphrase)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused(
            Fault("backup-key", f"{path} ({error.strerror})", "a new file", "Choose another name.")
        ) from None
    with os.fdopen(handle, "wb") as file:
        file.write(text)
    return public


def read_recipient(text: str) -> Recipient:
    """A public key (age1...). Raises Refused for anything else, and never repeats a secret key."""
    try:
        return Recipient.from_str(text)
    except pyrage.RecipientError:
        given = "a secret key" if text.startswith(SECRET) else repr(text[:80])
        expected = "the public key (age1...) that `needlepoint backup-key` printed"
        raise Refused(Fault("public key", given, expected)) from None


def read_identity(path: Path, passphrase: str = "") -> Identity:
    """The key in a key file. Raises Refused for a file that holds none, and for a wrong passphrase."""
    data = path.read_bytes()
    if is_encrypted(path):
        try:
            data = pyrage.passphrase.decrypt(data, passphrase)
        except pyrage.DecryptError:
            raise Refused(Fault("key", f"{path} with this passphrase", "its passphrase")) from None
    lines = [line for line in data.decode(errors="replace").splitlines() if line.startswith(SECRET)]
    try:
        return Identity.from_str(lines[0])
    except (IndexError, pyrage.IdentityError):
        raise Refused(Fault("key", str(path), "the key file that `needlepoint backup-key` wrote")) from None


def is_encrypted(path: Path) -> bool:
    """Whether a file is in the age format."""
    try:
        with path.open("rb") as file:
            return file.read(len(HEADER)) == HEADER
    except OSError as error:
        raise Refused(Fault("file", f"{path} ({error.strerror})", "a file that can be read")) from None


def encrypt(source: Path, target: Path, recipients: Sequence[Recipient]) -> None:
    """`source` for these keys into the new file `target`, whole or not at all."""
    part = target.with_name(f".{target.name}.part")
    try:
        with source.open("rb") as plain, part.open("xb") as out:
            part.chmod(0o600)
            pyrage.encrypt_io(plain, out, list(recipients))
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        given, expected = f"{target} ({error.strerror})", "a file that can be written"
        raise Refused(Fault("backup", given, expected, "Check free space and permissions.")) from None


def decrypt(source: Path, target: Path, identity: Identity) -> None:
    """The plain file. Raises Refused when the key does not fit or any byte was changed."""
    try:
        with source.open("rb") as file, target.open("xb") as out:
            target.chmod(0o600)
            pyrage.decrypt_io(file, out, [identity])
    except (pyrage.DecryptError, OSError):
        target.unlink(missing_ok=True)
        raise Refused(
            Fault("restore", f"{source} with this key", "a whole backup and the key that it was made for")
        ) from None
