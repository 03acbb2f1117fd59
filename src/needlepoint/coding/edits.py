"""The edits that every line passes, coded or entered by hand: each says what it took away or changed, and why."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

import msgspec

from needlepoint.base.knowledge import Certainty, cite, holding_on
from needlepoint.base.refusal import Fault
from needlepoint.coding.load import DATA, Never, WhoRow, is_listed, load_codes, load_edits
from needlepoint.coding.published import Published, Unlikely
from needlepoint.coding.shape import looks_like_icd10cm
from needlepoint.coding.types import Asked, Diagnosis, Dropped, Entered, Line, Open, Session

__all__ = ["Edited", "apply_edits", "check_diagnoses", "entered_faults"]

MOST_DIAGNOSES, MOST_UNITS = 12, 9999
CODE, MODIFIER = re.compile(r"[A-Z0-9]\d{3}[A-Z0-9]"), re.compile(r"[A-Z0-9]{2}")
IMPORT = "`needlepoint reference import`"


class Edited(msgspec.Struct, frozen=True, kw_only=True):
    """The lines that stand, those that fell, and what no loaded file can answer."""

    lines: tuple[Line, ...]
    dropped: tuple[Dropped, ...]
    open: tuple[Open, ...]


def entered_faults(line: Entered, number: int) -> list[Fault]:
    """What cannot be a line at all."""
    where = f"session.entered[{number}]"
    faults = []
    if not CODE.fullmatch(line.code):
        faults.append(Fault(f"{where}.code", repr(line.code), "a code of five characters"))
    if not 1 <= line.units <= MOST_UNITS:
        faults.append(Fault(f"{where}.units", str(line.units), f"from 1 to {MOST_UNITS}"))
    if len(line.modifiers) > 4 or not all(map(MODIFIER.fullmatch, line.modifiers)):
        faults.append(
            Fault(f"{where}.modifiers", str(line.modifiers), "at most four, of two characters each")
        )
    return faults


def apply_edits(
    lines: Sequence[Line],
    session: Session,
    diagnoses: Sequence[Diagnosis],
    asked: Asked,
    published: Published,
) -> Edited:
    """Hand-entered lines beside the coded ones, all through every edit."""
    dropped: list[Dropped] = []
    open_: list[Open] = []
    kept = [*lines, *_entered(session, lines, diagnoses, dropped)]
    kept = [_placed(line, session.place) for line in kept]
    kept = _who(kept, asked, dropped, open_)
    kept = _pairs(kept, session.on, published, dropped, open_)
    kept = _units(kept, session.on, published, dropped, open_)
    return Edited(lines=tuple(kept), dropped=tuple(dropped), open=tuple(open_))


def _entered(
    session: Session, lines: Sequence[Line], diagnoses: Sequence[Diagnosis], dropped: list[Dropped]
) -> list[Line]:
    """What was entered by hand and may stand beside the session's own lines."""
    beside = [line.code for line in lines]
    found = []
    for entered in session.entered:
        against = _never(entered, [*beside, *(line.code for line in session.entered)])
        counted = [row.code for row in load_codes().procedure if row.muscles != (0, 0)]
        if not against and entered.code in beside:
            against.append(Dropped(entered.code, "twice", "The session gives this line already."))
        elif not against and entered.code in counted:
            against.append(
                Dropped(entered.code, "muscles", "The muscles of the session do not give this code.")
            )
        if any(not 1 <= pointer <= len(diagnoses) for pointer in entered.pointers):
            words = f"A line points at diagnoses from 1 to {len(diagnoses)}."
            against.append(Dropped(entered.code, "pointers", words))
        if against:
            dropped += against
            continue
        found.append(
            Line(
                code=entered.code,
                en="entered by hand",
                es="anotado a mano",
                units=entered.units,
                modifiers=tuple(entered.modifiers),
                pointers=tuple(entered.pointers) or (1,),
                because="entered by hand",
                citations=cite(DATA, ["np_coding_policy"], entered.code),
                certainty=Certainty.PROPOSED,
            )
        )
    return found


def _never(entered: Entered, codes: Sequence[str]) -> list[Dropped]:
    found = []
    for row in load_codes().never:
        modifiers = [modifier for modifier in entered.modifiers if modifier in row.modifiers]
        if entered.code in row.codes and modifiers:
            found.append(Dropped(f"{entered.code}-{'-'.join(modifiers)}", row.id, row.en))
        if set(row.with_) & set(codes) and (entered.code in row.codes or _in_span(entered.code, row)):
            found.append(Dropped(entered.code, row.id, row.en))
    return found


