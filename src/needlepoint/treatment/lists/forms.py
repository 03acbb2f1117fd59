"""Phrases with gaps, which patients use for what a chart has a name for: 'took out ... nodes'.

A form is a sequence of words: `a/b` one of them, `stem*` any ending, `word?` optional, `...` up to three words besides
function words (`data/words/little.toml`: "my", "whole", "left"), `#` a number; `^` and `$` are the begin and the end of
the part of the line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from needlepoint.base.knowledge import read_toml
from needlepoint.treatment.lists.measures import number_words

__all__ = ["Forms"]

KEY = 3  # letters of the first word by which forms are indexed
LITTLE = Path(__file__).parents[1] / "data" / "words" / "little.toml"
DIGITS = r"\d+(?:p\d+)?"


class Forms:
    """The forms of one kind of list, indexed by the beginning of their first word."""

    def __init__(self, forms: Sequence[tuple[str, str]]) -> None:
        """`forms`: each form with its group."""
        self._by_key: dict[str, list[tuple[re.Pattern[str], str, bool]]] = defaultdict(list)
        for form, group in forms:
            anchored, words = form.startswith("^ "), form.removeprefix("^ ")
            pattern = re.compile(_pattern(words))
            for first in words.split()[0].split("/"):
                self._by_key[_key(first.rstrip("*?"))].append((pattern, group, anchored))

    def along(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Return start, end and group of the longest form at each token."""
        line = " ".join(tokens) + " "
        at = 0
        for n, token in enumerate(tokens):
            found = [
                (match.group().count(" "), group)
                for pattern, group, anchored in self._forms_at(token)
                if (not anchored or n == 0 or tokens[n - 1] == "|") and (match := pattern.match(line, at))
            ]
            if found:
                length, group = max(found)
                yield n, n + length, group
            at += len(token) + 1

    def _forms_at(self, token: str) -> Iterator[tuple[re.Pattern[str], str, bool]]:
        """Return the forms that may begin with this word; a number in words may begin those of a number."""
        yield from self._by_key.get(_key(token), ())
        if token in number_words():
            yield from self._by_key.get("#", ())


def _key(word: str) -> str:
    """Return the index key of a form: the first letters of a word, all numbers alike."""
    return "#" if word == "#" or word[0].isdigit() else word[:KEY]


@lru_cache(maxsize=1)
def _gap() -> str:
    """Return a pattern for up to three words, with any number of function words between and around them."""
    little = f"(?:(?:{'|'.join(read_toml(LITTLE)['words'])}) )*?"
    return rf"{little}(?:[^ |]+ {little}){{0,3}}?"


def _pattern(form: str) -> str:
    """Return the form as a pattern over words that each end with a space."""
    said = ""
    for word in form.split():
        if word == "...":
            said += _gap()
        elif word == "$":
            said += r"(?=\| |$)"
        else:
            may = word.endswith("?")
            one = "|".join(_word(choice) for choice in word.rstrip("?").split("/"))
            said += f"(?:(?:{one}) )" + ("?" if may else "")
    return said


def _word(choice: str) -> str:
    if choice == "#":
        return rf"{DIGITS}|{'|'.join(number_words())}"
    return re.escape(choice.rstrip("*")) + (r"\w*" if choice.endswith("*") else "")
