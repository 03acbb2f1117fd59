"""What to say, prepare and hand out for this plan: the rows of `data/advice.toml` that apply to it."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Certainty, cite, rows
from needlepoint.base.refusal import Fault, Refused
from needlepoint.treatment.precautions.rules import RuleWhen, weigh
from needlepoint.treatment.precautions.situation import Situation
from needlepoint.treatment.precautions.traits import DATA

__all__ = ["Advice", "advise"]

KINDS = ("consent", "room", "step", "aftercare", "call_now", "call_today", "call_office", "combine")


class Advice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One sentence for one purpose (`kind`), in both languages."""

    id: str
    kind: str
    en: str
    es: str
    certainty: Certainty
    source: list[str]
    when: RuleWhen = RuleWhen()


@lru_cache(maxsize=1)
def load_advice() -> tuple[Advice, ...]:
    """Return every row, with a known kind and a source."""
    found = tuple(rows(DATA / "advice.toml", Advice, "row"))
    for row in found:
        cite(DATA, row.source, f"advice.toml {row.id}")
        if row.kind not in KINDS:
            raise Refused(Fault(f"advice.toml {row.id}", repr(row.kind), f"one of {', '.join(KINDS)}"))
    return found


def advise(situation: Situation) -> dict[str, tuple[Advice, ...]]:
    """Return kind -> its sentences. What may apply (something is unknown) is included."""
    kept = [row for row in load_advice() if weigh(row.when, situation).holds is not False]
    return {kind: tuple(row for row in kept if row.kind == kind) for kind in KINDS}
