"""Coverage in one run: a general decision engine (zen-engine) one by one, ours one by one, ours in a batch.

    make bench

The rules are those of Medicare's 2024 policy in both. zen gets the facts that need counting (sessions in the window,
days since the same place, the last session) ready made; ours counts them itself.
"""

from __future__ import annotations

import json
import time

import numpy as np
import zen

from needlepoint.coverage import decide
from needlepoint.coverage.batch.audit import VERDICTS, audit, facts_at
from needlepoint.coverage.load import load_policies
from needlepoint.coverage.rules.needs import history_of, window_start
from needlepoint.coverage.types import CoverageFacts, CoverageVerdict

ROWS, ONE_BY_ONE, SEED = 1_000_000, 20_000, 7
NOTE = "muscles;drug_amount;pain_before;pain_after;signature"
MUSCLES = ["trapezius", "levator_scapulae", "infraspinatus", "gluteus_medius", "piriformis", "soleus"]


def made_up(rows: int) -> dict[str, object]:
    """A practice's history: four sessions a patient over two years, some of them not covered, some not known."""
    rng = np.random.default_rng(SEED)
    start = np.datetime64("2025-01-01")

    def pick(values: list[object], shares: list[float]) -> list[object]:
        chosen = rng.choice(len(values), size=rows, p=shares)
        return [values[n] for n in chosen.tolist()]

    def flag(yes: float, unknown: float) -> np.ndarray:
        return rng.choice(np.array([1, 0, -1], np.int8), size=rows, p=[yes, 1 - yes - unknown, unknown])

    places = [f"{muscle}/{side}" for muscle in MUSCLES for side in ("left", "right")]
    return {
        "claim_id": [f"c{n}" for n in range(rows)],
        "patient_id": rng.integers(0, rows // 4, rows).tolist(),
        "on": start + rng.integers(0, 700, rows).astype("timedelta64[D]"),
        "payer": ["medicare"] * rows,
        "state": pick(["NY", "CA", "OH", "MI"], [0.4, 0.3, 0.2, 0.1]),
        "diagnoses": pick(["M79.18", "M79.12;M54.2", "M54.2", "M79.7"], [0.6, 0.25, 0.1, 0.05]),
        "codes": pick(["20552;J2003", "20553;J2003", "20553;76942;J2003", "20552"], [0.5, 0.35, 0.1, 0.05]),
        "documented": pick([NOTE, "muscles;signature", ""], [0.85, 0.1, 0.05]),
        "places": pick([f"{a};{b}" for a in places[:4] for b in places[4:8]], [1 / 16] * 16),
        "signs": rng.choice([1.0, 2.0, 3.0, np.nan], size=rows, p=[0.05, 0.4, 0.5, 0.05]),
        "regions": rng.choice([1.0, 2.0], size=rows, p=[0.9, 0.1]),
        "care_failed": flag(0.85, 0.1),
        "in_program": flag(0.85, 0.1),
        "other_block": flag(0.03, 0.02),
        "drug_on_claim": flag(0.95, 0.0),
        "relief_percent": rng.choice([30.0, 50.0, 70.0, np.nan], size=rows, p=[0.1, 0.4, 0.4, 0.1]),
        "relief_weeks": rng.choice([3.0, 6.0, 9.0], size=rows, p=[0.1, 0.4, 0.5]),
        "function_improved": flag(0.85, 0.1),
        "same_scale": flag(0.85, 0.1),
    }


def zen_decision() -> zen.ZenDecision:
    """The same rules as expressions of zen, in its three values: true, false, null."""
    policy = next(policy for policy in load_policies() if policy.id == "medicare_2024")
    rules = {rule.id: rule.need for rule in policy.rule if not rule.codes}  # those that decide a session
    listed = lambda items: "[" + ", ".join(f"'{item}'" for item in items) + "]"  # noqa: E731
    known = lambda field, test: f"{field} == null ? null : {test}"  # noqa: E731
    repeat = lambda field, test: f"sessions == 1 ? true : ({field} == null ? null : {test})"  # noqa: E731
    expressions = {
        "DX-1": known("diagnoses", f"some(diagnoses, # in {listed(rules['DX-1'].diagnosis)})"),
        "INIT-2": known("signs", f"signs >= {rules['INIT-2'].signs_from}"),
        "INIT-4": "care_failed == true or movement_limited == true or diagnostic == true ? true :"
        " (care_failed == null or movement_limited == null or diagnostic == null ? null : false)",
        "CONS-1": "in_program",
        "REP-1": repeat("last_percent", f"last_percent >= {rules['REP-1'].last_relief_percent_from}"),
        "REP-2": repeat("last_weeks", f"last_weeks >= {rules['REP-2'].last_relief_weeks_from}"),
        "REP-3": repeat("last_function", "last_function"),
        "REP-4": f"days_since == null or days_since >= {rules['REP-4'].days_since_same_place_from}",
        "REP-5": repeat("last_scale", "last_scale"),
        "FREQ-1": f"in_window <= {rules['FREQ-1'].sessions_most}",
        "REG-1": known("regions", f"regions <= {rules['REG-1'].regions_most}"),
        "SAME-1": "other_block == null ? null : not(other_block)",
        "INIT-3": "nodule == true ? true : (nodule == null and signs != null and signs >= 3 ? true : nodule)",
        "INIT-5": "diagnostic != true or care_failed == true or movement_limited == true or sessions == 1 ? true :"
        " (care_failed == null or movement_limited == null ? null : false)",
        "REP-6": "movement_limited != true or care_failed == true or diagnostic == true or"
        " (documented != null and some(documented, # == 'functional_goals')) ? true :"
        " (care_failed == null or diagnostic == null or documented == null ? null : false)",
        "DRUG-1": known("codes", f"not(some(codes, # in {listed(rules['DRUG-1'].without_codes)}))"),
        "EXC-2": "sessions == 1 ? true : (routine == null ? (last_percent == null ? null : true) : not(routine))",
        "EXC-3": known("signs", f"signs >= {rules['EXC-3'].signs_from}"),
        "PROV-1": "state_allows != null ? state_allows :"
        f" (profession == null or profession in {listed(rules['PROV-1'].state_lets)} ? true : null)",
        "BENEFIT": f"profession == null or not(profession in {listed(rules['BENEFIT'].not_by)})",
        "DRUG-2": "drug_on_claim",
        "DOC-1": known("documented", f"all({listed(rules['DOC-1'].documented)}, # in documented)"),
    }
    assert set(expressions) == set(rules), "a rule has been added: add it here"
    cells = [{"id": str(n), "key": f"r{n}", "value": text} for n, text in enumerate(expressions.values())]
    every = "[" + ", ".join(f"$.r{n}" for n in range(len(cells))) + "]"
    cells.append({"id": "v", "key": "verdict", "value": f"some({every}, # == false) ? 'not_covered' :"
                  f" (some({every}, # == null) ? 'not_known' : 'covered')"})  # fmt: skip
    at = {"x": 0, "y": 0}
    nodes = [
        {"id": "i", "type": "inputNode", "name": "in", "position": at},
        {
            "id": "e",
            "type": "expressionNode",
            "name": "rules",
            "position": at,
            "content": {"expressions": cells},
        },
        {"id": "o", "type": "outputNode", "name": "out", "position": at},
    ]
    edges = [
        {"id": "1", "sourceId": "i", "targetId": "e", "type": "edge"},
        {"id": "2", "sourceId": "e", "targetId": "o", "type": "edge"},
    ]
    return zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))


