"""What a complaint names that must be on a list, sentence by sentence."""

import datetime
import tomllib
from pathlib import Path

import pytest

from needlepoint.base.people import Patient
from needlepoint.treatment.lists.complaint.questions import questions_of_words
from needlepoint.treatment.lists.entries import read_lists

TODAY = datetime.date(2026, 11, 20)
TABLE = Path(__file__).parents[2] / "spec" / "safety" / "told.toml"
ROWS = tomllib.loads(TABLE.read_text(encoding="utf-8"))
EVERY = frozenset({"any", "wet", "steroid", "epinephrine"})


def asked_about(told, places=frozenset(), **facts):
    patient = Patient(medicines=[], conditions=[], allergies=[], given=[], local=[], **facts)
    return questions_of_words(told, read_lists(patient, TODAY), patient, TODAY, EVERY | places)


@pytest.mark.parametrize("sentence", ROWS["asked"])
def test_what_a_sentence_names_is_asked_about(sentence):
    assert all(row.blocks for row in asked_about(sentence))
    assert asked_about(sentence)
    assert asked_about(f"I hurt my shoulder. {sentence}")


@pytest.mark.parametrize("sentence", ROWS["quiet"])
def test_an_ordinary_sentence_is_left_in_peace(sentence):
    assert asked_about(f"I hurt my shoulder. {sentence}") == ()


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("I have a mesh in my belly.", "abdomen_pelvis"),
        ("Tengo una malla en la panza.", "abdomen_pelvis"),
        ("I broke that rib three weeks ago.", "chest_wall"),
        ("Me rompí la costilla hace un mes.", "chest_wall"),
    ],
)
def test_what_matters_at_one_place_is_asked_only_there(told, place):
    assert asked_about(told) == ()
    assert asked_about(told, frozenset({place}))


def test_a_man_is_not_asked_about_the_pregnancy_of_another():
    told = "Mi esposa tiene dos meses de embarazo."
    assert asked_about(told, sex="male") == ()
    assert asked_about(told, sex="female")


@pytest.mark.parametrize(
    "told",
    [
        "My bone marrow does not make platelets, they were 30 last week.",
        "My platelets are low. They were 30.",
        "Las plaquetas están mal, salieron en 30.",
        "Las plaquetas no están bien. Estaban en veinte mil.",
    ],
)
def test_a_number_that_takes_up_a_value_named_before_is_read(told):
    assert any("low platelets" in row.en for row in asked_about(told))


@pytest.mark.parametrize(
    "told", ["Platelets normal. It began 30 days ago.", "Platelets normal, it was 30 days ago."]
)
def test_a_span_of_time_is_no_value(told):
    assert not asked_about(told)
