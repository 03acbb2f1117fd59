"""A visit's rows as the core's value, and the value back into its rows. The only writer of these rows."""

from __future__ import annotations

import msgspec

from needlepoint.records.models import Episode, Site, Visit
from needlepoint.visit import facts as core

__all__ = ["fill", "site_row", "store", "visit_of"]


def visit_of(row: Visit) -> core.Visit:
    """Return the core's visit.

    `row` comes with its practice and episode; its sites are loaded once (prefetched or not).
    """
    sites = sorted(row.sites.all(), key=lambda site: site.pk)
    return core.Visit(
        zone=row.practice.timezone,
        starts_at=row.starts_at,
        minutes=row.minutes,
        clinician=row.clinician_id,
        place=row.location_id,
        state=core.State(row.state),
        room=row.room,
        arrived_at=row.arrived_at,
        moved=row.moved,
        facts=row.facts,
        history=_history_of(row.episode),
        sites=tuple(_site_of(site) for site in sites),
    )


def _history_of(row: Episode) -> core.PainHistory:
    return core.PainHistory(began_on=row.began_on, prior_care=row.prior_care)


def _site_of(row: Site) -> core.Site:
    return core.Site(
        spot=core.Spot(row.muscle, row.side, row.point),
        signs=row.signs,
        planned=row.planned,
        volume_ml=row.volume_ml,
        given=row.given,
        withdrawn=row.withdrawn,
    )


def site_row(visit: Visit, site: core.Site) -> Site:
    """Return a new row for a site, not saved yet."""
    return Site(visit=visit, **_site_fields(site), **site.spot._asdict())


def _site_fields(site: core.Site) -> dict[str, object]:
    names = ("signs", "planned", "volume_ml", "given", "withdrawn")
    return {name: getattr(site, name) for name in names}


def fill(row: Visit, visit: core.Visit) -> None:
    """Set the row's columns from the visit; nothing is saved."""
    row.starts_at, row.minutes, row.moved = visit.starts_at, visit.minutes, visit.moved
    row.clinician_id, row.location_id = visit.clinician, visit.place
    row.state, row.room, row.arrived_at = visit.state.value, visit.room, visit.arrived_at
    row.facts = visit.facts


def store(row: Visit, before: core.Visit, after: core.Visit) -> None:
    """Write the differences into the rows, as the next version."""
    fill(row, after)
    # As it would be loaded again: the caller must not see a number in another form than stored.
    row.facts = msgspec.json.decode(msgspec.json.encode(after.facts), type=core.Facts)
    row.version += 1
    row.save()
    if after.history != before.history:
        _store_history(row.episode, after.history)
    for spot in {site.spot for site in before.sites} - {site.spot for site in after.sites}:
        row.sites.filter(**spot._asdict()).delete()
    rows = {core.Spot(site.muscle, site.side, site.point): site for site in row.sites.all()}
    for site in after.sites:
        if site != before.site(site.spot):
            _store_site(rows.get(site.spot) or Site(visit=row, **site.spot._asdict()), site)


def _store_history(row: Episode, history: core.PainHistory) -> None:
    """Write the history into the episode, which was loaded under its lock."""
    row.began_on, row.prior_care = history.began_on, history.prior_care
    row.save(update_fields=["began_on", "prior_care"])


def _store_site(row: Site, site: core.Site) -> None:
    """Write a site into its row, which is new or was loaded under the visit's lock."""
    fields = _site_fields(site)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields) if row.pk else None)
