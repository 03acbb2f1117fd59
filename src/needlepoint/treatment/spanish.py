"""Spanish words for ids that a plan names: drugs, groups, states of the skin, places, regions (`data/spanish.toml`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.types import Hazard, Muscle
from needlepoint.base.knowledge import read_toml

__all__ = ["name_es", "place_es", "region_es", "side_es", "structure_of"]

FILE = Path(__file__).parent / "data" / "spanish.toml"


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    return read_toml(FILE)


def name_es(id_: str) -> str:
    """The Spanish name of an id; the id in plain words where there is none.

    >>> name_es("lidocaine"), name_es("node_dissection")
    ('lidocaína', 'ganglios extirpados')
    """
    return _words()["names"].get(id_, id_.replace("_", " "))


def structure_of(hazard: Hazard, lang: str) -> str:
    """The structure that a needle must avoid, in the language; English where there is no Spanish name."""
    return _structures().get(hazard.structure, hazard.structure) if lang == "es" else hazard.structure


@lru_cache(maxsize=1)
def _structures() -> dict[str, str]:
    found: dict[str, dict[str, str]] = read_toml(FILE.with_name("spanish_structures.toml"))
    return found["structures"]


def side_es(side: str) -> str:
    """A side in Spanish."""
    return _words()["sides"][side]


def place_es(muscle: Muscle, side: str) -> str:
    """A muscle with its side: 'cuadrado lumbar (izquierdo)'."""
    return f"{muscle.name_es} ({side_es(side)})"


def region_es(region: str) -> str:
    """A region with its side: 'sien (lado derecho)'."""
    side, _, plain = region.partition("_")
    row = load_atlas().regions[plain]
    return row.es if side == "mid" else f"{row.es} ({_words()['flanks'][side]})"
