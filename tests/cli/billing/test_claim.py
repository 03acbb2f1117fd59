"""`needlepoint claim` and `remit`, the papers, as a biller runs them."""

import json
from pathlib import Path

import jsonschema
import pytest

from tests.kit.commands import run
from tests.kit.episodes import EXAMPLES, SITUATIONS, account, plain
from tests.peers.pyx12_judge import judged

SEVEN, FOURTH = str(SITUATIONS / "seven_muscles.json"), str(SITUATIONS / "fourth_session.json")
REMIT = str(SITUATIONS / "remit_three_denials.835")
LATER = ("--today", "2026-12-20")


def test_a_claim_is_shown_written_judged_and_read_back(tmp_path):
    x12, pdf = tmp_path / "out" / "c.837", tmp_path / "c.pdf"
    done = run("claim", SEVEN, "--x12", str(x12), "--pdf", str(pdf), *LATER)
    assert done.returncode == 0, done.stderr
    assert "READY" in done.stdout
    good, said = judged(x12.read_text(), tmp_path)
    assert good, said
    assert pdf.read_bytes().startswith(b"%PDF")
    back = json.loads(run("claim", str(x12), "--json", *LATER).stdout)
    assert [(row["total_usd"], row["faults"]) for row in back] == [("191.75", [])]
    assert "1 claims, 0 with faults" in run("claim", str(x12), *LATER).stdout


def test_many_episodes_make_one_file(tmp_path):
    many = tmp_path / "many.json"
    rows = [account(plain(), claim_id=f"M-{n}") for n in range(5)]
    many.write_text(json.dumps(rows))
    x12 = tmp_path / "many.837"
    assert run("claim", str(many), "--x12", str(x12), *LATER).returncode == 0
    assert x12.read_text().count("CLM*") == 5
    assert judged(x12.read_text(), tmp_path)[0]


def test_a_held_claim_is_never_written(tmp_path):
    x12 = tmp_path / "c.837"
    held = run("claim", FOURTH, "--x12", str(x12), *LATER)
    assert held.returncode == 2
    assert "No signed notice is on file" in held.stderr
    assert "HELD" in held.stdout
    assert not x12.exists()


def test_the_claim_to_the_second_payer_takes_the_remittance_of_the_first(tmp_path):
    x12 = tmp_path / "s.837"
    episode = str(SITUATIONS / "second_payer.json")
    assert run("claim", episode, "--remit", REMIT, "--x12", str(x12), *LATER).returncode == 0
    text = x12.read_text()
    assert "SBR*S*18" in text
    assert "SVD*00000*39.77*HC:20552" in text
    assert judged(text, tmp_path)[0]
    assert run("claim", SEVEN, "--remit", REMIT, *LATER).returncode == 2  # no second payer
    assert "no answer" in run("claim", str(EXAMPLES / "tension_headache.json"), "--remit", REMIT).stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{}", "missing required field"),
        ("[]", "from 1 to"),
        ('{"id": "a", "complaint": {}}', "episode.account"),
        ('{"coverage": {}}', "payer"),
        ("not json", "JSON"),
        (json.dumps(account(plain(), coverages=[])), "nothing to claim"),
        (json.dumps(account(plain(), fees={"charge": [{"code": 1}]})), "account.fees"),
    ],
)
def test_what_cannot_be_claimed_is_refused(given, said):
    answer = run("claim", "-", stdin=given)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_remittance_is_explained_and_letters_are_written_only_where_the_record_stands(tmp_path):
    names = ("fourth_session", "no_conservative_care", "seven_muscles", "second_payer")
    known = [part for name in names for part in ("--episode", str(SITUATIONS / f"{name}.json"))]
    done = run("remit", REMIT, *known, "--appeal", str(tmp_path), *LATER)
    assert done.returncode == 0, done.stderr
    for words in ("DO NOT APPEAL", "COMPLETE THE RECORD FIRST", "balanced", "Appeal by Apr 14, 2027"):
        assert words in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["appeal_NP-1005.pdf"]
    assert "Read in the policy itself" in done.stderr
    assert "El pagador no ve" in run("remit", REMIT, "--lang", "es").stdout
    rows = [json.loads(line) for line in run("remit", REMIT, "--json").stdout.splitlines()]
    assert [row["kind"] for row in rows] == ["Payment", *["RemitClaim"] * 4, "RemitEnd"]


