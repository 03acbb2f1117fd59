"""From a session to codes: counted by muscles, each line with its reason, omitted codes with their rule."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.anatomy.types import Muscle
from needlepoint.base.knowledge import Certainty, cite, holding_on
from needlepoint.base.refusal import Fault, Refused
from needlepoint.base.wording import day_words
from needlepoint.coding.drugs import drug_faults, drug_lines
from needlepoint.coding.edits import apply_edits, check_diagnoses
from needlepoint.coding.entered import entered_faults
from needlepoint.coding.icd10cm import is_listed, side_of
from needlepoint.coding.load import (
    DATA,
    CheckedRow,
    DiagnosisRow,
    Procedure,
    load_codes,
    load_edits,
    load_notes,
)
from needlepoint.coding.pointers import MOST_POINTERS, pointers_of
from needlepoint.coding.published import NOTHING_LOADED, Published
from needlepoint.coding.types import (
    ACT_OF,
    CodedLine,
    Coding,
    Diagnosis,
    Dropped,
    EditContext,
    Open,
    Session,
    SessionSite,
)

__all__ = ["code_session"]

MOST_DIAGNOSES = 12
EVERY_PAYER = "*"
LAST_DAY = datetime.date(2100, 1, 1)  # a later day is a typing error


def code_session(
    session: Session, asked: EditContext | None = None, published: Published = NOTHING_LOADED
) -> Coding:
    """Return the codes of `session` after every edit. Raises Refused with every invalid site.

    `asked` is further context for edits: age, profession, payer; `published` the public files.
    """
    muscles = _muscles(session)
    faults = [*_day_faults(session.on), *_place_faults(session.place)]
    faults += [fault for n, used in enumerate(session.drugs) for fault in drug_faults(used, n)]
    faults += [fault for n, line in enumerate(session.entered) for fault in entered_faults(line, n)]
    if faults:
        raise Refused(faults)
    dropped: list[Dropped] = []
    diagnoses = check_diagnoses(_diagnoses(muscles, session.on), session, published, dropped)
    twice = _both_sides(asked or EditContext(), session.on)
    lines, notices = _procedures(session, muscles, diagnoses, dropped, twice)
    _guidance(session, lines, dropped, diagnoses)
    open_: list[Open] = []
    injected = _by_act(session.sites, muscles, "injection")
    for used in session.drugs:
        lines += drug_lines(used, session, diagnoses, injected, dropped, open_)
    _visit(session, lines, dropped, diagnoses)
    edited = apply_edits(lines, session, diagnoses, asked or EditContext(), published)
    return Coding(
        diagnoses=diagnoses,
        lines=edited.lines,
        dropped=(*dropped, *edited.dropped),
        notices=tuple(notices),
        open=(
            *_no_diagnosis(edited.lines, diagnoses),
            *_left_out(dropped),
            *_beside_codes(diagnoses),
            *_other_side(diagnoses, session.sites),
            *_open(edited.lines, diagnoses, session.on, published),
            *open_,
            *edited.open,
        ),
    )


def _no_diagnosis(lines: Sequence[CodedLine], diagnoses: Sequence[Diagnosis]) -> Iterator[Open]:
    """Return lines without any diagnosis: an evaluation has none of its own, so that the clinician must name it."""
    if lines and not diagnoses:
        words = "No diagnosis justifies a line: the clinician has to name one."
        yield Open(about="diagnosis", code="", en=words, holds=True)


def _left_out(dropped: Sequence[Dropped]) -> Iterator[Open]:
    """Diagnoses that were added and are not valid: the claim must not lose its reason without a word."""
    for row in dropped:
        if row.rule in ("diagnosis_shape", "diagnosis_validity"):
            words = f"{row.what} is left out: {row.en} Choose the code that is valid, or take it off."
            yield Open(about=f"diagnosis {row.what}", code=row.what, en=words, holds=True)


def _day_faults(day: datetime.date) -> list[Fault]:
    """Return a fault for a day without codes on file for the treated muscles."""
    first = min(row.from_ for row in load_codes().diagnosis)
    if first <= day < LAST_DAY:
        return []
    expected = f"a day from {first} on, before {LAST_DAY.year}: the codes of other days are not held"
    return [Fault("session.on", str(day), expected)]


def _place_faults(place: str) -> list[Fault]:
    """Return a fault for an invalid place of service."""
    known = load_edits().places.codes
    if place in known:
        return []
    return [Fault("session.place", repr(place), f"a place of service code in two digits: {', '.join(known)}")]


def _procedures(
    session: Session,
    muscles: Sequence[Muscle],
    diagnoses: Sequence[Diagnosis],
    dropped: list[Dropped],
    twice: _Twice,
) -> tuple[list[CodedLine], list[str]]:
    """Return the lines that count muscles, and their notes."""
    injected = _by_act(session.sites, muscles, "injection")
    needled = _by_act(session.sites, muscles, "dry_needling")
    both = set(injected) & set(needled)
    if both:
        named = ", ".join(sorted(load_atlas().muscles[id_].name for id_ in both))
        dropped.append(
            Dropped(f"dry needling of {named}", "one_act", "An injected muscle is not needled dry as well.")
        )
    lines: list[CodedLine] = []
    notices: list[str] = []
    dry = {id_: sides for id_, sides in needled.items() if id_ not in both}
    for act, sided in (("injection", injected), ("dry_needling", dry)):
        if sided:
            line, said = _procedure_line(act, sided, diagnoses, twice)
            if (begins := _begins_later(line.code, session.on)) is not None:
                first, on = day_words(begins), day_words(session.on)
                words = f"The code begins on {first}; a claim of {on} cannot carry it.{_before(line.code)}"
                dropped.append(Dropped(line.code, "first_day", words))
                continue
            lines.append(line)
            notices += said
    return lines, notices


def _muscles(session: Session) -> list[Muscle]:
    """Return the treated muscles; none for an evaluation without a needle."""
    faults: list[Fault] = []
    found: list[Muscle] = []
    if not session.sites and session.visit is None and not session.entered:
        expected = "at least one place that was treated, or the code of an evaluation"
        faults.append(Fault("session.sites", "an empty list", expected))
    for number, site in enumerate(session.sites):
        try:
            muscle = find_muscle(load_atlas(), site.muscle)
        except Refused as refusal:
            faults.extend(refusal.under(f"session.sites[{number}]").faults)
            continue
        found.append(muscle)
        sides = ("left", "right") if muscle.paired else ("midline",)
        if site.side not in sides:
            expected = f"one of {', '.join(sides)}"
            faults.append(Fault(f"session.sites[{number}].side", repr(site.side), expected))
        if site.technique not in ACT_OF:
            expected = f"one of {', '.join(ACT_OF)}"
            faults.append(Fault(f"session.sites[{number}].technique", repr(site.technique), expected))
    if faults:
        raise Refused(faults)
    return found


def _by_act(sites: Sequence[SessionSite], muscles: Sequence[Muscle], act: str) -> dict[str, set[str]]:
    """Return muscle id -> sides treated by this act. Muscles count, not points or needles."""
    found: dict[str, set[str]] = {}
    for site, muscle in zip(sites, muscles, strict=True):
        if ACT_OF[site.technique] == act:
            found.setdefault(muscle.id, set()).add(site.side)
    return found


def _procedure_line(
    act: str, sided: dict[str, set[str]], diagnoses: Sequence[Diagnosis], twice: _Twice
) -> tuple[CodedLine, list[str]]:
    both = [id_ for id_, sides in sided.items() if len(sides) > 1]
    count = len(sided) + len(both) * (twice.times - 1)
    row = _procedure(act, count)
    names = ", ".join(load_atlas().muscles[id_].name for id_ in sided)
    pointers = pointers_of(diagnoses, sided, act)
    line = _line(row, 1, (), pointers, f"{count} muscle{'s' if count > 1 else ''}: {names}")
    other = _procedure(act, len(sided) + len(both) * (2 - twice.times))
    notices = []
    if both and other.code != row.code:
        how, else_ = ("once", "each side") if twice.times == 1 else ("on each side", "the muscle once")
        notices.append(
            f"{len(both)} muscle{'s' if len(both) > 1 else ''} treated on both sides counted {how} ({twice.words})."
            f" A payer that counts {else_} would have {other.code}."
        )
    return line, notices


class _Twice(NamedTuple):
    """How often a muscle treated on both sides counts, and its source."""

    times: int
    words: str


def _both_sides(asked: EditContext, day: datetime.date) -> _Twice:
    """Return it by the record for this payer, else by the payer's row of that day, else by the row for all."""
    if asked.both_sides is not None:
        return _Twice(asked.both_sides, "as entered for this payer")
    held = holding_on(load_codes().both_sides, day)
    own = [row for row in held if row.payer == asked.payer]
    row = (own or [row for row in held if row.payer == EVERY_PAYER])[0]
    return _Twice(row.count, row.certainty.value)


