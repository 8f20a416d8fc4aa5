"""Shocks: what fails when companies fail, and where supply hangs on few sellers."""

from kedja.shock._cascade import cascade
from kedja.shock._esri import esri
from kedja.shock._inoperability import inoperability
from kedja.shock._sourcing import sourcing

__all__ = ["cascade", "esri", "inoperability", "sourcing"]


def __dir__() -> list[str]:
    return __all__
