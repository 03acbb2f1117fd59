"""Range of motion: what is limited, and which lost movements of the atlas it stands for."""

import pytest

from needlepoint.anatomy import load_atlas
from needlepoint.base.refusal import Refused
from needlepoint.exam.motion import MotionFinding, checked_motion, is_limited, load_motions, lost_movements


def found(motion, side, degrees, painful=None):
    return MotionFinding(motion=motion, side=side, degrees=degrees, painful=painful)


def test_every_motion_stands_for_a_lost_movement_of_the_atlas():
    known = load_atlas().features["restrictions"]
    for row in load_motions().motion:
        assert row.restriction or row.restriction_away
        assert {row.restriction, row.restriction_away} - {""} <= known.keys()


def test_a_rotation_is_lost_toward_the_pain_or_away_from_it():
    left = [found("neck_rotation", "left", 40)]
    assert lost_movements(left, {"left"}) == ("neck_rotation_same",)
    assert lost_movements(left, {"right"}) == ("neck_rotation_opposite",)


def test_a_limb_counts_on_the_painful_side_only_and_a_full_range_never():
    assert lost_movements([found("shoulder_abduction", "left", 90)], {"right"}) == ()
    assert lost_movements([found("shoulder_abduction", "left", 90)], {"left"}) == ("shoulder_abduction",)
    assert not is_limited(found("shoulder_abduction", "left", 170))
    assert not is_limited(found("shoulder_abduction", "left", None, painful=True))


@pytest.mark.parametrize(
    "row",
    [found("nodding", "left", 3), found("neck_flexion", "left", 40), found("knee_flexion", "left", 999)],
)
def test_a_movement_that_cannot_be_is_refused(row):
    with pytest.raises(Refused):
        checked_motion(row, "x")
