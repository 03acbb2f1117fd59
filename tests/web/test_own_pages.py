"""A patient's own pages: what is shown, kept, priced, and taken along."""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal

import pytest
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle

from needlepoint.documents.leaflets.questions import SECTIONS
from needlepoint.guard.models import AuditEvent, User
from needlepoint.records.billing.prices import give_due, is_insured, start_estimate
from needlepoint.records.models import (
    Access,
    GivenEstimate,
    Listed,
    Message,
    Outgoing,
    Service,
    Task,
    Visit,
    Waiting,
)
from needlepoint.records.patients.export import my_data, my_data_pdf
from needlepoint.records.portal.intake import answer, hand_in, set_signs, set_where
from needlepoint.records.values import NamedInsurance
from tests.leaflets.reading import SIXTH, grade
from tests.web.outside import HEALTHY, photo, text_of
from tests.web.visits import given_row, with_pain


def test_a_helper_sees_until_the_patient_ends_it(client, me, patient):
    me.post("/me/people/", {"email": "help@example.org", "named": "My <b>daughter</b>"})
    row = Access.objects.get(relation="proxy")
    assert Outgoing.objects.filter(kind="invited", to="help@example.org").count() == 1
    assert "&lt;b&gt;" in me.get("/me/people/").content.decode()
    helper = client.__class__()
    helper.force_login(User.objects.get(pk=row.user_id), backend="django.contrib.auth.backends.ModelBackend")
    assert helper.get("/me/").status_code == 200
    assert helper.post("/me/people/", {"email": "more@example.org", "named": "More"}).status_code == 404
    assert AuditEvent.objects.filter(who="proxy", patient_id=patient.pk).exists()
    me.post("/me/people/", {"end": str(row.pk)})
    assert helper.get("/me/").status_code == 403


def test_own_pages_ask_the_same_few_questions_of_the_database(me, patient, django_assert_max_num_queries):
    seed = Visit.objects.filter(patient=patient).first()
    Visit.objects.bulk_create(
        Visit(
            practice=seed.practice, location=seed.location, patient=patient, episode=seed.episode, state="done",
            clinician=seed.clinician, starts_at=seed.starts_at - datetime.timedelta(days=n), facts=with_pain(5),
        )
        for n in range(300)
    )  # fmt: skip
    me.get("/me/")
    with django_assert_max_num_queries(12):
        page = me.get("/me/").content.decode()
    assert page.count("visit-card") <= 41


def test_words_with_the_practice(me, patient, signed_in_apart):
    assert me.post("/me/messages/", {"text": "When may I swim? <script>"}).status_code == 302
    assert Task.objects.filter(patient=patient, title="Message from the patient").count() == 1
    signed_in_apart.post(f"/patients/{patient.pk}/reply/", {"text": "Tomorrow."})
    page = me.get("/me/messages/").content.decode()
    assert "Tomorrow." in page
    assert "&lt;script&gt;" in page
    assert Outgoing.objects.filter(patient=patient, kind="paper", words__target="/me/messages/").count() == 1
    assert me.post("/me/messages/", {"text": " "}).status_code == 422
    Message.objects.bulk_create(Message(patient=patient, shared=True, text="x") for _ in range(20))
    assert me.post("/me/messages/", {"text": "more"}).status_code == 422
    inner = Message.objects.create(patient=patient, by=None, text="between us", shared=False)
    assert "between us" not in me.get("/me/messages/").content.decode()
    assert inner.pk


def test_everything_to_take_along_is_read_by_another_program(me, patient, ahead):
    visit = Visit.objects.filter(patient=patient, state="done").first()
    Listed.objects.create(patient=patient, kind="allergy", text="latex", reaction="itch")
    Listed.objects.create(patient=patient, kind="condition", text="migraine")
    given_row(visit, "soleus", volume_ml=Decimal("0.5"))
    answer = me.get("/me/my-data.fhir.json")
    assert answer["Content-Type"] == "application/fhir+json"
    bundle = Bundle.model_validate_json(answer.content)
    kinds = {entry.resource.__resource_type__ for entry in bundle.entry}
    assert kinds >= {"Patient", "Encounter", "Procedure", "Observation", "AllergyIntolerance", "Condition"}
    assert me.get("/me/my-data.pdf").content.startswith(b"%PDF")


