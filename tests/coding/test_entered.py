"""Lines entered by hand: a description settles an unlisted code, a block beside the needle decides coverage."""

import datetime
from decimal import Decimal

import pytest

from needlepoint.coding import Session, code_session
from needlepoint.coding.types import DrugUsed, Entered, SessionSite
from needlepoint.coverage.types import CoverageVerdict
from tests.kit.episodes import account, plain, walked

SITE = SessionSite(muscle="soleus", side="left", technique="wet")


def held(coding) -> list[str]:
    return [row.about for row in coding.open if row.holds]


def test_a_description_settles_a_code_for_what_has_none_and_goes_onto_the_line():
    entered = Entered("20999", description="hydrodissection of the sural nerve")
    coding = code_session(Session(on=datetime.date(2025, 11, 10), sites=[SITE], entered=[entered]))
    assert "description 20999" not in held(coding)
    assert coding.lines[-1].description == "hydrodissection of the sural nerve"


@pytest.mark.parametrize(
    ("mg", "code", "units"), [("20", "J1020", 1), ("40", "J1030", 1), ("80", "J1040", 1)]
)
def test_methylprednisolone_before_april_2024_goes_by_the_size_of_the_dose(mg, code, units):
    """HCPCS 2024-04: J1010 took the place of J1020, J1030 and J1040."""
    used = DrugUsed(drug="methylprednisolone", given_mg=Decimal(mg), single_dose=False)
    coding = code_session(Session(on=datetime.date(2024, 3, 15), sites=[SITE], drugs=[used]))
    line = coding.lines[-1]
    assert (line.code, line.units) == (code, units)
    assert f"unit {code}" in held(coding)


def test_a_block_on_the_claim_counts_although_the_record_says_there_was_none():
    obj = plain("situations/seven_muscles")
    obj["insured"]["other_block"] = False
    obj["session"]["entered"] = [{"code": "64405", "modifiers": ["59"]}]
    charge = {"code": "64405", "amount_usd": "50.00", "from": "2019-01-01"}
    fees = {"charge": [*obj["account"]["fees"]["charge"], charge]}
    _, found = walked(account(obj, fees=fees))
    assert found.determination.verdict is CoverageVerdict.NOT_COVERED
    assert not found.claim.ready
