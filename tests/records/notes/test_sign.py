"""From findings to a signed note: what blocks, what is frozen, what may still be added."""

import datetime
import hashlib
from decimal import Decimal

import msgspec
import pytest
from django.utils import timezone

from needlepoint.base.refusal import Refused
from needlepoint.records.models import Consent, Note, Staff, Visit
from needlepoint.records.notes.sign import amend, consent_page, draft_note, sign_consent, sign_note
from needlepoint.records.visit.act import Stale, act
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from needlepoint.visit import commands
from tests.kit.visits import ALL_SIGNS, SPOT, ready, treated


def test_the_note_says_what_was_recorded_and_where_it_stands(doctor, visit):
    ready(doctor, visit)
    now = full(visit.pk, visit.practice_id)
    draft = draft_note(now, think(now))
    text = {sentence.id: sentence for sentence in draft.sentences}
    assert (
        text["site"].text
        == "Left infraspinatus: injection, needle 25 G x 32 mm, 0.5 mL of lidocaine 0.5 %, twitch seen."
    )
    assert text["site"].datum == "session.sites[0]"
    assert text["drug"].text == "Lidocaine 2.5 mg given, 47.5 mg discarded (lot LX100)."
    assert text["after"].text == "Pain right after the last needle: 2 of 10; 60 % relief at once."
    assert text["tolerated"].text == "No reaction was seen."
    assert "A. Person" in text["consent"].text
    assert not draft.blocked


def test_the_note_says_who_treated_where_with_which_license_and_how_it_is_coded(doctor, visit):
    ready(doctor, visit)
    now = full(visit.pk, visit.practice_id)
    text = {sentence.id: sentence.text for sentence in draft_note(now, think(now)).sentences}
    number = doctor.licenses.get(state="NY").number
    assert text["treated_by"] == f"{doctor.name}, physician, NPI {doctor.npi}, license NY {number}."
    assert text["treated_at"].startswith(
        "Example Pain Clinic, Main Street, 1 Example Street, Albany, NY 12207"
    )
    assert f"Chart {visit.patient_id}, visit {visit.pk}" in text["treated_at"]
    assert "20552" in text["codes"]
    assert "1 unit" in text["codes"]
    assert text["coded_diagnoses"].startswith("Diagnoses: M")


def test_a_planned_session_has_no_codes_and_an_expired_license_is_not_named(doctor, visit):
    doctor.licenses.update(expires_on=visit.day - datetime.timedelta(days=1))
    act(doctor, visit.pk, commands.RecordSigns(spot=SPOT, signs=ALL_SIGNS))
    now = full(visit.pk, visit.practice_id)
    text = {sentence.id: sentence.text for sentence in draft_note(now, think(now)).sentences}
    assert "codes" not in text
    assert "license" not in text["treated_by"]


def test_the_note_in_spanish(doctor, visit):
    ready(doctor, visit)
    now = full(visit.pk, visit.practice_id)
    texts = " ".join(sentence.text for sentence in draft_note(now, think(now), "es").sentences)
    assert "0.5 mL de lidocaine al 0.5 %, con respuesta de espasmo" in texts
    assert "No se observó ninguna reacción." in texts


def test_nothing_is_signed_without_a_consent_or_a_site(doctor, visit):
    with pytest.raises(Refused, match="No site is marked"):
        sign_note(doctor, visit.pk, 0)
    version = ready(doctor, visit)
    visit.consents.update(voided_at=timezone.now())
    with pytest.raises(Refused, match="consent"):
        sign_note(doctor, visit.pk, version)
    assert not Note.objects.exists()


def test_a_signed_note_is_frozen_with_its_paper(doctor, visit):
    version = ready(doctor, visit)
    note = sign_note(doctor, visit.pk, version)
    assert bytes(note.pdf).startswith(b"%PDF")
    assert note.sha256 == hashlib.sha256(bytes(note.pdf)).hexdigest()
    assert msgspec.json.decode(note.record)["session"]["sites"][0]["muscle"] == "infraspinatus"
    assert Visit.objects.get(pk=visit.pk).state == "done"
    with pytest.raises(Refused, match="amended"):
        act(doctor, visit.pk, commands.ReportComplaint(pain_now=0))
    with pytest.raises(Refused):
        sign_note(doctor, visit.pk, version)
    assert Note.objects.count() == 1


