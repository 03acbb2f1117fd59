"""Laboratory values and temperatures in a line ('plt 22k', 'A1c 6.8', 'T 38.9'), and their meaning."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import read_toml

__all__ = ["awaits_number", "measured_at", "number_at", "number_words", "refers_back"]

FILE = Path(__file__).parents[1] / "data" / "words" / "measures.toml"
GAP = 5  # words between the name of a value and its number
NORMAL = "normal_value"


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """One value: its names, its valid numbers, and its group `below` or `from` a number."""

    id: str
    words: list[str]
    group: str
    least: float = 0
    most: float = 10_000
    below: float | None = None
    from_: float | None = None
    thousands_from: float | None = None
    normal: bool = True

    def group_of(self, value: float) -> str:
        """Return the group of a value; '' for a number that does not belong to this measure."""
        if self.thousands_from is not None and value >= self.thousands_from:
            value /= 1000
        if not self.least <= value <= self.most:
            return ""
        low = self.below is not None and value < self.below
        high = self.from_ is not None and value >= self.from_
        return self.group if low or high else NORMAL if self.normal else ""


class Measures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/words/measures.toml`."""

    measure: list[Measure]
    back: list[str]  # what takes up the value named before: "they were 30", "salieron en 30"
    spans: list[str]  # units of time; a number before one is no value
    numbers: dict[str, int]
    times: dict[str, int]


@lru_cache(maxsize=1)
def _load() -> Measures:
    return msgspec.convert(read_toml(FILE), Measures, strict=False)


@lru_cache(maxsize=1)
def number_words() -> frozenset[str]:
    """Return the numbers that are written as words."""
    return frozenset(_load().numbers)


@lru_cache(maxsize=1)
def _by_word() -> dict[str, list[tuple[list[str], Measure]]]:
    found: dict[str, list[tuple[list[str], Measure]]] = {}
    for measure in _load().measure:
        for name in measure.words:
            found.setdefault(name.split()[0], []).append((name.split(), measure))
    return found


def measured_at(tokens: Sequence[str], at: int) -> tuple[int, str] | None:
    """Return the end of a value whose name begins at this token, and its group; None if none begins."""
    for name, measure in _by_word().get(tokens[at], ()):
        begin = at + len(name)
        if list(tokens[at:begin]) != name:
            continue
        for n in range(begin, min(begin + GAP, len(tokens))):
            if tokens[n] == "|":
                break
            if (found := number_at(tokens, n)) is not None:
                end, value = found
                if group := measure.group_of(value):
                    return end, group
                break
        if (later := _taken_up(tokens, begin, measure)) is not None:
            return later
    return None


def _taken_up(tokens: Sequence[str], begin: int, measure: Measure) -> tuple[int, str] | None:
    """Return an abnormal value in a later part that takes up the name: 'platelets are low, they were 30'."""
    for n in range(begin, len(tokens) - 1):
        if tokens[n] == "|" and refers_back(tokens[n + 1 :]):
            found = _first_number(tokens, n + 2)
            group = measure.group_of(found[1]) if found else ""
            if found and group and group != NORMAL:
                return found[0], group
    return None


def _first_number(tokens: Sequence[str], at: int) -> tuple[int, float] | None:
    """Return the first number within a few words that counts no days or weeks."""
    for n in range(at, min(at + GAP, len(tokens))):
        found = number_at(tokens, n)
        if found is not None and not (found[0] < len(tokens) and tokens[found[0]] in _load().spans):
            return found
    return None


def refers_back(tokens: Sequence[str]) -> bool:
    """Return whether a part begins with words that take up the value named before."""
    return bool(tokens) and tokens[0] in _load().back


def awaits_number(tokens: Sequence[str]) -> bool:
    """Return whether a laboratory value is named without a number."""
    rows = [(n, name) for n, token in enumerate(tokens) for name, _ in _by_word().get(token, ())]
    named = any(list(tokens[n : n + len(name)]) == name for n, name in rows)
    return named and not any(number_at(tokens, n) for n in range(len(tokens)))


def number_at(tokens: Sequence[str], at: int) -> tuple[int, float] | None:
    """Return the end of a number that begins at this token, and its value: '22k', '6p8', 'veinte mil'."""
    value = _number(tokens[at])
    if value is None:
        return None
    behind = tokens[at + 1] if at + 1 < len(tokens) else ""
    times = _load().times.get(behind)
    return (at + 1, value) if times is None else (at + 2, value * times)


def _number(token: str) -> float | None:
    if token in _load().numbers:
        return _load().numbers[token]
    thousand = 1000 if token.endswith("k") else 1
    digits = token.removesuffix("s").removesuffix("k").replace("p", ".", 1)
    return float(digits) * thousand if digits.isascii() and digits.replace(".", "", 1).isdigit() else None
