"""The unsettled estimates of `data/strengths.toml`, read once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import cite, rows

DATA = Path(__file__).parent / "data"


class SignRates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often palpation finds a sign over an active point, and over a muscle that is not the source."""

    active: float
    other: float


class Links(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Factors from an atlas weight to the strength of a link."""

    essential: float
    spill: float
    neighbor: float
    feature: float
    most: float
    together: float
    source: list[str]


class Others(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How non-muscular causes present."""

    region: float
    finding: float
    rarely_both: float
    unlisted: float
    unlisted_link: float
    least_age_factor: float
    floor_emergency: float
    most_risks: int
    source: list[str]


class Triage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must be ruled out and what is asked."""

    harm_emergency: float
    harm_same_day: float
    harm_soon: float
    harm_none: float
    rule_out_from: float
    ask_from: float
    blocks_from: float
    missed: float
    guard: float
    most_questions: int
    most_ordinary: int
    source: list[str]

    def harm(self, urgency: str) -> float:
        """Return the harm of missing a cause of this urgency; an emergency is 1."""
        return float(getattr(self, f"harm_{urgency}"))


class Strengths(msgspec.Struct, frozen=True):
    """Priors by frequency word, link factors, leaks and the accuracy of palpation."""

    prior: dict[str, float | list[str]]
    link: Links
    leak: dict[str, float | list[str]]
    palpation: dict[str, SignRates | list[str]]
    other: Others
    triage: Triage
    said: dict[str, float | list[str]]

    def prior_of(self, frequency: str) -> float:
        """The prior of a muscle by its frequency word."""
        return _number(self.prior[frequency])

    def leak_of(self, kind: str) -> float:
        """The leak of 'region' or of a vocabulary."""
        return _number(self.leak[kind])

    def said_leak(self, finding: str) -> float:
        """Return how often patients report a finding that none of the listed causes raised."""
        return _number(self.said.get(finding, self.said["default"]))

    @property
    def unobserved(self) -> frozenset[str]:
        """Return the findings that only repeat a place."""
        names = self.said["unobserved"]
        return frozenset(names if isinstance(names, list) else [])

    def sign(self, name: str) -> SignRates:
        """Return how informative one sign of palpation is."""
        found = self.palpation[name]
        if not isinstance(found, SignRates):
            raise KeyError(name)
        return found


def _number(value: float | list[str]) -> float:
    if isinstance(value, list):
        raise KeyError(value)
    return value


@lru_cache(maxsize=1)
def load_strengths() -> Strengths:
    """Return the estimates, each table with its source."""
    strengths = rows(DATA / "strengths.toml", Strengths)[0]
    for table in (strengths.prior, strengths.leak, strengths.palpation, strengths.said):
        keys = table["source"]
        cite(DATA, keys if isinstance(keys, list) else [], "strengths.toml")
    cite(DATA, strengths.link.source, "strengths.toml link")
    cite(DATA, strengths.other.source, "strengths.toml other")
    cite(DATA, strengths.triage.source, "strengths.toml triage")
    return strengths
