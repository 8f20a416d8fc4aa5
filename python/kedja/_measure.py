"""Builds results: ids joined, provenance written, recomputation remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._result import Names, Result, status_column


def company_result(
    measure: str,
    graph: CompanyGraph,
    columns: Mapping[str, np.ndarray],
    parameters: Mapping[str, Any],
    again: Callable[[], Result],
    *,
    status: np.ndarray | None = None,
    **meta: Any,
) -> Result:
    """One row per company in input order; `columns` and `status` are by vertex."""
    by_row: dict[str, Any] = {name: graph._by_row(values) for name, values in columns.items()}
    if status is not None:
        codes = graph._by_row(status)
        by_row["status"] = Names(len(codes), lambda: status_column(codes))
    return Result(
        by_row,
        {
            "measure": measure,
            "parameters": dict(parameters),
            "graph_checksum": graph.checksum,
            **meta,
        },
        ids=graph.ids,
        recompute=again,
    )


def whole(name: str, value: Any) -> int:
    """An option that is a whole number of at least 1."""
    if isinstance(value, bool) or int(value) != value or value < 1:
        raise InvalidArgumentError(f"{name} must be a whole number >= 1, not {value!r}")
    return int(value)


def chosen_rows(
    measure: str,
    graph: CompanyGraph,
    vertex: np.ndarray,
    columns: Mapping[str, np.ndarray],
    parameters: Mapping[str, Any],
    again: Callable[[], Result],
    *,
    k: int,
    status: np.ndarray | None = None,
) -> Result:
    """The k best of some vertices, all that tie with the k-th among them; ties in input order."""
    rows = graph._row_of_vertex()[vertex]
    order = np.lexsort((rows, -columns[measure]))[:k]
    chosen = {name: values[order] for name, values in columns.items()}
    if status is not None:
        chosen["status"] = status_column(status[order])
    return Result(
        chosen,
        {
            "measure": measure,
            "parameters": {**parameters, "top_k": k},
            "graph_checksum": graph.checksum,
        },
        ids=graph.ids[rows[order]],
        recompute=again,
    )


def best_rows(result: Result, column: str, k: int | None, again: Callable[[], Result]) -> Result:
    """The k rows of a company result with the largest values, best first; ties in input order."""
    if k is None:
        return result
    whole("top_k", k)
    rows = np.argsort(-result[column], kind="stable")[: int(k)]
    meta = {**result.meta, "parameters": {**result.meta["parameters"], "top_k": k}}
    meta.pop("version")
    ids = None if result.ids is None else result.ids[rows]
    return Result(
        {name: result[name][rows] for name in result.columns}, meta, ids=ids, recompute=again
    )


def names_of(names: list[str], positions: np.ndarray) -> np.ndarray:
    """Group names at positions."""
    return np.asarray(names, dtype=object)[positions]
