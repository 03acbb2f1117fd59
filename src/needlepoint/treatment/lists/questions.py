"""What must be asked about entries of the lists, and what was answered before."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from needlepoint.base.knowledge import Certainty, Review
from needlepoint.treatment.lists.entries import Entry, Lists, names_allergy, read_entry
from needlepoint.treatment.types import Concern, Notice, Question

__all__ = ["answered_concerns", "asides_of", "questions_of", "questions_of_words"]

MOST_READ = 2000  # letters of the complaint
BLOOD_THINNERS = frozenset({"anticoagulant_unknown", "warfarin", "doac", "heparin", "antiplatelet"})
BLEEDING = frozenset({"bleeding_disorder"})
RECENT_VESSEL = frozenset({"recent_vascular_event"})
ANESTHETICS = frozenset({"amide", "ester", "caine_unspecified"})
KINDS_EN = {"medicine": "medicine", "condition": "condition", "allergy": "allergy"}
KINDS_ES = {"medicine": "medicamento", "condition": "enfermedad", "allergy": "alergia"}


def questions_of(lists: Lists) -> tuple[Question, ...]:
    """A blocking question for each entry that is not understood, not named, or without the day of its last dose."""
    return tuple(question for entry in lists.entries for question in _questions(entry))


def _questions(entry: Entry) -> Iterator[Question]:
    kind = entry.kind
    if entry.unknown:
        yield Question(
            key=f"unknown_{kind}",
            en=f"{entry.text.strip() or '(empty)'}: this {KINDS_EN[kind]} is not known. {_did_you_mean(entry.nearest)}",
            es=f"{entry.text.strip() or '(vacío)'}: no se reconoce ({KINDS_ES[kind]}). {_quiso_decir(entry.nearest)}",
            blocks=True,
            about=kind,
            text=entry.text,
            nearest=entry.nearest,
        )
    if entry.unsure:
        yield Question(
            key=f"unknown_{kind}",
            en=f"{entry.text}: does the patient have or take {entry.spelling}? It counts until this is settled.",
            es=f"{entry.text}: ¿la persona tiene o toma {entry.spelling}? Cuenta hasta que se aclare.",
            blocks=True,
            about=kind,
            text=entry.text,
            nearest=(entry.spelling,),
        )
    elif entry.spelling:
        yield Question(
            key=f"unknown_{kind}",
            en=f"{entry.text}: not known as written. {_did_you_mean((entry.spelling,))}",
            es=f"{entry.text}: no se reconoce como está escrito. {_quiso_decir((entry.spelling,))}",
            blocks=True,
            about=kind,
            text=entry.text,
            nearest=(entry.spelling,),
        )
    if entry.which:
        yield Question(
            key="which_medicine",
            en=f"{entry.text}: which medicine is it, and when was the last dose?",
            es=f"{entry.text}: ¿qué medicamento es y cuándo tomó la última dosis?",
            blocks=True,
            about=kind,
            text=entry.text,
        )
    if entry.when:
        yield Question(
            key="last_dose",
            en=f"{entry.text}: on what day was the last dose?",
            es=f"{entry.text}: ¿qué día tomó la última dosis?",
            blocks=True,
            about=kind,
            text=entry.text,
        )


# What is looked for in the patient's own words: key of the question, list, groups, in words.
TOLD = (
    ("told_medicine", "medicine", BLOOD_THINNERS, "a blood thinner", "un anticoagulante o antiagregante"),
    ("told_allergy", "allergy", ANESTHETICS, "an allergy to an anesthetic", "una alergia a un anestésico"),
    ("told_bleeding", "condition", BLEEDING, "a bleeding problem", "un problema de sangrado"),
    (
        "told_recent_vessel",
        "condition",
        RECENT_VESSEL,
        "a recent stent, heart attack or stroke",
        "un stent, un infarto o un derrame recientes",
    ),
)


def questions_of_words(told: str, lists: Lists, as_of: datetime.date) -> tuple[Question, ...]:
    """What the patient's own words name that the lists do not: blood thinners, bleeding, stents, anesthetics."""
    return tuple(
        Question(
            key=key,
            en=f"The patient's own words name {en} that is not on the list ({', '.join(missing)}). Add it.",
            es=f"La persona nombra {es} que no está en la lista ({', '.join(missing)}). Agréguelo.",
            blocks=True,
            about=kind,
        )
        for key, kind, wanted, en, es in TOLD
        if (missing := _missing(kind, wanted, told, lists, as_of))
    )


def _missing(kind: str, wanted: frozenset[str], told: str, lists: Lists, as_of: datetime.date) -> list[str]:
    listed = {id_ for entry in getattr(lists, kind) for id_ in entry.groups}
    named = []
    for sentence in re.split(r"[.;!?\n]", told[:MOST_READ]):
        if kind == "allergy" and not names_allergy(sentence):
            continue
        found = read_entry(kind, sentence, as_of, told=True).groups & wanted
        if found and not found & listed:
            named.append(sentence.strip())
    return named[:2]


def _did_you_mean(names: tuple[str, ...]) -> str:
    return f"Did you mean {_listed(names, 'or')}?" if names else "What is it, and does it matter here?"


def _quiso_decir(names: tuple[str, ...]) -> str:
    return f"¿Quiso decir {_listed(names, 'o')}?" if names else "¿Qué es, y cambia algo aquí?"


def _listed(names: tuple[str, ...], word: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def answered_concerns(lists: Lists) -> tuple[Concern, ...]:
    """A caution for each entry that somebody answered with how it matters."""
    return tuple(
        Concern(
            id="answered_entry",
            level="warn",
            en=f"{entry.text}: {answer.how}",
            es=f"{entry.text}: {answer.how}",
            do_en=f"Entered by {answer.by}, {answer.on}.",
            do_es=f"Lo indicó {answer.by}, {answer.on}.",
            because=(),
            citations=(),
            certainty=Certainty.PROPOSED,
            review=Review(),
            severity="high",
        )
        for entry in lists.entries
        if (answer := entry.answered) is not None and answer.means == "matters"
    )


def asides_of(lists: Lists) -> tuple[Notice, ...]:
    """What the lists say is not so, past or of the family: it stops nothing and stays visible."""
    return tuple(
        Notice(
            id="set_aside",
            en=f"{entry.text}: does not count here ({'; '.join(entry.aside)}).",
            es=f"{entry.text}: no cuenta aquí.",
        )
        for entry in lists.entries
        if entry.aside and not entry.groups
    )