def for_zen(facts: CoverageFacts) -> dict[str, object]:
    """The facts with everything counted, as zen takes them."""
    history = history_of(facts) or []
    now = set(facts.places)
    same = next((e for e in history if not e.places or now & set(e.places)), None)
    last = history[0] if history else None
    window = window_start(facts.on, 12)
    return {
        "diagnoses": facts.diagnoses,
        "codes": facts.codes,
        "documented": facts.documented,
        "signs": facts.signs,
        "regions": facts.regions,
        "care_failed": facts.care_failed,
        "movement_limited": facts.movement_limited,
        "diagnostic": facts.diagnostic,
        "in_program": facts.in_program,
        "other_block": facts.other_block,
        "nodule": facts.nodule,
        "routine": facts.routine,
        "state_allows": facts.state_allows,
        "profession": facts.profession,
        "drug_on_claim": facts.drug_on_claim,
        "sessions": len(history) + 1,
        "in_window": sum(e.on > window for e in history) + 1,
        "days_since": (facts.on - same.on).days if same else None,
        "last_percent": last.relief_percent if last else None,
        "last_weeks": float(last.relief_weeks) if last and last.relief_weeks is not None else None,
        "last_function": last.function_improved if last else None,
        "last_scale": last.same_scale if last else None,
    }


def main() -> None:
    few = made_up(ONE_BY_ONE)
    facts = facts_of_all(few)
    decision = zen_decision()
    contexts = [for_zen(one) for one in facts]

    began = time.perf_counter()
    said = [decision.evaluate(context)["result"]["verdict"] for context in contexts]
    zen_rate = len(facts) / (time.perf_counter() - began)

    began = time.perf_counter()
    ours = [decide(one) for one in facts]
    one_rate = len(facts) / (time.perf_counter() - began)
    assert [verdict.value for verdict in ours] == said, "the two engines differ"
    assert [VERDICTS[n] for n in audit(few).verdict.tolist()] == ours, "batch and single differ"

    columns = made_up(ROWS)
    began = time.perf_counter()
    audited = audit(columns)
    took = time.perf_counter() - began

    share = {verdict.value: ours.count(verdict) / len(ours) for verdict in CoverageVerdict}
    print(f"claims that both judged alike: {len(ours)} ({share})")
    print(f"zen-engine, one by one: {zen_rate:>12,.0f} a second")
    print(f"ours, one by one:       {one_rate:>12,.0f} a second, {one_rate / zen_rate:.0f} times zen")
    rate = len(audited.because) / took
    print(
        f"ours, batch:            {rate:>12,.0f} a second, {rate / zen_rate:.0f} times zen; {60 * rate:,.0f} a minute"
    )


def facts_of_all(columns: dict[str, object]) -> list[CoverageFacts]:
    """Every row as facts; the history of a patient from the rows at hand."""
    return [facts_at(columns, row) for row in range(len(columns["claim_id"]))]  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
