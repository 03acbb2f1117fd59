"""The posed mesh: reading, mirror pairs, subdivision, and what a view can see.

Axes of the mesh: x to the patient's left, y up, z to the front; mm. The left half is x >= 0; no face crosses x = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import trimesh
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from trimesh.ray.ray_pyembree import RayMeshIntersector

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
POSES = ("front", "side")


@dataclass(frozen=True)
class Body:
    """One pose of the mesh: `vertices` (n, 3) in mm, `faces` (m, 3), joints and the leading bone of each vertex."""

    vertices: Floats
    faces: Ints
    joints: dict[str, Floats]
    bone: NDArray[np.str_]

    @cached_property
    def rays(self) -> RayMeshIntersector:
        """Return the mesh prepared for ray casting."""
        return RayMeshIntersector(trimesh.Trimesh(self.vertices, self.faces, process=False))

    @cached_property
    def face_normals(self) -> Floats:
        """Return the unit normal of each face."""
        return face_normals(self.vertices, self.faces)


def read_body(folder: Path, pose: str) -> Body:
    """Return the mesh of `posed_<pose>.npz` in `folder`; pose is 'front' or 'side'."""
    file = np.load(folder / f"posed_{pose}.npz")
    bones = file["bones"]
    joints = dict(zip(bones.tolist(), file["joints_mm"].astype(float), strict=True))
    return Body(
        file["vertices_mm"].astype(float),
        file["faces"].astype(np.int64),
        joints,
        bones[file["dominant_bone"]],
    )


def mirror_vertices(vertices: Floats) -> Ints:
    """Return for each vertex the index of its mirror image in the plane x = 0."""
    distance, index = cKDTree(vertices).query(vertices * [-1, 1, 1])
    if distance.max() > 0.01:
        raise ValueError(f"the mesh is not symmetric: {distance.max():.2f} mm")
    return np.asarray(index, dtype=np.int64)


def face_normals(vertices: Floats, faces: Ints) -> Floats:
    """Return the unit normal of each face."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    return np.asarray(normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12))


def vertex_normals(vertices: Floats, faces: Ints) -> Floats:
    """Return the unit normal of each vertex, with neighboring faces weighted by area."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    total = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(total, faces[:, k], normal)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


def face_areas(vertices: Floats, faces: Ints) -> Floats:
    """Return the area of each face in mm2."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return np.asarray(np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2)


def split_faces(columns: Floats, faces: Ints) -> tuple[Floats, Ints]:
    """Split each face in four at the middles of its edges. `columns` may hold several poses side by side."""
    edges = np.sort(faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    unique, place = np.unique(edges, axis=0, return_inverse=True)
    middle = (columns[unique[:, 0]] + columns[unique[:, 1]]) / 2
    ab, bc, ca = (len(columns) + place.reshape(-1, 3)).T
    a, b, c = faces.T
    cut = [np.stack(t, 1) for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
    return np.vstack([columns, middle]), np.concatenate(cut)


def quads_of(faces: Ints) -> Ints:
    """Return the quads (k, 4) whose halves are the triangles, in pairs: (a, b, c) and (a, c, d)."""
    pairs = faces.reshape(-1, 2, 3)
    if not (np.all(pairs[:, 0, 0] == pairs[:, 1, 0]) and np.all(pairs[:, 0, 2] == pairs[:, 1, 1])):
        raise ValueError("the triangles are not halves of quads")
    return np.concatenate([pairs[:, 0], pairs[:, 1, 2:]], axis=1)


def smooth_quads(vertices: Floats, quads: Ints) -> tuple[Floats, Ints]:
    """Apply one step of Catmull-Clark subdivision to a closed quad mesh."""
    n = len(vertices)
    center = vertices[quads].mean(1)
    sides = np.stack([quads, np.roll(quads, -1, axis=1)], 2).reshape(-1, 2)
    unique, place = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    place = place.reshape(-1, 4)
    around = np.zeros((len(unique), 3))
    np.add.at(around, place.ravel(), np.repeat(center, 4, axis=0))
    half = vertices[unique].mean(1)
    edge = (half * 2 + around) / 4
    valence = np.bincount(quads.ravel(), minlength=n)[:, None]
    face_sum, edge_sum = np.zeros((n, 3)), np.zeros((n, 3))
    np.add.at(face_sum, quads.ravel(), np.repeat(center, 4, axis=0))
    np.add.at(edge_sum, unique.ravel(), np.repeat(half, 2, axis=0))
    corner = (face_sum / valence + 2 * edge_sum / valence + (valence - 3) * vertices) / valence
    at_edge = n + place
    at_center = n + len(unique) + np.arange(len(quads))
    new = [np.stack([quads[:, k], at_edge[:, k], at_center, at_edge[:, k - 1]], 1) for k in range(4)]
    return np.vstack([corner, edge, center]), np.concatenate(new)


def triangles_of(quads: Ints) -> Ints:
    """Return each quad as two triangles."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def openness(
    body_rays: RayMeshIntersector, points: Floats, normals: Floats, count: int, seed: int = 7
) -> Floats:
    """Return for each point the visible part of the sky above its skin, weighted by the cosine; 0 to 1."""
    golden = np.pi * (3 - np.sqrt(5))
    k = np.arange(count) + 0.5
    height = np.sqrt(1 - k / count)
    ring = np.sqrt(1 - height**2)
    free = np.zeros(len(points))
    helper = np.where(np.abs(normals[:, [0]]) < 0.9, [[1.0, 0, 0]], [[0, 1.0, 0]])
    tangent = np.cross(normals, helper)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    other = np.cross(normals, tangent)
    turn = np.random.default_rng(seed).uniform(0, 2 * np.pi, len(points))
    start = points + normals * 0.15
    for i in range(count):
        angle = golden * i + turn
        flat = np.cos(angle)[:, None] * tangent + np.sin(angle)[:, None] * other
        free += ~body_rays.intersects_any(start, ring[i] * flat + height[i] * normals)
    return free / count
