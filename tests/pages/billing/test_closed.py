"""A closed list is shown as it was."""

from decimal import Decimal

from needlepoint.records.billing.cash import close_day
from tests.pages.billing.kit import as_member, paid
from tests.pages.kit import Action, of_roles, words_of

PAGE = Action("billing-closed")


def test_it_shows_count_difference_and_entries(client, patient, doctor):
    row = paid(patient)
    found = close_day(doctor, row.location, Decimal(20), "change given wrong")
    paid(patient, "99")
    said = words_of(as_member(client, "desk").get(PAGE.url(found.pk)))
    for words in ("Counted $20.00", "Difference", "-$5.00", "change given wrong", "R-000001"):
        assert words in said
    assert "$99.00" not in said


def test_another_role_or_practice_gets_none(client, patient, doctor, elsewhere):
    row = paid(patient)
    found = close_day(doctor, row.location, row.amount, "")
    of_roles(elsewhere.clinician, "owner")
    client.force_login(elsewhere.clinician.user)
    assert client.get(PAGE.url(found.pk)).status_code == 404
    of_roles(doctor, "clinician")
    client.force_login(doctor.user)
    assert client.get(PAGE.url(found.pk)).status_code == 403
