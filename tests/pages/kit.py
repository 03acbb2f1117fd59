"""One address that takes a POST, and what is checked for every such address: role, foreign practice, bad input, GET."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import translation

from needlepoint.records.models import Staff, Visit

HTMX = {"HX-Request": "true"}
# No field path, id, parser error or inner word is ever read by a person.
INNER = re.compile(r"\b(got|expected) |RFC ?3339|Traceback|\b[a-z]+\.[a-z_]+: |\[\d+\]|'[a-z]+_[a-z_]+'")


@dataclass(frozen=True)
class Action:
    """An address by its name, and what a person sends there when all is well."""

    name: str
    sent: dict[str, object] = field(default_factory=dict)

    def url(self, *ids):
        return reverse(self.name, args=ids)

    def post(self, client, *ids, htmx=False, **sent):
        """Send what is well, with changes; None leaves a field out."""
        fields = {key: value for key, value in {**self.sent, **sent}.items() if value is not None}
        return client.post(self.url(*ids), fields, headers=HTMX if htmx else {})

    def on(self, client, visit, htmx=True, **sent):
        """The same on a visit, in the version that stands now."""
        version = Visit.objects.get(pk=visit.pk).version
        return self.post(client, visit.pk, htmx=htmx, **{"version": version, **sent})


def of_roles(staff, *roles, profession=None):
    """The member of the staff with these roles only."""
    changes = {"roles": list(roles)} | ({} if profession is None else {"profession": profession})
    Staff.objects.filter(pk=staff.pk).update(**changes)


def words_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def says(answer, *words, status=422):
    """A refusal in plain words, with its status."""
    said = words_of(answer)
    assert answer.status_code == status, said
    for word in words:
        assert word in said, said
    assert not INNER.search(said), said
    return said


def in_spanish(client):
    """The same client in Spanish."""
    client.cookies["django_language"] = "es"
    translation.deactivate()
    return client
