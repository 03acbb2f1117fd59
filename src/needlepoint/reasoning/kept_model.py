"""The network of the whole atlas as stored: its nonzero numbers, and the names of rows and columns."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from needlepoint.anatomy.load import DATA as ATLAS_DATA
from needlepoint.base.compiled import fingerprint
from needlepoint.base.knowledge import toml_files
from needlepoint.reasoning.inference.network import Floats, Network

__all__ = ["FILE", "KeptModel", "KeptNetwork", "keep_network", "made_from"]

HERE = Path(__file__).parent
FILE = HERE / "data" / "network.msgpack"
# The compiled network also depends on how links follow from rows.
_CODE = ("model.py", "causes/network.py")


class KeptNetwork(msgspec.Struct, frozen=True, array_like=True):
    """The arrays of a network; of the links only the nonzero ones, with their positions in the flat array."""

    shape: tuple[int, int, int]
    prior: bytes
    share: bytes
    leak: bytes
    places: bytes
    links: bytes
    drawn: int

    def read(self) -> Network:
        """Return the network ready for inference."""
        causes, most, _ = self.shape
        log_miss = np.zeros(self.shape)
        log_miss.flat[np.frombuffer(self.places, np.int32)] = _floats(self.links)
        return Network(
            prior=_floats(self.prior),
            share=_floats(self.share).reshape(causes, most),
            log_miss=log_miss,
            leak=_floats(self.leak),
            drawn=self.drawn,
        )


class KeptModel(msgspec.Struct, frozen=True, array_like=True):
    """A network with its names, as `model.Model` has them."""

    network: KeptNetwork
    causes: tuple[tuple[str, str], ...]
    patterns: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    regions: tuple[str, ...]
    others: tuple[str, ...]


def keep_network(network: Network) -> KeptNetwork:
    """Return the network in its stored form."""
    places = np.flatnonzero(network.log_miss).astype(np.int32)
    causes, most, findings = network.log_miss.shape
    return KeptNetwork(
        shape=(causes, most, findings),
        prior=network.prior.tobytes(),
        share=network.share.tobytes(),
        leak=network.leak.tobytes(),
        places=places.tobytes(),
        links=network.log_miss.flat[places].tobytes(),
        drawn=network.drawn,
    )


def made_from() -> bytes:
    """Return a fingerprint of everything that the network is made from."""
    told = [
        *toml_files(ATLAS_DATA / "muscles"),
        *toml_files(ATLAS_DATA / "features"),
        ATLAS_DATA / "regions.toml",
        ATLAS_DATA / "geometry" / "skin.json",
        HERE / "data" / "strengths.toml",
        *sorted((HERE / "data" / "causes").glob("*.toml")),
    ]
    return fingerprint([*told, *(HERE / name for name in _CODE if (HERE / name).exists())])


def _floats(kept: bytes) -> Floats:
    return np.frombuffer(kept, np.float64)
