"""Pictures are complete SVG, treat both sides alike, and keep everything inside the page."""

import re
import xml.etree.ElementTree as ET

import msgspec
import pytest

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.drawing import read_drawing
from needlepoint.anatomy.geometry import load_views, mirrored_view
from needlepoint.anatomy.picture import atlas_page, complaint_picture
from needlepoint.anatomy.picture.figure import tiles_of
from needlepoint.anatomy.picture.ink import INNER, MARGIN, PAGE_WIDTH, width_of, wrap
from needlepoint.anatomy.picture.marks import places_of
from needlepoint.anatomy.picture.page import cards_of
from needlepoint.anatomy.types import Position

SVG = "{http://www.w3.org/2000/svg}"
MUSCLES = load_atlas().muscles
SOME = ("trapezius", "gluteus_minimus", "adductor_pollicis", "flexor_digitorum_brevis", "temporalis")


def texts(svg):
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text")]


def with_positions(muscle, **position):
    points = [msgspec.structs.replace(point, position=Position(**position)) for point in muscle.points]
    return msgspec.structs.replace(muscle, points=points)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("muscle", MUSCLES.values(), ids=MUSCLES.keys())
def test_every_muscle_has_its_page(muscle, side):
    page = ET.fromstring(atlas_page(muscle, side))
    names = " ".join("".join(element.itertext()) for element in page.iter(f"{SVG}text"))
    assert muscle.latin in names
    figures = [element for element in page.iter(f"{SVG}svg") if element.get("x")]
    assert figures
    painted = [path for figure in figures for path in figure.iter(f"{SVG}path") if path.get("d")]
    assert painted


@pytest.mark.parametrize("muscle", MUSCLES.values(), ids=MUSCLES.keys())
def test_each_point_has_an_x_inside_a_window(muscle):
    rows = cards_of(muscle, "right")
    for number, point in enumerate(muscle.points):
        places = places_of(muscle, point, "right")
        cards = [card for row in rows for card in row]
        views = load_views()
        inside = [
            card
            for card in cards
            for view, place in places.items()
            if (views[card.view].crop_of or card.view) == view and card.window.holds(place)
        ]
        assert inside, f"{point.id} (number {number + 1})"


@pytest.mark.parametrize("muscle", MUSCLES.values(), ids=MUSCLES.keys())
def test_the_right_side_mirrors_the_left(muscle):
    for left, right in zip(cards_of(muscle, "left"), cards_of(muscle, "right"), strict=True):
        assert [mirrored_view(card.view) for card in left] == [card.view for card in right]
        for one, other in zip(left, right, strict=True):
            assert one.window.v0 == pytest.approx(other.window.v0, abs=2.0)
            assert one.window.u0 == pytest.approx(-other.window.u1, abs=2.0)
            assert one.width == other.width


@pytest.mark.parametrize(
    ("view", "mirrored"),
    [("back", "back"), ("left", "right"), ("hand_left_palm", "front"), ("foot_left_sole", "foot_right_sole")],
)
def test_a_position_is_mirrored_into_the_view_of_the_other_side(view, mirrored):
    muscle = with_positions(MUSCLES["soleus"], view=view, u_mm=-80.0, v_mm=300.0)
    assert places_of(muscle, muscle.points[0], "right") == {mirrored: (80.0, 300.0)}
    kept = load_views()[view].crop_of or view
    assert places_of(muscle, muscle.points[0], "left") == {kept: (-80.0, 300.0)}


def test_a_position_away_from_the_zones_is_still_in_the_window():
    muscle = with_positions(MUSCLES["soleus"], view="front", u_mm=60.0, v_mm=1200.0)
    cards = [card for row in cards_of(muscle, "right") for card in row]
    assert any(card.view == "front" and card.window.holds((-60.0, 1200.0)) for card in cards)


def test_points_alike_in_four_views_are_all_shown():
    muscle = MUSCLES["soleus"]
    seen = [
        ("front", 60.0, 900.0),
        ("back", -60.0, 900.0),
        ("left", 0.0, 900.0),
        ("foot_left_sole", 130.0, 90.0),
    ]
    points = [
        msgspec.structs.replace(muscle.points[0], id=f"p{n}", position=Position(*place))
        for n, place in enumerate(seen)
    ]
    (cards,) = cards_of(msgspec.structs.replace(muscle, points=points), "left")
    for view, u, v in seen:
        assert any(card.view == view and card.window.holds((u, v)) for card in cards)


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("id_", SOME)
def test_no_line_passes_the_margin(id_, lang):
    for element in ET.fromstring(atlas_page(MUSCLES[id_], "right", lang)).iter(f"{SVG}text"):
        x, size = float(element.get("x")), float(element.get("font-size"))
        wide = width_of("".join(element.itertext()), size, element.get("font-weight") is not None)
        start = {"middle": x - wide / 2, "end": x - wide}.get(element.get("text-anchor"), x)
        assert start >= MARGIN - 20
        assert start + wide <= PAGE_WIDTH - MARGIN + 20