def test_a_remittance_that_does_not_balance_prints_nothing():
    text = Path(REMIT).read_text().replace("CAS*CO*45*100.29", "CAS*CO*45*100.28")
    answer = run("remit", "-", stdin=text)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert "0.01" in answer.stderr


def test_a_letter_without_an_episode_is_refused():
    assert run("remit", REMIT, "--appeal", "x").returncode == 2
    assert run("remit", "nothing.835").returncode == 2
    twice = run("remit", REMIT, "--episode", SEVEN, "--episode", SEVEN)
    assert "each claim once" in twice.stderr


def test_cover_of_a_plan_asks_before_and_of_a_session_after(tmp_path):
    obj = plain()
    del obj["session"]
    before = run("cover", "-", stdin=json.dumps(obj))
    assert "Before the session: may we?" in before.stdout
    assert "After the session" in run("cover", SEVEN).stdout
    notice = tmp_path / "abn.pdf"
    made = run("cover", FOURTH, "--abn", str(notice), "--made-on", "2026-11-19", "--lang", "es")
    assert made.returncode == 0, made.stderr
    assert notice.read_bytes().startswith(b"%PDF")
    assert "handed to everyone" in run("cover", SEVEN, "--abn", str(notice), "--made-on", "2026-11-19").stderr


def test_an_estimate_of_an_episode_and_its_paper(tmp_path):
    paper = tmp_path / "gfe.pdf"
    own = str(SITUATIONS / "self_pay_180.json")
    shown = run("estimate", own, "--pdf", str(paper), "--lang", "es", "--made-on", "2026-11-03")
    assert "You pay 72.00 USD by the sliding scale" in shown.stdout
    assert paper.read_bytes().startswith(b"%PDF")
    assert run("estimate", SEVEN, "--pdf", str(paper)).returncode == 2
    fees = tmp_path / "fees.toml"
    fees.write_text('[[charge]]\ncode = "20552"\namount_usd = 100\nfrom = 2026-01-01\n')
    assert run("estimate", own, "--fees", str(fees)).returncode == 2  # no price for the drug
    order = {"on": "2026-06-02", "codes": ["20552"], "self_pay": True}
    found = json.loads(run("estimate", "-", "--fees", str(fees), "--json", stdin=json.dumps(order)).stdout)
    assert found["patient_usd"] == "100.00"


def test_before_the_session_the_plan_is_priced():
    obj = plain()
    del obj["session"]
    found = json.loads(run("episode", "-", "--json", stdin=json.dumps(obj)).stdout)
    assert found["planned"] is True
    assert found["claim"] is None
    done = json.loads(run("episode", SEVEN, "--json").stdout)
    assert found["estimate"]["total_usd"] == done["estimate"]["total_usd"]
    assert [line["code"] for line in found["coding"]["lines"]] == ["20553", "J2003"]


OWN = """
[[policy]]
id = "own_{year}"
payer = "own_plan"
title = "Own plan {year}"
act = "injection"
from = {year}-01-01
{to}
[[policy.rule]]
id = "FREQ"
en = "sessions"
need = {{ sessions_most = {most}, within_months = 12 }}
certainty = "seen"
source = ["the contract"]
"""


def test_two_versions_of_a_policy_are_compared_rule_by_rule(tmp_path):
    (tmp_path / "a.toml").write_text(OWN.format(year=2025, to="to = 2025-12-31", most=4))
    (tmp_path / "b.toml").write_text(OWN.format(year=2026, to="", most=3))
    shown = run("policies", "diff", "2025-06-01", "2026-06-01", "--policies", str(tmp_path)).stdout
    assert "own_2026 from Jan 1, 2026 in place of own_2025" in shown
    assert "sessions_most = 4" in shown
    assert "now: sessions (sessions_most = 3" in shown
    assert "own_2026" in run("policies", "list", "--on", "2026-06-01", "--policies", str(tmp_path)).stdout


