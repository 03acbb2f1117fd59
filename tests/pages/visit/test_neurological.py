"""The neurological examination on the board: entered, undone, in the note, in the reasoning."""

import pytest

from needlepoint.fhir.bundle import bundle_of
from needlepoint.records.models import Visit
from needlepoint.records.notes.sign import draft_note
from needlepoint.records.visit.act import act, undo
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from needlepoint.visit import commands
from tests.pages.kit import Action, of_roles, says, words_of

NEURO = Action("visit-neurological")
pytestmark = pytest.mark.django_db
ARM = "tingling of my thumb and index finger, pain down the right arm from the neck"


def facts(visit):
    return Visit.objects.get(pk=visit.pk).facts


def note_of(visit, lang="en"):
    now = full(visit.pk, visit.practice_id)
    draft = draft_note(now, think(now), lang)
    return {row.text: row.section for row in draft.sentences}, {gap.id for gap in draft.gaps}


def root(visit):
    chances = think(full(visit.pk, visit.practice_id)).walked.reasoned.differential.chances
    return chances["cervical_root_c6"]


def with_root(doctor, visit):
    act(doctor, visit.pk, commands.ReportComplaint(words=ARM, drawing=(), regions={}))


def test_results_stand_in_the_note_under_examination(signed_in, visit):
    sent = {"strength_c6-right": "4", "strength_c6-left": "5", "reflex_biceps-right": "2",
            "reflex_biceps-left": "2", "spurling-right": "1"}  # fmt: skip
    assert NEURO.on(signed_in, visit, **sent).status_code == 200
    said, _ = note_of(visit)
    assert (
        said["Strength (MRC): wrist extension (C6) left 5/5; wrist extension (C6) right 4/5."]
        == "examination"
    )
    assert "Reflexes: biceps (C5, C6) both sides normal (2+)." in said
    assert "Signs and provocation tests: Spurling test right positive." in said
    wrist = "extensión de la muñeca (C6)"
    assert f"Fuerza (MRC): {wrist} izquierda 5/5; {wrist} derecha 4/5." in note_of(visit, "es")[0]


def test_an_emptied_field_removes_a_result_and_others_stay(signed_in, visit):
    NEURO.on(signed_in, visit, **{"strength_c6-right": "4", "hoffmann-left": "0"})
    NEURO.on(signed_in, visit, **{"strength_c6-right": ""})
    assert [row.test for row in facts(visit).neurological] == ["hoffmann"]


def test_it_can_be_undone(signed_in, doctor, visit):
    NEURO.on(signed_in, visit, **{"strength_c6-right": "4"})
    undo(doctor, visit.pk, Visit.objects.get(pk=visit.pk).version)
    assert facts(visit).neurological == ()


def test_it_is_asked_for_a_root_pattern_and_moves_the_ranking(signed_in, doctor, visit):
    with_root(doctor, visit)
    page = signed_in.get(f"/visits/{visit.pk}/")
    assert "Neurological examination asked for: A pinched nerve root in the neck is possible." in words_of(
        page
    )
    assert "no_neurological" in note_of(visit)[1]
    before = root(visit)
    NEURO.on(
        signed_in, visit, **{"strength_c6-right": "5", "sensation_c6-right": "2", "reflex_biceps-right": "2"}
    )
    assert root(visit) < before


def test_one_click_records_all_asked_tests_as_normal(signed_in, doctor, visit):
    with_root(doctor, visit)
    asked = think(full(visit.pk, visit.practice_id)).walked.reasoned.examine[0].tests
    sent = [f"{test}-{side}" for test in asked for side in ("left", "right")]
    assert NEURO.on(signed_in, visit, normal=sent).status_code == 200
    assert {row.test for row in facts(visit).neurological} == set(asked)
    assert "asked for: A pinched nerve root in the neck" not in words_of(
        signed_in.get(f"/visits/{visit.pk}/")
    )
    assert "no_neurological" not in note_of(visit)[1]


def test_a_hoffmann_sign_warns_and_holds_the_plan(signed_in, doctor, visit):
    with_root(doctor, visit)
    NEURO.on(signed_in, visit, **{"hoffmann-left": "1"})
    walked = think(full(visit.pk, visit.practice_id)).walked
    assert walked.stopped
    assert "Hoffmann" in " ".join(word for flag in walked.reasoned.red_flags for word in flag.because)


def test_what_cannot_be_is_refused_at_its_field(signed_in, visit):
    says(NEURO.on(signed_in, visit, **{"strength_c6-right": "7"}), "wrist extension (C6) right")
    assert facts(visit).neurological == ()


def test_the_desk_records_no_examination(signed_in, doctor, visit):
    of_roles(doctor, "front_desk", profession="")
    assert NEURO.on(signed_in, visit, **{"strength_c6-right": "4"}).status_code == 403


def test_it_is_in_the_download_as_observations(signed_in, visit):
    NEURO.on(signed_in, visit, **{"strength_c6-right": "4"})
    rows = bundle_of(Visit.objects.get(pk=visit.pk).patient, visit.starts_at).entry
    said = [(row.resource.code.text, row.resource.value_string) for row in rows
            if row.resource.id.startswith("exam-")]  # fmt: skip
    assert said == [("wrist extension (C6)", "4/5")]
