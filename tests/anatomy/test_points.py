"""Every trigger point has its place on the chart and words of its own by which a hand finds it."""

import shapely

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.geometry import load_views
from needlepoint.anatomy.lookup import find_muscle, plain_name

MUSCLES = load_atlas().muscles.values()
NEAR_MM = 50
MIDLINE_MM = 1
FINISHED = ("head_face", "neck_shoulder")  # areas told part by part, with warnings of their own
FINE = [muscle for muscle in MUSCLES if muscle.body_area in FINISHED]


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


def test_head_neck_and_shoulder_are_told_part_by_part():
    assert sum(len(muscle.points) for muscle in FINE) >= 95
    told = {muscle.id: len(muscle.points) for muscle in FINE}
    assert min(told[id_] for id_ in ("trapezius", "sternocleidomastoid")) >= 7
    assert min(told[id_] for id_ in ("masseter", "scalenes", "deltoid")) >= 4
    assert min(told[id_] for id_ in ("temporalis", "infraspinatus", "suboccipital_muscles")) >= 4


def test_every_point_is_told_for_the_left_half():
    """Left is to the viewer's right in front, to the viewer's left behind; no row tells the right side."""
    for muscle in MUSCLES:
        for point in muscle.points:
            words, u_mm = point.position.view.split("_"), point.position.u_mm
            assert "right" not in words, point.id
            if "foot" not in words and ("front" in words or "palm" in words):
                assert u_mm >= -MIDLINE_MM, point.id
            if "back" in words or ("hand" in words and "dorsum" in words):
                assert u_mm <= MIDLINE_MM, point.id


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


def test_the_most_usual_point_of_a_muscle_has_the_share_one():
    for muscle in FINE:
        assert max(point.share for point in muscle.points) == 1, muscle.id
        assert min(point.share for point in muscle.points) > 0, muscle.id


def test_a_spanish_name_means_one_muscle():
    for muscle in MUSCLES:
        for name in (muscle.name_es, *muscle.synonyms_es):
            assert find_muscle(load_atlas(), name).id == muscle.id, name
    spanish = [{plain_name(name) for name in (muscle.name_es, *muscle.synonyms_es)} for muscle in MUSCLES]
    assert sum(map(len, spanish)) == len(set().union(*spanish))


def test_no_warning_of_head_neck_and_shoulder_is_said_of_two_muscles():
    """In head, neck and shoulder each warning says how to stay clear of that structure in that muscle."""
    said = [hazard.avoid for muscle in FINE for hazard in muscle.hazards]
    assert len(said) == len(set(said))
    ways = [muscle.needling.approach for muscle in FINE]
    assert len(ways) == len(set(ways))
