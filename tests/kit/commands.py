"""`needlepoint ...` in this process: starting Python each time takes longer than nearly every answer."""

from dataclasses import dataclass

from click.testing import CliRunner

from needlepoint.cli import main


@dataclass(frozen=True)
class Answer:
    """What a command printed and returned, under the names that a process has."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, stdin: str = "") -> Answer:
    """The answer of a command. An exception that no command handles is a fault, not an exit code."""
    done = CliRunner().invoke(main, arguments, input=stdin, catch_exceptions=False)
    return Answer(done.exit_code, done.stdout, done.stderr)
