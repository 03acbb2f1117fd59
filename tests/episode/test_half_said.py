"""Half-said warning signs: which hold the plan, and that the refusal names every open question and how to answer."""

import json
import tomllib

import pytest
from click.testing import CliRunner

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.cli import main
from tests.places import SPEC

TABLE = SPEC / "safety" / "half_said.toml"
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]
SIGNS = {"taut_band": True, "tender_spot": True, "familiar_pain": True, "referred_pain": True}


def planned(muscle, region, words):
    id_ = find_muscle(load_atlas(), muscle).id
    place = {"muscle": id_, "side": "right"}
    episode = {
        "id": "x",
        "as_of": "2026-11-20T17:00:00Z",
        "patient": {
            "age_years": 45,
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
        "complaint": {"pain_text": words, "regions": {f"right_{region}": 6}},
        "findings": [{**place, **SIGNS}],
        "prior_care": [{"what": "physical therapy", "weeks": "8"}],
        "earlier_sessions": [],
        "plan": {"sites": [place]},
    }
    done = CliRunner().invoke(main, ["plan", "-", "--json"], input=json.dumps(episode))
    return done.exit_code, done.output


@pytest.mark.parametrize(("muscle", "region", "words", "held"), CASES, ids=[case[2] for case in CASES])
def test_only_what_makes_a_sign_one_holds_the_plan(muscle, region, words, held):
    code, said = planned(muscle, region, words)
    assert (code != 0) == held, said[:300]


def test_the_refusal_says_how_the_file_answers():
    code, said = planned("gastrocnemius", "leg_back_calf", "My right calf is sore and looks swollen.")
    assert code == 2
    assert '"answers": {"meant_' in " ".join(said.split()) or "'cleared':" in said
