"""Numbers in the patient's own words that differ from the record: the weight and the age."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from needlepoint.base.people import Patient
from needlepoint.base.wording import number
from needlepoint.treatment.lists.cues import Age, cues
from needlepoint.treatment.lists.forms import Forms
from needlepoint.treatment.lists.line import tokens_of
from needlepoint.treatment.lists.measures import awaits_number, refers_back
from needlepoint.treatment.types import Question

__all__ = ["is_written_for", "questions_of_figures", "sentences_of"]

MOST_READ = 2000  # letters of the complaint


@lru_cache(maxsize=512)
def sentences_of(told: str) -> tuple[str, ...]:
    """Return the sentences of the complaint; a point within a number or an abbreviation does not end one.

    A sentence that takes up a laboratory value of the one before it belongs to that one: "Low platelets. They were 30."
    """
    parts = re.split(r"[!?;\n]+|\.(?=\s+\S|$)", told[:MOST_READ])
    found: list[str] = []
    for part in filter(None, map(str.strip, parts)):
        if found and refers_back(tokens_of(part)) and awaits_number(tokens_of(found[-1])):
            found[-1] += f", {part}"
        else:
            found.append(part)
    return tuple(found)


def questions_of_figures(told: str, patient: Patient) -> tuple[Question, ...]:
    """Return a blocking question for each number in the words that differs from the record."""
    return (*_weight(told, patient), *_age(told, patient))


def _otherwise(key: str, words: str, record: str) -> Question:
    return Question(
        key=key,
        en=f"The patient's words say “{words}”, the record {record}. Which is right? Correct the record.",
        es=f"La persona dice “{words}” y el registro {record}. ¿Cuál es correcto? Corrija el registro.",
        blocks=True,
    )


def _weight(told: str, patient: Patient) -> Iterator[Question]:
    if patient.weight_kg is None:
        return
    most = patient.weight_kg * cues().weight.apart_percent / 100
    apart = (words for kg, words in _weights(told) if abs(kg - patient.weight_kg) > most)
    for words in list(apart)[:1]:
        yield _otherwise("told_weight", words, f"{number(patient.weight_kg)} kg")


@lru_cache(maxsize=512)
def _weights(told: str) -> tuple[tuple[Decimal, str], ...]:
    """Return the weights in the words, in kg."""
    rule, found = cues().weight, []
    for sentence in sentences_of(told):
        tokens = tokens_of(sentence)
        for n, token in enumerate(tokens[:-1]):
            factor = rule.units.get(tokens[n + 1])
            near = set(tokens[max(n - 3, 0) : n]) & set(rule.words)
            if factor is not None and near and token.replace("p", "", 1).isdigit():
                value = Decimal(token.replace("p", "."))
                found.append((value * factor, f"{value} {tokens[n + 1]}"))
    return tuple(found)


def _age(told: str, patient: Patient) -> Iterator[Question]:
    """Return a question when the words give another age than the record, or a child where the record has an adult."""
    if patient.age_years is None:
        return
    rule = cues().age
    apart = (words for years, words in _ages(told) if abs(years - patient.age_years) > rule.apart_years)
    told_child = _child(told) if patient.age_years >= rule.adult_from else ""
    for words in [*apart, *([told_child] if told_child else [])][:1]:
        yield _otherwise("told_age", words, f"{patient.age_years}")


@lru_cache(maxsize=1)
def _forms() -> dict[str, Forms]:
    """Return the forms of an age, of a child's age, of words written for a child, and of a child named as such."""
    rule = cues().age
    kinds = {"own": rule.own, "theirs": rule.theirs, "written_for": rule.written_for}
    return {kind: Forms([(form, kind) for form in forms]) for kind, forms in kinds.items()}


def is_written_for(told: str) -> bool:
    """Return whether the text is written for a child."""
    return any(_spans("written_for", told))


@lru_cache(maxsize=512)
def _ages(told: str) -> tuple[tuple[Decimal, str], ...]:
    """Return the patient's ages in the words, in years: the writer's own, or the child's if written for one."""
    kind = "theirs" if any(_spans("written_for", told)) else "own"
    return tuple(age for words in _spans(kind, told) if (age := _years(words, cues().age)))


@lru_cache(maxsize=512)
def _child(told: str) -> str:
    """Return the words that say the patient is a young child, without an age; '' if none do."""
    young = set(cues().age.young)
    return next((words for words in _spans("written_for", told) if young & set(words.split())), "")


def _spans(kind: str, told: str) -> list[str]:
    """Return the words of each form of this kind."""
    rows = [tokens_of(sentence) for sentence in sentences_of(told)]
    return [" ".join(tokens[start:end]) for tokens in rows for start, end, _ in _forms()[kind].along(tokens)]


def _years(words: str, rule: Age) -> tuple[Decimal, str] | None:
    """Return the age of a form in years; None for a bare small number, which may be the pain intensity."""
    tokens = words.split()
    n = next(n for n, token in enumerate(tokens) if token[0].isdigit())
    value = Decimal(tokens[n].replace("p", "."))
    unit = next((rule.units[token] for token in tokens[n + 1 :] if token in rule.units), None)
    if unit is None and (value <= rule.bare_above and "de" not in tokens):
        return None
    years = value * (unit or 1)
    return (years, words) if years <= rule.most else None
