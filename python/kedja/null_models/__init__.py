"""Null models: what chance would give under stated constraints."""

from __future__ import annotations

from kedja.null_models._bicm import bicm
from kedja.null_models._configuration import configuration, rewire
from kedja.null_models._gravity import gravity
from kedja.null_models._ties import q_values, tie_significance

__all__ = ["bicm", "configuration", "gravity", "q_values", "rewire", "tie_significance"]


def __dir__() -> list[str]:
    return __all__
