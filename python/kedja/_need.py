"""What is needed of whom: stated needs, else the stages of a chain, else an input-output table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from kedja._dataset import Dataset

SHIPPED_TABLE = "us_bea_2017_nace"


@dataclass(frozen=True)
class Need:
    """Need per kind, the same for all clusters or one row for each; `names` are the kinds.

    Attributes
    ----------
    basis : str
        ``needs``, ``stages``, ``flows`` or ``all companies``; then `value` is empty.
    value : numpy.ndarray, shape (kinds,) or (clusters, kinds)
    source : str
        Which input-output table, and whether inputs of inputs count.
    """

    basis: str
    names: list[str]
    value: np.ndarray
    source: str = ""


def need_of(data: Dataset, basis: str, names: list[str], groups: Any) -> Need:
    """The need that the data state, for capabilities or NACE divisions (`basis`) named so far.

    Kinds that are needed and that no company has are added to the names: nobody having it is what
    a gap is about.
    """
    for found in (_stated(data, basis, names), _stages(data, basis, names)):
        if found is not None:
            return found
    if basis == "nace2":
        flows = io_table(data)
        if flows is not None:
            return _flows(data, flows, names, groups)
    return Need("all companies", names, np.empty(0))


def _stated(data: Dataset, basis: str, names: list[str]) -> Need | None:
    if not len(data.needs):
        return None
    table = data.needs.to_pandas()
    value = table["value"].fillna(1.0) if "value" in table else 1.0
    total = table.assign(value=value).groupby("capability", sort=True)["value"].sum()
    if basis == "nace2":  # needs are in other words than divisions, unless they name divisions
        total = total[[name in names for name in total.index]]
    return _need("needs", names, {k: float(v) for k, v in total.items()})


def _stages(data: Dataset, basis: str, names: list[str]) -> Need | None:
    """Each stage counts once; it needs its capability (else what its name says), or its industry."""
    if not len(data.stages):
        return None
    table = data.stages.to_pandas()
    stage = table["stage"].tolist()
    empty = [""] * len(stage)
    if basis == "nace2":
        codes = table["nace"].tolist() if "nace" in table else empty
        asked = {(s, c[:2]) for s, c in zip(stage, codes, strict=True) if c}
    else:
        given = table["capability"].tolist() if "capability" in table else empty
        stated = {s for s, c in zip(stage, given, strict=True) if c}
        asked = {(s, c or s) for s, c in zip(stage, given, strict=True) if c or s not in stated}
    count: dict[str, float] = {}
    for _, name in sorted(asked):
        count[name] = count.get(name, 0.0) + 1.0
    return _need("stages", names, count)


def _need(basis: str, names: list[str], total: dict[str, float]) -> Need | None:
    if not any(v > 0 for v in total.values()):
        return None
    known = set(names)
    names = sorted([*names, *(k for k in total if k not in known)], key=lambda n: n.encode())
    return Need(basis, names, np.asarray([total.get(name, 0.0) for name in names]))


@dataclass(frozen=True)
class IoTable:
    """Flows between NACE divisions: supplying row, using column, and output where it is known."""

    divisions: list[str]
    flow: np.ndarray
    output: np.ndarray | None
    name: str

    @property
    def coefficients(self) -> np.ndarray:
        """Input per unit of output; without output, per unit of inputs."""
        scale = self.flow.sum(axis=0) if self.output is None else self.output
        return np.divide(self.flow, scale, out=np.zeros_like(self.flow), where=scale > 0)

    @property
    def sold_on(self) -> np.ndarray:
        """Share of a division's output that other companies buy; 1 where output is not known."""
        if self.output is None:
            return np.ones(len(self.divisions))
        share = np.divide(
            self.flow.sum(axis=1),
            self.output,
            out=np.zeros(len(self.output)),
            where=self.output > 0,
        )
        return np.clip(share, 0.0, 1.0)


def io_table(data: Dataset) -> IoTable | None:
    """The flows of the data, else the table that comes with kedja, else None."""
    if len(data.flows):
        table = data.flows.to_pandas()
        return _table(table["source"], table["target"], table["value"], None, "flows")
    return _shipped_table()


@cache
def _shipped_table() -> IoTable | None:
    folder = _shipped_folder()
    if folder is None:
        return None
    import pandas as pd

    text = {"source": str, "target": str, "sector": str}
    flows = pd.read_csv(folder / "flows.csv", dtype=text)
    output = pd.read_csv(folder / "output.csv", dtype=text).set_index("sector")["output"]
    return _table(flows["source"], flows["target"], flows["value"], output, SHIPPED_TABLE)


def _shipped_folder() -> Path | None:
    here = Path(__file__).resolve().parent
    for folder in (
        here / "_data" / SHIPPED_TABLE,
        here.parents[1] / "examples" / "data" / SHIPPED_TABLE,
    ):
        if (folder / "flows.csv").is_file():
            return folder
    return None


def _table(source: Any, target: Any, value: Any, output: Any, name: str) -> IoTable:
    divisions = sorted({*source, *target})
    at = {code: i for i, code in enumerate(divisions)}
    flow = np.zeros((len(divisions), len(divisions)))
    rows = np.fromiter((at[s] for s in source), dtype=np.int64, count=len(source))
    columns = np.fromiter((at[t] for t in target), dtype=np.int64, count=len(target))
    np.add.at(flow, (rows, columns), np.maximum(0.0, np.asarray(value, dtype=float)))
    out = None if output is None else output.reindex(divisions).fillna(0.0).to_numpy(dtype=float)
    return IoTable(divisions, flow, out, name)


def company_activity(data: Dataset, io: IoTable) -> tuple[np.ndarray, np.ndarray]:
    """Headcount of every company by vertex, and its division in the table (-1: not in it).

    All count 1 where no sizes are known, and the median of those that are where one is not.
    """
    import pandas as pd

    companies = data.companies.to_pandas().set_index("id").loc[data.ids_by_vertex]
    size = np.ones(len(companies))
    if "size" in companies and companies["size"].notna().any():
        size = companies["size"].fillna(companies["size"].median()).to_numpy(dtype=float)
    at = pd.Series(range(len(io.divisions)), index=io.divisions)
    division = at.reindex(companies["nace"].str[:2]).fillna(-1).to_numpy().astype(np.int64)
    return size, division


def activity(data: Dataset, io: IoTable, groups: Any) -> np.ndarray:
    """Clusters by divisions: headcount of the members in each (see company_activity)."""
    size, division = company_activity(data, io)
    vertex, group, _ = groups._core.rows()
    known = division[vertex] >= 0
    made = np.zeros((len(groups), len(io.divisions)))
    np.add.at(made, (group[known], division[vertex[known]]), size[vertex[known]])
    return made


def _flows(data: Dataset, io: IoTable, names: list[str], groups: Any) -> Need:
    """What a cluster's industries need: all that goes into their output, x = f + A x, where output
    is known, else their direct inputs."""
    final = activity(data, io, groups)
    a = io.coefficients
    if io.output is None:
        total, said = final @ a.T, "direct inputs"
    else:
        total, said = np.linalg.solve(np.eye(len(a)) - a, final.T).T, "inputs and their inputs"
    union = sorted({*names, *io.divisions}, key=lambda n: n.encode())
    column = {name: i for i, name in enumerate(union)}
    value = np.zeros((len(groups), len(union)))
    value[:, [column[d] for d in io.divisions]] = np.maximum(0.0, total)
    return Need("flows", union, value, f"{io.name}: {said}")
