"""The atlas's network cut to any size, in the simplest form that every peer can hold, and drawings of it."""

from __future__ import annotations

import numpy as np

from needlepoint.reasoning.inference import Network, Observation
from needlepoint.reasoning.model import load_model


def plain_network() -> tuple[Network, list[str]]:
    """The full-size network with one pattern a muscle (its points averaged), regions only."""
    model = load_model()
    columns = np.array([model.column[name] for name in model.regions])
    network = model.network
    link = np.einsum("ck,ckf->cf", network.share, -np.expm1(network.log_miss[:, :, columns]))
    plain = Network(
        prior=network.prior,
        share=np.ones((network.causes, 1)),
        log_miss=np.log1p(-link)[:, None, :],
        leak=network.leak[columns],
    )
    return plain, list(model.regions)


def cut(network: Network, causes: int, findings: int) -> Network:
    """A part with so many causes and findings, grown around the finding that most causes touch."""
    link = -np.expm1(network.log_miss[:, 0, :])
    kept = [int(np.argmax((link > 0).sum(axis=0)))]
    while len(kept) < findings:
        near = link[:, kept].sum(axis=1) @ link
        near[kept] = -1.0
        kept.append(int(np.argmax(near)))
    rows = np.sort(np.argsort(-link[:, kept].sum(axis=1), kind="stable")[:causes])
    columns = np.sort(kept)
    return Network(
        prior=network.prior[rows],
        share=network.share[rows],
        log_miss=network.log_miss[np.ix_(rows, [0], columns)],
        leak=network.leak[columns],
    )


def draw(network: Network, columns: np.ndarray, number: int, seed: int) -> tuple[np.ndarray, list[set[int]]]:
    """Marks (number, findings) of drawings with 1, 2 or 3 active causes, and the causes behind each."""
    rng = np.random.default_rng(seed)
    chance = network.prior / network.prior.sum()
    marks = np.zeros((number, len(columns)), dtype=bool)
    truth = []
    for row in range(number):
        active = rng.choice(
            network.causes, size=rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1]), replace=False, p=chance
        )
        log_miss = np.log1p(-network.leak[columns])
        for cause in active:
            pattern = rng.choice(network.share.shape[1], p=network.share[cause])
            log_miss = log_miss + network.log_miss[cause, pattern][columns]
        marks[row] = rng.random(len(columns)) < -np.expm1(log_miss)
        truth.append({int(cause) for cause in active})
    return marks, truth


def told(network: Network, columns: np.ndarray, marks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(present, absent), each (number, all findings): what was not marked among `columns` is absent."""
    present = np.zeros((len(marks), network.leak.size), dtype=bool)
    absent = present.copy()
    present[:, columns] = marks
    absent[:, columns] = ~marks
    return present, absent


def add_features(network: Network, first: int, present: np.ndarray, truth: list[set[int]], seed: int) -> None:
    """Up to three features (findings from `first` on) that go with the muscles behind each drawing, into `present`."""
    rng = np.random.default_rng(seed)
    links = -np.expm1(network.log_miss).max(axis=1)[:, first:]
    for row, causes in zip(present, truth, strict=True):
        likely = np.flatnonzero(links[sorted(causes)].max(axis=0) > 0.0)
        most = min(3, likely.size)
        row[first + rng.choice(likely, size=rng.integers(0, most + 1), replace=False)] = True


def observation(present: np.ndarray, absent: np.ndarray, causes: int) -> Observation:
    """One drawing as the single answer takes it."""
    return Observation(
        present=tuple((int(finding),) for finding in np.flatnonzero(present)),
        absent=np.flatnonzero(absent),
        odds=np.ones(causes),
    )
