"""A lexicon of concepts, and where a text contains them: the longest phrase first, in one pass.

A row of a lexicon gives a concept and its phrases in English and Spanish. Besides the words of `inflection.forms` a
phrase may contain `chew*` for every word with this beginning; ` * ` for up to three words between; `(front|back)` for a
choice, with an empty choice where the words may be missing. Articles, 'my', and 'right' or 'left' are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from needlepoint.base.compiled import DecodedLater
from needlepoint.base.knowledge import read_toml
from needlepoint.base.refusal import Fault, Refused
from needlepoint.reasoning.words.inflection import forms
from needlepoint.reasoning.words.language import LANGUAGES, cue_table, languages_of
from needlepoint.reasoning.words.tokens import COMMA, NONE, SENTENCE, Token, fold

__all__ = [
    "ConceptMatch",
    "KeptLexicon",
    "Lexicon",
    "PhraseRow",
    "clauses",
    "compile_lexicon",
    "keep_lexicon",
    "keep_lexicon_of",
    "matches",
    "matches_each",
    "sentences",
]

_MOST_REMEMBERED = 20_000  # distinct words of texts
_GAP = 3  # the most words that the star of a phrase matches
_CHOICE = re.compile(r"\(([^()]*)\)")
_MACRO = re.compile(r"\{(\w+)\}")


class PhraseRow(msgspec.Struct, frozen=True):
    """One concept and its phrases. Further keys of the TOML row are for the module that reads it."""

    id: str
    en: list[str] = []
    es: list[str] = []


class ConceptMatch(NamedTuple):
    """Concepts named by the tokens `first` up to, not including, `end`."""

    first: int
    end: int
    concepts: tuple[str, ...]


class _Node(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A node in the graph of phrases: the numbers of the nodes after each word, and after a star."""

    children: dict[str, int]
    gap: int | None
    concepts: tuple[str, ...]


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """The phrases of one language as stored. Phrases with the same ending share its nodes, decoded when needed."""

    language: str
    starts: dict[str, int]
    nodes: tuple[msgspec.Raw, ...]
    keys_of: dict[str, tuple[str, ...]]
    prefixes: tuple[str, ...]


class _Grown(msgspec.Struct):
    """A node while the phrases are added: a tree without shared endings."""

    children: dict[str, _Grown] = {}
    gap: _Grown | None = None
    concepts: tuple[str, ...] = ()

    def store(self, nodes: dict[bytes, int]) -> int:
        """Return the number of this node among the stored `nodes`, adding what is new."""
        children = {word: node.store(nodes) for word, node in sorted(self.children.items())}
        gap = self.gap.store(nodes) if self.gap else None
        return nodes.setdefault(msgspec.msgpack.encode(_Node(children, gap, self.concepts)), len(nodes))


