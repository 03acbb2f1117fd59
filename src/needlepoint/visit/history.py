"""The changes of one command, part by part; and restoring a visit to before them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from needlepoint.visit.facts import Facts, PainHistory, Site, Spot, Visit

__all__ = ["HISTORY", "ChangedValue", "difference", "put_back"]

HISTORY = "history."
COLUMNS = ("state", "room", "arrived_at", "starts_at", "minutes", "clinician", "place", "moved")


class ChangedValue(msgspec.Struct, frozen=True):
    """One changed part, as plain values: a column, a field of facts or history, or a site (None: absent).

    `index`: its previous position among the sites.
    """

    where: str
    before: Any
    after: Any
    spot: Spot | None = None
    index: int | None = None


def difference(before: Visit, after: Visit) -> tuple[ChangedValue, ...]:
    """Return every part in which two states of one visit differ."""
    parts = [
        ChangedValue(name, _plain(getattr(before, name)), _plain(getattr(after, name)))
        for name in COLUMNS
        if getattr(before, name) != getattr(after, name)
    ]
    parts += [
        ChangedValue(f"facts.{name}", _plain(getattr(before.facts, name)), _plain(getattr(after.facts, name)))
        for name in Facts.__struct_fields__
        if getattr(before.facts, name) != getattr(after.facts, name)
    ]
    parts += [
        ChangedValue(
            f"{HISTORY}{name}", _plain(getattr(before.history, name)), _plain(getattr(after.history, name))
        )
        for name in PainHistory.__struct_fields__
        if getattr(before.history, name) != getattr(after.history, name)
    ]
    spots = dict.fromkeys(site.spot for site in (*before.sites, *after.sites))
    for spot in spots:
        old, new = before.site(spot), after.site(spot)
        if old != new:
            index = None if old is None else before.sites.index(old)
            parts.append(ChangedValue("site", _plain(old), _plain(new), spot, index))
    return tuple(parts)


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)


def put_back(visit: Visit, parts: Sequence[ChangedValue]) -> Visit:
    """Return the visit with each of these parts as before."""
    for part in parts:
        if part.spot is not None:
            visit = _put_back_site(visit, part.spot, part)
        elif part.where.startswith("facts."):
            name = part.where.removeprefix("facts.")
            visit = replace(visit, facts=replace(visit.facts, **{name: _facts_value(name, part.before)}))
        elif part.where.startswith(HISTORY):
            known = {part.where.removeprefix(HISTORY): part.before}
            changes = {name: getattr(msgspec.convert(known, PainHistory), name) for name in known}
            visit = replace(visit, history=replace(visit.history, **changes))
        else:
            visit = replace(visit, **{part.where: _column_value(part.where, part.before)})
    return visit


def _put_back_site(visit: Visit, spot: Spot, part: ChangedValue) -> Visit:
    old = None if part.before is None else msgspec.convert(part.before, Site)
    if old is None:
        return replace(visit, sites=tuple(site for site in visit.sites if site.spot != spot))
    if visit.site(spot) is None:
        index = len(visit.sites) if part.index is None else part.index
        return replace(visit, sites=(*visit.sites[:index], old, *visit.sites[index:]))
    return replace(visit, sites=tuple(old if site.spot == spot else site for site in visit.sites))


def _facts_value(name: str, plain: Any) -> Any:
    return getattr(msgspec.convert({name: plain}, Facts), name)


def _column_value(name: str, plain: Any) -> Any:
    shape = {field.name: field.type for field in msgspec.structs.fields(Visit)}[name]
    return msgspec.convert(plain, shape)
