"""How often companies and links lie on shortest paths."""

from __future__ import annotations

from typing import Any

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._lengths import names_the_link
from kedja._measure import best_rows, company_result, whole
from kedja._result import Result
from kedja._run import Progress, context
from kedja.centrality._options import Length


@names_the_link
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
        are computed. With `epsilon` those with the largest estimates, found from fewer paths: no
        more are drawn once every company is proved to be among the k best, proved not to be, or
        known within `epsilon`. With probability at least 1 - `delta` all of this holds at once:
        every score lies in its bounds; who is ``ok`` is among the k best; who is ``undecided`` may
        be replaced by another, and its score errs by at most `epsilon`.
    seed : int, default 0
        Of the sampled paths.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows (k with `top_k`); ``betweenness``, in [0, 1] when normalized. Estimates also have
        ``lower`` and ``upper``, bounds on the score, with `top_k` a ``status`` (``ok`` or
        ``undecided``), and in ``meta`` ``samples`` (paths drawn), ``error_bound`` (the farthest
        that an estimate may lie from its score; at most `epsilon` without `top_k`), ``epsilon``,
        ``delta``, ``seed`` and ``diameter_bound`` (vertices of a path).

    Raises
    ------
    InvalidArgumentError
        An option lies outside its range, `epsilon` is combined with `length`,
        `sources`, `targets` or ``normalized=False``, or a source or target is unknown or repeated.
        More than 1.8e308 shortest paths join two companies, which only an estimate can bear.

    Notes
    -----
    Exact: O(n m) by hops, O(n (n + m) log n) by lengths. By hops n and m count what is left once
    companies with the same links are taken together and, in an undirected graph, trees are cut off
    and blocks, which no single company cuts in two, are told apart [4]_. An estimate draws shortest paths until
    confidence bounds of all companies are within `epsilon`, about ln(1/delta) / epsilon^2 times
    twice the largest score, and never more than the graph's diameter calls for; a search from both
    ends per path.
    Memory: 350 bytes per company and 80 per link; each further thread 300 per company.

    References
    ----------
    .. [1] U. Brandes, J. Math. Sociol. 25 (2001). https://doi.org/10.1080/0022250X.2001.9990249
    .. [2] M. Borassi and E. Natale, "KADABRA is an adaptive algorithm for betweenness via random
       approximation", ACM J. Exp. Algorithmics 24 (2019). https://doi.org/10.1145/3284359
    .. [3] L. Pellegrina and F. Vandin, "SILVAN", ACM Trans. Knowl. Discov. Data 18 (2023).
       https://doi.org/10.1145/3628601
    .. [4] A. E. Sariyuce et al., "Shattering and compressing networks for betweenness centrality",
       SDM 2013. https://doi.org/10.1137/1.9781611972832.76

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> kedja.centrality.betweenness(graph)["betweenness"].tolist()
    [0.0, 0.5, 0.0]
    >>> hub = kedja.CompanyGraph(range(99), [0] * 98, range(1, 99), directed=False)
    >>> best = kedja.centrality.betweenness(hub, epsilon=0.01, top_k=1)
    >>> best.ids.tolist(), best["status"].tolist(), bool(best["lower"][0] > 0.5)
    ([0], ['ok'], True)
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
    columns: dict[str, Any] = {}
    status = None
    run = context(progress, "betweenness", threads)
    if epsilon is None:
        ends = {
            name: None if ids is None else graph._vertex_of_ids(ids, name, once=True)
            for name, ids in (("sources", sources), ("targets", targets))
        }
        columns["betweenness"] = _core.betweenness(
            graph._core, normalized=normalized, length=length, **ends, **run
        )
    else:
        if length is not None or not normalized or sources is not None or targets is not None:
            raise InvalidArgumentError(
                "epsilon= estimates normalized scores by hops over all pairs only"
            )
        if top_k is not None:
            whole("top_k", top_k)
        score, lower, upper, decided, samples, diameter, error = _core.approximate_betweenness(
            graph._core,
            epsilon=float(epsilon),
            delta=float(delta),
            seed=int(seed),
            top_k=min(int(top_k or 0), graph.num_companies),
            **run,
        )
        columns = {"betweenness": score, "lower": lower, "upper": upper}
        status = None if top_k is None else decided
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
        columns,
        parameters,
        lambda: betweenness(graph, **parameters, threads=threads, progress=False),  # type: ignore[arg-type]
        status=status,
        **meta,
    )
    return best_rows(
        everyone,
        "betweenness",
        top_k,
        lambda: betweenness(graph, **parameters, top_k=top_k, threads=threads, progress=False),  # type: ignore[arg-type]
    )


@names_the_link
def edge_betweenness(
    graph: CompanyGraph,
    *,
    normalized: bool = True,
    length: Length | None = None,
    sources: Any = None,
    targets: Any = None,
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
    sources, targets : sequence of ids, optional
        Count only paths that start in `sources` and end in `targets`. (NetworkX 3.6's
        ``edge_betweenness_centrality_subset`` shares paths evenly among the neighbours on the way
        to a company that is no target, whatever their numbers of paths; this does not.)
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
        A word is not allowed, `length` asks for values that the graph lacks or has as 0, or a source
        or target is unknown or repeated.

    Notes
    -----
    O(n m) by hops, O(n (n + m) log n) by lengths.
    Memory: 350 bytes per company and 90 per link; each further thread 300 per company.

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
    ends = {
        name: None if ids is None else graph._vertex_of_ids(ids, name, once=True)
        for name, ids in (("sources", sources), ("targets", targets))
    }
    score = _core.edge_betweenness(
        graph._core,
        normalized=normalized,
        length=length,
        **ends,
        **context(progress, "edge betweenness", threads),
    )
    source, target, _ = graph._link_rows()
    parameters = {
        "normalized": normalized,
        "length": length,
        "sources": sources,
        "targets": targets,
    }
    return Result(
        {"source": graph.ids[source], "target": graph.ids[target], "edge_betweenness": score},
        {
            "measure": "edge_betweenness",
            "parameters": parameters,
            "graph_checksum": graph.checksum,
        },
        recompute=lambda: edge_betweenness(graph, **parameters, threads=threads, progress=False),  # type: ignore[arg-type]
    )
