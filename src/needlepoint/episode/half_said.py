"""Questions that hold the plan: those that guard against an emergency, and those about half-stated warning signs.

Of the latter, those whose sentence has the word that makes the sign one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.reasoning.answers import MEANT
from needlepoint.reasoning.triage import Ask
from needlepoint.treatment.lists.names import plain

__all__ = ["holding", "is_half_said"]

DATA = Path(__file__).parent / "data"
NEAR = 2  # words between a 'no' and what it denies


class DenialWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that deny what follows."""

    words: list[str]


class HalfSaid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/half_said.toml`: by concept, the beginnings of words of which one must occur."""

    core: dict[str, list[str]]
    denied: DenialWords


@lru_cache(maxsize=1)
def _rules() -> HalfSaid:
    return msgspec.convert(read_toml(DATA / "half_said.toml"), HalfSaid)


def holding(asked: Sequence[Ask], told: str) -> tuple[Ask, ...]:
    """Return the questions that hold the plan until they are answered. The others are for the examination."""
    return tuple(ask for ask in asked if ask.blocks and (not is_half_said(ask) or _is_named(ask, told)))


def is_half_said(ask: Ask) -> bool:
    """Return whether a question confirms half-stated words; else it guards against what a place and an age suggest."""
    return ask.id.startswith(MEANT)


def _is_named(ask: Ask, told: str) -> bool:
    """Return whether the sentence contains, and does not deny, a word that makes the sign one."""
    core = _rules().core.get(ask.id.removeprefix(MEANT))
    if core is None:
        return True
    quoted = re.search("“(.*)”", ask.because, re.DOTALL)
    words = plain(quoted[1] if quoted else ask.because)
    sentences = [plain(part) for part in re.split(r"[.!?;\n]", told)]
    said = next((sentence for sentence in sentences if words and words in sentence), words)
    return _says_one(said.split(), core)


def _says_one(tokens: Sequence[str], core: Sequence[str]) -> bool:
    denied = set(_rules().denied.words)
    return any(
        token.startswith(tuple(core)) and not denied & set(tokens[max(n - NEAR, 0) : n])
        for n, token in enumerate(tokens)
    )
