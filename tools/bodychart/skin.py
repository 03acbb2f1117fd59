"""Write skin.json: for each region its skin area in cm2 and the length in mm of its border with each neighbor.

    python skin.py <folder with posed_front.npz and posed_side.npz>

Only the left half and the midline are measured; the right side is their copy, so both mirror each other exactly.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import shapely
from body import Body, Floats, Ints, face_areas, openness, read_body, split_faces, vertex_normals
from scipy import sparse
from scipy.sparse import csgraph
from trimesh.ray.ray_pyembree import RayMeshIntersector
from views import CAMERAS, GEOMETRY, Camera, read_regions, read_views

SPLITS = 2  # times each triangle of the mesh is split in four before it is colored
LEAST_FACING = 0.2  # a face seen at a flatter angle gets no color from that view
INSIDE = 0.004  # openness below which a vertex is in a cavity (mouth, eye socket), not on the skin
DETAIL_BONUS = 1.5
FOOT_ABOVE_MM = 80.0  # the region rings of the foot views are approximate above this height
ISLAND_CM2 = 3.0
SMOOTH_ROUNDS = 6
OTHER = {"left": "right", "right": "left", "mid": "mid"}


def left_half(front: Body, side: Body) -> tuple[Floats, Floats, Ints]:
    """Return (vertices in the front pose, in the side pose, faces) of the finely split left half."""
    faces = front.faces[front.vertices[front.faces].mean(1)[:, 0] > 0]
    used, local = np.unique(faces, return_inverse=True)
    columns = np.hstack([front.vertices[used], side.vertices[used]])
    faces = local.reshape(-1, 3)
    for _ in range(SPLITS):
        columns, faces = split_faces(columns, faces)
    return columns[:, :3], columns[:, 3:], faces


def color_vertices(poses: dict[str, Body], fine: dict[str, Floats], faces: Ints) -> tuple[list[str], Floats]:
    """Return (labels, votes (n, labels)) of the vertices from every view in which they are seen."""
    outlines, regions = read_views(), read_regions()
    labels = sorted({id_ for rows in regions.values() for id_ in rows if not id_.startswith("right_")})
    votes = np.zeros((len(fine["front"]), len(labels)))
    normals = {pose: vertex_normals(fine[pose], faces) for pose in fine}
    for view, camera in CAMERAS.items():
        points, normal = fine[camera.pose], normals[camera.pose]
        facing = normal @ camera.toward_viewer
        place = camera.project(points)
        seen = (facing > LEAST_FACING) & camera.shows(points) & _in_box(place, outlines[view]["view_box"])
        if camera.keep != "all":
            seen &= points[:, 1] < FOOT_ABOVE_MM
        index = np.flatnonzero(seen)
        rays = _foot_rays(poses["front"], camera) if camera.keep != "all" else poses[camera.pose].rays
        toward = np.broadcast_to(camera.toward_viewer, (len(index), 3))
        index = index[~rays.intersects_any(points[index] + normal[index] * 0.3, toward)]
        bonus = DETAIL_BONUS if outlines[view]["crop_of"] or camera.keep != "all" else 1.0
        for id_, shape in regions[view].items():
            if id_ in labels:
                inside = index[shapely.contains_xy(shape, *place[index].T)]
                votes[inside, labels.index(id_)] += bonus * facing[inside] ** 2
    return labels, votes


def _foot_rays(body: Body, camera: Camera) -> RayMeshIntersector:
    kept = camera.shows(body.vertices)[body.faces].all(1)
    return Body(body.vertices, body.faces[kept], {}, body.bone).rays


def _in_box(place: Floats, box: list[float]) -> np.ndarray:
    x, y, width, height = box
    u, v = place.T
    return np.asarray((u >= x) & (u <= x + width) & (-v >= y) & (-v <= y + height))


def spread(points: Floats, faces: Ints, votes: Floats) -> Ints:
    """Return the label of every vertex; an unseen one takes the label of the nearest seen one along the skin."""
    edges = np.unique(np.sort(faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1), axis=0)
    length = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1) + 1e-6
    graph = sparse.coo_matrix((length, edges.T), shape=(len(points),) * 2).tocsr()
    seen = np.flatnonzero(votes.max(1) > 0)
    _, _, nearest = csgraph.dijkstra(
        graph, directed=False, indices=seen, min_only=True, return_predecessors=True
    )
    return np.asarray(votes.argmax(1)[nearest])


def smooth(faces: Ints, label: Ints, count: int) -> Floats:
    """Return soft membership (n, count): the labels averaged over neighbors, for smooth borders."""
    n = len(label)
    pairs = faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    graph = sparse.coo_matrix((np.ones(len(pairs)), pairs.T), shape=(n, n)).tocsr()
    graph = ((graph + graph.T) > 0).astype(float) + sparse.identity(n)
    step = sparse.diags(1 / np.asarray(graph.sum(1)).ravel()) @ graph
    soft = np.eye(count)[label]
    for _ in range(SMOOTH_ROUNDS):
        soft = step @ soft
    return np.asarray(soft)


def drop_islands(points: Floats, faces: Ints, label: Ints) -> Ints:
    """Give small patches that are separate from their region's main patch to the region around them."""
    label = label.copy()
    pairs = faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    share = np.zeros(len(points))
    np.add.at(share, faces.ravel(), np.repeat(face_areas(points, faces) / 3, 3))
    for _ in range(4):
        same = pairs[label[pairs[:, 0]] == label[pairs[:, 1]]]
        graph = sparse.coo_matrix((np.ones(len(same)), same.T), shape=(len(points),) * 2)
        _, patch = csgraph.connected_components(graph, directed=False)
        size = np.bincount(patch, weights=share)
        largest = {k: size[patch[label == k]].max() for k in np.unique(label)}
        small = [
            p for p in np.unique(patch) if size[p] < min(ISLAND_CM2 * 100, largest[label[patch == p][0]])
        ]
        for p in small:
            outside = pairs[(patch[pairs[:, 0]] == p) & (patch[pairs[:, 1]] != p)][:, 1]
            if len(outside):
                label[patch == p] = np.bincount(label[outside]).argmax()
    return label


