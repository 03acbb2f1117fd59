"""`needlepoint practice`: open further practices in this database, and list them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from needlepoint.base.refusal import Fault, Refused

if TYPE_CHECKING:
    from needlepoint.records.models import Practice

__all__ = ["practice"]


@click.group()
def practice() -> None:
    """Open further practices in this database, each with its own staff, patients, settings and public site."""
    from needlepoint.cli.practice.django_setup import start_django

    start_django()
    from django.db import connection

    from needlepoint.guard.models import OwnerToken

    if OwnerToken._meta.db_table not in connection.introspection.table_names():
        given, expected = "a database that was not brought up to date", "the tables of this version"
        raise Refused(Fault("practice", given, expected, "Start `needlepoint serve` once."))


@practice.command()
@click.argument("name")
@click.option("--state", required=True, help="State of its first location, such as NY.")
@click.option("--timezone", default="America/New_York", help="Its time zone, such as America/Chicago.")
@click.option(
    "--address", default="", help="Word of its public site, /at/WORD/; without it there is none yet."
)
def add(name: str, state: str, timezone: str, address: str) -> None:
    """Add a practice, and print the address at which its first owner sets up an account. The server may run."""
    from needlepoint.records.settings.open_practice import add_practice

    _print_token(add_practice(name, state, timezone, address))


@practice.command("owner-token")
@click.argument("address")
def owner_token(address: str) -> None:
    """Print a new address for the first owner. ADDRESS: the word of its public site, or its number in the list."""
    from needlepoint.records.models import Practice

    wanted = {"pk": int(address)} if address.isdecimal() else {"slug": address}
    found = Practice.objects.filter(**wanted).first()
    if found is None:
        raise Refused(Fault("address", repr(address), "one of those that `needlepoint practice list` prints"))
    _print_token(found)


def _print_token(practice: Practice) -> None:
    from django.conf import settings

    from needlepoint.records.settings.open_practice import TOKEN_DAYS
    from needlepoint.records.settings.open_practice import owner_token as new_token

    click.echo(f"{practice.name} is practice {practice.pk}.")
    click.echo(f"Its owner sets up an account, once and within {TOKEN_DAYS} days, at")
    click.echo(f"{settings.PUBLIC_URL}/set-up/?token={new_token(practice)}")


@practice.command("list")
def list_() -> None:
    """Print every practice: number, name, public site, number of staff, and whether it has an owner."""
    from needlepoint.records.models import Practice
    from needlepoint.records.settings.open_practice import has_owner

    for row in Practice.objects.order_by("pk"):
        site = f"/at/{row.slug}/" if row.slug else "no public site"
        owner = "" if has_owner(row) else ", no owner yet"
        click.echo(f"{row.pk}  {row.name}  {site}  {row.staff.filter(active=True).count()} staff{owner}")
