"""`needlepoint keys`: the keys of encrypted columns."""

from __future__ import annotations

import click

from needlepoint.base.refusal import Fault, Refused

__all__ = ["keys"]


@click.group()
def keys() -> None:
    """Change the keys that encrypt documents, free text, contacts and insurance numbers in the database."""
    from needlepoint.cli.practice.django_setup import start_django

    start_django()
    from needlepoint.guard.encryption.stored import missing_keys

    if wrong := missing_keys():
        expected = "the file of keys with which this database was encrypted"
        raise Refused(
            Fault("NEEDLEPOINT_FIELD_KEYS", "; ".join(wrong), expected, "Restore it from a backup.")
        )


@keys.command()
def status() -> None:
    """Print each key with the number of values under it. Reads every encrypted value."""
    from needlepoint.guard.encryption.keys import read_keys
    from needlepoint.guard.encryption.stored import keys_in_use

    used = keys_in_use()
    try:
        known = read_keys()
    except FileNotFoundError:
        click.echo("There are no keys yet: nothing is encrypted.")
        return
    for row in known.keys:
        newest = ", the newest" if row == known.newest else ""
        click.echo(f"{row.id}  of {row.made_at:%Y-%m-%d}: {used[row.id]} values{newest}")
    click.echo(f"in clear: {used['']} values")


@keys.command()
def rotate() -> None:
    """Add a key and encrypt everything with it, while the practice works. Interrupted: `keys encrypt` goes on."""
    from needlepoint.guard.encryption.keys import add_key

    click.echo(f"Key {add_key().id} seals from now on.")
    _encrypt()


@keys.command()
def encrypt() -> None:
    """Encrypt what is in clear or under an older key, also after an interruption."""
    _encrypt()


def _encrypt() -> None:
    from needlepoint.guard.encryption.stored import encrypt_stored

    number = encrypt_stored(lambda table, count: click.echo(f"{table}: {count} values"))
    click.echo(f"{number} values were encrypted with the newest key. Earlier backups need the earlier keys.")


@keys.command()
def retire() -> None:
    """Remove the keys that no value of the database uses. Backups hold the keys of their own time."""
    from needlepoint.guard.encryption.keys import read_keys, remove_keys
    from needlepoint.guard.encryption.stored import keys_in_use

    used = keys_in_use()
    unused = [row.id for row in read_keys().keys[:-1] if not used[row.id]]
    remove_keys(unused)
    click.echo(f"{len(unused)} keys were removed.")
