"""One reader for each published layout. A line that does not fit is refused with its number, never skipped."""

from __future__ import annotations

import datetime
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation

import msgspec
from dateutil.relativedelta import relativedelta

from needlepoint.base.refusal import Fault, Refused
from needlepoint.reference.types import KINDS, Release, Row

__all__ = ["EXPECTED", "CellTable"]

EXPECTED = [f"{kind.title}" for kind in KINDS.values()]
CODE = re.compile(r"[A-Z0-9]\d{3}[A-Z0-9]")
MOST_FAULTS = 10
MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december"]  # fmt: skip


class CellTable(msgspec.Struct, frozen=True, kw_only=True):
    """A file split into cells: the text above the header, the header, the rows. `first` is the first row's line."""

    name: str
    title: str
    header: list[str]
    first: int
    above: Sequence[list[str]]
    rows: Sequence[list[str]]
    from_: datetime.date | None
    to: datetime.date | None

    def column(self, *words: str) -> int:
        """Return the first column whose header contains all of `words`; Refused if none does."""
        for index, cell in enumerate(self.header):
            text = re.sub(r"\s+", " ", cell.lower())
            if all(word in text for word in words):
                return index
        raise Refused(
            Fault(f"{self.name}, header", ", ".join(self.header)[:200], f"a column {' '.join(words)!r}")
        )


