"""What a page shows in its fields it also accepts, in both languages: nobody retypes what is stored."""

import datetime
from decimal import Decimal

import pytest

from tests.pages.kit import in_spanish, says, words_of
from tests.pages.sent_back import forms_of


@pytest.fixture(params=["en", "es"])
def reader(request, signed_in):
    return in_spanish(signed_in) if request.param == "es" else signed_in


def with_field(answer, name):
    return [form for form in forms_of(answer) if name in form]


def test_a_patient_is_saved_unchanged(reader, patient):
    patient.birth_date, patient.weight_kg, patient.height_cm = datetime.date(1970, 5, 14), "61.5", "170.2"
    patient.save()
    [form] = with_field(reader.get(f"/patients/{patient.pk}/edit/"), "birth_date")
    answer = reader.post(f"/patients/{patient.pk}/edit/", form)
    assert answer.status_code == 302, words_of(answer)
    patient.refresh_from_db()
    assert (patient.birth_date, patient.weight_kg) == (datetime.date(1970, 5, 14), Decimal("61.5"))


@pytest.mark.parametrize("part", ["name", "numbers", "texts", "hours", "formulary", "prices"])
def test_each_part_of_the_settings_is_saved_unchanged(reader, clinic, part):
    clinic.hours = {"mon": (datetime.time(8, 30), datetime.time(17))}
    clinic.save()
    before = (clinic.billing, clinic.hours, clinic.fees, clinic.templates, clinic.rules.director)
    [form] = [form for form in with_field(reader.get("/settings/"), "part") if form["part"] == [part]]
    answer = reader.post("/settings/", form)
    assert answer.status_code == 302, words_of(answer)
    clinic.refresh_from_db()
    assert (clinic.billing, clinic.hours, clinic.fees, clinic.templates, clinic.rules.director) == before


@pytest.mark.parametrize("act", ["address", "asking"])
def test_online_booking_is_saved_unchanged(reader, act):
    [form] = [form for form in with_field(reader.get("/settings/outside/"), "do") if form["do"] == [act]]
    answer = reader.post("/settings/outside/", form)
    assert answer.status_code == 302, words_of(answer)
    assert form in with_field(reader.get("/settings/outside/"), "do")


def test_a_cleared_price_stays_cleared(reader, clinic):
    [form] = [form for form in with_field(reader.get("/settings/"), "part") if form["part"] == ["prices"]]
    priced = next(name for name, value in form.items() if name.startswith("price-") and value[0])
    reader.post("/settings/", form | {priced: [""]})
    [again] = [form for form in with_field(reader.get("/settings/"), "part") if form["part"] == ["prices"]]
    assert again[priced] == [""]
    reader.post("/settings/", again)
    clinic.refresh_from_db()
    assert not [row for row in clinic.fees.charge if row.code == priced[6:] and row.to is None]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"slug": "Bad Slug!!"}, "Use lower-case letters"),
        ({"slug": "bad--slug"}, "Use lower-case letters"),
        ({"slug": "example", "phone": "abc"}, "Enter a phone number"),
    ],
)
def test_an_address_or_phone_that_cannot_be_used_is_refused(signed_in, clinic, sent, said):
    says(signed_in.post("/settings/outside/", {"do": "address", **sent}), said)
    clinic.refresh_from_db()
    assert clinic.slug == "example"


def test_a_recall_is_asked_twice(signed_in, clinic):
    shown = words_of(signed_in.get("/stock/"))
    assert "This cannot be undone. Mark this lot as recalled" in shown
