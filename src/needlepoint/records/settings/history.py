"""The history of the settings: each change with what was before and after, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.db.models import QuerySet

from needlepoint.cost.fees import Fees
from needlepoint.records.models import License, Location, Practice, SettingsChange, Staff
from needlepoint.records.values import ChangedSetting

__all__ = ["differences", "history_of", "keep_change", "license_words"]

MOST_WORDS = 200


def keep_change(
    by: Staff,
    parts: Iterable[tuple[str, str, str]],
    staff: Staff | None = None,
    location: Location | None = None,
) -> None:
    """Keep what really changed; nothing where nothing did."""
    changed = tuple(
        ChangedSetting(name, before[:MOST_WORDS], after[:MOST_WORDS])
        for name, before, after in parts
        if before != after
    )
    if changed:
        SettingsChange.objects.create(
            practice_id=by.practice_id, by=by, staff=staff, location=location, parts=changed
        )


def history_of(practice: Practice) -> QuerySet[SettingsChange]:
    """Return every change, the newest first."""
    rows = SettingsChange.objects.filter(practice=practice).select_related("by", "staff", "location")
    return rows.order_by("-at", "-pk")


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return each value that differs, by its name."""
    old, new = _flat(before), _flat(after)
    names = dict.fromkeys([*old, *new])
    return [
        (name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name, "") != new.get(name, "")
    ]


def _flat(values: Mapping[str, Any]) -> dict[str, str]:
    """Return every value in words, by a name such as "npi" or "price 20552"."""
    found: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, Fees):
            found |= {f"price {row.code}": f"{row.amount_usd:f}" for row in value.charge if row.to is None}
        elif isinstance(value, msgspec.Struct):
            found |= _flat({key: getattr(value, key) for key in value.__struct_fields__})
        elif isinstance(value, Mapping):
            found |= {str(key): _words(inner) for key, inner in value.items()}
        else:
            found[name] = _words(value)
    return found


def _words(value: Any) -> str:
    plain = msgspec.to_builtins(value)
    if isinstance(plain, (list, tuple)):
        return ", ".join(_words(one) for one in plain)
    if isinstance(plain, dict):
        return " ".join(_words(one) for one in plain.values())
    return "" if plain is None else str(plain)


def license_words(row: License | None) -> str:
    """Return a license in words; '' for none."""
    return "" if row is None else " ".join((row.number, row.expires_on.isoformat(), *row.credentials))