def _in_span(code: str, row: Never) -> bool:
    if row.codes_from is None or row.codes_to is None:
        return False
    return len(code) == len(row.codes_from) and row.codes_from <= code <= row.codes_to


def _placed(line: Line, place: str) -> Line:
    """The line with the modifiers that its place of service asks for."""
    for row in load_edits().place:
        if line.code in row.codes and place in row.places and row.add not in line.modifiers:
            line = msgspec.structs.replace(
                line,
                modifiers=(*line.modifiers, row.add),
                edits=(*line.edits, f"{row.id}: {row.add} added. {row.en}"),
            )
    return line


def _who(lines: list[Line], asked: Asked, dropped: list[Dropped], open_: list[Open]) -> list[Line]:
    """The lines that profession and age allow."""
    kept = []
    for line in lines:
        rows = [row for row in load_edits().who if line.code in row.codes and _suits(row, asked)]
        barring = [row for row in rows if row.bars and row.certainty is not Certainty.UNVERIFIED]
        open_ += [
            Open(about=f"{row.id} {line.code}", code=line.code, en=f"{line.code}: {row.en}", holds=True)
            for row in rows
            if row not in barring
        ]
        dropped += [Dropped(line.code, row.id, row.en) for row in barring]
        if not barring:
            kept.append(line)
    return kept


def _suits(row: WhoRow, asked: Asked) -> bool:
    """Whether the row speaks of this clinician, payer and patient. What is not known is not held against anyone."""
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


def _pairs(
    lines: list[Line], day: datetime.date, published: Published, dropped: list[Dropped], open_: list[Open]
) -> list[Line]:
    """The lines that stand beside each other by NCCI's pairs of that day."""
    codes = list(dict.fromkeys(line.code for line in lines))
    if len(codes) < 2:
        return lines
    pairs = published.pairs(codes, day)
    if pairs is None:
        words = (
            f"NCCI pairs among {', '.join(codes)}: not known for {day}. CMS's practitioner PTP file of that quarter"
            f" settles it ({IMPORT})."
        )
        open_.append(Open(about="ncci_pairs", code="", en=words, holds=False))
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
    lines: list[Line], day: datetime.date, published: Published, dropped: list[Dropped], open_: list[Open]
) -> list[Line]:
    """The lines whose units are likely by CMS's file of that day. Units are never cut: what was given was given."""
    limits = {line.code: published.unlikely(line.code, day) for line in lines}
    unknown = [code for code, limit in limits.items() if limit is None]
    if unknown:
        words = (
            f"MUE of {', '.join(unknown)}: not known for {day}. CMS's practitioner MUE file of that quarter settles it"
            f" ({IMPORT})."
        )
        open_.append(Open(about="mue", code="", en=words, holds=False))
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
    """The session's own diagnoses and those that were added, valid on the day and allowed beside each other."""
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
    source = seen[0].source if seen else ["icd10cm_2026apr"] if listed else ["np_coding_policy"]
    return Diagnosis(
        code=code,
        en="added by the clinician",
        es="añadido por el clínico",
        muscles=(),
        citations=cite(DATA, source, code),
        certainty=seen[0].certainty if seen else Certainty.SEEN if listed else Certainty.PROPOSED,
    )


def _invalid(code: str, day: datetime.date, published: Published) -> Dropped | None:
    if not looks_like_icd10cm(code):
        return Dropped(code, "diagnosis_shape", "An ICD-10-CM code is a letter, digits and a point: M79.18.")
    answer = published.diagnosis(code, day)
    if answer is None:
        answer = is_listed(code, day)
    if answer is False:
        return Dropped(
            code, "diagnosis_validity", f"The code file of {day} does not hold it to the last digit."
        )
    if answer is None and any(code in row.categories for row in holding_on(load_edits().known, day)):
        return Dropped(
            code, "diagnosis_validity", "It only stands above more exact codes and cannot be billed."
        )
    return None


def _beside(code: str, others: Sequence[str], day: datetime.date, published: Published) -> Dropped | None:
    """Excludes1, by the loaded tabular list or else by the rows that were seen."""
    listed = published.excluded([*others, code], day)
    for other in others:
        if listed is None:
            against = any(
                (a.startswith(row.code) and b.startswith(tuple(row.not_)))
                for row in load_edits().excludes
                for a, b in ((code, other), (other, code))
            )
        else:
            against = (code, other) in listed or (other, code) in listed
        if against:
            return Dropped(code, "excludes1", f"It may not stand beside {other} (Excludes1).")
    return None
