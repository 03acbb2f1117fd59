"""Everything on record, to take along."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle

from needlepoint.guard.models import User
from needlepoint.records.billing.prices import give_due
from needlepoint.records.models import (
    AccessGrant,
    MagicLink,
    OneTimeCode,
    PatientListItem,
    Visit,
)
from needlepoint.records.patients.export import my_data, my_data_pdf
from needlepoint.records.portal.intake import answer, set_signs, set_where
from needlepoint.records.portal.magic_links import make_code, make_link
from tests.kit.portal import HEALTHY, photo
from tests.kit.visits import given_row


def test_everything_to_take_along_is_read_by_another_program(me, patient, ahead):
    visit = Visit.objects.filter(patient=patient, state="done").first()
    PatientListItem.objects.create(patient=patient, kind="allergy", text="latex", reaction="itch")
    PatientListItem.objects.create(patient=patient, kind="condition", text="migraine")
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
    for lang in ("en", "es"):  # a character that the font lacks does not break a document
        assert my_data_pdf(patient, lang).startswith(b"%PDF")


@pytest.mark.parametrize("path", ["/me/my-data.pdf", "/me/my-data.fhir.json"])
def test_the_whole_record_needs_a_new_code_after_a_while(me, patient, path):
    assert me.get(path).status_code == 200
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=16)):
        assert me.get("/me/").status_code == 200  # everything else stays open
        answer = me.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/go/")
        assert me.get(answer["Location"]).status_code == 200
        assert me.get(path).status_code == 302
        code, kept = make_code()
        ends = timezone.now() + datetime.timedelta(minutes=9)
        token = me.get(path)["Location"]
        link = MagicLink.objects.latest("pk")
        OneTimeCode.objects.create(link=link, channel="email", code=kept, expires_at=ends)
        assert me.post(token, {"code": code})["Location"] == path
        assert me.get(path).status_code == 200


def test_a_helper_signs_in_again_before_taking_the_record_along(client, patient):
    helper = User.objects.create(username="helper@example.org", email="helper@example.org")
    AccessGrant.objects.create(user=helper, patient=patient, relation="proxy", named="Ana")
    client.force_login(helper, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/me/my-data.pdf").status_code == 200
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=16)):
        answer = client.get("/me/my-data.pdf")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/code/")
        assert client.get("/me/").status_code == 302


@pytest.mark.parametrize("path", ["/me/my-data.pdf", "/me/my-data.fhir.json"])
def test_a_device_of_several_people_needs_a_code_for_each_download(client, patient, path):
    def typed(token, **more):
        code, kept = make_code()
        ends = timezone.now() + datetime.timedelta(minutes=9)
        OneTimeCode.objects.create(
            link=MagicLink.objects.latest("pk"), channel="email", code=kept, expires_at=ends
        )
        return client.post(token, {"code": code} | more)["Location"]

    _, token = make_link("open", patient, None, "/me/")
    assert typed(f"/go/{token}/", shared="on") == "/me/"
    asked = client.get(path)
    assert asked["Location"].startswith("/go/")
    assert client.get(asked["Location"]).status_code == 200
    assert typed(asked["Location"]) == path  # not marked again: the device stays one of several people
    assert client.get(path).status_code == 200
    assert client.get(path)["Location"].startswith("/go/")
    assert client.get("/me/").status_code == 200
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=31)):
        assert client.get("/me/").status_code == 302
