"""The letter to the referring doctor: from the signed note only, kept as it was made, audited, in both languages."""

import pytest
from django.urls import reverse

from needlepoint.fhir.bundle import bundle_of
from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Patient, Practice, ReferralLetter
from needlepoint.records.notes.sign import amend, sign_note
from needlepoint.records.values import ReferringDoctor
from tests.kit.visits import ready
from tests.pages.kit import Action, of_roles, says, words_of

LETTER = Action("visit-letter")
DOCTOR = ReferringDoctor(name="Dr. Rita Refers", address="5 Invented Street\nAlbany, NY 12207")
pytestmark = pytest.mark.django_db


def referred(visit):
    Patient.objects.filter(pk=visit.patient_id).update(referrer=DOCTOR)


def signed(doctor, visit, lang="en"):
    Practice.objects.filter(pk=visit.practice_id).update(language=lang)
    return sign_note(doctor, visit.pk, ready(doctor, visit), lang)


def test_the_page_shows_sentences_of_the_signed_note_and_makes_the_letter(signed_in, doctor, visit):
    referred(visit)
    note = signed(doctor, visit)
    amend(doctor, visit.pk, "The lab called.")
    page = words_of(signed_in.get(LETTER.url(visit.pk)))
    for said in ("Dr. Rita Refers", "Reason for the visit", "Findings", "Treatment", "Outcome", "Plan"):
        assert said in page
    done = next(row.text for row in note.sentences if row.id == "site")
    assert done in page
    answer = LETTER.post(signed_in, visit.pk, asked="Please check the vitamin D level.")
    letter = ReferralLetter.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("letter-pdf", args=[letter.pk])
    paper = signed_in.get(answer["Location"])
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content == bytes(letter.pdf)
    assert (letter.to, letter.asked, letter.by) == (DOCTOR, "Please check the vitamin D level.", doctor)
    audited = set(AuditEvent.objects.values_list("what", flat=True))
    assert {f"letter {letter.pk} about visit {visit.pk} to Dr. Rita Refers", f"letter {letter.pk}"} <= audited


def test_a_letter_of_an_unsigned_visit_is_refused(signed_in, doctor, visit):
    referred(visit)
    ready(doctor, visit)
    says(signed_in.get(LETTER.url(visit.pk)), "A letter is made from a signed note.")
    assert not ReferralLetter.objects.exists()


def test_without_a_referring_doctor_no_letter_is_made_and_the_page_says_where_to_enter_one(
    signed_in, doctor, visit
):
    signed(doctor, visit)
    says(
        LETTER.post(signed_in, visit.pk, asked=""),
        "No referring doctor is on file.",
        "Enter name and address",
    )
    assert not ReferralLetter.objects.exists()


def test_it_asserts_nothing_that_the_signed_note_does_not_say(signed_in, doctor, visit):
    referred(visit)
    note = signed(doctor, visit)
    said = {row.text for row in note.sentences}
    from needlepoint.documents.notes.letter import letter_parts

    for part in letter_parts(note.sentences, "en"):
        left = part.text
        for text in sorted(said, key=len, reverse=True):
            left = left.replace(text, "")
        assert not left.strip()


def test_a_spanish_practice_writes_in_spanish(signed_in, doctor, visit):
    referred(visit)
    signed(doctor, visit, "es")
    page = words_of(signed_in.get(LETTER.url(visit.pk)))
    assert "Motivo de la consulta" in page
    assert LETTER.post(signed_in, visit.pk, asked="").status_code == 302


def test_who_does_not_sign_makes_no_letter(signed_in, doctor, visit):
    referred(visit)
    signed(doctor, visit)
    of_roles(doctor, "assistant")
    assert LETTER.post(signed_in, visit.pk, asked="").status_code == 403


def test_it_is_in_the_download_as_a_document(signed_in, doctor, visit):
    referred(visit)
    signed(doctor, visit)
    LETTER.post(signed_in, visit.pk, asked="")
    entries = bundle_of(Patient.objects.get(pk=visit.patient_id), visit.starts_at).entry
    assert f"letter-{ReferralLetter.objects.get().pk}" in {row.resource.id for row in entries}


def test_the_doctor_is_entered_with_the_patients_details(signed_in, visit):
    page = signed_in.get(f"/patients/{visit.patient_id}/edit/").content.decode()
    assert 'name="referrer_name"' in page
    assert 'name="referrer_address"' in page
