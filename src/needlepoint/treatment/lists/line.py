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
    "i&d": "incision and drainage", "u/s": "ultrasound", "k+": "k", "hbsag+": "hbsag positive", "x-ray": "xray",
}  # fmt: skip
SHORT_FORM = re.compile(
    r"(?<![a-z0-9])(?:" + "|".join(re.escape(short) for short in SHORT) + r")(?:(?<=/)|(?![a-z0-9]))"
)

ICD = re.compile(
    r"(?<=[a-z,)] )\(?\b[a-su-z]\d\d\.[\da-z]{1,4}\b\)?"
)  # 'hyperlipidemia E78.5': a code behind its words


def tokens_of(text: str) -> list[str]:
    """Return words without accents, with '|' where one thing ends and another begins."""
    for short, long in cues().capitals.items():
        text = re.sub(rf"\b{short}\b(?!\s+[A-Z]{{2}})", long, text)  # but "MI HIJA"
    low = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    low = SHORT_FORM.sub(lambda found: f" {SHORT[found[0]]} ", low)
    low = re.sub(r"\b(?:[a-z]\.){2,}[a-z]?\b", lambda dotted: dotted[0].replace(".", ""), low)
    low = re.sub(r"\b(?:(\d\d?)[/-])?(\d\d?)[/-]((?:19|20)\d\d)\b", _dated, low)
    low = re.sub(r"\b(\d\d?)[/-](\d\d?)[/-](\d\d)\b", _dated, low)
    low = re.sub(r"\b(\d\d?)/(\d\d?)\b(?![/-]\d)", _short_date, low)
    low = re.sub(r"\b(\d\d?)/(\d\d)\b", r"\1 \2", low)
    low = ICD.sub(" ", low)
    low = re.sub(r"(\bg\d+p\d+\w*) (?:at|@) (\d\d?) ?w(?:ks?|eeks)?\b", r"\1 \2 weeks gestation", low)
    low = re.sub(r"\b([1-4]?\d)(?:w\d/?d|w ?\d/7|wga)\b", r"\1 weeks gestation", low)
    low = re.sub(r"\b(\d+)(d|days?|wks?|w|mos?|yrs?|h|hrs?|sem)(?= ago\b)", r"\1 \2", low)
    low = re.sub(r"\bhace (\d+)(d|dias?|sem|semanas?|h|hrs?|mes|meses)\b", r"hace \1 \2", low)
    low = re.sub(r"\b(temp|tmax|t)(\d{3}|\d\d[.,]\d)", r"\1 \2", low)
    low = re.sub(r"(\d)[.,](\d)", r"\1p\2", low)
    low = re.sub(r"[;,.\n/()+&|\[\]!?]+| - ", " | ", low)
    return "".join(c if c.isalnum() or c == "|" else " " for c in low).split()


def _short_date(found: re.Match[str]) -> str:
    """Return 11/17 as one word, '11s17': the day of this year that charts write so; other fractions as they are."""
    one, two = int(found[1]), int(found[2])
    months = min(one, two)
    is_fraction = len(found[2]) == 1 and (one < FIRST_DATE or two > one)
    days = 1 <= months <= 12 and max(one, two) <= 31
    return f"{one}s{two}" if days and not is_fraction else found[0]


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


UNITS = {"d": 1, "hr": 0, "hrs": 0, "hour": 0, "hours": 0, "h": 0, "hora": 0, "horas": 0, "w": 7, "sem": 7, "mos": 30,
         "day": 1, "days": 1, "dia": 1, "dias": 1, "week": 7, "weeks": 7, "wk": 7, "wks": 7, "semana": 7,
         "semanas": 7, "month": 30, "months": 30, "mo": 30, "mes": 30, "meses": 30, "year": 365, "years": 365,
         "yr": 365, "yrs": 365, "ano": 365, "anos": 365}  # fmt: skip
COUNTS = {"a": 1, "one": 1, "un": 1, "una": 1, "two": 2, "dos": 2, "three": 3, "tres": 3, "four": 4, "cuatro": 4,
          "five": 5, "cinco": 5, "six": 6, "seis": 6, "seven": 7, "siete": 7, "eight": 8, "ocho": 8, "nine": 9,
          "nueve": 9, "ten": 10, "diez": 10, "twelve": 12, "doce": 12, "fifteen": 15, "quince": 15, "twenty": 20,
          "veinte": 20, "thirty": 30, "treinta": 30}  # fmt: skip
