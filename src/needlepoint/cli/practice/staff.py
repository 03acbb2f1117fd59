"""`needlepoint forget-second-factor`: reset the second factor of an owner who lost the phone."""

from __future__ import annotations

import click

from needlepoint.base.refusal import Fault, Refused

__all__ = ["forget_second_factor"]


@click.command("forget-second-factor")
@click.argument("username")
def forget_second_factor(username: str) -> None:
    """Let a staff member add a new authenticator app or passkey at the next sign-in. The password stays."""
    from needlepoint.cli.practice.django_setup import start_django

    start_django()
    from needlepoint.guard.audit.log import note_down_outside
    from needlepoint.guard.sign_in.second_factor import forget_second_factor as forget
    from needlepoint.records.models import Staff

    staff = Staff.objects.filter(user__username=username).first()
    if staff is None:
        raise Refused(Fault("username", repr(username), "the user name of a member of the staff"))
    forget(staff.user_id)
    what = f"staff {staff.pk}: second factor forgotten on the console"
    note_down_outside(staff.practice_id, None, "system", "write", what)
    click.echo(f"At the next sign-in {staff.name} adds a new one.")
