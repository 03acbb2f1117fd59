"""Questions that guard an emergency hold the plan; a description of the arm is no stroke."""

import pytest

from needlepoint.reasoning.reason import reason
from needlepoint.reasoning.red_flags.check import screen_text

NEEDED = [
    ("leg_clot", "left calf aches since my knee surgery two weeks ago"),
    ("leg_clot", "me duele la pantorrilla desde que me operaron de la cadera"),
    ("testicle", "my 14 year old son has sudden pain in the right groin after practice"),
    ("testicle", "tengo 16 años y me duele la ingle derecha desde hace rato"),
    ("neck_artery", "my neck hurts on the left since the chiropractor cracked my neck on friday"),
    ("neck_artery", "me duele el cuello desde que me lo tronó el huesero"),
    ("infection", "i am on dialysis and my low back hurts"),
    ("infection", "estoy en diálisis y me duele la cintura"),
    ("cord", "my neck aches and both hands go numb"),
    ("cord", "me duele la nuca y se me duermen las dos manos"),
    ("child_hip", "my daughter is 12 and her knee hurts"),
    ("child_hip", "a mi hijo de 11 le duele la rodilla"),
]
HANGING = [
    "atrás del brazo izquierdo, la parte que cuelga",
    "me duele el brazo derecho, lo que me cuelga",
    "back of my left arm, the part that hangs down",
    "sore right arm, the bit that sags",
]


QUIET = [
    "my knee hurts, i am 40",
    "right groin sore for 3 years",
    "me duele la ingle hace 4 años",
    "my neck is stiff",
]


@pytest.mark.parametrize(("question", "text"), NEEDED)
def test_a_question_that_guards_an_emergency_holds_the_plan(question, text):
    found = reason({"pain_text": text})
    asked = {ask.id for ask in found.ask if ask.blocks}
    assert question in asked or any(flag.action.warns_patient for flag in found.red_flags)


@pytest.mark.parametrize(
    "text",
    [
        "my knee hurts, i am 40",
        "right groin sore for 3 years",
        "me duele la ingle hace 4 años",
        "my neck is stiff",
    ],
)
def test_no_such_question_without_the_danger(text):
    questions = {question for question, _ in NEEDED}
    assert not questions & {ask.id for ask in reason({"pain_text": text}).ask if ask.blocks}


@pytest.mark.parametrize("text", HANGING)
def test_the_part_that_hangs_is_no_stroke(text):
    assert [flag.id for flag in screen_text(text) if flag.action.warns_patient] == []


@pytest.mark.parametrize(
    "text", ["his arm just hangs and his face drooped", "se le cuelga el brazo y habla raro"]
)
def test_an_arm_that_hangs_still_warns(text):
    assert "stroke" in {flag.id for flag in screen_text(text)}
