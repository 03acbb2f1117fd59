"""Every trigger point has its place on the chart and words of its own by which a hand finds it."""

import shapely

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.geometry import load_views

MUSCLES = load_atlas().muscles.values()
NEAR_MM = 50


def test_the_atlas_covers_the_body():
    assert len(MUSCLES) >= 80
    assert sum(len(muscle.points) for muscle in MUSCLES) >= 200
    assert {muscle.body_area for muscle in MUSCLES} == {
        "head_face",
        "neck_shoulder",
        "arm_hand",
        "trunk",
        "hip_thigh",
        "leg_foot",
    }


def test_every_point_lies_on_the_body_over_its_muscle_on_the_left():
    views = load_views()
    for muscle in MUSCLES:
        for point in muscle.points:
            assert point.position is not None, point.id
            view = views[point.position.view]
            place = shapely.Point(point.position.u_mm, point.position.v_mm)
            assert view.body.distance(place) <= 3, point.id
            over = [
                part.polygon.distance(place)
                for part in view.parts.values()
                if part.region in muscle.lies_in and part.side != "right"
            ]
            assert over, point.id
            assert min(over) <= NEAR_MM, point.id


def test_no_two_points_of_a_muscle_share_their_words_or_their_place():
    for muscle in MUSCLES:
        assert len({point.landmark for point in muscle.points}) == len(muscle.points), muscle.id
        places = {(p.position.view, p.position.u_mm, p.position.v_mm) for p in muscle.points}
        assert len(places) == len(muscle.points), muscle.id
        assert len({point.name for point in muscle.points}) == len(muscle.points), muscle.id


def test_the_part_of_a_point_is_a_part_of_its_muscle():
    for muscle in MUSCLES:
        for point in muscle.points:
            assert not point.part or point.part in muscle.parts, point.id
