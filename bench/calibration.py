"""How well the probabilities are calibrated: drawings simulated from the atlas itself, and from a spoiled copy of it.

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

from needlepoint.reasoning.inference import Network, infer_batch
from needlepoint.reasoning.model import load_model

NUMBER = 6_000
WIDEST = 15  # regions


class Drawn(msgspec.Struct):
    """Simulated drawings: `present` and `absent` (N, F), and which muscles (N, C) were active."""

    present: np.ndarray
    absent: np.ndarray
    active: np.ndarray


def simulate(network: Network, regions: np.ndarray, number: int, seed: int, features: int = 0) -> Drawn:
    """Drawings with 1 to WIDEST regions, every muscle active by its own prior.

    Of the features that the patient has, up to `features` are named; of the others nothing is known.
    """
    rng = np.random.default_rng(seed)
    present, truth = [], []
    others = np.setdiff1d(np.arange(network.leak.size), regions)
    while len(present) < number:
        active = rng.random(network.causes) < network.prior
        if not active.any():
            continue
        log_miss = np.log1p(-network.leak)
        for cause in np.flatnonzero(active):
            log_miss = (
                log_miss + network.log_miss[cause, rng.choice(network.share.shape[1], p=network.share[cause])]
            )
        lit = rng.random(network.leak.size) < -np.expm1(log_miss)
        if 1 <= lit[regions].sum() <= WIDEST:
            has = others[lit[others]]
            lit[others] = False
            lit[rng.permutation(has)[: rng.integers(0, features + 1)]] = True
            present.append(lit)
            truth.append(active)
    seen = np.array(present)
    absent = np.zeros_like(seen)
    absent[:, regions] = ~seen[:, regions]
    return Drawn(seen, absent, np.array(truth))


def spoil(network: Network, seed: int) -> Network:
    """The atlas as it might be wrong: links off by a third, a tenth missing, other priors, half more leak."""
    rng = np.random.default_rng(seed)
    link = -np.expm1(network.log_miss)
    link = np.clip(link * np.exp(rng.normal(0, 0.33, link.shape)), 0, 0.97) * (rng.random(link.shape) > 0.1)
    prior = np.clip(network.prior * np.exp(rng.normal(0, 0.4, network.prior.shape)), 1e-4, 0.2)
    return msgspec.structs.replace(network, log_miss=np.log1p(-link), prior=prior, leak=network.leak * 1.5)


def smear(drawn: Drawn, regions: np.ndarray, seed: int) -> Drawn:
    """The same patients drawing badly: a tenth of the regions left out, one too many in every third drawing."""
    rng = np.random.default_rng(seed)
    marks = drawn.present[:, regions] & (rng.random((len(drawn.present), len(regions))) > 0.1)
    extra = np.flatnonzero(rng.random(len(marks)) < 1 / 3)
    marks[extra, rng.integers(0, len(regions), len(extra))] = True
    kept = marks.any(axis=1)
    present, absent = drawn.present[kept].copy(), drawn.absent[kept].copy()
    present[:, regions], absent[:, regions] = marks[kept], ~marks[kept]
    return Drawn(present, absent, drawn.active[kept])


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
        f"{name:42}{calibration_error(posterior.ravel(), active.ravel()):9.4f}"
        f"{calibration_error(posterior[named], active[named]):9.3f}"
        f"{calibration_error(posterior[rows, first], active[rows, first]):9.3f}"
        f"{in_first(posterior, active, 1):9.0%}{in_first(posterior, active, 3):7.0%}"
        f"{in_first(posterior, active, 5):7.0%}"
    )


def main() -> None:
    model = load_model()
    regions = np.array([model.column[name] for name in model.regions])
    network = model.network

    def answer(name: str, drawn: Drawn) -> np.ndarray:
        posterior = infer_batch(network, drawn.present, drawn.absent, workers=2)
        report(name, posterior, drawn.active)
        return posterior

    print(f"{'':42}{'ECE of':>9}{'of 1 %':>9}{'of the':>9}{'active':>9}{'in':>7}{'in':>7}")
    print(
        f"{f'{NUMBER:,} drawings of':42}{'all':>9}{'or more':>9}{'first':>9}{'first':>9}{'three':>7}{'five':>7}"
    )
    own = simulate(network, regions, NUMBER, seed=11)
    posterior = answer("the atlas itself", own)
    shuffled = np.random.default_rng(1).permutation(len(posterior))
    report("the same, labels shuffled", posterior, own.active[shuffled])
    wide = own.present.sum(axis=1) > 7
    report(f"the same, the {wide.mean():.0%} with 8 regions or more", posterior[wide], own.active[wide])
    answer("the atlas, and up to 3 features named", simulate(network, regions, NUMBER, seed=12, features=3))
    answer("the atlas, drawn badly", smear(own, regions, seed=13))
    for seed in (21, 22, 23):
        answer(f"a spoiled atlas ({seed})", simulate(spoil(network, seed), regions, NUMBER, seed=seed))


if __name__ == "__main__":
    main()
