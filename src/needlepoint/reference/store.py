"""The published files in one SQLite file: whole releases, side by side by their days, never in part."""

from __future__ import annotations

import datetime
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from needlepoint.base.refusal import Fault, Refused
from needlepoint.coding.published import Pair, Unlikely
from needlepoint.cost.published import DrugLimit, LocalityIndices, PublishedFee
from needlepoint.reference.types import KINDS, Release, Row

__all__ = ["ReleaseChange", "Store", "StoredRelease"]

SHRUNK = Decimal("0.5")  # a file that loses more than this share of its rows is probably incomplete
CHUNK = 500


class StoredRelease(msgspec.Struct, frozen=True, kw_only=True):
    """One stored release."""

    id: int
    kind: str
    name: str
    from_: datetime.date
    to: datetime.date | None
    rows: int


class ReleaseChange(msgspec.Struct, frozen=True, kw_only=True):
    """The changes of a release from the one before it: the number of rows, and the first of each kind."""

    kind: str
    name: str
    from_: datetime.date
    to: datetime.date | None
    against: str  # the previous release, or ''
    rows: int
    added: int
    removed: int
    changed: int
    examples: tuple[str, ...]
    already: bool  # the same rows for the same days existed


class Store:
    """The stored releases, and the lookups for edits and prices."""

    def __init__(self, path: Path) -> None:
        """Open (or create) the store at `path`; Refused when the file is something else."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.db = sqlite3.connect(path, isolation_level=None, timeout=30)
            self.db.execute("PRAGMA foreign_keys = ON")
            with self._transaction():
                self._tables()
        except (sqlite3.DatabaseError, OSError) as error:
            raise Refused(
                Fault(str(path), str(error), "a reference file of Needlepoint, or a new place")
            ) from None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def _tables(self) -> None:
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS release (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL,"
            " from_day TEXT NOT NULL, to_day TEXT, UNIQUE (kind, from_day))"
        )
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS span (release INTEGER NOT NULL REFERENCES release ON DELETE CASCADE,"
            " first TEXT NOT NULL, last TEXT NOT NULL, UNIQUE (release, first, last))"
        )
        for kind in KINDS.values():
            columns = ", ".join(f"{name} TEXT NOT NULL" for name in kind.columns)
            key = ", ".join(kind.columns[: kind.key])
            self.db.execute(
                f"CREATE TABLE IF NOT EXISTS {kind.id} (release INTEGER NOT NULL REFERENCES release"
                f" ON DELETE CASCADE, {columns}, PRIMARY KEY (release, {key})) WITHOUT ROWID"
            )

    def held(self) -> list[StoredRelease]:
        """Return every release, by kind and first day."""
        rows = self.db.execute("SELECT id, kind, name, from_day, to_day FROM release ORDER BY kind, from_day")
        return [
            StoredRelease(
                id=id_, kind=kind, name=name, from_=_day(first), to=_day(last), rows=self._count(kind, id_)
            )
            for id_, kind, name, first, last in rows.fetchall()
        ]

    def _count(self, kind: str, release: int) -> int:
        row = self.db.execute(f"SELECT count(*) FROM {kind} WHERE release = ?", (release,)).fetchone()
        return int(row[0])

    def keep(self, release: Release, smaller: bool = False) -> ReleaseChange:
        """Store a release, completely or not at all, and return what it changes.

        A release of the same kind and first day is replaced (a file in parts is extended). Raises Refused for a release
        that has lost more than half of the rows of the one before, unless `smaller`.
        """
        with self._transaction():
            change = self._change(release)
            lost = Decimal(change.removed)
            before = change.rows - change.added + change.removed
            if not smaller and not release.spans and before and lost > SHRUNK * before:
                given = f"{change.rows} rows, {change.removed} fewer than in {change.against}"
                remedy = "Fetch it again, or say --smaller when it is right."
                raise Refused(
                    Fault(release.name, given, "a file of about the size of the one before", remedy)
                )
            if not change.already:
                self._write(release)
        return change

    def _change(self, release: Release) -> ReleaseChange:
        kind = KINDS[release.kind]
        same = self._release(release.kind, release.from_)
        before = same or self._last_before(release.kind, release.from_)
        old = self._rows(kind.id, before.id, release.spans) if before else {}
        new = {row[: kind.key]: row[kind.key :] for row in release.rows}
        added = [key for key in new if key not in old]
        removed = [key for key in old if key not in new]
        changed = [key for key in new if key in old and old[key] != new[key]]
        examples = [f"+ {' '.join(key)}" for key in added[:3]] + [f"- {' '.join(key)}" for key in removed[:3]]
        examples += [f"~ {' '.join(key)}: {_words(old[key], new[key])}" for key in changed[:3]]
        return ReleaseChange(
            kind=release.kind,
            name=release.name,
            from_=release.from_,
            to=release.to,
            against=before.name if before else "",
            rows=len(new),
            added=len(added),
            removed=len(removed),
            changed=len(changed),
            examples=tuple(examples) if before else (),
            already=bool(same and same.to == release.to and not (added or removed or changed)),
        )

    def _rows(self, kind: str, release: int, spans: Iterable[tuple[str, str]]) -> dict[Row, Row]:
        """Return the rows of a release by their key; of a file in parts only those that the new part covers."""
        columns = KINDS[kind].columns
        where, values = "", []
        for first, last in spans:
            where += f" AND {columns[0]} BETWEEN ? AND ?"
            values += [first, last]
        rows = self.db.execute(
            f"SELECT {', '.join(columns)} FROM {kind} WHERE release = ?{where}", (release, *values)
        )
        key = KINDS[kind].key
        return {row[:key]: row[key:] for row in rows}

    def _write(self, release: Release) -> None:
        kind = KINDS[release.kind]
        days = (release.from_.isoformat(), release.to.isoformat() if release.to else None)
        same = self._release(release.kind, release.from_)
        if same and not release.spans:
            self.db.execute("DELETE FROM release WHERE id = ?", (same.id,))
            same = None
        if same is None:
            self.db.execute(
                "INSERT INTO release (kind, name, from_day, to_day) VALUES (?, ?, ?, ?)",
                (release.kind, release.name, *days),
            )
            same = self._release(release.kind, release.from_)
        assert same is not None
        for first, last in release.spans:
            self.db.execute(
                f"DELETE FROM {kind.id} WHERE release = ? AND {kind.columns[0]} BETWEEN ? AND ?",
                (same.id, first, last),
            )
            self.db.execute("INSERT OR IGNORE INTO span VALUES (?, ?, ?)", (same.id, first, last))
        marks = ", ".join("?" * (len(kind.columns) + 1))
        self.db.executemany(
            f"INSERT OR REPLACE INTO {kind.id} VALUES ({marks})", ((same.id, *row) for row in release.rows)
        )

    def _release(self, kind: str, from_: datetime.date) -> StoredRelease | None:
        return self._one("kind = ? AND from_day = ?", kind, from_.isoformat())

    def _last_before(self, kind: str, from_: datetime.date) -> StoredRelease | None:
        return self._one("kind = ? AND from_day < ? ORDER BY from_day DESC LIMIT 1", kind, from_.isoformat())

    def holding(self, kind: str, on: datetime.date) -> StoredRelease | None:
        """Return the latest release of a kind for that day."""
        return self._one(
            "kind = ? AND from_day <= ? AND (to_day IS NULL OR to_day >= ?) ORDER BY from_day DESC LIMIT 1",
            kind, on.isoformat(), on.isoformat(),
        )  # fmt: skip

    def _one(self, where: str, *values: str) -> StoredRelease | None:
        row = self.db.execute(
            f"SELECT id, kind, name, from_day, to_day FROM release WHERE {where}", values
        ).fetchone()
        if row is None:
            return None
        return StoredRelease(id=row[0], kind=row[1], name=row[2], from_=_day(row[3]), to=_day(row[4]), rows=0)

    # Lookups for the edits of `coding`.

    def pairs(self, codes: list[str], on: datetime.date) -> list[Pair] | None:
        """Return every NCCI pair among `codes` on that day; None when a part that covers one is not loaded."""
        release = self.holding("ncci_pairs", on)
        if release is None or not all(self._spoken_of(release.id, code) for code in codes):
            return None
        marks = ", ".join("?" * len(codes))
        rows = self.db.execute(
            f"SELECT column1, column2, indicator, rationale FROM ncci_pairs WHERE release = ? AND column1 IN ({marks})"
            f" AND column2 IN ({marks}) AND from_day <= ? AND (to_day = '' OR to_day >= ?) ORDER BY column1, column2",
            (release.id, *codes, *codes, on.isoformat(), on.isoformat()),
        )
        return [
            Pair(column1=one, column2=two, indicator=indicator, rationale=why, release=release.name)
            for one, two, indicator, why in rows
        ]

    def _spoken_of(self, release: int, code: str) -> bool:
        found = self.db.execute(
            "SELECT 1 FROM span WHERE release = ? AND first <= ? AND last >= ?", (release, code, code)
        ).fetchone()
        return found is not None

    def unlikely(self, code: str, on: datetime.date) -> Unlikely | bool | None:
        """Return the most units of a code per day; False when the current file has none."""
        release = self.holding("mue", on)
        if release is None:
            return None
        row = self._row("mue", release.id, code)
        if row is None:
            return False
        return Unlikely(units=int(row[1]), indicator=row[2], rationale=row[3], release=release.name)

    def _row(self, kind: str, release: int, *key: str) -> tuple[Any, ...] | None:
        columns = KINDS[kind].columns
        where = " AND ".join(f"{column} = ?" for column in columns[: len(key)])
        found: tuple[Any, ...] | None = self.db.execute(
            f"SELECT {', '.join(columns)} FROM {kind} WHERE release = ? AND {where}", (release, *key)
        ).fetchone()
        return found

    def diagnosis(self, code: str, on: datetime.date) -> bool | None:
        """Return whether a diagnosis code is valid to the last digit on that day."""
        release = self.holding("diagnoses", on)
        if release is None:
            return None
        row = self._row("diagnoses", release.id, code.replace(".", ""))
        return row is not None and row[1] == "1"

    def excluded(self, codes: list[str], on: datetime.date) -> list[tuple[str, str]] | None:
        """Return which of `codes` exclude each other, by a note at the code or at its category."""
        release = self.holding("excludes", on)
        if release is None:
            return None
        found = []
        for code in codes:
            bare = code.replace(".", "")
            above = [bare[:length] for length in range(3, len(bare) + 1)]
            marks = ", ".join("?" * len(above))
            notes = self.db.execute(
                f"SELECT excluded FROM excludes WHERE release = ? AND code IN ({marks})", (release.id, *above)
            ).fetchall()
            for other in codes:
                if other != code and any(_named(other.replace(".", ""), note) for (note,) in notes):
                    found.append((code, other))
        return found

    # Lookups for the prices of `cost`.

    def fee(self, code: str, modifier: str, on: datetime.date) -> PublishedFee | None:
        """Return the relative values of a code on that day; None when no loaded file has it."""
        release = self.holding("fees", on)
        row = self._row("fees", release.id, code, modifier) if release else None
        if release is None or row is None:
            return None
        values = dict(zip(KINDS["fees"].columns, row, strict=True))
        return PublishedFee(
            work=Decimal(values["work"]),
            office=None if values["office_na"] == "NA" else Decimal(values["office"]),
            facility=None if values["facility_na"] == "NA" else Decimal(values["facility"]),
            malpractice=Decimal(values["malpractice"]),
            factor=Decimal(values["factor"]),
            status=values["status"],
            reduced=values["multiple"] == "2",
            release=release.name,
        )

    def area(self, state: str, locality: str, on: datetime.date) -> LocalityIndices | None:
        """Return the indices of a locality on that day."""
        release = self.holding("gpci", on)
        if release is None:
            return None
        row = self.db.execute(
            "SELECT name, work, expense, malpractice FROM gpci WHERE release = ? AND state = ? AND locality = ?",
            (release.id, state, locality),
        ).fetchone()
        if row is None:
            return None
        name, work, expense, malpractice = row
        return LocalityIndices(
            name=name,
            work=Decimal(work),
            expense=Decimal(expense),
            malpractice=Decimal(malpractice),
            release=release.name,
        )

    def counties(self, county: str, on: datetime.date) -> list[tuple[str, str, str]]:
        """Return contractor, locality and state of every line that names a county."""
        release = self.holding("localities", on)
        if release is None:
            return []
        rows = self.db.execute(
            "SELECT mac, locality, state, counties FROM localities WHERE release = ?", (release.id,)
        )
        wanted = county.strip().upper()
        return [row[:3] for row in rows if wanted in re.split(r"[/,&]\s*|\s+AND\s+", row[3].upper())]

    def drug(self, code: str, on: datetime.date) -> DrugLimit | None:
        """Return the payment limit of one unit of a drug on that day."""
        release = self.holding("drugs", on)
        row = self._row("drugs", release.id, code) if release else None
        if release is None or row is None:
            return None
        return DrugLimit(limit_usd=Decimal(row[2]), dosage=row[1], release=release.name)

    def poverty(self, area: str, people: int, on: datetime.date) -> tuple[Decimal, str] | None:
        """Return the guideline of a household in USD a year, and the release; beyond the table by its last step."""
        release = self.holding("poverty", on)
        if release is None:
            return None
        rows = self.db.execute(
            "SELECT people, income_usd FROM poverty WHERE release = ? AND area = ?", (release.id, area)
        )
        table = {int(size): Decimal(income) for size, income in rows}
        if people in table:
            return table[people], release.name
        largest = max(table, default=0)
        if people < largest or largest - 1 not in table:
            return None
        step = table[largest] - table[largest - 1]
        return table[largest] + step * (people - largest), release.name


def _named(code: str, note: str) -> bool:
    """Return whether a code is one that a note names: `M79.7`, `M60.-`, `S39.012`, `M54.4-`, `R10.0-R10.9`."""
    first, dash, last = note.partition("-")
    start = first.replace(".", "").strip()
    if dash and last.strip():
        return (
            start <= code[: len(start)]
            and code[: len(last.replace(".", "").strip())] <= last.replace(".", "").strip()
        )
    return code.startswith(start) if dash else code == start or code.startswith(start)


def _words(old: Row, new: Row) -> str:
    return ", ".join(f"{a or 'nothing'} -> {b or 'nothing'}" for a, b in zip(old, new, strict=True) if a != b)


def _day(text: str | None) -> Any:
    return datetime.date.fromisoformat(text) if text else None
