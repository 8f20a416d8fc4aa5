"""Participation in global value chains: gross exports taken apart by origin and destination."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from kedja import _core
from kedja._columns import objects
from kedja._errors import InvalidArgumentError
from kedja._flows import Flows
from kedja._flows_align import text_of
from kedja._result import Result, status_column
from kedja._run import Progress, context

__all__ = ["gvc_participation"]

_SUMS_WWZ: dict[str, tuple[str, ...]] = {
    "dva": ("DVA_FIN", "DVA_INT", "DVA_INTrexI1", "DVA_INTrexF", "DVA_INTrexI2"),
    "rdv": ("RDV_INT", "RDV_FIN", "RDV_FIN2"),
    "ddc": ("DDC_FIN", "DDC_INT"),
    "fva": ("OVA_FIN", "MVA_FIN", "OVA_INT", "MVA_INT"),
    "fdc": ("ODC", "MDC"),
}


def gvc_participation(
    flows: Flows,
    *,
    method: Literal["kww", "wwz", "borin_mancini"] = "kww",
    detail: Literal["group", "sector", "bilateral"] = "group",
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Whose value added a group's exports carry, and where it ends: three decompositions.

    Groups are whatever `flows` is grouped by: countries, or clusters beside the rest of the
    country, of the EU and of the world. Exports are sales to other groups.

    Parameters
    ----------
    flows : Flows
        With groups, and a column of final demand per group.
    method : {'kww', 'wwz', 'borin_mancini'}, default 'kww'
        Koopman, Wang and Wei [1]_ (by group only); Wang, Wei and Zhu [2]_, sixteen terms; Borin
        and Mancini [3]_, source-based from the exporter's perspective.
    detail : {'group', 'sector', 'bilateral'}, default 'group'
        One row per group, per exporting sector, or per exporting sector and importing group. Terms
        of the finer rows add up to those of the coarser.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        Money in the unit of `flows`. Keys ``group`` (the exporter), with more detail ``sector`` and
        ``partner`` (the importer).

        kww: ``T1`` to ``T9`` add up to ``exports``: own value added in final goods (T1), in inputs
        absorbed by the importer (T2) or passed on to third groups (T3), come back in final goods
        (T4) or inputs (T5), double counted (T6); foreign value added in final goods (T7) and inputs
        (T8), double counted (T9). ``vax`` = T1 + T2 + T3, ``backward`` = (T7 + T8 + T9) / exports,
        ``forward`` = (T3 + T4 + T5 + T6) / exports.

        wwz: the sixteen terms ``DVA_FIN`` ... ``MDC``, ``exports``, and their sums ``dva`` (own
        value added absorbed abroad), ``rdv`` (come back), ``ddc`` (own, double counted), ``fva``
        (foreign value added), ``fdc`` (foreign, double counted).

        borin_mancini: gross exports ``exgr`` = domestic content ``dc`` + foreign content ``fc``;
        ``dc`` = value added ``dva`` + double counting ``ddc``; ``dva`` = absorbed abroad ``vax`` +
        come back ``ref``; ``davax``, absorbed by the direct importer; ``fc`` = ``fva`` + ``fdc``;
        what crosses more than one border ``gvc`` = ``exgr`` - ``davax`` = ``gvcb`` (backward: ``fc``
        + ``ddc``) + ``gvcf`` (forward).

        ``status`` is ``undefined`` for rows without exports: money is 0, shares are NaN.
        ``meta["adding_up"]`` is the largest gap between terms and exports, as a share of the
        group's exports: rounding for a balanced table, the imbalance otherwise.

    Raises
    ------
    InvalidArgumentError
        No groups, final demand not by group, a detail that the method does not have, or sectors
        that buy at least as much as they make, so that there is no Leontief inverse.

    Notes
    -----
    I - A is factored once (2/3 n^3 operations); kww solves one right-hand side per group more,
    the others three and the diagonal blocks of the inverse (4/3 n^3 in all). Memory 16 n^2 bytes,
    and 8 n G per term. A sector without output has no inputs and no value added. Negative final
    demand is kept. The group totals of Borin and Mancini's source-based and sink-based terms are
    the same; rows by sector and partner differ.

    References
    ----------
    .. [1] R. Koopman, Z. Wang and S.-J. Wei, Am. Econ. Rev. 104 (2014).
       https://doi.org/10.1257/aer.104.2.459
    .. [2] Z. Wang, S.-J. Wei and K. Zhu, NBER Working Paper 19677 (2013).
       https://doi.org/10.3386/w19677
    .. [3] A. Borin and M. Mancini, Econ. Syst. Res. 35 (2023).
       https://doi.org/10.1080/09535314.2022.2153221

    Examples
    --------
    Ore goes north, steel comes back south in part.

    >>> import kedja
    >>> flows = kedja.Flows(
    ...     [[0.0, 8.0], [2.0, 0.0]], [[2.0, 0.0], [3.0, 15.0]],
    ...     labels=["ore", "steel"], groups=["south", "north"],
    ... )
    >>> result = kedja.value_chain.gvc_participation(flows)
    >>> result["group"].tolist(), result["exports"].tolist()
    (['south', 'north'], [8.0, 5.0])
    >>> result["backward"].round(3).tolist()
    [0.13, 0.348]
    """
    _check(flows, method, detail)
    demand_by_group = flows.final_demand_by_group()
    order = flows._order if flows._order is not None else np.arange(flows.n)
    names = flows.group_names
    # Groups are numbered as they come in the order of the labels, so that the order of the user's
    # rows changes no bit.
    position = {name: k for k, name in enumerate(names)}
    given = np.fromiter((position[g] for g in objects(flows.groups)), np.int64, flows.n)[order]
    seen = np.array(list(dict.fromkeys(given.tolist())), dtype=np.int64)
    number = np.empty(len(names), dtype=np.int64)
    number[seen] = np.arange(len(names))
    demand = np.ascontiguousarray(demand_by_group[order][:, seen])
    failed, *answer = getattr(_core, f"gvc_{method}")(
        _dense(flows),
        demand,
        flows._output,
        number[given].astype(np.uint32),
        **context(progress, f"gvc_participation {method}", threads),
    )
    if failed is not None:
        raise InvalidArgumentError(_no_inverse(flows, int(order[failed])))
    terms: dict[str, np.ndarray] = answer[0]

    columns: dict[str, Any]
    if method == "kww":
        terms = {name: values[number] for name, values in terms.items()}
        status = terms.pop("status")
        columns = {"group": objects(names), **terms, "status": status_column(status)}
        gap = np.abs(sum(terms[f"T{k}"] for k in range(1, 10)) - terms["exports"])
        exports = terms["exports"]
    else:
        if method == "wwz":
            terms.update({name: _sum(terms, parts) for name, parts in _SUMS_WWZ.items()})
        total = "exports" if method == "wwz" else "exgr"
        parts = tuple(_SUMS_WWZ) if method == "wwz" else ("dva", "ddc", "fva", "fdc")
        of_group = _by_group(number[given], len(names))
        exports = of_group(terms[total])[number]
        gap = of_group(_sum(terms, parts) - terms[total])[number]
        columns = _rows(flows, terms, detail, number, of_group)
        columns["status"] = status_column(np.where(columns[total] > 0, 0, 2).astype(np.uint8))
    return Result(
        columns,
        {
            "measure": "gvc_participation",
            "parameters": {"method": method, "detail": detail},
            "conventions": {
                "value_added": "output less purchases, per unit of output",
                "zero_output": "no inputs and no value added",
            },
            "adding_up": float(np.max(np.abs(gap) / np.where(exports > 0, exports, 1), initial=0)),
            "graph_checksum": flows.checksum,
        },
        recompute=lambda: gvc_participation(
            flows, method=method, detail=detail, threads=threads, progress=False
        ),
    )


