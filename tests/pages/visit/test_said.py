"""Everything that the core says about a plan or knows about a patient is on the board."""

import datetime
import html
import math

import msgspec
import pytest
from django.template.loader import render_to_string
from django.utils import translation

from needlepoint.anatomy import load_atlas
from needlepoint.base.knowledge import Certainty
from needlepoint.base.people import Allergy, Medicine, Patient
from needlepoint.documents.notes.write import write_note
from needlepoint.episode.read import read_episode
from needlepoint.episode.walk import walk
from needlepoint.pages.visit.content.statements import (
    ANSWERS,
    CERTAINTY_WORDS,
    GUIDANCE_WORDS,
    KIND_WORDS,
    LOCAL_WORDS,
    POSITION_WORDS,
    TECHNIQUE_WORDS,
    chance_of,
    safety_slots,
    said,
    site_words,
)
from needlepoint.records.models import PatientListItem
from needlepoint.treatment.bounds import LOCAL_STATES
from needlepoint.treatment.plan.defaults import load_defaults
from needlepoint.treatment.plan.sites import GUIDANCE
from needlepoint.treatment.plan.statements import KINDS
from needlepoint.treatment.precautions.rules import load_questions
from needlepoint.visit import Site, Spot, Visit
from needlepoint.visit.facts import Given
from tests.treatment.plan.test_statements import SIGNS, situations


def text_of(answer):
    return " ".join(html.unescape(answer).split())


def test_every_kind_of_the_core_has_words():
    assert set(KIND_WORDS) == set(KINDS)
    assert set(GUIDANCE_WORDS) == set(GUIDANCE)
    assert set(TECHNIQUE_WORDS) == {row.id for row in load_defaults().technique}
    assert set(CERTAINTY_WORDS) == set(Certainty)
    assert set(LOCAL_WORDS) == set(LOCAL_STATES)
    positions = {place for row in load_atlas().muscles.values() for place in row.needling.patient_position}
    assert positions <= set(POSITION_WORDS)


def test_every_question_of_the_core_can_be_answered_or_says_where():
    assert set(load_questions()[0]) - {"earlier_sessions"} <= set(ANSWERS)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_statement_depth_guidance_and_hazard_is_rendered(lang):
    for plan in situations():
        rows = said(plan, lang)
        low = [row for row in rows if row.low]
        with translation.override(lang):
            page = text_of(
                render_to_string(
                    "pages/_said.html",
                    {
                        "techniques": TECHNIQUE_WORDS,
                        "said": rows,
                        "said_low": low,
                        "plan": plan,
                        "rights": {},
                    },
                )
            )
        assert len(rows) == len(plan.statements)
        for statement in plan.statements:
            assert " ".join(getattr(statement, lang).split()) in page
            assert " ".join(getattr(statement, f"do_{lang}").split()) in page
            assert all(
                " ".join(word.split()) in page
                for word in getattr(statement, "because_es" if lang == "es" else "because")
            )
            assert f'data-statement="{statement.kind}-{statement.id}"' in page
        with translation.override(lang):
            would = [str(TECHNIQUE_WORDS[technique]) for technique in plan.would_pass]
        for words in (*plan.left_out, *would):
            assert words in page
        for site in plan.sites:
            with translation.override(lang):
                how = text_of(render_to_string("pages/_how.html", {"how": site_words(site)}))
            assert f"{site.depth_mm[0]}–{site.depth_mm[1]} mm" in how
            with translation.override(lang):
                assert str(GUIDANCE_WORDS[site.guidance]) in how
            assert site.approach in how
            assert all(hazard.avoid in how for hazard in site.hazards)


def test_what_blocks_is_never_folded():
    for plan in situations():
        for row in said(plan, "en"):
            assert not (row.low and (row.blocks or row.kind not in ("warn", "notice")))


@pytest.mark.parametrize("probability", [0, 1e-9, 0.0049, 0.005, 0.5, 0.994, 0.9999, 1])
def test_no_probability_is_shown_as_none_or_as_certain(probability):
    shown = chance_of(probability)
    assert shown not in ("0 %", "100 %")
    assert math.isclose(float(shown.strip("<> %")) / 100, probability, abs_tol=0.0101)


def test_the_header_has_every_slot_also_when_nothing_is_recorded():
    slots = {slot.id: slot for slot in safety_slots(Patient())}
    assert list(slots) == ["allergy", "thinner", "medicine", "condition", "pregnant", "weight"]
    assert {slot.known for slot in slots.values()} == {None}
    asked = safety_slots(Patient(allergies=[], conditions=[], medicines=[], pregnant=False))
    assert [slot.known for slot in asked][:4] == [True] * 4


