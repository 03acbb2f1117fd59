"""Identify and read published files by their own header, not by their name."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from needlepoint.base.refusal import Fault, Refused
from needlepoint.reference import layouts
from needlepoint.reference.types import Release

__all__ = ["read_published"]

MOST_BYTES = 1 << 30  # the largest of these files is a tenth of that
HEADER_LINES = 60


class Layout(NamedTuple):
    """The identification of a file, and its reader."""

    words: tuple[str, ...]  # all of them, in one of the first lines, in lower case
    read: Callable[[layouts.CellTable], Release]


LAYOUTS = (
    Layout(("column 1", "column 2", "effective"), layouts.ncci_pairs),
    Layout(("practitioner services mue values",), layouts.mue),
    Layout(("hcpcs", "mod", "description", "rvu"), layouts.fees),
    Layout(("locality number", "gpci"), layouts.gpci),
    Layout(("locality number", "fee schedule area", "counties"), layouts.localities),
    Layout(("hcpcs code", "payment limit"), layouts.drugs),
    Layout(("household_size", "income"), layouts.poverty),
)


def read_published(
    path: Path, from_: datetime.date | None = None, to: datetime.date | None = None
) -> list[Release]:
    """Return the content of a file, or of each file in a zip. The days are the file's own unless they are given.

    Raises Refused for an unknown file, and with every line that does not fit.
    """
    releases: list[Release] = []
    unknown: list[str] = []
    for name, data in _members(path):
        found = _read(name, data, from_, to)
        if found is None:
            unknown.append(name)
        else:
            releases.append(found)
    if not releases:
        expected = "one of: " + "; ".join(layouts.EXPECTED)
        raise Refused(Fault(path.name, f"none of them in {', '.join(unknown) or 'the file'}", expected))
    return releases


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refused(Fault(path.name, "more than 1 GiB", "a published file"))
        data = path.read_bytes()
    except OSError as error:
        raise Refused(Fault(str(path), error.strerror or "no file", "a file that can be read")) from None
    if not zipfile.is_zipfile(io.BytesIO(data)):
        yield path.name, data
        return
    if path.suffix.lower() in (".xlsx", ".xls"):
        raise Refused(Fault(path.name, "a spreadsheet", "the text file of the same zip (.txt or .csv)"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            if member.is_dir() or not member.filename.lower().endswith((".txt", ".csv", ".xml", ".json")):
                continue
            if member.file_size > MOST_BYTES:
                raise Refused(Fault(member.filename, "more than 1 GiB unpacked", "a published file"))
            try:
                yield Path(member.filename).name, archive.read(member)
            except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
                raise Refused(Fault(member.filename, str(error), "a zip that is whole")) from None


def _read(name: str, data: bytes, from_: datetime.date | None, to: datetime.date | None) -> Release | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")  # CMS writes some of its files this way
    if "\0" in text[:4096]:
        return None
    if text.lstrip().startswith("<?xml") or text.lstrip().startswith("<ICD10CM"):
        return layouts.excludes(name, text, from_, to)
    if layouts.looks_like_codes(text):
        return layouts.diagnoses(name, text, from_, to)
    rows = _rows(text)
    head = [" ".join(cell for cell in row).lower() for row in rows[:HEADER_LINES]]
    for number, line in enumerate(head):
        for layout in LAYOUTS:
            if all(word in re.sub(r"\s+", " ", line) for word in layout.words):
                table = layouts.CellTable(
                    name=name, title=" ".join(head[:number]), header=rows[number], first=number + 1,
                    above=rows[:number], rows=rows[number + 1 :], from_=from_, to=to,
                )  # fmt: skip
                return layout.read(table)
    return None


def _rows(text: str) -> Sequence[list[str]]:
    """Return the lines as cells: separated by tabs if the file has them, else by commas."""
    head = text[:20_000]
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    return [
        [cell.strip() for cell in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    ]
