"""Why an episode stops is explained in both languages, each with its own wording."""

import pytest

from needlepoint.episode.read import read_episode
from needlepoint.episode.stops import _stops, stop_of
from needlepoint.episode.walk import walk

FOUND = {"muscle": "soleus", "side": "left", "taut_band": True, "tender_spot": True, "recognised_pain": True}
PATIENT = {"age_years": 50, "sex": "male"}
CASES = {
    "red_flag": {"complaint": {"pain_text": "Crushing chest pain into the left arm and jaw, sweating, since an hour."}},
    "examination": {"complaint": {"pain_text": "The left calf hurts."}},
    "instant": {"complaint": {"pain_text": "The left calf hurts."}, "findings": [FOUND]},
    "no_site": {
        "complaint": {"pain_text": "The left calf hurts."}, "findings": [FOUND],
        "as_of": "2026-11-20T15:00:00Z", "plan": {"sites": []},
    },
    "unfinished": {
        "complaint": {"pain_text": "The left calf hurts."}, "as_of": "2026-11-20T15:00:00Z",
        "findings": [{"muscle": "soleus", "side": "left", "taut_band": True}],
    },
    "no_spot": {
        "complaint": {"pain_text": "The left calf hurts."}, "as_of": "2026-11-20T15:00:00Z",
        "findings": [FOUND | {"taut_band": False, "tender_spot": False, "recognised_pain": False,
                              "referred_pain": False, "twitch": False}],
    },
}  # fmt: skip


@pytest.mark.parametrize("id_", CASES)
def test_each_stop_speaks_both_languages(id_):
    walked = walk(read_episode({"id": "x", "patient": PATIENT} | CASES[id_]))
    why = walked.stopped or walked.next
    assert why.id == id_
    assert why.en != why.es
    assert "{" not in why.en + why.es


def test_every_row_has_words_of_its_own_in_both_languages():
    for id_, row in _stops().items():
        assert row.en != row.es
        filled = stop_of(id_, "A", "B")
        assert "{" not in filled.en + filled.es


def test_a_stop_that_nobody_wrote_is_no_stop():
    with pytest.raises(KeyError):
        stop_of("nothing")
