"""Every way to the posterior agrees with enumeration of every state, on networks small enough to enumerate."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.reasoning.inference import Network, Observation, blocks, covering, infer, search
from needlepoint.reasoning.inference.answer import FINE_NOISE, given_each
from needlepoint.reasoning.inference.network import reduce, tilt
from needlepoint.reasoning.inference.sheaf import sheaf_of
from needlepoint.reasoning.model import load_model


def random_network(rng, causes, patterns, findings):
    link = rng.uniform(0, 0.9, (causes, patterns, findings)) * (
        rng.random((causes, patterns, findings)) < 0.5
    )
    return Network(
        prior=rng.uniform(0.005, 0.4, causes),
        share=rng.dirichlet(np.ones(patterns), causes),
        log_miss=np.log1p(-link),
        leak=rng.uniform(0.001, 0.2, findings),
    )


def enumerate_states(network, seen):
    """The posterior by definition: every cause off or on in each pattern, weighed and summed."""
    causes, patterns = network.share.shape
    prior = tilt(network.prior, seen.odds)
    total, on = 0.0, np.zeros(causes)
    for state in itertools.product(range(-1, patterns), repeat=causes):
        weight, log_miss = 1.0, np.log1p(-network.leak)
        for cause, pattern in enumerate(state):
            weight *= 1 - prior[cause] if pattern < 0 else prior[cause] * network.share[cause, pattern]
            log_miss = log_miss + (network.log_miss[cause, pattern] if pattern >= 0 else 0.0)
        miss = np.exp(log_miss)
        weight *= np.prod(miss[seen.absent])
        weight *= np.prod([1 - np.prod(miss[list(group)]) for group in seen.present])
        total += weight
        on += weight * (np.array(state) >= 0)
    return on / total


@st.composite
def observed_networks(draw):
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    findings = draw(st.integers(2, 6))
    network = random_network(rng, draw(st.integers(1, 5)), draw(st.integers(1, 3)), findings)
    order = rng.permutation(findings)
    shown = draw(st.integers(1, findings))
    present, rest = order[:shown], order[shown:]
    groups = [tuple(map(int, present[:2]))] if draw(st.booleans()) else []
    groups += [(int(finding),) for finding in present[2 if groups else 0 :]]
    absent = rest[: draw(st.integers(0, len(rest)))]
    odds = np.exp(rng.normal(size=network.causes))
    return network, Observation(present=tuple(groups), absent=absent.astype(np.intp), odds=odds)


@settings(max_examples=60, deadline=None)
@given(observed_networks())
def test_every_way_gives_the_enumerated_posterior(case):
    network, seen = case
    expected = enumerate_states(network, seen)
    part = reduce(network, seen)
    assert infer(network, seen).probability == pytest.approx(expected, abs=1e-6)
    whole = blocks.settle(sheaf_of(part), most=10)
    if whole.noise[0] < FINE_NOISE:  # otherwise its sum has canceled, and `infer` does not use it
        assert whole.probability == pytest.approx(expected[part.relevant], abs=1e-6)
    assert covering.marginals(part)[0] == pytest.approx(expected[part.relevant], abs=1e-10)
    sets = search.heaviest(part, beam=5000)
    assert search.marginals(part, sets) == pytest.approx(expected[part.relevant], abs=1e-4)


@settings(max_examples=30, deadline=None)
@given(observed_networks())
def test_what_is_known_of_one_cause_changes_the_others_as_enumerated(case):
    network, seen = case
    part = reduce(network, seen)
    known = list(range(part.relevant.size))
    found = given_each(part, known, infer(network, seen).probability[part.relevant])
    for row in known:
        sure = seen.odds.copy()
        sure[part.relevant[row]] = 1e9  # as if the cause were known to be on
        told = Observation(present=seen.present, absent=seen.absent, odds=sure)
        assert found[row] == pytest.approx(enumerate_states(network, told)[part.relevant], abs=1e-4)


def test_a_very_unlikely_drawing_falls_back_to_the_way_without_cancellation():
    """Ten findings that nothing but tiny leaks explain: the alternating sum has no digit left."""
    network = Network(
        prior=np.array([0.01, 0.01]),
        share=np.ones((2, 1)),
        log_miss=np.log1p(-np.full((2, 1, 10), 1e-3)),
        leak=np.full(10, 1e-4),
    )
    seen = Observation(
        present=tuple((f,) for f in range(10)), absent=np.array([], dtype=np.intp), odds=np.ones(2)
    )
    part = reduce(network, seen)
    assert blocks.settle(sheaf_of(part), most=10).noise[0] > 1e-3
    assert infer(network, seen).probability == pytest.approx(enumerate_states(network, seen), rel=1e-9)


def of_atlas(names, features=(), missing=()):
    """A drawing of the atlas: painful regions by name, every other region painless but those in `missing`."""
    model = load_model()
    painful = [model.column[name] for name in names]
    silent = [model.column[name] for name in model.regions if name not in names and name not in missing]
    return model, Observation(
        present=tuple((column,) for column in (*painful, *(model.column[name] for name in features))),
        absent=np.array(silent, dtype=np.intp),
        odds=np.ones(model.network.causes),
    )


def wide_drawings(number, low=8, high=11):
    """Drawings of the atlas with so many regions, made by muscles drawn from its own priors."""
    model = load_model()
    network, columns = model.network, np.array([model.column[name] for name in model.regions])
    rng = np.random.default_rng(17)
    found = []
    while len(found) < number:
        active = np.flatnonzero(rng.random(network.causes) < network.prior)
        log_miss = np.log1p(-network.leak[columns])
        for cause in active:
            pattern = rng.choice(network.share.shape[1], p=network.share[cause])
            log_miss = log_miss + network.log_miss[cause, pattern][columns]
        lit = np.flatnonzero(rng.random(len(columns)) < -np.expm1(log_miss))
        if low <= len(lit) <= high:
            found.append(of_atlas([model.regions[number] for number in lit])[1])
    return model.network, found


def test_wide_drawings_in_blocks_are_close_to_exact():
    network, drawings = wide_drawings(12)
    worst = []
    for seen in drawings:
        posterior = infer(network, seen)
        assert posterior.method == "blocks"
        exact = covering.marginals(posterior.part)[0]
        worst.append(np.abs(posterior.probability[posterior.part.relevant] - exact).max())
    assert np.mean(worst) < 0.02
    assert np.median(worst) < 0.005


def test_blocks_are_exact_where_no_cause_reaches_over_the_cut():
    """Two halves of a network that have nothing in common: cutting between them loses nothing."""
    rng = np.random.default_rng(2)
    near, far = random_network(rng, 4, 2, 5), random_network(rng, 4, 2, 5)
    log_miss = np.zeros((8, 2, 10))
    log_miss[:4, :, :5], log_miss[4:, :, 5:] = near.log_miss, far.log_miss
    both = Network(
        prior=np.append(near.prior, far.prior),
        share=np.vstack([near.share, far.share]),
        log_miss=log_miss,
        leak=np.append(near.leak, far.leak),
    )
    seen = Observation(
        present=tuple((finding,) for finding in range(10)),
        absent=np.array([], dtype=np.intp),
        odds=np.ones(8),
    )
    part = reduce(both, seen)
    assert blocks.settle(sheaf_of(part), most=5).probability == pytest.approx(
        covering.marginals(part)[0], abs=1e-6
    )


def test_every_region_painful_is_answered_by_a_search_and_says_so():
    model, seen = of_atlas(load_model().regions)
    posterior = infer(model.network, seen)
    assert posterior.method == "search"
    assert np.isfinite(posterior.probability).all()
    assert posterior.probability.max() > 0.9


def test_nothing_seen_leaves_the_priors():
    model = load_model()
    nothing = Observation(present=(), absent=np.array([], dtype=np.intp), odds=np.ones(model.network.causes))
    posterior = infer(model.network, nothing)
    assert posterior.method == "exact"
    assert posterior.probability == pytest.approx(model.network.prior)


def test_all_regions_painless_speaks_against_every_muscle_that_lights_one():
    model, seen = of_atlas([])
    posterior = infer(model.network, seen)
    touching = (model.network.log_miss[:, :, seen.absent] < 0.0).any(axis=(1, 2))
    assert (posterior.probability[touching] < model.network.prior[touching]).all()
    assert posterior.probability == pytest.approx(enumerate_alone(model.network, seen.absent), abs=1e-12)


def enumerate_alone(network, absent):
    """Without present findings the causes are independent: Bayes' rule for each one separately."""
    silent = (network.share * np.exp(network.log_miss[:, :, absent].sum(axis=2))).sum(axis=1)
    return network.prior * silent / (network.prior * silent + 1.0 - network.prior)


