"""The words of the record (medicines, conditions, allergies) and what they amount to before a needle."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.types import Muscle, TriggerPoint
from needlepoint.knowledge import cite, rows
from needlepoint.refusal import Fault, Refused

__all__ = [
    "Group",
    "Trait",
    "allergy_groups",
    "condition_ids",
    "known_names",
    "load_traits",
    "medicine_classes",
]

DATA = Path(__file__).parent / "data"


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class of medicines, a condition or a group of allergens, with the names by which records call it."""

    id: str
    en: str
    es: str
    names: list[str] = []
    words: list[str] = []


class Trait(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of place. It fits a point whose muscle is named, lies in the body area, or has such a hazard there.

    `points` adds single points of other muscles; `not_points` takes points out again.
    """

    id: str
    en: str
    es: str
    source: list[str]
    muscles: list[str] = []
    points: list[str] = []
    not_points: list[str] = []
    body_area: list[str] = []
    hazard: list[str] = []
    level: list[str] = []
    compressible: str = ""

    def fits(self, muscle: Muscle, point: TriggerPoint) -> bool:
        """Whether the point is in such a place."""
        if point.id in self.not_points:
            return False
        near = any(
            hazard.kind in self.hazard and hazard.level in self.level for hazard in muscle.hazards_at(point)
        )
        pressed = self.compressible == muscle.needling_at(point).compressible
        named = muscle.id in self.muscles or point.id in self.points or muscle.body_area in self.body_area
        return named or near or pressed


@lru_cache(maxsize=1)
def load_traits() -> dict[str, Trait]:
    """The traits by id."""
    traits = {trait.id: trait for trait in rows(DATA / "traits.toml", Trait, "trait")}
    points = {point.id for muscle in load_atlas().muscles.values() for point in muscle.points}
    for trait in traits.values():
        cite(DATA, trait.source, f"traits.toml {trait.id}")
        for name in (*trait.points, *trait.not_points):
            if name not in points:
                raise Refused(Fault(f"traits.toml {trait.id}", repr(name), "a point of the atlas"))
    return traits


@lru_cache(maxsize=8)
def _groups(file: str, key: str) -> dict[str, Group]:
    return {group.id: group for group in rows(DATA / file, Group, key)}


@lru_cache(maxsize=4096)
def medicine_classes(name: str) -> frozenset[str]:
    """The classes of a medicine as it stands in the list, e.g. 'Eliquis 5 mg' -> {'doac'}."""
    return _find(name, "medicines.toml", "class")


@lru_cache(maxsize=4096)
def condition_ids(name: str) -> frozenset[str]:
    """The conditions that a line of the problem list names; empty when the program does not know it."""
    return _find(name, "conditions.toml", "condition")


@lru_cache(maxsize=4096)
def allergy_groups(name: str) -> frozenset[str]:
    """The groups of drugs and materials that an allergy touches; empty when the program does not know it."""
    return _find(name, "allergens.toml", "group")


@lru_cache(maxsize=8)
def _phrases(file: str, key: str) -> tuple[tuple[str, str, tuple[list[str], ...]], ...]:
    """Each group's id, its id in plain words, and every name of it in words: a plan asks hundreds of times."""
    return tuple(
        (group.id, plain(group.id), tuple(_words(known) for known in (*group.names, *group.words)))
        for group in _groups(file, key).values()
    )


def _find(name: str, file: str, key: str) -> frozenset[str]:
    whole, words = plain(name), _words(name)
    return frozenset(
        id_
        for id_, plain_id, phrases in _phrases(file, key)
        if whole == plain_id or any(_holds(words, phrase) for phrase in phrases)
    )


def _holds(words: list[str], phrase: list[str]) -> bool:
    size = len(phrase)
    return any(words[start : start + size] == phrase for start in range(len(words) - size + 1))


def _words(text: str) -> list[str]:
    return plain(text).split()


def plain(text: str) -> str:
    """Lower case, without accents, with single spaces for everything that is no letter or digit."""
    flat = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in flat).split())


KINDS = {"medicines": ("medicines.toml", "class"), "allergies": ("allergens.toml", "group")}


def known_names(kind: str, typed: str) -> list[str]:
    """The names of medicines or allergens that the program knows and that begin with what is typed, by name.

    >>> known_names("medicines", "xar")
    ['xarelto']
    """
    begun = plain(typed)
    names = {name for group in _groups(*KINDS[kind]).values() for name in (*group.names, *group.words)}
    return sorted(
        (name for name in names if plain(name).startswith(begun)), key=lambda name: (len(name), name)
    )
