"""The tables under tests/spec that a certified coder can read: codes, coverage, prices, claims, scope and debt."""

from __future__ import annotations

import datetime
import tomllib
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from needlepoint.base.people import Clinician
from needlepoint.base.refusal import Refused
from needlepoint.claims.incoming.codes import meaning
from needlepoint.coding import EditContext, Session, code_session
from needlepoint.coding.types import DrugUsed, Entered, OfficeVisit, SessionSite
from needlepoint.cost.fees import Amount, Fees
from needlepoint.cost.price import Basis, Item, price_lines
from needlepoint.cost.protection.debt import Bill, may_collect, payment_plan, plan_rule
from needlepoint.coverage import CoverageFacts, determine
from needlepoint.coverage.types import CoverageVerdict, Earlier
from needlepoint.episode.account.estimate import make_estimate
from needlepoint.episode.account.order import EstimateOrder
from needlepoint.episode.denials.reasons import load_denials
from needlepoint.episode.denials.timely import deadline_of
from needlepoint.treatment.scope.rules import load_scope, may
from tests.coverage.test_determine import BACK, DAY, GOOD
from tests.kit.episodes import plain, walked
from tests.places import SPEC


def table(name: str) -> list[Any]:
    return tomllib.loads((SPEC / f"{name}.toml").read_text(encoding="utf-8"))["case"]


