"""The six examples, walked by the command as their reader would, and what a changed fact does to them."""

import json

import jsonschema
import pytest

from tests.kit.commands import run
from tests.places import ROOT

EXAMPLES = ROOT / "examples"
SITE = {"muscle": "sternocleidomastoid", "side": "right", "technique": "wet"}


def walked(name, *options):
    answer = run("episode", str(EXAMPLES / f"{name}.json"), "--json", *options)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_there_are_six_and_each_follows_the_schema():
    schema = json.loads(run("schema", "episode").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    files = sorted(EXAMPLES.glob("*.json"))
    assert len(files) == 6
    for file in files:
        jsonschema.validate(json.loads(file.read_text(encoding="utf-8")), schema)


def test_tension_headache_injects_the_active_point_and_leaves_the_latent_one():
    found = walked("tension_headache")
    assert found["reasoned"]["red_flags"] == []
    assert found["reasoned"]["ranked"][0]["muscle"] == "sternocleidomastoid"
    status = {spot["found"]["muscle"]: spot["status"] for spot in found["assessment"]["spots"]}
    assert status == {
        "sternocleidomastoid": "active_trigger_point",
        "temporalis": "latent_trigger_point",
        "splenius_capitis": "tender_spot",
    }
    assert found["plan"]["verdict"] == "met"
    assert [site["muscle_id"] for site in found["plan"]["sites"]] == ["sternocleidomastoid"]
    assert found["plan"]["steroid"] is None


def test_low_back_and_leg_reads_spanish_and_asks_for_ultrasound_at_the_deep_muscle():
    found = walked("low_back_leg")
    assert found["plan"]["verdict"] == "met"
    guidance = {site["muscle_id"]: site["guidance"] for site in found["plan"]["sites"]}
    assert guidance["quadratus_lumborum"] == "required"
    assert found["plan"]["sites"][0]["muscle_id"] == "quadratus_lumborum"


def test_the_desk_workers_dentist_and_director_count():
    plan = walked("desk_shoulder")["plan"]
    share = plan["dose"]["shares"][0]
    assert share["earlier_mg"] == "40"
    assert share["limit_mg"] == "244"
    assert {"fainting", "latex"} <= {concern["id"] for concern in plan["concerns"]}


def test_the_acupuncturist_in_new_york_needles_dry():
    plan = walked("dry_needling_ny")["plan"]
    assert plan["technique"] == "dry"
    assert plan["verdict"] == "met"
    assert "8211" in plan["scope"]["because"]
    assert [row["technique"] for row in plan["passed_over"]] == ["wet", "saline"]


def test_the_anticoagulated_patient_is_refused_the_deep_site_with_the_ground():
    plan = walked("anticoagulated")["plan"]
    assert plan["verdict"] == "not_met"
    stop = plan["concerns"][0]
    assert stop["level"] == "stop"
    assert stop["citations"]
    assert "quadratus lumborum" in " ".join(stop["because"])


def test_without_the_deep_site_the_same_patient_passes():
    episode = json.loads((EXAMPLES / "anticoagulated.json").read_text(encoding="utf-8"))
    episode["plan"]["sites"] = episode["plan"]["sites"][1:]
    answer = run("episode", "-", "--json", stdin=json.dumps(episode))
    assert json.loads(answer.stdout)["plan"]["verdict"] == "met"


def test_the_red_flag_stops_before_any_needle_until_someone_has_looked_into_it():
    found = walked("red_flag")
    assert found["plan"] is None
    assert found["stopped"]
    assert found["reasoned"]["red_flags"][0]["urgency"] == "emergency"
    episode = json.loads((EXAMPLES / "red_flag.json").read_text(encoding="utf-8"))
    episode["cleared"] = [
        {"flag": flag["id"], "by": "Dr. A", "why": "MRI today: no compression", "profession": "physician"}
        for flag in found["reasoned"]["red_flags"]
    ]
    again = json.loads(run("episode", "-", "--json", stdin=json.dumps(episode)).stdout)
    assert again["stopped"] is None
    assert again["plan"]["verdict"] == "not_known"


@pytest.mark.parametrize("name", [path.stem for path in sorted(EXAMPLES.glob("*.json"))])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_example_prints_a_page(name, lang):
    answer = run("episode", str(EXAMPLES / f"{name}.json"), "--lang", lang)
    assert answer.returncode == 0
    assert answer.stderr == ""
    assert len(answer.stdout.splitlines()) > 20


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("patient", "weight_kg"), "7", "units mixed up"),
        (("patient", "weight_kg"), "700", "units mixed up"),
        (("patient", "height_cm"), "1.72", "units mixed up"),
        (("patient", "age_years"), -1, "0 to 120"),
        (("findings", 0, "side"), "middle", "left, right"),
        (("findings", 0, "muscle"), "sternocleido", "sternocleidomastoid"),
        (("pain", "worst_nprs"), "11", "0 to 10"),
        (("as_of",), "2026-11-20T15:00:00", "timezone"),
        (("clinician", "state"), "XX", "two letters"),
        (("practice", "drugs"), ["lidocane"], "lidocaine"),
        (("plan",), {"volume_ml": "-1"}, "0.1 to"),
        (("plan",), {"concentration_percent": "10"}, "Did you mean"),
        (("plan",), {"drug": "bupivacaine", "concentration_percent": "5"}, "Did you mean 0.5 %"),
        (("plan",), {"drug": "mepivacaine", "concentration_percent": "3"}, "0.5 %, 1 %, 1.5 %, 2 %"),
        (("plan",), {"concentration_percent": "0.05"}, "Did you mean 0.5 %"),
        (("patient", "medicines"), [{"name": "warfarin", "inr": "-2", "inr_on": "2026-11-19"}], "0.5 to 20"),
        (("patient", "medicines"), [{"name": "warfarin", "inr": "2", "inr_on": "2027-11-20"}], "not after"),
        (("patient", "medicines"), [{"name": "Eliquis", "last_taken": "2027-01-01T00:00:00Z"}], "before"),
        (
            ("patient", "given"),
            [{"drug": "lidocaine", "dose_mg": "-200", "at": "2026-11-20T01:00:00Z"}],
            "0.5 to",
        ),
        (
            ("patient", "given"),
            [{"drug": "lidocaine", "dose_mg": "20", "at": "2027-11-20T01:00:00Z"}],
            "before",
        ),
        (("patient", "platelets_10e9_l"), 20000, "per microliter"),
        (("patient", "platelets_10e9_l"), -5, "2 to 2000"),
        (("patient", "hba1c_percent"), "53", "mmol/mol"),
        (("patient", "sex"), "femal", "female"),
        (("patient", "local"), [{"what": "Infection", "region": "left_temple"}], "'infection'"),
        (("patient", "local"), [{"what": "lymphoedema", "region": "left_temple"}], "'lymphedema'"),
        (("patient", "local"), [{"what": "cellulitis", "region": "left_temple"}], "'infection'"),
        (("patient", "local"), [{"what": "tumour", "region": "left_temple"}], "'malignancy'"),
        (("patient", "local"), [{"what": "shunt", "region": "left_temple"}], "'device'"),
        (("patient", "local"), [{"what": "gremlin", "region": "left_temple"}], "one of infection"),
        (("patient", "local"), [{"what": "infection", "region": "right lumbar"}], "'right_lumbar'"),
        (("patient", "local"), [{"what": "infection", "region": ""}], "a region id of the chart"),
        (("patient", "local"), [{"what": "infection", "region": "espalda"}], "a region id of the chart"),
        (("session", "sites"), [SITE | {"drug": "bupivacaine", "volume_ml": "20"}], "together"),
        (("session", "sites"), [SITE | {"drug": "lidocaine", "concentration_percent": "1"}], "together"),
        (("session",), {"on": "2026-11-20", "sites": [SITE | {"volume_ml": "10"}]}, "together"),
        (("earlier_sessions",), [{"on": "2027-01-01", "sites": []}], "not after"),
        (("plan",), {"decided": [{"rule": "child", "by": "", "why": "it is fine so"}]}, "no name"),
        (("plan",), {"decided": [{"rule": "child", "by": "Ann", "why": "it is fine so"}]}, "no profession"),
        (
            ("plan",),
            {"decided": [{"rule": "child", "by": "Ann", "why": "fine so", "profession": "front_desk"}]},
            "'front_desk'",
        ),
        (("cleared",), [{"flag": "angina", "by": "", "why": "x"}], "no name"),
        (
            ("cleared",),
            [{"flag": "angina", "by": "Ann", "why": "looked", "profession": "biller"}],
            "'biller'",
        ),
    ],
)
def test_an_episode_that_cannot_be_meant_is_refused(path, value, said):
    episode = json.loads((EXAMPLES / "tension_headache.json").read_text(encoding="utf-8"))
    inner = episode
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    answer = run("plan", "-", stdin=json.dumps(episode))
    assert answer.returncode == 2
    assert said in answer.stderr
    assert answer.stdout == ""


