"""The clinician's order, with its sites looked up in the atlas."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.anatomy.types import Muscle
from needlepoint.base.refusal import Fault, Refused
from needlepoint.treatment.plan.defaults import load_defaults
from needlepoint.treatment.plan.sites import point_of
from needlepoint.treatment.precautions.check import PrecautionDecision
from needlepoint.treatment.precautions.traits import plain
from needlepoint.treatment.types import SteroidOrder

__all__ = ["OrderedSite", "PlanOrder", "SiteOrder", "read_sites"]


class SiteOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An ordered site: a muscle by any of its names, a side, optionally a point and a volume."""

    muscle: str
    side: str
    point: str | None = None
    volume_ml: Decimal | None = None


class PlanOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The clinician's order. The program proposes whatever is left out."""

    technique: str | None = None  # wet, saline, dry
    drug: str | None = None
    concentration_percent: Decimal | None = None
    volume_ml: Decimal | None = None  # for each site
    with_epinephrine: bool = False
    steroid: SteroidOrder | None = None
    sites: list[SiteOrder] | None = None
    decided: list[PrecautionDecision] = []


class OrderedSite(msgspec.Struct, frozen=True):
    """An ordered site, looked up."""

    muscle: Muscle
    side: str
    point: str | None
    volume_ml: Decimal | None


def read_sites(orders: Sequence[SiteOrder]) -> tuple[OrderedSite, ...]:
    """Return the sites with their muscles; raise Refused with every site that does not exist."""
    faults: list[Fault] = []
    sites: list[OrderedSite] = []
    if not orders:
        faults.append(Fault("plan.sites", "an empty list", "at least one place, or no list at all"))
    for n, order in enumerate(orders):
        try:
            sites.append(_site(order))
        except Refused as refusal:
            faults.extend(refusal.under(f"plan.sites[{n}]").faults)
    seen: set[tuple[str, str, str | None]] = set()
    for site in sites:
        key = (site.muscle.id, site.side, site.point)
        if key in seen:
            faults.append(
                Fault(
                    "plan.sites",
                    f"{site.side} {site.muscle.name} twice",
                    "each place once, or a point for each",
                )
            )
        seen.add(key)
    if faults:
        raise Refused(faults)
    return tuple(sites)


def _site(order: SiteOrder) -> OrderedSite:
    muscle = find_muscle(load_atlas(), order.muscle)
    sides = ("left", "right") if muscle.paired else ("midline",)
    if order.side not in sides:
        raise Refused(Fault("side", repr(order.side), f"one of {', '.join(sides)}"))
    if order.point is not None:
        point_of(muscle, order.point)
    rule = load_defaults().defaults
    volume = order.volume_ml
    if volume is not None and not (
        volume.is_finite() and rule.least_volume_ml <= volume <= rule.implausible_ml
    ):
        expected = f"a volume from {rule.least_volume_ml} to {rule.implausible_ml} mL"
        raise Refused(Fault("volume_ml", str(volume), expected, "Were units mixed up?"))
    return OrderedSite(muscle, order.side, order.point or _point_named(muscle, order.muscle), volume)


def _point_named(muscle: Muscle, name: str) -> str | None:
    """Return the point that a name of a part means ('lower trapezius'); None when the name is the whole muscle's."""
    said = plain(name)
    named = [point for point in muscle.points if said in {plain(known) for known in point.names}]
    return max(named, key=lambda point: point.share).id if named else None
