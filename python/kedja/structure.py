"""Structure: components, and where companies stand between groups."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from kedja import _core
from kedja._communities import communities, compare_partitions
from kedja._distances import distances
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._groups import of_graph
from kedja._measure import company_result
from kedja._neighbourhoods import bow_tie, core_number, structural_holes, triangles
from kedja._path_lengths import diameter, eccentricity
from kedja._result import Result, status_column
from kedja._robustness import robustness
from kedja._run import Progress, context
from kedja._ties import bridges, cut_points, spanning_forest

__all__ = [
    "bow_tie",
    "bridges",
    "brokerage",
    "communities",
    "compare_partitions",
    "components",
    "core_number",
    "cut_points",
    "diameter",
    "distances",
    "eccentricity",
    "mixing",
    "modularity",
    "participation",
    "robustness",
    "spanning_forest",
    "structural_holes",
    "triangles",
]


def __dir__() -> list[str]:
    return __all__


def components(
    graph: CompanyGraph,
    *,
    kind: Literal["weak", "strong"] = "weak",
    progress: Progress = None,
) -> Result:
    """Weak components (joined by links whatever their direction) or strong ones (mutual reach).

    Parameters
    ----------
    graph : CompanyGraph
    kind : {'weak', 'strong'}, default 'weak'
    progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        n rows; ``component``, whole numbers from 0; ``meta["count"]``.

    Notes
    -----
    O(n + m); Tarjan 1972, https://doi.org/10.1137/0201010, without recursion.
    Memory: 15 bytes per company and 1 per link.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c"], ["a"], ["b"])
    >>> kedja.structure.components(graph)["component"].tolist()
    [0, 0, 1]
    """
    label, count = _core.components(
        graph._core, kind, progress=context(progress, "components", 1)["progress"]
    )
    return company_result(
        "components",
        graph,
        {"component": label},
        {"kind": kind},
        lambda: components(graph, kind=kind, progress=False),
        count=count,
    )


def participation(
    graph: CompanyGraph,
    groups: Any,
    *,
    direction: Literal["both", "upstream", "downstream"] = "both",
    weighted: bool = True,
    progress: Progress = None,
) -> Result:
    r"""Participation coefficient and within-module z of every company [1]_.

    .. math:: P_i = 1 - \sum_a (s_{ia}/s_i)^2,\quad z_i = \sum_a m_{ia} (s_{ia} - \bar s_a) / sd_a

    Parameters
    ----------
    graph : CompanyGraph
    groups : Groups, Series, mapping, array or table of memberships
        See `Dataset.groups`; companies may be in several groups with shares.
    direction : {'both', 'upstream', 'downstream'}, default 'both'
    weighted : bool, default True
        Link values are strengths.
    progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        n rows; ``participation`` in [0, 1) (0 with status ``isolated`` without links to groups),
        ``within_module_z`` (NaN with status ``no_group``), ``status``. ``meta["skipped_links"]``
        counts links with an end in no group.

    Notes
    -----
    O(m) for one group per company.
    Memory: 80 bytes per company.

    References
    ----------
    .. [1] R. Guimera and L. Amaral, Nature 433 (2005). https://doi.org/10.1038/nature03288

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "a"], ["b", "c"], directed=False)
    >>> kedja.structure.participation(graph, ["x", "x", "y"])["participation"].tolist()
    [0.5, 0.0, 0.0]
    """
    p, z, status, skipped = _core.participation(
        graph._core,
        of_graph(groups, graph)._core,
        direction,
        weighted,
        context(progress, "participation", 1)["progress"],
    )
    return company_result(
        "participation",
        graph,
        {"participation": p, "within_module_z": z},
        {"direction": direction, "weighted": weighted},
        lambda: participation(
            graph, groups, direction=direction, weighted=weighted, progress=False
        ),
        status=status,
        skipped_links=skipped,
    )


def mixing(
    graph: CompanyGraph, groups: Any, *, weighted: bool = True, progress: Progress = None
) -> Result:
    """E-I index of every group: how much it links outward [1]_.

    Parameters
    ----------
    graph : CompanyGraph
    groups
        See `participation`.
    weighted : bool, default True
    progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        One row per group; ``group``, ``external`` (links with one end inside, both directions),
        ``internal`` (both ends inside, counted once), ``ei`` = (external - internal) / (external +
        internal) in [-1, 1], ``expected_ei`` under random joining of ends, ``status``.
        ``meta["ei"]`` and ``meta["expected_ei"]`` are the whole graph's.

    Notes
    -----
    O(m) for one group per company.
    Memory: 60 bytes per group.

    References
    ----------
    .. [1] D. Krackhardt and R. Stern, Soc. Psychol. Q. 51 (1988). https://doi.org/10.2307/2786835

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "b"], ["b", "c"], directed=False)
    >>> kedja.structure.mixing(graph, ["x", "x", "y"]).meta["ei"]
    0.0
    """
    found = of_graph(groups, graph)
    external, internal, ei, expected, status, whole, whole_expected, skipped = _core.mixing(
        graph._core, found._core, weighted, context(progress, "mixing", 1)["progress"]
    )
    return Result(
        {
            "group": np.asarray(found.names, dtype=object),
            "external": external,
            "internal": internal,
            "ei": ei,
            "expected_ei": expected,
            "status": status_column(status),
        },
        {
            "measure": "mixing",
            "parameters": {"weighted": weighted},
            "ei": whole,
            "expected_ei": whole_expected,
            "skipped_links": skipped,
            "graph_checksum": graph.checksum,
        },
        recompute=lambda: mixing(graph, groups, weighted=weighted, progress=False),
    )


def modularity(
    graph: CompanyGraph,
    groups: Any,
    *,
    resolution: float = 1.0,
    weighted: bool = True,
    progress: Progress = None,
) -> float:
    """Modularity of declared groups (Newman 2006, https://doi.org/10.1073/pnas.0601602103).

    Parameters
    ----------
    graph : CompanyGraph
        Directed graphs use Leicht and Newman's form, https://doi.org/10.1103/PhysRevLett.100.118703.
    groups
        See `participation`.
    resolution : float > 0, default 1.0
    weighted : bool, default True
    progress
        See `CompanyGraph`.

    Returns
    -------
    float
        At most 1; NaN for a graph without links.

    Notes
    -----
    O(m) for one group per company.
    Memory: 16 bytes per group.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c", "d"], ["a", "c"], ["b", "d"], directed=False)
    >>> kedja.structure.modularity(graph, ["x", "x", "y", "y"])
    0.5
    """
    run = context(progress, "modularity", 1)["progress"]
    found = of_graph(groups, graph)
    return float(_core.modularity(graph._core, found._core, resolution, weighted, run))


def brokerage(
    graph: CompanyGraph,
    groups: Any,
    *,
    expected: bool = False,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Gould-Fernandez brokerage: pairs a -> i -> b without a link a -> b, by their groups [1]_.

    Parameters
    ----------
    graph : CompanyGraph
        Parallel links count once; an undirected link counts as two arcs.
    groups
        See `participation`; shares make counts fractional.
    expected : bool, default False
        Add ``expected_<role>`` and ``z_<role>`` for each role and the total: mean and z when every
        arc between grouped companies is there with the observed density, independently (the null
        of the paper's appendix and of R's sna). Needs one group per company.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        n rows; ``coordinator`` (all in one group), ``itinerant`` (ends in one, broker in another),
        ``representative`` (supplier and broker in one), ``gatekeeper`` (broker and buyer in one),
        ``liaison`` (all different), ``total``, ``status`` (``no_group``: NaN). With `expected`
        also ``expected_coordinator``, ``z_coordinator`` and so on; z is NaN where no spread is.

    Notes
    -----
    O(sum of squared degrees), never n x n.
    Memory: 65 bytes per company.

    References
    ----------
    .. [1] R. Gould and R. Fernandez, Sociol. Methodol. 19 (1989). https://doi.org/10.2307/270949

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "b"], ["b", "c"])
    >>> kedja.structure.brokerage(graph, ["x", "x", "y"])["representative"].tolist()
    [0.0, 1.0, 0.0]
    """
    found = of_graph(groups, graph)
    run = context(progress, "brokerage", threads)
    names = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison", "total")
    if expected:
        member = found._core.rows()[0]  # by vertex
        if (member[1:] == member[:-1]).any():
            twice = graph._row_of_vertex()[member[1:][member[1:] == member[:-1]][0]]
            raise InvalidArgumentError(
                f"company {graph.ids[twice]!r} is in several groups; the expected brokerage is "
                "defined for one group per company"
            )
        counts, means, scores, status = _core.brokerage_by_chance(graph._core, found._core, **run)
        columns = dict(zip(names, counts, strict=True))
        for prefix, values in (("expected_", means), ("z_", scores)):
            columns |= {prefix + n: v for n, v in zip(names, values, strict=True)}
    else:
        *counts, status = _core.brokerage(graph._core, found._core, **run)
        columns = dict(zip(names, counts, strict=True))
    return company_result(
        "brokerage",
        graph,
        columns,
        {"expected": expected},
        lambda: brokerage(graph, groups, expected=expected, threads=threads, progress=False),
        status=status,
    )
