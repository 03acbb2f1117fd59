"""`needlepoint audit`: verify the access log, and print its signed head to store elsewhere."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

__all__ = ["audit"]


@click.group()
def audit() -> None:
    """Check the access log, or print the signed head of its chain."""


@audit.command()
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Signed heads that were kept elsewhere, one in a line. Without it those of the data folder.",
)
def verify(heads: Path | None) -> None:
    """Find every row of the access log that was changed, removed, moved or cut off. Exit code 1 if there are any."""
    from needlepoint.cli.practice.django_setup import start_django

    start_django()
    from needlepoint.guard.audit.chain import verify as look

    number, wrong = look(heads)
    for line in wrong:
        click.echo(line)
    click.echo(f"{number} rows in the chain, {len(wrong)} faults.")
    if wrong:
        raise SystemExit(1)


@audit.command()
def head() -> None:
    """Print the signed head of the chain. Store it where no user of this machine can change it."""
    from needlepoint.cli.practice.django_setup import start_django

    start_django()
    from needlepoint.guard.audit.chain import head as newest
    from needlepoint.guard.audit.chain import seal

    seal()
    found = newest()
    if found is not None:
        click.echo(msgspec.json.encode(found).decode())
