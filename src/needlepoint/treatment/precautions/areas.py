"""How far a skin state reaches: the region itself, adjacent regions, the limb, or the chest wall of that side."""

from __future__ import annotations

from functools import lru_cache

import msgspec
import shapely

from needlepoint.anatomy.geometry import load_views, region_ids
from needlepoint.base.knowledge import read_toml
from needlepoint.treatment.lists.names import DATA

__all__ = ["reach"]

TOUCHING_MM = 10.0  # regions are traced one by one, with gaps between them


class Limb(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limb: where a state of it is entered, and what it reaches besides those regions."""

    id: str
    entered_in: list[str]
    reaches: list[str]


class Chest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an object in the breast reaches."""

    reaches: list[str]


class Areas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The areas of `data/areas.toml`."""

    spread: dict[str, str]
    limb: list[Limb]
    chest: Chest


@lru_cache(maxsize=1)
def _load() -> Areas:
    return msgspec.convert(read_toml(DATA / "areas.toml"), Areas)


@lru_cache(maxsize=1024)
def reach(what: str, region: str) -> frozenset[str]:
    """Return the region ids that a state at `region` ('left_axilla') protects."""
    spread = _load().spread.get(what, "near")
    if spread == "limb":
        return _limb(region) or _near(region)
    if spread == "chest":
        side, _, plain = region.partition("_")
        wall = _load().chest.reaches
        return _near(region) | (_sided(side, wall) if plain in wall else frozenset())
    return _near(region) if spread == "near" else frozenset({region})


def _sided(side: str, plain: list[str]) -> frozenset[str]:
    known = set(region_ids())
    return frozenset(f"{part}_{name}" for name in plain for part in (side, "mid")) & known


def _limb(region: str) -> frozenset[str]:
    side, _, plain = region.partition("_")
    for limb in _load().limb:
        if plain in limb.entered_in:
            return frozenset({region}) | _sided(side, [*limb.entered_in, *limb.reaches])
    return frozenset()


@lru_cache(maxsize=256)
def _near(region: str) -> frozenset[str]:
    """Return the region and every adjacent region in some view."""
    found = {region}
    for view in load_views().values():
        here = view.parts.get(region)
        if here is not None:
            found |= {
                id_
                for id_, part in view.parts.items()
                if shapely.distance(part.polygon, here.polygon) < TOUCHING_MM
            }
    return frozenset(found)
