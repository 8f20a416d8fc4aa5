"""Null models: what chance would give under stated constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._groups import Groups, of_graph
from kedja._measure import names_of
from kedja._result import Result
from kedja._run import Progress, context

if TYPE_CHECKING:
    from kedja._dataset import Dataset

__all__ = ["q_values", "tie_significance"]


def __dir__() -> list[str]:
    return __all__


Tail = Literal["two-sided", "less", "greater"]


def tie_significance(
    graph: CompanyGraph | Dataset,
    groups: Any = None,
    *,
    null: Literal["configuration", "coparticipation"] | None = None,
    tail: Tail = "two-sided",
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Which pairs of groups are linked more, or less, than chance explains.

    Parameters
    ----------
    graph : CompanyGraph or Dataset
        A graph is tested under the configuration model. A dataset with participations is tested
        under ``"coparticipation"``: shared projects against random deals of participations inside
        each field and year, so that groups of one field do not seem tied merely because they meet
        in that field's projects.
    groups
        See `structure.participation`; for a dataset the default is ``"cluster"``.
    null : {'configuration', 'coparticipation'}, optional
        Default: configuration for graphs, coparticipation for datasets.
    tail : {'two-sided', 'less', 'greater'}, default 'two-sided'
    draws, seed : int
        Random deals from which the variances of ``"coparticipation"`` are taken (>= 20).
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        One row per pair of groups: ``a``, ``b`` (all ordered pairs, a the supplying side; each
        pair once when undirected), ``observed``, ``expected``, ``z``, ``pvalue``, ``qvalue``
        (Benjamini and Hochberg over all pairs tested). NaN where chance allows no tie.

    Notes
    -----
    Configuration: p_ij = x_i y_j / (1 + x_i y_j) with exact first two moments, the graph taken as
    simple; Squartini and Garlaschelli 2011, https://doi.org/10.1088/1367-2630/13/8/083001.
    p-values come from the normal distribution for expectations above 50, else from the Poisson or
    negative binomial distribution with the same moments.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(list("abcd"), list("aabc"), list("bcad"), directed=False)
    >>> kedja.null_models.tie_significance(graph, ["x", "x", "y", "y"]).columns
    ('a', 'b', 'observed', 'expected', 'z', 'pvalue', 'qvalue')
    """
    run = context(progress, "ties between groups", threads)
    meta: dict[str, Any] = {}
    if isinstance(graph, CompanyGraph):
        chosen = null or "configuration"
        if chosen != "configuration":
            raise InvalidArgumentError(f"null={null!r} needs a Dataset with participations")
        if groups is None:
            raise InvalidArgumentError("groups must be given with a graph")
        found = of_graph(groups, graph)
        got = _core.tie_significance(graph._core, found._core, tail=tail, **run)
        meta.update(graph_checksum=graph.checksum, directed=graph.directed)
    else:
        chosen = null or "coparticipation"
        found = groups if isinstance(groups, Groups) else graph.groups(groups or "cluster")
        if chosen == "configuration":
            return tie_significance(
                graph.graph("collaboration"), found, tail=tail, threads=threads, progress=progress
            )
        if chosen != "coparticipation":
            raise InvalidArgumentError(
                f"null must be 'configuration' or 'coparticipation', not {null!r}"
            )
        company, project, stratum = graph._participation_arrays()
        got = _core.coparticipation_significance(
            found._core,
            company,
            project,
            stratum,
            tail=tail,
            draws=int(draws),
            seed=int(seed),
            **run,
        )
        meta.update(
            directed=False,
            seed=seed,
            draws=draws,
            strata=int(stratum.max()) + 1 if len(stratum) else 0,
        )
    return Result(
        {
            "a": names_of(found.names, got["a"]),
            "b": names_of(found.names, got["b"]),
            "observed": got["observed"],
            "expected": got["expected"],
            "z": got["z"],
            "pvalue": got["pvalue"],
            "qvalue": got["qvalue"],
        },
        {
            "measure": "tie_significance",
            "parameters": {"null": chosen, "tail": tail},
            **meta,
            **got["iteration"],
        },
        recompute=lambda: tie_significance(
            graph,
            groups,
            null=null,
            tail=tail,
            draws=draws,
            seed=seed,
            threads=threads,
            progress=False,
        ),
    )


def q_values(pvalues: Any) -> np.ndarray:
    """False discovery rates of tests, after Benjamini and Hochberg. O(n log n).

    Parameters
    ----------
    pvalues : array of float, shape (n,)
        NaN is no test: it stays NaN and does not count.

    Returns
    -------
    numpy.ndarray of float, shape (n,)
        The least rate at which each test would be called significant.

    References
    ----------
    Benjamini and Hochberg 1995, https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> import kedja
    >>> kedja.null_models.q_values([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    made: np.ndarray = _core.q_values(np.ascontiguousarray(pvalues, dtype=np.float64))
    return made
