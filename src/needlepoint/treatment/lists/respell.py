"""The patient's own words with misspelled names that matter corrected: 'im on eliquiss'.

Only a word in no dictionary and no list of names is a misspelling; two words are joined only where one was split.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from needlepoint.reasoning.text.spelling import is_word
from needlepoint.treatment.lists.cues import cues, silent
from needlepoint.treatment.lists.matches import KINDS
from needlepoint.treatment.lists.names import book, nearly_guarded

__all__ = ["respelled"]

LEAST = 6  # letters of a word that may be misspelled
LONG = 9  # letters from which two letters may differ
JOINED = 7  # letters of a word that may be split in two


def respelled(tokens: Sequence[str]) -> list[str]:
    """Return the tokens, with each misspelled word that matters corrected."""
    found, at = [], 0
    while at < len(tokens):
        pair = tokens[at : at + 2]
        whole = _joined(*pair) if len(pair) == 2 else ""
        found.append(whole or _right(tokens[at]))
        at += 2 if whole else 1
    return found


@lru_cache(maxsize=8192)
def _right(word: str) -> str:
    """Return the word that matters which this one misspells; itself when it is a word or near to none."""
    if len(word) < LEAST or not word.isalpha() or word in _every_word() or is_word(word):
        return word
    return _nearest(word, 2 if len(word) >= LONG else 1) or _blood_thinner(word) or word


def _blood_thinner(word: str) -> str:
    """Return the blood thinner for which a list would take the word; '' for none."""
    of, near = book("medicine"), nearly_guarded(word)
    if near is None or not of.groups[near.group].told:
        return ""
    names = [text for text in of.guarded if of.names[text].group == near.group]
    return min(names, key=lambda name: OSA.distance(word, name))


@lru_cache(maxsize=8192)
def _joined(one: str, two: str) -> str:
    """Return the single word that two words form together; '' for none."""
    word = one + two
    if len(word) < JOINED or not word.isalpha() or len(one) < 2 or len(two) < 2:
        return ""
    if word in _alone():
        return word
    both = is_word(one) and is_word(two)
    return "" if both or len(word) < LONG else _nearest(word, 1, _alone())


def _nearest(word: str, slips: int, among: frozenset[str] | None = None) -> str:
    """Return the word that matters within this distance, the nearest first; '' when a harmless one is as near."""
    rows = [(OSA.distance(word, known), known) for known in (_targets() if among is None else among)]
    apart, best = min(rows, default=(slips + 1, ""))
    if apart > slips:
        return ""
    rival = min((OSA.distance(word, known) for known in _harmless()), default=apart + 1)
    return best if apart < rival else ""


@lru_cache(maxsize=1)
def _targets() -> frozenset[str]:
    """Return the words of names and forms that must not be missed in the patient's words."""
    words = {word for phrase in _phrases() for word in phrase.split()}
    allergy = {word for phrase in cues().allergy.words for word in phrase.split()}
    return frozenset(word for word in words - silent() | allergy if len(word) >= LEAST and word.isalpha())


@lru_cache(maxsize=1)
def _alone() -> frozenset[str]:
    """Return names of a single word."""
    return frozenset(phrase for phrase in _phrases() if " " not in phrase and len(phrase) >= JOINED)


def _phrases() -> Iterator[str]:
    """Return the names of groups that must be on a list, and the words of their forms."""
    for kind in KINDS:
        of = book(kind)
        told = {id_ for id_, group in of.groups.items() if group.told}
        yield from (text for text, name in of.names.items() if name.group in told and not name.misspelled)
        for id_ in told:
            for form in of.groups[id_].forms:
                yield " ".join(word for word in re.split("[ /]", form) if word.isalpha())


@lru_cache(maxsize=1)
def _every_word() -> frozenset[str]:
    """Return every word of a correctly spelled name, and every word around an entry."""
    names = (text for kind in KINDS for text, name in book(kind).names.items() if not name.misspelled)
    return frozenset(word for text in names for word in text.split()) | silent()


@lru_cache(maxsize=1)
def _harmless() -> frozenset[str]:
    """Return harmless names of a single word: a misspelling of one of these is nothing that matters."""
    found = frozenset(text for kind in KINDS for text in book(kind).harmless if " " not in text)
    return found - _targets()