def test_all_that_was_told_and_sent_is_taken_along(me, patient, ahead):
    set_where(ahead, [{"view": "back", "kind": "point", "points_mm": [[-60, 1400]], "intensity": 6}], 6, 8)
    set_signs(Visit.objects.get(pk=ahead.pk), ["none"])
    answer(Visit.objects.get(pk=ahead.pk), HEALTHY)
    me.post("/me/messages/", {"text": "May I bring my son? \N{PERSON WITH FOLDED HANDS}"})
    me.post(f"/me/visits/{ahead.pk}/intake/card/", {"kind": "card_front", "photo": photo()})
    give_due()
    bundle = Bundle.model_validate_json(me.get("/me/my-data.fhir.json").content)
    rows = [entry.resource for entry in bundle.entry]
    answers = next(row for row in rows if row.__resource_type__ == "QuestionnaireResponse")
    given = {item.text: item.answer[0].valueString for item in answers.item}
    assert "Lift my child." in given.values()
    assert "It pulls." in given.values()
    titles = {row.content[0].attachment.title for row in rows if row.__resource_type__ == "DocumentReference"}
    assert titles >= {"Pain drawing", "Insurance card", "Good faith estimate"}
    assert any(row.__resource_type__ == "Communication" for row in rows)
    told = next(row for row in rows if row.id == f"pain-{ahead.pk}-before")
    assert told.effectiveDateTime < ahead.starts_at  # it was told before, not measured on the day to come
    value = my_data(patient, "en")
    assert [visit["on"] for visit in value["planned"]] == [
        timezone.localtime(ahead.starts_at).date().isoformat()
    ]
    assert value["planned"][0]["figure"].startswith("<svg")
    assert value["words"][0]["text"].startswith("May I bring my son?")
    assert len(value["pictures"]) == len(value["estimates"]) == 1
    for lang in ("en", "es"):  # a letter that the font lacks breaks no paper
        assert my_data_pdf(patient, lang).startswith(b"%PDF")


def test_a_note_is_shared_unless_it_is_withheld(me, patient, doctor, signed_in_apart):
    from needlepoint.records.models import Note

    visit = Visit.objects.filter(patient=patient, state="done").first()
    pdf = b"%PDF-1.7"
    digest = hashlib.sha256(pdf).hexdigest()
    Note.objects.create(visit=visit, sentences=[], record={}, signed_by=doctor, pdf=pdf, sha256=digest)
    assert me.get(f"/me/visits/{visit.pk}/note.pdf").status_code == 200
    signed_in_apart.post(f"/visits/{visit.pk}/withhold/", {"why": "harm to another person"})
    assert me.get(f"/me/visits/{visit.pk}/note.pdf").status_code == 404
    assert "Progress note" not in me.get("/me/my-data.fhir.json").content.decode()


def test_every_read_of_a_patient_stands_in_the_trail(me, patient, ahead):
    before = AuditEvent.objects.filter(patient_id=patient.pk).count()
    for path in (
        "/me/",
        f"/me/visits/{ahead.pk}/",
        f"/me/visits/{ahead.pk}/price/",
        "/me/my-data.pdf",
        "/me/messages/",
    ):
        assert me.get(path).status_code == 200
    events = AuditEvent.objects.filter(patient_id=patient.pk).order_by("pk")[before:]
    assert [(row.who, row.action) for row in events] == [("patient", "read")] * 3 + [
        ("patient", "print"),
        ("patient", "read"),
    ]


