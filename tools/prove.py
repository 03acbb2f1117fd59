"""Measure the figures of docs/reliability.md on this machine, and write them there: `make prove`."""

from __future__ import annotations

import datetime
import hashlib
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures of make prove -->", "<!-- end of figures -->"
PATIENTS = 200
LEFT_OUT = ("static", "backups", "in-use")


def run(data: Path, *words: str) -> tuple[str, float]:
    """What a command says, and its seconds. Ends the program when it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEEDLEPOINT_")}
    environment |= {"NEEDLEPOINT_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    began = time.monotonic()
    command = [sys.executable, "-m", "needlepoint", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)}: {done.stderr}")
    return done.stdout.strip(), time.monotonic() - began


def rows_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as database:
        names = "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"
        tables = [row[0] for row in database.execute(names)]
        return {name: database.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for name in tables}


def files_of(data: Path) -> dict[str, str]:
    """The digest of every file that a backup holds, without the database."""
    found = {}
    for path in data.rglob("*"):
        name = path.relative_to(data)
        if (
            path.is_file()
            and name.parts[0] not in LEFT_OUT
            and not path.name.startswith("needlepoint.sqlite3")
        ):
            found[name.as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def drill(folder: Path) -> list[str]:
    """Back up, restore elsewhere, move: how many rows and files, how many differ, how long."""
    data, other, key, file = folder / "data", folder / "other", folder / "key", folder / "x.backup"
    run(data, "demo", "--patients", str(PATIENTS))
    public, _ = run(data, "backup-key", str(key))
    _, saved = run(data, "backup", "--to", public, str(file))
    _, checked = run(data, "verify", "--key", str(key), str(file))
    _, restored = run(other, "restore", "--key", str(key), str(file))
    before, after = rows_of(data / "needlepoint.sqlite3"), rows_of(other / "needlepoint.sqlite3")
    count = sum(map(len, before.values()))
    differ = sum(
        one != two for name in before for one, two in zip(before[name], after.get(name, []), strict=True)
    )
    files = files_of(data)
    odd = sum(files_of(other).get(name) != digest for name, digest in files.items())
    said, moved = run(data, "move", f"sqlite:///{folder / 'moved.sqlite3'}")
    return [
        f"| restore drill: encrypted backup of {PATIENTS} patients, restored elsewhere | {count} rows, {differ} differ;"
        f" {len(files)} files, {odd} differ |",
        f"| its times: backup, verify, restore | {saved:.1f} s, {checked:.1f} s, {restored:.1f} s |",
        f"| its size | {file.stat().st_size / 1024**2:.1f} MB |",
        f"| `move` to another database | {said.splitlines()[0]} {moved:.1f} s |",
    ]


def doors() -> list[str]:
    """How many addresses have a row in the table of who may open them."""
    rows = tomllib.loads((ROOT / "tests" / "spec" / "policy.toml").read_text())["routes"]
    return [
        f"| addresses with a reviewed row of who may open them, tried with 7 kinds of people | {len(rows)} |"
    ]


def main() -> None:
    """Measure, and write the page."""
    with tempfile.TemporaryDirectory(prefix="needlepoint-prove-") as folder:
        lines = [*drill(Path(folder)), *doors()]
    made = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores"
    table = "\n".join(
        [f"Measured {made}, by `make prove`.", "", "| what | measured |", "| --- | --- |", *lines]
    )
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.split(END)[1]}")
    print(table)


if __name__ == "__main__":
    main()
