"""Questions that guard against an emergency: the plan waits for the answer, and a yes is looked into first."""

import json

import pytest
from click.testing import CliRunner

from needlepoint.cli import main
from needlepoint.treatment.bounds import may_clear

SIGNS = {"taut_band": True, "tender_spot": True, "familiar_pain": True, "referred_pain": True}
PLACE = {"muscle": "infraspinatus", "side": "left"}


def episode(**complaint):
    return {
        "id": "x",
        "as_of": "2026-11-20T17:00:00Z",
        "patient": {
            "age_years": 68,
            "sex": "male",
            "weight_kg": "80",
            "height_cm": "178",
            "allergies": [],
            "conditions": [],
            "medicines": [],
            "given": [],
            "local": [],
        },
        "clinician": {"name": "Dr. Ann Lee", "profession": "physician", "state": "CA"},
        "practice": {"ultrasound": True},
        "complaint": {
            "pain_text": "My left shoulder aches, down the inside of the arm.",
            "regions": {"left_shoulder_front": 6, "left_upper_arm_medial": 5},
            **complaint,
        },
        "findings": [{**PLACE, **SIGNS}],
        "prior_care": [{"what": "physical therapy", "weeks": "8"}],
        "earlier_sessions": [],
        "plan": {"sites": [PLACE]},
    }


def asked(command, given):
    return CliRunner().invoke(main, [command, "-", "--json"], input=json.dumps(given))


def guards(given):
    done = json.loads(asked("infer", given).stdout)[0]
    return [question["id"] for question in done["ask"] if question["blocks"]]


def test_an_open_guard_holds_the_plan_and_the_refusal_says_how_to_answer():
    open_ = guards(episode())
    assert open_
    done = asked("plan", episode())
    assert done.exit_code == 2
    assert f'"{open_[0]}": "no"' in " ".join(done.output.split())


def test_an_open_guard_holds_the_episode():
    found = json.loads(asked("episode", episode()).stdout)
    assert found["plan"] is None
    assert "emergency" in found["next"]


def test_the_plan_follows_when_every_guard_is_answered_no():
    answers: dict[str, str] = {}
    while open_ := guards(episode(answers=answers)):
        answers |= dict.fromkeys(open_, "no")
    assert json.loads(asked("episode", episode(answers=answers)).stdout)["plan"] is not None


@pytest.mark.parametrize("answer", ["not_known", None])
def test_what_is_not_known_still_holds_the_plan(answer):
    answers = dict.fromkeys(guards(episode()), answer) if answer else {}
    assert asked("plan", episode(answers=answers)).exit_code == 2


def test_a_list_of_warning_signs_answered_yes_stops_until_somebody_wrote_what_it_was():
    given = episode(answers={"guard_shoulder": "yes"})
    found = json.loads(asked("episode", given).stdout)
    assert found["stopped"]
    given["cleared"] = [
        {"flag": id_, "by": "Dr. A", "why": "An old blow, healed", "profession": "physician"}
        for id_ in ("yes_guard_shoulder", *(flag["id"] for flag in found["reasoned"]["red_flags"]))
    ]
    assert json.loads(asked("episode", given).stdout)["stopped"] is None


@pytest.mark.parametrize(
    ("profession", "flag", "may"),
    [
        ("physician", "cauda_equina", True),
        ("physician_assistant", "stroke", True),
        ("physical_therapist", "cauda_equina", False),
        ("acupuncturist", "cancer", False),
        ("chiropractor", "stroke", False),
        ("physical_therapist", "fracture", True),
        (None, "fracture", False),
    ],
)
def test_a_warning_sign_is_cleared_by_one_who_may_diagnose_it(profession, flag, may):
    assert may_clear(profession, flag) is may
