"""One shock step by step."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._measure import company_result
from kedja._result import Result
from kedja._run import Progress, context
from kedja.shock._inputs import amounts, scenarios, supply_side

By = Literal["step", "company", "scenario"]


def cascade(
    graph: CompanyGraph,
    *,
    shocks: Any = None,
    sector: Any = None,
    essential: Any = None,
    market: Any = None,
    revenue: Any = None,
    cost: Any = None,
    weight: Any = None,
    by: By = "step",
    steps: int = 1000,
    eps: float = 1e-9,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""How a shock goes through the network, and who carries the loss; or a quick look at many.

    Parameters
    ----------
    graph, sector, essential, market, revenue, cost, weight
        See `esri`.
    shocks : table, optional
        Columns ``scenario``, ``company``, ``remaining`` in [0, 1], of one scenario; by scenario of
        any number, None being each company alone.
    by : {'step', 'company', 'scenario'}, default 'step'
        One scenario by step or by company, to its end; or every scenario by a single pass.
    steps : int, default 1000
        At most so many synchronous steps.
    eps : float >= 0, default 1e-9
        Stop when no company changes by more than this in a step.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        By step, from 0 (the shock itself): ``step``, ``esri``, ``esri_downstream``,
        ``esri_upstream`` in [0, 1] and ``change`` (the largest of a company in that step).

        By company: ``loss`` (of output, in [0, 1]), ``loss_downstream``, ``loss_upstream``,
        ``contribution`` (weight times loss; they sum to ``esri``) and ``first_step`` at which it
        loses something (-1: it loses nothing). Sort by ``contribution`` for the companies that
        carry the loss.

        By scenario (index company where `shocks` is None): ``esri``, ``esri_downstream``,
        ``esri_upstream`` in [0, 1] and ``steps`` of a single pass, in which every company passes on
        what it has lost once, a step after it first loses something [1]_:

        .. math:: h_v(t+1) = \min(1, h_v(t) + \sum_{u \text{ active}} W_{uv} / cost_v \, h_u(t))

        and against the links with revenue. Loops count once and all inputs alike (`essential` and
        `market` are refused), so it ranks, and bounds `esri` neither way. ``steps``, ``eps`` play
        no part.

        ``meta["converged"]`` says whether changes fell to `eps` within `steps`.

    Raises
    ------
    InvalidArgumentError
        As for `esri`; also for more than one scenario by step or company, and for essential and
        market by scenario.

    Notes
    -----
    O(links reached) per step, or per scenario in a single pass.

    References
    ----------
    .. [1] S. Battiston et al., "DebtRank: too central to fail?", Sci. Rep. 2 (2012).
       https://doi.org/10.1038/srep00541

    Examples
    --------
    >>> import kedja, pandas
    >>> chain = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> half = pandas.DataFrame({"scenario": ["s"], "company": ["ore"], "remaining": [0.5]})
    >>> kedja.shock.cascade(chain, shocks=half)["esri"].tolist()
    [0.25, 0.5, 0.5, 0.5]
    >>> kedja.shock.cascade(chain, shocks=half, by="company")["first_step"].tolist()
    [0, 1, 2]
    >>> kedja.shock.cascade(chain, by="scenario")["steps"].tolist()
    [2, 1, 2]
    """
    if by not in ("step", "company", "scenario"):
        raise InvalidArgumentError(f"by must be 'step', 'company' or 'scenario', not {by!r}")
    if by == "scenario":
        for name, value in (("essential", essential), ("market", market)):
            if value is not None:
                raise InvalidArgumentError(f"a single pass takes no {name}: all inputs count alike")
        return _screening(
            graph, shocks, {"sector": sector, "revenue": revenue, "cost": cost, "weight": weight},
            threads, progress,
        )  # fmt: skip
    if shocks is None:
        raise InvalidArgumentError(f"cascade by {by} needs shocks: the scenario to follow")
    side = supply_side(graph, sector, essential, market, revenue, cost, weight)
    given, names = scenarios(graph, shocks)
    if len(names) != 1:
        raise InvalidArgumentError(f"cascade follows one scenario, not {len(names)}")
    path, down, up, first_step, converged = _core.cascade(
        graph._core,
        side,
        given,
        steps=steps,
        eps=float(eps),
        **context(progress, "cascade", threads),
    )
    parameters = {"by": by, "steps": steps, "eps": eps, "scenario": names[0]}

    def again() -> Result:
        return cascade(
            graph, shocks=shocks, sector=sector, essential=essential, market=market,
            revenue=revenue, cost=cost, weight=weight, by=by, steps=steps, eps=eps,
            threads=threads, progress=False,
        )  # fmt: skip

    meta = {"converged": converged, "iterations": len(path[0]) - 1, "residual": float(path[3][-1])}
    if by == "step":
        columns = dict(
            zip(("esri", "esri_downstream", "esri_upstream", "change"), path, strict=True)
        )
        return Result(
            {"step": np.arange(len(path[0])), **columns},
            {
                "measure": "cascade",
                "parameters": parameters,
                "graph_checksum": graph.checksum,
                **meta,
            },
            recompute=again,
        )
    loss = np.maximum(down, up)
    share = amounts(graph, "weight", weight)
    if share is None:
        share = np.asarray(_core.strength(graph._core)[2])
    return company_result(
        "cascade",
        graph,
        {
            "loss": loss,
            "loss_downstream": down,
            "loss_upstream": up,
            "contribution": share / share.sum() * loss,
            "first_step": first_step,
        },
        parameters,
        again,
        **meta,
    )


def _screening(
    graph: CompanyGraph, shocks: Any, side: dict[str, Any], threads: int, progress: Progress
) -> Result:
    """Every scenario by a single pass."""
    if shocks is None:
        given, names = _core.Scenarios.each_company(graph.num_companies), None
    else:
        given, names = scenarios(graph, shocks)
    *columns, steps = _core.screening(
        graph._core,
        supply_side(
            graph, side["sector"], None, None, side["revenue"], side["cost"], side["weight"]
        ),
        given,
        **context(progress, "cascade", threads),
    )
    named = dict(
        zip(("esri", "esri_downstream", "esri_upstream", "steps"), (*columns, steps), strict=True)
    )
    parameters = {"by": "scenario", "shocks": None if names is None else len(names)}

    def again() -> Result:
        return cascade(graph, shocks=shocks, **side, by="scenario", threads=threads, progress=False)

    if names is None:
        return company_result("cascade", graph, named, parameters, again)
    return Result(
        {"scenario": names, **named},
        {"measure": "cascade", "parameters": parameters, "graph_checksum": graph.checksum},
        recompute=again,
    )