def test_the_price_and_the_estimate_in_time(me, patient, ahead):
    row = GivenEstimate.objects.get(visit=ahead)
    assert row.because == "scheduled"
    assert give_due() >= 1
    row.refresh_from_db()
    assert bytes(row.pdf).startswith(b"%PDF")
    assert row.given_at.date() <= row.due_on
    assert me.get(f"/me/visits/{ahead.pk}/estimate.pdf").status_code == 200
    me.post(
        f"/me/visits/{ahead.pk}/price/", {"do": "screen", "people": "2", "income": "20000", "insured": "no"}
    )
    assert "You pay nothing here." in me.get(f"/me/visits/{ahead.pk}/price/").content.decode()
    me.post(f"/me/visits/{ahead.pk}/price/", {"do": "estimate"})
    assert (
        GivenEstimate.objects.filter(visit=ahead, given_at__isnull=False).order_by("-pk").first().total_usd
        == 0
    )


def test_what_the_visits_cost_and_a_place_in_the_line(me, patient):
    page = me.get("/me/bills/").content.decode()
    assert "not a bill" in page
    assert "$" in page
    service = Service.objects.get(technique="wet")
    assert me.post("/me/wait/", {"service": str(service.pk)}).status_code == 302
    row = Waiting.objects.get(patient=patient)
    assert row.offered is not None  # something is free: it is held for them at once
    assert me.post("/me/wait/", {"service": "999999"}).status_code == 404
    assert me.post("/me/wait/", {"service": "x"}).status_code == 404


def test_the_why_page_has_a_price_also_without_a_booking(me, patient):
    visit = Visit.objects.filter(patient=patient, state="done").first()
    page = me.get(f"/me/visits/{visit.pk}/why/").content.decode()
    assert "$" in page
    assert "What we are not sure about" in page
    assert me.get(f"/me/visits/{visit.pk}/why/?pdf").content.startswith(b"%PDF")
    assert me.get(f"/me/visits/{visit.pk}/aftercare/?pdf").content.startswith(b"%PDF")


def test_who_has_a_plan_gets_no_good_faith_estimate(patient, ahead):
    patient.payer = "aetna"
    patient.save()
    GivenEstimate.objects.all().delete()
    ahead.refresh_from_db()
    assert start_estimate(Visit.objects.get(pk=ahead.pk), "scheduled") is None


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_patients_pages_are_read_in_the_sixth_grade(me, patient, ahead, lang):
    patient.language = lang
    patient.save()
    me.cookies["django_language"] = lang
    sections = [f"/me/visits/{ahead.pk}/intake/{name}/" for name in SECTIONS]
    for rest in (
        "/me/",
        "/me/settings/",
        "/me/people/",
        "/me/messages/",
        f"/me/visits/{ahead.pk}/price/",
        *sections,
    ):
        text = text_of(me.get(rest))
        assert not text or grade(text, lang) <= SIXTH, (rest, text)


def test_who_names_an_insurance_sees_no_price_that_is_not_theirs(me, patient, ahead):
    path = f"/me/visits/{ahead.pk}/price/"
    assert "You pay about" in me.get(path).content.decode()
    me.post(path, {"do": "insurance", "insurance": "private", "plan": "Example Plan", "member": "EX1"})
    page = me.get(path).content.decode()
    assert "not known yet" in page
    assert "20552" in page  # with what to ask the insurance about
    assert "You pay about" not in page
    patient.refresh_from_db()
    assert patient.told_insurance == NamedInsurance(kind="private", plan="Example Plan", member="EX1")
    assert Task.objects.filter(patient=patient, title__startswith="Insurance named").count() == 1
    me.post(path, {"do": "insurance", "insurance": "medicare", "member": "1EG4TE5MK73"})
    assert "You pay the low price if you have met" in me.get(path).content.decode()
    me.post(path, {"do": "insurance", "insurance": "self"})
    assert "You pay about" in me.get(path).content.decode()
    assert me.post(path, {"do": "insurance", "insurance": "moon"}).status_code == 422


def test_the_intake_names_the_insurance(ahead, patient):
    set_where(ahead, [], 5, 8)
    set_signs(ahead, ["none"])
    answer(ahead, HEALTHY | {"insurance": ["medicaid"], "plan": ["Example Medicaid"], "member": ["M 1"]})
    hand_in(Visit.objects.get(pk=ahead.pk))
    patient.refresh_from_db()
    assert patient.told_insurance == NamedInsurance(kind="medicaid", plan="Example Medicaid", member="M 1")
    assert is_insured(patient)
