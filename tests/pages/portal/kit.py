"""What the tests of the patients' actions share."""

from __future__ import annotations

import html
import re

from django.utils import timezone

from needlepoint.records.models import Task, Visit
from needlepoint.records.outbox.queue import choose
from needlepoint.records.portal.checkins import schedule
from tests.kit.visits import given_row, with_pain

HEART = "Crushing chest pain when I climb stairs, going to my left arm"
LIFE = "I want to end my life"
LOW_BACK = [{"view": "back", "kind": "point", "points_mm": [[-60, 1050]], "intensity": 6}]
BOTH = "Chest pain going down my left arm, and I want to kill myself"


def fault_at(page, name):
    """What the page says is wrong at a field, '' for nothing."""
    text = page.content.decode()
    found = re.search(rf'id="id_{name}_error"[^>]*>(.*?)</p>', text, re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", found[1]).split())) if found else ""


def typed_in(page, words):
    """Whether what was typed is still on the page."""
    return words in html.unescape(page.content.decode())


def in_spanish(client, patient):
    """The same browser, once the patient reads Spanish."""
    patient.language = "es"
    patient.save()
    client.cookies["django_language"] = "es"
    return client


def fresh(visit):
    """The visit as it is stored now."""
    return Visit.objects.get(pk=visit.pk)


def titles(patient):
    """The titles of the urgent tasks about the patient."""
    return [task.title for task in Task.objects.filter(patient=patient, urgent=True).order_by("pk")]


def treated(patient, muscle="soleus"):
    """A visit that was treated this noon, and its first follow-up survey."""
    visit = Visit.objects.filter(patient=patient, state="done").order_by("-pk").first()
    visit.starts_at, visit.facts = timezone.now(), with_pain(6)
    visit.save()
    visit.sites.all().delete()
    given_row(visit, muscle, at=timezone.now())
    choose(patient, "email", True, "intake")
    return schedule(fresh(visit))
