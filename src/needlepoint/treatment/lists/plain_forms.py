"""The few complete forms in which a line denies a name: a plain no, a relative, or stopped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from needlepoint.treatment.lists.cues import cues
from needlepoint.treatment.lists.line import COUNTS, UNITS
from needlepoint.treatment.lists.matches import KINDS, NameMatch, all_names, matches_of, segment
from needlepoint.treatment.lists.names import book, plain

__all__ = ["is_plain", "says_only_stopped"]


def says_only_stopped(part: Sequence[str], match: NameMatch) -> bool:
    """Return whether this part of the line only says that the name was stopped, and when."""
    stopped = cues().stopped
    name = match.name.text
    line = f" {' '.join(token for token in part if token != '|')} ".replace(f" {plain(name)} ", " ", 1)
    for phrase in sorted(stopped.words, key=len, reverse=True):
        line = line.replace(f" {phrase} ", " ")
    said = {*stopped.beside, *UNITS, *COUNTS}
    return all(token in said or token[0].isdigit() for token in line.split())


def is_plain(
    kind: str, tokens: Sequence[str], match: NameMatch, matches: Sequence[NameMatch], told: bool
) -> bool:
    """Return whether the line, or the part of it about this name, is a plain form of 'no' or of a relative.

    In a list only guarded names need one; in a patient's own sentence (`told`) every name does.
    """
    if not told and not book(kind).groups[match.name.group].guarded:
        return True
    start, end = segment(tokens, match)
    if told:
        joins = cues().plain.joins
        start = max((n + 1 for n in range(start, match.start) if tokens[n] in joins), default=start)
        end = next((n for n in range(match.end, end) if tokens[n] in joins), end)
    else:
        start, end = _with_loose_parts(tokens, start, end)
    spans = sorted((m.start, m.end) for m in all_names(kind, tokens, matches) if start <= m.start < end)
    shape, at = [], start
    for first, last in spans:
        shape += [*tokens[at:first], "X"]
        at = last
    shape += tokens[at:end]
    return _reduced([word for word in shape if word != "|"]) & _plain_forms(kind) != set()


def _with_loose_parts(tokens: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Return the part extended by neighbors without content of their own ('no Eliquis, today')."""
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
    return any(list(matches_of(kind, part)) for kind in KINDS)


def _reduced(shape: Sequence[str]) -> set[str]:
    """Return a line without the optional first words of a plain form, with one X for several names, R for relatives."""
    family = cues().family
    kin = {word for word in family.words if " " not in word and word not in ("fh", "fhx")}
    words = ["R" if word in kin else word for word in shape]
    line = f" {' '.join(words)} "
    for word in cues().plain.little:
        for name in ("X", "R"):
            line = line.replace(f" {word} {name} ", f" {name} ")
    for word in cues().plain.conjunctions:
        while f" X {word} X " in line:
            line = line.replace(f" X {word} X ", " X ")
    shapes = {line.strip()}
    for phrase in cues().plain.leave:
        if line.startswith(f" {phrase} "):
            shapes.add(line[len(phrase) + 2 :].strip())
    return shapes


@lru_cache(maxsize=8)
def _plain_forms(kind: str) -> frozenset[str]:
    forms = cues().plain
    return frozenset((*forms.no[kind], *forms.family[kind]))
