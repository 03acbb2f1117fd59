"""Lookups in the atlas: by name, by region, by hazard."""

from __future__ import annotations

from functools import lru_cache

from needlepoint.anatomy.load import Atlas, load_atlas, split_region
from needlepoint.anatomy.types import Muscle
from needlepoint.base.refusal import Fault, Refused, nearest


def find_muscle(atlas: Atlas, name: str) -> Muscle:
    """Return the muscle with this name, in any spelling of the atlas; Refused with the nearest names."""
    wanted = plain_name(name)
    table = _names(atlas) if atlas is not load_atlas() else _known_names()
    if wanted in table:
        return atlas.muscles[table[wanted]]
    expected = "a muscle of the atlas; `needlepoint atlas` lists them"
    raise Refused(Fault("muscle", repr(name), expected, nearest(wanted, table)))


def plain_name(name: str) -> str:
    """Return a name without case, hyphens, and the words 'muscle' and 'musculus'.

    >>> plain_name("Gluteus-minimus muscle")
    'gluteus minimus'
    """
    words = name.lower().replace("_", " ").replace("-", " ").split()
    return " ".join(word for word in words if word not in ("muscle", "muscles", "musculus", "musculi", "the"))


def _names(atlas: Atlas) -> dict[str, str]:
    """Return every name -> muscle id. A muscle's own name takes precedence over another's synonym."""
    found: dict[str, str] = {}
    for muscle in atlas.muscles.values():
        for name in (*muscle.synonyms, *muscle.synonyms_es):
            found.setdefault(plain_name(name), muscle.id)
    for muscle in atlas.muscles.values():
        for name in (muscle.id, muscle.name, muscle.latin, muscle.name_es):
            found[plain_name(name)] = muscle.id
    return found


@lru_cache(maxsize=1)
def _known_names() -> dict[str, str]:
    return _names(load_atlas())


def muscles_by_region(atlas: Atlas, region: str) -> list[Muscle]:
    """Return the muscles felt in a region (without its side), the strongest link first."""
    strongest = {muscle.id: felt_in(muscle, region) for muscle in atlas.muscles.values()}
    return sorted(
        (muscle for muscle in atlas.muscles.values() if strongest[muscle.id] > 0.0),
        key=lambda muscle: -strongest[muscle.id],
    )


def felt_in(muscle: Muscle, region: str) -> float:
    """Return the greatest weight that any of the muscle's points gives to a region; 0 when none does."""
    weights = [
        weight
        for point in muscle.points
        for zone in (point.essential, point.spill)
        for key, weight in zone.items()
        if split_region(key)[1] == region
    ]
    return max(weights, default=0.0)


def muscles_by_hazard(atlas: Atlas, kind: str) -> list[Muscle]:
    """Return the muscles near a kind of hazard; Refused for an unknown kind."""
    kinds = sorted({hazard.kind for muscle in atlas.muscles.values() for hazard in muscle.hazards})
    wanted = kind.lower().replace(" ", "_")
    if wanted not in kinds:
        raise Refused(Fault("--hazard", repr(kind), f"one of {', '.join(kinds)}", nearest(wanted, kinds)))
    return [
        muscle for muscle in atlas.muscles.values() if any(hazard.kind == wanted for hazard in muscle.hazards)
    ]
