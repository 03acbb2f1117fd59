"""`audit-claims` as a practice uses it: a CSV or Parquet file in, verdicts out, every bad row named."""

import csv
import json

import duckdb
import pytest
from click.testing import CliRunner

from needlepoint.cli import main

HEAD = (
    "claim_id,patient_id,on,payer,state,diagnoses,codes,places,signs,regions,care_failed,in_program,other_block,"
    "drug_on_claim,documented,relief_percent,relief_weeks,function_improved,same_scale\n"
)
NOTE = "muscles;drug_amount;pain_before;pain_after;signature"


def row(number, day, diagnosis="M79.18", relief="70"):
    told = f"{diagnosis},20552;J2003,trapezius/left,3,1,yes,true,no,1,{NOTE},{relief},8,y,y"
    return f"c{number},p1,{day},medicare,NY,{told}\n"


HISTORY = HEAD + (
    row(1, "2026-01-05")
    + row(2, "2026-03-05")
    + row(3, "2026-05-05", relief="30")
    + row(4, "2026-07-05")
    + row(5, "2026-07-20", "M79.7")
)


@pytest.fixture
def history(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text(HISTORY)
    return path


def run(*args):
    return CliRunner().invoke(main, ["audit-claims", *map(str, args)])


def test_a_history_is_judged_claim_by_claim(history, tmp_path):
    out = tmp_path / "verdicts.csv"
    assert run(history, "--out", out).exit_code == 0
    with out.open() as file:
        found = {line["claim_id"]: (line["verdict"], line["because"]) for line in csv.DictReader(file)}
    assert found["c1"] == ("covered", "")
    assert found["c2"] == ("covered", "")
    assert found["c3"] == ("covered", "")
    assert found["c4"] == ("not_covered", "REP-1 FREQ-1")
    assert found["c5"] == ("not_covered", "DX-1 REP-4 FREQ-1")


def test_parquet_in_and_out_says_the_same(history, tmp_path):
    parquet, out = tmp_path / "history.parquet", tmp_path / "verdicts.parquet"
    with duckdb.connect() as db:
        db.execute(
            f'COPY (SELECT * REPLACE (string_split(diagnoses, \';\') AS diagnoses, CAST("on" AS DATE) AS "on",'
            f" CAST(signs AS INTEGER) AS signs) FROM read_csv('{history}', all_varchar = true)) TO '{parquet}'"
        )
    from_csv = json.loads(run(history, "--json").output)
    assert json.loads(run(parquet, "--json").output) == from_csv
    assert run(parquet, "--out", out).exit_code == 0
    with duckdb.connect() as db:
        assert db.execute(f"SELECT count(*) FROM '{out}'").fetchone() == (5,)


def test_the_summary_names_the_rules(history):
    output = run(history).output
    assert "5 claims" in output
    assert "REP-1 FREQ-1" in output
    assert "no promise of payment" in output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HISTORY.replace("claim_id,", "claim_no,"), "claim_id"),
        (HISTORY.replace("signs,", "sign,"), "'signs'"),
        (HISTORY.replace("2026-05-05", "05/05/26"), "row 3, on"),
        (HISTORY.replace("2026-05-05", "1026-05-05"), "row 3, on"),
        (HISTORY.replace(",yes,", ",perhaps,", 1), "row 1, care_failed"),
        (HISTORY.replace(",30,8", ",-30,8"), "row 3, relief_percent"),
        (HISTORY.replace(",30,8", ",nan,8"), "row 3, relief_percent"),
        (HISTORY.replace("c2,", "c1,"), "each claim once"),
        (HISTORY.replace("p1,", ",", 1), "row 1, patient_id"),
        ("", "at least claim_id"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_row_and_column(tmp_path, text, said):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    result = run(path)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_other_files_are_refused(tmp_path):
    assert "a .csv" in run(tmp_path / "none.csv").output
    (tmp_path / "history.xlsx").write_text("x")
    assert "a .csv" in run(tmp_path / "history.xlsx").output
    (tmp_path / "broken.parquet").write_text("no parquet at all")
    assert run(tmp_path / "broken.parquet").exit_code == 2


def test_an_unknown_payer_in_one_row_does_not_stop_the_rest(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text(HISTORY.replace("c1,p1,2026-01-05,medicare", "c1,p1,2026-01-05,medicair"))
    found = json.loads(run(path, "--json").output)
    assert found["claims"] == 5
    assert any("medicair" in reason["because"] for reason in found["reasons"])
