"""The reference page of scope of practice, generated from its rows, so that page and data always agree."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from needlepoint.base.knowledge import cite
from needlepoint.treatment.precautions.traits import DATA
from needlepoint.treatment.scope.rules import ACTS, EVERYWHERE, ScopeRule, load_scope, scope_table

__all__ = ["scope_page"]

HEAD = """# Who may do what with a needle

Written out from `src/needlepoint/treatment/data/scope/` as of {day}. Not legal advice: {seen} of {all}
rows were read in their source or in a page quoting it. The others never refuse a plan: they send you to the board.

- **yes**, **no**, **silent** (nothing was read that settles it), **if** (conditional on what stands behind it).
- A state without a row of its own follows the row `everywhere`.
- *checked* is the day to which the source speaks; a star marks a row older than {stale} days: look again.
- Where two rows of one state disagree, the better checked one decides and the other is told.

To write this page anew (the day is the one above):

    .venv/bin/python -c "import datetime; from needlepoint.treatment.scope.page import scope_page; \\
        print(scope_page(datetime.date.fromisoformat('{day}')), end='')" > docs/reference/scope.md
"""


def scope_page(as_of: datetime.date) -> str:
    """Return the whole page in Markdown, for the rows in force on that day."""
    held = scope_table(as_of)
    seen = sum(rule.certainty.value == "seen" for rule in held)
    head = HEAD.format(day=as_of, seen=seen, all=len(held), stale=load_scope().stale_days)
    parts = [head, *(_act(act, held, as_of) for act in ACTS), _sources(held)]
    return "\n".join(parts)


def _act(act: str, held: Sequence[ScopeRule], as_of: datetime.date) -> str:
    ours = [rule for rule in held if rule.act == act]
    parts = [f"## {act.replace('_', ' ').capitalize()}\n"]
    for profession in dict.fromkeys(rule.profession for rule in ours):
        parts.append(_profession(profession, [r for r in ours if r.profession == profession], as_of))
    return "\n".join(parts)


def _profession(profession: str, ours: Iterable[ScopeRule], as_of: datetime.date) -> str:
    lines = [
        f"### {profession.replace('_', ' ').capitalize()}\n",
        "| states | | law | since | certainty | checked | sources |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_line(rule, as_of) for rule in ours),
    ]
    return "\n".join(lines) + "\n"


def _line(rule: ScopeRule, as_of: datetime.date) -> str:
    states = "everywhere" if rule.states == [EVERYWHERE] else " ".join(rule.states)
    needs = ", ".join(need.replace("_", " ") for need in rule.needs)
    status = f"if {needs}" if rule.status == "conditional" else rule.status
    if rule.only_areas:
        status += f" ({', '.join(rule.only_areas).replace('_', ' ')} only)"
    if rule.drugs:
        status += f" (with {', '.join(rule.drugs)}; with anything else ask the board)"
    law = f"{rule.law}{f' (so reads {rule.reading})' if rule.reading else ''}"
    law += f". {rule.note}" if rule.note else ""
    since = "" if rule.from_ == load_scope().start_not_known else str(rule.from_)
    star = "*" if load_scope().is_stale(rule, as_of) else ""
    cells = (states, status, law, since, rule.certainty.value, f"{rule.checked}{star}", " ".join(rule.source))
    return f"| {' | '.join(cells)} |"


def _sources(held: Iterable[ScopeRule]) -> str:
    keys = sorted({key for rule in held for key in rule.source})
    lines = [
        f"- `{citation.key}`: {citation.title}{f' <{citation.link}>' if citation.link else ''}"
        for citation in cite(DATA, keys, "scope page")
    ]
    return "## Sources\n\n" + "\n".join(lines) + "\n"
