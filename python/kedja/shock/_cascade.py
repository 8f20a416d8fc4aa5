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


def cascade(
    graph: CompanyGraph,
    *,
    shocks: Any,
    sector: Any = None,
    essential: Any = None,
    market: Any = None,
    revenue: Any = None,
    cost: Any = None,
    weight: Any = None,
    by: Literal["step", "company"] = "step",
    steps: int = 1000,
    eps: float = 1e-9,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """How one shock goes through the network, and who carries the loss.

    Parameters
    ----------
    graph, sector, essential, market, revenue, cost, weight
        See `esri`.
    shocks : table
        Columns ``scenario``, ``company``, ``remaining`` in [0, 1], of one scenario.
    by : {'step', 'company'}, default 'step'
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

        ``meta["converged"]`` says whether changes fell to `eps` within `steps`.

    Raises
    ------
    InvalidArgumentError
        As for `esri`; also for more than one scenario.

    Notes
    -----
    O(links reached) per step.

    Examples
    --------
    >>> import kedja, pandas
    >>> chain = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> half = pandas.DataFrame({"scenario": ["s"], "company": ["ore"], "remaining": [0.5]})
    >>> kedja.shock.cascade(chain, shocks=half)["esri"].tolist()
    [0.25, 0.5, 0.5, 0.5]
    >>> kedja.shock.cascade(chain, shocks=half, by="company")["first_step"].tolist()
    [0, 1, 2]
    """
    if by not in ("step", "company"):
        raise InvalidArgumentError(f"by must be 'step' or 'company', not {by!r}")
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
