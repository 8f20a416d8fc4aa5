"""Scores that companies pass to each other until nothing changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from kedja import _core
from kedja._columns import numbers, plain
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._measure import company_result
from kedja._result import Result
from kedja._run import Progress, context
from kedja.centrality._options import Direction, warn_unless_converged


def _by_vertex(name: str, given: Any, graph: CompanyGraph) -> np.ndarray | None:
    """Weights in input order as the core takes them."""
    if given is None:
        return None
    values = np.asarray(numbers(name, given))
    if values.shape != (graph.num_companies,):
        raise InvalidArgumentError(
            f"{name} must have one weight per company ({graph.num_companies}), not {values.shape}"
        )
    return np.ascontiguousarray(values[graph._row_of_vertex()])


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
    Memory: 60 bytes per company and 24 per link (12 where links are directed, a third of that
    without values).

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
    by_vertex = _by_vertex("personalization", personalization, graph)
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
    warn_unless_converged("pagerank", record)
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


def eigenvector(
    graph: CompanyGraph,
    *,
    direction: Direction = "upstream",
    weighted: bool = True,
    tolerance: float = 1e-10,
    max_iterations: int = 1000,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Eigenvector centrality: a company is central when its partners are [1]_.

    .. math:: x_v = \frac{1}{r} \sum_u w_{uv} x_u

    for the largest r for which some x >= 0 solves this; x has L2 norm 1.

    Parameters
    ----------
    graph : CompanyGraph
        Parallel links add up.
    direction : {'upstream', 'downstream'}, default 'upstream'
        A company is scored by its suppliers' scores (as in NetworkX), or by its buyers'.
    weighted : bool, default True
        Link values are strengths; False counts links.
    tolerance : float > 0, default 1e-10
        On the L1 norm of what the equation misses, as a share of its left side.
    max_iterations : int >= 1, default 1000
        Products with the links. Not converging is reported in ``meta``, ``status`` and by a
        warning, not an exception.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows; ``eigenvector`` (>= 0), ``status``. A chain without cycles has no such score: NaN
        with status ``undefined``. Where several parts tie for the largest r, each keeps the weight
        that equal starting scores give it, which is where NetworkX's iteration ends too.
        ``meta`` has ``eigenvalue``, ``iterations``, ``residual``, ``converged``; ``error_bound`` is
        NaN, since none is known without the second eigenvalue.

    Notes
    -----
    Restarted Arnoldi iteration; O(m) per product.
    Memory: 130 bytes per company and 24 per link (12 where links are directed, a third of that
    without values).

    References
    ----------
    .. [1] P. Bonacich, American Journal of Sociology 92 (1987). https://doi.org/10.1086/228631

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b"], ["a", "b"], ["b", "a"])
    >>> kedja.centrality.eigenvector(graph)["eigenvector"].round(6).tolist()
    [0.707107, 0.707107]
    """
    score, status, value, record = _core.eigenvector(
        graph._core,
        direction=direction,
        weighted=weighted,
        tolerance=float(tolerance),
        max_iterations=int(max_iterations),
        **context(progress, "eigenvector", threads),
    )
    warn_unless_converged("eigenvector", record)
    parameters = {
        "direction": direction,
        "weighted": weighted,
        "tolerance": tolerance,
        "max_iterations": max_iterations,
    }
    return company_result(
        "eigenvector",
        graph,
        {"eigenvector": score},
        parameters,
        lambda: eigenvector(graph, **parameters, threads=threads, progress=False),  # type: ignore[arg-type]
        status=status,
        eigenvalue=value,
        **record,
    )


