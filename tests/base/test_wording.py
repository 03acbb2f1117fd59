"""Numbers as people read them: no exponent, no trailing zeros, dollars to the cent; US spelling; one word a concept."""

import datetime
import re
from decimal import Decimal

import polib
import pytest
from django.utils import translation
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.wording import clock_words, day_words, mg, ml, number, usd
from needlepoint.pages.templatetags.plain import clock
from tests.places import ROOT


@pytest.mark.parametrize(
    ("value", "shown"),
    [("1E+2", "100 mg"), ("4E+1", "40 mg"), ("40.00", "40 mg"), ("0.50", "0.5 mg"), ("0E-7", "0 mg"),
     ("-0", "0 mg"), ("1E-7", "0.0000001 mg"), ("100", "100 mg")],
)  # fmt: skip
def test_a_dose(value, shown):
    assert mg(Decimal(value)) == shown


def test_a_volume_and_an_amount():
    assert ml(Decimal("2.50")) == "2.5 mL"
    assert usd(Decimal("1250")) == "$1,250.00"
    assert usd(Decimal("-0.5")) == "-$0.50"
    assert usd(Decimal("-0.001")) == "$0.00"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_the_digits_are_plain_and_mean_the_same(value):
    shown = number(value)
    assert "E" not in shown.upper()
    assert Decimal(shown) == value


# US spelling in the program's own texts and names. What patients type keeps both spellings, and so do quotations.
BRITISH = re.compile(
    r"anaesth|licence|programme(?![rd])|recognis|authoris|organis[ae]|oedema|haemat|haemo|tumour|colour|(?<![a-z])centre"
    r"|judgement|behaviour|favour|(?<!and_)neighbour(?!s_mm)|catalogue|labelled(?!by)|travelling|(?<![a-z])metres"
    r"|practise|paediatr|gynaec|normalis[ae]|summaris|itemis|stabilis|instalment|manoeuvre|defence|spoilt|learnt"
    r"|whilst|amongst|(?<![a-z])per cent(?![a-z])|(?<![a-z])towards(?![a-z])|(?<![a-z_])fibre|e-mail",
    re.IGNORECASE,
)
SUFFIXES = {".py", ".toml", ".html", ".txt", ".css", ".js", ".typ", ".md", ".po"}
READ_AS_TYPED = re.compile(  # words to recognize, sources as published, old versions
    r"migrations/|/sources/|data/words/|data/corpus/|reasoning/data/|data/features/|geometry/|base/spelling\.py|\.mo$"
    r"|docs/reference/scope\.md"
)
TYPED = re.compile(r"^(malignancy|lymphedema) = ")


def own_texts():
    """Each line of the program's own texts: (place, line)."""
    for folder in ("src", "docs"):
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in SUFFIXES and not READ_AS_TYPED.search(name):
                for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                    if not TYPED.search(line):
                        yield f"{name}:{number}", line


def test_the_spelling_is_american():
    assert [(place, found[0]) for place, line in own_texts() if (found := BRITISH.search(line))] == []


# The column 'Do not use' of the table of terms, where a text has no other meaning.
DO_NOT_USE = re.compile(
    r"\bcancelled\b|\bkept\.|\bknown pain\b|\brecogni[sz]ed pain\b|\bhas arrived\b|\bto a room\b|\blooked into\b"
    r"|\bkeep it back\b|\btake (in|on)\b|\bfree times?\b|\bmeanwhile\b|\bhealth plan\b|\bgot ['\"]|; expected\b"
    r"|\bthrown away\b|\bon the shelf\b|\bruns the practice\b|\bthat was not kept\b|\btold at home\b",
    re.IGNORECASE,
)
NOT_IN_SPANISH = re.compile(
    r"\b(aplicar|ordenador|caduca|añadir|plan de salud|ratón|suero|en sala|dolor conocido)\b", re.IGNORECASE
)


def test_no_message_uses_a_word_that_the_table_of_terms_rules_out():
    catalog = polib.pofile(str(ROOT / "src/needlepoint/pages/locale/es/LC_MESSAGES/django.po"))
    assert [
        entry.msgid for entry in catalog if DO_NOT_USE.search(f"{entry.msgid} {entry.msgid_plural}")
    ] == []
    spanish = {entry.msgid: " ".join([entry.msgstr, *entry.msgstr_plural.values()]) for entry in catalog}
    assert {msgid: text for msgid, text in spanish.items() if NOT_IN_SPANISH.search(text)} == {}


@pytest.mark.parametrize(
    ("lang", "day", "time"),
    [("en", "Nov 21, 2026", "12:05 AM"), ("es", "21 de noviembre de 2026", "12:05 a.\N{NO-BREAK SPACE}m.")],
)
def test_pages_and_papers_print_a_date_alike(lang, day, time):
    at = datetime.datetime(2026, 11, 21, 0, 5, tzinfo=datetime.UTC)
    assert (day_words(at.date(), lang), clock_words(at.time(), lang)) == (day, time)
    with translation.override(lang):
        assert date_format(at.date(), "DATE_FORMAT") == day
        assert clock(at.time()) == time
