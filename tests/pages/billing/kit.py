"""What tests of money begin with."""

from decimal import Decimal

from needlepoint.cost.ledger import Entry
from needlepoint.records.billing.ledger import take_payment
from needlepoint.records.models import Location, Staff


def member(username):
    return Staff.objects.get(user__username=username)


def as_member(client, username):
    client.force_login(member(username).user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def paid(patient, amount="25.00", visit=None, **fields):
    """A payment that the desk took."""
    entry = Entry(
        **{"kind": "payment", "amount": Decimal(amount), "purpose": "copay", "method": "cash"} | fields
    )
    place = Location.objects.filter(practice_id=patient.practice_id).earliest("pk")
    return take_payment(member("desk"), patient, place, entry, visit)
