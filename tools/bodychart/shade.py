"""Write shading/<view>.webp: the darkness of the figure as a grayscale picture, for every view.

    python shade.py <folder with posed_front.npz and posed_side.npz>

The pictures have the view's own box (outlines.json); shading/index.json has the box of each. A whole-body view is
written coarse (first) and finer in bands. Soft light comes from above and the viewer's left; hollows and grazing edges
are darker; a thin dark line marks a jump in depth. Just outside the figure the nearest skin continues, so that the
outline may cut the picture anywhere. The figure is nobody: the chest is smoothed, plain spheres fill the eyes.

Needs numpy, scipy, shapely, pillow, trimesh, embreex and networkx, which are not dependencies of the product.
"""

from __future__ import annotations

import io
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from body import Body, Floats, Ints, openness, quads_of, read_body, smooth_quads, triangles_of, vertex_normals
from PIL import Image
from scipy import ndimage, sparse
from scipy.sparse import linalg
from trimesh import Trimesh
from trimesh.creation import icosphere
from trimesh.ray.ray_pyembree import RayMeshIntersector
from views import CAMERAS, FOOT_HEIGHT_MM, GEOMETRY, Camera, read_views

SKY_RAYS = 96
MOST_BYTES = 60_000
BANDS = 6  # a whole-body view is split, so that a close window loads only what it shows
OVERLAP = 3  # pixels that neighboring bands share, so that no seam shows
FINE = 2  # rays along each side of a pixel
PX_PER_MM = {"whole": 1.8, "head": 4.5, "hand": 5.0, "foot": 5.0}
KEY = np.array([-0.45, 0.62, 0.64])  # direction of the light, in view axes: u, v, nearness
EYE_RADIUS_MM = 13.5
EYE_SHIFT_MM = np.array([0.0, 0.0, -1.0])
TIP_MM = 15.0
CONTINUED_MM = 6.0  # distance that the skin continues outside the figure
BEYOND = 1.0  # no shade farther out, to save bytes
JUMP_MM = {"whole": 7.0, "head": 3.5, "hand": 2.0, "foot": 2.5}  # a step in depth that gets a line


@dataclass(frozen=True)
class Skin:
    """The smooth mesh of one pose with what shading needs at its vertices."""

    vertices: Floats
    faces: Ints
    normals: Floats
    open: Floats  # 0 in the deepest hollow, 1 under open sky
    tips: Floats  # of the breasts: the mesh is too dense there to lie quite flat


def smooth_skin(body: Body) -> Skin:
    """Return the posed mesh with its chest smoothed and eyes added, finely subdivided, with normals and openness."""
    quads = quads_of(body.faces)
    vertices, quads = smooth_quads(_plain_chest(body, quads), quads)
    vertices, quads = smooth_quads(vertices, quads)
    vertices, faces = _with_eyes(body, vertices, triangles_of(quads))
    normals = vertex_normals(vertices, faces)
    rays = RayMeshIntersector(Trimesh(vertices, faces, process=False))
    free = openness(rays, vertices, normals, SKY_RAYS)
    step = _averaging(faces, len(vertices))
    for _ in range(3):
        free = step @ free
    breast = {bone: body.vertices[body.bone == bone] for bone in ("breast.L", "breast.R")}
    tips = np.array([found[found[:, 2].argmax()] for found in breast.values()])
    return Skin(vertices, faces, normals, free, tips)


def _averaging(faces: Ints, count: int) -> sparse.csr_matrix:
    """Return the matrix that replaces a value at a vertex by the mean over the vertex and its neighbors."""
    pairs = faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    graph = sparse.coo_matrix((np.ones(len(pairs)), pairs.T), shape=(count, count)).tocsr()
    graph = ((graph + graph.T) > 0).astype(float) + sparse.identity(count)
    return sparse.csr_matrix(sparse.diags(1 / np.asarray(graph.sum(1)).ravel()) @ graph)


def _plain_chest(body: Body, quads: Ints) -> Floats:
    """Return the vertices with the skin of the breasts moved toward the smoothest surface through their rim."""
    count = len(body.vertices)
    step = _averaging(triangles_of(quads), count)
    chest = np.isin(body.bone, ["breast.L", "breast.R"]).astype(float)
    for _ in range(2):
        chest = (step @ chest > 0.05).astype(float)
    inner = np.flatnonzero(chest)
    rim = np.flatnonzero(chest == 0)
    flat = _cotangents(body.vertices, triangles_of(quads))
    rows = sparse.csr_matrix(flat @ flat)[inner]
    vertices = body.vertices.copy()
    vertices[inner] = linalg.spsolve(rows[:, inner].tocsc(), -rows[:, rim] @ vertices[rim])
    return vertices


