"""Dangers described as a story, and everyday talk that only sounds dangerous."""

import pytest

from needlepoint.reasoning.red_flags.check import age_said, screen_text

DANGERS = [
    ("violence", "my boyfriend shoved me into the counter, shoulder is bruised", None),
    ("violence", "mi pareja me zarandea y me avienta contra la pared, me duele el cuello", None),
    ("motor_neuron", "my hand is getting thinner and the muscles keep twitching", None),
    ("motor_neuron", "se me va secando el brazo y me atraganto con la saliva", None),
    ("eye_emergency", "bad pain over the right eye, i see rings around the lights and feel sick", None),
    ("deadly_infection", "the spot turned purple with blisters and i have a fever and chills", None),
    (
        "inflammatory_back",
        "low back stiff an hour every morning, better once i move around, worse if i rest",
        28,
    ),
    ("inflammatory_back", "me duele la cintura, empeora acostado y se me quita al moverme", 31),
    ("cardiac", "pressure in the pit of my stomach and my left upper arm when i climb stairs", 60),
]
ORDINARY = [
    "mi jefa me va a matar si no termino, traigo los hombros duros",
    "these students, my head is going to explode with emails, neck is tight",
    "thought i was dying on the treadmill lol, calves are sore",
    "my fingers stiff after crochet, five minutes and fine",
    "numb butt after long drive, low back tight",
    "pantorrilla dura por la carrera de ayer",
    "duermo torcido y me duele el cuello",
    "soreness in my chest when i stretch, since benching, tender to touch",
    "lower belly pulls on the right when i do crunches",
    "usual migraine, light bothers me a little like always",
]


@pytest.mark.parametrize(("flag", "text", "age"), DANGERS)
def test_a_danger_told_by_a_story_warns(flag, text, age):
    assert flag in {found.id for found in screen_text(text, age=age)}


@pytest.mark.parametrize("text", ORDINARY)
def test_everyday_talk_is_left_in_peace(text):
    assert [found.id for found in screen_text(text) if found.action.warns_patient] == []


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("señor de 71, dolor de cintura", 71),
        ("mi abuelita de 82 se cayó", 82),
        ("mujer de 45 kilos, me duele el cuello", None),
    ],
)
def test_an_age_is_read_after_a_person(text, age):
    assert age_said(text) == age
