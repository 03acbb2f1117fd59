"""The open estimates of `data/strengths.toml`, read once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.knowledge import cite, rows

DATA = Path(__file__).parent / "data"


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often palpation finds a sign over an active point, and over a muscle that is not the source."""

    active: float
    other: float


class Links(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Factors from an atlas weight to the strength of a link."""

    essential: float
    spill: float
    neighbour: float
    feature: float
    most: float
    together: float
    source: list[str]


class Strengths(msgspec.Struct, frozen=True):
    """Priors by frequency word, link factors, leaks and the accuracy of palpation."""

    prior: dict[str, float | list[str]]
    link: Links
    leak: dict[str, float | list[str]]
    palpation: dict[str, Sign | list[str]]

    def prior_of(self, frequency: str) -> float:
        """The prior of a muscle by its frequency word."""
        return _number(self.prior[frequency])

    def leak_of(self, kind: str) -> float:
        """The leak of 'region' or of a vocabulary."""
        return _number(self.leak[kind])

    def sign(self, name: str) -> Sign:
        """How well one sign of palpation tells."""
        found = self.palpation[name]
        if not isinstance(found, Sign):
            raise KeyError(name)
        return found


def _number(value: float | list[str]) -> float:
    if isinstance(value, list):
        raise KeyError(value)
    return value


@lru_cache(maxsize=1)
def load_strengths() -> Strengths:
    """The estimates, each table with its source."""
    strengths = rows(DATA / "strengths.toml", Strengths)[0]
    for table in (strengths.prior, strengths.leak, strengths.palpation):
        keys = table["source"]
        cite(DATA, keys if isinstance(keys, list) else [], "strengths.toml")
    cite(DATA, strengths.link.source, "strengths.toml link")
    return strengths