def test_a_very_long_name_and_landmark_stay_on_the_page():
    long = "sternocleidomastoideooccipitofrontalis " * 6
    muscle = MUSCLES["soleus"]
    points = [msgspec.structs.replace(muscle.points[0], name=long, landmark=long * 3)]
    page = atlas_page(msgspec.structs.replace(muscle, name=long.strip(), points=points))
    for element in ET.fromstring(page).iter(f"{SVG}text"):
        if element.get("text-anchor") is None:
            first = element.text or ""
            wide = width_of(first, float(element.get("font-size")), element.get("font-weight") is not None)
            assert float(element.get("x")) + wide <= PAGE_WIDTH - MARGIN + 1
    assert long.split()[0] in " ".join(texts(page))


@pytest.mark.parametrize("width", [40.0, 120.0, INNER])
def test_wrapping_loses_nothing_and_keeps_the_width(width):
    words = "Halfway between the tip of the coracoid and the lateral epicondyle, über-lang-wort"
    lines = wrap(words, width, 13.5)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(width_of(line, 13.5) <= width for line in lines)


def test_landmarks_stand_in_full():
    said = " ".join(texts(atlas_page(MUSCLES["trapezius"])))
    for point in MUSCLES["trapezius"].points:
        assert point.landmark in said
    assert "…" not in said


def test_text_is_escaped():
    muscle = msgspec.structs.replace(MUSCLES["soleus"], name="<b>&\"soleus'", latin="</svg>")
    said = texts(atlas_page(muscle))
    assert said[0].startswith("<b>&\"soleus'")
    assert said[1] == "</svg>"


def test_both_languages():
    assert "felt mostly" in texts(atlas_page(MUSCLES["soleus"], lang="en"))
    spanish = texts(atlas_page(MUSCLES["soleus"], lang="es"))
    assert "se siente sobre todo" in spanish
    assert "felt mostly" not in spanish


def test_ids_are_used_once_and_found():
    svg = atlas_page(MUSCLES["trapezius"])
    ids = re.findall(r' id="([^"]+)"', svg)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', svg)) <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(ids)


def test_points_felt_apart_have_cards_apart():
    assert len(cards_of(MUSCLES["trapezius"], "left")) >= 2
    assert len(cards_of(MUSCLES["soleus"], "left")) <= len(MUSCLES["soleus"].points)


def test_shading_covers_each_window():
    for id_ in SOME:
        for row in cards_of(MUSCLES[id_], "right"):
            for card in row:
                tops = min(tile.box[1] for tile in tiles_of(card))
                ends = max(tile.box[1] + tile.box[3] for tile in tiles_of(card))
                _, y, _, height = load_views()[card.view].view_box
                assert tops <= max(-card.window.v1, y) + 0.01
                assert ends >= min(-card.window.v0, y + height) - 1.0


def test_a_complaint_names_its_leading_muscles_once():
    leading = [(MUSCLES["gluteus_minimus"], "left", 0.43), (MUSCLES["piriformis"], "left", 0.2)]
    said = " ".join(texts(complaint_picture({"left_thigh_back": 7}, leading)))
    assert "left gluteus minimus" in said
    assert "43%" in said
    assert "not a diagnosis" in said


def test_a_drawing_is_shown_as_drawn():
    marks = [
        {
            "view": "back",
            "kind": "stroke",
            "points_mm": [[-90, 780], [-95, 600]],
            "intensity": 9,
            "width_mm": 30,
        },
        {"view": "head_left", "kind": "point", "points_mm": [[-60, 1600]], "intensity": 2},
    ]
    svg = complaint_picture({}, drawing=read_drawing(marks))
    said = texts(svg)
    assert {"back", "head, left side"} <= set(said)
    assert "as drawn by the patient" in " ".join(said)


def test_stronger_pain_has_another_color():
    mild, severe = (complaint_picture({"left_lumbar": n}) for n in (2, 9))
    painted = r'<g opacity="[^"]*"><path d="[^"]*" fill="(#\w+)"/>'
    assert set(re.findall(painted, mild)) != set(re.findall(painted, severe))
    assert re.findall(painted, mild)


def test_pain_in_every_region_at_once_is_still_a_picture():
    everywhere = {name: 5.0 for view in load_views().values() for name in view.parts}
    ET.fromstring(complaint_picture(everywhere))


def test_a_small_figure_paints_each_region_where_it_is_seen():
    from needlepoint.anatomy.picture.small import small_figure

    behind = small_figure({"left_scapula_upper": 5})
    assert behind.count('<g transform="translate') == 1
    assert "fill-opacity" in behind
    assert small_figure({"left_cheek": 5, "left_scapula_upper": 5}).count("fill-opacity") >= 2
    assert "fill-opacity" not in small_figure({})
