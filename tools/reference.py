"""Write the reference pages that are made from the code. `make reference`.

python tools/reference.py           write docs/reference/commands.md and the drawing in docs/explanation/architecture.md
python tools/reference.py --check   say which of them is stale, and fail
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import grimp

ROOT = Path(__file__).parent.parent
COMMANDS = ROOT / "docs" / "reference" / "commands.md"
ARCHITECTURE = ROOT / "docs" / "explanation" / "architecture.md"
BEGIN, END = "<!-- made by tools/reference.py -->\n", "<!-- end -->\n"


def commands_page() -> str:
    """Return every command with its arguments, options and help, in the order of `needlepoint --help`."""
    main = import_module("needlepoint.cli.app").main
    parts = [
        "# Commands\n\nMade from the code by `make reference`. Every command exits 2 when it refuses its input.\n"
    ]
    context = click.Context(main, info_name="needlepoint")
    for name in main.list_commands(context):
        parts += _command(context, main.get_command(context, name), name)
    return "\n".join(parts)


def _command(parent: click.Context, command: click.Command, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    yield f"## {context.command_path}\n\n{(command.help or '').partition(chr(10) * 2)[0].strip()}\n"
    usage = command.get_usage(context).removeprefix("Usage: ")
    yield f"    {' '.join(usage.split())}\n"
    rows = [record for parameter in command.params if (record := parameter.get_help_record(context))]
    if rows:
        yield "| option | |\n| --- | --- |"
        yield "\n".join(f"| `{_cell(option)}` | {_cell(text)} |" for option, text in rows) + "\n"
    if isinstance(command, click.Group):
        for part in command.list_commands(context):
            yield from _command(context, command.get_command(context, part), part)


def _cell(text: str) -> str:
    """Return the text on one line, with the bars of choices escaped for the table."""
    return " ".join(text.split()).replace("|", "\\|")


def packages_drawing() -> str:
    """Return the packages as a Mermaid graph: an arrow to each imported package, without implied arrows."""
    graph = grimp.build_graph("needlepoint")
    layers = [layer.removeprefix("needlepoint.") for layer in _layers()]
    uses = {
        package: {
            other
            for other in layers
            if other != package
            and graph.chain_exists(
                importer=f"needlepoint.{package}", imported=f"needlepoint.{other}", as_packages=True
            )
        }
        for package in layers
    }
    lines = ["```mermaid", "graph TD"]
    for package in layers:
        implied = {far for near in uses[package] for far in uses[near]}
        lines += [f"  {package} --> {other}" for other in layers if other in uses[package] - implied]
    return "\n".join([*lines, "```", ""])


def _layers() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    return next(contract["layers"] for contract in contracts if contract["type"] == "layers")


def architecture_page() -> str:
    """Return the page with a new drawing."""
    page = ARCHITECTURE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    return before + BEGIN + packages_drawing() + END + rest.split(END)[1]


def main() -> int:
    stale = []
    for path, page in ((COMMANDS, commands_page()), (ARCHITECTURE, architecture_page())):
        if not path.exists() or path.read_text(encoding="utf-8") != page:
            stale.append(path.relative_to(ROOT))
            if "--check" not in sys.argv:
                path.write_text(page, encoding="utf-8")
    if stale and "--check" in sys.argv:
        print("stale, run `make reference`:", *stale)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
