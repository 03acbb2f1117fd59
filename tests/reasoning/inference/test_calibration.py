"""Stated probabilities match observed frequencies; and shuffled labels fall to chance."""

import importlib.util
import sys

import numpy as np
import pytest

from needlepoint.reasoning.inference import infer_batch
from needlepoint.reasoning.model import load_model
from tests.places import ROOT

BENCH = ROOT / "bench" / "calibration.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("calibration", BENCH)
    module = importlib.util.module_from_spec(spec)
    sys.modules["calibration"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def simulated(bench):
    model = load_model()
    regions = np.array([model.column[name] for name in model.regions])
    drawn = bench.simulate(model.network, regions, 600, seed=4)
    return infer_batch(model.network, drawn.present, drawn.absent), drawn.active


def test_the_expected_calibration_error_stays_below_five_per_cent(bench, simulated):
    posterior, active = simulated
    named = posterior >= 0.01
    first = posterior.argmax(axis=1)
    rows = np.arange(len(first))
    assert bench.calibration_error(posterior[named], active[named]) <= 0.05
    assert bench.calibration_error(posterior[rows, first], active[rows, first]) <= 0.10


def test_shuffled_labels_fall_to_chance(bench, simulated):
    posterior, active = simulated
    shuffled = active[np.random.default_rng(2).permutation(len(active))]
    assert bench.in_first(posterior, active, 1) > 0.35
    assert bench.in_first(posterior, shuffled, 1) < 0.06
    assert bench.in_first(posterior, shuffled, 5) < 0.20


def test_a_wrong_posterior_is_not_calibrated(bench, simulated):
    """The metric itself can fail: probabilities that are twice too high miss the goal."""
    posterior, active = simulated
    named = posterior >= 0.01
    loud = np.minimum(2 * posterior, 1.0)
    assert bench.calibration_error(loud[named], active[named]) > 0.05


def test_a_calibration_error_that_is_known(bench):
    said = np.array([0.25] * 4 + [0.95] * 4)
    assert bench.calibration_error(said, np.array([1, 0, 0, 0, 1, 1, 1, 1])) == pytest.approx(0.025)
    assert bench.calibration_error(said, np.array([0, 0, 0, 0, 0, 0, 0, 0])) == pytest.approx(0.6)
