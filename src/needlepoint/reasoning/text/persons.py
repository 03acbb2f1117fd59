"""Whom a statement is about: the patient, another person who is ill now, or one who was ill once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from needlepoint.reasoning.text.matcher import TextSpan
from needlepoint.reasoning.text.stems import little_words
from needlepoint.reasoning.words.tokens import Token

__all__ = ["OTHER", "OTHER_NOW", "as_first", "is_person", "names_others", "speaks_of_self", "whose"]

OTHER = "other"  # about another person, long over, lasting, or about an animal: no danger today
OTHER_NOW = "other_now"  # about another person who is ill now
REACH = 13  # words after a person that are about them
VERB_WITHIN = 4  # words after a person within which 'had' or 'died' makes it past
BEFORE = 4  # words before a person within which 'this morning' is about them
FILLERS = 4  # words between 'my' and the person: 'my 6 year old son'


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    """Return the words of both languages that name persons: short texts do not reveal their language."""
    tables = [little_words(language).persons for language in ("en", "es")]
    return {name: frozenset(word for table in tables for word in table[name]) for name in tables[0]}


@lru_cache(maxsize=1)
def _past() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(_words()['past']))})\b")


def speaks_of_self(statements: Sequence[TextSpan]) -> bool:
    """Whether the writer reports anything about themselves; a parent who writes for a child does not."""
    return any(_own(statement.words, at) for statement in statements for at in range(len(statement.words)))


def _own(words: Sequence[str], at: int) -> bool:
    """Whether the word names the writer: 'I', or 'my' unless it is 'my mother'."""
    known = _words()
    if words[at] not in known["my"]:
        return words[at] in known["self"]
    behind = at + 1
    while behind < min(len(words), at + 1 + FILLERS) and _is_filler(words[behind]):
        behind += 1
    return behind < len(words) and words[behind] not in known["kin"] | known["pets"]


def as_first(tokens: list[Token], language: str) -> list[Token] | None:
    """Return the words as the other person would say them in the first person, for wordings authored that way.

    None where no other person is named: 'mi hijo se quiere morir' becomes '... me quiero morir'.
    """
    known = _words()
    if not any(token.text in known["kin"] or token.text in known["pronoun"] for token in tokens):
        return None
    first = little_words(language).first
    return [token._replace(text=_first(token.text, first)) for token in tokens]


def names_others(words: Sequence[str]) -> bool:
    """Whether anyone besides the writer is named, including relatives and animals."""
    return not (_words()["kin"] | _words()["pets"]).isdisjoint(words)


def _first(word: str, first: Mapping[str, str]) -> str:
    if word in first:
        return first[word]
    ending = next((end for end in first if end.startswith("-") and word.endswith(end[1:])), None)
    return word if ending is None else word[: len(word) - len(ending) + 1] + first[ending]


def _is_filler(word: str) -> bool:
    return word in _words()["filler"] or word[0].isdigit()


def is_person(words: Sequence[str], at: int) -> bool:
    """Whether a word is a person after a possessive: 'mi mamá' is not a breast."""
    known = _words()
    before = words[at - 1] if at else ""
    return words[at] in known["kin"] and before in known["my"] | known["theirs"]


def whose(words: Sequence[str], writer: bool) -> Iterator[tuple[int, str]]:
    """(position, OTHER or OTHER_NOW) for each word of a statement about another person.

    When the writer reports nothing about themselves, a relative who is ill now is the patient.
    """
    known = _words()
    person, left, named = "", 0, False
    for at, word in enumerate(words):
        if word in known["kin"] or word in known["pets"]:
            if writer or not named or not _is_carried(words, at):
                person, left, named = _status(words, at, writer), REACH, True
        elif _own(words, at) or word in known["spoke"]:
            left = 0
        elif word in known["pronoun"] and person:
            left = REACH
        if person and left > 0:
            yield at, person
        left -= 1


def _is_carried(words: Sequence[str], at: int) -> bool:
    """'Bent to carry her grandson': nothing is reported about the grandson."""
    return bool(_words()["care"] & set(words[max(0, at - BEFORE) : at]))


def _status(words: Sequence[str], at: int, writer: bool) -> str:
    """Return the status of the person at `at`: OTHER, OTHER_NOW, or '' for the patient."""
    known = _words()
    if words[at] in known["pets"] or known["care"] & set(words if writer else words[:at]):
        return OTHER
    end = next((place for place in range(at + 1, len(words)) if _own(words, place)), len(words))
    told = {*words[max(0, at - BEFORE) : at], *words[at:end]}
    theirs = bool(set(words[max(0, at - 1) : at]) & known["theirs"])
    behind = words[at + 1 : min(end, at + 1 + VERB_WITHIN)]
    past = words[at] in known["far"] and writer
    past = past or bool(set(behind) & known["had"] and not set(behind) & known["birth"])
    past = past or (writer and bool(_past().search(" ".join(behind))))
    present = bool(told & known["now"]) or bool(known["fear"] & set(words))
    present = present or (not (writer or theirs) and bool(told & known["is"]))
    if past and not present:
        return OTHER
    return OTHER_NOW if writer or theirs else ""
