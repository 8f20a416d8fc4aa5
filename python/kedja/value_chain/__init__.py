"""Value chains: where a sector or company sits, what it carries, what is lost without it.

Measures take `kedja.Flows` (trophic levels take a graph). Every solve states how exact it is:
``meta`` has ``error_bound`` (no value is farther than that from the exact answer), ``residual``,
``spectral_radius_bound``, ``condition``, ``method`` and ``iterations``. A table whose sectors feed
only each other (spectral radius of 1 or more) is refused with `kedja.DataError`, code
``E_SPECTRAL``, and the sectors named.
"""

from __future__ import annotations

from kedja._gvc import gvc_participation
from kedja._inferred_links import InferredLinks, infer_links
from kedja.value_chain._leontief import extraction, ghosh, leontief, linkages, multipliers
from kedja.value_chain._position import downstreamness, influence, upstreamness
from kedja.value_chain._trophic import trophic_levels

__all__ = [
    "InferredLinks",
    "downstreamness",
    "extraction",
    "ghosh",
    "gvc_participation",
    "infer_links",
    "influence",
    "leontief",
    "linkages",
    "multipliers",
    "trophic_levels",
    "upstreamness",
]


def __dir__() -> list[str]:
    return __all__
