"""The authored wordings: files of `data/corpus/`, each with its author, as plain sentences of one concept.

A wording is a template: `{a|b}` means either, `{a|}` means a or nothing. Every file names its author and how far it was
checked, so that the coverage of one author's wordings by another's can be measured.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import Certainty, cite, rows
from needlepoint.base.refusal import Fault, Refused
from needlepoint.reasoning.text.stems import little_words, words_of

__all__ = ["BACKGROUND", "CorpusFile", "Wording", "corpus_files", "expand", "wordings"]

DATA = Path(__file__).parent.parent / "data"
BACKGROUND = (
    "background:"  # prefixes of concepts whose text is ignored: idioms, denials, other people, long ago
)
MOST_OF_ONE = 90  # most wordings that one template may produce
_CHOICE = re.compile(r"(\{[^{}]*\})")


class Authored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Templates for one concept: a sign, 'sentinel:...', 'feature:...', 'place:...' or 'background:...'."""

    concept: str
    en: list[str] = []
    es: list[str] = []


class CorpusFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file: who wrote the wordings and what they are for."""

    author: str
    about: str
    certainty: Certainty
    source: list[str]
    wording: list[Authored]


class Wording(msgspec.Struct, frozen=True):
    """One plain sentence of a concept."""

    concept: str
    language: str
    text: str
    author: str


@lru_cache(maxsize=1)
def corpus_files() -> dict[str, CorpusFile]:
    """Every file of the corpus by its name."""
    found = {path.stem: rows(path, CorpusFile)[0] for path in sorted((DATA / "corpus").glob("*.toml"))}
    for name, file in found.items():
        cite(DATA, file.source, f"corpus/{name}.toml")
    return found


def wordings() -> Iterator[Wording]:
    """Return every wording of every file, each text of a concept once."""
    seen: set[tuple[str, str, str]] = set()
    for name, file in corpus_files().items():
        for row in file.wording:
            for language, templates in (("en", row.en), ("es", row.es)):
                for text in itertools.chain.from_iterable(
                    expand(t, f"{name} {row.concept}", language) for t in templates
                ):
                    key = (row.concept, language, text)
                    if key not in seen:
                        seen.add(key)
                        yield Wording(row.concept, language, text, file.author)


def expand(template: str, where: str = "wording", language: str | None = None) -> list[str]:
    """Return the plain sentences of a template; a sample if there are more than MOST_OF_ONE.

    With `language` the sample skips sentences that differ only in function words.

    >>> expand("my {leg|arm} is numb")
    ['my leg is numb', 'my arm is numb']
    """
    parts = [part for part in _CHOICE.split(template) if part]
    if any(set("{}|") & set(part) for part in parts if not _CHOICE.fullmatch(part)):
        raise Refused(Fault(where, repr(template), "choices written {a|b}, none inside another"))
    choices = [part[1:-1].split("|") if part.startswith("{") else [part] for part in parts]
    found = [" ".join("".join(choice).split()) for choice in itertools.product(*choices)]
    if len(found) > MOST_OF_ONE:
        found = _sample(found, language)
    return [text for text in found if text]


def _sample(found: list[str], language: str | None) -> list[str]:
    drawn = random.Random(0).sample(found, len(found))
    if language is not None:
        stop = little_words(language).stop
        told = {tuple(word for word in words_of(text) if word not in stop): text for text in drawn}
        kept = set(told.values())
        drawn = [*told.values(), *(text for text in drawn if text not in kept)]
    return drawn[:MOST_OF_ONE]
