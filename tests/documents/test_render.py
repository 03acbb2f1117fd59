"""Documents: real tagged PDFs in both languages, and text that stays text whatever it contains."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.claims.incoming.remit import read_remits
from needlepoint.claims.outgoing.cms1500 import cms1500
from needlepoint.documents import to_pdf, to_png_pages
from needlepoint.episode.account.papers import good_faith_of, notice_of
from needlepoint.episode.denials.appeal import write_appeal
from needlepoint.episode.denials.explain import explain
from needlepoint.episode.walk import on_file
from tests.kit.episodes import SITUATIONS, plain, walked

DAY = datetime.date(2026, 11, 3)


def good_faith(**patient):
    obj = plain("situations/self_pay_180")
    obj["account"]["patient"] |= patient
    episode, found = walked(obj)
    return good_faith_of(episode.account, found.coding, found.estimate, DAY)


def notice():
    episode, found = walked(plain("situations/fourth_session"))
    return notice_of(episode.account, found.coding, found.estimate, found.determination, DAY)


def letter():
    episode, found = walked(plain("situations/seven_muscles"))
    with (SITUATIONS / "remit_three_denials.835").open("rb") as stream:
        (remit,) = read_remits(stream)
    answer = next(row for row in remit.claims if row.id == "NP-1005")
    held = on_file(episode, found)
    return write_appeal(answer, explain(answer, held, DAY), held, DAY)


def form():
    return cms1500(walked(plain("situations/seven_muscles"))[1].claim.claim)


@pytest.mark.parametrize(
    ("template", "make", "lang"),
    [
        ("good_faith", good_faith, "en"),
        ("good_faith", good_faith, "es"),
        ("abn", notice, "en"),
        ("abn", notice, "es"),
        ("appeal", letter, "en"),
        ("cms1500", form, "en"),
    ],
)
def test_a_paper_is_a_tagged_pdf_in_its_language(template, make, lang):
    data = to_pdf(template, make(), lang)
    assert data.startswith(b"%PDF-1.7")
    assert data.rstrip().endswith(b"%%EOF")
    for mark in (b"/StructTreeRoot", b"/MarkInfo", f"({lang})".encode(), b"pdfuaid"):
        assert mark in data, mark


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_any_name_is_set_as_text_or_refused_for_its_letters(name):
    said = said_of(name)
    assert said.startswith("%PDF") or "Latin letters" in said


def said_of(name):
    try:
        return to_pdf("good_faith", good_faith(first=name))[:8].decode()
    except Refused as refusal:
        return str(refusal)


def test_the_letters_of_spanish_and_of_europe_are_there():
    assert to_pdf("good_faith", good_faith(first="Íñigo Ümit Łukasz Øyvind Ştefan Ђорђе Ἀθηνᾶ"[:30]))


@pytest.mark.parametrize(
    "name",
    [
        "#panic()",
        "$x$",
        "*bold*",
        '#read("/etc/passwd")',
        "<label>",
        "\\",
        "] [ { }",
        "'; DROP TABLE",
        "x" * 4000,
    ],
)
def test_nothing_in_a_value_is_run(name):
    assert len(to_png_pages("good_faith", good_faith(first=name))) >= 1
