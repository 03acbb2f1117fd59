"""Entries as charts write them: codes, values, remarks, families; refusals in words; what a varix may mean."""

import datetime

import pytest

from needlepoint.treatment.lists.entries import read_entry
from needlepoint.treatment.lists.names import book

TODAY = datetime.date(2026, 11, 20)


def matters(kind, text):
    harmless = {id_ for id_, group in book(kind).groups.items() if group.harmless}
    return read_entry(kind, text, TODAY).groups - harmless


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("QTc 510", "sodium_channel"), ("QTc 495 ms (11/18)", "sodium_channel"), ("K 2.4", "potassium_extreme"),
        ("K+ 6.8 today", "potassium_extreme"), ("potasio 2.1", "potassium_extreme"),
        ("hyperkalemia", "potassium_extreme"), ("Addison's disease", "adrenal_insufficiency"),
        ("insuficiencia suprarrenal", "adrenal_insufficiency"), ("varices", "varices_where"),
        ("grade 3 varices", "varices_where"), ("várices", "varices_where"), ("HBsAg+", "liver_failure"),
        ("Birt-Hogg-Dubé", "pneumothorax"), ("G3P2 at 18w", "pregnancy"), ("SSS s/p PPM", "chest_device"),
    ],
)  # fmt: skip
def test_a_chart_entry_that_matters_is_read(text, group):
    assert group in matters("condition", text)


@pytest.mark.parametrize("text", ["TNK yesterday", "TNK-tPA", "tenecteplase"])
def test_a_clot_dissolver_is_known_by_its_short_name(text):
    assert "thrombolytic" in matters("medicine", text)


@pytest.mark.parametrize("text", ["Hemlibra", "NovoSeven", "Promacta 50", "Advate", "eltrombopag 50 mg"])
def test_a_medicine_for_a_bleeding_disorder_is_known(text):
    assert "clotting_medicine" in matters("medicine", text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("condition", "Hyperlipidemia, unspecified E78.5"), ("condition", "HLD (LDL 142 2/26)"),
        ("condition", "OA hands/knees/hips"), ("condition", "TSH 2.1 (2/26)"), ("condition", "Hgb 13.4"),
        ("condition", "K 4.1"), ("condition", "QTc 420 (2025)"), ("condition", "Cr 0.9"),
        ("condition", "Former smoker (quit 2011, 10 pk-yr)"), ("condition", "Celiac dz, GF diet"),
        ("condition", "Hep C s/p Harvoni 2016, SVR"), ("condition", "FHx: CAD (father), breast ca (mother)"),
        ("condition", "várices en las piernas"), ("condition", "Recurrent UTIs"), ("condition", "no bleeding hx"),
        ("condition", "Chronic migraine on Botox q12 wks (last 10/6/26)"), ("condition", "ataques de pánico"),
        ("medicine", "potassium chloride 10 mEq daily"), ("medicine", "KCl 20 mEq"), ("medicine", "vitamin K2 100 mcg"),
        ("medicine", "No herbals"), ("medicine", "Shingrix 2020 (done)"), ("medicine", "atorva 20 qhs"),
        ("medicine", "calcipotriene cream"), ("allergy", "NKFA"),
    ],
)  # fmt: skip
def test_an_ordinary_chart_entry_stops_nothing(kind, text):
    entry = read_entry(kind, text, TODAY)
    assert not entry.unknown
    assert not matters(kind, text)


def test_a_line_of_the_family_may_name_the_patient():
    assert "cancer" in matters("condition", "FHx negative; patient has breast cancer")


@pytest.mark.parametrize(
    "text",
    [
        "it would be only a massage, nobody needles me", "no needles please",
        "No needles, thanks", "just a massage today",
        "nobody sticks me", "que no me piquen", "nadie me inyecta", "sin agujas por favor", "solo un masaje, nada más",
        "prefiero sin agujas", "I would rather not be needled or have needles", "no shots today",
    ],
)  # fmt: skip
def test_a_refusal_is_read(text):
    assert "declines_needle" in read_entry("condition", text, TODAY, told=True, own=True).groups


@pytest.mark.parametrize(
    "text",
    [
        "I had a massage and it helped", "massage only helped for a day",
        "the needles helped last time", "nunca me han puesto agujas", "I tried massage and dry needling before",
    ],
)  # fmt: skip
def test_words_about_needles_are_no_refusal(text):
    assert "declines_needle" not in read_entry("condition", text, TODAY, told=True, own=True).groups


def test_a_carrier_of_triamcinolone_is_no_harmless_allergy():
    assert read_entry("allergy", "carboxymethylcellulose", TODAY).unknown