def test_totals_above_the_limit_stop_what_is_left_to_do():
    episode = json.loads((EXAMPLES / "tension_headache.json").read_text(encoding="utf-8"))
    episode["session"]["drugs"] = [{"drug": "lidocaine", "given_mg": "900"}]
    answer = run("plan", "-", stdin=json.dumps(episode))
    assert answer.returncode == 2
    assert "Too much local anesthetic was given" in " ".join(answer.stderr.split())


def test_what_the_words_half_say_is_answered_before_any_plan():
    episode = json.loads((EXAMPLES / "dry_needling_ny.json").read_text(encoding="utf-8"))
    del episode["session"], episode["account"]
    assert run("plan", "-", stdin=json.dumps(episode)).returncode == 0  # an ordinary calf waits for no answer
    episode["complaint"]["pain_text"] = "Runner. Right calf sore, one leg a bit puffy."
    answer = run("plan", "-", stdin=json.dumps(episode))
    assert answer.returncode == 2
    assert "what the words half say, before any needle" in answer.stderr
    episode["complaint"]["answers"] = {"meant_leg_swelling": "no"}
    assert run("plan", "-", stdin=json.dumps(episode)).returncode == 0


def test_a_plan_of_an_episode_that_has_not_come_so_far_says_what_is_missing():
    episode = json.loads((EXAMPLES / "tension_headache.json").read_text(encoding="utf-8"))
    del episode["findings"]
    answer = run("plan", "-", stdin=json.dumps(episode))
    assert answer.returncode == 2
    assert "examination" in answer.stderr


