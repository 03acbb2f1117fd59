"""Drawings become regions and regions become drawings; anything else is refused with an explanation."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.anatomy.drawing import cover, drawing_of, read_drawing
from needlepoint.anatomy.geometry import load_views, region_ids
from needlepoint.base.refusal import Refused


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(region_ids()), st.floats(0.5, 10), min_size=1, max_size=12))
def test_regions_to_drawing_and_back(regions):
    assert cover(drawing_of(regions)).painful == pytest.approx(regions)


@pytest.mark.parametrize("region", region_ids())
def test_every_region_can_be_drawn(region):
    assert set(cover(drawing_of({region: 5})).painful) == {region}


def point(region, seen_in, **changes):
    label = load_views()[seen_in].parts[region].label_at
    mark = {"view": seen_in, "kind": "point", "points_mm": [label], "intensity": 5}
    return mark | changes


def test_a_touch_is_its_region():
    drawing = read_drawing({"marks": [point("left_temple", "head_left")]})
    assert "left_temple" in cover(drawing).painful


def test_a_stroke_down_the_thigh_names_it():
    mark = {"view": "back", "kind": "stroke", "points_mm": [[-90, 780], [-95, 600]], "intensity": 7}
    assert "left_thigh_back" in cover(read_drawing([mark])).painful


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ({}, "list of 'marks'"),
        ({"marks": []}, "no mark"),
        ([point("left_temple", "left", view="frnt")], "'front'"),
        ([point("left_temple", "left", kind="blob")], "polygon, stroke or point"),
        ([point("left_temple", "left", kind="polygon")], "at least 3"),
        ([point("left_temple", "left", intensity=11)], "0 to 10"),
        ([point("left_temple", "left", intensity=float("nan"))], "0 to 10"),
        ([point("left_temple", "left", points_mm=[[float("inf"), 3]])], "none or far off"),
        ([point("left_temple", "left", points_mm=[[float("nan"), 3]])], "none or far off"),
        ([point("left_temple", "left", points_mm=[[1e308, 3]])], "none or far off"),
        ([point("left_temple", "left", points_mm=[[2900, 2900]])], "off the body"),
        ([point("left_temple", "left", width_mm=-1)], "above 0"),
        ([point("left_temple", "left")] * 10_000, "10000 marks"),
        ("scribble", "list of 'marks'"),
        ([3], "expected"),
    ],
)
def test_what_is_no_drawing_is_refused(drawing, said):
    with pytest.raises(Refused, match=said):
        read_drawing(drawing)


def test_a_crossed_polygon_is_mended():
    u, v = load_views()["front"].parts["left_thigh_front"].label_at
    crossed = [[u - 20, v - 20], [u + 20, v + 20], [u + 20, v - 20], [u - 20, v + 20]]
    mark = {"view": "front", "kind": "polygon", "points_mm": crossed, "intensity": 4}
    assert "left_thigh_front" in cover(read_drawing([mark])).painful