class _Growing:
    """The phrases of one language while the tree is built."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.root = _Grown()
        self.soft = frozenset(cue_table().soft[language])
        self.keys_of: dict[str, tuple[str, ...]] = {}
        self.prefixes: dict[str, None] = {}
        self._known: set[str] = set()

    def add(self, phrase: str, concept: str) -> None:
        """Add one phrase without choices."""
        words = [fold(word) for word in phrase.replace("-", " ").split()]
        words = [word for word in words if word not in self.soft] or words
        node = self.root
        for word in words:
            node = self._step(node, word)
        if concept not in node.concepts:
            node.concepts = (*node.concepts, concept)

    def _step(self, node: _Grown, word: str) -> _Grown:
        if word == "*":
            node.gap = node.gap or _Grown()
            return node.gap
        if word.endswith("*"):
            self.prefixes[word[:-1]] = None
        elif word not in self._known:
            self._known.add(word)
            for form in sorted(forms(word, self.language)):
                self.keys_of[form] = (*self.keys_of.get(form, ()), word)
        return node.children.setdefault(word, _Grown())

    def kept(self) -> _Kept:
        """Return the phrases in their stored form."""
        nodes: dict[bytes, int] = {}
        starts = {word: node.store(nodes) for word, node in self.root.children.items()}
        raw = tuple(msgspec.Raw(node) for node in nodes)
        return _Kept(self.language, starts, raw, self.keys_of, tuple(self.prefixes))


class _Tree:
    """The phrases of one language, ready for matching."""

    def __init__(self, kept: _Kept) -> None:
        self.language = kept.language
        self.soft = frozenset(cue_table().soft[kept.language])
        self.gap_stop = frozenset(cue_table().gap_stop[kept.language])
        self._kept = kept
        self._prefixes = frozenset(kept.prefixes)
        self._lengths = tuple(sorted({len(prefix) for prefix in kept.prefixes}))
        self.nodes = DecodedLater(kept.nodes, _Node)
        self._keys: dict[str, tuple[str, ...]] = {}
        self._starts: dict[str, tuple[_Node, ...]] = {}

    def keys(self, text: str) -> tuple[str, ...]:
        """Return the words of phrases that the word `text` matches."""
        found = self._keys.get(text)
        if found is None:
            starred = tuple(
                text[:length] + "*"
                for length in self._lengths
                if length <= len(text) and text[:length] in self._prefixes
            )
            found = self._kept.keys_of.get(text, ()) + starred
            _remember(self._keys, text, found)
        return found

    def starts(self, text: str) -> tuple[_Node, ...]:
        """Return the trees of the phrases that can begin with the word `text`."""
        found = self._starts.get(text)
        if found is None:
            starts = self._kept.starts
            found = tuple(self.nodes[starts[key]] for key in self.keys(text) if key in starts)
            _remember(self._starts, text, found)
        return found


T = TypeVar("T")


def _remember(found: dict[str, T], text: str, value: T) -> None:
    """Cache what was found for a word, up to a limit that hostile text cannot exceed."""
    if len(found) < _MOST_REMEMBERED:
        found[text] = value


class Lexicon:
    """Phrases ready for matching. Made by `compile_lexicon`, or read from the stored form; contains no text."""

    def __init__(self, kept: Mapping[str, _Kept]) -> None:
        self.kept = dict(kept)
        self.trees = {language: _Tree(tree) for language, tree in kept.items()}


class KeptLexicon(msgspec.Struct, frozen=True):
    """A lexicon in its stored form, by language."""

    trees: dict[str, _Kept]

    def read(self) -> Lexicon:
        """Return the lexicon ready for matching."""
        return Lexicon(self.trees)


def keep_lexicon(
    rows: Iterable[PhraseRow], macros: Mapping[str, Mapping[str, str]] | None = None
) -> KeptLexicon:
    """Return a lexicon of `rows` in its stored form.

    `macros` gives by language what `{name}` in a phrase expands to.
    """
    growing = {language: _Growing(language) for language in LANGUAGES}
    for row in rows:
        for language, phrases in (("en", row.en), ("es", row.es)):
            known = (macros or {}).get(language, {})
            for phrase in phrases:
                for plain in _without_choices(_with_macros(phrase, known, row.id)):
                    growing[language].add(plain, row.id)
    return KeptLexicon({language: tree.kept() for language, tree in growing.items()})


def compile_lexicon(rows: Iterable[PhraseRow]) -> Lexicon:
    """Return a lexicon of `rows`, ready for matching."""
    return keep_lexicon(rows).read()


def keep_lexicon_of(*paths: Path, key: str = "phrase", more: Iterable[PhraseRow] = ()) -> KeptLexicon:
    """Return a lexicon of the `[[key]]` rows of TOML files, and of the rows in `more`, in its stored form.

    `[macros.en]` and `[macros.es]` of each file apply to all.
    """
    rows: list[PhraseRow] = list(more)
    macros: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for path in paths:
        table = read_toml(path)
        rows += [msgspec.convert(row, PhraseRow) for row in table.get(key, [])]
        for language in LANGUAGES:
            macros[language] |= table.get("macros", {}).get(language, {})
    return keep_lexicon(rows, macros)


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
    """Return every phrase of `lexicon` in `tokens`, left to right, the longest first, without overlap."""
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


def matches_each(tokens: list[Token], lexicon: Lexicon, language: str | None = None) -> list[ConceptMatch]:
    """As `matches`, for each concept on its own: the words of one do not hide another."""
    found: list[ConceptMatch] = []
    for first, end in sentences(tokens):
        trees = [lexicon.trees[name] for name in languages_of(tokens[first:end], language)]
        taken: dict[str, int] = {}  # concept -> where its last match ends
        for place in range(first, end):
            best: dict[str, tuple[int, int]] = {}
            for stop, literal, said in _said_at(trees, tokens, place, end):
                for concept in said:
                    best[concept] = max(best.get(concept, (0, 0)), (stop, literal))
            for concept, (stop, _) in best.items():
                if taken.get(concept, 0) <= place:
                    found.append(ConceptMatch(place, stop, (concept,)))
                    taken[concept] = stop
    return found


def _best(trees: list[_Tree], tokens: list[Token], first: int, limit: int) -> ConceptMatch | None:
    best: tuple[int, int] = (0, 0)
    concepts: tuple[str, ...] = ()
    for end, literal, said in _said_at(trees, tokens, first, limit):
        if (end, literal) > best:
            best, concepts = (end, literal), said
        elif (end, literal) == best:
            concepts = concepts + tuple(concept for concept in said if concept not in concepts)
    return ConceptMatch(first, best[0], concepts) if concepts else None


def _said_at(
    trees: list[_Tree], tokens: list[Token], first: int, limit: int
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """(end, words matched, concepts) of every phrase that begins at `first`."""
    for tree in trees:
        starts = tree.starts(tokens[first].text)
        if starts:
            yield from _paths(tree, starts, tokens, first, limit)


def _paths(
    tree: _Tree, starts: tuple[_Node, ...], tokens: list[Token], first: int, limit: int
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The same in one tree, for the phrases that continue from `starts`."""
    # node, next token, words matched, words the star may still skip
    stack: list[tuple[_Node, int, int, int]] = []
    for node in starts:
        yield from _meet(tree, node, first + 1, 1, stack)
    while stack:
        node, place, literal, spare = stack.pop()
        if place >= limit or tokens[place].gap != NONE:
            continue
        text = tokens[place].text
        for key in tree.keys(text):
            child = node.children.get(key)
            if child is not None:
                yield from _meet(tree, tree.nodes[child], place + 1, literal + 1, stack)
        if spare and text not in tree.gap_stop:
            stack.append((node, place + 1, literal, spare - 1))
        elif text in tree.soft:
            stack.append((node, place + 1, literal, spare))


def _meet(
    tree: _Tree, node: _Node, end: int, literal: int, stack: list[tuple[_Node, int, int, int]]
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Return what a phrase that ends at a node means, and the ways to continue."""
    if node.concepts:
        yield end, literal, node.concepts
    stack.append((node, end, literal, 0))
    if node.gap is not None:
        stack.append((tree.nodes[node.gap], end, literal, _GAP))


def sentences(tokens: list[Token]) -> list[tuple[int, int]]:
    """(first, end) of each sentence."""
    starts = [place for place, token in enumerate(tokens) if place == 0 or token.gap == SENTENCE]
    return list(zip(starts, [*starts[1:], len(tokens)], strict=True)) if tokens else []


def clauses(tokens: list[Token], first: int, end: int) -> list[tuple[int, int]]:
    """(first, end) of each stretch of a sentence between marks stronger than a comma."""
    starts = [place for place in range(first, end) if place == first or tokens[place].gap > COMMA]
    return list(zip(starts, [*starts[1:], end], strict=True))
