"""How fast a drawing is answered: ours one by one and in a batch, beside pyAgrum and pgmpy, in one run.

make bench        or        python bench/inference.py
"""

from __future__ import annotations

import os

# Two processes share two cores; threads of the linear algebra would fight for them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from needlepoint.reasoning.differential import differentiate
from needlepoint.reasoning.inference import Network, covering, infer, infer_batch
from needlepoint.reasoning.model import load_model
from needlepoint.reasoning.types import Evidence
from networks import add_features, cut, draw, observation, plain_network, told
from peers import LIMIT_GB, LIMIT_S, ask

LADDER = ((10, 8), (20, 15), (30, 20))
WIDEST = 15


def seconds_each(action, items) -> float:
    """Mean wall time of `action` over `items`, the first of them done once before."""
    action(items[0])
    started = time.perf_counter()
    for item in items:
        action(item)
    return (time.perf_counter() - started) / len(items)


def realistic(number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(present, absent) of drawings of the atlas: 1 to 3 active muscles, 1 to 15 regions, up to 3 features."""
    model = load_model()
    columns = np.array([model.column[name] for name in model.regions])
    marks, truth = draw(model.network, columns, number, seed)
    kept = np.flatnonzero((marks.sum(axis=1) >= 1) & (marks.sum(axis=1) <= WIDEST))
    present, absent = told(model.network, columns, marks[kept])
    add_features(model.network, len(columns), present, [truth[row] for row in kept], seed)
    return present, absent


def beside_the_peers(network: Network, name: str, folder: Path) -> None:
    """A line for each: seconds for one and the same drawing, ours as the mean over fifty."""
    columns = np.arange(network.leak.size)
    marks, _ = draw(network, columns, 300, seed=7)
    seen = [observation(*both, network.causes) for both in zip(*told(network, columns, marks), strict=True)]
    usual = [row for row in range(len(marks)) if 2 <= marks[row].sum() <= 6][:50]
    mine = seconds_each(lambda row: infer(network, seen[row]), usual)
    many = np.tile(marks[usual], (40, 1))
    started = time.perf_counter()
    infer_batch(network, *told(network, columns, many))
    batch = (time.perf_counter() - started) / len(many)
    print(f"\n{name}: {network.causes} causes, {network.leak.size} findings")
    print(f"  {'needlepoint, one by one':26}{mine * 1e3:12.3f} ms")
    print(f"  {'needlepoint, in a batch':26}{batch * 1e3:12.3f} ms   (one core)")
    for peer in ("pyagrum", "pgmpy"):
        answer = ask(peer, network, marks[usual[0]], folder)
        if answer.seconds is None:
            print(f"  {peer:26}{answer.remark:>15}")
            continue
        off = np.abs(np.array(answer.posterior) - infer(network, seen[usual[0]]).probability).max()
        print(
            f"  {peer:26}{answer.seconds * 1e3:12.3f} ms   {answer.seconds / mine:10,.0f} times one by one,"
            f" {answer.seconds / batch:10,.0f} times the batch; posteriors differ by {off:.0e}"
        )


def one_by_one() -> None:
    """The whole atlas with every trigger point: the posterior alone, and the whole differential."""
    model = load_model()
    present, absent = realistic(900, seed=3)
    seen = [observation(*both, model.network.causes) for both in zip(present, absent, strict=True)]
    methods = Counter(infer(model.network, item).method for item in seen)
    spent = seconds_each(lambda item: infer(model.network, item), seen)
    print(
        f"  {len(seen)} drawings, {present.sum(axis=1).mean():.1f} findings each: {spent * 1e3:.2f} ms a posterior"
    )
    print("  answered as: " + ", ".join(f"{way} {count}" for way, count in methods.most_common()))
    names = np.array([*model.regions])
    regions = present[:, : len(names)]
    for low, high in ((1, 6), (7, WIDEST)):
        chosen = [row for row in regions if low <= row.sum() <= high][:80]
        evidence = [Evidence(painful=tuple(names[row].tolist())) for row in chosen]
        spent = seconds_each(lambda item: differentiate(model, item), evidence)
        print(f"  {low} to {high} regions: {spent * 1e3:.2f} ms for ranking, sets and next palpation")


def in_a_batch() -> None:
    """Drawings a second on two cores; other work on the machine (its load is printed) takes its share of them."""
    print(f"  load of the machine before: {os.getloadavg()[0]:.1f}")
    network = load_model().network
    present, absent = realistic(33_000, seed=5)
    findings = present.sum(axis=1)
    groups = {"all": findings > 0, "1 to 7 findings": findings <= 7, "8 and more": findings > 7}
    for name, chosen in groups.items():
        started = time.perf_counter()
        infer_batch(network, present[chosen], absent[chosen], workers=2)
        spent = time.perf_counter() - started
        count = int(chosen.sum())
        print(f"  {name:16} {count:6,} drawings: {count / spent:7,.0f} a second on two processes")


def how_close_blocks_are() -> None:
    """Drawings of 8 to 12 findings, by blocks and by the covering, which is exact."""
    network = load_model().network
    present, absent = realistic(2_500, seed=9)
    wide = np.flatnonzero((present.sum(axis=1) >= 8) & (present.sum(axis=1) <= 12))[:100]
    worst, same = [], []
    for row in wide:
        posterior = infer(network, observation(present[row], absent[row], network.causes))
        if posterior.method == "blocks":
            exact = covering.marginals(posterior.part)[0]
            found = posterior.probability[posterior.part.relevant]
            worst.append(np.abs(found - exact).max())
            same.append(found.argmax() == exact.argmax())
    print(
        f"  {len(worst)} drawings of 8 to 12 findings; largest difference of any muscle's probability in a drawing:"
    )
    print(
        f"  median {np.median(worst):.4f}, mean {np.mean(worst):.4f}, 95 % below {np.quantile(worst, 0.95):.3f},"
        f" worst {max(worst):.3f}; the same muscle leads in {np.mean(same):.0%}"
    )


def main() -> None:
    print(f"Peers are stopped after {LIMIT_S} s or at {LIMIT_GB} GB.")
    network, _ = plain_network()
    with tempfile.TemporaryDirectory() as folder:
        for causes, findings in LADDER:
            beside_the_peers(cut(network, causes, findings), "A part of the atlas", Path(folder))
        beside_the_peers(network, "The whole atlas, regions only, one pattern a muscle", Path(folder))
    print("\nThe whole atlas with every trigger point and feature, one by one")
    one_by_one()
    print("\nThe same in a batch")
    in_a_batch()
    print("\nBlocks against the exact answer")
    how_close_blocks_are()


if __name__ == "__main__":
    main()