ADULT = 18
FIRST_DATE = 6  # 1/2, 3/5 and the like are fractions, not days
LAST_YEAR = ("last year", "el ano pasado")


MONTH_NAMES = (
    ("january", "enero"), ("february", "febrero"), ("march", "marzo"), ("april", "abril"), ("mayo",), ("june", "junio"),
    ("july", "julio"), ("august", "agosto"), ("september", "septiembre"), ("october", "octubre"),
    ("november", "noviembre"), ("december", "diciembre"),
)  # fmt: skip
SHORT_MONTHS = {
    name: n
    for n, names in enumerate(
        (
            "jan ene",
            "feb",
            "mar",
            "apr abr",
            "may",
            "jun",
            "jul",
            "aug ago",
            "sep sept",
            "oct",
            "nov",
            "dec dic",
        ),
        1,
    )
    for name in names.split()
}
RECENT = 84  # days within which a day without a year is taken for one of this year
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
        if count is not None and unit is not None and ago:
            return count * unit
    line = " ".join(tokens)
    if any(f" {words} " in f" {line} " for words in LAST_YEAR):
        return (as_of - datetime.date(as_of.year - 1, 12, 31)).days
    days = [found for parts in re.findall(DAY, line) if (found := _since(parts, as_of)) is not None]
    days += _days_of_short_dates(tokens, as_of)
    rest = re.sub(DAY, " ", line).split()
    before = [token for n, token in enumerate(rest) if since or not (n and rest[n - 1] in ("since", "desde"))]
    years = [int(token) for token in before if re.fullmatch(r"(19|20)\d\d", token)]
    days += [max((as_of - datetime.date(year, 12, 31)).days, 0) for year in years if year <= as_of.year]
    if days:
        return min(days)
    month = next((MONTHS[token] for token in tokens if token in MONTHS), None)
    if month is not None and not FUTURE & set(tokens):
        return _since_month(month, as_of)
    this_year = re.search(rf"\b(?:0?[1-9]|1[0-2])[s ]{as_of:%y}\b", line)  # 11/26
    return 0 if this_year else None


def bare_days(tokens: Sequence[str]) -> int | None:
    """Return the days of a bare duration at the end of a part of the line ('stent 3 wks'); None for none."""
    for n in range(len(tokens) - 1):
        count = int(tokens[n]) if tokens[n].isascii() and tokens[n].isdigit() else COUNTS.get(tokens[n])
        unit, ends = UNITS.get(tokens[n + 1]), n + 2 == len(tokens) or tokens[n + 2] == "|"
        if count is not None and unit and ends and not (n and tokens[n - 1] in LASTING):
            return count * unit
    return None


def _days_of_short_dates(tokens: Sequence[str], as_of: datetime.date) -> list[int]:
    """Return days since '11/17' and 'Nov 17': the last such day, if that was within this year's past months."""
    pairs = [(int(one), int(two)) for token in tokens for one, two in re.findall(r"^(\d\d?)s(\d\d?)$", token)]
    pairs = [pair for one, two in pairs for pair in ((one, two), (two, one))]
    for n, token in enumerate(tokens):
        if (month := MONTHS.get(token) or SHORT_MONTHS.get(token)) is not None:
            near = [*tokens[n + 1 : n + 2], *tokens[max(n - 1, 0) : n], *_before_de(tokens, n)]
            pairs += [(month, int(day)) for day in near if re.fullmatch(r"\d\d?", day)]
    found = []
    for month, day in pairs:
        try:
            days = (as_of - datetime.date(as_of.year, month, day)).days
        except ValueError:
            continue
        found.append(days if days >= 0 else days + 365)
    recent = [days for days in found if days <= RECENT]
    return recent[:1]


def _before_de(tokens: Sequence[str], n: int) -> Sequence[str]:
    """Return the day of '3 de noviembre'."""
    return tokens[n - 2 : n - 1] if n > 1 and tokens[n - 1] in ("de", "of") else ()


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
