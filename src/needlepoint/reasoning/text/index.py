"""The corpus prepared for matching: stems, weights, and where to look for each wording.

Compiled into `data/corpus.msgpack` by `tools/compile_corpus.py`, because reading and stemming the corpus takes seconds
at every start. A test compares the file with its sources.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.compiled import DecodedLater
from needlepoint.base.knowledge import read_toml
from needlepoint.reasoning.text.corpus import BACKGROUND, Wording, wordings
from needlepoint.reasoning.text.stems import NEG, little_words, stem, words_of

__all__ = ["Index", "Phrase", "compile_all", "compile_index", "encode_index", "load_index"]

FILE = Path(__file__).parent.parent / "data" / "corpus.msgpack"
LEAST_WEIGHT = 0.4
NEG_WEIGHT = 1.2
THIN = 5.0  # a wording whose own content weighs less is matched word for word: 'he hurts me' by parts fits anything
THIN_TWO = {
    2: 0.0,
    3: 3.0,
    4: 5.0,
}  # the same for two content words in a wording of two, three, and more words
MASKS = (BACKGROUND + "idiom", BACKGROUND + "like_")
PARTS_FROM = 3  # number of content words from which part of a wording is evidence
LEAST_PART = 0.6  # share of the weight that must be found before a wording is examined
_PALE = {"en": {"pain", "hurt", "ach", "feel", "sore"}, "es": {"dolor", "dol", "sent", "molest"}}


class Phrase(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One wording in the form that is compared.

    Matched by `stems` near each other, or by every word in order when `literal`. `strict` wordings belong to concepts
    that warn on their own: their parts must come in order and closer, and literal ones exactly as written (`exact`),
    because 'me pega' and 'me pegue' share a stem. For a mask that is not literal, `exact` are its content words as
    written, in order.
    """

    concept: int
    stems: tuple[str, ...]
    words: tuple[str, ...]  # the stem of every word, in order
    exact: tuple[str, ...]  # every word as written; empty when the stems decide
    weight: float
    literal: bool
    strict: bool


class _Parts(msgspec.Struct, frozen=True):
    """A wording split into its parts."""

    content: tuple[str, ...]  # stems of the content words, each once
    stems: tuple[str, ...]  # of all words
    words: tuple[str, ...]


class Index(msgspec.Struct, frozen=True):
    """The wordings of one language. `places[stem]` are the phrases to examine when the stem occurs."""

    concepts: tuple[str, ...]
    phrases: Sequence[Phrase]
    weight: dict[str, float]
    places: dict[str, tuple[int, ...]]
    vocabulary: dict[str, int]  # word as written -> frequency


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """The same in its stored form: each wording on its own, because a text needs few of them."""

    concepts: tuple[str, ...]
    phrases: tuple[msgspec.Raw, ...]
    weight: dict[str, float]
    places: dict[str, tuple[int, ...]]
    vocabulary: dict[str, int]


def compile_index(found: Iterable[Wording], language: str, alone: frozenset[str] = frozenset()) -> Index:
    """Return the index of the wordings of one language.

    Concepts in `alone` warn on their own and are matched strictly.
    """
    rows = [row for row in found if row.language == language]
    concepts = tuple(dict.fromkeys(row.concept for row in rows))
    number = {concept: place for place, concept in enumerate(concepts)}
    vocabulary = Counter(word for row in rows for word in words_of(row.text))
    parted = [(number[row.concept], _parts(row.text, language)) for row in rows]
    weight = _weights(parted, len(concepts))
    strict = {number[concept] for concept in alone if concept in number}
    phrases = list(
        dict.fromkeys(
            _masking(_phrase(at, parts, weight, language, at in strict), parts, language)
            if is_mask(concepts[at])
            else _phrase(at, parts, weight, language, at in strict)
            for at, parts in parted
            if parts.words
        )
    )
    return Index(concepts, phrases, weight, _anchors(phrases, weight), dict(vocabulary))


def compile_all() -> dict[str, Index]:
    """Return the index of every wording by language. A concept that satisfies a rule on its own is matched strictly."""
    rules = read_toml(FILE.parent / "red_flags" / "rules.toml")["rule"]
    single = [terms[0] for rule in rules for terms in rule["any"] if len(terms) == 1]
    alone = frozenset(part for term in single for part in term.split("|") if not part.startswith("sentinel:"))
    rows = list(wordings())
    return {language: compile_index(rows, language, alone) for language in ("en", "es")}


