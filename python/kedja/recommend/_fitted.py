"""The numbers of a model: what a row of features is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kedja import _core
from kedja._errors import InvalidArgumentError

FEATURES: tuple[str, ...] = _core.partner_features
EVENT = "joint grant"
PARTS = ("cap", "column", "knot", "mean", "scale", "coefficients", "covariance")


@dataclass(frozen=True)
class Fitted:
    """Numbers of the logistic model.

    ``kind`` is ``probability`` (fitted on past events) or ``rank`` (nothing to fit on).
    """

    kind: str
    model: Any  # _core.LogisticModel: caps, terms (lines and where they bend), coefficients
    notes: dict[str, Any]

    def at_base_rate(self, rate: float, drawn: float) -> Fitted:
        """The same model for a population where the share `rate` meets, not `drawn`."""
        coefficients = self.model.coefficients
        coefficients[0] += np.log(rate / (1 - rate)) - np.log(drawn / (1 - drawn))
        return replace(self, model=logistic(self.model, coefficients=coefficients))


def logistic(model: Any, **changed: Any) -> Any:
    """A copy of a logistic model in which some parts are changed."""
    return _core.LogisticModel(**{name: getattr(model, name) for name in PARTS} | changed)


@dataclass(frozen=True)
class Estimated:
    """An estimator of the user's own, fitted over the same features.

    ``blind`` are the columns it does not see; ``shift`` moves its log odds to the base rate.
    """

    made: Any
    blind: list[int]
    shift: float

    def log_odds(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        seen = np.array(rows, dtype=np.float64)
        seen[:, self.blind] = 0.0
        if not len(seen):
            return np.empty(0)
        p = np.asarray(self.made.predict_proba(seen), dtype=np.float64)
        if p.shape != (len(seen), 2) or not np.isfinite(p).all():
            raise InvalidArgumentError(
                f"estimator: predict_proba gave shape {p.shape} or a number that is not finite; "
                f"({len(seen)}, 2) probabilities were asked for"
            )
        p = np.clip(p[:, 1], 1e-9, 1 - 1e-9)
        odds: npt.NDArray[np.float64] = np.log(p / (1 - p)) + self.shift
        return odds


def unfitted(why: str) -> Fitted:
    """A rank, no probability: the lift of a mixed walk of six steps, times 1 + the lift of the trade
    between both industries, times (1 + asks that one can answer for the other) ^ 9.97, so that one
    ask counts a thousandfold: more than being near in the network rather than out of its reach."""
    p = len(FEATURES)
    coefficients = np.zeros(p + 1)
    for name, weight in (("mixed_6", 1.0), ("supply_fit", 1.0), ("need_met", np.log2(1000))):
        coefficients[1 + FEATURES.index(name)] = weight
    line = _core.LogisticModel(
        cap=np.full(p, np.inf),
        column=np.arange(p, dtype=np.uint32),
        knot=np.full(p, -np.inf),
        mean=np.zeros(p),
        scale=np.ones(p),
        coefficients=coefficients,
        covariance=np.zeros((p + 1) ** 2),
    )
    return Fitted("rank", line, {"why_rank": why})
