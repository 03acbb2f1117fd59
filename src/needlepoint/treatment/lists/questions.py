"""Questions about entries of the lists, and earlier answers."""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.base.knowledge import Certainty, Review
from needlepoint.base.people import Meaning
from needlepoint.treatment.lists.entries import ListEntry, Lists
from needlepoint.treatment.types import Concern, Notice, Question

__all__ = ["answered_concerns", "asides_of", "questions_of"]

KINDS_EN = {"medicine": "medicine", "condition": "condition", "allergy": "allergy"}
KINDS_ES = {"medicine": "medicamento", "condition": "enfermedad", "allergy": "alergia"}


def questions_of(lists: Lists) -> tuple[Question, ...]:
    """Return a blocking question for each entry that is unknown, unnamed, or without the day of its last dose."""
    return tuple(question for entry in lists.entries for question in _questions(entry))


def _questions(entry: ListEntry) -> Iterator[Question]:
    text = entry.text
    if entry.weak is not None:
        yield _not_enough(entry, entry.weak)
    if entry.unknown:
        yield _unknown(entry)
    if entry.unsure:
        en = f"{text}: does the patient have or take {entry.spelling}? It counts until this is settled."
        es = f"{text}: ¿la persona tiene o toma {entry.spelling}? Cuenta hasta que se aclare."
        yield _question(entry, f"unknown_{entry.kind}", en, es, (entry.spelling,))
    elif entry.spelling:
        en = f"{text}: not known as written. {_did_you_mean((entry.spelling,))}"
        es = f"{text}: no se reconoce como está escrito. {_quiso_decir((entry.spelling,))}"
        yield _question(entry, f"unknown_{entry.kind}", en, es, (entry.spelling,))
    if entry.which:
        en = f"{text}: which medicine is it, and when was the last dose?"
        yield _question(
            entry, "which_medicine", en, f"{text}: ¿qué medicamento es y cuándo tomó la última dosis?"
        )
    if entry.why:
        en = f"{text}: what is this antibiotic for? Write it behind the name, or that it prevents an infection."
        es = f"{text}: ¿para qué es este antibiótico? Escríbalo tras el nombre, o que previene una infección."
        yield _question(entry, "which_infection", en, es)
    if entry.when:
        en = f"{text}: on what day was the last dose?"
        yield _question(entry, "last_dose", en, f"{text}: ¿qué día tomó la última dosis?")


def _question(entry: ListEntry, key: str, en: str, es: str, nearest: tuple[str, ...] = ()) -> Question:
    """Return a question about an entry; no plan is safe before it is answered."""
    return Question(key=key, en=en, es=es, blocks=True, about=entry.kind, text=entry.text, nearest=nearest)


def _unknown(entry: ListEntry) -> Question:
    """Return the question about an unknown entry."""
    text, kind = entry.text.strip(), entry.kind
    en = f"{text or '(empty)'}: this {KINDS_EN[kind]} is not known. {_did_you_mean(entry.nearest)}"
    es = f"{text or '(vacío)'}: no se reconoce ({KINDS_ES[kind]}). {_quiso_decir(entry.nearest)}"
    return _question(entry, f"unknown_{kind}", en, es, entry.nearest)


def _not_enough(entry: ListEntry, answer: Meaning) -> Question:
    """Return the question for an insufficient answer: something that looks as if it mattered was called harmless."""
    en = (
        f"{entry.text}: called harmless by {answer.by}, but it names or looks like something that matters."
        f" A physician, PA or NP must say why it is harmless. {_did_you_mean(entry.nearest)}"
    )
    es = (
        f"{entry.text}: {answer.by} indicó que no importa, pero nombra algo que importa o se le parece."
        f" Un médico, PA o NP debe escribir por qué no importa. {_quiso_decir(entry.nearest)}"
    )
    return _question(entry, f"unknown_{entry.kind}", en, es, entry.nearest)


def _did_you_mean(names: tuple[str, ...]) -> str:
    return f"Did you mean {_listed(names, 'or')}?" if names else "What is it, and does it matter here?"


def _quiso_decir(names: tuple[str, ...]) -> str:
    return f"¿Quiso decir {_listed(names, 'o')}?" if names else "¿Qué es, y cambia algo aquí?"


def _listed(names: tuple[str, ...], word: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def answered_concerns(lists: Lists) -> tuple[Concern, ...]:
    """Return the answers about entries, always with their author; a caution where the entry matters or may matter."""
    return tuple(
        _answered(entry, answer) for entry in lists.entries if (answer := entry.answered) is not None
    )


def _answered(entry: ListEntry, answer: Meaning) -> Concern:
    en, es = _meant(answer)
    grave = answer.means == "matters" or (answer.means == "harmless" and entry.matters)
    role = f"{answer.by} ({answer.profession})" if answer.profession else answer.by
    return Concern(
        id="answered_entry",
        level="warn" if grave else "notice",
        en=f"{entry.text}: {en}",
        es=f"{entry.text}: {es}",
        do_en=f"Entered by {role.replace('_', ' ')}, {answer.on}.",
        do_es=f"Lo indicó {role.replace('_', ' ')}, {answer.on}.",
        because=(),
        citations=(),
        certainty=Certainty.PROPOSED,
        review=Review(),
        severity="high" if grave else "low",
    )


def _meant(answer: Meaning) -> tuple[str, str]:
    """Return the answer in words."""
    if answer.means == "known":
        return f"taken for {answer.entry}.", f"se toma por {answer.entry}."
    if answer.means == "matters":
        return answer.how or "", answer.how or ""
    why = f": {answer.how}" if answer.how else "."
    return f"called harmless{why}", f"indicado como sin importancia{why}"


def asides_of(lists: Lists) -> tuple[Notice, ...]:
    """Return what the lists deny, or report as past or as family history: it stops nothing and stays visible."""
    return tuple(
        Notice(
            id="set_aside",
            en=f"{entry.text}: does not count here ({'; '.join(entry.aside)}).",
            es=f"{entry.text}: no cuenta aquí.",
        )
        for entry in lists.entries
        if entry.aside and not entry.groups
    )
