"""A line of a list as words without accents, and its dates and measurements."""

from __future__ import annotations

import datetime
import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence

from needlepoint.treatment.lists.cues import cues

__all__ = ["COUNTS", "UNITS", "bare_days", "days_ago", "in_childhood", "tokens_of"]

SHORT = {
    "c. diff": "c diff", "c.diff": "c diff", "w/o": "without", "w/": "with", "h/o": "history of", "s/p": "status post",
    "d/c": "stopped", "r/o": "possible", "d/t": "due to", "2/2": "due to", "b/l": "bilateral", "f/u": "followed",
    "h/a": "headache", "n/a": "none", "c/s": "c section", "t&a": "tonsillectomy", "d&c": "dilation and curettage",
    "i&d": "incision and drainage", "u/s": "ultrasound", "x-ray": "xray",
}  # fmt: skip
SHORT_FORM = re.compile(
    r"(?<![a-z0-9])(?:" + "|".join(re.escape(short) for short in SHORT) + r")(?:(?<=/)|(?![a-z0-9]))"
)


def tokens_of(text: str) -> list[str]:
    """Return words without accents, with '|' where one thing ends and another begins."""
    for short, long in cues().capitals.items():
        text = re.sub(rf"\b{short}\b(?!\s+[A-Z]{{2}})", long, text)  # but "MI HIJA"
    low = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    low = SHORT_FORM.sub(lambda found: f" {SHORT[found[0]]} ", low)
    low = re.sub(r"\b(?:[a-z]\.){2,}[a-z]?\b", lambda dotted: dotted[0].replace(".", ""), low)
    low = re.sub(r"\b(?:(\d\d?)[/-])?(\d\d?)[/-]((?:19|20)\d\d)\b", _dated, low)
    low = re.sub(r"\b(\d\d?)[/-](\d\d?)[/-](\d\d)\b", _dated, low)
    low = re.sub(r"\b(\d\d?)/(\d\d)\b", r"\1 \2", low)
    low = re.sub(r"\b(temp|tmax|t)(\d{3}|\d\d[.,]\d)", r"\1 \2", low)
    low = re.sub(r"(\d)[.,](\d)", r"\1p\2", low)
    low = re.sub(r"[;,.\n/()+&|\[\]!?]+| - ", " | ", low)
    return "".join(c if c.isalnum() or c == "|" else " " for c in low).split()


def _dated(found: re.Match[str]) -> str:
    """Return a date by month and year, or by month and day in either order, as year month day: the latest possible."""
    one, two, year = found[1], int(found[2]), int(found[3])
    year += 2000 if year < 100 else 0
    try:
        if one is None:
            return f"{year} {two} {monthrange(year, two)[1]}"
        meant = [datetime.date(year, m, d) for m, d in ((int(one), two), (two, int(one))) if m <= 12]
    except ValueError:
        return found[0]
    return f"{max(meant):%Y %m %d}" if meant else found[0]


UNITS = {"day": 1, "days": 1, "dia": 1, "dias": 1, "week": 7, "weeks": 7, "wk": 7, "wks": 7, "semana": 7,
         "semanas": 7, "month": 30, "months": 30, "mo": 30, "mes": 30, "meses": 30, "year": 365, "years": 365,
         "yr": 365, "yrs": 365, "ano": 365, "anos": 365}  # fmt: skip
COUNTS = {"a": 1, "one": 1, "un": 1, "una": 1, "two": 2, "dos": 2, "three": 3, "tres": 3, "four": 4, "cuatro": 4,
          "five": 5, "cinco": 5, "six": 6, "seis": 6, "seven": 7, "siete": 7, "eight": 8, "ocho": 8, "nine": 9,
          "nueve": 9, "ten": 10, "diez": 10, "twelve": 12, "doce": 12, "fifteen": 15, "quince": 15, "twenty": 20,
          "veinte": 20, "thirty": 30, "treinta": 30}  # fmt: skip
ADULT = 18
LAST_YEAR = ("last year", "el ano pasado")


