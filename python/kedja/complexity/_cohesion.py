"""Do declared clusters hang together?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._result import Result, status_column
from kedja._run import Progress, context
from kedja.complexity._table import prepare


def cohesion(
    relatedness: Any,
    clusters: Any,
    *,
    quantile: float = 0.95,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """How much more related the items of each declared cluster are to each other than to others.

    Parameters
    ----------
    relatedness : Result, DataFrame or list of them
        What `relatedness` or `proximity` gave, a table with columns ``a``, ``b`` and a value (>= 0;
        pairs not given are 0), or a square matrix with labels. Of several, the mean of the
        matrices, each scaled to mean 1 over its pairs of different items.
    clusters : Series, Mapping or DataFrame
        Which cluster each item (a or b above) is in: item -> cluster, or a table with columns
        ``item`` and ``cluster``. An item may be in several; items in none are left out.
    quantile : float, default 0.95
        Which quantile over the other clusters is held against the cluster.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        One row per cluster: ``cluster``, ``within`` (mean relatedness of its pairs),
        ``between_mean`` and ``between_quantile`` (of its mean relatedness to each other cluster),
        ``items_above_mean`` and ``items_above_quantile`` (shares of its items that are closer to
        their own cluster), ``items``, ``status``. ``meta["validation_score"]`` in [0, 1] is the
        mean of four shares: clusters, and items, above the mean and above the quantile.

    Notes
    -----
    In the manner of Delgado, Porter and Stern 2016, https://doi.org/10.1093/jeg/lbv017, who score
    candidate partitions so. A cluster of one item is ``too_small``. O(items x clusters + pairs).

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> near = pd.DataFrame([[0, 9, 1, 1], [9, 0, 1, 1], [1, 1, 0, 9], [1, 1, 9, 0]],
    ...                     index=list("klmn"), columns=list("klmn"))
    >>> found = kedja.complexity.cohesion(near, {"k": "A", "l": "A", "m": "B", "n": "B"})
    >>> found["within"].tolist(), found.meta["validation_score"]
    ([9.0, 9.0], 1.0)
    """
    several = isinstance(relatedness, (list, tuple))
    items, near = _mean_of(list(relatedness) if several else [relatedness])
    item, label, names = _declared(clusters)
    position = {name: i for i, name in enumerate(items.tolist())}
    known = np.fromiter((name in position for name in item), dtype=bool, count=len(item))
    if len(item) and not known.any():
        raise InvalidArgumentError(
            f"no item of the clusters stands in relatedness; {item[0]!r} is not among "
            f"{', '.join(map(repr, items[:3].tolist()))} ..."
        )
    vertex = np.fromiter((position[n] for n in item[known].tolist()), dtype=np.uint32)
    groups = _core.Grouping(len(items), len(names), vertex, label[known], None)
    size, within, mean, high, items_mean, items_high, status, whole = _core.cohesion(
        near, groups, quantile=float(quantile), **context(progress, "cohesion", threads)
    )
    return Result(
        {
            "cluster": names,
            "within": within,
            "between_mean": mean,
            "between_quantile": high,
            "items_above_mean": items_mean,
            "items_above_quantile": items_high,
            "items": size.astype(np.int64),
            "status": status_column(status),
        },
        {
            "measure": "cohesion",
            "parameters": {"quantile": quantile},
            **whole,
            "items_without_relatedness": sorted(set(item[~known].tolist())),
        },
        recompute=lambda: cohesion(
            relatedness, clusters, quantile=quantile, threads=threads, progress=False
        ),
    )


def _mean_of(given: list[Any]) -> tuple[np.ndarray, Any]:
    """Items in the order of their names, and the mean of scaled matrices."""
    import pandas as pd

    tables = [_long(one) for one in given]
    if len(tables) > 1:
        items = len(set().union(*(set(t["row"]) | set(t["column"]) for t in tables)))
        for table in tables:
            off = table["row"] != table["column"]
            total = table.loc[off, "value"].sum()
            if not total > 0:
                raise InvalidArgumentError("a relatedness of several has no pair above 0")
            table["value"] *= items * (items - 1) / total / len(tables)
    together = pd.concat(tables, ignore_index=True)
    # Items that only ever stand on one side are items all the same.
    every = pd.unique(pd.concat([together["row"], together["column"]]))
    nothing = pd.DataFrame({"row": every, "column": every, "value": 0.0})
    made = prepare(pd.concat([together, nothing], ignore_index=True))
    return made.rows, made.core


def _long(one: Any) -> Any:
    import pandas as pd

    frame = one.frame if isinstance(one, Result) else one
    if {"a", "b"} <= set(frame.columns):
        values = [name for name in frame.columns if name not in ("a", "b")]
        if len(values) != 1:
            raise InvalidArgumentError(f"relatedness needs one value column, not {values}")
        row, column, value = frame["a"], frame["b"], frame[values[0]]
        return pd.DataFrame(
            {"row": row.astype(str), "column": column.astype(str), "value": value.astype(float)}
        )
    if list(map(str, frame.index)) != list(map(str, frame.columns)):
        raise InvalidArgumentError("a matrix of relatedness needs the same labels on both sides")
    names = np.asarray([str(name) for name in frame.columns], dtype=object)
    n = len(names)
    return pd.DataFrame(
        {
            "row": np.repeat(names, n),
            "column": np.tile(names, n),
            "value": frame.to_numpy(dtype=np.float64).reshape(-1),
        }
    )


def _declared(clusters: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Items, the number of the cluster of each, and the clusters' names."""
    import pandas as pd

    if isinstance(clusters, pd.DataFrame):
        if not {"item", "cluster"} <= set(clusters.columns):
            raise InvalidArgumentError("a table of clusters needs columns item and cluster")
        item, label = clusters["item"], clusters["cluster"]
    elif isinstance(clusters, (pd.Series, Mapping)):
        series = clusters if isinstance(clusters, pd.Series) else pd.Series(clusters, dtype=object)
        item, label = pd.Series(series.index), pd.Series(series.to_numpy(dtype=object))
    else:
        raise InvalidArgumentError("clusters must be a Series, a mapping or a table")
    keep = (label.notna() & (label.astype(str) != "")).to_numpy()
    texts = [str(x) for x in label[keep]]
    names = sorted(set(texts), key=lambda name: name.encode("utf-8"))
    number = {name: i for i, name in enumerate(names)}
    made = np.empty(len(texts), dtype=object)
    made[:] = [str(x) for x in item[keep]]
    return (
        made,
        np.fromiter((number[t] for t in texts), dtype=np.uint32, count=len(texts)),
        np.asarray(names, dtype=object),
    )
