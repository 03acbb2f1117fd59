"""The atlas is whole: enough muscles, every row cited, every region reached, left and right derived."""

import pytest

from needlepoint.anatomy import load_atlas, split_region
from needlepoint.anatomy.lookup import felt_in, find_muscle, muscles_by_hazard, muscles_by_region
from needlepoint.base.refusal import Refused


def test_it_covers_the_body_head_to_foot():
    atlas = load_atlas()
    assert len(atlas.muscles) >= 80
    areas = {muscle.body_area for muscle in atlas.muscles.values()}
    assert areas == {"head_face", "neck_shoulder", "arm_hand", "trunk", "hip_thigh", "leg_foot"}


def test_every_region_is_felt_from_some_muscle():
    atlas = load_atlas()
    orphans = [region for region in atlas.regions if not muscles_by_region(atlas, region)]
    assert orphans == []


def test_every_muscle_has_its_sources_hazards_and_needling():
    atlas = load_atlas()
    for muscle in atlas.muscles.values():
        assert atlas.citations(muscle), muscle.id
        assert muscle.hazards, muscle.id
        assert muscle.needling.gauge[0] <= muscle.needling.gauge[1], muscle.id
        assert muscle.needling.depth_mm[0] < muscle.needling.depth_mm[1], muscle.id
        for point in muscle.points:
            assert point.landmark, point.id


def test_point_ids_are_unique():
    ids = [point.id for muscle in load_atlas().muscles.values() for point in muscle.points]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("spelling", "id_"),
    [
        ("gluteus minimus", "gluteus_minimus"),
        ("SCM", "sternocleidomastoid"),
        ("Quadratus Lumborum muscle", "quadratus_lumborum"),
        ("upper trapezius", "trapezius"),
        ("peroneus longus", "fibularis_longus"),
        ("glúteo menor", "gluteus_minimus"),
    ],
)
def test_a_muscle_is_found_by_any_of_its_names(spelling, id_):
    assert find_muscle(load_atlas(), spelling).id == id_


def test_an_unknown_muscle_is_refused_with_the_nearest_names():
    with pytest.raises(Refused, match="gluteus minimus"):
        find_muscle(load_atlas(), "gluteus minimis")


def test_muscles_by_region_come_strongest_first():
    atlas = load_atlas()
    weights = [felt_in(muscle, "temple") for muscle in muscles_by_region(atlas, "temple")]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] >= 0.5


def test_chest_wall_muscles_warn_of_the_pleura():
    near = {muscle.id for muscle in muscles_by_hazard(load_atlas(), "pleura")}
    assert {"rhomboids", "trapezius", "scalenes", "serratus_anterior", "pectoralis_minor"} <= near


def test_zone_keys_say_which_side():
    assert split_region("both:lumbar") == ("both", "lumbar")
    assert split_region("lumbar") == ("same", "lumbar")
