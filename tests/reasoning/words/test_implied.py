"""Two sides of one place, where the second is named by its part alone; and a side that belongs to a place by 'of'."""

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
        ("ring finger of the left hand and index of the right", {"left_ring_finger", "right_index_finger"}),
        ("thumb of my right hand and little finger of the left", {"right_thumb", "left_little_finger"}),
        ("heel of the left foot, big toe of the right", {"left_heel", "right_great_toe"}),
        (
            "el anular de la mano derecha y el índice de la izquierda",
            {"right_ring_finger", "left_index_finger"},
        ),
        ("el pulgar de la izquierda y el dedo medio de la derecha", {"left_thumb", "right_middle_finger"}),
        ("el talón del izquierdo y el dedo gordo del pie derecho", {"left_heel", "right_great_toe"}),
        ("back of the left thigh and the front of the right", {"left_thigh_back", "right_thigh_front"}),
        ("front of my left knee and the back of my right", {"left_knee_front", "right_knee_back"}),
        ("inside of the left elbow, outside of the right", {"left_elbow_medial", "right_elbow_lateral"}),
        ("outside of the left ankle and inside of my right", {"left_ankle_lateral", "right_ankle_medial"}),
        (
            "por delante del hombro izquierdo y por detrás del derecho",
            {"left_shoulder_front", "right_shoulder_back"},
        ),
        (
            "la parte de adentro de la rodilla izquierda y la de afuera de la derecha",
            {"left_knee_medial", "right_knee_lateral"},
        ),
        (
            "por fuera del codo derecho y por dentro del izquierdo",
            {"right_elbow_lateral", "left_elbow_medial"},
        ),
        ("tobillo izquierdo por fuera y el derecho por dentro", {"left_ankle_lateral", "right_ankle_medial"}),
        (
            "la rodilla izquierda por el costado, de la derecha ya me operaron y quedó bien",
            {"left_knee_lateral"},
        ),
        ("lower back pain on the left of my spine", {"left_lumbar"}),
        ("el muslo izquierdo por atrás y por delante del derecho", {"left_thigh_back", "right_thigh_front"}),
    ],
)
def test_the_side_of_each_part_is_its_own(text, places):
    found = {
        name
        for name in hurting(text)
        if not name.endswith(("hand_palm", "hand_dorsum", "sole", "foot_dorsum"))
    }
    assert found == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("sore on the bottom tip of the right scapula", {"right_scapula_lower"}),
        ("it aches at the bottom of my left calf", {"left_leg_back_calf"}),
        ("right groin, where my thigh joins my pelvis", {"right_groin"}),
        ("ingle derecha, donde el muslo se une con el tronco", {"right_groin"}),
        ("muñeca derecha del lado de la palma", {"right_wrist_front"}),
        ("la muñeca derecha por el dorso", {"right_wrist_back"}),
        ("knot in my left trap", {"left_shoulder_top"}),
        ("my skin is shiny, left elbow hurts", {"left_elbow_lateral"}),
        ("tomé un refresco de cola y me duele la nuca derecha", {"right_neck_back"}),
        ("traigo cola de caballo y me duele la sien izquierda", {"left_temple"}),
        ("mi rodilla derecha duele y camino con el pie hacia afuera", {"right_knee_front"}),
        ("left hip hurts and i walk with my toes out", {"left_hip_lateral"}),
    ],
)
def test_words_that_only_look_like_a_place_paint_nothing(text, places):
    assert hurting(text) == places
