"""The values of the atlas. Left and right are never written twice: every row describes the LEFT side of the body.

Regions are the names of `data/regions.toml` without their side ('temple', 'shoulder_front'). In a zone a plain name
means the same side as the muscle; `opposite:temple` the other side; `both:lumbar` both. Regions in the midline (vertex,
chin, throat, sternum, sacrum, coccyx, genital) have no side.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from needlepoint.base.knowledge import Certainty, Citation


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place on the skin of the left side in one body view, in mm (u to the viewer's right, v up)."""

    view: str
    u_mm: float
    v_mm: float


class Hazard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A structure near the muscle that a needle must avoid, and how to avoid it."""

    kind: str  # pleura, vessel, nerve, spinal_canal, kidney, peritoneum, heart, gland, eye, joint, implant
    structure: str
    level: str  # high, medium, low
    avoid: str


class Needling(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the muscle is reached. Every number here is a planning estimate unless `certainty` says more."""

    patient_position: list[str]  # supine, prone, side_lying, seated, lithotomy
    position_note: str = ""
    gauge: tuple[int, int]  # thickest, finest (a smaller gauge is a thicker needle)
    needle_length_mm: tuple[int, int]
    depth_mm: tuple[int, int]  # skin to the working depth in an average adult
    approach: str
    guidance: str = "optional"  # optional, advised, required (ultrasound)
    offered: str = "yes"  # yes, specialist, no
    compressible: str = "yes"  # yes, no: whether bleeding there can be stopped by pressing on the skin
    most_ml: Decimal = Decimal(2)  # the largest volume for one point
    certainty: Certainty
    source: list[str]


class Palpation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the band is palpated."""

    method: list[str]  # flat, pincer, deep, intraoral, internal
    how: str


class TriggerPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One usual place of a trigger point, and where it is felt.

    `essential` and `spill` give for each region how often a patient with this point active marks that region (0 to 1):
    the essential zone in nearly everyone, the spill-over zone in some.
    """

    id: str
    name: str
    part: str = ""
    landmark: str
    position: Position | None = None
    share: float = 1.0  # how often this point is the active one, compared with the muscle's other points
    essential: dict[str, float]
    spill: dict[str, float] = {}
    symptoms: dict[str, float] = {}
    names: list[str] = []  # names of the muscle's part that mean this point
    # Differences from the muscle's own [needling] and [[hazards]]; None and {} mean "as the muscle".
    depth_mm: tuple[int, int] | None = None
    needle_length_mm: tuple[int, int] | None = None
    gauge: tuple[int, int] | None = None
    approach: str | None = None
    guidance: str | None = None
    offered: str | None = None
    compressible: str | None = None
    most_ml: Decimal | None = None
    levels: dict[str, str] = {}  # hazard kind -> high, medium, low or none at this point
    hazards: list[Hazard] = []  # present at this point only
    source: list[str] = []


OVERRIDES = (
    "depth_mm",
    "needle_length_mm",
    "gauge",
    "approach",
    "guidance",
    "offered",
    "compressible",
    "most_ml",
)
HAZARD_LEVELS = ("high", "medium", "low")


class Muscle(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One muscle (or a group that is palpated and needled as one), as in its file in `data/muscles/`."""

    id: str
    name: str  # Terminologia Anatomica, English, without the word 'muscle'
    latin: str
    name_es: str
    synonyms: list[str] = []
    synonyms_es: list[str] = []
    body_area: str  # head_face, neck_shoulder, arm_hand, trunk, hip_thigh, leg_foot
    parts: list[str] = []
    paired: bool = True
    frequency: str  # very_common, common, uncommon, rare: see reasoning/data/strengths.toml
    lies_in: list[str]  # the regions that overlie the muscle
    action: list[str]
    innervation: str
    aggravated_by: dict[str, float] = {}  # ids of data/features/aggravators.toml
    eased_by: list[str] = []  # ids of data/features/easers.toml
    restricts: dict[str, float] = {}  # ids of data/features/restrictions.toml
    symptoms: dict[str, float] = {}  # ids of data/features/symptoms.toml
    perpetuated_by: dict[str, float] = {}  # ids of data/features/contexts.toml
    mimics: list[str] = []
    satellites: list[str] = []  # ids of muscles in which it perpetuates further points
    palpation: Palpation
    needling: Needling
    hazards: list[Hazard]
    points: list[TriggerPoint]
    certainty: Certainty  # of the referral zones
    source: list[str]

    def point(self, id_: str) -> TriggerPoint:
        """Return the trigger point with this id; KeyError if the muscle has none."""
        for point in self.points:
            if point.id == id_:
                return point
        raise KeyError(id_)

    @property
    def usual_point(self) -> TriggerPoint:
        """Return the point that is active most often."""
        return max(self.points, key=lambda point: point.share)

    def needling_at(self, point: TriggerPoint) -> Needling:
        """Return how this point is reached: the muscle's needling with the point's own differences."""
        own = {name: value for name in OVERRIDES if (value := getattr(point, name)) is not None}
        return msgspec.structs.replace(self.needling, **own) if own else self.needling

    def hazards_at(self, point: TriggerPoint) -> tuple[Hazard, ...]:
        """Return the hazards of this point, the most severe first."""
        levels = [(hazard, point.levels.get(hazard.kind, hazard.level)) for hazard in self.hazards]
        here = [msgspec.structs.replace(hazard, level=level) for hazard, level in levels if level != "none"]
        return tuple(sorted([*here, *point.hazards], key=lambda hazard: HAZARD_LEVELS.index(hazard.level)))


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A movement, lost motion, symptom or circumstance that muscles are linked to."""

    id: str
    en: str
    es: str


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named area of skin. `paired` regions have a left and a right; the others are in the midline."""

    id: str
    en: str
    es: str
    body_area: str
    paired: bool = True


class Cited(msgspec.Struct, frozen=True):
    """A muscle together with the citations of its keys."""

    muscle: Muscle
    citations: tuple[Citation, ...]
