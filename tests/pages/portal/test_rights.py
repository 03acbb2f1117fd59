"""Who gets in where: links, codes, accounts, helpers, tablets, and everybody who should not."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, get_resolver

from needlepoint.records.models import (
    Visit,
)


def test_every_page_of_a_patient_is_shut_to_strangers_and_staff(client, clinic, doctor, ahead):
    paths = [
        "/me/", "/me/book/", "/me/messages/", "/me/people/", "/me/settings/", "/me/access/", "/me/bills/",
        "/me/sessions/",
        "/me/trend.svg",
        "/me/my-data.pdf", "/me/my-data.fhir.json",
        *(f"/me/visits/{ahead.pk}/{rest}" for rest in ("", "price/", "estimate.pdf", "why/", "aftercare/", "note.pdf",
          "booked/", "visit.ics",
          "drawing.svg", "intake/", "intake/where/", "intake/warning/", "intake/names/medicines/")),
    ]  # fmt: skip
    for path in paths:
        assert client.get(path).status_code == 302, path
    client.force_login(doctor.user, backend="django.contrib.auth.backends.ModelBackend")
    for path in paths:
        assert client.get(path).status_code == 403, path  # and not round and round to the door


def test_no_address_for_patients_was_forgotten_above():
    def names(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from names(pattern.url_patterns, prefix + str(pattern.pattern))
            elif isinstance(pattern, URLPattern):
                yield prefix + str(pattern.pattern)

    mine = [path for path in names(get_resolver().url_patterns) if path.startswith("me/")]
    assert len(mine) == 34  # a new one belongs into the test above, or into one of its own for POST


def test_nobody_sees_anybody_elses(me, patient, elsewhere, clinic):
    other = Visit.objects.exclude(patient=patient).filter(practice=clinic).first()
    for visit in (other, elsewhere):
        for rest in (
            "",
            "price/",
            "why/",
            "aftercare/",
            "note.pdf",
            "booked/",
            "visit.ics",
            "intake/where/",
            "intake/",
        ):
            assert me.get(f"/me/visits/{visit.pk}/{rest}").status_code == 404
        assert me.post(f"/me/visits/{visit.pk}/intake/story/", {"began": "days"}).status_code == 404
        assert me.post(f"/me/visits/{visit.pk}/intake/hand-in/").status_code == 404
