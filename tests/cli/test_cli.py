"""The command as its user runs it: real files, some answers from real processes."""

import json
import subprocess
import sys

import pytest

from tests.kit.commands import run


def process(*arguments, stdin=""):
    """The same answer from a process of its own."""
    command = [sys.executable, "-m", "needlepoint", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60)


def test_help_reads_like_the_corridor():
    shown = process("--help").stdout
    commands = shown[shown.index("Commands:") :]
    assert commands.index("atlas") < commands.index("infer") < commands.index("episode")


def test_atlas_lists_and_filters():
    everything = json.loads(run("atlas", "--json").stdout)
    temple = json.loads(run("atlas", "--region", "left_temple", "--json").stdout)
    near_lung = json.loads(run("atlas", "--hazard", "pleura", "--json").stdout)
    assert 0 < len(temple) < len(everything)
    assert 0 < len(near_lung) < len(everything)


def test_atlas_shows_one_muscle_with_its_sources():
    shown = run("atlas", "gluteus minimus")
    assert shown.returncode == 0
    assert "musculus gluteus minimus" in shown.stdout
    assert "Trigger Point Manual" in shown.stdout


def test_infer_gives_the_published_shape():
    case = {"id": "a", "regions": ["right_eye", "right_cheek", "right_occiput", "mid_vertex"]}
    answer = json.loads(run("infer", "-", "--json", stdin=json.dumps([case])).stdout)
    assert [entry["id"] for entry in answer] == ["a"]
    first = answer[0]["ranked"][0]
    assert first["muscle"] == "sternocleidomastoid"
    assert first["side"] == "right"
    assert {"probability", "explains", "unexplained", "for", "against"} <= set(first)
    assert answer[0]["next_palpation"]["bits"] >= 0
    assert answer[0]["sets"]


def test_palpation_changes_the_ranking():
    case = {"regions": ["right_lumbar", "right_buttock_upper"]}
    felt = {"muscle": "QL", "side": "right", "taut_band": True, "familiar_pain": True}
    before = json.loads(run("infer", "-", "--json", stdin=json.dumps(case)).stdout)[0]
    after = json.loads(run("infer", "-", "--json", stdin=json.dumps(case | {"palpated": [felt]})).stdout)[0]

    def chance(answer):
        return next(s["probability"] for s in answer["ranked"] if s["muscle"] == "quadratus lumborum")

    assert chance(after) > chance(before)
    assert after["ranked"][0]["muscle"] == "quadratus lumborum"
    assert after["next_palpation"]["muscle"] != "quadratus lumborum"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "JSON that breaks at line 1"),
        ('{"regions": ["left_temp', "JSON that breaks"),
        ("[]", "an empty list"),
        ("{}", "nothing that says where it hurts"),
        ("3", "expected an object"),
        ('{"regions": []}', "nothing that says where it hurts"),
        ('{"regions": ["left_templ"]}', "left_temple"),
        ('{"regions": {"left_temple": 11}}', "an intensity from 0 to 10"),
        ('{"regions": {"left_temple": NaN}}', "NaN"),
        ('{"regions": {"left_temple": 0}}', "no painful region"),
        ('{"regions": "left_temple"}', "case.regions"),
        ('{"regions": ["left_temple"], "painless": ["left_temple"]}', "painful and painless"),
        ('{"regions": ["left_temple"], "palpated": [{"muscle": "spleen", "side": "left"}]}', "'spleen'"),
        ('{"regions": ["left_temple"], "palpated": [{"muscle": "masseter", "side": "up"}]}', "left, right"),
        ('{"regions": ["left_temple"], "age_years": 700}', "0 to 120"),
        (json.dumps({"pain_text": "duele la sien " * 2000}), "at most 20000"),
        (json.dumps({"drawing": {"marks": [{}] * 10_000}}), "10000 marks"),
    ],
)
def test_bad_input_is_refused_in_words(given, said):
    answer = run("infer", "-", stdin=given)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_every_bad_case_of_a_list_is_named():
    cases = [{"regions": ["left_foo"]}, {"regions": ["left_temple"]}, {"regions": ["bar"]}]
    answer = run("infer", "-", stdin=json.dumps(cases))
    assert answer.returncode == 2
    assert "[0]" in answer.stderr
    assert "[2]" in answer.stderr


def test_a_file_that_is_not_there_or_not_utf8(tmp_path):
    assert "No such file" in run("infer", str(tmp_path / "none.json")).stderr
    latin = tmp_path / "latin.json"
    latin.write_bytes('{"regions": ["ñ"]}'.encode("latin-1"))
    answer = run("infer", str(latin))
    assert answer.returncode == 2
    assert "not UTF-8" in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (["atlas", "masseter"], ""),
        (["infer", "-", "--json"], '{"regions": ["right_lumbar"]}'),
        (["code", "-"], '{"on": "9999-12-31"}'),
        (["episode", "nothing.json"], ""),
        (["sail"], ""),
    ],
)
def test_a_process_answers_as_the_command_does_in_tests(arguments, stdin):
    there, here = process(*arguments, stdin=stdin), run(*arguments, stdin=stdin)
    assert (there.returncode, there.stdout) == (here.returncode, here.stdout)
    assert there.stderr.splitlines()[-1:] == here.stderr.splitlines()[-1:]


HALF = '{"id": "\\ud800", "complaint": {"pain_text": "x"}}'


@pytest.mark.parametrize(
    "command", ["episode", "code", "cover", "estimate", "claim", "debt", "plan", "infer"]
)
def test_half_a_character_in_json_is_refused(command):
    shown = run(command, "-", stdin=HALF)
    assert shown.returncode == 2
    assert "half of a character" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_words_that_are_not_utf_8_are_refused():
    command = [sys.executable.encode(), b"-m", b"needlepoint", b"code", b"\xff.json"]
    shown = subprocess.run(command, capture_output=True, timeout=60)
    assert shown.returncode == 2
    assert shown.stderr.startswith(b"Refused. word 2 of the command")


def test_a_terminal_without_utf_8_shows_what_it_can():
    command = [sys.executable, "-m", "needlepoint", "atlas", "masseter", "--lang", "es"]
    shown = subprocess.run(
        command, capture_output=True, timeout=60, env={"PYTHONIOENCODING": "ascii", "PATH": ""}
    )
    assert b"Traceback" not in shown.stderr


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    ("command", "given"),
    [
        (
            "cover",
            {"payer": "medicare", "state": "NY", "act": "dry_needling", "earlier": [{"on": "2026-01-01"}]},
        ),
        ("estimate", {"codes": ["20553"], "scheduled_on": "9999-12-31"}),
        ("debt", {"bill": {"billed_on": "2026-01-01", "state": "NY"}}),
    ],
)
def test_a_day_that_no_record_can_mean_is_refused(command, given, day):
    shown = run(command, "-", stdin=json.dumps(given | {"on": day}))
    assert shown.returncode == 2
    assert shown.stderr.startswith("Refused.")
