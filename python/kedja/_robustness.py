"""How a network falls apart as companies leave it."""

from __future__ import annotations

from typing import Any

import numpy as np

from kedja import _core
from kedja._columns import plain
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._result import Result
from kedja._run import Progress, context


def robustness(
    graph: CompanyGraph,
    *,
    order: Any = "degree",
    seed: int = 0,
    repetitions: int = 20,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Share of companies in the largest weak component while companies leave one after another.

    Parameters
    ----------
    graph : CompanyGraph
        Links join whatever their direction.
    order : {'degree', 'strength', 'random'} or sequence of ids, default 'degree'
        'degree' and 'strength' remove the company with most links or value first, counted once at
        the start (ties: smaller id first); 'random' removes in `repetitions` random orders. A
        sequence is an order of all ids.
    seed : int, default 0
        For 'random'; the same on every machine and for any order of rows.
    repetitions : int >= 1, default 20
        For 'random'.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        n + 1 rows: ``removed`` (how many), ``removed_share``, ``largest`` (share of all companies
        in the largest component of those that remain; for 'random' the mean, with ``low`` and
        ``high``, the least and the most of the repetitions). ``meta["robustness"]`` is the mean of
        ``largest`` over all but the first row [1]_, in (0, 0.5] for a connected network.

    Raises
    ------
    InvalidArgumentError
        An unknown order, or ids that are not all companies once.

    Notes
    -----
    Companies are put back from the last to the first and joined by union-find: O(m log n) for a
    whole curve.
    Memory: 60 bytes per company.

    References
    ----------
    .. [1] C. M. Schneider et al., PNAS 108 (2011). https://doi.org/10.1073/pnas.1009440108

    Examples
    --------
    >>> import kedja
    >>> star = kedja.CompanyGraph(["hub", "a", "b", "c"], ["hub"] * 3, ["a", "b", "c"])
    >>> kedja.structure.robustness(star)["largest"].tolist()
    [1.0, 0.25, 0.25, 0.25, 0.0]
    """
    n = graph.num_companies
    run = context(progress, "robustness", threads)
    if not isinstance(order, str):
        vertices = graph._vertex_of_ids(plain(order), "order")
        orders, name = [vertices], "given"
    elif order in ("degree", "strength"):
        if order == "strength" and not graph.weighted:
            raise InvalidArgumentError("order 'strength' needs a graph with values")
        score = np.asarray(getattr(_core, order)(graph._core)[0], dtype=np.float64)
        orders, name = [np.argsort(-score, kind="stable").astype(np.uint32)], order
    elif order == "random":
        if isinstance(repetitions, bool) or not isinstance(repetitions, int) or repetitions < 1:
            raise InvalidArgumentError(f"repetitions must be at least 1, not {repetitions!r}")
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**64:
            raise InvalidArgumentError(f"seed must be a whole number in [0, 2^64), not {seed!r}")
        orders = [_core.random_order(n, seed, i) for i in range(repetitions)]
        name = "random"
    else:
        raise InvalidArgumentError(
            f"order must be 'degree', 'strength', 'random' or a sequence of ids, not {order!r}"
        )
    curves = np.asarray([_core.removal_curve(graph._core, o, **run) for o in orders])
    curves = curves.astype(np.int64)
    mean = curves.sum(axis=0) / (len(curves) * max(n, 1))
    columns = {
        "removed": np.arange(n + 1),
        "removed_share": np.arange(n + 1) / max(n, 1),
        "largest": mean,
    }
    if name == "random":
        columns |= {"low": curves.min(axis=0) / max(n, 1), "high": curves.max(axis=0) / max(n, 1)}
    return Result(
        columns,
        {
            "measure": "robustness",
            "parameters": {"order": name}
            | ({"seed": seed, "repetitions": repetitions} if name == "random" else {}),
            "robustness": float(mean[1:].mean()) if n else float("nan"),
            "graph_checksum": graph.checksum,
        },
        recompute=lambda: robustness(
            graph, order=order, seed=seed, repetitions=repetitions, threads=threads, progress=False
        ),
    )
