"""How sites and numbers are printed in a template."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import gettext_lazy as _

from needlepoint.anatomy import load_atlas
from needlepoint.base.wording import number
from needlepoint.documents.notes.write import place as name_of
from needlepoint.pages.visit.content.board import lang_of
from needlepoint.records.models import Site

register = template.Library()


@register.simple_tag
def place(site: Site) -> str:
    """Return a muscle with its side in the reader's language."""
    return name_of(site.muscle, site.side, lang_of())


@register.simple_tag
def muscle_names() -> list[str]:
    """Every muscle of the atlas by its name in the reader's language, in alphabetical order."""
    spanish = lang_of() == "es"
    return sorted(row.name_es if spanish else row.name for row in load_atlas().muscles.values())


SECTIONS = {
    "identity": _("Clinician and place"),
    "complaint": _("Complaint"),
    "history": _("History"),
    "examination": _("Examination"),
    "assessment": _("Assessment"),
    "procedure": _("Procedure"),
    "response": _("Response"),
    "coding": _("Codes"),
    "plan": _("Plan"),
}


@register.filter
def section_title(section: str) -> str:
    """The heading of a section of the note."""
    return str(SECTIONS.get(section, ""))


@register.filter
def word(words: dict[str, str], name: str) -> str:
    """Return the words for an identifier; the identifier without its underscores if there are none."""
    return words.get(name) or name.replace("_", " ")


@register.filter
def plain_number(value: Decimal | int | None) -> str:
    """Return a number in plain digits without trailing zeros; '' for None."""
    return "" if value is None else number(value)