def test_blood_thinners_allergies_and_pregnancy_stand_out():
    patient = Patient(
        allergies=[Allergy("latex")], medicines=[Medicine("Eliquis 5 mg"), Medicine("metformin")],
        conditions=["atrial fibrillation"], pregnant=True, pregnancy_weeks=30,
    )  # fmt: skip
    slots = {slot.id: slot for slot in safety_slots(patient)}
    assert slots["thinner"].rows == ("Eliquis 5 mg",)
    assert slots["medicine"].rows == ("metformin",)
    assert slots["pregnant"].rows == ("week 30",)
    assert [slot.id for slot in slots.values() if slot.alarm] == ["allergy", "thinner", "pregnant"]
    assert [slot.id for slot in safety_slots(msgspec.structs.replace(patient, pregnant=None, sex="male"))] == [
        "allergy", "thinner", "medicine", "condition", "weight"
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_board_shows_header_statements_and_answers(signed_in, visit, doctor):
    patient = visit.patient
    patient.sex, patient.pregnant, patient.asked = "female", None, {"allergy": "2026-11-01"}
    patient.birth_date = patient.birth_date.replace(year=1990)
    patient.weight_kg = None
    patient.save()
    PatientListItem.objects.filter(patient=patient).delete()
    PatientListItem.objects.create(patient=patient, kind="medicine", text="warfarin", noted_by=doctor)
    board = f"/visits/{visit.pk}/"
    muscle = {"muscle": "trapezius", "side": "left", "version": visit.version}
    page = text_of(
        signed_in.post(f"{board}find/", muscle | {"sign": "all"}, HTTP_HX_REQUEST="true").content.decode()
    )
    assert 'id="safety"' in page
    assert 'hx-swap-oob="true"' in page
    for words in ("warfarin", "not recorded", "ultrasound", "depth"):
        assert words in page
    for key in ("pregnant", "inr", "condition"):
        assert f'data-statement="question-{key}"' in page
    whole = text_of(signed_in.get(board).content.decode())
    assert whole.count('id="safety"') == 1
    answer = {"kind": "condition", "text": "atrial fibrillation", "back": board}
    assert signed_in.post(f"/patients/{patient.pk}/list/", answer)["Location"] == board
    sent = signed_in.post(f"/patients/{patient.pk}/measures/", {"weight_kg": "72", "back": board})
    assert sent["Location"] == board
    page = text_of(signed_in.get(board).content.decode())
    assert "atrial fibrillation" in page
    assert "72 kg" in page
    refused = signed_in.post(f"/patients/{patient.pk}/measures/", {"weight_kg": "1500"})
    assert refused.status_code == 422
    visit.refresh_from_db()
    page = signed_in.post(
        f"{board}safety/",
        {"name": "pregnant", "value": "yes", "version": visit.version},
        HTTP_HX_REQUEST="true",
    ).content.decode()
    visit.refresh_from_db()
    page = signed_in.post(
        f"{board}safety/", {"name": "weeks", "value": "30", "version": visit.version}, HTTP_HX_REQUEST="true"
    ).content.decode()
    assert "week 30" in page


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_note_says_what_was_decided_minded_and_left_open(lang):
    patient = {
        "age_years": 40, "sex": "female", "weight_kg": "70", "allergies": [], "conditions": ["atrial fibrillation"],
        "medicines": [{"name": "warfarin"}], "pregnant": True, "pregnancy_weeks": 30, "given": [], "local": [],
    }  # fmt: skip
    given = {
        "patient": patient,
        "clinician": {"profession": "physician", "state": "NY"},
        "complaint": {"regions": {"left_temple": 5}},
        "findings": [{"muscle": "trapezius", "side": "left", **SIGNS}],
    }
    episode = read_episode({"id": "x", "title": "x", "as_of": "2026-11-20T12:00:00Z", **given})
    walked = walk(episode)
    at = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
    dry = Given(technique="dry", at=at, by="A")
    visit = Visit(
        zone="America/New_York",
        starts_at=at,
        minutes=30,
        clinician=1,
        place=1,
        sites=(Site(spot=Spot("trapezius", "left"), given=dry),),
    )
    sentences = write_note(episode, walked, visit, None, lang)
    text = " ".join(row.text for row in sentences)
    assert "atrial fibrillation" in text
    assert "30" in next(row.text for row in sentences if row.id == "pregnant")
    noted = [
        row for row in walked.plan.statements if row.kind in ("overridden", "warn") and row.severity != "low"
    ]
    opened = [row for row in walked.plan.statements if row.kind == "question" and row.blocks]
    assert noted
    assert opened
    for row in (*noted, *opened):
        assert getattr(row, lang) in text
