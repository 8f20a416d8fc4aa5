"""Where a sector or company sits: upstreamness, downstreamness, influence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import DataError, InvalidArgumentError
from kedja._flows import Flows
from kedja._flows_align import text_of
from kedja._result import Result
from kedja._run import Progress, context
from kedja.value_chain._solve import (
    Solver,
    accepted,
    need_allocation,
    sector_result,
    table_of,
)


def upstreamness(
    flows: Flows,
    *,
    exclude: Sequence[str] | None = None,
    solver: Solver = "automatic",
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Upstreamness: how many sales lie between a sector's output and final demand.

    .. math:: U = (I - B)^{-1} 1, \quad B_{ij} = Z_{ij} / x_i

    which is 1 plus the expected number of further sales of a unit of output [1]_.

    Parameters
    ----------
    flows : Flows
    exclude : sequence of str, optional
        Columns of final demand that are taken out of output, so that the rest is used as if
        nothing crossed the border or went to stock: for an open economy exports, imports (a
        negative column) and inventories. Default: closed, output as it is.
    solver : {'automatic', 'direct', 'iterative'}, default 'automatic'
        Direct up to 400 sectors, and where iterating is slow.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows; ``upstreamness``, >= 1, and ``status``: ``isolated`` without any flow and
        ``undefined`` without output, both with the value 1 by convention. ``meta``: see
        `kedja.value_chain`.

    Raises
    ------
    DataError
        ``E_SPECTRAL``: sectors sell only to each other. ``E_BALANCE``: less is left of output than
        is sold to sectors.

    Notes
    -----
    One solve, O(m) per iteration.

    References
    ----------
    .. [1] P. Antras, D. Chor, T. Fally and R. Hillberry, Amer. Econ. Rev. 102 (2012).
       https://doi.org/10.1257/aer.102.3.412

    Examples
    --------
    >>> import kedja
    >>> flows = kedja.Flows([[0.0, 50.0], [0.0, 0.0]], [50.0, 80.0], labels=["ore", "steel"])
    >>> kedja.value_chain.upstreamness(flows)["upstreamness"].tolist()
    [1.5, 1.0]
    """
    return _position("upstreamness", flows, exclude, solver, threads, progress)


def downstreamness(
    flows: Flows,
    *,
    exclude: Sequence[str] | None = None,
    solver: Solver = "automatic",
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Downstreamness: how many purchases lie behind a sector's output.

    .. math:: D = (I - A')^{-1} 1, \quad A_{ij} = Z_{ij} / x_j

    which is 1 plus the expected number of purchases between primary inputs and a unit of output
    [1]_; the same number as the output multiplier.

    Parameters
    ----------
    flows : Flows
    exclude, solver, threads, progress
        See `upstreamness`.

    Returns
    -------
    Result
        n rows; ``downstreamness``, >= 1, and ``status`` as for `upstreamness`.

    Raises
    ------
    DataError
        ``E_SPECTRAL``: sectors buy only from each other, with nothing added.

    References
    ----------
    .. [1] P. Antras and D. Chor, Econometrica 81 (2013). https://doi.org/10.3982/ECTA10813

    Examples
    --------
    >>> import kedja
    >>> flows = kedja.Flows([[0.0, 50.0], [0.0, 0.0]], [50.0, 100.0], labels=["ore", "steel"])
    >>> kedja.value_chain.downstreamness(flows)["downstreamness"].tolist()
    [1.0, 1.5]
    """
    return _position("downstreamness", flows, exclude, solver, threads, progress)


def _position(
    measure: str,
    flows: Flows,
    exclude: Sequence[str] | None,
    solver: Solver,
    threads: int,
    progress: Progress,
) -> Result:
    output = None
    if isinstance(flows, Flows):
        if measure == "upstreamness" or exclude:
            need_allocation(flows, measure)
        output = _used(flows, exclude)
    found = accepted(
        getattr(_core, measure)(
            table_of(flows, output), solver=solver, **context(progress, measure, threads)
        ),
        flows,
    )
    value, status, facts = found
    parameters = {"exclude": None if exclude is None else list(exclude), "solver": solver}
    return sector_result(
        measure,
        flows,
        {measure: value},
        status,
        facts,
        parameters,
        lambda: _position(measure, flows, exclude, solver, threads, False),
        conventions={"economy": "open" if exclude else "closed", "without_output": 1.0},
    )


def _used(flows: Flows, exclude: Sequence[str] | None) -> np.ndarray | None:
    """Output less the columns of final demand that are left out."""
    if not exclude:
        return None
    if isinstance(exclude, str):
        exclude = [exclude]
    names = flows.final_demand_names
    for name in exclude:
        if name not in names:
            raise InvalidArgumentError(
                f"final demand has no column {name!r}; the columns are {', '.join(map(text_of, names))}"
            )
    left = flows.output - flows.final_demand[:, [names.index(name) for name in exclude]].sum(axis=1)
    sold = flows._by_row(flows._sums(1))
    left = np.where(np.abs(left) <= 1e-9 * flows.output, 0.0, left)
    short = left < sold * (1 - 1e-9)
    if short.any():
        row = int(np.argmax(short))
        raise DataError(
            f"flows, row {text_of(flows.labels[row])}: without {', '.join(exclude)} output is {left[row]:.6g}, "
            f"less than the {sold[row]:.6g} sold to sectors",
            "E_BALANCE",
            "flows",
            row,
            "output",
            f"{left[row]:.6g}",
        )
    return np.asarray(left)


def influence(
    flows: Flows,
    *,
    labour_share: float,
    solver: Solver = "automatic",
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Influence: how far a productivity shock of one sector moves aggregate output.

    .. math:: v = \frac{\alpha}{n} (I - (1 - \alpha) W)^{-1} 1, \quad
              W_{ij} = Z_{ij} / \sum_k Z_{kj}

    with the labour share alpha [1]_; PageRank from buyers to suppliers with damping 1 - alpha.

    Parameters
    ----------
    flows : Flows
    labour_share : float in (0, 1]
        The share of costs that is not inputs from sectors, the same for all.
    solver, threads, progress
        See `upstreamness`.

    Returns
    -------
    Result
        n rows; ``influence`` > 0, summing to 1 where every sector buys something, and ``status``
        (``isolated``: no flow, value alpha / n).

    Raises
    ------
    InvalidArgumentError
        `labour_share` lies outside (0, 1].

    References
    ----------
    .. [1] D. Acemoglu, V. Carvalho, A. Ozdaglar and A. Tahbaz-Salehi, Econometrica 80 (2012).
       https://doi.org/10.3982/ECTA9623

    Examples
    --------
    >>> import kedja
    >>> flows = kedja.Flows([[0.0, 50.0], [50.0, 0.0]], [50.0, 80.0], labels=["ore", "steel"])
    >>> kedja.value_chain.influence(flows, labour_share=0.5)["influence"].tolist()
    [0.5, 0.5]
    """
    value, status, facts = accepted(
        _core.influence(
            table_of(flows),
            labour_share=float(labour_share),
            solver=solver,
            **context(progress, "influence", threads),
        ),
        flows,
    )
    parameters: dict[str, Any] = {"labour_share": labour_share, "solver": solver}
    return sector_result(
        "influence",
        flows,
        {"influence": value},
        status,
        facts,
        parameters,
        lambda: influence(flows, **parameters, threads=threads, progress=False),
        conventions={"input_shares": "of purchases from sectors"},
    )
