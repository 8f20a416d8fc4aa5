"""What a sector carries: Leontief and Ghosh models, multipliers, linkages, extraction."""

from __future__ import annotations

from typing import Any

import numpy as np

from kedja import _core
from kedja._flows import Flows
from kedja._flows_align import columns_of
from kedja._result import Result
from kedja._run import Progress, context
from kedja.value_chain._solve import (
    Solver,
    accepted,
    need_allocation,
    sector_result,
    table_of,
)


def leontief(
    flows: Flows,
    *,
    final_demand: Any = None,
    inverse: bool = False,
    solver: Solver = "automatic",
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Leontief model: the output that a final demand calls for.

    .. math:: x = L y = (I - A)^{-1} y, \quad A_{ij} = Z_{ij} / x_j

    Parameters
    ----------
    flows : Flows
    final_demand : array_like or Series, shape (n,), optional
        Any sign, aligned by label. Default: that of the flows, which gives their own output back.
    inverse : bool, default False
        Return L itself instead: 8 n^2 bytes and O(n^3). An answer for one vector never needs it.
    solver, threads, progress
        See `upstreamness`.

    Returns
    -------
    Result
        n rows; ``output`` in the unit of the flows and ``status`` (``isolated``: no flow;
        ``undefined``: no output in the table). With `inverse` n rows and n columns named as the
        labels: L_ij is the output of row i per unit of final demand for column j.

    Raises
    ------
    DataError
        ``E_SPECTRAL``: sectors use up all that they make.

    References
    ----------
    .. [1] R. Miller and P. Blair, Input-Output Analysis, 2nd ed., Cambridge (2009), chapter 2.

    Examples
    --------
    >>> import kedja
    >>> flows = kedja.Flows([[0.0, 50.0], [0.0, 0.0]], [50.0, 100.0], labels=["ore", "steel"])
    >>> kedja.value_chain.leontief(flows, final_demand=[0.0, 10.0])["output"].tolist()
    [5.0, 10.0]
    """
    parameters = {"final_demand": final_demand, "inverse": inverse, "solver": solver}
    again = lambda: leontief(flows, **parameters, threads=threads, progress=False)  # noqa: E731
    if inverse:
        return _inverse("leontief", flows, parameters, again, threads, progress)
    table = table_of(flows)
    demand = _vector(flows, final_demand, "final_demand", flows.final_demand.sum(axis=1))
    value, status, facts = accepted(
        _core.leontief(table, demand, solver=solver, **context(progress, "leontief", threads)),
        flows,
    )
    return sector_result("leontief", flows, {"output": value}, status, facts, parameters, again)


def ghosh(
    flows: Flows,
    *,
    primary_inputs: Any = None,
    inverse: bool = False,
    solver: Solver = "automatic",
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Ghosh model: the output that primary inputs allow.

    .. math:: x' = v' G = v' (I - B)^{-1}, \quad B_{ij} = Z_{ij} / x_i

    Parameters
    ----------
    flows : Flows
    primary_inputs : array_like or Series, shape (n,), optional
        Aligned by label. Default: value added, which gives the flows' own output back.
    inverse : bool, default False
        Return G itself: G_ij is the output of column j per unit of primary input of row i.
    solver, threads, progress
        See `upstreamness`.

    Returns
    -------
    Result
        As for `leontief`.

    References
    ----------
    .. [1] A. Ghosh, Economica 25 (1958). https://doi.org/10.2307/2550694

    Examples
    --------
    >>> import kedja
    >>> flows = kedja.Flows([[0.0, 50.0], [0.0, 0.0]], [50.0, 100.0], labels=["ore", "steel"])
    >>> kedja.value_chain.ghosh(flows, primary_inputs=[10.0, 0.0])["output"].tolist()
    [10.0, 5.0]
    """
    parameters = {"primary_inputs": primary_inputs, "inverse": inverse, "solver": solver}
    again = lambda: ghosh(flows, **parameters, threads=threads, progress=False)  # noqa: E731
    table = table_of(flows)
    need_allocation(flows, "ghosh")
    if inverse:
        return _inverse("ghosh", flows, parameters, again, threads, progress)
    inputs = _vector(flows, primary_inputs, "primary_inputs", flows.value_added)
    value, status, facts = accepted(
        _core.ghosh(table, inputs, solver=solver, **context(progress, "ghosh", threads)), flows
    )
    return sector_result("ghosh", flows, {"output": value}, status, facts, parameters, again)


def _inverse(
    measure: str, flows: Flows, parameters: Any, again: Any, threads: int, progress: Progress
) -> Result:
    value, facts = accepted(
        getattr(_core, f"{measure}_inverse")(
            table_of(flows), **context(progress, measure, threads)
        ),
        flows,
    )
    whole = value.reshape(flows.n, flows.n)
    if flows._rank is not None:
        whole = whole[:, flows._rank]
    columns = {
        str(label): np.ascontiguousarray(whole[:, k]) for k, label in enumerate(flows.labels)
    }
    return sector_result(measure, flows, columns, None, facts, parameters, again)


def _vector(flows: Flows, given: Any, what: str, default: np.ndarray) -> np.ndarray:
    if given is None:
        return flows._canonical(np.asarray(default))
    values = columns_of(given, flows.labels, what)[0]
    return flows._canonical(values[:, 0] if values.shape[1] == 1 else values.sum(axis=1))


def multipliers(
    flows: Flows,
    *,
    value_added: Any = None,
    solver: Solver = "automatic",
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Multipliers: what one unit of final demand for a sector moves in all sectors.

    Parameters
    ----------
    flows : Flows
    value_added : array_like or Series, shape (n,), optional
        Money per sector, aligned by label. Default: output less all purchases in the table; then
        nothing leaks and the value-added multiplier is 1.
    solver, threads, progress
        See `upstreamness`.

    Returns
    -------
    Result
        n rows; ``output_multiplier`` (column sums of L, >= 1), ``value_added_multiplier`` (v' L
        with v per unit of output; 0 for a sector without output), ``status``.

    Raises
    ------
    DataError
        ``E_SPECTRAL``: sectors use up all that they make.

    Notes
    -----
    Two solves, O(m) per iteration; L is never formed.

    References
    ----------
    .. [1] R. Miller and P. Blair, Input-Output Analysis, 2nd ed., Cambridge (2009), chapter 6.

    Examples
    --------
    >>> import kedja
    >>> flows = kedja.Flows([[0.0, 50.0], [0.0, 0.0]], [50.0, 100.0], labels=["ore", "steel"])
    >>> kedja.value_chain.multipliers(flows)["output_multiplier"].tolist()
    [1.0, 1.5]
    """
    table = table_of(flows)
    added = _vector(flows, value_added, "value_added", flows.value_added)
    output, by_value, status, facts = accepted(
        _core.multipliers(table, added, solver=solver, **context(progress, "multipliers", threads)),
        flows,
    )
    parameters = {"value_added": value_added, "solver": solver}
    return sector_result(
        "multipliers",
        flows,
        {"output_multiplier": output, "value_added_multiplier": by_value},
        status,
        facts,
        parameters,
        lambda: multipliers(flows, **parameters, threads=threads, progress=False),
        conventions={
            "value_added": "given" if value_added is not None else "output less purchases"
        },
    )


def linkages(
    flows: Flows, *, solver: Solver = "automatic", threads: int = 0, progress: Progress = None
) -> Result:
    """Linkages: how much a sector pulls on its suppliers and pushes to its buyers; 1 is the mean.

    Parameters
    ----------
    flows : Flows
    solver, threads, progress
        See `upstreamness`.

    Returns
    -------
    Result
        n rows; ``backward`` (column sums of the Leontief inverse over their mean [1]_),
        ``forward`` (row sums of the Ghosh inverse over their mean [2]_; not of the Leontief
        inverse, which would weigh all sectors' final demand alike), ``status``.

    References
    ----------
    .. [1] P. Rasmussen, Studies in Inter-Sectoral Relations, North-Holland (1956).
    .. [2] L. Jones, Quart. J. Econ. 90 (1976). https://doi.org/10.2307/1884635

    Examples
    --------
    >>> import kedja
    >>> flows = kedja.Flows([[0.0, 50.0], [0.0, 0.0]], [50.0, 100.0], labels=["ore", "steel"])
    >>> kedja.value_chain.linkages(flows)["backward"].tolist()
    [0.8, 1.2]
    """
    table = table_of(flows)
    need_allocation(flows, "linkages")
    backward, forward, status, facts = accepted(
        _core.linkages(table, solver=solver, **context(progress, "linkages", threads)), flows
    )
    return sector_result(
        "linkages",
        flows,
        {"backward": backward, "forward": forward},
        status,
        facts,
        {"solver": solver},
        lambda: linkages(flows, solver=solver, threads=threads, progress=False),
        conventions={"backward": "Leontief columns", "forward": "Ghosh rows", "over": "mean"},
    )


def extraction(
    flows: Flows, *, solver: Solver = "automatic", threads: int = 0, progress: Progress = None
) -> Result:
    r"""Hypothetical extraction: the output lost in all sectors if one stops buying and selling.

    .. math:: \text{loss}_i = 1'x - 1'(I - A^{(i)})^{-1} y^{(i)} = (1'L)_i \, x_i / L_{ii}

    with row i, column i and final demand i set to 0 [1]_. The closed form answers for all sectors
    from one solve and the diagonal of L.

    Parameters
    ----------
    flows : Flows
    solver, threads, progress
        See `upstreamness`.

    Returns
    -------
    Result
        n rows; ``loss`` in the unit of the flows, the sector's own output included; 0 without
        output. ``status`` as for `leontief`.

    Notes
    -----
    O(n^3) for dense tables; for sparse ones n solves that share passes.

    References
    ----------
    .. [1] R. Miller and M. Lahr, "A taxonomy of extractions", in Regional Science Perspectives in
       Economic Analysis, Elsevier (2001).

    Examples
    --------
    >>> import kedja
    >>> flows = kedja.Flows([[0.0, 50.0], [0.0, 0.0]], [50.0, 100.0], labels=["ore", "steel"])
    >>> kedja.value_chain.extraction(flows)["loss"].tolist()
    [100.0, 150.0]
    """
    table = table_of(flows)
    need_allocation(flows, "extraction")
    loss, status, facts = accepted(
        _core.extraction(table, solver=solver, **context(progress, "extraction", threads)), flows
    )
    return sector_result(
        "extraction",
        flows,
        {"loss": loss},
        status,
        facts,
        {"solver": solver},
        lambda: extraction(flows, solver=solver, threads=threads, progress=False),
        conventions={"extracted": "row, column and final demand"},
    )
