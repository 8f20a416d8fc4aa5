"""Concentration of supply, of companies and of clusters."""

from __future__ import annotations

from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._groups import of_graph
from kedja._measure import company_result
from kedja._result import Result
from kedja._run import Progress, context
from kedja.shock._inputs import labels


def sourcing(
    graph: CompanyGraph,
    *,
    sector: Any,
    theta: float = 0.8,
    groups: Any = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""How far supply hangs on few sellers.

    With :math:`w_{gkj}` the share of supplier g in j's inputs of type k and :math:`\alpha_{kj}` the
    share of type k in j's inputs,

    .. math:: HHI_j = \sum_k \alpha_{kj} \sum_g w_{gkj}^2,\quad
              SS_j = \sum_k \alpha_{kj} 1[\max_g w_{gkj} > \theta]

    Parameters
    ----------
    graph : CompanyGraph
        Directed, supplier to buyer. Parallel links are added up; self-links count as supply.
    sector : Series, mapping or array
        Each company's sector: the type of input that it delivers.
    theta : float in [0, 1], default 0.8
        Above this share of a type one supplier is a single source; 1 asks for the only supplier.
    groups : Groups, Series, mapping, array or table of memberships, optional
        Clusters: then a row per cluster and type of input that it buys. Shares of companies in
        several clusters divide their trade.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        Without `groups` n rows: ``hhi`` (within types), ``hhi_all_suppliers`` in (0, 1],
        ``effective_suppliers`` = 1 / ``hhi_all_suppliers``, ``single_source_share`` in [0, 1],
        ``status`` (``isolated``: no inputs, NaN).

        With `groups` a row per cluster and type: ``cluster``, ``sector``, ``value`` (bought by its
        members), ``hhi`` over supplying companies, ``main_source`` (the cluster that delivers most,
        None for companies in no cluster), ``main_share`` in (0, 1], ``substitute`` (the other
        cluster that sells most of that type in the whole network, None when there is none) and
        ``substitute_capacity`` (what it sells of it, relative to what the main source delivers
        here; 1 means that its present sales are as large).

    Raises
    ------
    InvalidArgumentError
        A sector is missing, theta lies outside [0, 1], the graph is undirected.

    Notes
    -----
    O(m log d) for largest degree d.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "b"], ["c", "c"], [3, 1])
    >>> result = kedja.shock.sourcing(graph, sector=["steel", "steel", "cars"])
    >>> result["hhi"].tolist()
    [nan, nan, 0.625]
    """
    if not graph.directed:
        raise InvalidArgumentError("sourcing needs a directed graph: links run supplier to buyer")
    if sector is None:
        raise InvalidArgumentError("sourcing needs sector: which sector each company is in")
    code, names = labels(graph, "sector", sector)
    assert code is not None
    parameters = {"theta": theta, "groups": groups is not None}

    def again() -> Result:
        return sourcing(
            graph, sector=sector, theta=theta, groups=groups, threads=threads, progress=False
        )

    if groups is not None:
        return Result(
            _by_cluster(graph, code, names, groups),
            {"measure": "sourcing", "parameters": parameters, "graph_checksum": graph.checksum},
            recompute=again,
        )
    *columns, status = _core.sourcing(
        graph._core, code, theta=float(theta), **context(progress, "sourcing", threads)
    )
    named = ("hhi", "hhi_all_suppliers", "effective_suppliers", "single_source_share")
    return company_result(
        "sourcing",
        graph,
        dict(zip(named, columns, strict=True)),
        parameters,
        again,
        status=status,
    )


def _by_cluster(
    graph: CompanyGraph, code: np.ndarray, names: np.ndarray, groups: Any
) -> dict[str, np.ndarray]:
    import pandas as pd

    found = of_graph(groups, graph)
    member, cluster, share = found._core.rows()
    shares = pd.DataFrame({"company": member, "cluster": cluster, "share": share})
    seller, buyer, value = graph._core.links()
    links = pd.DataFrame(
        {
            "seller": seller,
            "buyer": buyer,
            "sector": code[seller],
            "value": np.ones(len(seller)) if value is None else value,
        }
    )
    bought = links.merge(shares, left_on="buyer", right_on="company")
    bought["value"] *= bought["share"]
    bought = bought.rename(columns={"cluster": "buying"})[["buying", "sector", "seller", "value"]]
    bought = bought.groupby(["buying", "sector", "seller"])[["value"]].sum().reset_index()
    bought = bought[bought["value"] > 0]
    key = ["buying", "sector"]
    total = bought.groupby(key)["value"].sum()
    within = (bought.assign(value=bought["value"] ** 2).groupby(key)["value"].sum()) / total**2

    # Who delivers: -1 stands for companies in no cluster.
    origin = bought.merge(shares, how="left", left_on="seller", right_on="company")
    origin["cluster"] = origin["cluster"].fillna(-1).astype(np.int64)
    origin["value"] *= origin["share"].fillna(1.0)
    origin = origin.groupby([*key, "cluster"])[["value"]].sum().reset_index()
    origin = origin.sort_values([*key, "value", "cluster"], ascending=[True, True, False, True])
    main = origin.groupby(key).first()

    sold = links.merge(shares, left_on="seller", right_on="company")
    sold["value"] *= sold["share"]
    sold = sold.groupby(["sector", "cluster"])[["value"]].sum().reset_index()
    sold = sold[sold["value"] > 0]
    sold = sold.sort_values(["sector", "value", "cluster"], ascending=[True, False, True])
    largest = {
        sector: (rows["cluster"].to_numpy()[:2], rows["value"].to_numpy()[:2])
        for sector, rows in sold.groupby("sector")
    }
    substitute, capacity = [], []
    for kind, source_cluster, delivered in zip(
        main.index.get_level_values(1), main["cluster"], main["value"], strict=True
    ):
        clusters, values = largest.get(kind, (np.empty(0), np.empty(0)))
        other = [i for i in range(len(clusters)) if clusters[i] != source_cluster]
        substitute.append(found.names[int(clusters[other[0]])] if other else None)
        capacity.append(values[other[0]] / delivered if other else np.nan)
    buying, sector = total.index.get_level_values(0), total.index.get_level_values(1)
    every = np.asarray([*found.names, None], dtype=object)  # -1 takes the last
    made = np.empty(len(substitute), dtype=object)
    made[:] = substitute
    return {
        "cluster": every[buying.to_numpy()],
        "sector": names[sector.to_numpy()],
        "value": total.to_numpy(),
        "hhi": within.to_numpy(),
        "main_source": every[main["cluster"].to_numpy()],
        "main_share": (main["value"] / total).to_numpy(),
        "substitute": made,
        "substitute_capacity": np.asarray(capacity, dtype=np.float64),
    }
