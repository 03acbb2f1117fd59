"""What an entry of a patient's lists says: which known things, and whether now, past, of the family, or not at all.

Nothing is taken for harmless because it is not known: what no name fits is told as `unknown`, with the nearest names.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.base.people import Meaning, Patient
from needlepoint.treatment.lists.names import (
    DATA,
    Group,
    Name,
    book,
    near_what_matters,
    nearest_names,
    plain,
    surely_harmless,
)

__all__ = ["Entry", "Lists", "is_anaphylaxis", "names_allergy", "read_entry", "read_lists"]

UNSURE = "?"  # in place of why a name does not count: the line is no plain form
RECENT_DAYS = 84  # a heart attack, a stroke or an operation counts as recent for twelve weeks


class Denied(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    before: list[str]
    behind: list[str]
    between: list[str]


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: list[str]
    but: list[str]


class Past(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: list[str]
    still: list[str]
    recent: list[str]


class Stopped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: list[str]
    paused: list[str]
    beside: list[str]


class Plain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    leave: list[str]
    little: list[str]
    conjunctions: list[str]
    joins: list[str]
    no: dict[str, list[str]]
    family: dict[str, list[str]]


class Filler(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: list[str]
    split: list[str]


class AllergyWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: list[str]
    anaphylaxis: list[str]


class Cues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words around an entry, from `data/entry_words.toml`."""

    allergy: AllergyWords
    denied: Denied
    family: Family
    past: Past
    stopped: Stopped
    plain: Plain
    capitals: dict[str, str]
    filler: Filler

    @property
    def silent(self) -> frozenset[str]:
        """Every word that says nothing of its own."""
        phrases = (
            *self.filler.words,
            *self.filler.split,
            *self.denied.before,
            *self.denied.behind,
            *self.denied.between,
            *self.family.words,
            *self.family.but,
            *self.past.words,
            *self.past.still,
            *self.past.recent,
            *self.stopped.words,
            *self.stopped.paused,
        )
        return frozenset(word for phrase in phrases for word in phrase.split())


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list as it was understood.

    `groups`: what holds now. `unknown`: the part that no name fits ('' when all of it is understood), `nearest` the
    known names near it. `spelling`: the name that a misspelled blood thinner is taken for. `which`: a class word
    stands for a medicine that must be named. `when`: it was stopped or paused, and the day of the last dose is missing.
    `aside`: what the line says is not so, past or of the family, in words. `unsure`: a guarded name beside a 'no' or a
    relative in no plain form; it counts, and `spelling` names it.
    """

    kind: str
    text: str
    groups: frozenset[str] = frozenset()
    unknown: str = ""
    nearest: tuple[str, ...] = ()
    spelling: str = ""
    which: bool = False
    when: bool = False
    unsure: bool = False
    aside: tuple[str, ...] = ()
    answered: Meaning | None = None


class Lists(msgspec.Struct, frozen=True, kw_only=True):
    """A patient's lists as they were understood. `asked`: the kinds that somebody asked for.

    A medicine or an allergy that stands among the conditions ("on Eliquis", "allergic to lidocaine") counts where it
    belongs, whether or not that list was asked for.
    """

    medicine: tuple[Entry, ...]
    condition: tuple[Entry, ...]
    allergy: tuple[Entry, ...]
    asked: frozenset[str]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*self.medicine, *self.condition, *self.allergy)))


class Match(NamedTuple):
    """A known name between two tokens."""

    start: int
    end: int
    name: Name


@lru_cache(maxsize=1)
def _cues() -> Cues:
    return msgspec.convert(read_toml(DATA / "entry_words.toml"), Cues)


@lru_cache(maxsize=1)
def _silent() -> frozenset[str]:
    return _cues().silent


def read_lists(patient: Patient, as_of: datetime.date) -> Lists:
    """The patient's lists, with what somebody answered about entries that are not known."""
    answers: dict[tuple[str, str], Meaning] = {(row.kind, plain(row.text)): row for row in patient.meanings}

    def read(kind: str, text: str) -> Entry:
        return _answered(kind, text, answers.get((kind, plain(text))), as_of)

    medicines = [
        _cleared(read("medicine", row.name), row.last_taken, as_of) for row in patient.medicines or []
    ]
    conditions = [read("condition", text) for text in patient.conditions or []]
    allergies = [read("allergy", row.substance) for row in patient.allergies or []]
    for text in patient.conditions or []:
        medicines += _across("medicine", text, as_of)
        if _has(_tokens(text), _cues().allergy.words):
            allergies += _across("allergy", text, as_of)
    asked = {"medicine": patient.medicines, "condition": patient.conditions, "allergy": patient.allergies}
    return Lists(
        medicine=tuple(medicines),
        condition=tuple(conditions),
        allergy=tuple(allergies),
        asked=frozenset(kind for kind, rows in asked.items() if rows is not None),
    )


