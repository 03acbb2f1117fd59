"""The range of motion on the board: entered, removed, in the note, the reasoning and the download."""

import pytest

from needlepoint.fhir.bundle import bundle_of
from needlepoint.records.models import Visit
from needlepoint.records.notes.sign import draft_note
from needlepoint.records.visit.act import act
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from needlepoint.visit import commands
from tests.pages.kit import Action, in_spanish, of_roles, says

MOTIONS = Action("visit-motions")
pytestmark = pytest.mark.django_db
TURNED = {"neck_rotation-right": "50", "neck_rotation-right-pain": "yes"}


def facts(visit):
    return Visit.objects.get(pk=visit.pk).facts


def test_a_movement_stands_in_the_note_and_can_be_removed(signed_in, visit):
    assert MOTIONS.on(signed_in, visit, **TURNED).status_code == 200
    now = full(visit.pk, visit.practice_id)
    said = {row.text: row.section for row in draft_note(now, think(now)).sentences}
    assert said["Range of motion: neck rotation right 50° of 80°, painful."] == "examination"
    MOTIONS.on(signed_in, visit, **dict.fromkeys(TURNED, ""))
    assert facts(visit).motions == ()


def test_a_limited_movement_counts_in_the_reasoning(signed_in, doctor, visit):
    act(doctor, visit.pk, commands.ReportComplaint(words="", drawing=(), regions={"right_neck_side": 5.0}))
    MOTIONS.on(signed_in, visit, **TURNED)
    walked = think(full(visit.pk, visit.practice_id)).walked
    assert ("restrictions", "neck_rotation_same") in walked.reasoned.evidence.features


def test_what_no_joint_does_is_refused_at_its_field(signed_in, visit):
    says(MOTIONS.on(signed_in, visit, **{"neck_flexion-midline": "300"}), "from 0 to 200")
    says(
        MOTIONS.on(in_spanish(signed_in), visit, **{"neck_rotation-left": "x"}),
        "rotación del cuello izquierda",
    )
    assert facts(visit).motions == ()


def test_the_desk_measures_nothing(signed_in, doctor, visit):
    of_roles(doctor, "front_desk", profession="")
    assert MOTIONS.on(signed_in, visit, **TURNED).status_code == 403


def test_it_is_in_the_download(signed_in, visit):
    MOTIONS.on(signed_in, visit, **TURNED)
    rows = bundle_of(Visit.objects.get(pk=visit.pk).patient, visit.starts_at).entry
    said = [row.resource for row in rows if row.resource.id.startswith("exam-")]
    assert [(row.code.text, row.value_string, row.body_site.text) for row in said] == [
        ("range of motion, neck rotation", "50°, painful", "right")
    ]