def _procedure(act: str, count: int) -> Procedure:
    return next(
        row
        for row in load_codes().procedure
        if row.act == act and row.muscles[0] <= count and (not row.muscles[1] or count <= row.muscles[1])
    )


def _begins_later(code: str, day: datetime.date) -> datetime.date | None:
    """Return the first day of a procedure code, if it is after `day`."""
    row = next(row for row in load_codes().procedure if row.code == code)
    return row.from_ if day < row.from_ else None


def _before(code: str) -> str:
    """What was billed before the first day of a procedure code."""
    row = next(row for row in load_codes().procedure if row.code == code)
    return f" Before it {row.before} was billed, with a description of what was done." if row.before else ""


def _beside_codes(diagnoses: Sequence[Diagnosis]) -> Iterator[Open]:
    """What the tabular list asks beside a diagnosis: it is said, and holds nothing."""
    for row in load_notes().note:
        if any(diagnosis.code.startswith(row.code) for diagnosis in diagnoses):
            yield Open(about=f"note {row.code}", code=row.code, en=row.en, holds=False)


def _other_side(diagnoses: Sequence[Diagnosis], sites: Sequence[SessionSite]) -> Iterator[Open]:
    """Diagnoses of a side on which nothing was treated."""
    treated = {site.side for site in sites} & {"left", "right"}
    for row in diagnoses:
        side = side_of(row.code)
        if side and treated and side not in treated:
            other = " and ".join(sorted(treated))
            words = (
                f"{row.code} says {side}, but the {other} side was treated: check the side of the diagnosis."
            )
            yield Open(about=f"side {row.code}", code=row.code, en=words, holds=True)


