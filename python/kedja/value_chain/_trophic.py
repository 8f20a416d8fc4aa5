"""Trophic levels: where companies stand in the chain, and how directed the chain is."""

from __future__ import annotations

import warnings
from typing import Any

from kedja import _core
from kedja._flows import Flows
from kedja._graph import CompanyGraph
from kedja._measure import company_result
from kedja._result import Result
from kedja._run import Progress, context


def trophic_levels(
    graph: CompanyGraph | Flows,
    *,
    weighted: bool = True,
    max_iterations: int = 20_000,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Trophic levels: heights at which links climb one level as nearly as they can.

    .. math:: \Lambda h = v, \quad \Lambda = \mathrm{diag}(u) - W - W', \quad
              F_0 = \frac{\sum_{ij} w_{ij} (h_j - h_i - 1)^2}{\sum_{ij} w_{ij}}

    with u the in- plus out-strength and v the in- minus out-strength [1]_. Unlike upstreamness it
    needs no final demand, and suppliers stand low, buyers high.

    Parameters
    ----------
    graph : CompanyGraph or Flows
        Directed, source sells to target. Flows count with their money.
    weighted : bool, default True
        Links pull in proportion to their value; those worth 0 do not count.
    max_iterations : int >= 1, default 20000
        Of conjugate gradients. Not converging is reported in ``meta`` and ``status`` and by a
        warning, not an exception.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows; ``level`` (>= 0, lowest 0 in every weakly connected component, so levels of
        different components are not comparable), ``status`` (``isolated``: level 0). ``meta`` has
        ``incoherence`` F0 in [0, 1] (0 for a perfect chain, 1 where there is no direction; NaN
        without links), ``components``, ``iterations``, ``residual``, ``converged`` and
        ``error_bound``: no level is farther than this from the exact one (proved from the residual
        and a tree of heavy links; infinite where values lie outside 1e-140 to 1e140).

    Raises
    ------
    InvalidArgumentError
        The graph is undirected.

    Notes
    -----
    O(m) per iteration; trees are solved exactly in O(n). A self-link adds its value to both sums.

    References
    ----------
    .. [1] R. MacKay, S. Johnson and B. Sansom, R. Soc. Open Sci. 7 (2020).
       https://doi.org/10.1098/rsos.201138

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> result = kedja.value_chain.trophic_levels(graph)
    >>> result["level"].tolist(), result.meta["incoherence"]
    ([0.0, 1.0, 2.0], 0.0)
    """
    if isinstance(graph, Flows):
        graph = graph.to_graph()
    value, status, facts = _core.trophic_levels(
        graph._core,
        weighted=bool(weighted),
        max_iterations=int(max_iterations),
        **context(progress, "trophic levels", threads),
    )
    if not facts["converged"]:
        warnings.warn(
            f"trophic levels did not converge in {max_iterations} iterations (residual {facts['residual']:.2g})",
            RuntimeWarning,
            stacklevel=2,
        )
    parameters: dict[str, Any] = {"weighted": weighted, "max_iterations": max_iterations}
    made = graph
    return company_result(
        "trophic_levels",
        graph,
        {"level": value},
        parameters,
        lambda: trophic_levels(made, **parameters, threads=threads, progress=False),
        status=status,
        conventions={"lowest": "0 in every weakly connected component"},
        **facts,
    )
