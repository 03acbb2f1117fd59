"""The cash list: payments and refunds of a location since the last close."""

import pytest

from needlepoint.records.billing.cash import close_day
from needlepoint.records.billing.ledger import void_entry
from needlepoint.records.models import Location
from tests.pages.billing.kit import as_member, member, paid
from tests.pages.kit import Action, of_roles, words_of

PAGE = Action("billing-cash")


@pytest.fixture
def desk(client, clinic):
    return as_member(client, "desk")


def test_it_adds_up_by_how_it_was_paid(desk, patient):
    paid(patient, "25")
    paid(patient, "40", method="check", reference="1043")
    paid(patient, "100", method="card", reference="A1")
    void_entry(member("biller"), paid(patient, "7").pk, "typed twice")
    said = words_of(desk.get(PAGE.url()))
    for words in (
        "cash $25.00",
        "check $40.00",
        "card terminal $100.00",
        "In the drawer $65.00",
        "typed twice",
    ):
        assert words in said


def test_a_closed_list_is_empty_and_the_other_location_has_its_own(desk, patient, doctor):
    row = paid(patient)
    close_day(doctor, row.location, row.amount, "")
    assert "No payments since the last close." in words_of(desk.get(PAGE.url()))
    other = Location.objects.create(practice=doctor.practice, name="Annex", state="NY")
    paid(patient)
    assert "No payments since the last close." in words_of(desk.get(PAGE.url() + f"?location={other.pk}"))


def test_it_asks_the_same_few_questions_of_the_database(desk, patient, django_assert_num_queries):
    paid(patient)
    desk.get(PAGE.url())
    with django_assert_num_queries(8) as first:
        desk.get(PAGE.url())
    for _ in range(20):
        paid(patient)
    with django_assert_num_queries(len(first)):
        desk.get(PAGE.url())


def test_another_role_is_refused(signed_in, doctor):
    of_roles(doctor, "clinician")
    assert signed_in.get(PAGE.url()).status_code == 403
