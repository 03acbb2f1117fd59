"""Make the demo: practice, patients and episodes, saved in batches."""

from __future__ import annotations

import datetime
import random

from django.db import transaction
from django.utils import timezone

from needlepoint.records.demo.clinic import ZONE, DemoPractice, make_practice
from needlepoint.records.demo.episodes import story_of
from needlepoint.records.demo.people import lists_of, make_person
from needlepoint.records.models import (
    Episode,
    Patient,
    PatientListItem,
    PatientToken,
    Site,
    Visit,
)
from needlepoint.records.patients.patients import tokens_of

BATCH = 2000


@transaction.atomic
def make_demo(patients: int = 200, seed: int = 1, today: datetime.date | None = None) -> int:
    """Make a practice with this many patients; return the number of episodes. The same seed makes the same people."""
    rng = random.Random(seed)
    day = today or timezone.localdate(timezone=ZONE)
    place = make_practice(day)
    made = 0
    for start in range(0, patients, BATCH):
        made += _patients(rng, place, start, min(BATCH, patients - start), day)
    return made


def _patients(rng: random.Random, place: DemoPractice, start: int, count: int, day: datetime.date) -> int:
    people = [make_person(rng, place.practice, start + n) for n in range(count)]
    Patient.objects.bulk_create(people)
    PatientToken.objects.bulk_create(
        (
            PatientToken(patient=person, practice=place.practice, token=token)
            for person in people
            for token in tokens_of(person)
        ),
        batch_size=5000,
    )
    PatientListItem.objects.bulk_create(
        (row for person in people for row in lists_of(rng, person)), batch_size=5000
    )
    stories = [story_of(rng, place, person, start + n, day) for n, person in enumerate(people)]
    Episode.objects.bulk_create([story.episode for story in stories])
    Visit.objects.bulk_create([row for story in stories for row in story.visits], batch_size=2000)
    Site.objects.bulk_create((site for story in stories for site in story.sites), batch_size=5000)
    return len(stories)
