"""The batch gives the posteriors of the single answer, whatever the drawings look like."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.reasoning.inference import Network, Observation, infer
from needlepoint.reasoning.inference.batch import infer_batch
from needlepoint.reasoning.model import load_model


def one(network, columns, marks):
    seen = Observation(
        present=tuple((int(column),) for column in columns[marks]),
        absent=columns[~marks].astype(np.intp),
        odds=np.ones(network.causes),
    )
    return infer(network, seen).probability


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
    asked = np.sort(rng.permutation(findings)[: rng.integers(1, findings + 1)])
    marks = rng.random((12, len(asked))) < 0.5
    found = infer_batch(network, marks, asked)
    for row, drawing in enumerate(marks):
        assert np.allclose(found[row], one(network, asked, drawing), atol=1e-5)


def drawings(number, most):
    model = load_model()
    columns = np.array([model.column[name] for name in model.regions])
    rng = np.random.default_rng(3)
    marks = np.zeros((number, len(columns)), dtype=bool)
    for row in marks:
        row[rng.choice(len(columns), size=rng.integers(0, most + 1), replace=False)] = True
    return model.network, columns, marks


def test_the_whole_atlas_on_scattered_drawings():
    network, columns, marks = drawings(60, 7)
    found = infer_batch(network, marks, columns)
    for row, drawing in enumerate(marks):
        assert np.allclose(found[row], one(network, columns, drawing), atol=1e-4)


def test_two_processes_give_what_one_gives():
    network, columns, marks = drawings(4_100, 3)
    shared = infer_batch(network, marks, columns, workers=2)
    assert np.allclose(shared, infer_batch(network, marks, columns), atol=1e-6)


def test_no_drawings_at_all_and_drawings_of_nothing():
    network, columns, marks = drawings(3, 0)
    assert infer_batch(network, marks[:0], columns).shape == (0, network.causes)
    empty = infer_batch(network, marks, columns)
    assert (empty < network.prior + 1e-12).all()
