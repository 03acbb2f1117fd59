"""Around the needle: time-out, vital signs, questionnaires, position and skin, any muscle, how the patient left."""

import pytest

from needlepoint.base.people import LocalState
from needlepoint.records.models import Site, Visit
from needlepoint.records.notes.sign import draft_note
from needlepoint.records.visit.act import act
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from needlepoint.visit import commands
from tests.kit.visits import ALL_SIGNS, SPOT, consented, treated
from tests.pages.kit import Action, in_spanish, of_roles, says, words_of

BESIDE = Action("visit-bedside")
pytestmark = pytest.mark.django_db


def note_of(visit):
    now = full(visit.pk, visit.practice_id)
    draft = draft_note(now, think(now))
    return " ".join(row.text for row in draft.sentences), {gap.id for gap in draft.gaps}


def facts(visit):
    return Visit.objects.get(pk=visit.pk).facts


def test_a_time_out_before_the_needle_says_who_and_when_and_its_absence_is_named(signed_in, doctor, visit):
    act(doctor, visit.pk, commands.RecordSigns(spot=SPOT, signs=ALL_SIGNS))
    consented(doctor, visit)
    assert BESIDE.on(signed_in, visit, part="time_out").status_code == 200
    assert facts(visit).time_out.by == doctor.name
    treated(doctor, visit)
    words, gaps = note_of(visit)
    assert f"by {doctor.name}: patient, procedure, sites and side" in words
    assert "no_time_out" not in gaps


def test_a_time_out_confirms_skin_and_anesthetics_only_while_nothing_is_known_of_them(
    signed_in, doctor, visit
):
    act(doctor, visit.pk, commands.RecordSigns(spot=SPOT, signs=ALL_SIGNS))
    consented(doctor, visit)
    board = signed_in.get(f"/visits/{visit.pk}/").content.decode()
    assert "Skin intact at every site; no local anesthetic in the last 24 hours" in board
    assert 'name="clear"' in board
    act(doctor, visit.pk, commands.ReportLocal(state=LocalState(what="rash", region="left_leg_back_calf")))
    assert 'name="clear"' not in signed_in.get(f"/visits/{visit.pk}/").content.decode()


def test_the_line_is_confirmed_with_the_time_out(signed_in, doctor, visit):
    act(doctor, visit.pk, commands.RecordSigns(spot=SPOT, signs=ALL_SIGNS))
    consented(doctor, visit)
    assert BESIDE.on(signed_in, visit, part="time_out", clear="on").status_code == 200
    now = facts(visit)
    assert (now.checked.given, now.checked.local) == ((), ())
    assert now.time_out.by == doctor.name


def test_a_time_out_after_the_needle_is_refused_in_words(signed_in, doctor, visit):
    treated(doctor, visit)
    says(BESIDE.on(signed_in, visit, part="time_out"), "A needle was already used.")


def test_the_reason_and_its_button_stand_above_the_sites_and_a_late_post_is_refused(signed_in, doctor, visit):
    act(doctor, visit.pk, commands.RecordSigns(spot=SPOT, signs=ALL_SIGNS))
    act(doctor, visit.pk, commands.ReportNothing())
    done = Action("visit-done", {"muscle": SPOT.muscle, "side": SPOT.side, "actual_ml": "0.5"})
    says(done.on(signed_in, visit, anyway="on"), "has not signed the consent for this technique")
    shown = signed_in.get(f"/visits/{visit.pk}/").content.decode()
    assert "has not signed the consent" in shown
    assert 'id="time-out"' not in shown
    consented(doctor, visit)
    says(done.on(signed_in, visit, anyway="on"), "No time-out is recorded.")
    shown = words_of(signed_in.get(f"/visits/{visit.pk}/"))
    assert "No time-out is recorded." in shown.split("Before the first needle")[1][:40]
    for row in (
        visit.patient.name,
        "Procedure",
        "lidocaine",
        "Consent Signed",
        "left infraspinatus",
        "Allergies",
        "Blood thinners",
    ):
        assert row in shown.split("Before the first needle")[1].split("Time-out done")[0]
    assert 'aria-describedby="before-needle"' in signed_in.get(f"/visits/{visit.pk}/").content.decode()
    after = BESIDE.on(signed_in, visit, part="time_out").content.decode()
    assert "before-needle" not in after
    assert done.on(signed_in, visit, anyway="on").status_code == 200


def test_vital_signs_stand_in_the_note_and_odd_ones_are_refused_at_their_field(signed_in, doctor, visit):
    good = {"systolic": "124", "diastolic": "78", "pulse": "66", "temperature_f": "98.6"}
    assert BESIDE.on(signed_in, visit, part="vitals", **good).status_code == 200
    assert "blood pressure 124/78 mmHg, pulse 66/min, temperature 98.6 °F" in note_of(visit)[0]
    says(BESIDE.on(signed_in, visit, part="vitals", systolic="124"), "both values")
    says(BESIDE.on(signed_in, visit, part="vitals", systolic="70", diastolic="90"), "below the upper one")
    says(BESIDE.on(signed_in, visit, part="vitals", pulse="900"), "20")
    assert facts(visit).vitals.pulse == 66
    BESIDE.on(signed_in, visit, part="vitals")
    assert facts(visit).vitals is None