@pytest.mark.parametrize("payer", ["other", "unitedhealthcare", "ny_medicaid"])
def test_a_payer_of_whom_nothing_was_read_is_not_known(payer):
    facts = {"on": "2026-06-01", "payer": payer, "codes": ["20552"]}
    assert "NOT KNOWN" in run("cover", "-", stdin=json.dumps(facts)).stdout


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("facts", plain("situations/fibromyalgia_only")),
        ("estimate", {"on": "2026-06-02", "codes": ["20552", {"code": "J2003", "units": 5}]}),
        ("fees", plain()["account"]["fees"]),
        ("debt", {"on": "2026-04-01", "bill": {"billed_on": "2026-03-02", "state": "NY"}}),
        ("episode", plain()),
    ],
)
def test_the_schema_of_an_input_takes_its_example(name, example):
    schema = json.loads(run("schema", name).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(example, schema)


def test_a_bill_shows_what_the_state_keeps_from_collectors():
    bill = {"billed_on": "2026-03-02", "state": "NJ"}
    asked = {
        "on": "2026-06-01",
        "bill": bill,
        "owed_usd": "300",
        "monthly_income_usd": "2000",
        "interest": "0.02",
    }
    shown = run("debt", "-", stdin=json.dumps(asked)).stdout
    assert "Interest is 3 % a year at most" in shown
    assert "$60.00" in shown  # 3% of the income a month, New Jersey's reasonable plan
    assert "3 % anual" in run("debt", "-", "--lang", "es", stdin=json.dumps(asked)).stdout
    assert run("debt", "-", stdin=json.dumps(asked | {"interest": "0.04"})).returncode == 2


def test_x12_is_known_whatever_stands_before_it(tmp_path):
    x12 = tmp_path / "c.837"
    run("claim", SEVEN, "--x12", str(x12), *LATER)
    plain_text = x12.read_text()
    for n, data in enumerate(
        (
            b"\xef\xbb\xbf" + plain_text.encode(),
            b"\r\n  " + plain_text.encode(),
            plain_text.replace("~", "~\r\n").encode() + b"  \r\n\r\n",
            plain_text.replace("EXAMPLE PAIN CLINIC", "CL\u00cdNICA EJEMPLO").encode("latin-1"),
        )
    ):
        file = tmp_path / f"{n}.837"
        file.write_bytes(data)
        shown = run("claim", str(file), "--json", *LATER)
        assert shown.returncode == 0, shown.stderr
        assert [row["total_usd"] for row in json.loads(shown.stdout)] == ["191.75"]


def test_one_episode_that_cannot_be_read_does_not_refuse_the_rest(tmp_path):
    many = tmp_path / "many.json"
    many.write_text(
        json.dumps([account(plain(), claim_id="M-1"), {"complaint": 1}, account(plain(), claim_id="M-2")])
    )
    x12 = tmp_path / "many.837"
    shown = run("claim", str(many), "--json", "--x12", str(x12), *LATER)
    assert shown.returncode == 2
    assert [row.get("ready") for row in json.loads(shown.stdout)] == [True, None, True]
    assert x12.read_text().count("CLM*") == 2
    assert "2 of 3 claims written" in shown.stderr


def test_a_remittance_that_does_not_balance_is_viewed_and_never_posted(tmp_path):
    text = Path(REMIT).read_text()
    head, _, rest = text.partition("CLP*")
    first, _, tail = rest.partition("~")
    fields = first.split("*")
    fields[3] = str(float(fields[3]) + 1)
    odd = tmp_path / "odd.835"
    odd.write_text(f"{head}CLP*{'*'.join(fields)}~{tail}")
    refused = run("remit", str(odd))
    assert refused.returncode == 2
    assert refused.stdout == ""
    seen = run("remit", str(odd), "--view")
    assert seen.returncode == 2
    assert "NOT BALANCED" in seen.stdout
    assert "NP-1010" in seen.stdout
    assert "must not be posted" in seen.stderr
    assert seen.stderr.count("expected") >= 2  # the claim and the payment
