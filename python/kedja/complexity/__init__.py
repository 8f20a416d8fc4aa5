"""Complexity: what rows (clusters, regions) specialise in, and what is near what."""

from __future__ import annotations

from kedja.complexity._cohesion import cohesion
from kedja.complexity._complexity import complexity, outlook
from kedja.complexity._space import complementarity, density, proximity, rca, relatedness
from kedja.complexity._table import prepare

__all__ = [
    "cohesion",
    "complementarity",
    "complexity",
    "density",
    "outlook",
    "prepare",
    "proximity",
    "rca",
    "relatedness",
]


def __dir__() -> list[str]:
    return __all__
