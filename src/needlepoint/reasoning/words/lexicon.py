"""A lexicon of concepts, and where a text says them: the longest phrase first, in one pass.

A row of a lexicon gives a concept and its phrases in English and Spanish. In a phrase stands, besides the words of
`inflection.forms`: `chew*` for every word that begins so; ` * ` for up to three words between; `(front|back)` for a
choice, with an empty choice where the words may be missing. Articles, 'my', and 'right' or 'left' are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.base.refusal import Fault, Refused
from needlepoint.reasoning.words.inflection import forms
from needlepoint.reasoning.words.language import LANGUAGES, cue_table, languages_of
from needlepoint.reasoning.words.tokens import COMMA, NONE, SENTENCE, Token, fold

__all__ = [
    "ConceptMatch",
    "Lexicon",
    "PhraseRow",
    "clauses",
    "compile_lexicon",
    "load_lexicon",
    "matches",
    "sentences",
]

_GAP = 3  # the most words that the star of a phrase stands for
_CHOICE = re.compile(r"\(([^()]*)\)")
_MACRO = re.compile(r"\{(\w+)\}")


class PhraseRow(msgspec.Struct, frozen=True):
    """One concept and the phrases that say it. Further keys of the TOML row are left to the room that reads it."""

    id: str
    en: list[str] = []
    es: list[str] = []


class ConceptMatch(NamedTuple):
    """Concepts said by the tokens `first` up to, not including, `end`."""

    first: int
    end: int
    concepts: tuple[str, ...]


class _Node:
    """A place in the tree of phrases."""

    __slots__ = ("children", "concepts", "gap")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.gap: _Node | None = None
        self.concepts: tuple[str, ...] = ()


class _Tree:
    """The phrases of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.root = _Node()
        self.soft = frozenset(cue_table()["soft"][language])
        self.gap_stop = frozenset(cue_table()["gap_stop"][language])
        self.keys_of: dict[str, tuple[str, ...]] = {}
        self.prefixes: set[str] = set()
        self.lengths: tuple[int, ...] = ()
        self._known: dict[str, tuple[str, ...]] = {}
        self._starts: frozenset[str] | None = None
        self._start_prefixes: tuple[str, ...] = ()

    def add(self, phrase: str, concept: str) -> None:
        """One phrase without choices."""
        words = [fold(word) for word in phrase.replace("-", " ").split()]
        words = [word for word in words if word not in self.soft] or words
        node = self.root
        for word in words:
            node = self._step(node, word)
        if concept not in node.concepts:
            node.concepts = (*node.concepts, concept)

    def _step(self, node: _Node, word: str) -> _Node:
        if word == "*":
            node.gap = node.gap or _Node()
            return node.gap
        if word.endswith("*"):
            self.prefixes.add(word[:-1])
            self.lengths = tuple(sorted({len(prefix) for prefix in self.prefixes}))
        elif word not in self._known:
            self._known[word] = ()
            for form in forms(word, self.language):
                self.keys_of[form] = (*self.keys_of.get(form, ()), word)
        return node.children.setdefault(word, _Node())

    def may_start(self, words: frozenset[str]) -> bool:
        """Whether one of `words` begins a phrase."""
        if self._starts is None:
            first = self.root.children
            self._starts = frozenset(
                form for form, keys in self.keys_of.items() if any(key in first for key in keys)
            )
            self._start_prefixes = tuple(key[:-1] for key in first if key.endswith("*"))
        if not self._starts.isdisjoint(words):
            return True
        return bool(self._start_prefixes) and any(word.startswith(self._start_prefixes) for word in words)

    def keys(self, text: str) -> tuple[str, ...]:
        """The words of phrases that the word `text` stands for."""
        starred = tuple(
            text[:length] + "*"
            for length in self.lengths
            if length <= len(text) and text[:length] in self.prefixes
        )
        return self.keys_of.get(text, ()) + starred


