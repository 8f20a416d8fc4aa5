"""Centralities: how a company sits in the whole chain.

Definitions are NetworkX 3.6's, except: scores are normalized by default, `direction` is
``"upstream"`` (paths that end in the company, NetworkX's default) or ``"downstream"``, and link
values are strengths that are never silently used as lengths.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from kedja import _core
from kedja._columns import plain
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._measure import company_result
from kedja._result import Result
from kedja._run import Progress, context

__all__ = ["betweenness", "degree", "harmonic_closeness", "pagerank", "strength"]


def __dir__() -> list[str]:
    return __all__


Direction = Literal["upstream", "downstream"]
Length = Literal["value", "1/value"]


def degree(graph: CompanyGraph) -> Result:
    """Number of links of every company.

    Parameters
    ----------
    graph : CompanyGraph
        Parallel links count each; a self-link adds 2 to ``degree``.

    Returns
    -------
    Result
        n rows; ``degree`` (upstream + downstream; each link once when undirected), ``upstream``
        (links from suppliers), ``downstream`` (links to buyers), whole numbers >= 0.

    Notes
    -----
    O(n).

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> kedja.centrality.degree(graph)["degree"].tolist()
    [1, 2, 1]
    """
    total, upstream, downstream = _core.degree(graph._core)
    return company_result(
        "degree",
        graph,
        {"degree": total, "upstream": upstream, "downstream": downstream},
        {},
        lambda: degree(graph),
    )


def strength(graph: CompanyGraph) -> Result:
    """Sum of link values of every company.

    Parameters
    ----------
    graph : CompanyGraph
        Without values every link is worth 1.

    Returns
    -------
    Result
        n rows; ``strength``, ``upstream``, ``downstream`` in the unit of the values.

    Notes
    -----
    O(n + m).

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel"], ["ore"], ["steel"], [2.5])
    >>> kedja.centrality.strength(graph)["upstream"].tolist()
    [0.0, 2.5]
    """
    total, upstream, downstream = _core.strength(graph._core)
    return company_result(
        "strength",
        graph,
        {"strength": total, "upstream": upstream, "downstream": downstream},
        {},
        lambda: strength(graph),
    )


def harmonic_closeness(
    graph: CompanyGraph,
    *,
    direction: Direction = "upstream",
    normalized: bool = True,
    max_hops: int | None = None,
    length: Length | None = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Harmonic closeness: how near a company is to all others.

    .. math:: H(v) = \frac{1}{n-1} \sum_{u \ne v} \frac{1}{d(u, v)}

    where d counts links on a shortest path from u to v and 1/infinity is 0 [1]_.

    Parameters
    ----------
    graph : CompanyGraph
    direction : {'upstream', 'downstream'}, default 'upstream'
        Paths that end in the company, or that start at it.
    normalized : bool, default True
        Divide by n - 1; False gives the plain sum, in [0, n - 1] by hops.
    max_hops : int >= 1, optional
        Longer paths count as 0; hops only.
    length : {'value', '1/value'}, optional
        Measure paths by link values (all > 0), or by their inverse (a value of 0 cannot be
        walked). Default: every link is one step.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows; ``harmonic_closeness`` (in [0, 1] by hops when normalized; 0 for isolated
        companies), ``reached`` (number of other companies with a path).

    Raises
    ------
    InvalidArgumentError
        A word is not allowed, `max_hops` is not a whole number >= 1, or the graph has no values.

    Notes
    -----
    By hops 512 searches share each pass over the links; by lengths O(n (n + m) log n).

    References
    ----------
    .. [1] P. Boldi and S. Vigna, "Axioms for centrality", Internet Mathematics 10 (2014).
       https://doi.org/10.1080/15427951.2013.865686

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> kedja.centrality.harmonic_closeness(graph)["harmonic_closeness"].tolist()
    [0.0, 0.5, 0.75]
    """
    if max_hops is not None and (
        isinstance(max_hops, bool) or int(max_hops) != max_hops or max_hops < 1
    ):
        raise InvalidArgumentError(f"max_hops must be a whole number >= 1, not {max_hops!r}")
    if max_hops is not None and length is not None:
        raise InvalidArgumentError("max_hops counts links; it cannot be combined with length")
    parameters = {
        "direction": direction,
        "normalized": normalized,
        "max_hops": max_hops,
        "length": length,
    }
    score, reached = _core.harmonic_closeness(
        graph._core,
        direction=direction,
        normalized=normalized,
        max_hops=None if max_hops is None else min(int(max_hops), 2**32 - 1),
        length=length,
        **context(progress, "harmonic closeness", threads),
    )
    return company_result(
        "harmonic_closeness",
        graph,
        {"harmonic_closeness": score, "reached": reached},
        parameters,
        lambda: harmonic_closeness(graph, **parameters, threads=threads, progress=False),  # type: ignore[arg-type]
    )


