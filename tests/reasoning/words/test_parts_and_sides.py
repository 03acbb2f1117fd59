"""Places named by a part, by the other side, or only by what moves; and words that are not places."""

import pytest

from needlepoint.reasoning.words.read import read_text


def hurting(text):
    return {
        f"{place.side}_{place.region}"
        for place in read_text(text).regions
        if place.painful and not place.negated
    }


@pytest.mark.parametrize(
    ("text", "places"),
    [
        # 'dolor de' names a place of its own, wherever it stands
        ("dolor de rodilla y hombro derecho", {"knee_front", "shoulder_front", "shoulder_lateral"}),
        ("tengo dolor de muñeca y también dolor de codo", {"wrist_back", "wrist_front", "elbow_lateral"}),
        ("señora de 62 años con dolor de rodilla", {"knee_front"}),
        ("llevo tres años con dolor de cuello", {"neck_back", "neck_side"}),
        # a movement names what it moves where nothing else is named
        ("cannot turn my head since monday", {"neck_back", "neck_side"}),
        (
            "no puedo levantar el brazo",
            {"shoulder_front", "shoulder_lateral", "upper_arm_lateral", "upper_arm_front"},
        ),
    ],
)
def test_places_without_their_side(text, places):
    found = {name.partition("_")[2] for name in hurting(text)}
    assert found
    assert found <= places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "left wrist and the elbow on the other side",
            {"left_wrist_back", "left_wrist_front", "right_elbow_lateral"},
        ),
        ("tobillo derecho y la rodilla contraria", {"right_ankle_lateral", "left_knee_front"}),
        (
            "inner side of the right ankle and outer side of the left",
            {"right_ankle_medial", "left_ankle_lateral"},
        ),
        ("rodilla derecha por fuera y la izquierda por dentro", {"right_knee_lateral", "left_knee_medial"}),
        ("la cara externa del muslo derecho", {"right_thigh_lateral"}),
        ("el frente del muslo izquierdo", {"left_thigh_front"}),
        ("left thigh, at the back", {"left_thigh_back"}),
        ("lt calf, right is fine", {"left_leg_back_calf"}),
        ("right knee was replaced and feels great, left knee aches", {"left_knee_front"}),
        ("ring and middle finger of the left hand", None),
    ],
)
def test_places_with_their_side(text, places):
    if places is None:
        assert "left_index_finger" not in hurting(text)
    else:
        assert hurting(text) == places
