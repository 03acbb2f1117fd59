"""One planned place: how the patient lies, which needle, how deep, how guided, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from needlepoint.anatomy.types import Hazard, Muscle, TriggerPoint
from needlepoint.refusal import Fault, Refused
from needlepoint.treatment.defaults import load_defaults
from needlepoint.treatment.situation import Spot

__all__ = ["Needle", "PlannedSite", "choose_needle", "in_order", "plan_site"]

GUIDANCE = ("optional", "advised", "required")


class Needle(msgspec.Struct, frozen=True):
    """The needle: `gauge` of a hollow one or `thickness_mm` of a dry one, its length in mm, and why."""

    gauge: int | None
    thickness_mm: Decimal | None
    length_mm: int
    because: str


class PlannedSite(msgspec.Struct, frozen=True, kw_only=True):
    """One muscle on one side, at one point, as it is to be treated. `depth_mm` is a planning estimate."""

    order: int
    muscle_id: str
    muscle: str
    muscle_es: str
    side: str
    point: str | None
    landmark: str
    patient_position: str
    position_note: str
    needle: Needle
    depth_mm: tuple[int, int]
    approach: str
    guidance: str
    volume_ml: Decimal | None
    dose_mg: Decimal | None
    hazards: tuple[Hazard, ...]
    certainty: str


def plan_site(
    spot: Spot,
    point: str | None,
    technique: str,
    volume_ml: Decimal | None,
    concentration_percent: Decimal | None,
    guidance: str,
    fine: bool,
) -> PlannedSite:
    """The place with everything that the atlas says of it."""
    muscle = spot.muscle
    chosen = point_of(muscle, point)
    needling = muscle.needling_at(chosen)
    dose = None
    if volume_ml is not None and concentration_percent is not None:
        dose = concentration_percent * 10 * volume_ml
    return PlannedSite(
        order=0,
        muscle_id=muscle.id,
        muscle=muscle.name,
        muscle_es=muscle.name_es,
        side=spot.side,
        point=chosen.id if point else None,
        landmark=chosen.landmark,
        patient_position=needling.patient_position[0],
        position_note=needling.position_note,
        needle=choose_needle(spot, technique, fine),
        depth_mm=needling.depth_mm,
        approach=needling.approach,
        guidance=max(guidance, spot.guidance, key=GUIDANCE.index),
        volume_ml=volume_ml,
        dose_mg=dose,
        hazards=muscle.hazards_at(chosen),
        certainty=needling.certainty.value,
    )


def point_of(muscle: Muscle, point: str | None) -> TriggerPoint:
    """The point that was named, or the muscle's most usual one; Refused for a point that it has not."""
    if point is None:
        return muscle.usual_point
    try:
        return muscle.point(point)
    except KeyError:
        known = ", ".join(item.id for item in muscle.points)
        raise Refused(Fault("point", repr(point), f"a point of {muscle.name}: {known}")) from None


def choose_needle(spot: Spot, technique: str, fine: bool) -> Needle:
    """The shortest needle on sale that reaches the depth with some of it left outside the skin."""
    rule = load_defaults().needles
    needling = spot.needling
    wanted = needling.depth_mm[1] + rule.spare_mm
    longest = needling.needle_length_mm[1]
    length = next((mm for mm in rule.standard_mm if mm >= min(wanted, longest)), rule.standard_mm[-1])
    because = f"for up to {needling.depth_mm[1]} mm, with some left outside"
    if "pleura" in spot.traits and spot.guidance != "required" and length > rule.pleura_most_mm:
        length = max(mm for mm in rule.standard_mm if mm <= rule.pleura_most_mm)
        because = f"over the pleura at most {rule.pleura_most_mm} mm without ultrasound"
    if technique == "dry":
        return Needle(None, rule.filament_mm[1 if wanted > rule.pleura_most_mm else 0], length, because)
    gauge = max(needling.gauge[1], rule.fine_gauge) if fine else needling.gauge[0]
    return Needle(gauge, None, length, because + ("; fine, because of bleeding" if fine else ""))


def in_order(sites: Sequence[PlannedSite], muscles: dict[str, Muscle]) -> tuple[PlannedSite, ...]:
    """Key muscles before those that they keep alive, then by position so that the patient turns least."""
    ids = {site.muscle_id for site in sites}
    kept_alive = {id_: sum(id_ in muscles[other].satellites for other in ids if other != id_) for id_ in ids}
    turns = {name: n for n, name in enumerate(dict.fromkeys(site.patient_position for site in sites))}
    ranked = sorted(
        sites,
        key=lambda site: (
            kept_alive[site.muscle_id] > 0,
            turns[site.patient_position],
            site.muscle_id,
            site.side,
        ),
    )
    return tuple(msgspec.structs.replace(site, order=n) for n, site in enumerate(ranked, 1))
