"""Economic systemic risk index."""

from __future__ import annotations

import re
from typing import Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._measure import company_result
from kedja._result import Result, status_column
from kedja._run import Progress, context
from kedja.shock._inputs import id_of, scenarios, supply_side

_EPS = {"fixed_point": 1e-6, "published": 1e-2}


def esri(
    graph: CompanyGraph,
    *,
    sector: Any = None,
    essential: Any = None,
    market: Any = None,
    revenue: Any = None,
    cost: Any = None,
    weight: Any = None,
    shocks: Any = None,
    mode: Literal["fixed_point", "published", "closed_form"] = "fixed_point",
    eps: float | None = None,
    max_iterations: int = 10_000,
    precision: Literal["auto", "single", "double"] = "auto",
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Share of the network's output that is lost when companies fail [1]_.

    What company j still makes, :math:`h_j`, falls with its suppliers (downstream channel) and with
    its customers (upstream channel), from :math:`h = \psi`, what the shock leaves:

    .. math:: h^d_j = \max(0, \min(\psi_j, \min_{k\,ess} \tilde\Pi_{jk},
              1 - \sum_{k\,non} (1 - \tilde\Pi_{jk})))

    .. math:: h^u_i = \max(0, \min(\psi_i, 1 - \sum_j W_{ij} (1 - h^u_j) / revenue_i))

    The index is :math:`\sum_i w_i (1 - \min(h^d_i, h^u_i)) / \sum_i w_i`; the failed companies
    count.

    Parameters
    ----------
    graph : CompanyGraph
        Directed, supplier to buyer; values are money per period. Self-links and parallel links
        count.
    sector : Series, mapping or array, optional
        Each company's sector; companies of one sector make the same input. None: one sector.
    essential : DataFrame, optional
        Rows are supplying sectors, columns buying sectors: 2 essential (the buyer's output falls
        with the scarcest), 1 non-essential (losses add up), 0 negligible. None: all non-essential.
    market : Series, mapping or array, optional
        Sellers of one market replace each other as far as what they still sell allows. None:
        nobody is replaced.
    revenue, cost : Series, mapping or array of float, optional
        Money per period, trade outside the network included. None: the network's trade is all, and
        then shocks do not fade on cycles: companies that trade only among themselves fall as one.
    weight : Series, mapping or array of float, optional
        A company's weight in the index. None: its sales in the network.
    shocks : table, optional
        Columns ``scenario``, ``company``, ``remaining`` in [0, 1]. None: each company alone fails.
    mode : {'fixed_point', 'published', 'closed_form'}, default 'fixed_point'
        'fixed_point' gives the greatest fixed point. 'published' stops as the authors' program
        does: synchronous steps until no company changes by more than `eps`, which depends on `eps`
        where shocks do not fade. 'closed_form' gives the fixed point to rounding where both
        channels are linear: no `market`, no company that waits for the scarcest of several inputs,
        revenue and cost at least the trade in the network, one company hit per scenario, at most
        20,000 companies.
    eps : float, optional
        'published': largest change that stops, 1e-2. 'fixed_point': bound on the error of the
        index, 1e-6.
    max_iterations : int, default 10000
    precision : {'auto', 'single', 'double'}, default 'auto'
        Of the arithmetic of fixed points. Single is some times faster where shocks fade and nobody
        is replaced, with its rounding inside the bound; scenarios whose bound it misses, and all
        other cases, are done in double. 'auto': single from 65,536 links on.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        A row per company (shocks None) or per scenario (with column ``scenario``); ``esri``,
        ``esri_downstream``, ``esri_upstream`` in [0, 1], ``iterations`` (steps;
        in single precision passes over the suppliers' rows), ``status``:
        ``not_converged`` ('fixed_point': no bound within `max_iterations`, the value is a lower
        bound; 'published': losses were still moving and do not fade, so the value depends on
        `eps`),
        ``no_sellers`` (a market loses every seller; its losses are then not replaced),
        ``isolated`` (no links), ``undefined`` (all weights are zero; NaN).
        ``meta["error_bound"]`` is the largest proved bound on how far a value is from the fixed
        point's (below it, save for rounding in single precision; infinite where there is none); ``meta["converged"]``, ``meta["not_converged"]``
        (how many) and ``meta["warning"]`` say it for all; the warning also tells where most
        companies take the whole network with them because losses do not fade.

    Raises
    ------
    InvalidArgumentError
        The argument and the company, sector or row are named.

    Notes
    -----
    Lost output rises to a least fixed point in whatever order it is computed. The stop is proved: a
    vector above the losses that one more step does not raise is found, and the fixed point lies
    below it. Circles that nothing leaks out of (in 'fixed_point', without `market`) are found first
    and seen as one company each [2]_. O(links reached) per step. The same bits for any number of threads and any order of
    rows, and a scenario's value does not depend on the other scenarios.

    In closed form a company i loses :math:`G_{if} / G_{ff}` when company f fails, with
    :math:`G = (I - \Lambda)^{-1}` and :math:`\Lambda_{ij} = W_{ij} / revenue_i` upstream,
    :math:`\Lambda_{ji} = W_{ij} / cost_j` downstream [3]_; an index of one channel is then
    :math:`(w' G)_f / G_{ff}`. `O(n^3)` time, 16 n^2 bytes; iterations are 0.

    References
    ----------
    .. [1] C. Diem, A. Borsos, T. Reisch, J. Kertesz and S. Thurner, Sci. Rep. 12, 7719 (2022).
           https://doi.org/10.1038/s41598-022-11522-z
    .. [2] S. Haddad and B. Monmege, Theor. Comput. Sci. 735, 111-131 (2018): end components.
           https://doi.org/10.1016/j.tcs.2016.12.003
    .. [3] J. Sherman and W. J. Morrison, Ann. Math. Stat. 21, 124-127 (1950).
           https://doi.org/10.1214/aoms/1177729893

    Examples
    --------
    >>> import kedja
    >>> chain = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> kedja.shock.esri(chain)["esri"].tolist()
    [1.0, 1.0, 1.0]
    >>> kedja.shock.esri(chain, cost=[1, 2, 2], revenue=[2, 2, 2])["esri"].tolist()
    [0.75, 0.75, 0.375]
    """
    side = supply_side(graph, sector, essential, market, revenue, cost, weight)
    if shocks is None:
        given, names = _core.Scenarios.each_company(graph.num_companies), None
    else:
        given, names = scenarios(graph, shocks)
    try:
        values = _core.esri(
            graph._core,
            side,
            given,
            mode=mode,
            eps=None if eps is None else float(eps),
            max_iterations=max_iterations,
            precision=precision,
            **context(progress, "esri", threads),
        )
    except InvalidArgumentError as error:
        if mode != "closed_form":
            raise
        raise InvalidArgumentError(_by_name(str(error), graph, names)) from None
    *columns, bound, status = values
    named = dict(
        zip(("esri", "esri_downstream", "esri_upstream", "iterations"), columns, strict=True)
    )
    not_converged = _core.status_names.index("not_converged")
    failed = int((status == not_converged).sum())
    meta: dict[str, Any] = {
        "converged": failed == 0,
        "not_converged": failed,
        "error_bound": float(np.max(bound, initial=0.0)),
        "conventions": {"failed companies count": True, "replaceability": market is not None},
    }
    if failed:
        meta["warning"] = (
            f"{failed} of {len(status)} scenarios are not converged: "
            + (
                "losses were still moving and do not fade, so the values depend on eps"
                if mode == "published"
                else f"no bound on the error was found in {max_iterations} iterations"
            )
            + "; give revenue and cost, so that shocks fade"
        )
    elif shocks is None and (revenue is None or cost is None) and graph.num_companies > 1:
        all_lost = int((columns[0] >= 1 - 1e-6).sum())
        if 2 * all_lost > graph.num_companies:
            meta["warning"] = (
                f"{all_lost} of {graph.num_companies} companies take the whole network with them: "
                "without revenue and cost the network's trade is all and losses do not fade; give "
                "them to tell companies apart"
            )
    parameters = {
        "mode": mode,
        "eps": eps if eps is not None else _EPS.get(mode),
        "max_iterations": max_iterations,
        "precision": precision,
        "sector": sector is not None,
        "essential": essential is not None,
        "market": market is not None,
        "revenue": revenue is not None,
        "cost": cost is not None,
        "weight": weight is not None,
        "shocks": None if names is None else len(names),
    }

    def again() -> Result:
        return esri(
            graph, sector=sector, essential=essential, market=market, revenue=revenue,
            cost=cost, weight=weight, shocks=shocks, mode=mode, eps=eps,
            max_iterations=max_iterations, precision=precision, threads=threads, progress=False,
        )  # fmt: skip

    if names is None:
        return company_result("esri", graph, named, parameters, again, status=status, **meta)
    return Result(
        {"scenario": names, **named, "status": status_column(status)},
        {"measure": "esri", "parameters": parameters, "graph_checksum": graph.checksum, **meta},
        recompute=again,
    )


def _by_name(message: str, graph: CompanyGraph, scenario_names: Any) -> str:
    """The compiled core knows companies and scenarios by number."""
    message = re.sub(
        r"\bcompany (\d+)\b", lambda found: f"company {id_of(graph, int(found[1]))!r}", message
    )
    return re.sub(
        r"\bscenario (\d+)\b", lambda found: f"scenario {scenario_names[int(found[1])]!r}", message
    )
