"""Who may mark an entry as harmless, who may override a precaution, and that both are shown."""

import datetime
from decimal import Decimal

import pytest

from needlepoint.base.people import Meaning, Medicine, Patient
from needlepoint.treatment.bounds import deciding_faults, patient_faults
from needlepoint.treatment.lists.entries import read_lists
from needlepoint.treatment.lists.questions import answered_concerns, questions_of
from needlepoint.treatment.precautions.check import PrecautionDecision, find_concerns
from needlepoint.treatment.precautions.situation import NeedledSite, Situation

TODAY = datetime.date(2026, 11, 20)


def lists_of(text, profession, how=None):
    meaning = Meaning(
        kind="medicine", text=text, means="harmless", how=how, by="Ann Lee", profession=profession, on=TODAY
    )
    patient = Patient(medicines=[Medicine(text)], conditions=[], allergies=[], meanings=[meaning])
    return read_lists(patient, TODAY)


@pytest.mark.parametrize("text", ["cumadine 5", "elaquis", "rivoroxiban", "apixeban", "heprin injections"])
@pytest.mark.parametrize(
    ("profession", "how"),
    [
        ("physical_therapist", None),
        ("acupuncturist", "It is only a vitamin."),
        ("physician", None),
        ("physician", "x"),
    ],
)
def test_what_looks_like_a_blood_thinner_is_not_called_harmless(text, profession, how):
    lists = lists_of(text, profession, how)
    assert "anticoagulant" in lists.medicine[0].groups
    assert any("Ann Lee" in row.en and row.blocks for row in questions_of(lists))


def test_a_physician_with_a_reason_settles_it_and_the_plan_shows_it():
    lists = lists_of("rivoroxiban", "physician", "A vitamin of that name; the bottle was seen.")
    assert questions_of(lists) == ()
    (shown,) = answered_concerns(lists)
    assert shown.level == "warn"
    assert "Ann Lee (physician)" in shown.do_en


@pytest.mark.parametrize(
    ("by", "why", "profession", "wrong"),
    [
        ("Ann Lee", "The bottle was seen.", "physician", []),
        ("Ann", "The bottle was seen.", "physician", ["by"]),
        ("x", "The bottle was seen.", "physician", ["by"]),
        ("Ann Lee", "asdf", "physician", ["why"]),
        ("Ann Lee", "x x x x x x x", "physician", ["why"]),
        ("Ann Lee", "fine fine", "physician", ["why"]),
        ("Ann Lee", "The bottle was seen.", "receptionist", ["profession"]),
    ],
)
def test_a_decision_names_a_licensed_person_in_full_and_a_reason(by, why, profession, wrong):
    assert [row.where.rpartition(".")[2] for row in deciding_faults(by, why, profession, "plan")] == wrong


@pytest.mark.parametrize(("profession", "level"), [("physician", "overridden"), ("acupuncturist", "stop")])
def test_over_a_stop_that_rests_on_a_medicine_only_medicine_decides(profession, level):
    from needlepoint.anatomy import load_atlas

    word = PrecautionDecision(
        rule="anticoagulant_deep",
        by="Li Wang",
        why="The prescriber paused it yesterday.",
        profession=profession,
    )
    situation = Situation(
        patient=Patient(medicines=[Medicine("Eliquis")], conditions=[], allergies=[], local=[]),
        technique="dry",
        spots=(NeedledSite(load_atlas().muscles["quadratus_lumborum"], "left"),),
        as_of=TODAY,
        ultrasound=True,
    )
    concern = next(row for row in find_concerns(situation, None, [word])[0] if row.id == word.rule)
    assert concern.level in (level, "confirm" if level == "stop" else level)
    assert ("Li Wang" in concern.do_en) == (profession == "acupuncturist")


def test_nobody_plans_for_a_day_in_another_century():
    far = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
    assert [row.where for row in patient_faults(Patient(), [], far, "episode")] == ["episode.as_of"]


def test_grams_are_no_milligrams():
    from needlepoint.base.people import GivenDose

    given = GivenDose(
        drug="lidocaine", dose_mg=Decimal("0.2"), at=datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)
    )
    assert [row.where for row in patient_faults(Patient(given=[given]), [], None, "episode")] == [
        "episode.patient.given[0].dose_mg"
    ]
