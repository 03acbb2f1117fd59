"""A noon at which messages may go out, a patient who wants them, and a visit to ask about."""

import datetime

from needlepoint.records.models import Site, Visit
from needlepoint.records.outbox.queue import choose
from tests.kit.visits import given_row, with_pain

NOON = datetime.datetime(2026, 12, 1, 17, tzinfo=datetime.UTC)  # in New York


def say_yes(patient, channel="email"):
    """The patient wants messages."""
    choose(patient, channel, True, "intake")


def injected(patient, muscle="trapezius", when=NOON):
    """A visit with one treated muscle."""
    visit = Visit.objects.filter(patient=patient).order_by("-starts_at").first()
    Visit.objects.filter(pk=visit.pk).update(starts_at=when, facts=with_pain(7))
    Site.objects.filter(visit=visit).delete()
    given_row(visit, muscle, at=when)
    return Visit.objects.select_related("practice", "patient", "episode").get(pk=visit.pk)