def day_of(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_the_tables_hold_what_they_promise():
    named = [
        path.relative_to(SPEC).with_suffix("").as_posix()
        for folder in ("coding", "coverage", "cost", "claims", "scope", "debt")
        for path in sorted((SPEC / folder).glob("*.toml"))
    ]
    assert sum(len(table(name)) for name in named) >= 300


# Codes.


@pytest.mark.parametrize(("code", "valid", "why"), table("coding/icd10cm"))
def test_a_diagnosis_is_valid_to_the_last_digit(code, valid, why):
    day = datetime.date(2026, 3, 2)
    site = SessionSite(muscle="soleus", side="left", technique="wet")
    coding = code_session(Session(on=day, sites=[site], diagnoses=[code]))
    assert (code in [row.code for row in coding.diagnoses]) is valid, why
    assert not any(row.about == f"validity {code}" for row in coding.open)


@pytest.mark.parametrize(("day", "code", "valid", "told"), table("coding/diagnosis_days"))
def test_a_diagnosis_is_valid_on_its_days(day, code, valid, told):
    site = SessionSite(muscle="soleus", side="left", technique="wet")
    coding = code_session(Session(on=day_of(day), sites=[site], diagnoses=[code]))
    assert (code in [row.code for row in coding.diagnoses]) is valid
    left = [row.en for row in coding.dropped if row.what == code]
    assert (not left) is valid
    assert told in "".join(left)
    assert [row.holds for row in coding.open if row.about == f"diagnosis {code}"] == [True] * (not valid)


@pytest.mark.parametrize(("muscle", "added", "falls", "why"), table("coding/excludes"))
def test_what_may_not_stand_beside_it(muscle, added, falls, why):
    site = SessionSite(muscle=muscle, side="left", technique="wet")
    coding = code_session(Session(on=datetime.date(2026, 3, 2), sites=[site], diagnoses=added))
    assert [row.what for row in coding.dropped if row.rule == "excludes1"] == falls, why


@pytest.mark.parametrize(("drug", "given", "wasted", "container", "place", "lines"), table("coding/drugs"))
def test_a_drug_is_billed_in_its_units(drug, given, wasted, container, place, lines):
    used = DrugUsed(
        drug=drug, given_mg=Decimal(given), wasted_mg=Decimal(wasted), single_dose=container == "single"
    )
    site = SessionSite(muscle="soleus", side="left", technique="wet")
    coding = code_session(Session(on=datetime.date(2025, 6, 2), sites=[site], drugs=[used], place=place))
    found = [[row.code, row.units, "-".join(row.modifiers)] for row in coding.lines if row.code[0] == "J"]
    assert found == lines


@pytest.mark.parametrize(("code", "modifiers", "day", "holds", "why"), table("coding/entered"))
def test_a_line_entered_by_hand_is_ready_only_when_it_is_known(code, modifiers, day, holds, why):
    site = SessionSite(muscle="soleus", side="left", technique="wet")
    entered = Entered(code, 1, modifiers)
    coding = code_session(Session(on=day_of(day), sites=[site], entered=[entered]))
    assert holds in [row.about for row in coding.open if row.holds], why


@pytest.mark.parametrize(("place", "payer", "needle", "waits"), table("coding/places"))
def test_a_place_of_service_asks(place, payer, needle, waits):
    sites = [SessionSite(muscle="soleus", side="left", technique="wet")] if needle else []
    visit = None if needle else OfficeVisit("99213")
    session = Session(on=day_of("2025-06-02"), sites=sites, visit=visit, diagnoses=["M79.661"], place=place)
    about = {row.about for row in code_session(session, EditContext(payer=payer)).open if row.holds}
    assert about & {"place", "telehealth", "clinic_rate"} == ({waits} if waits else set())


@pytest.mark.parametrize("case", table("coding/muscles"), ids=lambda case: case["name"])
def test_muscles_make_the_code(case):
    sites = [SessionSite(muscle=m, side=s, technique=t) for m, s, t in case["sites"]]
    session = Session(on=day_of(case.get("on", "2025-06-02")), sites=sites)
    coding = code_session(session, EditContext(both_sides=case.get("twice")))
    assert [line.code for line in coding.lines] == case["codes"]
    assert all(line.units == 1 for line in coding.lines)


@pytest.mark.parametrize(("muscle", "side", "code", "asks"), table("coding/sides"))
def test_a_diagnosis_of_the_other_side_is_asked_about(muscle, side, code, asks):
    site = SessionSite(muscle=muscle, side=side, technique="wet")
    coding = code_session(Session(on=datetime.date(2026, 3, 2), sites=[site], diagnoses=[code]))
    assert any(row.about == f"side {code}" and row.holds for row in coding.open) is asks


@pytest.mark.parametrize(("codes", "refused"), table("coding/units_a_day"))
def test_what_counts_muscles_is_priced_once_a_day(codes, refused):
    order = EstimateOrder(on=datetime.date(2026, 3, 2), codes=codes)
    if refused:
        with pytest.raises(Refused, match="a day"):
            make_estimate(order)
    else:
        assert make_estimate(order).least_usd > 0


# Prices.


@pytest.mark.parametrize(
    ("code", "day", "setting", "usd"), [*table("cost/fee_schedule"), *table("cost/both_sides")]
)
def test_the_national_amount(code, day, setting, usd):
    code, _, modifier = code.partition("-")
    item = Item(code=code, modifiers=[modifier] if modifier else [])
    (price,) = price_lines([item], day_of(day), Basis(facility=setting == "facility"))
    assert price.amount_usd == Decimal(usd)


@pytest.mark.parametrize(("lines", "usd"), table("cost/charge"))
def test_no_more_is_allowed_than_is_charged(lines, usd):
    day = day_of("2025-11-10")
    first = day_of("2025-01-01")
    named = [(*line[0].partition("-"), *line[1:]) for line in lines]
    charges = [Amount(code=code, amount_usd=Decimal(charge), from_=first) for code, _, _, charge, _ in named]
    items = [Item(code, units, [modifier] if modifier else []) for code, _, modifier, _, units in named]
    found = price_lines(items, day, Basis(fees=Fees(charge=charges)))
    assert [row.amount_usd for row in found] == [Decimal(amount) for amount in usd]


# Coverage.


def facts_with(base: CoverageFacts, changes: dict[str, Any]) -> CoverageFacts:
    given = dict(changes)
    days, last = given.pop("earlier_days", None), given.pop("last", {})
    visits = given.pop("visits_before", None)
    unknown = {name for name, value in given.items() if value == "unknown"}
    if days is not None:
        told = {
            "relief_percent": 70,
            "relief_weeks": Decimal(7),
            "function_improved": True,
            "same_scale": True,
        }
        last = {name: Decimal(v) if name == "relief_weeks" else v for name, v in last.items()}
        given["earlier"] = [
            Earlier(
                on=DAY - datetime.timedelta(days=n),
                places=[("trapezius", "left")],
                **(told | (last if n == min(days) else {})),
            )
            for n in days
        ]
    if visits is not None:
        given["earlier"] = [Earlier(on=DAY - datetime.timedelta(days=3 * n)) for n in range(1, visits + 1)]
    if "pain_weeks" in given:
        given["pain_weeks"] = Decimal(given["pain_weeks"])
    if "on" in given:
        given["on"] = day_of(given["on"])
    return msgspec.structs.replace(base, **(given | dict.fromkeys(unknown)))


@pytest.mark.parametrize(("name", "changes", "verdict", "rules"), table("coverage/medicare_2024"))
def test_a_session_before_a_medicare_contractor(name, changes, verdict, rules):
    found = determine(facts_with(GOOD, changes))
    assert found.verdict.value == verdict
    assert [row.rule for row in found.rules if row.verdict is CoverageVerdict.NOT_COVERED] == rules


@pytest.mark.parametrize(("name", "changes", "verdict", "kx"), table("coverage/ncd_30_3_3"))
def test_dry_needling_for_medicare(name, changes, verdict, kx):
    found = determine(facts_with(BACK, changes))
    assert found.verdict.value == verdict
    assert [row.modifier for row in found.modifiers] == (["KX"] if kx else [])


@pytest.mark.parametrize(("act", "codes", "changes", "verdict"), table("coverage/medicare_visits"))
def test_an_evaluation_or_acupuncture_for_medicare(act, codes, changes, verdict):
    base = msgspec.structs.replace(BACK, act=act, codes=codes, documented=["signature"])
    assert determine(facts_with(base, changes)).verdict.value == verdict


# Scope, debt, answers.


@pytest.mark.parametrize(("who", "state", "act", "held", "verdict", "words"), table("scope/places"))
def test_who_may(who, state, act, held, verdict, words):
    clinician = Clinician(profession=who, state=state, credentials=held)
    found = may(clinician, act, datetime.date(2026, 11, 21), ["head_face"] if who == "dentist" else [])
    assert found.verdict.value == verdict
    if who != "dentist":
        assert words in found.because


@pytest.mark.parametrize(("who", "act", "states", "held", "verdict"), table("scope/states"))
def test_who_may_in_every_state(who, act, states, held, verdict):
    day = datetime.date(2026, 11, 21)
    found = {
        state: may(Clinician(profession=who, state=state, credentials=held), act, day).verdict.value
        for state in states.split()
    }
    assert found == dict.fromkeys(states.split(), verdict)


def test_every_place_stands_once_for_the_professions_that_were_read():
    seen: dict[tuple[str, str], list[str]] = {}
    for who, act, states, held, _ in table("scope/states"):
        if not held:
            seen.setdefault((who, act), []).extend(states.split())
    every = sorted(load_scope().states)
    for key in (
        ("physical_therapist", "dry_needling"),
        ("physical_therapist", "injection"),
        ("physician", "injection"),
        ("acupuncturist", "dry_needling"),
        ("acupuncturist", "injection"),
    ):
        assert sorted(seen[key]) == every


@pytest.mark.parametrize(
    ("participating", "assigned", "charge", "allowed", "plan", "patient"), table("cost/assignment")
)
def test_what_a_clinician_who_does_not_participate_may_charge(
    participating, assigned, charge, allowed, plan, patient
):
    on = day_of("2026-11-20")
    rows = [Amount(code="20552", amount_usd=Decimal(charge), from_=on)] if Decimal(charge) else []
    order = EstimateOrder(
        on=on,
        codes=["20552"],
        insured=True,
        part_b_deductible_met_usd=Decimal(283),
        participating=participating,
        assigned=assigned,
        fees=Fees(charge=rows),
    )
    found = make_estimate(order)
    assert found.total_usd == Decimal(allowed)
    assert found.shares.plan_usd == Decimal(plan)
    assert found.patient_usd == Decimal(patient)


@pytest.mark.parametrize(
    ("code", "profession", "place", "participating", "assigned", "allowed", "patient", "said"),
    table("cost/who_gives"),
)
def test_what_medicare_pays_by_who_gives_it_and_where(
    code, profession, place, participating, assigned, allowed, patient, said
):
    on = day_of("2026-11-20")
    order = EstimateOrder(
        on=on,
        codes=[code],
        part_b_deductible_met_usd=Decimal(283),
        profession=profession,
        place=place,
        participating=participating,
        assigned=assigned,
        fees=Fees(charge=[Amount(code=code, amount_usd=Decimal(150), from_=on)]),
    )
    found = make_estimate(order)
    assert found.total_usd == Decimal(allowed)
    assert not patient or found.patient_usd == Decimal(patient)
    parts = [found.facility.words] if found.facility else []
    assert said in " ".join([*found.notices, *parts])


@pytest.mark.parametrize(("state", "day", "reporting", "share"), table("debt/protection"))
def test_what_the_state_keeps_from_collectors(state, day, reporting, share):
    on = day_of(day)
    found = may_collect(Bill(billed_on=on - datetime.timedelta(days=200), state=state), on)
    assert found.may_report is (False if reporting == "barred" else None)
    assert plan_rule(state, on).most_share_of_income * 100 == Decimal(share)


HELPED = ("assistance_screened", "itemized_sent", "insurer_settled", "plan_offered")
NOT_OPEN = ("dispute_open", "above_estimate", "appeal_open")
DONE = dict.fromkeys(HELPED, True) | dict.fromkeys(NOT_OPEN, False)


@pytest.mark.parametrize(("state", "day", "days", "blocks", "protects"), table("debt/steps"))
def test_what_a_state_asks_before_collection(state, day, days, blocks, protects):
    on = day_of(day)
    found = may_collect(Bill(billed_on=on - datetime.timedelta(days=days), state=state, **DONE), on)
    assert sorted(block.step for block in found.blocks) == blocks
    named = [row.id for row in found.protections if row.id.startswith(f"{state.casefold()}_")]
    assert sorted(named) == protects


@pytest.mark.parametrize(("of", "code", "words"), table("claims/answers"))
def test_the_meaning_of_an_answer(of, code, words):
    assert words in meaning(of, code)


@pytest.mark.parametrize(("group", "code", "answer", "words"), table("claims/reasons"))
def test_the_meaning_of_a_reason(group, code, answer, words):
    row = next(row for row in load_denials().reason if row.code == code)
    assert row.answer == answer
    assert words.casefold() in row.en.casefold()
    assert group in {row.id for row in load_denials().group}


@pytest.mark.parametrize(("code", "group", "words"), table("claims/remarks"))
def test_the_meaning_of_a_remark(code, group, words):
    row = next(row for row in load_denials().remark if row.code == code)
    assert row.speaks_of(group) is bool(words)
    assert words in row.en


@pytest.mark.parametrize(("payer", "state", "on", "last"), table("claims/timely"))
def test_the_last_day_for_a_claim(payer, state, on, last):
    found = deadline_of(payer, day_of(on), state)
    assert (str(found.last) if found else "") == last


# Whole claims.


def changed(obj: dict[str, Any], path: str, value: Any) -> None:
    *way, name = path.split(".")
    at: Any = obj
    for step in way:
        at = at[int(step)] if step.isdigit() else at[step]
    at[name] = value


@pytest.mark.parametrize("case", table("claims/situations"), ids=lambda case: case["name"])
def test_a_whole_claim(case):
    obj = plain(case["example"])
    fees = obj["account"]["fees"]["charge"]
    for code in ("J0702", "J3301", "J1010", "97810", "99213"):
        fees.append({"code": code, "amount_usd": "1.00", "from": "2026-01-01"})
    for path, value in case.get("set", {}).items():
        changed(obj, path, value)
    _, found = walked(obj)
    claim = found.claim.claim
    assert claim is not None, found.claim.faults
    assert [[line.code, "-".join(line.modifiers)] for line in claim.lines] == case["lines"]
    if "units" in case:
        assert [int(line.units) for line in claim.lines] == case["units"]
    if "verdict" in case:
        assert found.determination.verdict.value == case["verdict"]
    assert sorted({hold.about for hold in found.claim.holds}) == sorted(set(case.get("holds", [])))
    if "notice" in case:
        assert any(case["notice"] in notice for notice in found.coding.notices)


@pytest.mark.parametrize(("state", "day", "percent", "may"), table("debt/interest"))
def test_interest_within_the_cap_of_the_state(state, day, percent, may):
    rate = Decimal(percent) / 100

    def plan():
        return payment_plan(Decimal(800), Decimal(2500), state, day_of(day), rate)

    if may:
        assert f"{percent}% interest" in plan().because
    else:
        with pytest.raises(Refused, match="at most"):
            plan()