def test_the_practices_file_is_laid_over(tmp_path):
    practice = tmp_path / "practice.toml"
    practice.write_text('director = "Dr. A"\naccepted_on = 2026-01-02\naccept = ["*"]\nultrasound = true\n')
    shown = run("plan", str(EXAMPLES / "anticoagulated.json"), "--practice", str(practice)).stdout
    assert "accepted by Dr. A" in " ".join(shown.split())


def test_the_same_episode_goes_on_to_codes_and_coverage():
    found = walked("tension_headache")
    assert [line["code"] for line in found["coding"]["lines"]] == ["20552", "J2003"]
    assert found["determination"]["verdict"] == "covered"
    assert found["determination"]["lcd"] == "L39662"
    shoulder = walked("desk_shoulder")["determination"]
    assert shoulder["verdict"] == "not_covered"  # the last session is 46 days back, and it helped for 5 weeks
    assert {row["rule"] for row in shoulder["rules"] if row["verdict"] == "not_covered"} == {
        "RELIEF",
        "INTERVAL",
    }
    dry = walked("dry_needling_ny")["determination"]
    assert dry["policy"] == "medicare_ncd_30_3_3"
    assert dry["verdict"] == "not_covered"
    assert "ABN" in dry["notice"]


def test_a_changed_fact_changes_what_rests_on_it():
    episode = json.loads((EXAMPLES / "tension_headache.json").read_text(encoding="utf-8"))
    del episode["prior_care"]
    unknown = json.loads(run("episode", "-", "--json", stdin=json.dumps(episode)).stdout)
    assert unknown["determination"]["verdict"] == "not_known"
    episode["prior_care"] = []
    none = json.loads(run("episode", "-", "--json", stdin=json.dumps(episode)).stdout)
    assert none["plan"]["wait"]["wait"] is True
    assert none["determination"]["verdict"] == "not_known"
    episode["insured"]["movement_limited"] = episode["insured"]["diagnostic"] = False
    refused = json.loads(run("episode", "-", "--json", stdin=json.dumps(episode)).stdout)
    assert refused["determination"]["verdict"] == "not_covered"
