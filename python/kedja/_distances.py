"""Distances from one company to all others."""

from __future__ import annotations

from typing import Any, Literal

from kedja import _core
from kedja._graph import CompanyGraph
from kedja._lengths import names_the_link
from kedja._measure import company_result
from kedja._result import Result
from kedja._run import Progress, context


@names_the_link
def distances(
    graph: CompanyGraph,
    source: Any,
    *,
    length: Literal["value", "1/value"] | None = None,
    direction: Literal["downstream", "upstream"] = "downstream",
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Length of the shortest path from one company to every other.

    Parameters
    ----------
    graph : CompanyGraph
    source : id
    length : {'value', '1/value'}, optional
        Measure paths by link values (all > 0), or by their inverse (a value of 0 cannot be
        walked). Default: every link is one step.
    direction : {'downstream', 'upstream'}, default 'downstream'
        Paths that start at the source, or that end in it.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        n rows; ``distance``, 0 for the source, infinite where there is no path.
        ``meta["reached"]`` counts companies with a path, the source included.

    Raises
    ------
    InvalidArgumentError
        The source is unknown, a word is not allowed, or `length` asks for values that the graph
        lacks or has as 0.

    Notes
    -----
    O(n + m) by hops [1]_, about that by lengths [2]_.
    Memory: 45 bytes per company and 5 per link.

    References
    ----------
    .. [1] S. Beamer, K. Asanovic and D. Patterson, SC 2012. https://doi.org/10.1109/SC.2012.50
    .. [2] Meyer and Sanders, J. Algorithms 49 (2003). https://doi.org/10.1016/S0196-6774(03)00076-2

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> kedja.structure.distances(graph, "steel")["distance"].tolist()
    [inf, 0.0, 1.0]
    """
    found, reached = _core.distances(
        graph._core,
        int(graph._vertex_of_ids([source], "source")[0]),
        direction=direction,
        length=length,
        **context(progress, "distances", threads),
    )
    parameters = {"source": source, "length": length, "direction": direction}
    return company_result(
        "distances",
        graph,
        {"distance": found},
        parameters,
        lambda: distances(graph, **parameters, threads=threads, progress=False),
        reached=reached,
    )
