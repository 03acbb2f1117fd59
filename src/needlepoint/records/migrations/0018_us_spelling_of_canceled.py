"""Write `canceled` as in the United States, in columns and in stored messages.

The history of a visit is not rewritten: base/spelling.py reads its old words. The rows change in a migration of
their own: PostgreSQL does not alter a table in the transaction that changes its rows.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

BRITISH, US = "cancelled", "canceled"


def to_us(apps: Any, schema_editor: Any) -> None:
    _spell(apps, BRITISH, US)
    _name(apps, "asking", "booking_hold")
    _prefix(apps, {f"{BRITISH}:": f"{US}:", "asking:": "hold:"})


def to_british(apps: Any, schema_editor: Any) -> None:
    _spell(apps, US, BRITISH)
    _name(apps, "booking_hold", "asking")
    _prefix(apps, {f"{US}:": f"{BRITISH}:", "hold:": "asking:"})


def _spell(apps: Any, old: str, new: str) -> None:
    """The state of visits and messages, and the kind of the message about a canceled visit."""
    apps.get_model("records", "Visit").objects.filter(state=old).update(state=new)
    messages = apps.get_model("records", "OutboxMessage").objects
    messages.filter(state=old).update(state=new)
    messages.filter(kind=old).update(kind=new)


def _name(apps: Any, old: str, new: str) -> None:
    """The booking hold that a message or an offer is about."""
    for model, column in (("OutboxMessage", "words"), ("WaitlistEntry", "offered")):
        rows = apps.get_model("records", model).objects.filter(**{f"{column}__has_key": old})
        for row in rows.iterator():
            value = getattr(row, column)
            value[new] = value.pop(old)
            row.save(update_fields=[column])


def _prefix(apps: Any, prefixes: dict[str, str]) -> None:
    """The keys that keep a message from being queued twice."""
    messages = apps.get_model("records", "OutboxMessage").objects
    for old, new in prefixes.items():
        for row in messages.filter(key__startswith=old).only("key").iterator():
            row.key = new + row.key.removeprefix(old)
            row.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0017_fields_of_the_trade")]

    operations: ClassVar = [migrations.RunPython(to_us, to_british)]