MONTH_NAMES = (
    ("january", "enero"), ("february", "febrero"), ("march", "marzo"), ("april", "abril"), ("mayo",), ("june", "junio"),
    ("july", "julio"), ("august", "agosto"), ("september", "septiembre"), ("october", "octubre"),
    ("november", "noviembre"), ("december", "diciembre"),
)  # fmt: skip
FUTURE = frozenset({
    "due", "scheduled", "planned", "upcoming", "next", "awaiting", "booked", "para", "programado", "programada",
    "proximo", "proxima",
})  # fmt: skip
MONTHS = {name: n for n, names in enumerate(MONTH_NAMES, 1) for name in names}
LASTING = frozenset(
    {"for", "x", "every", "each", "por", "durante", "cada", "in", "en", "over", "of", "de", "at"}
)
DAY = r"\b((?:19|20)\d\d) (\d\d?) (\d\d?)\b"


def days_ago(tokens: Sequence[str], as_of: datetime.date, since: bool = False) -> int | None:
    """Return the least number of days since, by a year or by 'N weeks ago'; None without any.

    `since`: a year after 'since' counts too, as it does for what was stopped then.
    """
    for n, token in enumerate(tokens):
        count = int(token) if token.isascii() and token.isdigit() else COUNTS.get(token)
        unit = UNITS.get(tokens[n + 1]) if n + 1 < len(tokens) else None
        ago = "ago" in tokens[n + 2 : n + 3] or (n and tokens[n - 1] == "hace")
        if count is not None and unit and ago:
            return count * unit
    line = " ".join(tokens)
    if any(f" {words} " in f" {line} " for words in LAST_YEAR):
        return (as_of - datetime.date(as_of.year - 1, 12, 31)).days
    days = [found for parts in re.findall(DAY, line) if (found := _since(parts, as_of)) is not None]
    rest = re.sub(DAY, " ", line).split()
    before = [token for n, token in enumerate(rest) if since or not (n and rest[n - 1] in ("since", "desde"))]
    years = [int(token) for token in before if re.fullmatch(r"(19|20)\d\d", token)]
    days += [max((as_of - datetime.date(year, 12, 31)).days, 0) for year in years if year <= as_of.year]
    if days:
        return min(days)
    month = next((MONTHS[token] for token in tokens if token in MONTHS), None)
    if month is not None and not FUTURE & set(tokens):
        return _since_month(month, as_of)
    this_year = re.search(rf"\b(?:0?[1-9]|1[0-2]) {as_of:%y}\b", line)  # 11/26
    return 0 if this_year else None


def bare_days(tokens: Sequence[str]) -> int | None:
    """Return the days of a bare duration at the end of a part of the line ('stent 3 wks'); None for none."""
    for n in range(len(tokens) - 1):
        count = int(tokens[n]) if tokens[n].isascii() and tokens[n].isdigit() else COUNTS.get(tokens[n])
        unit, ends = UNITS.get(tokens[n + 1]), n + 2 == len(tokens) or tokens[n + 2] == "|"
        if count is not None and unit and ends and not (n and tokens[n - 1] in LASTING):
            return count * unit
    return None


def in_childhood(tokens: Sequence[str]) -> bool:
    """Return whether the line names an age of a child: 'age 15', 'at 9 yo', 'a los 7 anos'."""
    line = " ".join(tokens)
    ages = re.findall(
        r"\b(?:age|aged|at|edad|a los) (\d\d?)\b(?! (?:mm|cm|mg|days|weeks|months|dias|semanas|meses))", line
    )
    ages += re.findall(r"\b(\d\d?) ?(?:yo|y o)\b", line)
    return any(int(age) < ADULT for age in ages)


def _since_month(month: int, as_of: datetime.date) -> int:
    """Return the least number of days since the last such month: from its end, or none during it."""
    year = as_of.year if month <= as_of.month else as_of.year - 1
    last = datetime.date(year, month, monthrange(year, month)[1])
    return max((as_of - last).days, 0)


def _since(parts: Sequence[str], as_of: datetime.date) -> int | None:
    """Return days since a date of year, month and day; None for an invalid one."""
    try:
        return max((as_of - datetime.date(*(int(part) for part in parts))).days, 0)
    except ValueError:
        return None
