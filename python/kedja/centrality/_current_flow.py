"""Betweenness of flow that takes all ways at once."""

from __future__ import annotations

import warnings

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._measure import company_result
from kedja._result import Result
from kedja._run import Progress, context


def current_flow_betweenness(
    graph: CompanyGraph,
    *,
    normalized: bool = True,
    weighted: bool = True,
    epsilon: float | None = None,
    delta: float = 0.1,
    seed: int = 0,
    tolerance: float = 1e-11,
    max_iterations: int = 100_000,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Current-flow betweenness: what a company passes on when flow takes all ways at once [1]_.

    For every pair of other companies a unit current enters at one and leaves at the other; every
    link conducts in proportion to its value, both ways. The score is the mean current through the
    company, also known as random-walk betweenness [2]_.

    Parameters
    ----------
    graph : CompanyGraph
        Directions are ignored, parallel links add up, self-links and links worth 0 conduct nothing.
    normalized : bool, default True
        Divide by the number of pairs of other companies, (n - 1)(n - 2) / 2.
    weighted : bool, default True
        Link values are conductances; False: every link conducts 1.
    epsilon : float in (0, 1), optional
        Estimate instead from random pairs: with probability at least 1 - `delta` no normalized
        score errs by more than `epsilon`. Default: exact.
    delta : float in (0, 1), default 0.1
    seed : int, default 0
        Of the sampled pairs.
    tolerance : float > 0, default 1e-11
        On the residual of every system of potentials, as a share of the current.
    max_iterations : int >= 1, default 100000
        For one system. Not converging is reported in ``meta``, ``status`` and by a warning.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows; ``current_flow_betweenness``, ``status``. A pair without a path carries nothing, so
        a company without conducting links scores 0 with status ``isolated``. ``meta`` has
        ``residual`` (the largest), ``converged`` and, for estimates, ``samples``.

    Raises
    ------
    InvalidArgumentError
        An option lies outside its range.

    Notes
    -----
    Exact: one system of potentials per linked pair, eight at a time, O(m (k m + n log n)) for k
    iterations each; with `epsilon` one per sampled pair.
    Memory: 320 bytes per company and 60 per link; each further thread 320 per company.

    References
    ----------
    .. [1] U. Brandes and D. Fleischer, "Centrality measures based on current flow", STACS 2005.
       https://doi.org/10.1007/978-3-540-31856-9_44
    .. [2] M. E. J. Newman, Social Networks 27 (2005).
       https://doi.org/10.1016/j.socnet.2004.11.009

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "b"], ["b", "c"])
    >>> kedja.centrality.current_flow_betweenness(graph)["current_flow_betweenness"].round(6).tolist()
    [0.0, 1.0, 0.0]
    """
    if epsilon is not None and not 0 < epsilon < 1:
        raise InvalidArgumentError(f"epsilon must lie in (0, 1), not {epsilon!r}")
    score, status, samples, residual, converged = _core.current_flow_betweenness(
        graph._core,
        normalized=normalized,
        weighted=weighted,
        epsilon=0.0 if epsilon is None else float(epsilon),
        delta=float(delta),
        seed=int(seed),
        tolerance=float(tolerance),
        max_iterations=int(max_iterations),
        **context(progress, "current-flow betweenness", threads),
    )
    if not converged:
        warnings.warn(
            f"current_flow_betweenness did not converge (residual {residual:.2g})",
            RuntimeWarning,
            stacklevel=2,
        )
    parameters = {
        "normalized": normalized,
        "weighted": weighted,
        "epsilon": epsilon,
        "delta": delta,
        "seed": seed,
        "tolerance": tolerance,
        "max_iterations": max_iterations,
    }
    sampled = {} if epsilon is None else {"samples": samples, "seed": seed}
    return company_result(
        "current_flow_betweenness",
        graph,
        {"current_flow_betweenness": score},
        parameters,
        lambda: current_flow_betweenness(graph, **parameters, threads=threads, progress=False),  # type: ignore[arg-type]
        status=status,
        conventions={"direction": "ignored"},
        residual=residual,
        converged=converged,
        **sampled,
    )
