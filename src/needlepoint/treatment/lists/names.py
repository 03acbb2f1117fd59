"""The names of medicines, conditions and allergies in records, and their groups.

The rows are in `data/words/`; a name belongs to one group, and a group may imply others.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec
from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from needlepoint.base.knowledge import cite, rows
from needlepoint.treatment.lists.forms import Forms

__all__ = ["Book", "Group", "Name", "book", "known_names", "nearest_names", "nearly_guarded", "plain"]

DATA = Path(__file__).parents[1] / "data"
# kind of list -> its files and the key of their rows
FILES = {
    "medicine": (("medicines.toml", "harmless_medicines.toml", "harmless_short.toml"), "class"),
    "condition": (("conditions.toml", "harmless_conditions.toml", "harmless_charted.toml"), "condition"),
    "allergy": (("allergens.toml", "harmless_allergens.toml"), "group"),
}
NEAR, SAME, APART = (
    60,
    85,
    15,
)  # out of 100: worth suggesting; surely meant; distance from every other meaning
GUARDED = 80  # out of 100: a word this near to a blood thinner's name is taken for it, and asked about
NOTHING = "nothing"  # the group of 'no medicines', 'no allergy'
SLIPS = 2  # minimum distance in letters of a misspelled harmless name from what matters
LETTERS = 3  # one letter in this many may differ


class MedicineName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One medicine with its other names; `misspelled` are recognized but asked about."""

    name: str
    names: list[str] = []
    misspelled: list[str] = []


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A class of medicines, a condition, or a group of allergens.

    `harmless`: no effect before a needle. `clears_days`: days after the last dose from which a medicine no longer
    counts. `passes_days`: days after which a past condition no longer counts. `recent_is`: an additional group for
    something within the last weeks. `ask_which`: the name is a class word, and the medicine itself must be asked for.
    `asks_reason`: a medicine whose line must name what it is for.
    `guarded`: a line denies it only in a complete plain form (`data/entry_words.toml`). `forms`: phrases with gaps
    (`forms.py`). `told`: the plans for which the patient's own words about it must be on a list. `local`: skin states
    that mean the same.
    """

    id: str
    en: str
    es: str
    source: list[str]
    harmless: bool = False
    clears_days: int | None = None
    passes_days: int | None = None
    recent_is: str = ""
    ask_which: bool = False
    asks_reason: bool = False
    guarded: bool = False
    is_: list[str] = msgspec.field(name="is", default=[])
    names: list[str] = []
    forms: list[str] = []
    told: Literal["", "any", "wet", "steroid", "epinephrine", "pregnant", "abdomen_pelvis", "chest_wall"] = ""
    local: list[str] = []
    drug: list[MedicineName] = []

    @property
    def ids(self) -> frozenset[str]:
        """Return the group and what it implies."""
        return frozenset((self.id, *self.is_))


class Name(msgspec.Struct, frozen=True):
    """One name: as written, the thing it names, its group, and whether it is misspelled."""

    text: str
    of: str
    group: str
    misspelled: bool = False
    form: bool = False

    def __str__(self) -> str:
        """Return the name with what it means: 'Eliquis (apixaban)'."""
        shown = self.text if self.text == self.of else self.text[:1].upper() + self.text[1:]
        return shown if self.text == self.of else f"{shown} ({self.of})"


class Book(msgspec.Struct, frozen=True):
    """All names of one kind: by plain text, and by their first word for reading along a line."""

    groups: dict[str, Group]
    names: dict[str, Name]
    by_word: dict[str, tuple[tuple[str, ...], ...]]
    forms: Forms
    matters: tuple[str, ...]  # plain names that matter, for the nearest ones
    harmless: tuple[str, ...]
    something: tuple[str, ...]  # harmless names except those for nothing at all, which are near to nothing
    guarded: tuple[str, ...]  # single words that are guarded names

    def forms_in(self, tokens: Sequence[str]) -> dict[int, tuple[int, Name]]:
        """Return start -> end and name of the forms in a line, the longest at each place."""
        return {
            start: (end, Name(" ".join(tokens[start:end]), self.groups[group].en, group, form=True))
            for start, end, group in self.forms.along(tokens)
        }


def plain(text: str) -> str:
    """Return lower case, without accents, with single spaces for everything that is not a letter or digit."""
    flat = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in flat).split())


@lru_cache(maxsize=8)
def book(kind: str) -> Book:
    """Return the names of one kind: medicine, condition or allergy."""
    files, key = FILES[kind]
    groups = {group.id: group for file in files for group in rows(DATA / "words" / file, Group, key)}
    names: dict[str, Name] = {}
    for group in groups.values():
        cite(DATA, group.source, f"words {group.id}")
        for name in _names_of(group):
            names.setdefault(plain(name.text), name)
    by_word: dict[str, list[tuple[str, ...]]] = {}
    for text in names:
        words = tuple(text.split())
        by_word.setdefault(words[0], []).append(words)
    said = [text for text, name in names.items() if not name.misspelled]
    return Book(
        groups=groups,
        names=names,
        by_word={word: tuple(sorted(many, key=len, reverse=True)) for word, many in by_word.items()},
        matters=tuple(text for text in said if not groups[names[text].group].harmless),
        harmless=tuple(text for text in said if groups[names[text].group].harmless),
        something=tuple(
            text for text in said if groups[names[text].group].harmless and names[text].group != NOTHING
        ),
        forms=Forms([(form, group.id) for group in groups.values() for form in group.forms]),
        guarded=tuple(
            text for text in said if groups[names[text].group].guarded and len(text) > 5 and " " not in text
        ),
    )


def _names_of(group: Group) -> list[Name]:
    found = [Name(group.id.replace("_", " "), group.en, group.id)] if not group.harmless else []
    found += [Name(text, group.en, group.id) for text in group.names]
    for drug in group.drug:
        found += [Name(text, drug.name, group.id) for text in (drug.name, *drug.names)]
        found += [Name(text, drug.name, group.id, True) for text in drug.misspelled]
    return found


@lru_cache(maxsize=4096)
def nearest_names(kind: str, text: str) -> tuple[Name, ...]:
    """Return the known names nearest to `text`, at most three different things; those that matter win a tie."""
    of = book(kind)
    near = process.extract(text, of.matters, scorer=fuzz.ratio, limit=3, score_cutoff=NEAR)
    near += process.extract(text, of.something, scorer=fuzz.ratio, limit=3, score_cutoff=NEAR)
    found: dict[str, Name] = {}
    for known, _, _ in sorted(near, key=lambda row: -row[1]):
        found.setdefault(of.names[known].of, of.names[known])
    return tuple(found.values())[:3]


@lru_cache(maxsize=4096)
def surely_harmless(kind: str, text: str) -> Name | None:
    """Return the harmless name that a misspelling surely means: near to it, and far from every name that matters."""
    of = book(kind)
    best = process.extractOne(text, of.harmless, scorer=fuzz.ratio, score_cutoff=SAME)
    if best is None or len(text) < 5:
        return None
    rival = process.extractOne(text, of.matters, scorer=fuzz.ratio)
    close = rival is not None and best[1] - rival[1] < APART
    one_slip = DamerauLevenshtein.distance(text, best[0]) == 1
    if close and not (one_slip and _slips_to_what_matters(kind, text) > SLIPS):
        return None
    return of.names[best[0]]


def _slips_to_what_matters(kind: str, text: str) -> int:
    """Return the distance in letters of a word from the nearest name that matters."""
    near = process.extractOne(text, book(kind).matters, scorer=DamerauLevenshtein.distance)
    return int(near[1]) if near else len(text)


@lru_cache(maxsize=4096)
def near_what_matters(kind: str, text: str) -> bool:
    """Return whether a word is nearly a name that matters."""
    return (
        len(text) > 4
        and process.extractOne(text, book(kind).matters, scorer=fuzz.ratio, score_cutoff=SAME) is not None
    )


@lru_cache(maxsize=1)
def _condition_words() -> frozenset[str]:
    """Return words in names of conditions: these are not misspelled medicines ('vascular')."""
    return frozenset(word for text in book("condition").names for word in text.split())


@lru_cache(maxsize=4096)
def nearly_guarded(word: str) -> Name | None:
    """Return the blood thinner that a word of a medicine list nearly spells, if no harmless name is as near."""
    of = book("medicine")
    if len(word) < 6 or not word.isalpha() or word in _condition_words():
        return None
    best = process.extractOne(word, of.guarded, scorer=fuzz.ratio, score_cutoff=GUARDED)
    if best is None or DamerauLevenshtein.distance(word, best[0]) > (len(word) - 1) // LETTERS:
        return None
    rival = process.extractOne(word, of.harmless, scorer=fuzz.ratio)
    if rival and rival[1] >= best[1]:
        return None
    name = of.names[best[0]]
    return Name(word, name.of, name.group, misspelled=True)


def known_names(kind: str, typed: str) -> list[str]:
    """Return the known names of medicines or allergens that begin with what is typed, by name.

    >>> known_names("medicine", "xar")
    ['xarelto', 'xarelto starter pack']
    """
    begun = plain(typed)
    found = [
        name.text for text, name in book(kind).names.items() if text.startswith(begun) and not name.misspelled
    ]
    return sorted(found, key=lambda name: (len(name), name))