def _across(kind: str, text: str, as_of: datetime.date) -> list[Entry]:
    """What a line of another list says of this kind, when it names something that matters."""
    entry, groups = read_entry(kind, text, as_of), book(kind).groups
    matters = any(not groups[id_].harmless for id_ in entry.groups if id_ in groups)
    return [msgspec.structs.replace(entry, unknown="", nearest=())] if matters else []


def _answered(kind: str, text: str, answer: Meaning | None, as_of: datetime.date) -> Entry:
    """The entry with what somebody answered about it. An answer adds to what the text itself names, and erases nothing.

    Only the name that was asked about gives way (a misspelled blood thinner, one beside a 'no' or a relative), and only
    where the line names nothing else.
    """
    own = read_entry(kind, text, as_of)
    if answer is None:
        return own
    more = read_entry(kind, answer.entry or answer.how or "", as_of)
    asked = read_entry(kind, own.spelling, as_of).groups if own.spelling else frozenset()
    settled = bool(own.spelling) and own.groups <= asked
    return msgspec.structs.replace(
        own,
        groups=(frozenset() if settled else own.groups) | more.groups,
        unknown="",
        nearest=(),
        spelling="",
        unsure=False,
        which=own.which and answer.means == "harmless",
        when=own.when or (more.when and answer.means == "known"),
        answered=answer,
    )


def _cleared(entry: Entry, last_taken: datetime.datetime | None, as_of: datetime.date) -> Entry:
    """The entry without the classes that the last dose is long enough ago for."""
    if last_taken is None:
        return entry
    days = (as_of - last_taken.date()).days
    groups = book("medicine").groups
    kept = frozenset(
        id_
        for id_ in entry.groups
        if (row := groups.get(id_)) is None or row.clears_days is None or days < row.clears_days
    )
    # What a class implies goes with it.
    owners = {id_ for id_ in kept if id_ in groups}
    implied = {more for id_ in owners for more in groups[id_].ids}
    kept = frozenset(id_ for id_ in kept if id_ in groups or id_ in implied)
    return msgspec.structs.replace(
        entry,
        groups=kept,
        when=False,
        aside=entry.aside if kept else (*entry.aside, f"last taken {days} days ago"),
    )


