"""The signed note."""

from __future__ import annotations

import hashlib

from needlepoint.records.models import (
    Visit,
)


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
