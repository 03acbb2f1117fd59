"""What the tests of the patients' actions share."""

from __future__ import annotations

import html
import re


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
