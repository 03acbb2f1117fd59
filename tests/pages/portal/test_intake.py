"""The intake at home: saved answer by answer, screened, submitted once; photos re-encoded."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from needlepoint.anatomy.geometry import region_ids
from needlepoint.base.refusal import Refused
from needlepoint.records.models import (
    PatientListItem,
    Visit,
)
from needlepoint.records.portal.intake import answer, hand_in, intake_of, set_signs, set_where
from needlepoint.records.values import IntakeAnswers
from needlepoint.treatment.types import PriorCare
from tests.kit.portal import HEALTHY


def test_the_intake_goes_into_the_record(ahead, patient):
    ahead = Visit.objects.get(pk=ahead.pk)
    ahead.episode.prior_care = None
    ahead.episode.save()
    set_where(ahead, [], 5, 8, places=[region_ids()[0]])
    set_signs(ahead, ["none"])
    answer(ahead, HEALTHY)
    with_lists = hand_in(Visit.objects.get(pk=ahead.pk))
    hand_in(Visit.objects.get(pk=ahead.pk))  # pressed twice
    patient.refresh_from_db()
    assert with_lists.handed_in_at
    medicines = PatientListItem.objects.filter(patient=patient, kind="medicine", noted_by=None)
    assert [row.text for row in medicines].count("ibuprofen") <= 1
    assert patient.pregnant is False
    episode = Visit.objects.get(pk=ahead.pk).episode
    assert episode.prior_care == (
        PriorCare(what="physical therapy (from 2026-03)", weeks=Decimal(6), helped=True),
        PriorCare(what="heat", helped=None),
    )
    assert Visit.objects.get(pk=ahead.pk).facts.reported.words == "It pulls."


def test_a_branch_that_no_longer_matters_is_forgotten(ahead):
    answer(ahead, {"conditions": ["diabetes"]})
    answer(ahead, {"sugar": ["no"]})
    assert intake_of(ahead).answers.one("sugar") == "no"
    answer(ahead, {"conditions": ["heart"]})
    assert intake_of(ahead).answers == IntakeAnswers(given={"conditions": ("heart",)})
    answer(ahead, {"tried": ["pt"], "care_pt_weeks": ["4"]})
    answer(ahead, {"tried": ["none"]})
    assert intake_of(ahead).answers.care == {}


def test_a_fresh_crash_is_said_in_words_that_are_screened(ahead):
    answer(ahead, HEALTHY | {"start": ["crash"], "crash_when": ["fresh"], "words": ["Bad back pain since."]})
    assert "fall or crash" in Visit.objects.get(pk=ahead.pk).facts.reported.words


def test_what_is_not_answered_is_not_handed_in(ahead):
    answer(ahead, {"began": ["days"]})
    with pytest.raises(Refused, match="no answer to place"):
        hand_in(Visit.objects.get(pk=ahead.pk))


def test_in_the_room_the_clinician_writes(ahead):
    Visit.objects.filter(pk=ahead.pk).update(state="in_room")
    with pytest.raises(Refused, match="begun"):
        answer(Visit.objects.get(pk=ahead.pk), {"began": ["days"]})


@pytest.mark.parametrize(
    "sent",
    [
        {"began": "never"}, {"began": ["days", "weeks"]}, {"conditions": ["<script>"]}, {"words": "x" * 3000},
        {"medicines": [str(n) for n in range(50)]}, {"tried": ["pt"], "care_pt_weeks": ["-1"]},
        {"tried": ["pt"], "care_pt_from": ["2031-01"]}, {"tried": ["pt"], "care_pt_from": ["yesterday"]},
        {"tried": ["pt"], "care_pt_helped": ["maybe"]},
    ],
)  # fmt: skip
def test_answers_that_cannot_be_kept_change_nothing(me, ahead, sent):
    assert me.post(f"/me/visits/{ahead.pk}/intake/story/", sent).status_code == 422
    assert intake_of(ahead).answers == IntakeAnswers()


@pytest.mark.parametrize(
    "marks",
    [
        "{", "[" * 5000, '[{"view":"moon","kind":"stroke","points_mm":[[0,0]],"intensity":5}]',
        json.dumps([{"view": "front", "kind": "stroke", "points_mm": [[0, 1000]], "intensity": 5}] * 300),
        json.dumps(
            [{"view": "front", "kind": "stroke", "points_mm": [[n, 1000] for n in range(40000)], "intensity": 5}]
        ),
        '[{"view":"front","kind":"stroke","points_mm":[[1e400,0]],"intensity":5}]', '["x"]', "null", "{}", "1", '"x"',
        r'[{"view":"\ud800","kind":"stroke","points_mm":[[0,1000]],"intensity":5}]', r'["\udfff"]', r'{"\ud800":1}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["form", "htmx"])
def test_what_is_not_a_drawing_is_refused(me, ahead, marks, headers):
    sent = {"marks": marks, "now": "5"}
    answer = me.post(f"/me/visits/{ahead.pk}/intake/where/", sent, headers=headers)
    assert "drawing" in answer.content.decode()
    assert answer.status_code == (200 if headers else 422)  # htmx shows the refusal in its own place
    assert not Visit.objects.get(pk=ahead.pk).facts.reported.drawing


def test_the_board_shows_at_once_what_was_told_at_home(signed_in_apart, ahead):
    set_where(ahead, [{"view": "back", "kind": "point", "points_mm": [[-60, 1400]], "intensity": 6}], 6, 8)
    answer(ahead, HEALTHY)
    page = signed_in_apart.get(f"/visits/{ahead.pk}/").content.decode()
    assert "Lift my child." in page
    assert "incomplete" in page
    assert page.count('class="muscle') > 3  # ranked from the drawing
    assert "It pulls." in page
    versions = signed_in_apart.get(f"/visits/{ahead.pk}/versions/").content.decode()
    assert "Complaint recorded" in versions


def test_an_older_keeping_that_arrives_late_undoes_nothing(me, ahead):
    path = f"/me/visits/{ahead.pk}/intake/story/"
    me.post(path, {"page": "a", "seq": "2000", "goal": "Lift my child."})
    me.post(path, {"page": "a", "seq": "1000", "goal": ""}, headers={"HX-Request": "true"})
    assert intake_of(ahead).answers.one("goal") == "Lift my child."
    me.post(path, {"page": "b", "seq": "500", "goal": "Run."})  # another device, whose clock is behind
    assert intake_of(ahead).answers.one("goal") == "Run."


def test_the_place_and_the_numbers_of_pain_are_asked_for_at_their_step(me, ahead):
    path = f"/me/visits/{ahead.pk}/intake/where/"
    place = region_ids()[0]
    visit = Visit.objects.get(pk=ahead.pk)
    set_where(visit, [], None, None, places=[])
    for sent, missing in [
        ({"now": "5", "worst": "8"}, "place"),
        ({"place": [place], "now": "5", "worst": "8"}, ""),
    ]:
        answer = me.post(path, {"marks": "[]", "listed": "1"} | sent)
        assert answer["Location"].endswith(f"?open={missing}#q-{missing}" if missing else "/signs/")
    page = me.get(path + "?open=place").content.decode()
    assert 'id="q-place"' in page
    assert page.split('id="q-place"')[1].count("body-map") > 0


def test_an_open_question_at_the_end_leads_to_its_section(me, ahead):
    visit = Visit.objects.get(pk=ahead.pk)
    set_where(visit, [], 5, 8, places=[])
    end = f"/me/visits/{ahead.pk}/intake/"
    assert me.post(end + "hand-in/")["Location"] == end + "where/?open=place#q-place"
    set_where(visit, [], 5, 8, places=[region_ids()[0]])
    assert me.post(end + "contact/", {})["Location"] == end + "signs/?open=signs#q-signs"
    assert "Please check all that apply" in me.get(end + "signs/?open=signs").content.decode()


def test_pain_now_above_the_worst_is_asked_about(me, ahead):
    set_where(ahead, [], None, None, places=[region_ids()[0]])
    sent = {"marks": "[]", "listed": "1", "place": region_ids()[0], "now": "7", "worst": "3"}
    answer_ = me.post(f"/me/visits/{ahead.pk}/intake/where/", sent)
    assert answer_["Location"].endswith("/intake/where/?open=lower#q-lower")
    page = me.get(answer_["Location"].partition("#")[0]).content.decode()
    assert "You chose 7 for now and 3 at its worst" in page
    with pytest.raises(Refused, match="no answer to lower"):
        hand_in(Visit.objects.get(pk=ahead.pk))
    answer_ = me.post(f"/me/visits/{ahead.pk}/intake/where/", sent | {"worst": "7"})
    assert answer_["Location"].endswith("/intake/signs/")


def test_it_is_not_handed_in_while_a_question_is_open(me, ahead):
    answer = me.post(f"/me/visits/{ahead.pk}/intake/hand-in/")
    assert "?open=" in answer["Location"]
    assert intake_of(ahead).handed_in_at is None
    assert me.get(f"/me/visits/{ahead.pk}/intake/hand-in/").status_code == 405