def _line(
    row: Procedure, units: int, modifiers: tuple[str, ...], pointers: tuple[int, ...], because: str
) -> CodedLine:
    return CodedLine(
        code=row.code,
        en=row.en,
        es=row.es,
        units=units,
        modifiers=modifiers,
        pointers=pointers,
        because=because,
        citations=cite(DATA, row.source, row.code),
        certainty=row.certainty,
    )


def _diagnoses(muscles: Iterable[Muscle], day: datetime.date) -> tuple[Diagnosis, ...]:
    """Return one diagnosis for each kind of place, the one with most muscles first."""
    grouped: dict[str, tuple[DiagnosisRow, dict[str, None]]] = {}
    for muscle in muscles:
        row = next(row for row in load_codes().diagnosis if row.holds_on(day) and _fits(row, muscle))
        grouped.setdefault(row.code, (row, {}))[1][muscle.id] = None
    ordered = sorted(grouped.values(), key=lambda item: -len(item[1]))[:MOST_DIAGNOSES]
    return tuple(
        Diagnosis(
            code=row.code,
            en=row.en,
            es=row.es,
            muscles=tuple(ids),
            citations=cite(DATA, row.source, row.code),
            certainty=row.certainty,
        )
        for row, ids in ordered
    )


def _fits(row: DiagnosisRow, muscle: Muscle) -> bool:
    return row.any or muscle.id in row.muscles or muscle.body_area in row.body_area