def _cotangents(vertices: Floats, faces: Ints) -> sparse.csr_matrix:
    """Return the Laplacian that preserves the shape of the faces: plain averaging would pucker where they are small."""
    count = len(vertices)
    total = sparse.csr_matrix((count, count))
    for k in range(3):
        a, b, c = faces[:, k], faces[:, (k + 1) % 3], faces[:, (k + 2) % 3]
        one, other = vertices[b] - vertices[a], vertices[c] - vertices[a]
        area = np.maximum(np.linalg.norm(np.cross(one, other), axis=1), 1e-9)
        weight = np.clip((one * other).sum(1) / area, 0.01, 20.0)
        total += sparse.coo_matrix((weight, (b, c)), shape=(count, count)).tocsr()
    total = total + total.T
    return sparse.csr_matrix(sparse.diags(np.asarray(total.sum(1)).ravel()) - total)


def _with_eyes(body: Body, vertices: Floats, faces: Ints) -> tuple[Floats, Ints]:
    ball = icosphere(subdivisions=4, radius=EYE_RADIUS_MM)
    for eye in ("eye.L", "eye.R"):
        faces = np.vstack([faces, np.asarray(ball.faces) + len(vertices)])
        vertices = np.vstack([vertices, np.asarray(ball.vertices) + body.joints[eye] + EYE_SHIFT_MM])
    return vertices, faces


def kind_of(view: str) -> str:
    """Return whole, head, hand or foot."""
    name = view.partition("_")[0]
    return name if name in ("head", "hand", "foot") else "whole"


def shade(skin: Skin, camera: Camera, box: list[float], view: str) -> Floats:
    """Return lightness 0 to 1 of every pixel of the view's box."""
    kind = kind_of(view)
    seen, normal, free, depth, shape = _look(skin, camera, box, PX_PER_MM[kind] * FINE)
    toward = normal @ camera.axes.T
    key = toward @ (KEY / np.linalg.norm(KEY))
    wrapped = np.clip((key + 0.5) / 1.5, 0, 1)
    edge = np.clip(toward[:, 2], 0, 1) ** 0.6
    light = (0.34 + 0.66 * wrapped) * (0.72 + 0.28 * edge) * (0.35 + 0.65 * np.clip(free, 0, 1) ** 1.1)
    light[toward[:, 2] < 0] = 1.0  # the cut through the leg, seen from above
    picture = np.zeros(shape[0] * shape[1])
    picture[seen] = light
    deep = np.full(shape[0] * shape[1], np.nan)
    deep[seen] = depth
    mask = np.zeros(shape[0] * shape[1], dtype=bool)
    mask[seen] = True
    filled = _continued(picture.reshape(shape), mask.reshape(shape))
    lines = _jumps(deep.reshape(shape), JUMP_MM[kind])
    shaded = _leveled(filled, mask.reshape(shape)) * (1 - 0.55 * lines)
    if view == "front":
        for u, v in camera.project(skin.tips):
            px = PX_PER_MM[kind] * FINE
            shaded = _evened(shaded, ((u - box[0]) * px, (-v - box[1]) * px), TIP_MM * px)
    return _shrunk(_faded(shaded, mask.reshape(shape), CONTINUED_MM * PX_PER_MM[kind] * FINE))


