"""Anatomy: body views and regions; muscles, their trigger points, referral zones and hazards.

This package holds data and answers lookups. It imports no other package but base.
"""

from needlepoint.anatomy.load import Atlas, load_atlas, split_region
from needlepoint.anatomy.spanish import in_language
from needlepoint.anatomy.types import Feature, Hazard, Muscle, Needling, Position, Region, TriggerPoint

__all__ = [
    "Atlas",
    "Feature",
    "Hazard",
    "Muscle",
    "Needling",
    "Position",
    "Region",
    "TriggerPoint",
    "in_language",
    "load_atlas",
    "split_region",
]
