"""The batch gives the posteriors of the single answer, whatever the drawings look like."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.reasoning.inference import Network, Observation, infer, infer_batch
from needlepoint.reasoning.inference.answer import TOLERATED_NOISE
from needlepoint.reasoning.model import load_model


def one(network, present, absent):
    seen = Observation(
        present=tuple((int(finding),) for finding in np.flatnonzero(present)),
        absent=np.flatnonzero(absent),
        odds=np.ones(network.causes),
    )
    return infer(network, seen)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 3), st.integers(1, 11))
def test_any_small_network(seed, causes, patterns, findings):
    rng = np.random.default_rng(seed)
    link = rng.uniform(0, 0.9, (causes, patterns, findings)) * (
        rng.random((causes, patterns, findings)) < 0.5
    )
    network = Network(
        prior=rng.uniform(0.001, 0.4, causes),
        share=rng.dirichlet(np.ones(patterns), causes),
        log_miss=np.log1p(-link),
        leak=rng.uniform(0.0005, 0.2, findings),
    )
    told = rng.integers(0, 3, (12, findings))  # present, absent, or not known
    found = infer_batch(network, told == 0, told == 1)
    for row, drawing in enumerate(told):
        assert np.allclose(found[row], one(network, drawing == 0, drawing == 1).probability, atol=1e-8)


def drawings(number, most, features=2):
    """Scattered regions, every other region painless, and some features of which nothing else is known."""
    model = load_model()
    columns = np.array([model.column[name] for name in model.regions])
    rng = np.random.default_rng(3)
    present = np.zeros((number, len(model.column)), dtype=bool)
    absent = present.copy()
    absent[:, columns] = True
    for row in present:
        row[rng.choice(columns, size=rng.integers(0, most + 1), replace=False)] = True
        row[
            len(columns) + rng.choice(len(model.column) - len(columns), size=rng.integers(0, features + 1))
        ] = 1
    return model.network, present, absent & ~present


def test_the_whole_atlas_by_every_way():
    network, present, absent = drawings(36, 46)
    found = infer_batch(network, present, absent)
    methods, apart = set(), []
    for row in range(len(present)):
        single = one(network, present[row], absent[row])
        methods.add(single.method)
        apart.append(np.abs(found[row] - single.probability).max())
    assert (
        max(apart) < TOLERATED_NOISE
    )  # scattered regions are so unlikely that sums lose most of their digits
    assert np.median(apart) < 1e-5
    assert methods == {"exact", "blocks", "search"}


def test_two_processes_give_what_one_gives():
    network, present, absent = drawings(4_100, 3)
    shared = infer_batch(network, present, absent, workers=2)
    assert np.allclose(shared, infer_batch(network, present, absent), atol=1e-9)


def test_no_drawings_at_all_and_drawings_of_nothing():
    network, present, absent = drawings(3, 0, features=0)
    assert infer_batch(network, present[:0], absent[:0]).shape == (0, network.causes)
    empty = infer_batch(network, present, absent)
    assert (empty < network.prior + 1e-12).all()


def test_a_finding_that_is_present_and_absent_is_refused():
    network, present, absent = drawings(3, 4)
    absent[1] |= present[1]
    present[1, 0] = absent[1, 0] = True
    with pytest.raises(Refused, match="drawing 1: got finding 0"):
        infer_batch(network, present, absent)
