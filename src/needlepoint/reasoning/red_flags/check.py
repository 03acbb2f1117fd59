"""Red flags first: what in a complaint must be acted on before any needle, and the words that raised it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import Certainty, Citation, cite, read_toml, rows
from needlepoint.reasoning.red_flags.actions import Action, Urgency, action_of
from needlepoint.reasoning.red_flags.rules import RedFlagFacts, RedFlagRule, because, check_terms
from needlepoint.reasoning.text.concepts import known_concepts, read_concepts, read_of_others
from needlepoint.reasoning.words.read import read_text

__all__ = [
    "RedFlag",
    "actions_of_flags",
    "age_said",
    "flag_titles",
    "places_in",
    "plain_regions",
    "raise_flags",
    "screen_text",
    "with_others",
]

NOT_SAID = ("pain in ", "age ", "female", "male")
DATA = Path(__file__).parents[1] / "data"
_AGE = re.compile(
    r"(?<!\bfor )(?<!\bhace )(?<!\bpor )(?<!\bpast )(?<!\blast )(?<!\bdurante )"
    r"\b(\d{1,3})[- ]?(?:year|yr|y/?o\b|años?\b)(?! ago)|\bI(?:'?m| am) (\d{2,3})\b(?! weeks| months| days)"
    r"|\b(?:señora?|senora?|hombre|mujer|abuel[oa]|abuelit[oa]|mam[aá]|pap[aá]|paciente|t[ií][oa]) de (\d{2,3})\b"
    r"(?! (?:semanas|meses|d[ií]as|kilos|libras))"
    r"|\b(?:aged?|edad(?: de)?|tengo) (\d{2,3})\b(?! (?:semanas|meses|dias))|\b(\d{2})\s?[mf]\b"
    r"|(?:^|[.,;]\s*)(\d{2})(?=\s*(?:[.,;]|$))",
    re.IGNORECASE,
)


class RedFlag(msgspec.Struct, frozen=True, kw_only=True):
    """A red flag: how urgent, what to do, and the words and facts that raised it."""

    id: str
    urgency: Urgency
    action: Action
    title_en: str
    title_es: str
    because: tuple[str, ...]
    certainty: Certainty
    source: tuple[Citation, ...]

    @property
    def said(self) -> tuple[str, ...]:
        """Return from `because` only the patient's words, without places on the chart and the age."""
        return tuple(words for words in self.because if not words.startswith(NOT_SAID))


class _Rules(msgspec.Struct, frozen=True):
    rules: list[RedFlagRule]
    groups: dict[str, list[str]]


@lru_cache(maxsize=1)
def _load() -> _Rules:
    folder = DATA / "red_flags"
    table = read_toml(folder / "rules.toml")
    rules = rows(folder / "rules.toml", RedFlagRule, "rule")
    known = known_concepts()
    for rule in rules:
        cite(DATA, rule.source, f"rules.toml {rule.id}")
        action_of(rule.action)
        check_terms(rule, known, table["groups"])
    return _Rules(
        rules=rules,
        groups=table["groups"],
    )


def screen_text(
    text: str,
    lang: str | None = None,
    *,
    regions: Iterable[str] = (),
    age: int | None = None,
    sex: str | None = None,
) -> tuple[RedFlag, ...]:
    """Return the red flags in a patient's words, the most urgent first; empty when there are none.

    For intake, messages, follow-up answers and the board alike. `lang` is 'en', 'es' or None (detected); `regions` are
    painful regions of the chart with their side, which count besides the places that the text names; `age` is in whole
    years, else it is read from the text; `sex` is 'female', 'male' or None. What the text denies, reports of another
    person or of long ago raises nothing. Unknown facts raise nothing.

    >>> [flag.action.phone for flag in screen_text("my face droops and I cannot speak")]
    ['911']
    """
    facts = RedFlagFacts(
        said={concept: found.words for concept, found in read_concepts(text, lang).items()},
        painful=frozenset(plain_regions(regions) | places_in(text, lang)),
        age_years=age if age is not None else age_said(text),
        sex=sex,
    )
    return with_others(raise_flags(facts), text, lang)


def with_others(flags: Sequence[RedFlag], text: str, lang: str | None) -> tuple[RedFlag, ...]:
    """Return `flags` of the patient, and the emergencies of another person who is ill now."""
    said = {concept: found.words for concept, found in read_of_others(text, lang).items()}
    raised = {flag.id for flag in flags}
    more = [
        flag
        for flag in (raise_flags(RedFlagFacts(said=said)) if said else ())
        if flag.id not in raised and flag.urgency is Urgency.EMERGENCY
    ]
    return tuple(sorted((*flags, *more), key=lambda flag: flag.urgency.rank))


def raise_flags(facts: RedFlagFacts) -> tuple[RedFlag, ...]:
    """Return the red flags that the facts of one patient raise, the most urgent first."""
    loaded = _load()
    raised = ((rule, because(rule, facts, loaded.groups)) for rule in loaded.rules)
    flags = [_flag(rule, words) for rule, words in raised if words]
    return tuple(sorted(flags, key=lambda flag: flag.urgency.rank))


def actions_of_flags() -> dict[str, Action]:
    """Return the action of each red flag by the flag's id, in the order of the rules."""
    return {rule.id: action_of(rule.action) for rule in _load().rules}


def flag_titles(lang: str) -> dict[str, str]:
    """Return what staff call each red flag, by its id."""
    return {rule.id: rule.es if lang == "es" else rule.en for rule in _load().rules}


def age_said(text: str) -> int | None:
    """Return the age in years that a text states of the patient ('a 72-year-old', 'I am 72', 'tengo 72 años')."""
    found = _AGE.search(text)
    return int(next(group for group in found.groups() if group)) if found else None


def plain_regions(regions: Iterable[str]) -> set[str]:
    """Return regions of the chart without their side."""
    return {region.partition("_")[2] for region in regions}


def places_in(text: str, lang: str | None) -> set[str]:
    """Return the regions, without side, that a text names as painful."""
    mentioned = read_text(text, lang).regions
    return {place.region for place in mentioned if place.painful and not place.negated}


def _flag(rule: RedFlagRule, words: tuple[str, ...]) -> RedFlag:
    action = action_of(rule.action)
    return RedFlag(
        id=rule.id,
        urgency=action.urgency,
        action=action,
        title_en=rule.en,
        title_es=rule.es,
        because=words,
        certainty=rule.certainty,
        source=cite(DATA, rule.source, rule.id),
    )