def _check(flows: Any, method: str, detail: str) -> None:
    if not isinstance(flows, Flows):
        raise InvalidArgumentError(
            f"gvc_participation takes Flows, not {type(flows).__name__}; make one with kedja.Flows"
        )
    if method not in ("kww", "wwz", "borin_mancini"):
        raise InvalidArgumentError(
            f"method must be one of 'kww', 'wwz', 'borin_mancini', not {method!r}"
        )
    if detail not in ("group", "sector", "bilateral"):
        raise InvalidArgumentError(
            f"detail must be one of 'group', 'sector', 'bilateral', not {detail!r}"
        )
    if method == "kww" and detail != "group":
        raise InvalidArgumentError(
            "kww is defined for whole groups only; use method='wwz' for sectors and partners"
        )


def _dense(flows: Flows) -> np.ndarray:
    """Z in the order of the labels."""
    if flows._dense is not None:
        made: np.ndarray = flows._dense
        return made
    made = np.zeros((flows.n, flows.n))
    made[flows._csr.sources(), flows._csr.columns] = flows._csr.values
    return made


def _no_inverse(flows: Flows, at: int) -> str:
    share = np.divide(flows.value_added, flows.output, out=np.ones(flows.n), where=flows.output > 0)
    worst = int(np.argmin(share))
    return (
        "the flows have no Leontief inverse (spectral radius of A >= 1): found at sector "
        f"{text_of(flows.labels[at])}; the least value added per unit of output is "
        f"{share[worst]:.3g}, of sector {text_of(flows.labels[worst])}"
    )


def _sum(terms: Mapping[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray:
    made = terms[names[0]].copy()
    for name in names[1:]:
        made += terms[name]
    return made


def _by_group(group: np.ndarray, count: int) -> Callable[[np.ndarray], np.ndarray]:
    """Sums sectors x partners to one number per group, in the order of the labels."""

    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(group, weights=values.sum(axis=1), minlength=count)

    return summed


def _rows(
    flows: Flows,
    terms: Mapping[str, np.ndarray],
    detail: str,
    number: np.ndarray,
    of_group: Callable[[np.ndarray], np.ndarray],
) -> dict[str, Any]:
    names = objects(flows.group_names)
    if detail == "group":
        return {
            "group": names,
            **{name: of_group(values)[number] for name, values in terms.items()},
        }
    groups = objects(flows.groups)
    if detail == "sector":
        return {
            "sector": flows.labels,
            "group": groups,
            **{name: flows._by_row(values.sum(axis=1)) for name, values in terms.items()},
        }
    abroad = groups[:, None] != names[None, :]
    sector, partner = np.nonzero(abroad)
    return {
        "sector": flows.labels[sector],
        "group": groups[sector],
        "partner": names[partner],
        **{name: flows._by_row(values[:, number])[abroad] for name, values in terms.items()},
    }