def _parts(text: str, language: str) -> _Parts:
    words = tuple(words_of(text))
    stop = little_words(language).stop
    content = dict.fromkeys(stem(word, language) for word in words if word not in stop)
    return _Parts(tuple(content), tuple(stem(word, language) for word in words), words)


def _weights(parted: list[tuple[int, _Parts]], concepts: int) -> dict[str, float]:
    """The fewer concepts share a stem, the more weight it has."""
    where: dict[str, set[int]] = defaultdict(set)
    for concept, parts in parted:
        for found in parts.content or parts.stems:
            where[found].add(concept)
    weights = {
        found: round(max(LEAST_WEIGHT, math.log(concepts / len(held))), 3) for found, held in where.items()
    }
    return weights | {NEG: NEG_WEIGHT}


def _phrase(concept: int, parts: _Parts, weight: dict[str, float], language: str, strict: bool) -> Phrase:
    stems = parts.content or tuple(dict.fromkeys(parts.stems))
    own = [found for found in parts.content if found != NEG and found not in _PALE[language]]
    own_weight = sum(weight[found] for found in own)
    thin = len(own) <= 1 and (strict or own_weight < THIN)
    thin = thin or (len(own) == 2 and own_weight < THIN_TWO[min(len(parts.words), 4)])
    thin = thin or (len(own) == 1 and own[0] in _not_alone(language))
    literal = not parts.content or len(parts.words) == 1 or thin
    # One word stands for itself: 'matarme' has the stem of 'me mata la espalda'.
    exact = parts.words if literal and (strict or len(parts.words) == 1) else ()
    total = round(sum(weight[found] for found in stems), 3)
    return Phrase(concept, stems, parts.stems, exact, total, literal, strict)


def _masking(phrase: Phrase, parts: _Parts, language: str) -> Phrase:
    """A mask is matched by its own words in order.

    By stems and parts, 'legs weak after leg day' would hide 'leg weaker every day'.
    """
    if phrase.literal:
        return phrase
    stop = little_words(language).stop
    return msgspec.structs.replace(phrase, exact=tuple(word for word in parts.words if word not in stop))


@lru_cache(maxsize=2)
def _not_alone(language: str) -> frozenset[str]:
    """Return stems that mean too little to represent a wording."""
    return frozenset(read_toml(FILE.parent / "corpus_rules.toml")["not_alone"][language])


def _anchors(phrases: list[Phrase], weight: dict[str, float]) -> dict[str, tuple[int, ...]]:
    """Return each phrase under its heaviest stems, enough of them that it cannot match without one."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, phrase in enumerate(phrases):
        for anchor in _needed(phrase, weight):
            found[anchor].append(number)
    return {anchor: tuple(numbers) for anchor, numbers in found.items()}


def _needed(phrase: Phrase, weight: dict[str, float]) -> list[str]:
    heavy = sorted(phrase.stems, key=lambda found: -weight[found])
    if phrase.literal or len(phrase.stems) < PARTS_FROM:
        return heavy[:1]
    spare, needed = phrase.weight * (1 - LEAST_PART), []
    for found in heavy:
        needed.append(found)
        spare -= weight[found]
        if spare < 0:
            break
    return needed


def is_mask(concept: str) -> bool:
    """Whether text that matches a concept's wordings is ignored: idioms, and harmless look-alikes."""
    return concept.startswith(MASKS)


@lru_cache(maxsize=1)
def load_index() -> dict[str, Index]:
    """The compiled index by language."""
    stored = msgspec.msgpack.decode(FILE.read_bytes(), type=dict[str, _Kept])
    return {
        language: Index(
            kept.concepts, DecodedLater(kept.phrases, Phrase), kept.weight, kept.places, kept.vocabulary
        )
        for language, kept in stored.items()
    }


def encode_index(found: Mapping[str, Index]) -> bytes:
    """Return the index in its stored form."""
    return msgspec.msgpack.encode(
        {language: msgspec.structs.astuple(index) for language, index in found.items()}
    )
