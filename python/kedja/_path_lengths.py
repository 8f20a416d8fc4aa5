"""How far companies are from each other: eccentricity, mean distance, diameter."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._lengths import names_the_link
from kedja._measure import company_result, whole
from kedja._result import Result
from kedja._run import Progress, context


@names_the_link
def eccentricity(
    graph: CompanyGraph,
    *,
    direction: Literal["downstream", "upstream"] = "downstream",
    length: Literal["value", "1/value"] | None = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """How far every company is from the others: the farthest [1]_, and on average.

    Parameters
    ----------
    graph : CompanyGraph
    direction : {'downstream', 'upstream'}, default 'downstream'
        Paths that start at the company, or that end in it.
    length : {'value', '1/value'}, optional
        Measure paths by link values (all > 0), or by their inverse (a value of 0 cannot be
        walked). Default: every link is one step.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows; ``eccentricity`` (distance to the farthest company that has a path), ``mean_distance``
        to those that have one, ``reached`` (how many they are), ``status``; a company that reaches
        none has NaN and ``isolated``. ``meta["diameter"]`` is the largest distance,
        ``meta["radius"]`` the least eccentricity, ``meta["mean_distance"]`` the mean over all pairs
        with a path; NaN without any.

    Raises
    ------
    InvalidArgumentError
        A word is not allowed, or `length` asks for values that the graph lacks or has as 0.

    See Also
    --------
    diameter : The largest distance alone, from few searches.

    Notes
    -----
    NetworkX has values for strongly connected graphs only, which these are there. By hops 512
    searches share each pass over the links, O(n m / 512) word operations; by lengths 16 share a
    pass, O(n m log n) at worst.
    Memory: 310 bytes per company and 50 per link; each further thread 250 per company.

    References
    ----------
    .. [1] F. Harary and R. Norman, Annals of Mathematics 58 (1953).
       https://doi.org/10.2307/1969824

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> found = kedja.structure.eccentricity(graph)
    >>> found["eccentricity"].tolist(), found.meta["diameter"]
    ([2.0, 1.0, nan], 2.0)
    """
    far, mean, reached, status, diameter, radius, overall = _core.eccentricity(
        graph._core,
        direction=direction,
        length=length,
        **context(progress, "eccentricity", threads),
    )
    parameters: dict[str, Any] = {"direction": direction, "length": length}
    return company_result(
        "eccentricity",
        graph,
        {"eccentricity": far, "mean_distance": mean, "reached": reached},
        parameters,
        lambda: eccentricity(graph, **parameters, threads=threads, progress=False),
        status=status,
        diameter=diameter,
        radius=radius,
        mean_distance=overall,
    )


@names_the_link
def diameter(
    graph: CompanyGraph,
    *,
    length: Literal["value", "1/value"] | None = None,
    tolerance: float = 0.0,
    max_searches: int = 1000,
    progress: Progress = None,
) -> Result:
    """The largest distance between two companies that a path joins, between proven bounds [1]_.

    Parameters
    ----------
    graph : CompanyGraph
        Directions are ignored; `eccentricity` has the largest distance along them.
    length : {'value', '1/value'}, optional
        See `eccentricity`.
    tolerance : float >= 0, default 0.0
        Stop when the bounds are as near as this, in links or in lengths.
    max_searches : int in [1, 2**32), default 1000
        Stop after so many searches, however far apart the bounds are.
    progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        One row; ``source`` and ``target`` (ids; None without links) at the distance ``lower``, and
        ``upper``, which no distance exceeds; equal where the diameter is known.
        ``meta["searches"]``, ``meta["exact"]``.

    Raises
    ------
    InvalidArgumentError
        An option is outside its range, or `length` asks for values that the graph lacks or has as 0.

    Notes
    -----
    Each search takes O(n + m). Networks with hubs need some tens of searches, grids and rings up to
    n. By lengths the bounds hold up to rounding. On one thread.
    Memory: 50 bytes per company and 75 per link.

    References
    ----------
    .. [1] F. Takes and W. Kosters, CIKM 2011. https://doi.org/10.1145/2063576.2063748

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> found = kedja.structure.diameter(graph)
    >>> sorted([found["source"][0], found["target"][0]]), found["lower"].tolist()
    (['car', 'ore'], [2.0])
    """
    if whole("max_searches", max_searches) >= 2**32:
        raise InvalidArgumentError(f"max_searches must be below 2**32, not {max_searches!r}")
    parameters: dict[str, Any] = {
        "length": length,
        "tolerance": float(tolerance),
        "max_searches": int(max_searches),
    }
    lower, upper, source, target, searches = _core.diameter(
        graph._core, **parameters, progress=context(progress, "diameter", 1)["progress"]
    )
    ids = graph.ids[graph._row_of_vertex()]
    ends = np.array([None, None], dtype=object)
    if lower > 0:
        ends[:] = ids[source], ids[target]
    return Result(
        {
            "source": ends[:1],
            "target": ends[1:],
            "lower": np.array([lower]),
            "upper": np.array([upper]),
        },
        {
            "measure": "diameter",
            "parameters": parameters,
            "searches": searches,
            "exact": bool(upper <= lower),
            "graph_checksum": graph.checksum,
        },
        recompute=lambda: diameter(graph, **parameters, progress=False),
    )