def measure(
    points: Floats, faces: Ints, labels: list[str], soft: Floats, on_skin: np.ndarray
) -> dict[str, object]:
    """Return area and borders by region id, both sides."""
    top = soft.argmax(1)
    area: Counter[str] = Counter()
    border: defaultdict[str, Counter[str]] = defaultdict(Counter)
    kept = faces[on_skin[faces].all(1)]
    for vertex in range(3):
        weight = np.bincount(
            top[kept[:, vertex]], weights=face_areas(points, kept) / 3, minlength=len(labels)
        )
        area.update(dict(zip(labels, weight, strict=True)))
    for face in kept[(top[kept] != top[kept[:, :1]]).any(1)]:
        for one, other, length in _crossings(points[face], soft[face], top[face]):
            border[labels[one]][labels[other]] += length
            border[labels[other]][labels[one]] += length
    for one, length in _midline(points, kept, labels, top):
        border[one][one.replace("left_", "right_")] += length
    return _both_sides(area, border)


def _crossings(corners: Floats, soft: Floats, top: Ints) -> list[tuple[int, int, float]]:
    ends: list[tuple[int, int, Floats]] = []
    for i, j in ((0, 1), (1, 2), (2, 0)):
        a, b = int(top[i]), int(top[j])
        if a != b:
            lead, lag = soft[i, a] - soft[i, b], soft[j, b] - soft[j, a]
            t = lead / (lead + lag) if lead + lag > 0 else 0.5
            ends.append((min(a, b), max(a, b), corners[i] * (1 - t) + corners[j] * t))
    if len(ends) == 2:
        return [(ends[0][0], ends[0][1], float(np.linalg.norm(ends[0][2] - ends[1][2])))]
    center = np.mean([end[2] for end in ends], axis=0)
    return [(a, b, float(np.linalg.norm(place - center))) for a, b, place in ends]


def _midline(points: Floats, faces: Ints, labels: list[str], top: Ints) -> list[tuple[str, float]]:
    """Return edges of the half mesh in the plane x = 0 whose skin belongs to a paired region: left touches right."""
    found = []
    for edge in np.unique(np.sort(faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1), axis=0):
        if np.abs(points[edge, 0]).max() < 1e-3:
            half = float(np.linalg.norm(points[edge[0]] - points[edge[1]])) / 2
            found += [(labels[top[end]], half) for end in edge if labels[top[end]].startswith("left_")]
    return found


def _both_sides(area: Counter[str], border: defaultdict[str, Counter[str]]) -> dict[str, object]:
    """Return rows of both sides from the left half: a midline region has an equal half on the right."""
    rows = {}
    for id_, mm2 in area.items():
        beside = border[id_]
        turned = Counter({_other(name): mm for name, mm in beside.items()})
        if _other(id_) == id_:
            rows[id_] = _row(mm2 * 2, beside + turned)
        else:
            rows[id_] = _row(mm2, beside)
            rows[_other(id_)] = _row(mm2, turned)
    return dict(sorted(rows.items()))


def _other(id_: str) -> str:
    side, _, rest = id_.partition("_")
    return f"{OTHER[side]}_{rest}"


def _row(mm2: float, beside: dict[str, float]) -> dict[str, object]:
    kept = {name: round(mm, 1) for name, mm in sorted(beside.items(), key=lambda item: -item[1]) if mm >= 1.0}
    return {"area_cm2": round(mm2 / 100, 2), "neighbours_mm": kept}


def main(folder: Path) -> None:
    poses = {pose: read_body(folder, pose) for pose in ("front", "side")}
    front, side, faces = left_half(poses["front"], poses["side"])
    labels, votes = color_vertices(poses, {"front": front, "side": side}, faces)
    label = drop_islands(front, faces, spread(front, faces, votes))
    soft = smooth(faces, label, len(labels))
    open_ = openness(poses["front"].rays, front, vertex_normals(front, faces), 48)
    regions = measure(front, faces, labels, soft, open_ > INSIDE)
    head = {
        "units": "cm2 of skin; mm of common border",
        "stature_mm": 1700,
        "certainty": "inferred",
        "note": "measured on the mesh behind the views; the area holds for a body 1700 mm tall",
        "license": "CC0-1.0",
    }
    text = json.dumps({**head, "regions": regions}, indent=1)
    (GEOMETRY / "skin.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