def _guidance(
    session: Session, lines: list[CodedLine], dropped: list[Dropped], diagnoses: Sequence[Diagnosis]
) -> None:
    row = next(row for row in load_codes().procedure if row.act == "guidance")
    if not session.ultrasound:
        return
    if not (session.picture or "").strip():
        dropped.append(Dropped(row.code, "picture", "Guidance is coded only with its picture on file."))
        return
    pointers = tuple(range(1, min(len(diagnoses), MOST_POINTERS) + 1))
    lines.append(_line(row, 1, (), pointers, f"once a session, picture {session.picture}"))


def _visit(
    session: Session, lines: list[CodedLine], dropped: list[Dropped], diagnoses: Sequence[Diagnosis]
) -> None:
    visit = session.visit
    if visit is None:
        return
    row = next((row for row in load_codes().visit if visit.code in row.codes), None)
    if row is None:
        known = ", ".join(code for rows in load_codes().visit for code in rows.codes)
        raise Refused(Fault("session.visit.code", repr(visit.code), f"one of {known}"))
    alone = not session.sites  # an evaluation without a needle needs no modifier and no separate work
    if not alone and not (visit.own_work or "").strip():
        words = "A visit beside a procedure asks for work of its own in the note."
        dropped.append(Dropped(visit.code, "own_work", words))
        return
    lines.insert(
        0,
        CodedLine(
            code=visit.code,
            en="office visit",
            es="consulta",
            units=1,
            modifiers=() if alone else (row.modifier,),
            pointers=tuple(range(1, min(len(diagnoses), MOST_POINTERS) + 1)),
            because="an evaluation without a needle" if alone else f"its own work: {visit.own_work}",
            citations=cite(DATA, row.source, visit.code),
            certainty=row.certainty,
        ),
    )


def _open(
    lines: Sequence[CodedLine], diagnoses: Sequence[Diagnosis], day: datetime.date, published: Published
) -> Iterator[Open]:
    """Return codes that no published file confirms on that day, and units from memory."""
    codes = load_codes()
    rows: dict[str, CheckedRow] = {}
    rows |= {row.code: row for row in codes.procedure}
    rows |= {row.code: row for row in codes.drug if row.holds_on(day)}
    rows |= {row.code: row for row in codes.diagnosis}
    rows |= {code: row for row in codes.visit for code in row.codes}
    settled = {
        row.code
        for row in diagnoses
        if published.diagnosis(row.code, day) is not None or is_listed(row.code, day)
    }
    for code in dict.fromkeys([*(d.code for d in diagnoses), *(line.code for line in lines)]):
        if code in rows and code not in settled and day > rows[code].checked_to:
            last = day_words(rows[code].checked_to)
            words = f"{code}: seen to hold until {last}; check the code file for {day_words(day)}."
            yield Open(about=f"validity {code}", code=code, en=words, holds=True)
    seen = {code for row in holding_on(load_edits().known, day) for code in row.codes}
    for code in (d.code for d in diagnoses if d.code not in rows and d.code not in settled | seen):
        words = f"{code}: no code list on file holds for {day_words(day)}; check that it is valid to the last digit."
        yield Open(about=f"validity {code}", code=code, en=words, holds=True)
    for code in dict.fromkeys(line.code for line in lines if line.certainty is Certainty.UNVERIFIED):
        yield Open(
            about=f"unit {code}", code=code, en=f"{code}: its unit is from memory; check it.", holds=True
        )
