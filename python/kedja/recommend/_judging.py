"""How well scores of pairs tell those that met from those that did not."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from kedja import _core
from kedja._result import Result
from kedja.recommend._events import Events

Doubles = npt.NDArray[np.float64]


def judged(
    drawn: Events, which: npt.NDArray[np.bool_], odds: Doubles, draws: int, seed: int, threads: int
) -> dict[str, Any]:
    met, odds = drawn.met[which], odds[which]
    source, target = drawn.source[which], drawn.target[which]
    order = np.argsort(-odds, kind="stable")
    tied = np.r_[True, np.diff(odds[order]) != 0]
    area = auc(met[order], tied, np.ones(len(met)))
    resampled = []
    for draw in range(draws):
        random = np.random.Generator(np.random.Philox([seed, draw]))
        times = random.poisson(1.0, int(max(source.max(), target.max())) + 1).astype(np.float64)
        resampled.append(auc(met[order], tied, (times[source] * times[target])[order]))
    known = [value for value in resampled if not np.isnan(value)]
    low, high = np.quantile(known, [0.05, 0.95]) if known else (np.nan, np.nan)
    # At the real base rate every drawn pair stands for many.
    rate = drawn.base_rate
    weight = np.where(met == 1, rate / met.mean(), (1 - rate) / (1 - met.mean()))
    p = 1 / (1 + np.exp(-odds))
    brier, constant = np.average((met - p) ** 2, weights=weight), rate * (1 - rate)
    slope = np.nan
    if np.ptp(odds) > 0:
        scaled = weight * (len(met) / weight.sum())
        line = _core.fit_logistic(
            odds, 1, met, scaled, np.zeros(len(met), dtype=np.uint32), 0.0, 1.0,
            threads=threads, progress=None,
        )  # fmt: skip
        slope = float(line.coefficients[1] / line.scale[0])
    plain = average_precision(met[order], tied, np.ones(len(met)))
    return {
        "events": int(met.sum()),
        "roc_auc": area,
        "low": float(low),
        "high": float(high),
        "average_precision": plain,
        "lift": plain / float(met.mean()),
        "average_precision_real": average_precision(met[order], tied, weight[order]),
        "brier_skill": 1 - float(brier) / constant,
        "slope": slope,
    }


def auc(met: Doubles, first: npt.NDArray[np.bool_], weight: Doubles) -> float:
    """Area under the ROC curve of rows by falling score; `first` marks the first of equal ones."""
    start = np.flatnonzero(first)
    yes, no = (np.add.reduceat(weight * side, start) for side in (met, 1 - met))
    total = yes.sum() * no.sum()
    if total == 0:
        return float("nan")
    below = no.sum() - np.cumsum(no)
    return float((yes * (below + no / 2)).sum() / total)


def average_precision(met: Doubles, first: npt.NDArray[np.bool_], weight: Doubles) -> float:
    start = np.flatnonzero(first)
    yes, no = (np.add.reduceat(weight * side, start) for side in (met, 1 - met))
    found = np.cumsum(yes)
    return float((yes * found / (found + np.cumsum(no))).sum() / found[-1])


def groups_of_ten(drawn: Events, odds: Doubles) -> Result:
    rate, met = drawn.base_rate, drawn.met
    weight = np.where(met == 1, rate / met.mean(), (1 - rate) / (1 - met.mean()))
    p = 1 / (1 + np.exp(-odds))
    parts = np.array_split(np.argsort(p, kind="stable"), 10)
    parts = [rows for rows in parts if len(rows)]
    return Result(
        {
            "foretold": np.array([np.average(p[rows], weights=weight[rows]) for rows in parts]),
            "observed": np.array([np.average(met[rows], weights=weight[rows]) for rows in parts]),
            "pairs": np.array([len(rows) for rows in parts]),
        },
        {"measure": "recommend.backtest.reliability", "parameters": {}},
    )