@lru_cache(maxsize=8192)
def read_entry(kind: str, text: str, as_of: datetime.date, *, told: bool = False) -> Entry:
    """One line as it stands in the list of this kind (medicine, condition, allergy) on that day.

    `told`: it is a sentence of the patient's own, of which only the part around a name must be plain.
    """
    tokens = _tokens(text)
    if all(token == "|" for token in tokens):
        return Entry(kind=kind, text=text, unknown=text.strip() or "?")
    matches = list(_matches(kind, tokens))
    whole = (
        kind == "medicine" and len(matches) == 1
    )  # what stands behind a comma still speaks of the only medicine
    plainly = [_aside(kind, tokens, match, matches, told) for match in matches]
    read = [
        _state(kind, tokens, match, as_of, whole, set_aside)
        for match, set_aside in zip(matches, plainly, strict=True)
    ]
    unsure = next(
        (str(m.name) for m, (_, aside, _) in zip(matches, read, strict=True) if aside == UNSURE), ""
    )
    unknown = _unknown(kind, tokens, matches)
    if not matches and not unknown and all(token == "|" or _says_nothing(token) for token in tokens):
        unknown = " ".join(token for token in tokens if token != "|")
    spelled = next((str(m.name) for m in matches if m.name.misspelled and not read[matches.index(m)][1]), "")
    near = nearest_names(kind, unknown) if unknown else ()
    return Entry(
        kind=kind,
        text=text,
        groups=frozenset(id_ for groups, _, _ in read for id_ in groups),
        unknown=unknown,
        nearest=tuple(str(name) for name in near),
        spelling=_right_name(kind, spelled, matches) or unsure,
        unsure=bool(unsure),
        which=any(
            book(kind).groups[m.name.group].ask_which and groups
            for m, (groups, _, _) in zip(matches, read, strict=True)
        ),
        when=any(ask for _, _, ask in read),
        aside=tuple(aside for _, aside, _ in read if aside and aside != UNSURE),
    )


def _right_name(kind: str, spelled: str, matches: Sequence[Match]) -> str:
    """The rightly spelled name nearest to a misspelled one."""
    if not spelled:
        return ""
    wrong = next(match.name for match in matches if match.name.misspelled)
    near = [name for name in nearest_names(kind, plain(wrong.text)) if name.of == wrong.of]
    return str(near[0]) if near else wrong.of


SHORT = (
    ("w/o", "without"),
    ("h/o", "history of"),
    ("s/p", "status post"),
    ("d/c", "stopped"),
    ("r/o", "possible"),
)


def _tokens(text: str) -> list[str]:
    """Words without accents, with '|' where one thing ends and another begins."""
    for short, long in _cues().capitals.items():
        text = re.sub(rf"\b{short}\b(?!\s+[A-Z]{{2}})", long, text)  # but "MI HIJA"
    low = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    for short, long in SHORT:
        low = low.replace(short, long)
    low = re.sub(r"\b(?:[a-z]\.){2,}[a-z]?\b", lambda dotted: dotted[0].replace(".", ""), low)
    low = re.sub(r"\b(?:(\d\d?)[/-])?(\d\d?)[/-]((?:19|20)\d\d)\b", _dated, low)
    low = re.sub(r"\b(\d\d?)[/-](\d\d?)[/-](\d\d)\b", _dated, low)
    low = re.sub(r"\b(\d\d?)/(\d\d)\b", r"\1 \2", low)
    low = re.sub(r"(\d)[.,](\d)", r"\1p\2", low)
    low = re.sub(r"[;,.\n/()+&|\[\]!?]+| - ", " | ", low)
    return "".join(c if c.isalnum() or c == "|" else " " for c in low).split()


def _dated(found: re.Match[str]) -> str:
    """A date by month and year, or by month and day in either order, as year month day: the latest it may mean."""
    one, two, year = found[1], int(found[2]), int(found[3])
    year += 2000 if year < 100 else 0
    try:
        if one is None:
            return f"{year} {two} {monthrange(year, two)[1]}"
        meant = [datetime.date(year, m, d) for m, d in ((int(one), two), (two, int(one))) if m <= 12]
    except ValueError:
        return found[0]
    return f"{max(meant):%Y %m %d}" if meant else found[0]


def _matches(kind: str, tokens: Sequence[str]) -> Iterator[Match]:
    """Known names along the line, the longest at each place."""
    known = book(kind)
    at = 0
    while at < len(tokens):
        words = next(
            (w for w in known.by_word.get(tokens[at], ()) if tuple(tokens[at : at + len(w)]) == w), None
        )
        if words is None:
            at += 1
            continue
        yield Match(at, at + len(words), known.names[" ".join(words)])
        at += len(words)


