"""Shared fields: what people type is read or refused in plain words, in both languages; never a 500."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.pages import fields
from needlepoint.treatment.bounds import _load

INNER = re.compile(r"\b(got|expected|None|Traceback|RFC ?3339)\b|[a-z]+_[a-z]+|\b\w+\.\w+\[")
EVERY = {
    "volume": fields.VolumeField(),
    "strength": fields.StrengthField(),
    "percent": fields.PercentField("relief_percent"),
    "money": fields.MoneyField(),
    "scale": fields.ScaleField(),
    "inr": fields.LabNumber("inr"),
    "platelets": fields.LabNumber("platelets"),
    "hba1c": fields.LabNumber("hba1c"),
    "weight": fields.NumberField("weight_kg", places=1),
    "day": fields.DayField(),
    "clock": fields.ClockField(),
    "choice": fields.ChoiceOf(choices=[("a", "A")]),
    "set": fields.SetOf(choices=[("a", "A")]),
    "yes_no": fields.YesNoField(),
    "id": fields.IdField(),
    "words": fields.WordsField(20),
}
ODD = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"[\d.,:/ $%-]{1,12}"),
    st.sampled_from(
        ["\ud800", "\0", "9" * 5000, "1e999", "NaN", "Infinity", "²", "\u0661", "12_5", "1 000", "-0"]
    ),
)


@pytest.mark.parametrize("name", EVERY)
@given(text=ODD)
def test_any_text_is_a_value_or_a_sentence(name, text):
    for lang in ("en", "es"):
        with override(lang):
            try:
                EVERY[name].clean([text] if name == "set" else text)
            except ValidationError as error:
                said = " ".join(error.messages)
                assert said[0].isupper(), said
                assert not INNER.search(said.replace(text, "")), said


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("volume", "0.5", "0.5"),
        ("volume", " 0.5 mL", "0.5"),
        ("volume", ".5cc", "0.5"),
        ("percent", "50%", "50"),
        ("percent", "50 %", "50"),
        ("money", "$1,250", "1250"),
        ("money", "1,250.50 USD", "1250.50"),
        ("platelets", "1,250", "1250"),
        ("platelets", "150 x 10^9/L", "150"),
        ("inr", "2.4", "2.4"),
        ("hba1c", "6.5 %", "6.5"),
        ("weight", "61.5 kg", "61.5"),
        ("scale", "7", "7"),
    ],
)
def test_numbers_as_americans_write_them(name, text, value):
    assert EVERY[name].clean(text) == Decimal(value)


@pytest.mark.parametrize(
    ("name", "text", "en", "es"),
    [
        ("inr", "1,2", "Write 1.2 with a decimal point.", "Escriba 1.2 con punto decimal."),
        ("volume", "0,5", "Write 0.5 with a decimal point.", "Escriba 0.5 con punto decimal."),
        ("money", "12,5", "Write 12.5 with a decimal point.", "Escriba 12.5 con punto decimal."),
        ("money", "1.250,50", "Write the number with a decimal point", "Escriba el número con punto decimal"),
        ("platelets", "150k", "Enter digits only, without letters", "Escriba solo cifras, sin letras"),
        ("platelets", "150000", "is divided by 1000", "se divide entre 1000"),
        ("weight", "150 lb", "Enter digits only", "Escriba solo cifras"),
        ("weight", "900", "from 20 to 350 kg", "de 20 a 350 kg"),
        ("weight", "70.25", "Digits after the point: at most 1.", "Cifras después del punto: 1 como máximo."),
        ("scale", "11", "from 0 to 10", "de 0 a 10"),
        ("scale", "5.5", "whole number", "número entero"),
        ("strength", "50", "to 5 %", "a 5 %"),
        ("money", "1.005", "whole cents", "centavos enteros"),
        ("day", "2026-02-30", "Enter a day such as", "Escriba el día"),
        ("day", "21/11/2026", "Enter a day such as", "Escriba el día"),
        ("day", "0001-01-01", "Enter a day from", "Escriba un día del"),
        ("clock", "25:00", "Enter a time such as", "Escriba una hora como"),
        ("choice", "plan.drug", "Choose one of the options", "Elija una de las opciones"),
        ("id", "x", "Choose one of the options", "Elija una de las opciones"),
        ("words", "x" * 21, "at most 20 characters. There are 21.", "como máximo 20 caracteres. Hay 21."),
        ("words", "\ud800", "Type it instead of pasting it.", "Escríbalo en lugar de pegarlo."),
    ],
)
def test_what_cannot_be_used_is_said_in_both_languages(name, text, en, es):
    for lang, words in (("en", en), ("es", es)):
        with override(lang):
            with pytest.raises(ValidationError) as refused:
                EVERY[name].clean(text)
            assert words in " ".join(refused.value.messages)


def test_an_american_day_is_read_in_english_and_asked_about_in_spanish():
    with override("en"):
        assert EVERY["day"].clean("11/21/2026") == datetime.date(2026, 11, 21)
    with override("es"), pytest.raises(ValidationError):
        EVERY["day"].clean("11/21/2026")


@pytest.mark.parametrize("text", ["14:30", "2:30 PM", "2:30 p. m.", "02:30pm", "14:30:00"])
def test_a_time_as_people_write_it(text):
    assert EVERY["clock"].clean(text) == datetime.time(14, 30)


@pytest.mark.parametrize("rule", _load().bound, ids=lambda rule: rule.id)
def test_every_bound_of_the_core_has_words_in_both_languages(rule):
    assert rule.remedy
    assert rule.remedy_es
    assert rule.low < rule.high


CARDS = ["4111111111111111", "4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "3782 822463 10005",
         "6011000000000004", "her card 4111 1111 1111 1111, please", "503-555-0123 4111111111111111"]  # fmt: skip
ORDINARY = ["503-555-0123", "+1 503 555 0123", "+52 1 55 1234 5678", "503-555-0123/503-555-0124", "1234567893",
            "80840 1234567893", "808401234567893", "1EG4-TE5-MK73", "W123456789", "123456789012", "1234567890123456",
            "4111111111111112", "00300231145015", "(01)00300234145015(17)261130", "2026-11-22 2026-11-23",
            "0.4111111111111111", "a4111111111111111", "97201-1234"]  # fmt: skip


@pytest.mark.parametrize("text", CARDS)
def test_a_card_number_is_refused_in_every_text(text):
    for lang, words in (("en", "may be a card number"), ("es", "número de tarjeta")):
        with override(lang), pytest.raises(ValidationError, match=words):
            fields.WordsField(200).clean(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_telephone_numbers_and_ids_are_not_taken_for_cards(text):
    assert fields.WordsField(200).clean(text) == text


@pytest.mark.parametrize(
    "text", ["503-555-0123", "+1 503 555 0123", "+5215512345678", "(503) 555-0123 x4111"]
)
def test_telephone_numbers_pass(text):
    assert fields.PhoneField().clean(text) == text
