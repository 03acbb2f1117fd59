"""Which diagnosis a line points at."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from needlepoint.coding import EditContext, Session, code_session
from needlepoint.coding.types import DrugUsed, Entered, SessionSite


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


def test_dry_needling_points_at_low_back_pain_first():
    site = SessionSite(muscle="quadratus lumborum", side="left", technique="dry")
    session = Session(on=datetime.date(2026, 6, 1), sites=[site], diagnoses=["M54.59"])
    assert code_session(session).lines[0].pointers == (2, 1)
    wet = msgspec.structs.replace(session, sites=[msgspec.structs.replace(site, technique="wet")])
    assert code_session(wet).lines[0].pointers == (1, 2)


def test_a_joint_injection_beside_the_needling_is_asked_about():
    site = SessionSite(muscle="quadratus lumborum", side="left", technique="wet")
    session = Session(on=datetime.date(2026, 6, 1), sites=[site], entered=[Entered("20610")])
    assert "other injection 20610" in [row.about for row in code_session(session).open]
