"""How well the probabilities are calibrated: drawings simulated from the atlas itself, and from a spoilt copy of it.

    make bench        or        python bench/calibration.py

A drawing comes from muscles that are active by their priors; the posterior of each muscle is held against whether it
was active. The expected calibration error (ECE) is the mean gap between what was said and what was true, over ten
bins of probability, weighed by how many statements fall into each.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import msgspec
import numpy as np

from needlepoint.reasoning.inference import Network
from needlepoint.reasoning.inference.batch import infer_batch
from needlepoint.reasoning.model import load_model

NUMBER = 6_000
WIDEST = 8  # drawings with more regions are left out: they take long and are one in twenty


def simulate(network: Network, columns: np.ndarray, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(marks, active): drawings with 1 to WIDEST regions, every muscle active by its own prior."""
    rng = np.random.default_rng(seed)
    marks, truth = [], []
    while len(marks) < number:
        active = rng.random(network.causes) < network.prior
        if not active.any():
            continue
        log_miss = np.log1p(-network.leak[columns])
        for cause in np.flatnonzero(active):
            pattern = rng.choice(network.share.shape[1], p=network.share[cause])
            log_miss = log_miss + network.log_miss[cause, pattern][columns]
        drawn = rng.random(len(columns)) < -np.expm1(log_miss)
        if 1 <= drawn.sum() <= WIDEST:
            marks.append(drawn)
            truth.append(active)
    return np.array(marks), np.array(truth)


def spoil(network: Network, seed: int) -> Network:
    """The atlas as it might be wrong: links off by a third, a tenth missing, other priors and leaks."""
    rng = np.random.default_rng(seed)
    link = -np.expm1(network.log_miss)
    link = np.clip(link * np.exp(rng.normal(0, 0.33, link.shape)), 0, 0.97) * (rng.random(link.shape) > 0.1)
    prior = np.clip(network.prior * np.exp(rng.normal(0, 0.4, network.prior.shape)), 1e-4, 0.2)
    return msgspec.structs.replace(network, log_miss=np.log1p(-link), prior=prior, leak=network.leak * 1.5)


def calibration_error(said: np.ndarray, true: np.ndarray, bins: int = 10) -> float:
    """ECE of probabilities `said` for events `true`, both flat."""
    place = np.minimum((said * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        here = place == number
        if here.any():
            error += here.mean() * abs(said[here].mean() - true[here].mean())
    return error


def in_first(posterior: np.ndarray, active: np.ndarray, most: int) -> float:
    """Share of drawings with an active muscle among the first `most`."""
    top = np.argsort(-posterior, axis=1)[:, :most]
    return float(np.take_along_axis(active, top, axis=1).any(axis=1).mean())


def report(name: str, posterior: np.ndarray, active: np.ndarray) -> None:
    named = posterior >= 0.01
    first = posterior.argmax(axis=1)
    rows = np.arange(len(first))
    print(
        f"{name:38} ECE of all muscles {calibration_error(posterior.ravel(), active.ravel()):.4f}"
        f"   of those at 1 % or more {calibration_error(posterior[named], active[named]):.3f}"
        f"   of the first {calibration_error(posterior[rows, first], active[rows, first]):.3f}"
        f"   first {in_first(posterior, active, 1):.0%}"
        f"   three {in_first(posterior, active, 3):.0%}   five {in_first(posterior, active, 5):.0%}"
    )


def main() -> None:
    model = load_model()
    columns = np.array([model.column[name] for name in model.regions])
    network = model.network
    marks, active = simulate(network, columns, NUMBER, seed=11)
    posterior = infer_batch(network, marks, columns, workers=2)
    report("drawings of the atlas itself", posterior, active)
    shuffled = np.random.default_rng(1).permutation(len(active))
    report("the same, labels shuffled", posterior, active[shuffled])
    for seed in (21, 22, 23):
        marks, active = simulate(spoil(network, seed), columns, NUMBER // 2, seed=seed)
        report(
            f"drawings of a spoilt atlas ({seed})", infer_batch(network, marks, columns, workers=2), active
        )


if __name__ == "__main__":
    main()