def _segment(tokens: Sequence[str], match: Match) -> tuple[int, int]:
    """Where the part of the line begins and ends in which the match stands."""
    start = max((n + 1 for n in range(match.start) if tokens[n] == "|"), default=0)
    end = next((n for n in range(match.end, len(tokens)) if tokens[n] == "|"), len(tokens))
    return start, end


def _state(
    kind: str, tokens: Sequence[str], match: Match, as_of: datetime.date, whole: bool, plainly: bool
) -> tuple[frozenset[str], str, bool]:
    """What holds now by this match; else in words why not; and whether the last dose must be asked for."""
    cues, group = _cues(), book(kind).groups[match.name.group]
    if group.harmless and not group.recent_is:
        return group.ids, "", False
    start, end = (0, len(tokens)) if whole else _segment(tokens, match)
    around = [*tokens[start : match.start], "|", *tokens[match.end : end]]
    stopped = kind == "medicine" and _has(around, cues.stopped.words)  # "no longer takes" is no denial
    doubtful = (group.ids, UNSURE, False)
    if not stopped and _is_denied(tokens, start, end, match):
        return (
            (frozenset(), f"not so: {match.name.text}", False) if plainly or not group.guarded else doubtful
        )
    if _has(around, cues.family.words) and not _has(around, cues.family.but):
        family = (frozenset[str](), f"in the family: {match.name.text}", False)
        return family if plainly or not group.guarded else doubtful
    if group.guarded and stopped and not _says_only_stopped(tokens[start:end], match):
        return group.ids, "", True
    days = _days_ago(tokens[start:end], as_of)
    if kind == "medicine":
        return _of_medicine(group, around, days, match)
    return _of_condition(group, around, days, match)


def _says_only_stopped(part: Sequence[str], match: Match) -> bool:
    """Whether the part of the line says of the name that it was stopped, and when, and nothing else."""
    cues = _cues().stopped
    name = match.name.text
    line = f" {' '.join(token for token in part if token != '|')} ".replace(f" {plain(name)} ", " ", 1)
    for phrase in sorted(cues.words, key=len, reverse=True):
        line = line.replace(f" {phrase} ", " ")
    said = {*cues.beside, *UNITS, *COUNTS}
    return all(token in said or token[0].isdigit() for token in line.split())


def _aside(kind: str, tokens: Sequence[str], match: Match, matches: Sequence[Match], told: bool) -> bool:
    """Whether the line, or the part of it that speaks of this name, is a plain form of 'no' or of a relative."""
    if not book(kind).groups[match.name.group].guarded:
        return True
    start, end = _segment(tokens, match)
    if told:
        joins = _cues().plain.joins
        start = max((n + 1 for n in range(start, match.start) if tokens[n] in joins), default=start)
        end = next((n for n in range(match.end, end) if tokens[n] in joins), end)
    else:
        start, end = _with_loose_parts(tokens, start, end)
    spans = sorted((m.start, m.end) for m in _all_names(kind, tokens, matches) if start <= m.start < end)
    shape, at = [], start
    for first, last in spans:
        shape += [*tokens[at:first], "X"]
        at = last
    shape += tokens[at:end]
    return _reduced([word for word in shape if word != "|"]) & _plain_forms(kind) != set()


def _all_names(kind: str, tokens: Sequence[str], matches: Sequence[Match]) -> list[Match]:
    """The names of this list, and of the others where this list has none."""
    found = [match for match in matches if match.name.group != "nothing"]
    for other in ("medicine", "condition", "allergy"):
        if other != kind:
            taken = {n for match in found for n in range(match.start, match.end)}
            found += [
                m
                for m in _matches(other, tokens)
                if m.name.group != "nothing" and not taken & set(range(m.start, m.end))
            ]
    return found


