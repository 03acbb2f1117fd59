"""The consent: signed by a drawn line or a typed name; what is missing is shown at its field and nothing is lost."""

import pytest

from needlepoint.records.models import Consent
from needlepoint.records.notes.sign import draft_note
from needlepoint.records.visit.act import act
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from needlepoint.visit import Spot, commands
from tests.kit.visits import ALL_SIGNS, SPOT, inject, treated
from tests.pages.kit import Action, says

CONSENT = Action("visit-consent", {"signed_by": "Alma O. Person", "signature": "M1,1L5,5"})
pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(doctor, visit):
    act(doctor, visit.pk, commands.RecordSigns(spot=SPOT, signs=ALL_SIGNS))
    return visit


def test_it_works_and_the_paper_says_when(signed_in, planned):
    assert CONSENT.post(signed_in, planned.pk).status_code == 302
    assert Consent.objects.get(visit=planned).signed_by == "Alma O. Person"


def test_without_a_signature_it_stays_on_the_page_with_what_was_typed(signed_in, planned):
    answer = CONSENT.post(signed_in, planned.pk, signature="")
    says(answer, "Sign in the box", "What you should know", "Not signed yet.")
    assert 'value="Alma O. Person"' in answer.content.decode()
    assert not Consent.objects.filter(visit=planned).exists()


def test_without_a_name_the_drawn_line_stays(signed_in, planned):
    answer = CONSENT.post(signed_in, planned.pk, signed_by="")
    says(answer, "This field is required.")
    assert 'value="M1,1L5,5"' in answer.content.decode()


def test_a_signature_that_is_no_line_is_refused_in_place(signed_in, planned):
    says(CONSENT.post(signed_in, planned.pk, signature="<script>"), "What you should know")


def test_the_refusal_is_in_the_language_of_the_patient(signed_in, planned):
    planned.patient.language = "es"
    planned.patient.save()
    says(CONSENT.post(signed_in, planned.pk, signature=""), "Firme en el recuadro")


def test_a_consent_is_signed_by_name_where_no_line_can_be_drawn(signed_in, doctor, visit):
    act(doctor, visit.pk, commands.RecordSigns(spot=SPOT, signs=ALL_SIGNS))
    refused = signed_in.post(f"/visits/{visit.pk}/consent/", {"signed_by": "A. Person"})
    assert refused.status_code == 422
    signed_in.post(f"/visits/{visit.pk}/consent/", {"signed_by": "A. Person", "typed": "on"})
    consent = Consent.objects.get()
    assert (consent.signed_by, consent.signature) == ("A. Person", "")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_note_says_which_treated_site_the_signed_paper_does_not_list(doctor, visit, language):
    visit.patient.language = language
    visit.patient.save()
    treated(doctor, visit)
    now = full(visit.pk, visit.practice_id)
    assert not any(row.id == "consent_unlisted" for row in draft_note(now, think(now)).sentences)
    added = Spot("levator_scapulae", "right")
    act(doctor, visit.pk, commands.RecordSigns(spot=added, signs=ALL_SIGNS))
    inject(doctor, visit, added, "0.5")
    now = full(visit.pk, visit.practice_id)
    (said,) = [row.text for row in draft_note(now, think(now)).sentences if row.id == "consent_unlisted"]
    assert said == "The signed consent does not list a treated site: right levator scapulae."