def betweenness(
    graph: CompanyGraph,
    *,
    normalized: bool = True,
    length: Length | None = None,
    epsilon: float | None = None,
    delta: float = 0.1,
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
    epsilon : float in (0, 1), optional
        Estimate instead: with probability at least 1 - `delta` no normalized score errs by more
        than `epsilon` [2]_. Default: exact.
    delta : float in (0, 1), default 0.1
    seed : int, default 0
        Of the sampled paths.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows; ``betweenness``, in [0, 1] when normalized. ``meta`` has ``samples`` and
        ``diameter_bound`` for estimates.

    Raises
    ------
    InvalidArgumentError
        An option lies outside its range, or `epsilon` is combined with `length` or
        ``normalized=False``.

    Notes
    -----
    Exact: O(n m) by hops, O(n (n + m) log n) by lengths.

    References
    ----------
    .. [1] U. Brandes, J. Math. Sociol. 25 (2001). https://doi.org/10.1080/0022250X.2001.9990249
    .. [2] M. Riondato and E. Kornaropoulos, Data Min. Knowl. Disc. 30 (2016).
       https://doi.org/10.1007/s10618-015-0423-0

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
        "epsilon": epsilon,
        "delta": delta,
        "seed": seed,
    }
    meta: dict[str, Any] = {}
    run = context(progress, "betweenness", threads)
    if epsilon is None:
        score = _core.betweenness(graph._core, normalized=normalized, length=length, **run)
    else:
        if length is not None or not normalized:
            raise InvalidArgumentError("epsilon= estimates normalized scores by hops only")
        score, samples, bound = _core.approximate_betweenness(
            graph._core, epsilon=float(epsilon), delta=float(delta), seed=int(seed), **run
        )
        meta = {"samples": samples, "diameter_bound": bound, "seed": seed}
    return company_result(
        "betweenness",
        graph,
        {"betweenness": score},
        parameters,
        lambda: betweenness(graph, **parameters, threads=threads, progress=False),  # type: ignore[arg-type]
        **meta,
    )


def pagerank(
    graph: CompanyGraph,
    *,
    damping: float = 0.85,
    direction: Direction = "upstream",
    weighted: bool = True,
    personalization: Any = None,
    tolerance: float = 1e-10,
    max_iterations: int = 1000,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """PageRank: the share of a random walker's time at each company [1]_.

    Parameters
    ----------
    graph : CompanyGraph
    damping : float in [0, 1), default 0.85
    direction : {'upstream', 'downstream'}, default 'upstream'
        A company is scored by its suppliers' scores (as in NetworkX), or by its buyers'.
    weighted : bool, default True
        Links pass on in proportion to their value; companies whose links are all worth 0 are sinks.
    personalization : array_like of float, shape (n,), optional
        Where the walker starts anew, by company in input order; finite and >= 0, not all 0.
    tolerance : float > 0, default 1e-10
        Bound on the L1 distance to the exact scores.
    max_iterations : int >= 1, default 1000
        Not converging is reported in ``meta`` and by a warning, not an exception.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows; ``pagerank``, >= 0, sums to 1: what sinks hold is spread, never lost. ``meta`` has
        ``iterations``, ``residual``, ``error_bound``, ``converged``.

    Notes
    -----
    O(m) per iteration.

    References
    ----------
    .. [1] S. Brin and L. Page, Computer Networks 30 (1998).
       https://doi.org/10.1016/S0169-7552(98)00110-X

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b"], ["a", "b"], ["b", "a"])
    >>> kedja.centrality.pagerank(graph)["pagerank"].tolist()
    [0.5, 0.5]
    """
    by_vertex = None
    if personalization is not None:
        given = np.ascontiguousarray(plain(personalization), dtype=np.float64)
        if given.shape != (graph.num_companies,):
            raise InvalidArgumentError(
                f"personalization must have one weight per company ({graph.num_companies}), not {given.shape}"
            )
        by_vertex = np.ascontiguousarray(given[graph._row_of_vertex()])
    score, record = _core.pagerank(
        graph._core,
        damping=float(damping),
        direction=direction,
        weighted=weighted,
        personalization=by_vertex,
        tolerance=float(tolerance),
        max_iterations=int(max_iterations),
        **context(progress, "pagerank", threads),
    )
    if not record["converged"]:
        import warnings

        warnings.warn(
            f"pagerank did not converge in {max_iterations} iterations (error bound {record['error_bound']:.2g})",
            RuntimeWarning,
            stacklevel=2,
        )
    parameters = {
        "damping": damping,
        "direction": direction,
        "weighted": weighted,
        "personalization": personalization,
        "tolerance": tolerance,
        "max_iterations": max_iterations,
    }
    return company_result(
        "pagerank",
        graph,
        {"pagerank": score},
        parameters,
        lambda: pagerank(graph, **parameters, threads=threads, progress=False),  # type: ignore[arg-type]
        **record,
    )
