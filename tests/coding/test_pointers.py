"""Which diagnosis a line points at."""

from __future__ import annotations

import datetime
from decimal import Decimal

from needlepoint.coding import EditContext, Session, code_session
from needlepoint.coding.types import DrugUsed, SessionSite


def site(muscle, technique):
    return SessionSite(muscle=muscle, side="left", technique=technique)


def test_a_drug_points_at_the_muscles_that_got_it():
    drug = DrugUsed(drug="lidocaine", given_mg=Decimal(10), single_dose=False)
    sites = [site("levator scapulae", "wet"), site("infraspinatus", "dry")]
    coding = code_session(Session(on=datetime.date(2025, 6, 2), sites=sites, drugs=[drug]))
    pointers = {line.code: line.pointers for line in coding.lines}
    assert pointers == {"20552": (1,), "20560": (2,), "J2003": (1,)}


def test_before_its_first_day_the_unlisted_code_is_named():
    coding = code_session(Session(on=datetime.date(2019, 12, 15), sites=[site("soleus", "dry")]))
    assert "20999" in coding.dropped[0].en


def test_an_acupuncturist_under_supervision_is_asked_about_instead_of_barred():
    session = Session(on=datetime.date(2025, 6, 2), sites=[site("quadratus lumborum", "dry")])
    barred = code_session(session, EditContext(profession="acupuncturist", payer="medicare"))
    assert not barred.lines
    told = EditContext(profession="acupuncturist", payer="medicare", credentials=("supervised_incident_to",))
    asked = code_session(session, told)
    assert [line.code for line in asked.lines] == ["20560"]
    assert "supervises" in next(row.en for row in asked.open if row.about == "acupuncturist_medicare 20560")
