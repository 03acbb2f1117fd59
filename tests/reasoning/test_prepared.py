"""What is computed once for a complaint gives the same answers as computing everything again."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.reasoning import reason as reasoning
from needlepoint.reasoning.complaint import read_case
from needlepoint.reasoning.differential import differentiate, prepare, rank
from needlepoint.reasoning.inference import blocks
from needlepoint.reasoning.inference.network import weigh
from needlepoint.reasoning.inference.sheaf import sheaf_of
from needlepoint.reasoning.inference.sure import SURE, given_each
from needlepoint.reasoning.model import load_model
from needlepoint.reasoning.palpation import SIGNS
from needlepoint.reasoning.types import Palpated

MODEL = load_model()
WORDS = (
    "It hurts behind the right eye and down the side of the neck, worse at the desk.",
    "me duele la espalda baja y la pierna, peor al estar sentado",
    "shoulder pain since I fell, I cannot lift the arm",
)
complaints = st.one_of(
    st.builds(lambda words: {"pain_text": words}, st.sampled_from(WORDS)),
    st.builds(
        lambda regions: {"regions": regions},
        st.dictionaries(st.sampled_from(MODEL.regions), st.integers(1, 10), min_size=1, max_size=9),
    ),
)
findings = st.lists(
    st.builds(
        lambda cause, signs: {"muscle": cause[0], "side": cause[1], **dict(zip(SIGNS, signs, strict=True))},
        st.sampled_from(MODEL.causes),
        st.lists(st.sampled_from([True, False, None]), min_size=len(SIGNS), max_size=len(SIGNS)),
    ),
    max_size=3,
)


@settings(max_examples=25, deadline=None)
@given(complaints, st.lists(findings, min_size=1, max_size=3), st.sampled_from([None, 34, 71]))
def test_findings_in_any_order_say_the_same_as_a_complaint_read_anew(told, rounds, age):
    cases = [{**told, "palpated": felt} for felt in rounds]
    reasoning._read_encoded.cache_clear()
    kept = [msgspec.json.encode(reasoning.reason(case, age_years=age)) for case in cases]
    for case, before in zip(reversed(cases), reversed(kept), strict=True):
        assert msgspec.json.encode(reasoning.reason(case, age_years=age)) == before
        reasoning._read_encoded.cache_clear()
        assert msgspec.json.encode(reasoning.reason(case, age_years=age)) == before


@settings(max_examples=15, deadline=None)
@given(complaints, findings, findings)
def test_a_prepared_complaint_is_ranked_as_one_that_was_not(told, first, second):
    read = reasoning._read(read_case(told), "complaint")
    prepared = prepare(MODEL, read.evidence, read.told)
    for felt in (first, second, first):
        palpated = [Palpated(**one) for one in felt]
        assert rank(prepared, palpated) == differentiate(MODEL, read.evidence, palpated, read.told)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(MODEL.regions), min_size=1, max_size=7, unique=True), st.data())
def test_a_cause_that_is_sure_says_the_same_as_a_drawing_of_its_own(regions, data):
    read = reasoning._read(read_case({"regions": dict.fromkeys(regions, 5)}), "complaint")
    prepared = prepare(MODEL, read.evidence, read.told)
    part = weigh(MODEL.network, prepared.folded, prepared.odds)
    known = data.draw(st.lists(st.integers(0, part.relevant.size - 1), min_size=1, max_size=4, unique=True))
    ratios = np.tile(part.on / part.off[:, None], (len(known), 1, 1))
    ratios[np.arange(len(known)), known] *= SURE
    apart = blocks.settle(sheaf_of(part, ratios), 7)
    expected = apart.probability.reshape(len(known), -1)
    fine = apart.noise < 1e-9
    assert given_each(part, known)[fine] == pytest.approx(expected[fine], abs=1e-5)
