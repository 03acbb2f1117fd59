"""What the compiled wordings and phrases cost: memory that the collector must visit, and the size of the file."""

import gc

from needlepoint.reasoning.red_flags.check import screen_text
from needlepoint.reasoning.text.index import Phrase
from needlepoint.reasoning.words.lexicon import _Node
from needlepoint.reasoning.words.lexicons import FILE


def test_the_collector_does_not_visit_decoded_wordings():
    """A full collection over 100 000 of them stopped one text in some hundred for 50 ms."""
    screen_text("my right arm hurts and went numb after lifting, no fever")
    screen_text("me duele el brazo derecho y se me durmió, sin fiebre")
    assert not [found for found in gc.get_objects() if type(found) in (Phrase, _Node)]


def test_phrases_share_their_endings_in_the_compiled_lexicons():
    assert FILE.stat().st_size < 800_000