def katz(
    graph: CompanyGraph,
    *,
    alpha: float = 0.1,
    beta: Any = 1.0,
    normalized: bool = True,
    direction: Direction = "upstream",
    weighted: bool = True,
    tolerance: float = 1e-10,
    max_iterations: int = 1000,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Katz centrality: all walks that end in a company, long ones counting less [1]_.

    .. math:: x_v = \beta_v + \alpha \sum_u w_{uv} x_u

    Parameters
    ----------
    graph : CompanyGraph
        Parallel links add up.
    alpha : float > 0, default 0.1
        What a step is worth; must be below 1 / r for the eigenvalue r that `eigenvector` reports.
        With link values other than about 1 choose it accordingly.
    beta : float > 0 or array_like of float >= 0, shape (n,), default 1.0
        What companies have by themselves, one number or one per company in input order.
    normalized : bool, default True
        Scale to L2 norm 1.
    direction : {'upstream', 'downstream'}, default 'upstream'
        Walks that end in the company (as in NetworkX), or that start at it.
    weighted : bool, default True
        Link values are strengths; False counts links.
    tolerance : float > 0, default 1e-10
        Bound on the L1 distance to the exact scores, as a share of their sum.
    max_iterations : int >= 1, default 1000
        Not converging is reported in ``meta``, ``status`` and by a warning, not an exception.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows; ``katz``, ``status``: NaN with ``not_converged`` when alpha is too large. ``meta``
        has ``iterations``, ``residual``, ``error_bound`` (proved), ``converged``.

    Raises
    ------
    InvalidArgumentError
        `alpha`, `beta`, `tolerance` or `max_iterations` lies outside its range.

    Notes
    -----
    O(m) per iteration.
    Memory: 40 bytes per company.

    References
    ----------
    .. [1] L. Katz, Psychometrika 18 (1953). https://doi.org/10.1007/BF02289026

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> kedja.centrality.katz(graph, alpha=0.5, normalized=False)["katz"].tolist()
    [1.0, 1.5, 1.75]
    """
    one = np.ndim(plain(beta) if not np.isscalar(beta) else beta) == 0
    score, status, record = _core.katz(
        graph._core,
        alpha=float(alpha),
        beta=float(beta) if one else 1.0,
        betas=None if one else _by_vertex("beta", beta, graph),
        normalized=normalized,
        direction=direction,
        weighted=weighted,
        tolerance=float(tolerance),
        max_iterations=int(max_iterations),
        **context(progress, "katz", threads),
    )
    warn_unless_converged(
        "katz", record, "; alpha must be below 1 / eigenvalue, see kedja.centrality.eigenvector"
    )
    parameters = {
        "alpha": alpha,
        "beta": beta,
        "normalized": normalized,
        "direction": direction,
        "weighted": weighted,
        "tolerance": tolerance,
        "max_iterations": max_iterations,
    }
    return company_result(
        "katz",
        graph,
        {"katz": score},
        parameters,
        lambda: katz(graph, **parameters, threads=threads, progress=False),
        status=status,
        **record,
    )


def hits(
    graph: CompanyGraph,
    *,
    normalized: bool = True,
    weighted: bool = True,
    tolerance: float = 1e-10,
    max_iterations: int = 1000,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Hubs sell to good authorities, authorities buy from good hubs [1]_.

    The dominant singular vectors of the matrix of links (suppliers in rows), both >= 0.

    Parameters
    ----------
    graph : CompanyGraph
        Parallel links add up.
    normalized : bool, default True
        Both columns sum to 1; False: both have L2 norm 1.
    weighted : bool, default True
        Link values are strengths; False counts links.
    tolerance : float > 0, default 1e-10
        On the L1 norm of what the authorities' equation misses, as a share of its left side.
    max_iterations : int >= 1, default 1000
        Not converging is reported in ``meta``, ``status`` and by a warning, not an exception.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows; ``hubs``, ``authorities``, ``status``. Without links of value: NaN with status
        ``undefined``. Where several parts tie for the largest singular value, each keeps the
        weight that equal starting scores give it. ``meta`` has ``iterations``, ``residual``,
        ``converged``; ``error_bound`` is NaN, since none is known without the second value.

    Notes
    -----
    Restarted Arnoldi iteration; O(m) per product.
    Memory: 140 bytes per company and 48 per link (24 where links are directed, a third of that
    without values).

    References
    ----------
    .. [1] J. M. Kleinberg, J. ACM 46 (1999). https://doi.org/10.1145/324133.324140

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "b"], ["c", "c"])
    >>> result = kedja.centrality.hits(graph)
    >>> result["hubs"].round(6).tolist(), result["authorities"].round(6).tolist()
    ([0.5, 0.5, 0.0], [0.0, 0.0, 1.0])
    """
    hubs, authorities, status, record = _core.hits(
        graph._core,
        normalized=normalized,
        weighted=weighted,
        tolerance=float(tolerance),
        max_iterations=int(max_iterations),
        **context(progress, "hits", threads),
    )
    warn_unless_converged("hits", record)
    parameters = {
        "normalized": normalized,
        "weighted": weighted,
        "tolerance": tolerance,
        "max_iterations": max_iterations,
    }
    return company_result(
        "hits",
        graph,
        {"hubs": hubs, "authorities": authorities},
        parameters,
        lambda: hits(graph, **parameters, threads=threads, progress=False),  # type: ignore[arg-type]
        status=status,
        **record,
    )
