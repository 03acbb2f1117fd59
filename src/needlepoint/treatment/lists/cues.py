"""Cue words around a list entry for no, past, family or stopped, from `data/entry_words.toml`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.treatment.lists.names import DATA

__all__ = ["Cues", "cues", "has", "reactions", "silent"]


class NegationCues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    before: list[str]
    behind: list[str]
    between: list[str]


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    heads: list[str]  # at the begin of a line, whose parts are all of the family
    own: list[str]  # unless one of these says otherwise
    words: list[str]
    but: list[str]


class Past(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: list[str]
    still: list[str]
    recent: list[str]
    resolved: list[str]  # without one of these a guarded condition in the past still counts


class Stopped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: list[str]
    paused: list[str]
    beside: list[str]


class Plain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    leave: list[str]
    little: list[str]
    conjunctions: list[str]
    joins: list[str]
    heads: list[str]  # beginnings of a list of denials
    chart: list[str]  # beginnings whose list is separated by commas only
    turns: list[str]  # words that end such a list
    no: dict[str, list[str]]
    family: dict[str, list[str]]


class Weight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words and units of a weight in a text, and by how many percent it may differ from the record."""

    words: list[str]
    units: dict[str, Decimal]
    apart_percent: Decimal


class Age(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Forms of an age in a text, and by how many years it may differ from the record."""

    own: list[str]
    theirs: list[str]
    written_for: list[str]
    young: list[str]
    units: dict[str, Decimal]
    bare_above: Decimal
    most: Decimal
    adult_from: int
    apart_years: Decimal


class Filler(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: list[str]
    split: list[str]


class AllergyWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: list[str]
    anaphylaxis: list[str]
    taking: list[str]  # mean that a medicine is taken
    not_misplaced: list[str]  # groups of conditions that are reactions
    reactions: list[str]  # name the reaction, not the allergen


class ReasonCues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words around the reason of a medicine."""

    cues: list[str]  # before a reason
    prevents: list[str]  # the medicine prevents what is named
    over: list[str]  # the course is over
    on_skin: list[str]  # used on the skin, the eye or the ear only
    if_needed: list[str]  # the medicine is there in case of what is named
    symptoms: list[str]  # groups that such a line does not report


class Cues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cue words around an entry, from `data/entry_words.toml`."""

    allergy: AllergyWords
    denied: NegationCues
    family: Family
    past: Past
    stopped: Stopped
    plain: Plain
    reason: ReasonCues
    capitals: dict[str, str]
    filler: Filler
    weight: Weight
    age: Age

    @property
    def silent(self) -> frozenset[str]:
        """Return every word without content of its own."""
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
            *self.past.resolved,
            *self.stopped.words,
            *self.stopped.paused,
        )
        return frozenset(word for phrase in phrases for word in phrase.split())


@lru_cache(maxsize=1)
def cues() -> Cues:
    """Return the words of `data/entry_words.toml`."""
    return msgspec.convert(read_toml(DATA / "entry_words.toml"), Cues, strict=False)


@lru_cache(maxsize=1)
def silent() -> frozenset[str]:
    """Return every word without content of its own."""
    return cues().silent


@lru_cache(maxsize=1)
def reactions() -> frozenset[str]:
    """Return the words for reactions."""
    return frozenset(word for phrase in cues().allergy.reactions for word in phrase.split())


def has(tokens: Sequence[str], phrases: Sequence[str]) -> bool:
    """Return whether one of the phrases is in the line, as whole words."""
    line = f" {' '.join(tokens)} "
    return any(f" {phrase} " in line for phrase in phrases)
