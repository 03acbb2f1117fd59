"""The command group: lazy subcommands in order; input errors go to stderr with exit code 2."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from needlepoint import __version__
from needlepoint.base.refusal import Fault, Refused
from needlepoint.cli.files import is_whole_text

# Command -> module of needlepoint.cli and name in it, in the order of the help. Each is imported when it is called:
# importing all of them takes longer than most answers.
COMMANDS = {
    "atlas": "clinical.atlas.atlas",
    "infer": "clinical.infer.infer",
    "score": "clinical.score.score_command",
    "plan": "clinical.plan.plan",
    "code": "billing.code.code",
    "cover": "billing.cover.cover",
    "audit-claims": "billing.audit_claims.audit_claims",
    "policies": "billing.cover.policies",
    "estimate": "billing.estimate.estimate",
    "claim": "billing.claim.claim",
    "remit": "billing.remit.remit",
    "debt": "billing.debt.debt",
    "episode": "clinical.episode.episode",
    "reference": "billing.reference.reference",
    "schema": "clinical.episode.schema",
    "serve": "practice.serve.serve",
    "send": "practice.serve.send",
    "bounced": "practice.serve.bounced",
    "backup": "practice.backup.backup",
    "backup-key": "practice.backup.backup_key",
    "verify": "practice.backup.verify",
    "restore": "practice.backup.restore",
    "move": "practice.backup.move",
    "audit": "practice.audit.audit",
    "keys": "practice.keys.keys",
    "doctor": "practice.doctor.doctor",
    "forget-second-factor": "practice.staff.forget_second_factor",
    "practice": "practice.practices.practice",
    "demo": "practice.serve.demo",
    "manage": "practice.serve.manage",
}


class OrderedGroup(click.Group):
    """List the commands in the order of COMMANDS, import one when it is called, and print refusals in words."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in their order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, imported now; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].rsplit(".", 1)
        command: click.Command = getattr(import_module(f"needlepoint.cli.{module}"), name)
        return command

    def main(self, args: Sequence[str] | None = None, *more: Any, **named: Any) -> Any:
        """Run the program; arguments that are not UTF-8 are refused before any command reads them."""
        # The arrays are small: threads of the numerical library would cost more than they save.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
        except BrokenPipeError:  # the reader of our output has closed it; there is nothing left to print
            sys.stderr.close()
            ctx.exit(0)


@click.group(
    cls=OrderedGroup,
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