def test_a_questionnaire_is_scored_by_its_own_rule(signed_in, visit):
    peg = {"instrument": "peg", "item_1": "6", "item_2": "7", "item_3": "5"}
    assert BESIDE.on(signed_in, visit, part="instrument", **peg).status_code == 200
    assert "PEG: pain, enjoyment, general activity: 6" in note_of(visit)[0]
    says(BESIDE.on(signed_in, visit, part="instrument", **{**peg, "item_2": ""}), "at least 3")
    ndi = {f"item_{n}": "3" for n in range(1, 11)} | {"instrument": "ndi"}
    says(BESIDE.on(signed_in, visit, part="instrument", **{**ndi, "item_2": "6"}), "from 0 to 5")
    assert BESIDE.on(signed_in, visit, part="instrument", **ndi).status_code == 200
    assert "Neck Disability Index" in note_of(visit)[0]
    assert [row.instrument for row in facts(visit).instruments] == ["peg", "ndi"]


def test_position_skin_approach_points_and_discharge_are_asserted_only_when_chosen(signed_in, doctor, visit):
    treated(doctor, visit)
    before = note_of(visit)[0]
    assert "Position" not in before
    assert "Skin prepared" not in before
    BESIDE.on(
        signed_in, visit, part="preparation", position="prone", skin="chlorhexidine", approach="oblique"
    )
    BESIDE.on(signed_in, visit, part="points", muscle=SPOT.muscle, side=SPOT.side, points="3")
    BESIDE.on(signed_in, visit, part="discharge", discharge="stable")
    words = note_of(visit)[0]
    for said in ("Position: prone.", "Skin prepared with chlorhexidine", "Approach: oblique.", "of 3 points",
                 "Condition at discharge: stable"):  # fmt: skip
        assert said in words
    BESIDE.on(signed_in, visit, part="preparation", position="")
    assert "Position" not in note_of(visit)[0]
    says(BESIDE.on(signed_in, visit, part="preparation", skin="vinegar"), "Choose one of the options")
    says(
        BESIDE.on(signed_in, visit, part="points", muscle=SPOT.muscle, side=SPOT.side, points="99"), "1 to 20"
    )


@pytest.mark.parametrize("name", ["rhomboids", "Rhomboids", "romboides"])
def test_any_muscle_is_added_by_its_name_on_both_sides_and_taken_off_again(signed_in, visit, name):
    answer = BESIDE.on(signed_in, visit, part="add_muscle", muscle=name, side="both")
    assert answer.status_code == 200
    sides = set(Site.objects.filter(visit=visit, muscle="rhomboids").values_list("side", flat=True))
    assert sides == {"left", "right"}
    assert answer.content.decode().count('value="remove_muscle"') >= 2
    BESIDE.on(signed_in, visit, part="remove_muscle", muscle="rhomboids", side="left")
    assert not Site.objects.filter(visit=visit, muscle="rhomboids", side="left").exists()
    says(
        BESIDE.on(signed_in, visit, part="add_muscle", muscle="no such muscle", side="left"), "from the list"
    )


def test_the_board_offers_every_muscle_by_name_in_both_languages(signed_in, visit):
    page = signed_in.get(f"/visits/{visit.pk}/").content.decode()
    assert '<option value="rhomboids"></option>' in page.lower()
    assert "Time-out done" in page or "Add a muscle" in page
    assert "romboides" in in_spanish(signed_in).get(f"/visits/{visit.pk}/").content.decode().lower()


def test_a_site_is_left_out_of_the_plan(signed_in, doctor, visit):
    act(doctor, visit.pk, commands.RecordSigns(spot=SPOT, signs=ALL_SIGNS))
    answer = BESIDE.on(signed_in, visit, part="leave_out", muscle=SPOT.muscle, side=SPOT.side)
    assert answer.status_code == 200
    assert Site.objects.get(visit=visit, muscle=SPOT.muscle).planned is False


def test_an_unknown_part_and_another_role_are_refused(signed_in, doctor, visit, elsewhere):
    says(BESIDE.on(signed_in, visit, part="x"), "Choose one of the options")
    assert BESIDE.on(signed_in, elsewhere, part="time_out").status_code == 404
    of_roles(doctor, "biller")
    assert BESIDE.on(signed_in, visit, part="time_out", htmx=False).status_code == 403


def test_the_diluent_is_asked_where_the_vial_is_stronger_and_the_gap_ends(signed_in, doctor, visit):
    treated(doctor, visit)  # 0.5 %, from a vial of 1 %
    assert "diluted" in note_of(visit)[1]
    assert 'value="diluent"' in signed_in.get(f"/visits/{visit.pk}/").content.decode()
    sent = {"part": "diluent", "drug": "lidocaine", "percent": "0.5", "what": "saline"}
    says(BESIDE.on(signed_in, visit, **sent, diluent_ml=""), "Enter the mL of the diluent.")
    assert BESIDE.on(signed_in, visit, **sent, diluent_ml="0.25").status_code == 200
    words, gaps = note_of(visit)
    assert "diluted with 0.25 mL of sodium chloride 0.9 %" in words
    assert "diluted" not in gaps
