"""How fast a drawing is answered: ours one by one and in a batch, beside pyAgrum and pgmpy, in one run.

make bench        or        python bench/inference.py
"""

from __future__ import annotations

import os

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # two processes share two cores; threads would fight for them

import tempfile
import time
from pathlib import Path

import numpy as np

from needlepoint.reasoning.differential import differentiate
from needlepoint.reasoning.inference import infer
from needlepoint.reasoning.inference.batch import infer_batch
from needlepoint.reasoning.model import load_model
from needlepoint.reasoning.types import Evidence
from networks import cut, draw, observation, plain_network
from peers import ask

LADDER = ((10, 8), (15, 10), (20, 15), (30, 20))


def ours(network, columns, marks) -> float:
    """Seconds for one answer, the mean over the drawings, twice."""
    seen = [observation(network, columns, row) for row in marks]
    infer(network, seen[0])
    started = time.perf_counter()
    for item in seen:
        infer(network, item)
    return (time.perf_counter() - started) / len(seen)


def side_by_side(network, name: str, folder: Path) -> None:
    """One line for each peer: seconds for one drawing, the ratio to ours, the largest difference of a posterior."""
    columns = np.arange(network.leak.size)
    marks, _ = draw(network, columns, 200, seed=7)
    telling = marks[(marks.sum(axis=1) >= 1) & (marks.sum(axis=1) <= 6)]
    mine = ours(network, columns, telling[:50])
    print(
        f"\n{name}: {network.causes} causes, {network.leak.size} findings, {mine * 1e3:.2f} ms a drawing by needlepoint"
    )
    for peer in ("pyagrum", "pgmpy"):
        seconds, posterior, remark = ask(peer, network, telling[0], folder)
        if seconds is None:
            print(f"  {peer:8} {remark}")
            continue
        exact = infer(network, observation(network, columns, telling[0])).probability
        off = float(np.abs(np.array(posterior) - exact).max())
        print(
            f"  {peer:8} {seconds * 1e3:10.1f} ms   {seconds / mine:8.0f} times ours   differs by {off:.1e}"
        )


def whole_answers() -> None:
    """The full answer of `infer`: ranked, sets, next palpation."""
    model = load_model()
    columns = np.array([model.column[name] for name in model.regions])
    marks, _ = draw(model.network, columns, 400, seed=3)
    for low, high in ((1, 6), (7, 14)):
        chosen = [row for row in marks if low <= row.sum() <= high][:60]
        evidence = [Evidence(painful=tuple(np.array(model.regions)[row])) for row in chosen]
        differentiate(model, evidence[0])
        started = time.perf_counter()
        for item in evidence:
            differentiate(model, item)
        spent = (time.perf_counter() - started) / len(evidence)
        print(f"  {low} to {high} regions: {spent * 1e3:.2f} ms for ranking, sets and next palpation")


def batches() -> None:
    model = load_model()
    columns = np.array([model.column[name] for name in model.regions])
    marks, _ = draw(model.network, columns, 12_000, seed=5)
    count = marks.sum(axis=1)
    usual = marks[(count >= 1) & (count <= 6)]
    repeated = np.concatenate([usual] * 3)
    infer_batch(model.network, repeated[:4001], columns, workers=2)
    started = time.perf_counter()
    infer_batch(model.network, repeated, columns, workers=2)
    spent = time.perf_counter() - started
    print(f"  {len(repeated)} drawings of 1 to 6 regions: {len(repeated) / spent:,.0f} a second on two cores")
    started = time.perf_counter()
    infer_batch(model.network, marks, columns, workers=2)
    spent = time.perf_counter() - started
    wide = (count > 6).mean()
    print(
        f"  {len(marks)} drawings, {wide:.0%} of them wider: {len(marks) / spent:,.0f} a second on two cores"
    )


def main() -> None:
    network, _ = plain_network()
    with tempfile.TemporaryDirectory() as folder:
        for causes, findings in LADDER:
            side_by_side(cut(network, causes, findings), "a part of the atlas", Path(folder))
        side_by_side(network, "the whole atlas, one pattern a muscle", Path(folder))
    print("\nThe whole atlas with every trigger point, one by one")
    whole_answers()
    print("\nThe same in a batch")
    batches()


if __name__ == "__main__":
    main()
