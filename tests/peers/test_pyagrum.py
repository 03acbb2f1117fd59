"""The posterior agrees with pyAgrum's exact inference on the same small network."""

import numpy as np
import pyagrum as gum
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.reasoning.inference import Network, Observation, infer


def by_pyagrum(network, marks):
    net = gum.BayesNet()
    causes = [net.add(gum.LabelizedVariable(f"c{n}", "", 2)) for n in range(network.causes)]
    for cause, chance in zip(causes, network.prior, strict=True):
        net.cpt(cause).fillWith([1 - float(chance), float(chance)])
    for number, leak in enumerate(network.leak):
        finding = net.addNoisyORCompound(gum.LabelizedVariable(f"f{number}", "", 2), float(leak))
        for cause, log_miss in zip(causes, network.log_miss[:, 0, number], strict=True):
            if log_miss < 0:  # pyAgrum's weight is the chance with this cause alone, its leak included
                net.addWeightedArc(cause, finding, float(1 - (1 - leak) * np.exp(log_miss)))
    engine = gum.LazyPropagation(net)
    engine.setEvidence({f"f{n}": int(mark) for n, mark in enumerate(marks)})
    engine.makeInference()
    return np.array([float(engine.posterior(cause)[1]) for cause in causes])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 7))
def test_the_same_posterior(seed, causes, findings):
    rng = np.random.default_rng(seed)
    link = rng.uniform(0.05, 0.9, (causes, 1, findings)) * (rng.random((causes, 1, findings)) < 0.6)
    network = Network(
        prior=rng.uniform(0.005, 0.4, causes),
        share=np.ones((causes, 1)),
        log_miss=np.log1p(-link),
        leak=rng.uniform(0.001, 0.2, findings),
    )
    marks = rng.random(findings) < 0.5
    seen = Observation(
        present=tuple((int(finding),) for finding in np.flatnonzero(marks)),
        absent=np.flatnonzero(~marks),
        odds=np.ones(causes),
    )
    assert np.allclose(infer(network, seen).probability, by_pyagrum(network, marks), atol=1e-6)