def _look(
    skin: Skin, camera: Camera, box: list[float], px_per_mm: float
) -> tuple[Ints, Floats, Floats, Floats, tuple[int, int]]:
    """Return (index of the pixels that see skin, normals, openness, depth there, rows and columns)."""
    x, y, width, height = box
    columns, rows = (round(side * px_per_mm / FINE / 2) * FINE * 2 for side in (width, height))
    u = x + (np.arange(columns) + 0.5) * width / columns
    v = -(y + (np.arange(rows) + 0.5) * height / rows)
    kept = camera.shows(skin.vertices)[skin.faces].all(1)
    faces = skin.faces[kept]
    rays = RayMeshIntersector(Trimesh(skin.vertices, faces, process=False))
    grid = np.stack(np.meshgrid(u, v), -1).reshape(-1, 2)
    start = grid @ camera.axes[:2] + camera.toward_viewer * 3000
    face = rays.intersects_first(start, np.broadcast_to(-camera.toward_viewer, start.shape))
    seen = np.flatnonzero(face >= 0)
    corners = faces[face[seen]]
    weight = _barycentric(camera.project(skin.vertices)[corners], grid[seen])
    normal = (skin.normals[corners] * weight[..., None]).sum(1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    depth = ((skin.vertices @ camera.toward_viewer)[corners] * weight).sum(1)
    return seen, normal, (skin.open[corners] * weight).sum(1), depth, (rows, columns)


def _barycentric(corners: Floats, place: Floats) -> Floats:
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, ac, ap = b - a, c - a, place - a
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    beta = (ap[:, 0] * ac[:, 1] - ap[:, 1] * ac[:, 0]) / area
    gamma = (ab[:, 0] * ap[:, 1] - ab[:, 1] * ap[:, 0]) / area
    weight = np.clip(np.stack([1 - beta - gamma, beta, gamma], 1), 0, 1)
    return np.asarray(weight / weight.sum(1, keepdims=True))


def _continued(picture: Floats, mask: np.ndarray) -> Floats:
    """Return the picture with its rim moved a little inward and continued outward."""
    core = ndimage.binary_erosion(mask, iterations=FINE)
    row, column = ndimage.distance_transform_edt(~core, return_distances=False, return_indices=True)
    return np.asarray(picture[row, column])


def _faded(picture: Floats, mask: np.ndarray, reach_px: float) -> Floats:
    """Return the picture faded out outside the figure."""
    far = np.clip(ndimage.distance_transform_edt(~mask) / reach_px - 0.5, 0, 0.5) * 2
    return np.asarray(picture * (1 - far) + BEYOND * far)


def _evened(picture: Floats, center: tuple[float, float], radius: float) -> Floats:
    """Return the picture with a round spot filled from its surroundings."""
    row, column = np.ogrid[: picture.shape[0], : picture.shape[1]]
    far = np.hypot(column - center[0], row - center[1]) / radius
    near = (slice(*(int(center[k] + d * 3 * radius) for d in (-1, 1))) for k in (1, 0))
    part = tuple(near)
    known = (far[part] > 1).astype(float)
    blur = ndimage.gaussian_filter(picture[part] * known, radius / 2)
    filled = blur / np.maximum(ndimage.gaussian_filter(known, radius / 2), 1e-9)
    weight = np.clip((1.15 - far[part]) / 0.3, 0, 1)
    evened = picture.copy()
    evened[part] = picture[part] * (1 - weight) + filled * weight
    return evened


def _jumps(depth: Floats, least_mm: float) -> Floats:
    """Return 0 to 1: the strength of a line on the farther side of each step in depth."""
    nearest = ndimage.maximum_filter(np.nan_to_num(depth, nan=-1e6), size=2 * FINE + 1)
    step = np.where(np.isnan(depth), 0, nearest - depth)
    slope = ndimage.gaussian_filter((step > least_mm).astype(float), FINE * 0.5)
    return np.asarray(np.clip(slope, 0, 1))


def _leveled(picture: Floats, mask: np.ndarray) -> Floats:
    """Return it stretched to the whole scale: the darkest hundredth black, the lightest white."""
    dark, light = np.percentile(picture[mask], [1.0, 99.5])
    return np.asarray(np.clip((picture - dark) / (light - dark), 0, 1))


def _shrunk(picture: Floats) -> Floats:
    rows, columns = picture.shape
    return np.asarray(picture.reshape(rows // FINE, FINE, columns // FINE, FINE).mean((1, 3)))


def webp(lightness: Floats) -> bytes:
    """Return darkness as a WebP picture (a mask for shade), as good as the size limit allows."""
    image = Image.fromarray(((1 - lightness) * 255).round().astype(np.uint8)).convert("RGB")
    for quality in range(90, 40, -3):
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= MOST_BYTES:
            return buffer.getvalue()
    raise ValueError("the picture stays too large")


def tiles(view: str, picture: Floats, box: list[float]) -> list[tuple[str, list[float], Floats]]:
    """Yield (name, box, picture) of the files for a view: detail views whole; the others coarse and in fine bands."""
    if kind_of(view) != "whole":
        return [(view, box, picture)]
    x, y, width, height = box
    coarse = picture.reshape(picture.shape[0] // 2, 2, -1, 2).mean((1, 3))
    found = [(view, box, coarse)]
    mm = height / len(picture)
    band = math.ceil(len(picture) / BANDS)
    for k in range(BANDS):
        top, bottom = max(k * band - OVERLAP, 0), min((k + 1) * band + OVERLAP, len(picture))
        place = [x, round(y + top * mm, 3), width, round((bottom - top) * mm, 3)]
        found.append((f"{view}-{k + 1}", place, picture[top:bottom]))
    return found


def cut(skin: Skin, camera: Camera) -> list[list[float]]:
    """Return where the leg is cut in a foot view from above: a ring of (u, v); empty in other views."""
    if camera.keep == "all" or camera.toward_viewer[1] < 0:
        return []
    plane = Trimesh(skin.vertices, skin.faces, process=False).section([0, 1, 0], [0, FOOT_HEIGHT_MM - 0.5, 0])
    rings = [camera.project(ring) for ring in plane.discrete if camera.shows(ring).all()]
    ring = shapely.simplify(max((shapely.Polygon(ring) for ring in rings), key=lambda area: area.area), 0.3)
    return [[round(float(u), 1), round(float(v), 1)] for u, v in ring.exterior.coords[:-1]]


def main(folder: Path) -> None:
    """Shade every view."""
    skins = {pose: smooth_skin(read_body(folder, pose)) for pose in ("front", "side")}
    target = GEOMETRY / "shading"
    target.mkdir(exist_ok=True)
    index: dict[str, dict[str, object]] = {}
    for view, row in read_views().items():
        camera = CAMERAS[view]
        skin = skins[camera.pose]
        rows = []
        for name, box, part in tiles(view, shade(skin, camera, row["view_box"], view), row["view_box"]):
            data = webp(part)
            (target / f"{name}.webp").write_bytes(data)
            rows.append({"file": f"{name}.webp", "box": box})
            print(name, len(data))
        index[view] = {"tiles": rows, "cut": cut(skin, camera)}
    (target / "index.json").write_text(json.dumps(index) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
