"""Urgent tasks for what patients report: one open task for each danger and visit, however it is reported."""

from __future__ import annotations

import pytest

from needlepoint.documents.leaflets.dangers import danger_of
from needlepoint.records.models import Feedback, Patient, Staff, Task, Visit
from needlepoint.records.patients.feedback import submit_feedback
from needlepoint.records.patients.tasks import finish_task
from needlepoint.records.patients.warning_signs import hear, screen_words, standing
from needlepoint.records.portal.accounts import write_to_practice
from needlepoint.records.portal.intake import answer, intake_of, set_signs, set_where
from needlepoint.records.portal.named_insurance import name_insurance
from needlepoint.records.values import NamedInsurance

HEART = "Crushing chest pain when I climb stairs, going to my left arm"
LIFE = "I want to end my life"
LOW_BACK = [{"view": "back", "kind": "point", "points_mm": [[-60, 1050]], "intensity": 6}]


def warned(patient):
    return Task.objects.filter(patient=patient, urgent=True, done_at=None, title__startswith="Warning sign")


@pytest.fixture
def patient(booked):
    return booked.patient


def test_the_same_danger_told_again_makes_no_second_task(booked, patient):
    write_to_practice(patient, "patient", HEART)
    first = list(warned(patient))
    assert first
    write_to_practice(patient, "patient", f"{HEART}. Please!")
    submit_feedback(patient.practice, "idea", HEART, "", "en", patient)
    assert list(warned(patient)) == first
    # Another danger is another task.
    write_to_practice(patient, "patient", f"{HEART}. {LIFE}")
    assert warned(patient).count() == len(first) + 1


def test_once_the_task_is_done_the_danger_counts_anew(clinic, patient):
    write_to_practice(patient, "patient", HEART)
    for task in warned(patient):
        finish_task(Staff.objects.filter(practice=clinic).first(), task.pk)
    assert not warned(patient).exists()
    write_to_practice(patient, "patient", HEART)
    assert warned(patient).exists()


def test_the_intake_of_another_visit_is_a_task_of_its_own(booked, patient, doctor):
    answer(booked, {"words": [HEART]})
    count = warned(patient).count()
    assert count
    assert {task.visit_id for task in warned(patient)} == {booked.pk}
    write_to_practice(patient, "patient", HEART)  # of no visit: the open task says it
    assert warned(patient).count() == count
    other = Visit.objects.create(
        practice=booked.practice, location=booked.location, patient=patient, episode=booked.episode,
        clinician=doctor, starts_at=booked.starts_at, state="booked",
    )  # fmt: skip
    answer(other, {"words": [HEART]})
    assert warned(patient).count() == 2 * count


def test_another_patient_is_another_task(patient):
    other = Patient.objects.exclude(pk=patient.pk).first()
    write_to_practice(patient, "patient", HEART)
    write_to_practice(other, "patient", HEART)
    assert warned(other).exists()


def test_every_text_is_heard(booked, patient):
    name_insurance(patient, NamedInsurance(kind="private", plan=f"Blue. {LIFE}"))
    assert "988" in warned(patient).get().title
    submit_feedback(patient.practice, "idea", "Longer hours", HEART, "en", patient)
    assert any("(feedback" in task.title for task in warned(patient))
    assert Feedback.objects.count() == 1


def test_what_is_named_in_the_intake_about_insurance_is_heard(booked, patient):
    answer(booked, {"insurance": ["private"], "plan": [LIFE]})
    assert [row.section for row in standing(intake_of(booked))] == ["contact"]


@pytest.mark.parametrize(
    ("text", "strong", "weak"),
    [
        ("I coughed blood and my calf is swollen", "lung_embolism", "lung"),
        ("my calf is swollen and hot", "dvt", "soft_tissue_infection"),
        ("fever and stiff neck", "meningitis", "spinal_infection"),
        ("fiebre y dolor de espalda", "spine_danger", "kidney"),
        ("tos con sangre", "lung_embolism", "lung"),
        ("double vision", "stroke", "sight"),
        ("I was hit on the head and vomit", "head_injury_thinner", "thunderclap"),
        ("my knee is red hot and swollen", "joint", "soft_tissue_infection"),
    ],
)
def test_the_same_words_are_one_danger(booked, patient, text, strong, weak):
    found = [warning.flag for warning in screen_words(patient, text, booked.day)]
    assert strong in found
    assert weak not in found


def test_two_dangers_stay_two(booked, patient):
    words = f"{HEART}. {LIFE}. I have blood in my urine and a fever"
    found = {warning.action.id for warning in screen_words(patient, words, booked.day)}
    assert found >= {"call_911", "call_988", "call_today"}


def test_words_that_repeat_a_checked_sign_show_no_weaker_box(booked, patient):
    set_where(booked, LOW_BACK, 5, 8)
    set_signs(booked, ["cardiac"])
    answer(booked, {"words": ["I have chest pain"]})
    assert [row.flag for row in standing(intake_of(booked))] == ["cardiac"]


def test_hear_names_what_to_show(clinic, patient):
    found = hear(clinic, patient, "access", ["Ana", HEART])
    assert found
    assert danger_of(found[0].flag).flag
    assert hear(clinic, patient, "access", ["Ana", "", "my sister"]) == []