def test_only_the_clinician_signs_and_only_what_was_shown(doctor, visit):
    version = ready(doctor, visit)
    with pytest.raises(Refused, match="the clinician of the visit"):
        sign_note(Staff.objects.get(name__startswith="Nora"), visit.pk, version)
    with pytest.raises(Stale):
        sign_note(doctor, visit.pk, version - 1)


def test_a_note_is_added_to_and_never_changed(doctor, visit):
    version = ready(doctor, visit)
    note = sign_note(doctor, visit.pk, version)
    note.refresh_from_db()
    before = note.sentences
    amend(doctor, visit.pk, "The left side was meant.")
    note.refresh_from_db()
    assert note.sentences == before
    assert [row.text for row in note.addenda.all()] == ["The left side was meant."]
    with pytest.raises(Refused):
        amend(doctor, visit.pk, "  ")


def test_a_consent_keeps_what_was_shown(doctor, visit):
    ready(doctor, visit)
    row = Consent.objects.get()
    assert row.text.technique == "wet"
    assert row.text.points
    assert row.sha256 == hashlib.sha256(bytes(row.pdf)).hexdigest()


@pytest.mark.parametrize("signature", ["<script>", "M1,1" * 20_000, "url(x)"])
def test_a_signature_is_a_line_and_nothing_else(doctor, visit, signature):
    act(doctor, visit.pk, commands.RecordSigns(spot=SPOT, signs=ALL_SIGNS))
    now = full(visit.pk, visit.practice_id)
    with pytest.raises(Refused, match="drawn line"):
        sign_consent(doctor, visit.pk, "A", signature, consent_page(now, think(now)))


def test_a_license_that_has_run_out_is_none(doctor, visit):
    ready(doctor, visit)
    doctor.licenses.update(expires_on="2020-01-01")
    thought = think(full(visit.pk, visit.practice_id))
    assert thought.episode.clinician.profession is None


def test_a_consent_signed_in_the_evening_is_of_the_practices_day(doctor, visit):
    ready(doctor, visit)
    Consent.objects.update(signed_at=datetime.datetime(2026, 11, 22, 1, tzinfo=datetime.UTC))
    now = full(visit.pk, visit.practice_id)
    said = next(row for row in draft_note(now, think(now)).sentences if row.id == "consent")
    assert "on Nov 21, 2026, 8:00 PM EST after" in said.text


def test_a_consent_without_a_signature_is_none(doctor, visit):
    act(doctor, visit.pk, commands.RecordSigns(spot=SPOT, signs=ALL_SIGNS))
    now = full(visit.pk, visit.practice_id)
    with pytest.raises(Refused, match="Sign in the box"):
        sign_consent(doctor, visit.pk, "A. Person", "", consent_page(now, think(now)))
    assert not Consent.objects.exists()


def test_an_edited_sentence_whose_facts_changed_since_stops_the_signature(doctor, visit):
    treated(doctor, visit)
    now = full(visit.pk, visit.practice_id)
    said = next(row for row in draft_note(now, think(now)).sentences if row.id == "drug")
    key, words = f"{said.id}:{said.datum}", f"{said.text} Diluted with saline."
    act(doctor, visit.pk, commands.EditSentence(key=key, words=words, instead_of=said.text))
    now = full(visit.pk, visit.practice_id)
    assert not draft_note(now, think(now)).blocked
    row = act(doctor, visit.pk, commands.WithdrawInjection(spot=SPOT, why="a different volume was given"))
    row = act(
        doctor, visit.pk, commands.RecordInjection(spot=SPOT, volume_ml=Decimal(1), questions_open=True)
    )
    now = full(visit.pk, visit.practice_id)
    assert "edit_stale" in {gap.id for gap in draft_note(now, think(now)).gaps}
    with pytest.raises(Refused, match="Lidocaine 5 mg given"):
        sign_note(doctor, visit.pk, row.version)
    row = act(doctor, visit.pk, commands.EditSentence(key=key, words=None))
    assert sign_note(doctor, visit.pk, act(doctor, visit.pk, commands.RecordObserved(pain_after=1)).version)
