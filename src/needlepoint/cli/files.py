"""How commands read their input and write their output."""

from __future__ import annotations

import codecs
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec

from needlepoint.base.refusal import Fault, Refused

MOST_BYTES = 64 * 1024 * 1024


def read_json(name: str) -> Any:
    """Return the JSON of a file, or of standard input for '-'. Refused, with the position, when it cannot be read."""
    data = sys.stdin.buffer.read(MOST_BYTES + 1) if name == "-" else _bytes_of(Path(name))
    return json_of(name, data)


def json_of(name: str, data: bytes) -> Any:
    """Return the JSON in `data`, read from `name`."""
    where = "standard input" if name == "-" else name
    if len(data) > MOST_BYTES:
        raise Refused(Fault(where, "more than 64 MiB", "a file of at most 64 MiB", "Split it."))
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        fault = Fault(where, f"a byte that is not UTF-8 at position {error.start}", "JSON in UTF-8")
        raise Refused(fault) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Refused(Fault(where, f"JSON that breaks at {place} ({error.msg})", "complete JSON")) from None
    except (ValueError, RecursionError) as error:
        raise Refused(Fault(where, f"JSON that cannot be read ({error})", "plain JSON")) from None
    if b"\\u" in data and (half := _half_character(value)) is not None:
        raise Refused(Fault(where, f"{half!r}, half of a character", "text of whole characters"))
    return value


def _half_character(value: Any) -> str | None:
    """Return the first text with an unpaired surrogate: JSON can escape it, but it cannot be written as UTF-8."""
    todo = [value]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            todo += [*part.values(), *part]
        elif isinstance(part, list):
            todo += part
        elif isinstance(part, str) and not is_whole_text(part):
            return part
    return None


def is_whole_text(text: str) -> bool:
    """Return whether `text` can be written as UTF-8."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(
            Fault(str(path), error.strerror or "no readable file", "a file that can be read")
        ) from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"the number {name}")


@contextmanager
def whole_stream(name: str) -> Iterator[BinaryIO]:
    """Return the file, or standard input in a form that can be read twice, never wholly in memory."""
    if name == "-":
        with tempfile.TemporaryFile() as spool:
            shutil.copyfileobj(sys.stdin.buffer, spool)
            spool.seek(0)
            yield spool
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise Refused(Fault(name, error.strerror or "no readable file", "a file that can be read")) from None
    with stream:
        yield stream


def begins_as_x12(stream: BinaryIO) -> bool:
    """Return whether X12 follows, after any byte order mark or blanks. The stream's position is unchanged."""
    head = stream.read(64)
    stream.seek(0)
    return head.removeprefix(codecs.BOM_UTF8).lstrip()[:3] == b"ISA"


def print_json(value: Any) -> None:
    """Print a value of the core as indented JSON on standard output."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def write_picture(svg: str, svg_path: str | None, png_path: str | None) -> None:
    """Write the picture to the requested files."""
    from needlepoint.anatomy.picture import to_png

    if svg_path:
        _write(Path(svg_path), lambda path: path.write_text(svg, encoding="utf-8"))
    if png_path:
        _write(Path(png_path), lambda path: path.write_bytes(to_png(svg, 1600)))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a PDF or a file for a payer, completely or not at all."""

    def put(target: Path) -> None:
        part = target.with_name(f".{target.name}.part")
        part.write_bytes(data)
        part.replace(target)

    _write(path, put)


def _write(path: Path, action: Callable[[Path], Any]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        action(path)
    except OSError as error:
        raise Refused(
            Fault(str(path), error.strerror or "no place to write", "a file that can be written")
        ) from None
    click.echo(f"Wrote {path}", err=True)
