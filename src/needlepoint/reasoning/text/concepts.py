"""The concepts that a text states of the patient at present, with their words, and those that it half states."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.reasoning.text.corpus import BACKGROUND, DATA
from needlepoint.reasoning.text.index import LEAST_PART, is_mask, load_index
from needlepoint.reasoning.text.matcher import FULL, HALF, Hit, TextSpan, hits_in, read_statements
from needlepoint.reasoning.text.persons import OTHER, OTHER_NOW, as_first, names_others
from needlepoint.reasoning.text.readings import (
    OVERDOSE,
    SEVERE_PRESSURE,
    counted_pills,
    severe_pressures,
)
from needlepoint.reasoning.text.scope import of_own_body, reach_of, says_a_bit
from needlepoint.reasoning.text.stems import little_words
from needlepoint.reasoning.words.language import cue_table, languages_of
from needlepoint.reasoning.words.lexicon import matches_each
from needlepoint.reasoning.words.lexicons import SIGNS, lexicon_of, sign_files
from needlepoint.reasoning.words.tokens import Token, fold, normalize

HALF_SAID = 0.7  # share of a wording from which we ask whether it was meant
HINT = "half:"  # concepts with this prefix only half state the concept after it, however fully they match
BEFORE = 20  # characters before a wording within which 'kind of' applies to it
NOT_BEFORE = (
    3  # words before a wording within which a denial cancels a concept that would explain another one
)
__all__ = ["ConceptMention", "findings_of", "hits_of", "known_concepts", "read_concepts", "read_of_others"]


class ConceptMention(msgspec.Struct, frozen=True):
    """One concept in a text: its words, how much of a wording they are, and where they are."""

    concept: str
    words: str
    share: float
    start: int
    end: int

    @property
    def full(self) -> bool:
        """Whether enough of it was stated to be taken as fact; otherwise it becomes a question."""
        return self.share >= FULL


@lru_cache(maxsize=1)
def _always() -> dict[str, frozenset[str]]:
    """Return the concepts that override the past ('history') and other people ('others')."""
    table = read_toml(DATA / "corpus_rules.toml")
    return {
        name: frozenset(table[name])
        for name in ("history", "others", "fresh", "reassuring", "not_of_others", "passing")
    }


@lru_cache(maxsize=1)
def _cancels() -> dict[str, list[str]]:
    return dict(read_toml(DATA / "corpus_rules.toml")["cancels"])


@lru_cache(maxsize=1)
def _explaining() -> frozenset[str]:
    return frozenset(name for others in _cancels().values() for name in others)


@lru_cache(maxsize=1)
def _softened() -> dict[str, list[str]]:
    return dict(read_toml(DATA / "corpus_rules.toml")["softened"])


@lru_cache(maxsize=1)
def _implies() -> dict[str, list[str]]:
    return dict(read_toml(DATA / "corpus_rules.toml")["implies"])


@lru_cache(maxsize=2)
def _needs(table: str) -> dict[str, re.Pattern[str]]:
    """Concept -> the beginnings of words of which one must occur in what names it ('needs') or half names it."""
    rows = read_toml(DATA / "corpus_rules.toml")[table]
    return {name: re.compile(rf"\b(?:{'|'.join(words)})") for name, words in rows.items()}


def _is_worth(said: ConceptMention) -> bool:
    """Return whether the words are convincing; half-stated ones must also make a question reasonable."""
    tables = ("needs",) if said.full else ("needs", "half_needs")
    patterns = (_needs(table).get(said.concept) for table in tables)
    return all(needed is None or needed.search(fold(said.words)) for needed in patterns)


def findings_of(said: Mapping[str, ConceptMention]) -> dict[str, str]:
    """Return the findings that the causes know, with their words: what was stated, and what that implies."""
    words = {concept: found.words for concept, found in said.items() if found.full}
    implied = {other: words[name] for name, others in _implies().items() if name in words for other in others}
    return implied | words


def known_concepts() -> set[str]:
    """Return every concept that a text can state."""
    said = {name.removeprefix(HINT) for index in load_index().values() for name in index.concepts}
    return (
        said | {SEVERE_PRESSURE} | {row["id"] for path in sign_files() for row in read_toml(path)["phrase"]}
    )


def read_concepts(text: str, language: str | None = None, least: float = FULL) -> dict[str, ConceptMention]:
    """Return each concept that `text` states by at least `least` of one of its wordings, with the best wording."""
    return _best(text, language, max(least, LEAST_PART), _counts)


def read_of_others(text: str, language: str | None = None) -> dict[str, ConceptMention]:
    """Return each concept stated in full of another person who is ill now, while the writer is the patient."""
    heard = (_hear(text, name, HALF_SAID) for name in languages_of(normalize(text), language))
    if not any(names_others(statement.words) for one in heard for statement in one.statements):
        return {}
    return _best(text, language, FULL, lambda _, why_not: why_not == OTHER_NOW)


def _best(
    text: str, language: str | None, least: float, counts: Callable[[Hit, str | None], bool]
) -> dict[str, ConceptMention]:
    tokens = normalize(text)
    languages = languages_of(tokens, language)
    masks = [span for name in languages for span in _masks(text, tokens, name, least)]
    found: dict[str, ConceptMention] = {}
    for name in languages:
        for said in _read(text, tokens, name, least, counts, masks):
            if said.concept not in found or said.share > found[said.concept].share:
                found[said.concept] = said
    explained = {name for name, by in _cancels().items() if _any_full(by, found)}
    soft = {name: _soft(text, said, found) for name, said in found.items() if name not in explained}
    return {name: said for name, said in soft.items() if said.share >= least}


def _any_full(names: list[str], found: Mapping[str, ConceptMention]) -> bool:
    return any(name in found and found[name].full for name in names)


def _soft(text: str, said: ConceptMention, found: Mapping[str, ConceptMention]) -> ConceptMention:
    """'My legs feel kind of weak' is only half stated, unless something else confirms it."""
    firm = _softened().get(said.concept)
    if firm is None or not said.full or _any_full(firm, found):
        return said
    around = fold(text[max(0, said.start - BEFORE) : said.end])
    return msgspec.structs.replace(said, share=HALF) if says_a_bit(around) else said


class _Heard(msgspec.Struct, frozen=True):
    """A text after matching: its tokens, statements and hits, from LEAST_PART of a wording on."""

    tokens: list[Token]
    statements: list[TextSpan]
    hits: list[Hit]


@lru_cache(maxsize=64)
def _hear(text: str, language: str, least: float) -> _Heard:
    """Match a text once, however often the result is needed."""
    tokens = normalize(text)
    statements = read_statements(tokens, load_index()[language], language)
    hits = _hits(tokens, statements, language, least)
    first = as_first(tokens, language)
    if first is not None:
        again = [
            statement
            for statement in read_statements(first, load_index()[language], language)
            if statement not in statements
        ]
        hits += [
            hit
            for hit in _hits(first, again, language, least)
            if hit.concept not in _always()["not_of_others"]
        ]
    return _Heard(tokens, statements, hits)


def _hits(tokens: list[Token], statements: list[TextSpan], language: str, least: float) -> list[Hit]:
    readings = [Hit(SEVERE_PRESSURE, 1.0, first, end, 1.0, False) for first, end in severe_pressures(tokens)]
    readings += [Hit(OVERDOSE, 1.0, first, end, 1.0, False) for first, end in counted_pills(tokens)]
    return [*readings, *_sign_hits(tokens, language), *hits_in(statements, load_index()[language], least)]


def hits_of(text: str, language: str, least: float = HALF_SAID) -> list[Hit]:
    """Return every wording stated in full, including those to ignore, denied or not."""
    return [hit for hit in _hear(text, language, least).hits if hit.share >= FULL]


def _read(
    text: str,
    tokens: list[Token],
    language: str,
    least: float,
    counts: Callable[[Hit, str | None], bool],
    masks: list[tuple[int, int]],
) -> list[ConceptMention]:
    heard = _hear(text, language, least)
    hits = [
        hit
        for hit in heard.hits
        if not hit.concept.startswith(BACKGROUND)
        and not _inside(hit, masks)
        and not _ends_inside(hit, masks, tokens)
    ]
    reach = reach_of(tokens, heard.statements, hits, language)
    denying = little_words(language).neg
    told = [
        hit
        for hit in hits
        if counts(hit, reach.why_not(hit))
        and not (hit.concept in _always()["not_of_others"] and of_own_body(hit, heard.statements))
        and not (hit.concept in _explaining() and _taken_back(hit, tokens, denying))
    ]
    found = [(hit.concept, _said(text, tokens, hit)) for hit in told]
    return [
        said
        for concept, said in found
        if said.share >= least and (concept.startswith(HINT) or _is_worth(said))
    ]


def _taken_back(hit: Hit, tokens: list[Token], denying: frozenset[str]) -> bool:
    """'Not dieting', 'without trying': a concept that would explain another one is denied."""
    for place in range(hit.end - 1, max(0, hit.first - NOT_BEFORE) - 1, -1):
        if tokens[place].text.replace("'", "") in denying:
            return True
        if tokens[place].gap > 0 and place <= hit.first:
            return False
    return False


def _masks(text: str, tokens: list[Token], language: str, least: float) -> list[tuple[int, int]]:
    """Return where idioms and harmless look-alikes are: what lies inside is ignored."""
    idioms = [hit for hit in _hear(text, language, least).hits if is_mask(hit.concept) and hit.share > 0.99]
    return [(_from_little_words(hit.first, tokens, language), hit.end) for hit in idioms]


def _said(text: str, tokens: list[Token], hit: Hit) -> ConceptMention:
    start, end = tokens[hit.first].start, tokens[hit.end - 1].end
    hint = hit.concept.startswith(HINT)
    share = (HALF if hit.share >= FULL else 0.0) if hint else hit.share
    return ConceptMention(hit.concept.removeprefix(HINT), text[start:end], share, start, end)


def _sign_hits(tokens: list[Token], language: str) -> list[Hit]:
    """Return the ordered phrases of signs.toml and its companions in a text, as hits of full share."""
    denying = little_words(language).neg
    found = []
    for match in matches_each(tokens, lexicon_of(SIGNS), language):
        words = {token.text.replace("'", "") for token in tokens[match.first : match.end]}
        found += [
            Hit(concept, 1.0, match.first, match.end, 1.0, bool(words & denying))
            for concept in match.concepts
        ]
    return found


def _from_little_words(first: int, tokens: list[Token], language: str) -> int:
    """Return where an idiom begins when the function words before it are included ('me' before 'pega el sol')."""
    stop = little_words(language).stop | frozenset(cue_table().soft[language])
    while first > 0 and tokens[first - 1].text in stop and not tokens[first].gap:
        first -= 1
    return first


def _inside(hit: Hit, spans: list[tuple[int, int]]) -> bool:
    return any(first <= hit.first and hit.end <= end for first, end in spans)


def _ends_inside(hit: Hit, spans: list[tuple[int, int]], tokens: list[Token]) -> bool:
    """'My right arm, the part that hangs': the end of a wording is a mask in a clause of its own."""
    return any(
        hit.first < first < hit.end <= end and any(tokens[at].gap for at in range(hit.first + 1, first + 1))
        for first, end in spans
    )


def _counts(hit: Hit, why_not: str | None) -> bool:
    if why_not == "long_ago":
        return hit.concept in _always()["history"]
    if why_not == "well":
        return hit.concept in _always()["reassuring"]
    if why_not == "months_ago":
        return hit.concept not in _always()["fresh"]
    if why_not == "months_ago_over":
        return hit.concept not in _always()["fresh"] | _always()["passing"]
    if why_not == "over":
        return hit.concept not in _always()["passing"]
    if why_not in (OTHER, OTHER_NOW):
        return hit.concept in _always()["others"]
    return why_not is None