def test_a_finding_that_is_present_and_absent_is_refused():
    model, seen = of_atlas(["right_temple"])
    both = Observation(
        present=seen.present, absent=np.append(seen.absent, seen.present[0][0]), odds=seen.odds
    )
    with pytest.raises(Refused, match="absent as well"):
        infer(model.network, both)


def test_what_nothing_can_light_is_refused():
    network = Network(
        prior=np.array([0.1]), share=np.ones((1, 2)) / 2, log_miss=np.zeros((1, 2, 2)), leak=np.zeros(2)
    )
    seen = Observation(present=((0,),), absent=np.array([], dtype=np.intp), odds=np.ones(1))
    with pytest.raises(Refused, match="nothing in the network lights"):
        infer(network, seen)


def test_findings_that_exclude_each_other_are_refused():
    """One cause, in one pattern or the other, never both; no leak. Both findings at once cannot be."""
    log_miss = np.log1p(-np.array([[[0.9, 0.0], [0.0, 0.9]]]))
    network = Network(
        prior=np.array([0.1]), share=np.array([[0.5, 0.5]]), log_miss=log_miss, leak=np.zeros(2)
    )
    seen = Observation(present=((0,), (1,)), absent=np.array([], dtype=np.intp), odds=np.ones(1))
    with pytest.raises(Refused, match="no state of the network"):
        infer(network, seen)


@settings(max_examples=30, deadline=None)
@given(observed_networks())
def test_a_group_says_nothing_beside_a_finding_in_it_and_loses_what_is_absent(case):
    network, seen = case
    present = {finding for group in seen.present for finding in group}
    single = min(present)
    pair = (single, max(present | set(seen.absent.tolist())))
    alone = Observation(present=((single,),), absent=seen.absent, odds=seen.odds)
    beside = Observation(present=((single,), pair), absent=seen.absent, odds=seen.odds)
    assert infer(network, beside).probability == pytest.approx(infer(network, alone).probability)
    if len(seen.absent):
        half = Observation(present=((single, int(seen.absent[0])),), absent=seen.absent, odds=seen.odds)
        assert infer(network, half).probability == pytest.approx(infer(network, alone).probability)


def test_a_finding_named_twice_counts_once():
    model, seen = of_atlas(["right_temple", "right_eye"])
    twice = Observation(present=(*seen.present, seen.present[0]), absent=seen.absent, odds=seen.odds)
    assert infer(model.network, twice).probability.tolist() == infer(model.network, seen).probability.tolist()
