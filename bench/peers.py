"""The same question put to pyAgrum and pgmpy, each in a process of its own with a limit of time and memory.

Run as a program: `python bench/peers.py PEER FILE` reads a network and a drawing and prints seconds and posteriors.
"""

from __future__ import annotations

import itertools
import resource
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np

from needlepoint.reasoning.inference import Network

LIMIT_S = 40
LIMIT_GB = 8


class Answer(msgspec.Struct):
    """Seconds for one answer and the posteriors. Seconds None: the peer was stopped, and the remark says why."""

    seconds: float | None
    posterior: list[float] = []
    remark: str = ""


def ask(peer: str, network: Network, marks: np.ndarray, folder: Path) -> Answer:
    """One drawing of a network with one pattern a cause, answered by the peer in its own process."""
    file = folder / "question.npz"
    np.savez(
        file, prior=network.prior, link=-np.expm1(network.log_miss[:, 0, :]), leak=network.leak, marks=marks
    )
    started = time.perf_counter()
    try:
        answer = subprocess.run(
            [sys.executable, __file__, peer, str(file)], capture_output=True, text=True, timeout=LIMIT_S
        )
    except subprocess.TimeoutExpired:
        return Answer(None, remark=f"stopped after {LIMIT_S} s")
    if answer.returncode:
        spent = time.perf_counter() - started
        last = (answer.stderr.strip().splitlines() or ["killed"])[-1][:70]
        return Answer(None, remark=f"failed after {spent:.0f} s, held to {LIMIT_GB} GB: {last}")
    return msgspec.json.decode(answer.stdout.splitlines()[-1], type=Answer)


def pyagrum_answer(
    prior: np.ndarray, link: np.ndarray, leak: np.ndarray, marks: np.ndarray
) -> tuple[float, list[float]]:
    """Lazy propagation, exact, on pyAgrum's own noisy-OR nodes."""
    import pyagrum as gum

    net = gum.BayesNet()
    causes = [net.add(gum.LabelizedVariable(f"c{n}", "", 2)) for n in range(len(prior))]
    for cause, chance in zip(causes, prior, strict=True):
        net.cpt(cause).fillWith([1 - float(chance), float(chance)])
    for number in range(len(leak)):
        finding = net.addNoisyORCompound(gum.LabelizedVariable(f"f{number}", "", 2), float(leak[number]))
        for cause, strength in zip(causes, link[:, number], strict=True):
            if strength > 1e-9:
                # pyAgrum's weight is the chance with this cause alone, its leak included.
                net.addWeightedArc(cause, finding, float(1 - (1 - leak[number]) * (1 - strength)))
    engine = gum.LazyPropagation(net)
    engine.setEvidence({f"f{n}": int(mark) for n, mark in enumerate(marks)})
    started = time.perf_counter()
    engine.makeInference()
    posterior = [float(engine.posterior(cause)[1]) for cause in causes]
    return time.perf_counter() - started, posterior


def pgmpy_answer(
    prior: np.ndarray, link: np.ndarray, leak: np.ndarray, marks: np.ndarray
) -> tuple[float, list[float]]:
    """Variable elimination, exact, on full conditional tables (pgmpy has no noisy-OR node)."""
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork

    parents = {n: [int(c) for c in np.flatnonzero(link[:, n])] for n in range(len(leak))}
    net = DiscreteBayesianNetwork([(f"c{c}", f"f{n}") for n, row in parents.items() for c in row])
    net.add_nodes_from([f"c{c}" for c in range(len(prior))])
    net.add_cpds(*[TabularCPD(f"c{c}", 2, [[1 - p], [p]]) for c, p in enumerate(prior)])
    for number, row in parents.items():
        absent = [
            (1 - leak[number])
            * np.prod([1 - link[c, number] for c, on in zip(row, state, strict=True) if on])
            for state in itertools.product((0, 1), repeat=len(row))
        ]
        table = [absent, [1 - p for p in absent]]
        net.add_cpds(TabularCPD(f"f{number}", 2, table, [f"c{c}" for c in row], [2] * len(row)))
    engine = VariableElimination(net)
    evidence = {f"f{n}": int(mark) for n, mark in enumerate(marks)}
    started = time.perf_counter()
    posterior = [
        float(engine.query([f"c{c}"], evidence=evidence, show_progress=False).values[1])
        for c in range(len(prior))
    ]
    return time.perf_counter() - started, posterior


def main() -> None:
    limit = LIMIT_GB * 1024**3
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    peer, file = sys.argv[1:]
    data = np.load(file)
    answer = {"pyagrum": pyagrum_answer, "pgmpy": pgmpy_answer}[peer]
    seconds, posterior = answer(data["prior"], data["link"], data["leak"], data["marks"])
    print(msgspec.json.encode(Answer(seconds, posterior)).decode())


if __name__ == "__main__":
    main()
