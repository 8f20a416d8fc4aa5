"""Partners: who should link with whom, on what evidence, and whether such advice held before."""

from kedja.recommend._backtest import Backtest, backtest
from kedja.recommend._consortium import consortium
from kedja.recommend._fit import fit, partners
from kedja.recommend._links import links
from kedja.recommend._model import PartnerModel
from kedja.recommend._organisations import organisations
from kedja.recommend._two_hop import two_hop

__all__ = [
    "Backtest",
    "PartnerModel",
    "backtest",
    "consortium",
    "fit",
    "links",
    "organisations",
    "partners",
    "two_hop",
]


def __dir__() -> list[str]:
    return __all__
