"""The atlas, read once from its data files and checked row by row."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.anatomy.types import HAZARD_LEVELS, Feature, Muscle, Region, TriggerPoint
from needlepoint.base.knowledge import Citation, cite, rows, toml_files
from needlepoint.base.refusal import Fault, Refused, nearest

DATA = Path(__file__).parent / "data"
VOCABULARIES = ("aggravators", "easers", "restrictions", "symptoms", "contexts")
FREQUENCIES = ("very_common", "common", "uncommon", "rare")


class Atlas(msgspec.Struct, frozen=True):
    """The whole atlas: muscles, regions and features, each by id."""

    muscles: dict[str, Muscle]
    regions: dict[str, Region]
    features: dict[str, dict[str, Feature]]  # vocabulary -> id -> feature

    def citations(self, muscle: Muscle) -> tuple[Citation, ...]:
        """Return the sources of a muscle's referral zones."""
        return cite(DATA, muscle.source, muscle.id)


@lru_cache(maxsize=1)
def load_atlas() -> Atlas:
    """Return the whole atlas. Raises Refused with every fault of every file."""
    regions = load_regions()
    features = {name: _features(name) for name in VOCABULARIES}
    muscles: dict[str, Muscle] = {}
    faults: list[Fault] = []
    for path in toml_files(DATA / "muscles"):
        try:
            muscle = rows(path, Muscle)[0]
        except Refused as refusal:
            faults.extend(refusal.faults)
            continue
        faults.extend(_faults_of(muscle, regions, features))
        if muscle.id in muscles or muscle.id != path.stem:
            faults.append(Fault(path.name, f"the id {muscle.id!r}", "the file's own name, used once"))
        muscles[muscle.id] = muscle
    faults.extend(_unknown_satellites(muscles))
    if faults:
        raise Refused(faults)
    return Atlas(muscles=muscles, regions=regions, features=features)


@lru_cache(maxsize=1)
def load_regions() -> dict[str, Region]:
    """Return the regions of the body chart by id, without their side."""
    return {region.id: region for region in rows(DATA / "regions.toml", Region, "region")}


def _features(name: str) -> dict[str, Feature]:
    path = DATA / "features" / f"{name}.toml"
    found = rows(path, Feature, "feature")
    if len({feature.id for feature in found}) != len(found):
        raise Refused(Fault(path.name, "an id used twice", "each id once"))
    return {feature.id: feature for feature in found}


def split_region(name: str) -> tuple[str, str]:
    """Return ('same' | 'opposite' | 'both', plain region name) of a zone's region key.

    >>> split_region("opposite:temple"), split_region("temple")
    (('opposite', 'temple'), ('same', 'temple'))
    """
    side, colon, plain = name.partition(":")
    return (side, plain) if colon else ("same", name)


def _faults_of(
    muscle: Muscle, regions: dict[str, Region], features: dict[str, dict[str, Feature]]
) -> list[Fault]:
    faults = []
    for name in muscle.lies_in:
        if name not in regions:
            faults.append(_unknown(f"{muscle.id}.lies_in", name, regions))
    for vocabulary, links in (
        ("aggravators", muscle.aggravated_by),
        ("restrictions", muscle.restricts),
        ("symptoms", muscle.symptoms),
        ("contexts", muscle.perpetuated_by),
        ("easers", dict.fromkeys(muscle.eased_by, 1.0)),
    ):
        faults += _link_faults(f"{muscle.id}.{vocabulary}", links, features[vocabulary])
    if muscle.frequency not in FREQUENCIES:
        faults.append(
            Fault(f"{muscle.id}.frequency", repr(muscle.frequency), f"one of {', '.join(FREQUENCIES)}")
        )
    if not muscle.points:
        faults.append(Fault(f"{muscle.id}.points", "none", "at least one trigger point"))
    for point in muscle.points:
        where = f"{muscle.id}.{point.id}"
        faults += _link_faults(f"{where}.symptoms", point.symptoms, features["symptoms"])
        for zone in (point.essential, point.spill):
            plain = {split_region(key)[1]: weight for key, weight in zone.items()}
            faults += _link_faults(f"{where} zones", plain, regions)
            if any(split_region(key)[0] not in ("same", "opposite", "both") for key in zone):
                faults.append(
                    Fault(where, f"zone keys {list(zone)}", "region, opposite:region or both:region")
                )
        faults += _place_faults(muscle, point)
        if not point.essential:
            faults.append(Fault(f"{where}.essential", "an empty zone", "at least one region"))
    faults += _citation_faults(muscle)
    return faults


def _place_faults(muscle: Muscle, point: TriggerPoint) -> list[Fault]:
    """Return what is wrong with the point's own needling and hazards."""
    where, kinds = f"{muscle.id}.{point.id}", {hazard.kind for hazard in muscle.hazards}
    needling = muscle.needling_at(point)
    known = [
        ("guidance", needling.guidance, ("optional", "advised", "required")),
        ("offered", needling.offered, ("yes", "specialist", "no")),
        ("compressible", needling.compressible, ("yes", "no")),
        *((f"levels.{kind}", level, (*HAZARD_LEVELS, "none")) for kind, level in point.levels.items()),
        *(("hazards", hazard.level, HAZARD_LEVELS) for hazard in (*muscle.hazards, *point.hazards)),
    ]
    faults = [
        Fault(f"{where}.{name}", repr(value), f"one of {', '.join(words)}")
        for name, value, words in known
        if value not in words
    ]
    faults += [_unknown(f"{where}.levels", kind, kinds) for kind in point.levels if kind not in kinds]
    if needling.most_ml <= 0:
        faults.append(Fault(f"{where}.most_ml", str(needling.most_ml), "a volume above 0 mL"))
    return faults


def _link_faults(
    where: str, links: dict[str, float], known: dict[str, Region] | dict[str, Feature]
) -> list[Fault]:
    faults = [_unknown(where, name, known) for name in links if name not in known]
    faults += [
        Fault(f"{where}.{name}", str(weight), "a weight above 0 and at most 1")
        for name, weight in links.items()
        if not 0 < weight <= 1
    ]
    return faults


def _unknown(where: str, name: str, known: Iterable[str]) -> Fault:
    return Fault(where, repr(name), "a known name", nearest(name, known))


def _citation_faults(muscle: Muscle) -> list[Fault]:
    faults: list[Fault] = []
    own = [(f"{muscle.id}.{point.id}", point.source) for point in muscle.points if point.source]
    for where, keys in (
        (muscle.id, muscle.source),
        (f"{muscle.id}.needling", muscle.needling.source),
        *own,
    ):
        try:
            cite(DATA, keys, where)
        except Refused as refusal:
            faults.extend(refusal.faults)
    return faults


def _unknown_satellites(muscles: dict[str, Muscle]) -> list[Fault]:
    return [
        Fault(f"{muscle.id}.satellites", repr(name), "the id of a muscle", nearest(name, muscles))
        for muscle in muscles.values()
        for name in muscle.satellites
        if name not in muscles
    ]


__all__ = ["DATA", "Atlas", "load_atlas", "load_regions", "split_region"]
