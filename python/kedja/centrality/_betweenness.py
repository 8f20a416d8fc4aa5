"""How often companies and links lie on shortest paths."""

from __future__ import annotations

from typing import Any

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._measure import best_rows, company_result
from kedja._result import Result
from kedja._run import Progress, context
from kedja.centrality._options import Length


def betweenness(
    graph: CompanyGraph,
    *,
    normalized: bool = True,
    length: Length | None = None,
    sources: Any = None,
    targets: Any = None,
    epsilon: float | None = None,
    delta: float = 0.1,
    top_k: int | None = None,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Betweenness: how often a company lies on shortest paths between others.

    .. math:: B(v) = \frac{1}{(n-1)(n-2)} \sum_{s \ne v \ne t} \frac{\sigma_{st}(v)}{\sigma_{st}}

    over ordered pairs (undirected graphs give the same number) [1]_. Parallel links are one path.

    Parameters
    ----------
    graph : CompanyGraph
    normalized : bool, default True
        Divide by the number of pairs of other companies; False gives the plain sum, an undirected
        pair counting once.
    length : {'value', '1/value'}, optional
        As for `harmonic_closeness`; exact only.
    sources, targets : sequence of ids, optional
        Count only paths that start in `sources` and end in `targets` (NetworkX's
        ``betweenness_centrality_subset``); exact only. Default: all companies.
    epsilon : float in (0, 1), optional
        Estimate instead: with probability at least 1 - `delta` no normalized score errs by more
        than `epsilon` [2]_ [3]_. Default: exact.
    delta : float in (0, 1), default 0.1
    top_k : int >= 1, optional
        Only the k companies with the largest scores, best first; ties in input order. All scores
        are computed. With `epsilon` those with the largest estimates: a company whose exact score
        is more than `epsilon` above the k-th estimate is among them, with the same probability.
    seed : int, default 0
        Of the sampled paths.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows (k with `top_k`); ``betweenness``, in [0, 1] when normalized. For estimates ``meta``
        has ``samples`` (paths drawn), ``error_bound`` (proved with probability 1 - `delta`, at most
        `epsilon`), ``epsilon``, ``delta``, ``seed`` and ``diameter_bound`` (vertices of a path).

    Raises
    ------
    InvalidArgumentError
        An option lies outside its range, `epsilon` is combined with `length`,
        `sources`, `targets` or ``normalized=False``, or a source or target is unknown or repeated.

    Notes
    -----
    Exact: O(n m) by hops, O(n (n + m) log n) by lengths. An estimate draws shortest paths until
    confidence bounds of all companies are within `epsilon`, about ln(1/delta) / epsilon^2 times
    twice the largest score, and never more than the graph's diameter calls for; a search from both
    ends per path.

    References
    ----------
    .. [1] U. Brandes, J. Math. Sociol. 25 (2001). https://doi.org/10.1080/0022250X.2001.9990249
    .. [2] M. Borassi and E. Natale, "KADABRA is an adaptive algorithm for betweenness via random
       approximation", ACM J. Exp. Algorithmics 24 (2019). https://doi.org/10.1145/3284359
    .. [3] L. Pellegrina and F. Vandin, "SILVAN", ACM Trans. Knowl. Discov. Data 18 (2023).
       https://doi.org/10.1145/3628601

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> kedja.centrality.betweenness(graph)["betweenness"].tolist()
    [0.0, 0.5, 0.0]
    """
    parameters = {
        "normalized": normalized,
        "length": length,
        "sources": sources,
        "targets": targets,
        "epsilon": epsilon,
        "delta": delta,
        "seed": seed,
    }
    meta: dict[str, Any] = {}
    run = context(progress, "betweenness", threads)
    if epsilon is None:
        ends = {
            name: None if ids is None else graph._vertex_of_ids(ids, name)
            for name, ids in (("sources", sources), ("targets", targets))
        }
        score = _core.betweenness(graph._core, normalized=normalized, length=length, **ends, **run)
    else:
        if length is not None or not normalized or sources is not None or targets is not None:
            raise InvalidArgumentError(
                "epsilon= estimates normalized scores by hops over all pairs only"
            )
        score, samples, diameter, error = _core.approximate_betweenness(
            graph._core, epsilon=float(epsilon), delta=float(delta), seed=int(seed), **run
        )
        meta = {
            "samples": samples,
            "diameter_bound": diameter,
            "error_bound": error,
            "epsilon": float(epsilon),
            "delta": float(delta),
            "seed": seed,
        }
    everyone = company_result(
        "betweenness",
        graph,
        {"betweenness": score},
        parameters,
        lambda: betweenness(graph, **parameters, threads=threads, progress=False),  # type: ignore[arg-type]
        **meta,
    )
    return best_rows(
        everyone,
        "betweenness",
        top_k,
        lambda: betweenness(graph, **parameters, top_k=top_k, threads=threads, progress=False),  # type: ignore[arg-type]
    )


def edge_betweenness(
    graph: CompanyGraph,
    *,
    normalized: bool = True,
    length: Length | None = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Betweenness of links: how often shortest paths use a link [1]_.

    .. math:: B(e) = \frac{1}{n(n-1)} \sum_{s \ne t} \frac{\sigma_{st}(e)}{\sigma_{st}}

    over ordered pairs (undirected graphs give the same number).

    Parameters
    ----------
    graph : CompanyGraph
        Parallel links of the same least length share evenly; longer ones and self-links score 0.
    normalized : bool, default True
        Divide by the number of pairs of companies; False gives the plain sum, an undirected pair
        counting once.
    length : {'value', '1/value'}, optional
        As for `harmonic_closeness`.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        One row per link; ``source``, ``target`` (ids), ``edge_betweenness``, in [0, 1] when
        normalized. Rows follow the graph's canonical order of links.

    Raises
    ------
    InvalidArgumentError
        A word is not allowed, or `length` asks for values that the graph lacks or has as 0.

    Notes
    -----
    O(n m) by hops, O(n (n + m) log n) by lengths.

    References
    ----------
    .. [1] U. Brandes, "On variants of shortest-path betweenness centrality and their generic
       computation", Social Networks 30 (2008). https://doi.org/10.1016/j.socnet.2007.11.001

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> result = kedja.centrality.edge_betweenness(graph)
    >>> result["source"].tolist(), result["edge_betweenness"].round(3).tolist()
    (['ore', 'steel'], [0.333, 0.333])
    """
    score = _core.edge_betweenness(
        graph._core,
        normalized=normalized,
        length=length,
        **context(progress, "edge betweenness", threads),
    )
    source, target, _ = graph._link_rows()
    parameters = {"normalized": normalized, "length": length}
    return Result(
        {"source": graph.ids[source], "target": graph.ids[target], "edge_betweenness": score},
        {
            "measure": "edge_betweenness",
            "parameters": parameters,
            "graph_checksum": graph.checksum,
        },
        recompute=lambda: edge_betweenness(graph, **parameters, threads=threads, progress=False),  # type: ignore[arg-type]
    )