def _with_loose_parts(tokens: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """The part widened by its neighbors that name nothing of their own ('no Eliquis, today')."""
    while end < len(tokens):
        after = next((n for n in range(end + 1, len(tokens)) if tokens[n] == "|"), len(tokens))
        if _names_anything(tokens[end + 1 : after]):
            break
        end = after
    while start > 0:
        before = max((n + 1 for n in range(start - 1) if tokens[n] == "|"), default=0)
        if _names_anything(tokens[before : start - 1]):
            break
        start = before
    return start, end


def _names_anything(part: Sequence[str]) -> bool:
    return any(list(_matches(kind, part)) for kind in ("medicine", "condition", "allergy"))


def _reduced(shape: Sequence[str]) -> set[str]:
    """The shape of a line without the words that a plain form may begin with, with one X for several, R for kin."""
    cues = _cues()
    kin = {word for word in cues.family.words if " " not in word and word not in ("fh", "fhx")}
    words = ["R" if word in kin else word for word in shape]
    line = f" {' '.join(words)} "
    for word in cues.plain.little:
        for name in ("X", "R"):
            line = line.replace(f" {word} {name} ", f" {name} ")
    for word in cues.plain.conjunctions:
        while f" X {word} X " in line:
            line = line.replace(f" X {word} X ", " X ")
    shapes = {line.strip()}
    for phrase in cues.plain.leave:
        if line.startswith(f" {phrase} "):
            shapes.add(line[len(phrase) + 2 :].strip())
    return shapes


@lru_cache(maxsize=8)
def _plain_forms(kind: str) -> frozenset[str]:
    cues = _cues().plain
    return frozenset((*cues.no[kind], *cues.family[kind]))


def _of_medicine(
    group: Group, around: Sequence[str], days: int | None, match: Match
) -> tuple[frozenset[str], str, bool]:
    cues = _cues().stopped
    stopped = _has(around, cues.words)
    if group.clears_days is None or not (stopped or _has(around, cues.paused)):
        return group.ids, "", False
    if days is None:
        return group.ids, "", True
    if stopped and days >= group.clears_days:
        return frozenset(), f"stopped: {match.name.text}", False
    return group.ids, "", False


def _of_condition(
    group: Group, around: Sequence[str], days: int | None, match: Match
) -> tuple[frozenset[str], str, bool]:
    cues = _cues().past
    recent = _has(around, cues.recent) or (days is not None and days < RECENT_DAYS)
    if group.recent_is and recent:
        return group.ids | {group.recent_is}, "", False
    past = _has(around, cues.words) or days is not None
    if group.passes_days is None or recent or not past or _has(around, cues.still):
        return group.ids, "", False
    if days is not None and days < group.passes_days:
        return group.ids, "", False
    return frozenset(), f"in the past: {match.name.text}", False


def names_allergy(text: str) -> bool:
    """Whether the words speak of an allergy."""
    return _has(_tokens(text), _cues().allergy.words)


def is_anaphylaxis(text: str) -> bool:
    """Whether the words tell of anaphylaxis: by name, or by throat, breath or collapse."""
    return _has(_tokens(text), _cues().allergy.anaphylaxis)


def _has(tokens: Sequence[str], phrases: Sequence[str]) -> bool:
    line = f" {' '.join(tokens)} "
    return any(f" {phrase} " in line for phrase in phrases)


def _is_denied(tokens: Sequence[str], start: int, end: int, match: Match) -> bool:
    """Whether the line says that it is not so, directly before or behind the name."""
    cues = _cues().denied
    at = match.start
    while at > start:
        one, two = tokens[at - 1], " ".join(tokens[max(at - 2, start) : at])
        if one in cues.before or two in cues.before:
            return True
        if one not in cues.between and not _is_name_end(tokens, at, start):
            break
        at -= 1
    behind = tokens[match.end : end]
    return bool(behind) and (behind[0] in cues.behind or " ".join(behind[:2]) in cues.behind)


def _is_name_end(tokens: Sequence[str], at: int, start: int) -> bool:
    """Whether a known name of any list ends at this token ('no diabetes or hemophilia')."""
    return any(
        " ".join(tokens[first:at]) in book(kind).names
        for first in range(max(start, at - 4), at)
        for kind in ("condition", "medicine")
    )


UNITS = {"day": 1, "days": 1, "dia": 1, "dias": 1, "week": 7, "weeks": 7, "wk": 7, "wks": 7, "semana": 7,
         "semanas": 7, "month": 30, "months": 30, "mo": 30, "mes": 30, "meses": 30, "year": 365, "years": 365,
         "yr": 365, "yrs": 365, "ano": 365, "anos": 365}  # fmt: skip
COUNTS = {"a": 1, "one": 1, "un": 1, "una": 1, "two": 2, "dos": 2, "three": 3, "tres": 3, "four": 4, "cuatro": 4,
          "five": 5, "cinco": 5, "six": 6, "seis": 6, "ten": 10, "diez": 10}  # fmt: skip


DAY = r"\b((?:19|20)\d\d) (\d\d?) (\d\d?)\b"


def _days_ago(tokens: Sequence[str], as_of: datetime.date) -> int | None:
    """At least how many days ago it was, by a year or by 'N weeks ago'; None when nothing says so."""
    for n, token in enumerate(tokens):
        count = int(token) if token.isascii() and token.isdigit() else COUNTS.get(token)
        unit = UNITS.get(tokens[n + 1]) if n + 1 < len(tokens) else None
        ago = "ago" in tokens[n + 2 : n + 3] or (n and tokens[n - 1] == "hace")
        if count is not None and unit and ago:
            return count * unit
    line = " ".join(tokens)
    days = [found for parts in re.findall(DAY, line) if (found := _since(parts, as_of)) is not None]
    rest = re.sub(DAY, " ", line).split()
    before = [token for n, token in enumerate(rest) if not (n and rest[n - 1] in ("since", "desde"))]
    years = [int(token) for token in before if re.fullmatch(r"(19|20)\d\d", token)]
    days += [max((as_of - datetime.date(year, 12, 31)).days, 0) for year in years if year <= as_of.year]
    if days:
        return min(days)
    this_year = re.search(rf"\b(?:0?[1-9]|1[0-2]) {as_of:%y}\b", line)  # 11/26
    return 0 if this_year else None


def _since(parts: Sequence[str], as_of: datetime.date) -> int | None:
    """Days since a date of year, month and day; None for one that does not exist."""
    try:
        return max((as_of - datetime.date(*(int(part) for part in parts))).days, 0)
    except ValueError:
        return None


def _unknown(kind: str, tokens: Sequence[str], matches: Sequence[Match]) -> str:
    """The first part of the line that no name fits, of this list or another."""
    inside = {n for match in matches for n in range(match.start, match.end)}
    split = _cues().filler.split
    parts: list[list[int]] = [[]]
    for n, token in enumerate(tokens):
        if n not in inside and (token == "|" or token in split):
            parts.append([])
        else:
            parts[-1].append(n)
    for part in parts:
        loose = [tokens[n] for n in part if n not in inside and not _says_nothing(tokens[n])]
        named = [match for match in matches if match.start in part]
        said = _loose_part(kind, loose, named)
        if said:
            return said
    return ""


def _says_nothing(token: str) -> bool:
    return token in _silent() or token[0].isdigit() or len(token) == 1


def _loose_part(kind: str, loose: list[str], named: Sequence[Match]) -> str:
    if not loose:
        return ""
    if not named:
        text = " ".join(loose)
        others = [other for other in ("medicine", "condition", "allergy") if other != kind]
        if any(list(_matches(other, loose)) for other in others) and kind != "medicine":
            return ""
        return "" if surely_harmless(kind, text) else text
    if all(book(kind).groups[match.name.group].harmless for match in named):
        return next((word for word in loose if near_what_matters(kind, word)), "")
    return ""
