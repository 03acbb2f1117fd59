"""Warning signs first: what in a complaint must be seen to before any needle, and what said so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.knowledge import Certainty, Citation, cite, read_toml, rows
from needlepoint.reasoning.phrases import Lexicon, PhraseRow, compile_lexicon, find
from needlepoint.refusal import Fault, Refused

DATA = Path(__file__).parent / "data"
_AGE = re.compile(
    r"\b(\d{1,3})[- ]?(?:year|yr|y/?o\b|años?\b)|\bI(?:'m| am) (\d{2,3})\b|\b(?:aged?|edad(?: de)?) (\d{2,3})\b",
    re.IGNORECASE,
)
LONG_AGO_WITHIN = 30  # characters behind a sign in which 'years ago' belongs to it
URGENCIES = ("emergency", "same_day", "before_needle")


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to look for. Each inner list of `any` is a conjunction of signs, regions and ages."""

    id: str
    urgency: str
    en: str
    es: str
    any: list[list[str]]
    unless: list[str]
    certainty: Certainty
    source: list[str]


class RedFlag(msgspec.Struct, frozen=True, kw_only=True):
    """A warning that was raised: how urgent, the words and facts that raised it, and on what ground."""

    id: str
    urgency: str  # emergency, same_day, before_needle
    title_en: str
    title_es: str
    because: tuple[str, ...]
    certainty: Certainty
    source: tuple[Citation, ...]


class _Rules(msgspec.Struct, frozen=True):
    rules: list[Rule]
    groups: dict[str, list[str]]
    fresh: frozenset[str]
    long_ago: tuple[str, ...]
    lexicons: tuple[Lexicon, ...]  # one a sign, so that the words of one sign hide no other's


@lru_cache(maxsize=1)
def _load() -> _Rules:
    folder = DATA / "red_flags"
    table = read_toml(folder / "rules.toml")
    rules = rows(folder / "rules.toml", Rule, "rule")
    signs = [msgspec.convert(row, PhraseRow) for row in read_toml(folder / "signs.toml")["phrase"]]
    known = {sign.id for sign in signs}
    for rule in rules:
        cite(DATA, rule.source, f"rules.toml {rule.id}")
        if rule.urgency not in URGENCIES:
            raise Refused(Fault(f"rules.toml {rule.id}", rule.urgency, f"one of {', '.join(URGENCIES)}"))
        for term in [*rule.unless, *(term for terms in rule.any for term in terms)]:
            if not _is_known(term, known, table["groups"]):
                raise Refused(Fault(f"rules.toml {rule.id}", repr(term), "a sign, region:GROUP or age>=N"))
    return _Rules(
        rules=rules,
        groups=table["groups"],
        fresh=frozenset(table["fresh"]),
        long_ago=tuple(table["long_ago"]),
        lexicons=tuple(compile_lexicon([sign]) for sign in signs),
    )


def _is_known(term: str, signs: set[str], groups: dict[str, list[str]]) -> bool:
    if term.startswith("region:"):
        return term.removeprefix("region:") in groups
    return term in signs or term.removeprefix("age>=").isdigit()


def screen(
    text: str,
    regions: Iterable[str] = (),
    age_years: int | None = None,
    language: str | None = None,
) -> tuple[RedFlag, ...]:
    """The red flags of a complaint, the most urgent first.

    `regions` are painful region ids with their side. What the text denies, or tells of another person, raises
    nothing. An age that is not known raises no age rule.
    """
    loaded = _load()
    said: dict[str, str] = {}
    for mention in (m for lexicon in loaded.lexicons for m in find(text, lexicon, language)):
        stale = mention.concept in loaded.fresh and (mention.past or _is_long_ago(text, mention.end, loaded))
        if not (mention.negated or mention.family or stale):
            said.setdefault(mention.concept, mention.words)
    age = age_years if age_years is not None else age_said(text)
    painful = {region.partition("_")[2] for region in regions}
    flags = []
    for rule in loaded.rules:
        because = _because(rule, said, painful, loaded.groups, age)
        if because and not any(sign in said for sign in rule.unless):
            flags.append(_flag(rule, because))
    return tuple(sorted(flags, key=lambda flag: URGENCIES.index(flag.urgency)))


def _is_long_ago(text: str, end: int, loaded: _Rules) -> bool:
    """Whether the words close behind a sign say that it lies years back."""
    behind = text[end : end + LONG_AGO_WITHIN].lower()
    return any(words in behind for words in loaded.long_ago)


def age_said(text: str) -> int | None:
    """The age in years that a text gives of the patient ('a 72-year-old', 'I am 72', 'tengo 72 años')."""
    found = _AGE.search(text)
    return int(next(group for group in found.groups() if group)) if found else None


def _because(
    rule: Rule, said: dict[str, str], painful: set[str], groups: dict[str, list[str]], age: int | None
) -> tuple[str, ...]:
    """The words behind the first conjunction that holds; empty when none does."""
    for terms in rule.any:
        found = [_holds(term, said, painful, groups, age) for term in terms]
        if all(found):
            return tuple(words for words in found if words)
    return ()


def _holds(
    term: str, said: dict[str, str], painful: set[str], groups: dict[str, list[str]], age: int | None
) -> str | None:
    if term.startswith("age>="):
        least = int(term.removeprefix("age>="))
        return f"age {age}" if age is not None and age >= least else None
    if term.startswith("region:"):
        marked = [name for name in groups[term.removeprefix("region:")] if name in painful]
        return f"pain in {marked[0].replace('_', ' ')}" if marked else None
    return said.get(term)


def _flag(rule: Rule, because: tuple[str, ...]) -> RedFlag:
    return RedFlag(
        id=rule.id,
        urgency=rule.urgency,
        title_en=rule.en,
        title_es=rule.es,
        because=because,
        certainty=rule.certainty,
        source=cite(DATA, rule.source, rule.id),
    )
