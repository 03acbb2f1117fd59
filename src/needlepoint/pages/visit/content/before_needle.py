"""What the board shows until the first needle is allowed: what is missing, and what a time-out confirms."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext

from needlepoint.documents.notes.bedside import injected
from needlepoint.documents.notes.write import place
from needlepoint.pages.refusals import plain_words
from needlepoint.pages.visit.content.page import BeforeNeedle, BoardHeader
from needlepoint.pages.visit.content.statements import SafetyFact
from needlepoint.records.visit.rows import visit_of
from needlepoint.visit.before_needle import NO_CONSENT, hold, planned_spots, without_time_out
from needlepoint.visit.facts import Spot, Visit

__all__ = ["before_needle"]

CONFIRMED = ("allergy", "thinner")


def before_needle(head: BoardHeader) -> BeforeNeedle:
    """Return why no needle is allowed yet, if so, and what is confirmed aloud."""
    visit, plan = visit_of(head.visit), head.plan
    spots = tuple(spot for spot in planned_spots(plan) if not _given(visit, spot))
    found = hold(visit, plan, spots, _signed(head)) if plan and spots else None
    open_ = without_time_out(visit, spots, plan.chosen if plan else None)
    checked = visit.facts.checked
    return BeforeNeedle(
        confirms_clear=checked.given is None and checked.local is None,
        hold=" ".join(plain_words(found)) if found else "",
        needs_consent=found is NO_CONSENT,
        confirm=tuple(_confirm(head, open_)) if found else (),
    )


def _given(visit: Visit, spot: Spot) -> bool:
    site = visit.site(spot)
    return site is not None and site.given is not None


def _signed(head: BoardHeader) -> tuple[str, ...]:
    return tuple(row.technique for row in head.visit.consents.all() if row.voided_at is None)


def _confirm(head: BoardHeader, spots: tuple[Spot, ...]) -> Iterator[tuple[str, str]]:
    born = date_format(head.patient.birth_date, "DATE_FORMAT")
    yield gettext("Patient"), f"{head.patient.name}, {born}"
    if head.plan is not None:
        chosen = head.plan.chosen
        what = injected(chosen.technique, chosen.drug or "", chosen.concentration_percent, head.lang)
        yield gettext("Procedure"), what
    yield gettext("Consent"), gettext("Signed")
    yield gettext("Side and sites"), "; ".join(place(spot.muscle, spot.side, head.lang) for spot in spots)
    for slot in head.slots:
        if slot.id in CONFIRMED:
            yield str(slot.label), _words(slot)


def _words(slot: SafetyFact) -> str:
    if slot.rows:
        return ", ".join(slot.rows)
    return gettext("not recorded") if slot.known is None else gettext("none")
