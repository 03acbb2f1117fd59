"""Range of motion: the movements with their usual full range, what was measured, and which of it is limited."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import cite, read_toml
from needlepoint.base.refusal import Fault, Refused, nearest

__all__ = ["JointMotion", "MotionFinding", "checked_motion", "is_limited", "load_motions", "lost_movements"]

DATA = Path(__file__).parent / "data"
MIDLINE = "midline"
MOST_DEGREES = 200


class MotionFinding(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """One movement as measured: degrees (None: only whether it hurts), and whether it hurts (None: not asked)."""

    motion: str
    side: str
    degrees: int | None = None
    painful: bool | None = None


class JointMotion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One movement. `restriction` and `restriction_away`: the lost movement of the atlas, to and from the pain."""

    id: str
    area: str
    paired: bool
    full: int
    en: str
    es: str
    unit: str = "°"
    restriction: str = ""
    restriction_away: str = ""

    @property
    def sides(self) -> tuple[str, ...]:
        """Return the sides or directions in which it is measured."""
        return ("left", "right") if self.paired else (MIDLINE,)


class MotionArea(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the body whose motions are shown together."""

    id: str
    en: str
    es: str


class MotionRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of `data/motions.toml`."""

    limited_from: float
    source: list[str]
    motion: list[JointMotion]
    area: list[MotionArea]

    @property
    def motions(self) -> dict[str, JointMotion]:
        """Return the motions by id, in the order of the file."""
        return {row.id: row for row in self.motion}


@lru_cache(maxsize=1)
def load_motions() -> MotionRows:
    """Return the motions, each of a known area."""
    found = msgspec.convert(read_toml(DATA / "motions.toml"), MotionRows)
    cite(DATA, found.source, "motions.toml")
    strange = {row.area for row in found.motion} - {row.id for row in found.area}
    if strange:
        raise Refused(Fault("motions.toml", ", ".join(sorted(strange)), "known areas"))
    return found


def checked_motion(finding: MotionFinding, where: str) -> MotionFinding:
    """Return the finding; Refused for an unknown motion or side, and for degrees that no joint has."""
    motions = load_motions().motions
    if finding.motion not in motions:
        hint = nearest(finding.motion, motions)
        raise Refused(Fault(f"{where}.motion", repr(finding.motion), "a motion", hint))
    sides = motions[finding.motion].sides
    if finding.side not in sides:
        raise Refused(Fault(f"{where}.side", repr(finding.side), f"one of {', '.join(sides)}"))
    if finding.degrees is not None and not 0 <= finding.degrees <= MOST_DEGREES:
        raise Refused(
            Fault(f"{where}.degrees", str(finding.degrees), f"a whole number from 0 to {MOST_DEGREES}")
        )
    return finding


def is_limited(finding: MotionFinding) -> bool:
    """Return whether the measured range is clearly less than the full one."""
    rows = load_motions()
    full = rows.motions[finding.motion].full
    return finding.degrees is not None and finding.degrees < rows.limited_from * full


def lost_movements(findings: Iterable[MotionFinding], painful_sides: Collection[str]) -> tuple[str, ...]:
    """Return the lost movements of the atlas: limited ones of the painful side, or toward and away from it."""
    found: dict[str, None] = {}
    for finding in findings:
        if is_limited(finding):
            motion = load_motions().motions[finding.motion]
            here = not motion.paired or not painful_sides or finding.side in painful_sides
            found[motion.restriction if here else motion.restriction_away] = None
    return tuple(name for name in found if name)