class _Line:
    """One row with its line number; it reads its cells and collects what does not fit."""

    def __init__(self, table: CellTable, number: int, cells: list[str], faults: list[Fault]) -> None:
        self.where = f"{table.name}, line {number}"
        self.cells = cells
        self.faults = faults

    def text(self, index: int) -> str:
        return self.cells[index] if index < len(self.cells) else ""

    def fault(self, given: str, expected: str) -> str:
        self.faults.append(Fault(self.where, repr(given[:40]), expected))
        return ""

    def code(self, index: int) -> str:
        value = self.text(index).upper()
        return value if CODE.fullmatch(value) else self.fault(value, "a code of five characters")

    def number(self, index: int, what: str) -> str:
        value = self.text(index).replace(",", "").replace("$", "")
        try:
            if not Decimal(value).is_finite() or Decimal(value) < 0:
                raise InvalidOperation
        except InvalidOperation:
            return self.fault(self.text(index), what)
        return value

    def day(self, index: int, none: str = "*") -> str:
        value = self.text(index)
        if value in ("", none):
            return ""
        try:
            return datetime.datetime.strptime(value, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a day, no instant
        except ValueError:
            return self.fault(value, "a day as CCYYMMDD")

    def one_of(self, index: int, allowed: str) -> str:
        value = self.text(index)[:1]
        return (
            value
            if value and value in allowed
            else self.fault(self.text(index), f"one of {', '.join(allowed)}")
        )


def _lines(table: CellTable, read: Callable[[_Line], Row], is_row: Callable[[list[str]], bool]) -> list[Row]:
    """Return every row made by `read`; Refused with the first faults, and for a duplicate key."""
    faults: list[Fault] = []
    found: list[Row] = []
    for number, cells in enumerate(table.rows, table.first + 1):
        if is_row(cells):
            found.append(read(_Line(table, number, cells, faults)))
            if len(faults) >= MOST_FAULTS:
                break
    if faults:
        raise Refused(faults)
    if not found:
        raise Refused(Fault(table.name, "a header without rows", "the whole file"))
    return found


def _release(
    kind: str, table: CellTable, rows: list[Row], days: tuple[datetime.date, datetime.date | None] | None
) -> Release:
    from_ = table.from_ or (days[0] if days else None)
    if from_ is None:
        remedy = "Give the first day with --from."
        raise Refused(Fault(table.name, "no word of when it holds", "a day in its title", remedy))
    to = table.to or (days[1] if days else None)
    _once(kind, table.name, rows)
    return Release(kind=kind, name=table.name, from_=from_, to=to, rows=rows)


def _once(kind: str, name: str, rows: list[Row]) -> None:
    """Return each key once; an identical line is dropped."""
    seen: dict[Row, Row] = {}
    for row in rows:
        key = row[: KINDS[kind].key]
        if seen.setdefault(key, row) != row:
            raise Refused(Fault(name, f"{' '.join(key)} twice with different values", "each key once"))


def _has_code(cells: list[str]) -> bool:
    """Return whether a line begins with a code; lines between header and rows, and notes below, do not."""
    return bool(cells) and len(cells[0]) == 5 and bool(CODE.fullmatch(cells[0].upper()))


def ncci_pairs(table: CellTable) -> Release:
    """Columns: column one, column two, (before 1996), first day, last day or *, 0/1/9, rationale.

    A quarter has several files.
    """

    def read(line: _Line) -> Row:
        return (line.code(0), line.code(1), line.day(3), line.day(4), line.one_of(5, "019"), line.text(6))

    rows = _lines(
        table, read, lambda cells: bool(cells) and bool(re.match(r"[0-9A-Z]{5}$", cells[0].upper()))
    )
    days = _quarter_of(f"{table.name} {table.title}")
    release = _release("ncci_pairs", table, rows, days)
    codes = sorted(row[0] for row in rows)
    return msgspec.structs.replace(release, spans=((codes[0], codes[-1]),))


def mue(table: CellTable) -> Release:
    """Columns: code, units, how it is judged (1 line, 2 day by policy, 3 day by clinical data), why."""
    units, indicator = table.column("mue values"), table.column("adjudication")
    why = table.column("rationale")

    def read(line: _Line) -> Row:
        return (line.code(0), line.number(units, "units"), line.one_of(indicator, "123"), line.text(why))

    days = _quarter_of(f"{table.name} {table.title}")
    return _release("mue", table, _lines(table, read, _has_code), days)


# Columns of the relative value file, whose header has four lines: their positions are unchanged since 2008.
RVU_PLACES = {
    "modifier": 1, "status": 3, "work": 5, "office": 6, "office_na": 7, "facility": 8, "facility_na": 9,
    "malpractice": 10, "components": 13, "global_days": 14, "multiple": 18, "bilateral": 19, "factor": 25,
}  # fmt: skip
RVU_HEADER = {5: "RVU", 6: "PE RVU", 8: "PE RVU", 10: "RVU", 25: "FACTOR"}
RVU_NUMBERS = ("work", "office", "facility", "malpractice", "factor")


def fees(table: CellTable) -> Release:
    """Columns: relative values by code and modifier, with the conversion factor on every line."""
    for index, word in RVU_HEADER.items():
        given = table.header[index] if index < len(table.header) else "nothing"
        if given.upper() != word:
            raise Refused(Fault(f"{table.name}, column {index + 1}", repr(given), repr(word)))

    def read(line: _Line) -> Row:
        values = {
            name: line.number(index, f"a number in {name}") if name in RVU_NUMBERS else line.text(index)
            for name, index in RVU_PLACES.items()
        }
        return (line.code(0), *values.values())

    rows = _lines(table, read, _has_code)
    factors = {row[-1] for row in rows}
    if len(factors) > 1:
        given = f"conversion factors {', '.join(sorted(factors)[:4])}"
        raise Refused(Fault(table.name, given, "one factor on every line"))
    return _release("fees", table, rows, _year_from(table.title))


def _year_from(title: str) -> tuple[datetime.date, datetime.date] | None:
    """Return the release's month to the end of its year."""
    year = re.search(r"\b(20\d\d)\b", title)
    month = re.search(r"\b(january|april|july|october) release", title)
    if not year:
        return None
    number = MONTHS.index(month.group(1)) + 1 if month else 1
    return datetime.date(int(year.group(1)), number, 1), datetime.date(int(year.group(1)), 12, 31)


def gpci(table: CellTable) -> Release:
    """Columns: contractor, state, locality, name and the three indices; the work index with its floor if given."""
    state, number, name = (
        table.column("state"),
        table.column("locality number"),
        table.column("locality name"),
    )
    works = [n for n, cell in enumerate(table.header) if "pw gpci" in cell.lower()]
    if not works:
        raise Refused(Fault(f"{table.name}, header", ", ".join(table.header)[:200], "a column 'PW GPCI'"))
    work = next((n for n in works if "with 1.0" in table.header[n].lower()), works[-1])
    expense, malpractice = table.column("pe gpci"), table.column("mp gpci")

    def read(line: _Line) -> Row:
        mac = line.text(0).zfill(5)
        locality = line.text(number).zfill(2)
        indices = [line.number(index, "an index") for index in (work, expense, malpractice)]
        return (mac, line.text(state), locality, line.text(name).rstrip("*").strip(), *indices)

    rows = _lines(table, read, lambda cells: bool(cells) and bool(re.fullmatch(r"\d{4,5}", cells[0])))
    return _release("gpci", table, rows, _year_from(f"{table.title} {' '.join(table.header)}".lower()))


def localities(table: CellTable) -> Release:
    """Columns: contractor, locality, state (once for all its lines), area, counties."""
    state = ""
    filled: list[list[str]] = []
    for cells in table.rows:
        if len(cells) >= 5 and re.fullmatch(r"\d{4,5}", cells[0]):
            state = cells[2] or state
            filled.append([cells[0].zfill(5), cells[1].zfill(2), state, cells[3], cells[4]])

    def read(line: _Line) -> Row:
        return tuple(line.cells)

    whole = msgspec.structs.replace(table, rows=filled)
    rows = _lines(whole, read, bool)
    return _release("localities", table, rows, _year_from(f"{table.title} {table.name}".lower()))


def drugs(table: CellTable) -> Release:
    """Columns: code, dosage, payment limit, coinsurance. Lines without a limit are paid otherwise and left out."""
    dosage, limit = table.column("dosage"), table.column("payment limit")
    headers = [cell.lower() for cell in table.header]
    share = next((n for n, cell in enumerate(headers) if "insurance" in cell), None)

    def read(line: _Line) -> Row:
        coinsurance = line.text(share) if share is not None else ""
        return (line.code(0), line.text(dosage), line.number(limit, "a limit in USD"), coinsurance)

    rows = _lines(table, read, lambda cells: _has_code(cells) and limit < len(cells) and bool(cells[limit]))
    return _release("drugs", table, rows, _quarter_of(f"{table.title} {table.name}"))


def poverty(table: CellTable) -> Release:
    """Columns: year, state or group of states, household size, income: the fields of HHS's own API."""
    year, people, income = table.column("year"), table.column("household_size"), table.column("income")
    state = table.column("state")
    years = {cells[year] for cells in table.rows if len(cells) > year and cells[year]}
    if len(years) != 1 or not re.fullmatch(r"20\d\d", next(iter(years))):
        raise Refused(
            Fault(table.name, f"years {', '.join(sorted(years)) or 'none'}", "the guidelines of one year")
        )

    def read(line: _Line) -> Row:
        area = {"alaska": "AK", "ak": "AK", "hawaii": "HI", "hi": "HI"}.get(line.text(state).lower(), "48")
        size = line.number(people, "a number of people")
        return (area, size, line.number(income, "an income in USD"))

    rows = _lines(table, read, lambda cells: len(cells) > max(year, people, income, state))
    first = datetime.date(int(next(iter(years))), 1, 1)
    return _release("poverty", table, rows, (first, None))


ORDER_LINE = re.compile(r"\d{5} ([A-Z]\d[0-9A-Z]{1,5})\s+([01]) ")
CODE_LINE = re.compile(r"([A-Z]\d[0-9A-Z]{1,5})\s+\S")


def looks_like_codes(text: str) -> bool:
    """Return whether the first lines are those of an ICD-10-CM order or code file."""
    lines = [line for line in text[:4000].splitlines()[:5] if line.strip()]
    return bool(lines) and all(ORDER_LINE.match(line) or CODE_LINE.match(line) for line in lines)


def diagnoses(name: str, text: str, from_: datetime.date | None, to: datetime.date | None) -> Release:
    """Read the order file (number, code, 1 when billable) or the file of billable codes."""
    faults: list[Fault] = []
    rows: list[Row] = []
    ordered = bool(ORDER_LINE.match(text.lstrip("\ufeff")))
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = ORDER_LINE.match(line) if ordered else CODE_LINE.match(line)
        if match is None:
            faults.append(Fault(f"{name}, line {number}", repr(line[:30]), "a line of the ICD-10-CM file"))
            if len(faults) >= MOST_FAULTS:
                break
            continue
        rows.append((match.group(1), match.group(2) if ordered else "1"))
    if faults:
        raise Refused(faults)
    _once("diagnoses", name, rows)
    days = _fiscal_year(name) if from_ is None else (from_, to)
    return Release(kind="diagnoses", name=name, from_=days[0], to=to or days[1], rows=rows)


def _fiscal_year(name: str) -> tuple[datetime.date, datetime.date | None]:
    """Return the days of an ICD-10-CM year: from October 1 before to September 30; an April edition from April 1."""
    year = re.search(r"(20\d\d)", name)
    if not year:
        remedy = "Give the first day with --from, e.g. --from 2026-10-01."
        raise Refused(Fault(name, "no year in its name", "icd10cm-order-2027.txt", remedy))
    number = int(year.group(1))
    start = datetime.date(number, 4, 1) if "apr" in name.lower() else datetime.date(number - 1, 10, 1)
    return start, datetime.date(number, 9, 30)


RANGE = re.compile(r"\(([^()]*\d[^()]*)\)")


def excludes(name: str, text: str, from_: datetime.date | None, to: datetime.date | None) -> Release:
    """Read the Excludes1 notes of the tabular list: each code with those that it excludes (`M60.-`, `M79.7`)."""
    if "<!ENTITY" in text:
        raise Refused(Fault(name, "a document that defines entities", "the tabular list as published"))
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise Refused(Fault(name, f"XML that breaks ({error})", "the whole tabular list")) from None
    rows = sorted(set(_excluded(root)))
    if not rows:
        raise Refused(
            Fault(name, "no Excludes1 note", "the ICD-10-CM tabular list (icd10cm-tabular-2027.xml)")
        )
    year = root.findtext("version") or ""
    days = _fiscal_year(year) if from_ is None else (from_, to)
    return Release(kind="excludes", name=name, from_=days[0], to=to or days[1], rows=rows)


def _excluded(root: ElementTree.Element) -> Iterator[Row]:
    for diag in root.iter("diag"):
        code = (diag.findtext("name") or "").replace(".", "")
        for note in diag.findall("excludes1/note"):
            for group in RANGE.findall("".join(note.itertext())):
                for part in re.split(r"[,;]\s*", group):
                    if re.match(r"[A-Z]\d", part):
                        yield code, part.strip()


MONTH_WORDS = "|".join(MONTHS)
MONTH_SHORT = "|".join(month[:3] for month in MONTHS)
# Year and month in the names and titles of quarterly files. NCCI's version 32.1 is the second quarter of 1994 + 32.
QUARTERS: tuple[tuple[str, Callable[[re.Match[str]], tuple[int, int]]], ...] = (
    (r"(\d{1,2})[-_/](\d{1,2})[-_/](20\d\d)", lambda m: (int(m[3]), int(m[1]))),
    (r"(20\d\d)-?q([1-4])", lambda m: (int(m[1]), 3 * int(m[2]) - 2)),
    (rf"({MONTH_WORDS})\s+(?:\d{{1,2}},?\s+)?(20\d\d)", lambda m: (int(m[2]), MONTHS.index(m[1]) + 1)),
    (rf"\b({MONTH_SHORT})[a-z]*[ _-]+(20\d\d)", lambda m: (int(m[2]), _month(m[1]))),
    (r"v(\d\d)([0-3])r\d", lambda m: (1994 + int(m[1]), 3 * int(m[2]) + 1)),
)


def _quarter_of(text: str) -> tuple[datetime.date, datetime.date] | None:
    """Return the first and last day of the quarter in a name or title."""
    lowered = text.lower()
    for pattern, make in QUARTERS:
        match = re.search(pattern, lowered)
        if match:
            year, month = make(match)
            if not 1 <= month <= 12:
                continue
            first = datetime.date(year, 3 * ((month - 1) // 3) + 1, 1)
            return first, first + relativedelta(months=3, days=-1)
    return None


def _month(short: str) -> int:
    return next(n for n, name in enumerate(MONTHS, 1) if name.startswith(short))
