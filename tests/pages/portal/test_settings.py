"""How to be reached, what makes a visit easier, the language."""

from __future__ import annotations

from needlepoint.records.outbox.queue import wanted


def test_what_is_chosen_is_saved(me, patient):
    sent = {"email": "on", "needs": ["interpreter"], "language": "es", "timezone": "America/Denver"}
    assert me.post("/me/settings/", sent).status_code == 302
    patient.refresh_from_db()
    assert (patient.language, patient.timezone, tuple(patient.needs)) == (
        "es",
        "America/Denver",
        ("interpreter",),
    )
    assert wanted(patient, "email")
    page = me.get("/me/settings/").content.decode()
    assert page.count("checked") == 2
    assert page.count("selected") == 2


def test_what_the_page_does_not_offer_changes_nothing(me, patient):
    before = (patient.language, patient.timezone, patient.needs)
    for odd in (
        {"language": "xx"},
        {"language": "en", "timezone": "Mars/Base"},
        {"language": "en", "needs": ["x"]},
    ):
        assert me.post("/me/settings/", odd).status_code == 422
    patient.refresh_from_db()
    assert (patient.language, patient.timezone, patient.needs) == before
