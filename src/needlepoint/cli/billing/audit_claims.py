"""`needlepoint audit-claims`: a verdict for every claim of a practice's history, from a CSV or Parquet file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.cli.billing.payers import own_payers, policies_option
from needlepoint.cli.files import print_json
from needlepoint.coverage.batch.audit import COLUMNS, FLAGS, LISTS, NEEDED, NUMBERS, Audited, Columns, audit

if TYPE_CHECKING:
    import duckdb

YES, NO = "('true', 't', 'yes', 'y', 'si', 'sí', '1')", "('false', 'f', 'no', 'n', '0')"
FIRST_DAY, LAST_DAY = "1990-01-01", "2100-01-01"
MOST_REASONS = 12


@click.command("audit-claims")
@click.argument("file")
@policies_option
@click.option("--out", help="Write the verdicts to this .csv or .parquet file.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def audit_claims(file: str, folder: str | None, out: str | None, as_json: bool) -> None:
    """Judge every claim in FILE (.csv or .parquet, one row per claim) by the payer's rules of its day.

    \b
    Columns: claim_id, patient_id, on, payer; and where known: state, act, profession, diagnoses, pointed (those that
    the procedure's line points at), codes, places (muscle/side), documented, credentials (lists parted by ';'), signs,
    regions, pain_weeks, care_weeks, care_failed, movement_limited, diagnostic, in_program, other_block,
    specific_cause, drug_on_claim, state_allows, improving; and how the session went: relief_percent, relief_weeks,
    function_improved, same_scale. Earlier sessions are the patient's earlier rows.
    """
    own = own_payers(folder)
    columns = load_claims(file)
    found = audit(columns, own)
    if out:
        write_verdicts(columns, found, out)
    summary = summarize(found)
    if as_json:
        print_json(summary)
    else:
        _show(summary)


def load_claims(file: str) -> Columns:
    """Return the columns of a file for `audit`; Refused with row and column of what does not fit."""
    import duckdb  # 0.1 s that other commands need not wait

    path = Path(file)
    if not path.is_file():
        raise Refused(Fault(file, "no file", "a .csv or .parquet file"))
    reader = {
        ".csv": "read_csv(?, all_varchar = true, header = true)",
        ".gz": "read_csv(?, all_varchar = true, header = true)",
        ".parquet": "read_parquet(?)",
    }.get(path.suffix.lower())
    if reader is None:
        raise Refused(Fault(file, f"a {path.suffix or 'nameless'} file", "a .csv, .csv.gz or .parquet file"))
    with duckdb.connect() as db:
        try:
            db.execute(f"CREATE TABLE claim AS SELECT * FROM {reader}", [file])
        except duckdb.Error as error:
            raise Refused(Fault(file, str(error).splitlines()[0], "a table with a header")) from None
        types = {str(row[0]): str(row[1]) for row in db.execute("DESCRIBE claim").fetchall()}
        _check_names(file, types)
        selected = {name: _expression(name, types[name]) for name in types}
        _check_values(db, selected)
        wanted = ", ".join(f"{expression} AS {name}" for name, (expression, _) in selected.items())
        arrays = db.execute(f"SELECT {wanted} FROM claim ORDER BY rowid").fetchnumpy()
    return {name: _column(name, array) for name, array in arrays.items()}


def _check_names(file: str, types: dict[str, str]) -> None:
    faults = [
        Fault(f"{file}, header", f"a column {name!r}", f"one of {', '.join(COLUMNS)}", nearest(name, COLUMNS))
        for name in types
        if name not in COLUMNS
    ]
    missing = [name for name in NEEDED if name not in types]
    if missing:
        faults.append(Fault(f"{file}, header", f"no {', '.join(missing)}", f"at least {', '.join(NEEDED)}"))
    if faults:
        raise Refused(faults)


def _expression(name: str, type_: str) -> tuple[str, str]:
    """Return the SQL for a column, and the SQL that is true where its value does not fit."""
    text = f"trim(CAST({_quoted(name)} AS VARCHAR))"
    if name in LISTS and type_.endswith("[]"):
        text = f"array_to_string({_quoted(name)}, ';')"
    given = f"coalesce({text}, '')"
    if name == "on":
        day = f"TRY_CAST({text} AS DATE)"
        return day, f"({day} IS NULL OR {day} NOT BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}')"
    if name in NUMBERS:
        number = f"TRY_CAST(nullif({text}, '') AS DOUBLE)"
        bad = f"({given} <> '' AND ({number} IS NULL OR NOT isfinite({number}) OR {number} < 0))"
        return f"coalesce({number}, CAST('nan' AS DOUBLE))", bad
    if name in FLAGS:
        low = f"lower({given})"
        flag = f"CAST(CASE WHEN {low} IN {YES} THEN 1 WHEN {low} IN {NO} THEN 0 ELSE -1 END AS TINYINT)"
        return flag, f"({low} NOT IN {YES} AND {low} NOT IN {NO} AND {low} <> '')"
    return given, f"{given} = ''" if name in NEEDED else "false"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


EXPECTED = {
    "on": f"a day as CCYY-MM-DD from {FIRST_DAY} to {LAST_DAY}",
    **dict.fromkeys(NUMBERS, "a number of 0 or more, or nothing"),
    **dict.fromkeys(FLAGS, "true or false, or nothing"),
}


def _check_values(db: duckdb.DuckDBPyConnection, selected: dict[str, tuple[str, str]]) -> None:
    faults = []
    for name, (_, bad) in selected.items():
        row = db.execute(
            f"SELECT rowid + 1, CAST({_quoted(name)} AS VARCHAR), count(*) OVER () FROM claim WHERE {bad}"
            " ORDER BY rowid LIMIT 1"
        ).fetchone()
        if row:
            more = f" ({row[2]} rows in all)" if row[2] > 1 else ""
            faults.append(Fault(f"row {row[0]}, {name}", f"{row[1]!r}{more}", EXPECTED.get(name, "a value")))
    if not faults and "claim_id" in selected:
        row = db.execute(
            "SELECT claim_id, count(*) FROM claim GROUP BY 1 HAVING count(*) > 1 LIMIT 1"
        ).fetchone()
        if row:
            faults.append(Fault("claim_id", f"{row[0]!r} {row[1]} times", "each claim once"))
    if faults:
        raise Refused(faults)


def _column(name: str, array: Any) -> Any:
    plain = array.filled() if isinstance(array, np.ma.MaskedArray) else array
    return plain if name == "on" or name in NUMBERS or name in FLAGS else plain.tolist()


def write_verdicts(columns: Columns, found: Audited, out: str) -> None:
    """Write claim_id, verdict, policy, the deciding rules and codes with another verdict, to CSV or Parquet."""
    import duckdb

    suffix = Path(out).suffix.lower()
    if suffix not in (".csv", ".parquet"):
        raise Refused(Fault("--out", repr(out), "a .csv or .parquet file"))
    result = {
        "claim_id": np.array(columns["claim_id"], dtype=object),
        "verdict": np.array(found.verdicts(), dtype=object),
        "policy": np.array(found.policy, dtype=object),
        "because": np.array(found.because, dtype=object),
        "lines": np.array(found.lines, dtype=object),
    }
    with duckdb.connect() as db:
        db.register("result", result)
        try:
            db.execute(f"COPY (SELECT * FROM result) TO '{out.replace(chr(39), chr(39) * 2)}'")
        except duckdb.Error as error:
            raise Refused(Fault(out, str(error).splitlines()[0], "a file that can be written")) from None
    click.echo(f"Wrote {out}", err=True)


class Reasons(msgspec.Struct, frozen=True, kw_only=True):
    """The number of claims with one verdict for the same rules."""

    claims: int
    verdict: str
    policy: str
    because: str


class AuditSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The number of claims by verdict, and the most frequent reasons."""

    claims: int
    verdicts: dict[str, int]
    reasons: list[Reasons]


def summarize(found: Audited) -> AuditSummary:
    """Return the number of claims by verdict, and the most frequent deciding rules."""
    verdicts = Counter(found.verdicts())
    pairs = Counter(zip(found.verdicts(), found.policy, found.because, strict=True))
    reasons = [
        Reasons(claims=count, verdict=verdict, policy=policy, because=because)
        for (verdict, policy, because), count in pairs.most_common()
        if because
    ]
    return AuditSummary(claims=len(found.because), verdicts=dict(verdicts), reasons=reasons[:MOST_REASONS])


def _show(summary: AuditSummary) -> None:
    console = Console()
    console.print(f"[bold]{summary.claims}[/bold] claims")
    for verdict, count in sorted(summary.verdicts.items()):
        console.print(f"  {verdict.replace('_', ' '):12} {count:>9}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("claims", "verdict", "policy", "rules that decided"):
        table.add_column(title, overflow="fold", justify="right" if title == "claims" else "left")
    for row in summary.reasons:
        table.add_row(str(row.claims), row.verdict.replace("_", " "), row.policy, row.because)
    console.print(table)
    console.print("[dim]A reading of published rules; no promise of payment.[/dim]")
