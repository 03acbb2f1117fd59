"""One planned site: position, needle, depth, guidance, and the order of treatment."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from needlepoint.anatomy.types import Hazard, Muscle, TriggerPoint
from needlepoint.base.refusal import Fault, Refused
from needlepoint.base.wording import number
from needlepoint.treatment.plan.defaults import load_defaults
from needlepoint.treatment.precautions.situation import NeedledSite

__all__ = ["Needle", "PlannedSite", "choose_needle", "in_order", "plan_site"]

GUIDANCE = ("optional", "advised", "required")


class Needle(msgspec.Struct, frozen=True):
    """The needle: `gauge` if hollow or `thickness_mm` if solid, its length in mm, and why."""

    gauge: int | None
    thickness_mm: Decimal | None
    length_mm: int
    because: str
    because_es: str


class PlannedSite(msgspec.Struct, frozen=True, kw_only=True):
    """One muscle on one side, at one point, as planned. `depth_mm` is a planning estimate."""

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
    depth_because: str
    compressible: bool
    most_ml: Decimal
    approach: str
    guidance: str
    volume_ml: Decimal | None
    dose_mg: Decimal | None
    hazards: tuple[Hazard, ...]
    certainty: str


def plan_site(
    spot: NeedledSite,
    point: str | None,
    technique: str,
    volume_ml: Decimal | None,
    concentration_percent: Decimal | None,
    guidance: str,
    fine: bool,
    bmi: Decimal | None = None,
) -> PlannedSite:
    """Return the site with everything that the atlas knows of it."""
    muscle = spot.muscle
    chosen = point_of(muscle, point)
    needling = muscle.needling_at(chosen)
    depth, because = depth_of(spot, bmi)
    needed = _guidance(spot, guidance, depth)
    short = "pleura" in spot.traits and needed != "required"
    depth = _held_short(depth) if short else depth
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
        needle=choose_needle(spot, depth, technique, fine, short),
        depth_mm=depth,
        depth_because=because,
        compressible=needling.compressible == "yes",
        most_ml=needling.most_ml,
        approach=needling.approach,
        guidance=needed,
        volume_ml=volume_ml,
        dose_mg=_dose_mg(volume_ml, concentration_percent),
        hazards=muscle.hazards_at(chosen),
        certainty=needling.certainty.value,
    )


def _guidance(spot: NeedledSite, asked: str, depth: tuple[int, int]) -> str:
    """Return the stronger of the requested guidance and the atlas's; required beyond the depth that is safe without."""
    if depth[1] > load_defaults().needles.blind_most_mm:
        return "required"
    return max(asked, spot.guidance, key=GUIDANCE.index)


def _dose_mg(volume_ml: Decimal | None, concentration_percent: Decimal | None) -> Decimal | None:
    """1% is 10 mg/mL."""
    if volume_ml is None or concentration_percent is None:
        return None
    return concentration_percent * 10 * volume_ml


def point_of(muscle: Muscle, point: str | None) -> TriggerPoint:
    """Return the named point, or the muscle's most usual one; Refused for a point that it does not have."""
    if point is None:
        return muscle.usual_point
    try:
        return muscle.point(point)
    except KeyError:
        known = ", ".join(item.id for item in muscle.points)
        raise Refused(Fault("point", repr(point), f"a point of {muscle.name}: {known}")) from None


def depth_of(spot: NeedledSite, bmi: Decimal | None) -> tuple[tuple[int, int], str]:
    """Return skin to working depth in mm for a body of this mass index, and its derivation."""
    low, high = spot.needling.depth_mm
    if bmi is None:
        return (low, high), "an average adult (height or weight not known)"
    row = next(row for row in load_defaults().body if bmi < row.bmi_below)
    factor = {"trunk": row.trunk, "hip_thigh": row.trunk, "head_face": row.head}.get(
        spot.muscle.body_area, row.limb
    )
    if factor == 1:
        return (low, high), f"BMI {bmi:.0f}"
    if factor > 1 and "pleura" in spot.traits:
        return (low, high), f"BMI {bmi:.0f}: near the pleura no deeper than {high} mm unless it is measured"
    said = f"BMI {bmi:.0f}: {low}-{high} mm x {number(factor)}"
    rule = load_defaults().needles
    most = rule.standard_mm[-1] - rule.spare_mm  # deeper than any available needle
    return (min(round(low * factor), most), min(round(high * factor), most)), said


def _held_short(depth: tuple[int, int]) -> tuple[int, int]:
    """Return the depth over the pleura that the longest needle reaches with a margin outside the skin."""
    rule = load_defaults().needles
    most = rule.pleura_most_mm - rule.spare_mm
    return min(depth[0], most), min(depth[1], most)


def choose_needle(
    spot: NeedledSite, depth: tuple[int, int], technique: str, fine: bool, short: bool
) -> Needle:
    """Return the shortest available needle that reaches the depth with a margin outside the skin."""
    rule, needling = load_defaults().needles, spot.needling
    wanted = depth[1] + rule.spare_mm
    length = next((mm for mm in rule.standard_mm if mm >= wanted), rule.standard_mm[-1])
    because, because_es = _why_length(depth, short)
    if technique == "dry":
        solid = rule.filament_mm[1 if wanted > rule.pleura_most_mm else 0]
        return Needle(None, solid, length, because, because_es)
    if not fine:
        return Needle(needling.gauge[0], None, length, because, because_es)
    thin = max(needling.gauge[1], rule.fine_gauge if length <= rule.fine_most_mm else rule.fine_deep_gauge)
    bleeds, bleeds_es = "; fine, because of bleeding", "; fina, por el riesgo de sangrado"
    return Needle(thin, None, length, because + bleeds, because_es + bleeds_es)


def _why_length(depth: tuple[int, int], short: bool) -> tuple[str, str]:
    """The grounds of a needle's length, in English and in Spanish."""
    rule = load_defaults().needles
    because = f"for up to {depth[1]} mm, with {rule.spare_mm} mm left outside"
    because_es = f"para un máximo de {depth[1]} mm, con {rule.spare_mm} mm fuera de la piel"
    if short:
        because += f"; over the pleura at most {rule.pleura_most_mm} mm without ultrasound"
        because_es += f"; sobre la pleura, {rule.pleura_most_mm} mm como máximo sin ecografía"
    return because, because_es


def in_order(sites: Sequence[PlannedSite], muscles: dict[str, Muscle]) -> tuple[PlannedSite, ...]:
    """Key muscles before those that they perpetuate, then by position so that the patient turns least."""
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
