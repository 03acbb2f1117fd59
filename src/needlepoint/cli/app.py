"""The map of the corridor as a command, and how it refuses: one plain paragraph on stderr, exit code 2."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Any

import click

from needlepoint import __version__
from needlepoint.cli.atlas import atlas
from needlepoint.cli.audit import audit_claims
from needlepoint.cli.backup import backup, restore
from needlepoint.cli.claim import claim
from needlepoint.cli.code import code
from needlepoint.cli.cover import cover, policies
from needlepoint.cli.debt import debt
from needlepoint.cli.doctor import doctor
from needlepoint.cli.episode import episode, schema
from needlepoint.cli.estimate import estimate
from needlepoint.cli.files import is_whole_text
from needlepoint.cli.infer import infer
from needlepoint.cli.log import audit
from needlepoint.cli.plan import plan
from needlepoint.cli.reference import reference
from needlepoint.cli.remit import remit
from needlepoint.cli.score import score_command
from needlepoint.cli.serve import bounced, demo, manage, send, serve
from needlepoint.refusal import Fault, Refused


class Corridor(click.Group):
    """Lists the commands in the order of the corridor instead of by alphabet, and turns refusals into words."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they were added."""
        return list(self.commands)

    def main(self, args: Sequence[str] | None = None, *more: Any, **named: Any) -> Any:
        """Run the program; words that are not UTF-8 are refused before any command reads them."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a terminal without UTF-8 shows what it can
                stream.reconfigure(errors="backslashreplace")
        given = list(sys.argv[1:] if args is None else args)
        for number, word in enumerate(given, 1):
            if not is_whole_text(word):
                fault = Fault(f"word {number} of the command", repr(word), "text in UTF-8")
                click.echo(f"Refused. {fault}", err=True)
                sys.exit(2)
        return super().main(given, *more, **named)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal becomes one paragraph on stderr and exit code 2."""
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            click.echo(f"Refused. {refusal}", err=True)
            ctx.exit(2)
        except BrokenPipeError:  # the reader of our output has gone; nothing is left to say
            sys.stderr.close()
            ctx.exit(0)


@click.group(
    cls=Corridor,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Every command reads a FILE or '-' (standard input), prints JSON with --json, and exits 2 when it"
    " refuses its input, saying what was given, what was expected and where.",
)
@click.version_option(__version__)
def main() -> None:
    """Needlepoint: one episode of muscle pain, from the drawing to relief.

    \b
    drawing, words  ->  likely muscles  ->  examination  ->  safe plan
        atlas               infer              score            plan
    codes  ->  covered?  ->  price  ->  claim  ->  answer  ->  no debt
     code       cover      estimate     claim      remit        debt
    `episode` walks one file through all of them.
    """


for command in (
    atlas, infer, score_command, plan, code, cover, audit_claims, policies, estimate, claim, remit,
    debt, episode, reference, schema, serve, send, bounced, backup, restore, audit, doctor, demo, manage,
):  # fmt: skip
    main.add_command(command)
