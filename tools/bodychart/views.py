"""The sixteen flat views: the camera of each, and its outline and regions as shapes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from body import Floats
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

GEOMETRY = Path(__file__).parents[2] / "src" / "needlepoint" / "anatomy" / "data" / "geometry"
FOOT_HEIGHT_MM = 150.0  # the foot views cut the leg off above this height


@dataclass(frozen=True)
class Camera:
    """The camera of a view. Rows of `axes`: u, v and nearness in mesh coordinates."""

    pose: str
    axes: Floats
    keep: str = "all"  # all, or left_foot, right_foot

    @property
    def toward_viewer(self) -> Floats:
        """Return the unit vector from the body to the viewer."""
        return self.axes[2]

    def project(self, points: Floats) -> Floats:
        """Return (n, 2) places in the view, in mm."""
        return np.asarray(points @ self.axes[:2].T)

    def shows(self, points: Floats) -> np.ndarray:
        """Return whether each point belongs to the view (the feet are cut off)."""
        if self.keep == "all":
            return np.ones(len(points), dtype=bool)
        side = points[:, 0] > 0 if self.keep == "left_foot" else points[:, 0] < 0
        return np.asarray(side & (points[:, 1] < FOOT_HEIGHT_MM))


def _axes(u: tuple[int, ...], v: tuple[int, ...], near: tuple[int, ...]) -> Floats:
    return np.array([u, v, near], dtype=float)


FRONT = Camera("front", _axes((1, 0, 0), (0, 1, 0), (0, 0, 1)))
BACK = Camera("front", _axes((-1, 0, 0), (0, 1, 0), (0, 0, -1)))
LEFT = Camera("side", _axes((0, 0, -1), (0, 1, 0), (1, 0, 0)))
RIGHT = Camera("side", _axes((0, 0, 1), (0, 1, 0), (-1, 0, 0)))
ABOVE = _axes((-1, 0, 0), (0, 0, 1), (0, 1, 0))
BELOW = _axes((1, 0, 0), (0, 0, 1), (0, -1, 0))
CAMERAS = {
    "front": FRONT,
    "back": BACK,
    "left": LEFT,
    "right": RIGHT,
    "head_front": FRONT,
    "head_back": BACK,
    "head_left": LEFT,
    "head_right": RIGHT,
    "hand_left_palm": FRONT,
    "hand_right_palm": FRONT,
    "hand_left_dorsum": BACK,
    "hand_right_dorsum": BACK,
    "foot_left_dorsum": Camera("front", ABOVE, "left_foot"),
    "foot_right_dorsum": Camera("front", ABOVE, "right_foot"),
    "foot_left_sole": Camera("front", BELOW, "left_foot"),
    "foot_right_sole": Camera("front", BELOW, "right_foot"),
}


def mirrored(view: str) -> str:
    """Return the view that shows on the other side what this one shows."""
    return "_".join({"left": "right", "right": "left"}.get(word, word) for word in view.split("_"))


def read_views(folder: Path = GEOMETRY) -> dict[str, dict[str, Any]]:
    """Return the views of `outlines.json`."""
    return dict(json.loads((folder / "outlines.json").read_text(encoding="utf-8"))["views"])


def read_regions(folder: Path = GEOMETRY) -> dict[str, dict[str, BaseGeometry]]:
    """Return for each view the shape of each region id."""
    views = json.loads((folder / "regions.json").read_text(encoding="utf-8"))["views"]
    return {view: {row["id"]: _shape(row["polygons"]) for row in rows} for view, rows in views.items()}


def _shape(polygons: list[dict[str, Any]]) -> BaseGeometry:
    rings = MultiPolygon([Polygon(ring["outer"], ring["holes"]) for ring in polygons])
    return shapely.make_valid(rings, method="structure", keep_collapsed=False)


TOKEN = re.compile(r"[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)")


def path_points(path: str, steps: int = 6) -> list[Floats]:
    """Return the subpaths of an SVG path (M, c, C, l, L, z) as points; each curve gives `steps` of them."""
    tokens = TOKEN.findall(path)
    lines: list[list[Floats]] = []
    here, command, i = np.zeros(2), "", 0
    while i < len(tokens):
        if tokens[i].isalpha():
            command, i = tokens[i], i + 1
            if command in "zZ":
                lines[-1].append(lines[-1][0])
                continue
        size = 6 if command in "cC" else 2
        numbers = np.array(tokens[i : i + size], dtype=float).reshape(-1, 2)
        i += size
        points = numbers + here if command.islower() else numbers
        if command in "mM":
            lines.append([points[0]])
        elif command in "cC":
            lines[-1].extend(_curve(here, *points, steps=steps))
        elif command in "lL":
            lines[-1].append(points[0])
        else:
            raise ValueError(f"path command {command!r} is not known here")
        here = points[-1]
        if command in "mM":
            command = "l" if command == "m" else "L"
    return [np.array(line) for line in lines]


def _curve(a: Floats, b: Floats, c: Floats, d: Floats, steps: int) -> list[Floats]:
    t = np.linspace(0, 1, steps + 1)[1:, None]
    return list((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d)


def outline_shape(path: str) -> BaseGeometry:
    """Return the area inside an outline (later rings inside it are holes)."""
    rings = [Polygon(line) for line in path_points(path) if len(line) > 3]
    shape: BaseGeometry = rings[0].buffer(0)
    for ring in rings[1:]:
        shape = shape.symmetric_difference(ring.buffer(0))
    return shape