class Lexicon:
    """Phrases ready for finding. Built by `compile_lexicon`; holds no text."""

    def __init__(
        self, rows: Iterable[PhraseRow], macros: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self.trees = {language: _Tree(language) for language in LANGUAGES}
        for row in rows:
            for language, phrases in (("en", row.en), ("es", row.es)):
                known = (macros or {}).get(language, {})
                for phrase in phrases:
                    for plain in _without_choices(_with_macros(phrase, known, row.id)):
                        self.trees[language].add(plain, row.id)

    def may_start(self, words: frozenset[str], language: str) -> bool:
        """Whether any phrase of the language begins with one of these words: a quick look before the search."""
        return self.trees[language].may_start(words)


def compile_lexicon(
    rows: Iterable[PhraseRow], macros: Mapping[str, Mapping[str, str]] | None = None
) -> Lexicon:
    """A lexicon of `rows`. `macros` gives by language what `{name}` in a phrase stands for."""
    return Lexicon(rows, macros)


def load_lexicon(*paths: Path, key: str = "phrase", more: Iterable[PhraseRow] = ()) -> Lexicon:
    """A lexicon of the `[[key]]` rows of TOML files, and of the rows in `more`.

    `[macros.en]` and `[macros.es]` of each file hold for all.
    """
    rows: list[PhraseRow] = list(more)
    macros: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for path in paths:
        table = read_toml(path)
        rows += [msgspec.convert(row, PhraseRow) for row in table.get(key, [])]
        for language in LANGUAGES:
            macros[language] |= table.get("macros", {}).get(language, {})
    return Lexicon(rows, macros)


def _with_macros(phrase: str, macros: Mapping[str, str], where: str) -> str:
    for _ in range(8):  # a macro may use others
        names = set(_MACRO.findall(phrase))
        if not names:
            return phrase
        missing = names - set(macros)
        if missing:
            raise Refused(Fault(where, f"the macro {sorted(missing)[0]!r}", "a name of [macros]"))
        phrase = _MACRO.sub(lambda match: f"({macros[match.group(1)]})", phrase)
    raise Refused(Fault(where, f"the phrase {phrase!r}", "macros that do not name each other in a circle"))


def _without_choices(phrase: str) -> Iterable[str]:
    innermost = _CHOICE.search(phrase)
    if innermost is None:
        return [phrase] if phrase.strip() else []
    head, tail = phrase[: innermost.start()], phrase[innermost.end() :]
    return [
        plain
        for choice in innermost.group(1).split("|")
        for plain in _without_choices(f"{head} {choice} {tail}")
    ]


def matches(tokens: list[Token], lexicon: Lexicon, language: str | None = None) -> list[ConceptMatch]:
    """Every phrase of `lexicon` in `tokens`, left to right, the longest first, none overlapping."""
    found: list[ConceptMatch] = []
    for first, end in sentences(tokens):
        trees = [lexicon.trees[name] for name in languages_of(tokens[first:end], language)]
        place = first
        while place < end:
            best = _best(trees, tokens, place, end)
            if best is None:
                place += 1
            else:
                found.append(best)
                place = best.end
    return found


def _best(trees: list[_Tree], tokens: list[Token], first: int, limit: int) -> ConceptMatch | None:
    best: tuple[int, int] = (0, 0)
    concepts: tuple[str, ...] = ()
    for tree in trees:
        if not any(key in tree.root.children for key in tree.keys(tokens[first].text)):
            continue
        for end, literal, said in _paths(tree, tokens, first, limit):
            if (end, literal) > best:
                best, concepts = (end, literal), said
            elif (end, literal) == best:
                concepts = concepts + tuple(concept for concept in said if concept not in concepts)
    return ConceptMatch(first, best[0], concepts) if concepts else None


def _paths(
    tree: _Tree, tokens: list[Token], first: int, limit: int
) -> list[tuple[int, int, tuple[str, ...]]]:
    """(end, words matched, concepts) of every phrase that begins at `first`."""
    found = []
    stack = [(tree.root, first, 0, 0)]  # node, next token, words matched, words the star may still skip
    while stack:
        node, place, literal, spare = stack.pop()
        if place >= limit or (place > first and tokens[place].gap != NONE):
            continue
        text = tokens[place].text
        for key in tree.keys(text):
            child = node.children.get(key)
            if child is not None:
                if child.concepts:
                    found.append((place + 1, literal + 1, child.concepts))
                stack.append((child, place + 1, literal + 1, 0))
                if child.gap is not None:
                    stack.append((child.gap, place + 1, literal + 1, _GAP))
        if place > first:
            if spare and text not in tree.gap_stop:
                stack.append((node, place + 1, literal, spare - 1))
            elif text in tree.soft:
                stack.append((node, place + 1, literal, spare))
    return found


def sentences(tokens: list[Token]) -> list[tuple[int, int]]:
    """(first, end) of each sentence."""
    starts = [place for place, token in enumerate(tokens) if place == 0 or token.gap == SENTENCE]
    return list(zip(starts, [*starts[1:], len(tokens)], strict=True)) if tokens else []


def clauses(tokens: list[Token], first: int, end: int) -> list[tuple[int, int]]:
    """(first, end) of each stretch of a sentence between marks stronger than a comma."""
    starts = [place for place in range(first, end) if place == first or tokens[place].gap > COMMA]
    return list(zip(starts, [*starts[1:], end], strict=True))
