"""The corpus of wordings: rules for every file, and what no wording may cause."""

from collections import defaultdict

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.reasoning.red_flags.check import screen_text
from needlepoint.reasoning.text.concepts import read_concepts
from needlepoint.reasoning.text.corpus import BACKGROUND, corpus_files, expand, wordings
from needlepoint.reasoning.text.index import load_index
from needlepoint.reasoning.text.stems import little_words, words_of

ROWS = list(wordings())


def test_no_background_sentence_warns():
    background = [row for row in ROWS if row.concept.startswith(BACKGROUND)]
    assert len(background) > 1_000
    warned = [row.text for row in background if any(f.action.warns_patient for f in screen_text(row.text))]
    assert warned == []


def test_a_sentinel_has_no_wording_of_one_word_and_no_wording_of_little_words_only():
    for row in ROWS:
        if row.concept.startswith("sentinel:"):
            words = words_of(row.text)
            assert len(words) > 1, row
            assert set(words) - little_words(row.language).stop, row


def test_a_strict_concept_is_matched_by_one_word_only_as_it_is_written():
    for index in load_index().values():
        for phrase in index.phrases:
            assert not (phrase.strict and len(phrase.words) == 1) or phrase.exact


def test_every_author_is_named_and_nearly_every_wording_is_found_again():
    """A wording that the matcher does not find in itself would be dead."""
    assert all(file.author and file.about for file in corpus_files().values())
    lost = defaultdict(list)
    sample = [row for row in ROWS if not row.concept.startswith(BACKGROUND)][::60]
    for row in sample:
        if row.concept not in read_concepts(row.text, row.language):
            lost[row.concept].append(row.text)
    assert sum(map(len, lost.values())) <= 0.06 * len(sample), dict(lost)


def test_a_template_gives_its_plain_sentences():
    assert expand("{my|the} leg {is numb|}") == ["my leg is numb", "my leg", "the leg is numb", "the leg"]
    with pytest.raises(Refused):
        expand("a {b|{c|d}} e")
