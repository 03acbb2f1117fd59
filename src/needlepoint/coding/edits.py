"""The edits for every line, coded or entered by hand: each states what it removed or changed, and why."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from needlepoint.base.knowledge import Certainty, cite, holding_on
from needlepoint.base.wording import day_words
from needlepoint.coding.entered import entered_lines
from needlepoint.coding.icd10cm import is_category, is_listed, list_of, why_invalid
from needlepoint.coding.load import DATA, WhoRow, load_edits, load_notes
from needlepoint.coding.published import Published, Unlikely
from needlepoint.coding.shape import looks_like_icd10cm
from needlepoint.coding.types import CodedLine, Diagnosis, Dropped, EditContext, Open, Session

__all__ = ["Edited", "apply_edits", "check_diagnoses"]

MOST_DIAGNOSES = 12
IMPORT = "`needlepoint reference import`"


class Edited(msgspec.Struct, frozen=True, kw_only=True):
    """The lines that were kept, the lines that were removed, and the questions that no loaded file answers."""

    lines: tuple[CodedLine, ...]
    dropped: tuple[Dropped, ...]
    open: tuple[Open, ...]


def apply_edits(
    lines: Sequence[CodedLine],
    session: Session,
    diagnoses: Sequence[Diagnosis],
    asked: EditContext,
    published: Published,
) -> Edited:
    """Apply every edit to hand-entered and coded lines together."""
    dropped: list[Dropped] = []
    open_: list[Open] = []
    kept = [*lines, *entered_lines(session, lines, diagnoses, dropped, open_, published)]
    kept = [_placed(line, session.place) for line in kept]
    open_ += _asked_by_place(session, asked)
    kept = _who(kept, asked, dropped, open_)
    kept = _pairs(kept, session, published, dropped, open_)
    kept = _units(kept, session, published, dropped, open_)
    return Edited(lines=tuple(kept), dropped=tuple(dropped), open=tuple(open_))


def _placed(line: CodedLine, place: str) -> CodedLine:
    """Return the line with the modifiers that its place of service requires."""
    for row in load_edits().place:
        if line.code in row.codes and place in row.places and row.add not in line.modifiers:
            line = msgspec.structs.replace(
                line,
                modifiers=(*line.modifiers, row.add),
                edits=(*line.edits, f"{row.id}: {row.add} added. {row.en}"),
            )
    return line


def _asked_by_place(session: Session, asked: EditContext) -> list[Open]:
    """Return questions by the place of service: a needle by telehealth, for example."""
    return [
        Open(about=row.id, code="", en=row.en, holds=True)
        for row in load_edits().place_asks
        if session.place in row.places
        and (not row.payers or asked.payer in row.payers)
        and row.needle in (None, bool(session.sites))
    ]


def _who(
    lines: list[CodedLine], asked: EditContext, dropped: list[Dropped], open_: list[Open]
) -> list[CodedLine]:
    """Return the lines that profession and age allow."""
    kept = []
    for line in lines:
        rows = [row for row in load_edits().who if line.code in row.codes and _suits(row, asked)]
        barring = [
            row
            for row in rows
            if row.bars and row.certainty is not Certainty.UNVERIFIED and not _lifted(row, asked)
        ]
        open_ += [
            Open(
                about=f"{row.id} {line.code}",
                code=line.code,
                en=f"{line.code}: {row.then if _lifted(row, asked) else row.en}",
                holds=True,
            )
            for row in rows
            if row not in barring
        ]
        dropped += [Dropped(line.code, row.id, row.en) for row in barring]
        if not barring:
            kept.append(line)
    return kept


def _lifted(row: WhoRow, asked: EditContext) -> bool:
    """Whether a credential on file turns the bar into a question."""
    return bool(row.unless) and set(row.unless) <= set(asked.credentials)


def _suits(row: WhoRow, asked: EditContext) -> bool:
    """Return whether the row applies to this clinician, payer and patient. Unknown facts do not exclude it."""
    if row.professions and asked.profession not in row.professions:
        return False
    if row.payers and asked.payer not in row.payers:
        return False
    if row.below_age is None and row.from_age is None:
        return True
    if asked.age_years is None:
        return False
    below = row.below_age is not None and asked.age_years < row.below_age
    return below or (row.from_age is not None and asked.age_years >= row.from_age)


def _by_hand(session: Session, codes: Sequence[str]) -> bool:
    """Return whether a line was entered by hand, so that no edit has checked it against the others."""
    return any(row.code in codes for row in session.entered)


def _pairs(
    lines: list[CodedLine], session: Session, published: Published, dropped: list[Dropped], open_: list[Open]
) -> list[CodedLine]:
    """Apply NCCI's pairs of that day."""
    day = session.on
    codes = list(dict.fromkeys(line.code for line in lines))
    if len(codes) < 2:
        return lines
    pairs = published.pairs(codes, day)
    if pairs is None:
        words = (
            f"NCCI pairs among {', '.join(codes)}: not known for {day_words(day)}. CMS's practitioner PTP file of"
            f" that quarter settles it ({IMPORT})."
        )
        open_.append(Open(about="ncci_pairs", code="", en=words, holds=_by_hand(session, codes)))
        return lines
    kept = lines
    for pair in pairs:
        standing = {line.code for line in kept}
        if pair.indicator == "9" or not {pair.column1, pair.column2} <= standing:
            continue
        words = f"{pair.column1} takes {pair.column2} in ({pair.rationale or 'NCCI pair'}; {pair.release})"
        bypass = load_edits().pairs.bypass
        apart = pair.indicator == "1"
        for line in [line for line in kept if line.code == pair.column2]:
            if apart and set(line.modifiers) & set(bypass):
                continue
            how = (
                "; only a modifier for a truly separate service would set it apart"
                if apart
                else "; no modifier opens it"
            )
            dropped.append(Dropped(line.code, "ncci_pair", f"{words}{how}."))
            kept = [other for other in kept if other is not line]
    return kept


