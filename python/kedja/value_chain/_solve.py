"""From flows to the compiled solver and back to labels."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

import numpy as np

from kedja import _core
from kedja._errors import DataError, InvalidArgumentError
from kedja._flows import Flows
from kedja._flows_align import text_of
from kedja._result import Result, status_column

Solver: TypeAlias = Literal["automatic", "direct", "iterative"]

ILL_CONDITIONED = 1e8  # a change in the eighth digit of a flow then moves the first of an answer


def table_of(flows: Flows, output: np.ndarray | None = None) -> Any:
    """The compiled view of the flows; `output` in input order replaces their own."""
    if not isinstance(flows, Flows):
        raise InvalidArgumentError(
            f"give kedja.Flows, not {type(flows).__name__}; see Flows.from_graph and Flows.from_long"
        )
    own = flows._output if output is None else flows._canonical(output)
    if flows._dense is not None:
        empty = np.zeros(0)
        return _core.FlowTable(
            flows.n, flows._dense, empty.astype(np.int64), empty.astype(np.uint32), empty, own
        )
    rows = flows._csr
    return _core.FlowTable(
        flows.n, None, rows.offsets, rows.columns.astype(np.uint32), rows.values, own
    )


def accepted(found: Any, flows: Flows) -> Any:
    """What the solver found, or the reason why it cannot be: the sectors that feed only each other."""
    if isinstance(found, dict):
        raise refusal(found, flows)
    return found


def refusal(found: Mapping[str, Any], flows: Flows, file: str = "flows") -> DataError:
    low, high = found["low"], found["high"]
    members = [
        flows.labels[k if flows._order is None else flows._order[k]] for k in found["component"]
    ]
    radius = f"{(low + high) / 2:.3f}" if high - low < 5e-4 else f"{low:.3f} to {high:.3f}"
    shown = ", ".join(text_of(m) for m in members[:5])
    more = f" and {len(members) - 5} more" if len(members) > 5 else ""
    first = text_of(members[0]) if members else ""
    row = int(np.flatnonzero(flows.labels == members[0])[0]) if members else None
    word = (
        flows.kind
        if len(members) != 1
        else {"sectors": "sector", "companies": "company"}[flows.kind]
    )
    return DataError(
        f"{file}: spectral radius rho={radius} of {len(members)} {word} ({shown}{more}) is not below 1: "
        f"{'they use' if len(members) != 1 else 'it uses'} up all that {'they make' if len(members) != 1 else 'it makes'}, "
        "so there is no finite answer; check their flows, or give the final demand or output that is missing",
        "E_SPECTRAL",
        file,
        row,
        first,
        radius,
    )


def sector_result(
    measure: str,
    flows: Flows,
    columns: Mapping[str, np.ndarray],
    status: np.ndarray | None,
    facts: Mapping[str, Any],
    parameters: Mapping[str, Any],
    again: Callable[[], Result],
    **meta: Any,
) -> Result:
    """One row per sector in input order; columns and status are in canonical order."""
    made = {name: flows._by_row(values) for name, values in columns.items()}
    if status is not None:
        made["status"] = status_column(flows._by_row(status))
    if not facts.get("converged", True):
        warnings.warn(
            f"{measure} did not converge; its error bound is {facts['error_bound']:.2g}",
            RuntimeWarning,
            stacklevel=3,
        )
    noted = [str(w) for w in flows.warnings]
    condition = facts.get("condition", 1.0)
    if condition > ILL_CONDITIONED:
        noted.append(condition_text(condition))
    return Result(
        made,
        {
            "measure": measure,
            "parameters": dict(parameters),
            "graph_checksum": flows.checksum,
            "warnings": noted,
            **facts,
            **meta,
        },
        ids=flows.labels,
        key="company" if flows.kind == "companies" else "sector",
        recompute=again,
    )


def condition_text(condition: float) -> str:
    left = max(0, int(16 - np.log10(condition)))
    return (
        f"W_CONDITION: the condition number is about {condition:.0e}, so flows known to 16 digits "
        f"leave about {left} in the answer"
    )


def need_allocation(flows: Flows, measure: str) -> None:
    if not flows.allocation_known:
        raise InvalidArgumentError(
            f"{measure} needs each sector's output; pass output= to Flows.from_coefficients"
        )
