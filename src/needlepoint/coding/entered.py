"""Lines that a biller enters by hand: each needs a valid code, day, combination and documents."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from needlepoint.base.knowledge import Certainty, cite
from needlepoint.base.refusal import Fault
from needlepoint.base.wording import day_words
from needlepoint.coding.load import (
    DATA,
    DrugRow,
    Never,
    OtherCode,
    Procedure,
    load_codes,
    load_edits,
)
from needlepoint.coding.published import Published
from needlepoint.coding.types import CodedLine, Diagnosis, Dropped, Entered, Open, Session

__all__ = ["entered_faults", "entered_lines"]

MOST_UNITS = 9999
CODE, MODIFIER = re.compile(r"[A-Z0-9]\d{3}[A-Z0-9]"), re.compile(r"[A-Z0-9]{2}")


def entered_faults(line: Entered, number: int) -> list[Fault]:
    """Return what is not a valid line at all."""
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


def entered_lines(
    session: Session,
    lines: Sequence[CodedLine],
    diagnoses: Sequence[Diagnosis],
    dropped: list[Dropped],
    open_: list[Open],
    published: Published,
) -> list[CodedLine]:
    """Return hand-entered lines that are compatible with the session's own lines. A removed one holds the claim."""
    beside = [line.code for line in lines]
    found = []
    for entered in session.entered:
        against = _against(entered, session, beside, diagnoses)
        if against:
            dropped += against
            open_.append(_left_out(entered, against))
            continue
        open_ += _questions(entered, session.on, published, bool(session.sites))
        found.append(_line(entered))
    return found


def _left_out(entered: Entered, against: Sequence[Dropped]) -> Open:
    words = " ".join(dict.fromkeys(row.en for row in against))
    said = f"{entered.code} was entered by hand and is left out: {words} Take it off the session, or mend it."
    return Open(about=f"entered {entered.code}", code=entered.code, en=said, holds=True)


def _against(
    entered: Entered, session: Session, beside: Sequence[str], diagnoses: Sequence[Diagnosis]
) -> list[Dropped]:
    """Return why the line cannot be billed."""
    found = _never(entered, [*beside, *(line.code for line in session.entered)])
    found += _without_picture(entered, session)
    found += _ended(entered, session.on)
    counted = [row.code for row in load_codes().procedure if row.muscles != (0, 0)]
    if not found and entered.code in beside:
        found.append(Dropped(entered.code, "twice", "The session gives this line already."))
    elif not found and entered.code in counted:
        found.append(Dropped(entered.code, "muscles", "The muscles of the session do not give this code."))
    if any(not 1 <= pointer <= len(diagnoses) for pointer in entered.pointers):
        words = f"A line points at diagnoses from 1 to {len(diagnoses)}."
        found.append(Dropped(entered.code, "pointers", words))
    return found


def _without_picture(entered: Entered, session: Session) -> list[Dropped]:
    guidance = {row.code for row in load_codes().procedure if row.act == "guidance"}
    if entered.code not in guidance or (session.picture or "").strip():
        return []
    return [Dropped(entered.code, "picture", "Guidance is coded only with its picture on file.")]


def _ended(entered: Entered, day: datetime.date) -> list[Dropped]:
    """Return a code that has ended, or has not begun."""
    rows = [row for row in load_codes().code if row.code == entered.code]
    if not rows or any(row.holds_on(day) for row in rows):
        return []
    row = rows[0]
    if day < row.from_:
        return [Dropped(entered.code, "first_day", f"{row.code} begins on {day_words(row.from_)}.")]
    instead = f" {row.instead} stands in its place." if row.instead else ""
    return [Dropped(entered.code, "last_day", f"{row.code} ended on {day_words(row.to or day)}.{instead}")]


def _questions(
    entered: Entered, day: datetime.date, published: Published, session_needles: bool
) -> Iterator[Open]:
    """Return what somebody must settle before the line is sent."""
    code = entered.code
    if not _is_known(code, day):
        words = f"{code}: no list on file holds this code for {day_words(day)}. Look it up in that day's code file."
        yield Open(about=f"validity {code}", code=code, en=words, holds=True)
    span = next((row for row in load_edits().block if row.asks and row.holds(code)), None)
    if span is not None and session_needles:
        words = (
            f"{code} ({span.en}) beside the needling: ask whether the payer counts it as another injection."
        )
        yield Open(about=f"other injection {code}", code=code, en=words, holds=False)
    unlisted = any(row.code == code and row.unlisted for row in load_codes().code)
    if unlisted and not entered.description.strip():
        yield Open(
            about=f"description {code}", code=code, en=f"{code}: {load_edits().unlisted.en}", holds=True
        )


def _is_known(code: str, day: datetime.date) -> bool:
    rows = load_codes()
    listed: list[OtherCode | Procedure | DrugRow] = [*rows.code, *rows.procedure, *rows.drug]
    return any(row.code == code and row.holds_on(day) and day <= row.checked_to for row in listed)


def _line(entered: Entered) -> CodedLine:
    return CodedLine(
        code=entered.code,
        en="entered by hand",
        es="anotado a mano",
        units=entered.units,
        modifiers=tuple(entered.modifiers),
        pointers=tuple(entered.pointers) or (1,),
        because="entered by hand",
        citations=cite(DATA, ["np_coding_policy"], entered.code),
        certainty=Certainty.PROPOSED,
        description=entered.description,
    )


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
