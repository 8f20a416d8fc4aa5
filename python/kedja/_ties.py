"""What holds a network together: cut points, bridges, spanning forests."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from kedja import _core
from kedja._graph import CompanyGraph
from kedja._lengths import names_the_link
from kedja._measure import company_result
from kedja._result import Result
from kedja._run import Progress, context


def cut_points(graph: CompanyGraph, *, progress: Progress = None) -> Result:
    """Companies without which a connected part of the network falls apart [1]_.

    Parameters
    ----------
    graph : CompanyGraph
        Directions are ignored.
    progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        n rows; ``cut_point`` (bool; also called articulation point). ``meta["count"]``.

    Notes
    -----
    O(n + m), without recursion.
    Memory: 25 bytes per company and 30 per link.

    References
    ----------
    .. [1] J. Hopcroft and R. Tarjan, Communications of the ACM 16 (1973).
       https://doi.org/10.1145/362248.362272

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "b"], ["b", "c"])
    >>> kedja.structure.cut_points(graph)["cut_point"].tolist()
    [False, True, False]
    """
    cut, _, _ = _core.cut_points(graph._core, progress=_reporter(progress, "cut points"))
    return company_result(
        "cut_points",
        graph,
        {"cut_point": cut.astype(bool)},
        {},
        lambda: cut_points(graph, progress=False),
        count=int(cut.sum()),
    )


def bridges(graph: CompanyGraph, *, progress: Progress = None) -> Result:
    """Pairs of companies whose tie alone joins two parts of the network.

    Parameters
    ----------
    graph : CompanyGraph
        Directions are ignored; all links between two companies are one tie.
    progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        One row per bridge; ``source`` and ``target``, ids in the graph's order.

    Notes
    -----
    O(n + m); see `cut_points`.
    Memory: 25 bytes per company and 30 per link.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "b"], ["b", "c"])
    >>> kedja.structure.bridges(graph)["target"].tolist()
    ['b', 'c']
    """
    _, source, target = _core.cut_points(graph._core, progress=_reporter(progress, "bridges"))
    return _pairs("bridges", graph, source, target, {}, {}, lambda: bridges(graph, progress=False))


@names_the_link
def spanning_forest(
    graph: CompanyGraph,
    *,
    length: Literal["value", "1/value"] | None = None,
    progress: Progress = None,
) -> Result:
    """Links of least total length that join whatever the network joins [1]_.

    Parameters
    ----------
    graph : CompanyGraph
        Directions are ignored.
    length : {None, 'value', '1/value'}, default None
        None: every link has length 1. ``'value'``: link values, all > 0, are lengths.
        ``'1/value'``: strong links are short, so the forest is the network's backbone; links of
        value 0 join nothing.
    progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        One row per link of the forest; ``source``, ``target``, ``length``. ``meta["total"]`` is
        the sum of the lengths. Of equally long links the first in the graph's order is taken.

    Raises
    ------
    InvalidArgumentError
        `length` needs values and the graph has none, or one is not positive.

    Notes
    -----
    O(m log m).
    Memory: 30 bytes per company and 50 per link.

    References
    ----------
    .. [1] J. Kruskal, Proc. Am. Math. Soc. 7 (1956).
       https://doi.org/10.1090/S0002-9939-1956-0078686-7

    Examples
    --------
    >>> import kedja
    >>> ring = kedja.CompanyGraph(["a", "b", "c"], ["a", "b", "c"], ["b", "c", "a"], [1, 5, 2])
    >>> kedja.structure.spanning_forest(ring, length="1/value")["source"].tolist()
    ['b', 'c']
    """
    source, target, lengths, total = _core.spanning_forest(
        graph._core, length=length, progress=_reporter(progress, "spanning forest")
    )
    return _pairs(
        "spanning_forest",
        graph,
        source,
        target,
        {"length": lengths},
        {"length": length},
        lambda: spanning_forest(graph, length=length, progress=False),
        total=total,
    )


def _reporter(progress: Progress, label: str) -> Any:
    return context(progress, label, 1)["progress"]


def _pairs(
    measure: str,
    graph: CompanyGraph,
    source: np.ndarray,
    target: np.ndarray,
    columns: dict[str, np.ndarray],
    parameters: dict[str, Any],
    again: Any,
    **meta: Any,
) -> Result:
    ids = graph.ids[graph._row_of_vertex()]
    return Result(
        {"source": ids[source], "target": ids[target], **columns},
        {"measure": measure, "parameters": parameters, "graph_checksum": graph.checksum, **meta},
        recompute=again,
    )
