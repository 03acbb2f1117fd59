"""Three ways to the posterior agree with enumeration of every state, on networks small enough to enumerate."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from needlepoint.reasoning.inference import Network, Observation, covering, inclusion, infer, search
from needlepoint.reasoning.inference.network import reduce, tilt
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
    total = inclusion.include(part)
    if total.trust < 1e-6:  # otherwise its sum has cancelled, and `infer` does not use it
        assert total.marginals() == pytest.approx(expected[part.relevant], abs=1e-6)
    assert covering.marginals(part)[0] == pytest.approx(expected[part.relevant], abs=1e-10)
    sets = search.heaviest(part, beam=5000)
    assert search.marginals(part, sets) == pytest.approx(expected[part.relevant], abs=1e-4)


@settings(max_examples=30, deadline=None)
@given(observed_networks())
def test_pairs_are_joint_posteriors(case):
    network, seen = case
    part = reduce(network, seen)
    total = inclusion.include(part)
    assume(total.trust < 1e-6)
    pairs = total.pairs()
    singles = covering.marginals(part)[0]
    for row in range(len(singles)):
        sure = seen.odds.copy()
        sure[part.relevant[row]] = 1e12  # as if the cause were known to be on
        given_on = reduce(network, Observation(present=seen.present, absent=seen.absent, odds=sure))
        conditional = covering.marginals(given_on)[0]
        for other in range(len(singles)):
            if other != row:
                assert pairs[row, other] == pytest.approx(conditional[other] * singles[row], abs=1e-5)


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
    assert inclusion.include(part).trust > 1e-6
    assert infer(network, seen).probability == pytest.approx(enumerate_states(network, seen), rel=1e-9)


def test_a_wide_drawing_is_searched_and_close_to_exact():
    """Thirteen regions lit by three muscles of the atlas at once: the search finds what the exact way finds."""
    model = load_model()
    muscles = ["trapezius", "infraspinatus", "levator_scapulae"]
    painful = [
        model.column[f"right_{region}"]
        for muscle in muscles
        for point in model.atlas.muscles[muscle].points[:1]
        for region in (*point.essential, *list(point.spill)[:2])
    ]
    present = tuple((column,) for column in dict.fromkeys(painful))
    marked = {column for (column,) in present}
    absent = np.array([c for name in model.regions if (c := model.column[name]) not in marked])
    part = reduce(model.network, Observation(present=present, absent=absent, odds=np.ones(len(model.causes))))
    exact = covering.marginals(part)[0]
    assert len(present) >= 10
    assert search.marginals(part, search.heaviest(part)) == pytest.approx(exact, abs=0.05)
