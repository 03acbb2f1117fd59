"""Patients are found and listed."""

from needlepoint.records.models import Patient


def test_patients_are_listed_page_by_page_in_the_order_asked_for(signed_in, clinic):
    born = [row.birth_date for row in Patient.objects.order_by("birth_date", "pk")]
    shown = signed_in.get("/patients/?sort=born").context["everyone"]
    assert [row.birth_date for row in shown] == born[:25]
    for odd in ("?sort=password", "?page=-3", "?page=9999", "?page=x"):
        assert signed_in.get(f"/patients/{odd}").status_code == 200