def _units(
    lines: list[CodedLine], session: Session, published: Published, dropped: list[Dropped], open_: list[Open]
) -> list[CodedLine]:
    """Apply CMS's maximum units (MUE) of that day. Units are never cut: what was given was given."""
    day = session.on
    limits = {line.code: published.unlikely(line.code, day) for line in lines}
    unknown = [code for code, limit in limits.items() if limit is None]
    if unknown:
        words = (
            f"MUE of {', '.join(unknown)}: not known for {day_words(day)}. CMS's practitioner MUE file of that"
            f" quarter settles it ({IMPORT})."
        )
        several = any(row.units > 1 and row.code in unknown for row in session.entered)
        open_.append(Open(about="mue", code="", en=words, holds=several))
    kept = []
    for line in lines:
        limit = limits[line.code]
        if isinstance(limit, Unlikely):
            by_line = limit.indicator == "1"
            units = line.units if by_line else sum(other.units for other in lines if other.code == line.code)
            if units > limit.units:
                what = "a line" if by_line else "a day"
                words = f"{units} units; at most {limit.units} {what} ({limit.rationale or 'MUE'}; {limit.release})."
                dropped.append(Dropped(line.code, "mue", words))
                continue
        kept.append(line)
    return kept


def check_diagnoses(
    own: Sequence[Diagnosis], session: Session, published: Published, dropped: list[Dropped]
) -> tuple[Diagnosis, ...]:
    """Return the session's and the added diagnoses that are valid on the day and may be reported together."""
    found = list(own)
    for code in dict.fromkeys(session.diagnoses):
        fault = _invalid(code, session.on, published) or _beside(
            code, [row.code for row in found], session.on, published
        )
        if fault is None and len(found) >= MOST_DIAGNOSES:
            fault = Dropped(code, "diagnosis_count", f"A claim holds {MOST_DIAGNOSES} diagnoses.")
        if fault:
            dropped.append(fault)
        elif code not in [row.code for row in found]:
            found.append(_added(code, session.on))
    return tuple(found)


def _added(code: str, day: datetime.date) -> Diagnosis:
    seen = [row for row in holding_on(load_edits().known, day) if code in row.codes]
    listed = is_listed(code, day)
    row = list_of(day) if listed else None
    source = seen[0].source if seen else row.source if row else ["np_coding_policy"]
    return Diagnosis(
        code=code,
        en="added by the clinician",
        es="añadido por el clínico",
        muscles=(),
        citations=cite(DATA, source, code),
        certainty=seen[0].certainty if seen else row.certainty if row else Certainty.PROPOSED,
    )


def _invalid(code: str, day: datetime.date, published: Published) -> Dropped | None:
    if not looks_like_icd10cm(code):
        return Dropped(code, "diagnosis_shape", "An ICD-10-CM code is a letter, digits and a point: M79.18.")
    answer = published.diagnosis(code, day)
    listed = is_listed(code, day)
    if answer is False or (answer is None and listed is False):
        said = (
            why_invalid(code, day)
            if listed is False
            else f"The code file of {day_words(day)} does not hold it."
        )
        return Dropped(code, "diagnosis_validity", said)
    if answer is None and listed is None and is_category(code, day):
        return Dropped(
            code, "diagnosis_validity", "It only stands above more exact codes and cannot be billed."
        )
    return None


def _beside(code: str, others: Sequence[str], day: datetime.date, published: Published) -> Dropped | None:
    """Apply Excludes1, by the loaded tabular list or else by the rows that were checked."""
    listed = published.excluded([*others, code], day)
    for other in others:
        if listed is None:
            against = any(
                (a.startswith(row.code) and b.startswith(tuple(row.not_)))
                for row in load_notes().excludes
                for a, b in ((code, other), (other, code))
            )
        else:
            against = (code, other) in listed or (other, code) in listed
        if against:
            return Dropped(code, "excludes1", f"It may not stand beside {other} (Excludes1).")
    return None
