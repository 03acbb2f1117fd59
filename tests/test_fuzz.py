"""Any input gets an answer or an explained refusal, never a traceback."""

import copy
import io
import json
from decimal import Decimal

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from needlepoint.anatomy.drawing import read_drawing
from needlepoint.base.refusal import Fault, Refused, read_as
from needlepoint.claims.incoming.remit import read_remits
from needlepoint.claims.outgoing.write_837p import write_837p
from needlepoint.cli import main
from needlepoint.cli.files import read_json
from needlepoint.episode.account import EstimateOrder, make_estimate
from needlepoint.episode.denials.explain import explain
from needlepoint.episode.read import read_episode
from needlepoint.episode.walk import walk
from needlepoint.reasoning.reason import reason
from needlepoint.treatment.plan.read_practice import read_practice
from tests.episode.account.test_claim import SUBMISSION
from tests.places import ROOT

FOLDER = ROOT / "examples"
EXAMPLES = sorted(FOLDER.glob("*.json"))
SITUATIONS = sorted(FOLDER.glob("situations/*.json"))
REMIT = (FOLDER / "situations" / "remit_three_denials.835").read_bytes()
EPISODES = [json.loads(path.read_text(encoding="utf-8")) for path in [*EXAMPLES, *SITUATIONS]]
BILLED = [episode for episode in EPISODES if "account" in episode]
WORDS = st.sampled_from(
    ["left", "right_temple", "soleus", "wet", "lidocaine", "", "NaN", "-1", "2026-11-20", "\x00"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


def answered_or_refused(action):
    refused: tuple[Fault, ...] = ()
    try:
        action()
    except Refused as refusal:
        refused = refusal.faults or (Fault("", "", ""),)
    assert all(fault.where and fault.expected for fault in refused)


def places(value, path=()):
    """Every path into a nested value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def changed(value, path, new):
    """A copy with the place at `path` replaced."""
    if not path:
        return new
    found = copy.deepcopy(value)
    inner = found
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return found


@given(VALUES)
def test_any_value_as_a_complaint(value):
    answered_or_refused(lambda: reason(value))


@given(VALUES)
def test_any_value_as_an_episode(value):
    answered_or_refused(lambda: walk(read_episode(value)))


@given(VALUES)
def test_any_value_as_a_practice(value):
    answered_or_refused(lambda: read_practice(value))


@given(VALUES)
def test_any_value_as_a_drawing(value):
    answered_or_refused(lambda: read_drawing(value))


@pytest.mark.parametrize("wrong", ["NaN", "NAN", "-Infinity", "sNaN"])
@pytest.mark.parametrize("path", [("patient", "weight_kg"), ("pain", "now_nprs"), ("prior_care", 0, "weeks")])
def test_a_number_that_is_none_is_refused_by_name(path, wrong):
    episode = next(row for row in EPISODES if row.get("prior_care") and "weight_kg" in row.get("patient", {}))
    with pytest.raises(Refused, match="expected a number"):
        read_episode(changed(episode, path, wrong))


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_a_whole_episode_with_one_place_spoiled(data):
    episode = data.draw(st.sampled_from(EPISODES))
    path = data.draw(st.sampled_from(list(places(episode))))
    spoiled = changed(episode, path, data.draw(VALUES))
    answered_or_refused(lambda: msgspec.json.encode(walk(read_episode(spoiled)).plan))


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_an_account_with_one_place_spoiled(data):
    episode = data.draw(st.sampled_from(BILLED))
    part = data.draw(st.sampled_from(["account", "session", "insured"]).filter(lambda name: name in episode))
    path = data.draw(st.sampled_from([(part, *path) for path in places(episode[part])]))
    spoiled = changed(episode, path, data.draw(VALUES))

    def whole_way():
        found = walk(read_episode(spoiled))
        msgspec.json.encode(found.estimate)
        msgspec.json.encode(found.claim)
        if found.claim and found.claim.ready:
            write_837p([found.claim.claim], SUBMISSION)

    answered_or_refused(whole_way)


@settings(max_examples=300, deadline=None)
@given(where=st.integers(0, len(REMIT) - 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_remittance_with_one_byte_spoiled_balances_or_is_refused(where, byte, cut):
    spoiled = REMIT[:where] if cut else REMIT[:where] + bytes([byte]) + REMIT[where + 1 :]

    def read():
        for remit in read_remits(io.BytesIO(spoiled)):
            given = sum((row.amount_usd for row in remit.provider_adjustments), Decimal(0))
            assert sum((row.paid_usd for row in remit.claims), -given) == remit.payment.amount_usd
            for row in remit.claims:
                explain(row)

    answered_or_refused(read)


@given(VALUES)
def test_any_value_as_an_order_for_an_estimate(value):
    answered_or_refused(lambda: make_estimate(read_as(value, EstimateOrder, "estimate")))


@given(st.binary(max_size=60))
def test_any_bytes_as_a_file(tmp_path_factory, raw):
    file = tmp_path_factory.mktemp("fuzz") / "file.json"
    file.write_bytes(raw)
    answered_or_refused(lambda: read_json(str(file)))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_cut_off_anywhere_is_refused_with_the_place(path, tmp_path):
    whole = path.read_bytes()
    for size in range(0, len(whole) - 3, max(len(whole) // 25, 1)):
        cut = tmp_path / "cut.json"
        cut.write_bytes(whole[:size])
        result = CliRunner().invoke(main, ["episode", str(cut)])
        assert result.exit_code == 2
        assert "breaks at line" in result.output


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_wrong_encoding_is_refused(encoding, tmp_path):
    file = tmp_path / "case.json"
    file.write_bytes(
        json.dumps({"pain_text": "me duele detrás del ojo"}, ensure_ascii=False).encode(encoding)
    )
    result = CliRunner().invoke(main, ["infer", str(file)])
    assert result.exit_code == 2
    assert "UTF-8" in result.output
