"""Communities, and how far two divisions of the same companies agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from kedja import _core
from kedja._columns import objects, rank_by_bytes
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._groups import Groups
from kedja._measure import company_result
from kedja._result import Result, status_column
from kedja._run import Progress, context

_OK, _UNDEFINED, _NO_DATA = (_core.status_names.index(s) for s in ("ok", "undefined", "no_data"))


def communities(
    graph: CompanyGraph,
    *,
    resolution: float = 1.0,
    seed: int = 0,
    method: Literal["leiden", "louvain"] = "leiden",
    weighted: bool = True,
    max_iterations: int = 2,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Communities that nearly maximise modularity, by the Leiden method [1]_.

    Parameters
    ----------
    graph : CompanyGraph
        Directed graphs use Leicht and Newman's modularity,
        https://doi.org/10.1103/PhysRevLett.100.118703.
    resolution : float > 0, default 1.0
        Larger values give more and smaller communities.
    seed : int in [0, 2**64), default 0
        Decides the order in which companies are looked at; together with the graph it decides the
        result, whatever the number of threads and the order of rows.
    method : {'leiden', 'louvain'}, default 'leiden'
        Louvain [2]_ leaves out the refinement: faster, but a community may fall apart.
    weighted : bool, default True
        Link values are strengths; parallel links add up.
    max_iterations : int, default 2
        Runs from the companies up to whole communities and down again [3]_, each from the
        communities of the last; fewer when nothing moves. More raise modularity a little.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        n rows; ``community``, whole numbers from 0. ``meta["modularity"]`` (NaN without links),
        ``meta["count"]``, ``meta["iterations"]`` and ``meta["converged"]`` (the last run moved
        nothing).

    Notes
    -----
    Every community of the Leiden method is connected. About O(m) per level of aggregation.
    `compare_partitions` says how well communities match declared clusters.
    Memory: 70 bytes per company and 110 per link.

    References
    ----------
    .. [1] V. Traag, L. Waltman and N. van Eck, Scientific Reports 9 (2019) 5233.
       https://doi.org/10.1038/s41598-019-41695-z
    .. [2] V. Blondel et al., J. Stat. Mech. (2008) P10008.
       https://doi.org/10.1088/1742-5468/2008/10/P10008
    .. [3] R. Rotta and A. Noack, ACM Journal of Experimental Algorithmics 16 (2011).
       https://doi.org/10.1145/1963190.1970376

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c", "d"], ["a", "c"], ["b", "d"], directed=False)
    >>> found = kedja.structure.communities(graph)
    >>> found["community"].tolist(), found.meta["modularity"]
    ([0, 0, 1, 1], 0.5)
    """
    for name, value, low in (("seed", seed, 0), ("max_iterations", max_iterations, 1)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < low:
            raise InvalidArgumentError(f"{name} must be a whole number >= {low}, not {value!r}")
    if seed >= 1 << 64:
        raise InvalidArgumentError(f"seed must be below 2**64, not {seed!r}")
    label, count, modularity, iterations, converged = _core.communities(
        graph._core,
        resolution=resolution,
        seed=int(seed),
        method=method,
        weighted=weighted,
        max_iterations=min(int(max_iterations), 2**31 - 1),
        **context(progress, "communities", threads),
    )
    return company_result(
        "communities",
        graph,
        {"community": label},
        {
            "resolution": resolution,
            "seed": int(seed),
            "method": method,
            "weighted": weighted,
            "max_iterations": int(max_iterations),
        },
        lambda: communities(
            graph,
            resolution=resolution,
            seed=seed,
            method=method,
            weighted=weighted,
            max_iterations=max_iterations,
            threads=threads,
            progress=False,
        ),
        modularity=modularity,
        count=count,
        iterations=iterations,
        converged=converged,
    )


def compare_partitions(a: Any, b: Any, *, threads: int = 0, progress: Progress = None) -> Result:
    """How far two divisions of the same companies agree, found and declared clusters for instance.

    Parameters
    ----------
    a, b : Result, Series, mapping, table, array or Groups
        Results with the column ``community`` or ``component``; `Dataset.groups` beside a result.
        Series and mappings go from company id to group; tables have columns company and cluster,
        one row per membership, and may put a company in several groups; arrays are aligned with
        each other. With ids, companies that only one side knows are left out and counted. A
        missing group (None, NaN, "") means in no group, and such a company is left out as well.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        One row; ``nmi`` (mutual information over the arithmetic mean of both entropies, in
        [0, 1]), ``ami`` and ``ari`` (adjusted for chance: 1 full agreement, 0 what chance gives),
        ``vi`` (variation of information in nats, 0 for full agreement), ``homogeneity`` (share
        of a's entropy that b explains), ``completeness`` (share of b's that a explains),
        ``omega`` (the adjusted Rand index for companies in several groups; equal to ``ari`` when
        none is), ``status``. When a company is in several groups all but ``omega`` are NaN with
        the status ``undefined``; without companies in common all are NaN (``no_data``).
        ``meta["companies"]`` is how many were compared, ``meta["skipped"]`` how many were not.

    Notes
    -----
    Natural logarithms; NMI, AMI, ARI, homogeneity and completeness as scikit-learn's defaults, with
    a in the place of the true labels. O(n log n) and a term for each pair of distinct group sizes;
    omega of overlapping groups O(sum of squared group sizes). Sources: Vinh, Epps and Bailey, JMLR
    11 (2010) 2837; Hubert and Arabie, https://doi.org/10.1007/BF01908075; Meila,
    https://doi.org/10.1016/j.jmva.2006.11.013; Collins and Dent,
    https://doi.org/10.1207/s15327906mbr2302_6.

    Examples
    --------
    >>> import kedja
    >>> declared = {"a": "north", "b": "north", "c": "south", "d": "south"}
    >>> found = {"a": 0, "b": 0, "c": 1, "d": 2}
    >>> result = kedja.structure.compare_partitions(declared, found)
    >>> round(float(result["nmi"][0]), 3), round(float(result["ari"][0]), 3)
    (0.8, 0.571)
    """
    aligned = _is_array(a) or _is_array(b)
    company_a, label_a = _memberships(a, "a", b, aligned)
    company_b, label_b = _memberships(b, "b", a, aligned)
    if aligned and _entries(a) != _entries(b):
        raise InvalidArgumentError(
            f"a has {_entries(a)} entries and b {_entries(b)}; arrays must be aligned, or give "
            "both sides with company ids"
        )
    position_a, position_b, companies, skipped = _in_both(company_a, company_b)
    known_a, known_b = position_a >= 0, position_b >= 0
    vertex_a, group_a = position_a[known_a].astype(np.uint32), _codes(label_a[known_a])
    vertex_b, group_b = position_b[known_b].astype(np.uint32), _codes(label_b[known_b])
    found = _core.compare_partitions(
        companies, vertex_a, group_a, vertex_b, group_b, **context(progress, "comparing", threads)
    )
    partition = found["partition"]
    status = _NO_DATA if companies == 0 else _OK if partition else _UNDEFINED
    names = ("nmi", "ami", "ari", "vi", "homogeneity", "completeness", "omega")
    return Result(
        {
            **{name: np.array([found[name]]) for name in names},
            "status": status_column(np.array([status])),
        },
        {
            "measure": "compare_partitions",
            "parameters": {},
            "conventions": {"normaliser": "arithmetic mean of the entropies", "logarithm": "e"},
            "companies": companies,
            "skipped": skipped,
        },
        recompute=lambda: compare_partitions(a, b, threads=threads, progress=False),
    )


def _is_array(groups: Any) -> bool:
    """Without ids: Series have an index, tables and results have columns."""
    import pandas as pd

    with_ids = isinstance(groups, (Groups, Mapping, pd.Series)) or hasattr(groups, "columns")
    return not with_ids


def _entries(groups: Any) -> int:
    return groups._core.num_vertices if isinstance(groups, Groups) else len(groups)


def _memberships(
    groups: Any, name: str, other: Any, aligned: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Companies (ids, or positions for arrays) and their groups, one entry per membership."""
    import pandas as pd

    label: Any
    if isinstance(groups, Groups):
        if aligned:
            raise InvalidArgumentError(
                f"{name} comes from Dataset.groups and the other side is an array without ids; "
                "give it as a Series or mapping from company id"
            )
        vertex, label, _ = groups._core.rows()
        return _ids_by_vertex(other, groups, name)[vertex], label
    if isinstance(groups, Result):
        column = next((c for c in ("community", "component") if c in groups.columns), None)
        if column is None or groups.ids is None:
            raise InvalidArgumentError(
                f"{name}: a result needs the column community or component, not "
                f"{', '.join(groups.columns)}"
            )
        company, label = groups.ids, groups[column]
    elif hasattr(groups, "columns"):
        if aligned:
            raise InvalidArgumentError(
                f"{name} is a table and the other side an array without ids; give that as a "
                "Series or mapping from company id"
            )
        missing = [c for c in ("company", "cluster") if c not in groups.columns]
        if missing:
            raise InvalidArgumentError(
                f"{name}: a table of memberships needs columns company and cluster; "
                f"{missing[0]} is missing"
            )
        company, label = groups["company"].to_numpy(), groups["cluster"].to_numpy()
    elif isinstance(groups, (pd.Series, Mapping)):
        series = groups if isinstance(groups, pd.Series) else pd.Series(groups, dtype=object)
        if not series.index.is_unique:
            repeated = series.index[series.index.duplicated()][0]
            raise InvalidArgumentError(
                f"{name}: company {repeated!r} appears more than once; give companies in several "
                "groups as a table with columns company and cluster"
            )
        company, label = series.index.to_numpy(), series.to_numpy()
    else:
        label = groups if isinstance(groups, np.ndarray) else objects(groups)
        if label.ndim != 1:
            raise InvalidArgumentError(f"{name}: groups must be one column, not {label.shape}")
        company = np.arange(len(label))
    label = np.asarray(label)
    if aligned:
        company = np.arange(len(label))
    if label.dtype.kind not in "iub":
        known = ~pd.isna(label) & (label.astype(object) != "")
        company, label = np.asarray(company)[known], label[known]
    return np.asarray(company), label


def _ids_by_vertex(other: Any, groups: Groups, name: str) -> np.ndarray:
    """Ids in vertex order, which is the order of their UTF-8 bytes, from the side that has ids."""
    n = groups._core.num_vertices
    if isinstance(other, Groups):
        ids = np.arange(other._core.num_vertices)
    elif isinstance(other, Result) and other.ids is not None:
        ids = np.empty(len(other.ids), dtype=object)
        ids[rank_by_bytes(other.ids)] = other.ids
    else:
        raise InvalidArgumentError(
            f"{name} comes from Dataset.groups; compare it with a result for the same companies, "
            "or give it as a table of memberships"
        )
    if len(ids) != n:
        raise InvalidArgumentError(
            f"{name} has groups for {n} companies, the other side {len(ids)} companies"
        )
    return ids


def _in_both(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Position of each entry's company among those on both sides, -1 for the others."""
    import pandas as pd

    index_a, index_b = pd.Index(a).unique(), pd.Index(b).unique()
    both = index_a.intersection(index_b, sort=False)
    skipped = len(index_a) + len(index_b) - 2 * len(both)
    return (
        both.get_indexer(pd.Index(a)),
        both.get_indexer(pd.Index(b)),
        len(both),
        skipped,
    )


def _codes(labels: np.ndarray) -> np.ndarray:
    import pandas as pd

    return pd.factorize(labels)[0].astype(np.uint32)
