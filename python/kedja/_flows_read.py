"""Flows from long tables, company graphs, pymrio systems, coefficients, and other flows."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np

from kedja._columns import objects, plain
from kedja._errors import DataError, InvalidArgumentError
from kedja._flows import Flows
from kedja._flows_align import Rows, columns_of, first_seen, label_array, matrix_of_links, text_of
from kedja._nace_sectors import divisions_of
from kedja._result import Result

_FINAL = "final_demand"


def _frame(table: Any) -> Any:
    import pandas as pd

    if isinstance(table, pd.DataFrame):
        return table
    if hasattr(table, "to_pandas"):
        return table.to_pandas()
    return pd.DataFrame(table)


def _by_sector(table: Any, what: str) -> Any:
    """A frame with a column `sector` as one that has the sectors as index."""
    if not hasattr(table, "columns"):
        return table
    frame = _frame(table)
    if "sector" in frame.columns:
        frame = frame.set_index("sector")
    if what == "output":
        if "output" not in frame.columns:
            raise InvalidArgumentError("a frame of outputs needs a column 'output'")
        return frame["output"]
    if "total" in frame.columns and frame.shape[1] > 1:
        parts = frame.drop(columns="total")
        gap = (parts.sum(axis=1) - frame["total"]).abs()
        scale = parts.abs().sum(axis=1)
        if (gap > 1e-3 * scale).any():
            row = int(np.argmax(np.asarray(gap > 1e-3 * scale)))
            raise DataError(
                f"{what}: the columns of sector {text_of(frame.index[row])} do not add up to its total",
                "E_BALANCE",
                what,
                row,
                "total",
                str(frame["total"].iloc[row]),
            )
        return parts
    return frame


def from_long(
    table: Any,
    final_demand: Any,
    output: Any,
    groups: Any,
    nace_map: Any,
    balance_tolerance: float,
) -> Flows:
    flows = _from_long(table, final_demand, output, groups, balance_tolerance)
    if nace_map is not None:
        flows.nace_map = _checked_map(_frame(nace_map), flows)
    return flows


def _checked_map(table: Any, flows: Flows) -> Any:
    for name in ("nace", "sector"):
        if name not in table.columns:
            raise DataError(
                f"nace_map: column {name!r} is missing", "E_COLUMN", "nace_map", None, name
            )
    known = set(flows.labels.tolist())
    for row, sector in enumerate(table["sector"].tolist()):
        if sector not in known:
            raise DataError(
                f"nace_map, row {row}: unknown sector {sector!r}; codes are text, so read them as text",
                "E_DANGLING",
                "nace_map",
                row,
                "sector",
                str(sector),
            )
    made = table.copy()
    if "weight" not in made.columns:
        made["weight"] = 1.0
    return made[["nace", "sector", "weight"]]


_DIVISION = re.compile(r"^[A-U]?\s*(\d{2})(?:\.?\d{0,3})(?:\.\d)?$")


def sector_of(flows: Flows, companies: Any) -> Result:
    from kedja._dataset import Dataset

    country: list[Any] | None = None
    if isinstance(companies, Dataset):
        table = companies.companies.to_pandas()
        ids = objects(table["id"].tolist())
        codes = table["nace"].tolist() if "nace" in table.columns else [""] * len(ids)
        country = table["country"].tolist() if "country" in table.columns else None
    elif hasattr(companies, "keys"):
        ids, codes = objects(companies.keys()), [companies[key] for key in list(companies.keys())]
    else:
        raise InvalidArgumentError(
            "give a Dataset, or a Series or mapping from company to NACE code"
        )
    home = _homes(flows)
    sectors = np.empty(len(ids), dtype=object)
    weights = np.full(len(ids), np.nan)
    status = np.empty(len(ids), dtype=object)
    for row, code in enumerate(codes):
        text = "" if code is None or code != code else str(code).strip()
        found = _DIVISION.match(text)
        if text and not found:
            raise DataError(
                f"companies, row {row}: {text!r} of {ids[row]} is not a NACE code; write it as text, such as 01.61",
                "E_NACE",
                "companies",
                row,
                "nace",
                text,
            )
        regions = home.get(found.group(1), {}) if found else {}
        here = country[row] if country and country[row] in flows.group_names else None
        if here is None and len(regions) == 1:
            here = next(iter(regions))
        weight, sector = regions.get(here, (np.nan, ""))
        sectors[row], weights[row] = sector, weight
        status[row] = "no_data" if not found else "ok" if weight == weight else "undecided"
    return Result(
        {"sector": sectors, "weight": weights, "status": status},
        {"measure": "sector_of", "parameters": {}, "graph_checksum": flows.checksum},
        ids=ids,
        recompute=lambda: sector_of(flows, companies),
    )


def _homes(flows: Flows) -> dict[str, dict[Any, tuple[float, Any]]]:
    """Division -> group of the flows (None without groups) -> weight and sector, the largest."""
    if flows.nace_map is not None:
        rows = [(str(n), s, float(w)) for n, s, w in flows.nace_map.itertuples(index=False)]
    else:
        rows = [(d, s, 1.0) for s in flows.labels.tolist() for d in divisions_of(s)]
    group = dict.fromkeys(flows.labels.tolist())
    if flows.groups is not None:
        group = dict(zip(flows.labels.tolist(), flows.groups.tolist(), strict=True))
    home: dict[str, dict[Any, tuple[float, Any]]] = {}
    for division, sector, weight in rows:
        regions = home.setdefault(division, {})
        if weight > regions.get(group[sector], (0.0, None))[0]:
            regions[group[sector]] = (weight, sector)
    return home


def _from_long(
    table: Any, final_demand: Any, output: Any, groups: Any, balance_tolerance: float
) -> Flows:
    frame = _frame(table)
    missing = [name for name in ("source", "target", "value") if name not in frame.columns]
    if missing:
        raise DataError(
            f"flows: column {missing[0]!r} is missing; a long table has source, target and value",
            "E_COLUMN",
            "flows",
            None,
            missing[0],
        )
    source, target = (objects(frame[name].tolist()) for name in ("source", "target"))
    try:
        value = np.asarray(frame["value"], dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"flows: {error}", "E_NUMBER", "flows", None, "value") from None
    for name, column in (("source", source), ("target", target)):
        for row, label in enumerate(column):
            if label is None or label != label or label == "":
                raise DataError(
                    f"flows, row {row}: {name} is empty", "E_ID_EMPTY", "flows", row, name
                )
    if not np.isfinite(value).all():
        row = int(np.argmin(np.isfinite(value)))
        raise DataError(
            f"flows, row {row}: value {value[row]} of {source[row]} to {target[row]} is not a finite number",
            "E_NUMBER",
            "flows",
            row,
            "value",
            str(value[row]),
        )
    final = np.fromiter(
        (isinstance(t, str) and (t == _FINAL or t.startswith(_FINAL + ":")) for t in target),
        dtype=bool,
        count=len(target),
    )
    inner = ~final
    labels = first_seen(
        label
        for s, t, between in zip(source, target, inner, strict=True)
        for label in ((s, t) if between else (s,))
    )
    at = {label: row for row, label in enumerate(labels)}
    n = len(labels)
    negative = inner & (value < 0)
    if negative.any():  # before repeated rows are added up
        row = int(np.argmax(negative))
        raise DataError(
            f"flows, row {row}: the flow {text_of(source[row])} to {text_of(target[row])} is {value[row]}; a flow "
            "is not negative, so correct the sign or add it to the opposite flow",
            "E_RANGE",
            "flows",
            row,
            "value",
            str(value[row]),
        )
    matrix = matrix_of_links(
        n,
        np.fromiter((at[s] for s in source[inner]), np.int64, int(inner.sum())),
        np.fromiter((at[t] for t in target[inner]), np.int64, int(inner.sum())),
        value[inner],
    )
    if final.any():
        if final_demand is not None:
            raise InvalidArgumentError(
                "final demand stands in rows of the table and in final_demand=; give it once"
            )
        names = first_seen(target[final])
        demand = np.zeros((n, len(names)))
        rows = [at[s] for s in source[final]]
        columns = [names.index(t) for t in target[final]]
        np.add.at(demand, (rows, columns), value[final])
        import pandas as pd

        short = [name.partition(":")[2] or name for name in names]
        final_demand = pd.DataFrame(demand, index=objects(labels), columns=objects(short))
    kept = label_array(labels)
    sizes = None if output is None else _by_sector(output, "output")
    if final_demand is not None:
        final_demand = _by_sector(final_demand, _FINAL)
        if final_demand is not None and not final.any():
            kept, matrix = _with_silent(kept, matrix, final_demand)
        return Flows(
            matrix,
            final_demand,
            output=sizes,
            labels=kept,
            groups=groups,
            balance_tolerance=balance_tolerance,
        )
    if sizes is not None:
        kept, matrix = _with_silent(kept, matrix, sizes)
        known = columns_of(sizes, kept, "output")[0][:, 0]
        return Flows(matrix, known - _sums(matrix, 1), labels=kept, groups=groups, copy=False)
    return _of_sales(matrix, kept, None, groups, "sectors")


def _with_silent(labels: np.ndarray, matrix: Any, table: Any) -> tuple[np.ndarray, Any]:
    """Adds the sectors that only the other table knows: they neither buy nor sell."""
    index = table.index if hasattr(table, "index") and not callable(table.index) else None
    if index is None and hasattr(table, "keys"):
        index = list(table.keys())
    if index is None:
        return labels, matrix
    known = set(labels.tolist())
    new = [label for label in index if label not in known]
    if not new:
        return labels, matrix
    n = len(labels) + len(new)
    made = list(labels.tolist()) + new
    if isinstance(matrix, Rows):
        offsets = np.concatenate([matrix.offsets, np.full(len(new), matrix.offsets[-1])])
        grown: Any = Rows(offsets, matrix.columns, matrix.values)
    else:
        grown = np.zeros((n, n))
        grown[: len(labels), : len(labels)] = matrix
    return label_array(made), grown


def _sums(matrix: Any, axis: int) -> np.ndarray:
    if isinstance(matrix, Rows):
        at = matrix.columns if axis == 0 else matrix.sources()
        return np.bincount(at, weights=matrix.values, minlength=matrix.n)
    return np.asarray(matrix).sum(axis=axis)


def _of_sales(matrix: Any, labels: np.ndarray, revenue: Any, groups: Any, kind: str) -> Flows:
    """Output from what is known: the larger of revenue and sales, else purchases."""
    sold, bought = _sums(matrix, 1), _sums(matrix, 0)
    output = sold
    if revenue is not None:
        known = columns_of(revenue, labels, "revenue")[0][:, 0]
        bad = (known < 0) | np.isinf(known)
        if bad.any():
            row = int(np.argmax(bad))
            raise DataError(
                f"revenue, row {row}: {known[row]} of {text_of(labels[row])}; revenue is >= 0, or NaN where unknown",
                "E_RANGE",
                "revenue",
                row,
                "revenue",
                str(known[row]),
            )
        output = np.fmax(sold, known)
    silent = (output == 0) & (bought > 0)
    output = np.where(silent, bought, output)
    flows = Flows(matrix, output - sold, labels=labels, groups=groups, copy=False)
    flows.kind = kind
    if silent.any():
        row = int(np.argmax(silent))
        flows._warn(
            "W_OUTPUT",
            f"{int(silent.sum())} of {len(labels)} buy but neither sell nor state a revenue, such as "
            f"{text_of(labels[row])}; their output was taken to be what they buy",
        )
    return flows


def from_graph(graph: Any, revenue: Any, groups: Any) -> Flows:
    if not graph.directed:
        raise InvalidArgumentError(
            "flows need a directed graph: source sells to target; use the links of kind supply"
        )
    source, target, value = graph._link_rows()
    matrix = matrix_of_links(
        graph.num_companies,
        source.astype(np.int64),
        target.astype(np.int64),
        np.ones(len(source)) if value is None else value,
    )
    if revenue is not None and not hasattr(revenue, "index") and not hasattr(revenue, "keys"):
        revenue = np.asarray(plain(revenue), dtype=np.float64)
    elif hasattr(revenue, "keys") and not hasattr(revenue, "index"):
        unknown = [key for key in revenue if key not in set(graph.ids.tolist())]
        if unknown:
            raise DataError(
                f"revenue: unknown company {unknown[0]!r}",
                "E_DANGLING",
                "revenue",
                None,
                "",
                str(unknown[0]),
            )
        revenue = np.asarray([revenue.get(i, np.nan) for i in graph.ids.tolist()], dtype=np.float64)
    return _of_sales(matrix, graph.ids, revenue, groups, "companies")


def from_pymrio(io: Any) -> Flows:
    Z, Y = getattr(io, "Z", None), getattr(io, "Y", None)
    if Z is None or Y is None:
        raise InvalidArgumentError(
            "the pymrio system has no Z or no Y; load or calculate them first (io.calc_all())"
        )
    return Flows(Z, Y, output=_pymrio_output(io), copy=True)


def _pymrio_output(io: Any) -> Any:
    x = getattr(io, "x", None)
    if x is None:
        return None
    return x.iloc[:, 0] if hasattr(x, "iloc") and getattr(x, "ndim", 1) == 2 else x


def from_coefficients(A: Any, output: Any, labels: Any) -> Flows:
    from kedja._flows_coefficients import of_matrix, read_coefficients

    if isinstance(A, (str, os.PathLike)):
        path = Path(A)
        values, own, line = read_coefficients(path)
        return of_matrix(values, own, output, labels, path.name, line)
    return of_matrix(A, None, output, labels)
