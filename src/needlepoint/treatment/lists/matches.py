"""Known names in a line, the part of the line around each, and text that no name fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from needlepoint.treatment.lists.cues import cues, reactions, silent
from needlepoint.treatment.lists.measures import measured_at
from needlepoint.treatment.lists.names import Book, Name, book, near_what_matters, surely_harmless

__all__ = [
    "KINDS",
    "NameMatch",
    "all_names",
    "loose_parts",
    "matches_of",
    "says_nothing",
    "segment",
    "unknown_part",
]

KINDS = ("medicine", "condition", "allergy")


class NameMatch(NamedTuple):
    """A known name between two tokens."""

    start: int
    end: int
    name: Name


def matches_of(kind: str, tokens: Sequence[str]) -> list[NameMatch]:
    """Return known names and forms in the line, the longest at each place; 'Eliquis (apixaban)' is one name."""
    found: list[NameMatch] = []
    for match in _along(kind, tokens):
        last = found[-1] if found else None
        same = last is not None and (last.name.of, last.name.group) == (match.name.of, match.name.group)
        if last is not None and same and kind == "medicine" and set(tokens[last.end : match.start]) == {"|"}:
            found[-1] = NameMatch(last.start, match.end, last.name)
        else:
            found.append(match)
    return found


def _along(kind: str, tokens: Sequence[str]) -> Iterator[NameMatch]:
    known = book(kind)
    forms = known.forms_in(tokens)
    at = 0
    while at < len(tokens):
        words = next(
            (w for w in known.by_word.get(tokens[at], ()) if tuple(tokens[at : at + len(w)]) == w), ()
        )
        form = forms.get(at)
        measured = _measured(known, tokens, at, len(words)) if kind == "condition" else None
        if measured is not None:
            end, name = measured
        elif form is not None and form[0] > at + len(words):
            end, name = form
        elif words:
            end, name = at + len(words), known.names[" ".join(words)]
        else:
            at += 1
            continue
        yield NameMatch(at, end, name)
        at = end


def _measured(known: Book, tokens: Sequence[str], at: int, named: int) -> tuple[int, Name] | None:
    """Return a laboratory value that begins here; a name precedes a value without effect ('azúcar en 400')."""
    found = measured_at(tokens, at)
    if found is None or (named and known.groups[found[1]].harmless):
        return None
    end, group = found
    return end, Name(" ".join(tokens[at:end]), known.groups[group].en, group, form=True)


def segment(tokens: Sequence[str], match: NameMatch) -> tuple[int, int]:
    """Return where the part of the line around the match begins and ends."""
    start = max((n + 1 for n in range(match.start) if tokens[n] == "|"), default=0)
    end = next((n for n in range(match.end, len(tokens)) if tokens[n] == "|"), len(tokens))
    return start, end


def all_names(kind: str, tokens: Sequence[str], matches: Sequence[NameMatch]) -> list[NameMatch]:
    """Return the names of this list, and of the others where this list has none."""
    found = [match for match in matches if match.name.group != "nothing"]
    for other in KINDS:
        if other != kind:
            taken = {n for match in found for n in range(match.start, match.end)}
            found += [
                m
                for m in matches_of(other, tokens)
                if m.name.group != "nothing" and not taken & set(range(m.start, m.end))
            ]
    return found


def unknown_part(kind: str, tokens: Sequence[str], matches: Sequence[NameMatch]) -> str:
    """Return the first part of the line that no name fits, of this list or another."""
    inside = {n for match in matches for n in range(match.start, match.end)}
    for part in loose_parts(tokens, inside):
        loose = [tokens[n] for n in part if n not in inside and not says_nothing(tokens[n])]
        if kind == "allergy" and matches:
            loose = [word for word in loose if word not in reactions()]
        named = [match for match in matches if match.start in part]
        said = _loose_part(
            kind, loose, named, beside=any(match.end <= min(part) for match in matches if part)
        )
        if said:
            return said
    return ""


def loose_parts(tokens: Sequence[str], inside: set[int]) -> list[list[int]]:
    """Return the line split where one thing ends and another begins, as token positions."""
    split = cues().filler.split
    parts: list[list[int]] = [[]]
    for n, token in enumerate(tokens):
        if n not in inside and (token == "|" or token in split):
            parts.append([])
        else:
            parts[-1].append(n)
    return parts


def says_nothing(token: str) -> bool:
    """Return whether a word is filler, a number or a single letter."""
    every = token[0] == "q" and token[1:2].isdigit()  # q12wks
    return token in silent() or token[0].isdigit() or len(token) == 1 or every


def _left_by(kinds: Sequence[str], words: list[str]) -> list[str]:
    """Return the words that no name of these lists fits ('Fosamax for thin bones' leaves 'thin bones')."""
    inside = {n for kind in kinds for match in matches_of(kind, words) for n in range(match.start, match.end)}
    return [word for n, word in enumerate(words) if n not in inside]


def _loose_part(kind: str, loose: list[str], named: Sequence[NameMatch], *, beside: bool) -> str:
    """Return what is unknown in a part. `beside`: other parts of the line name something ('amlodipine 5, htn')."""
    if not loose:
        return ""
    if not named:
        text = " ".join(loose)
        others = [other for other in KINDS if other != kind]
        left = _left_by(others, loose)
        if len(left) < len(loose) and (kind != "medicine" or (beside and not left)):
            return " ".join(left)
        return "" if surely_harmless(kind, text) else text
    if all(book(kind).groups[match.name.group].harmless for match in named):
        return next((word for word in loose if near_what_matters(kind, word)), "")
    return ""
