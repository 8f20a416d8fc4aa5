"""What clusters can do: shares of members that have each capability, and what stands for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError

if TYPE_CHECKING:
    from kedja._dataset import Dataset


class Profile:
    """Clusters by capabilities, from the capabilities table or, without one, NACE divisions.

    Attributes
    ----------
    basis : str
        ``capabilities`` or ``nace2`` (then every gap is marked inferred).
    has : numpy.ndarray of bool, shape (companies, capabilities)
    member : numpy.ndarray of bool, shape (companies, clusters)
    share : numpy.ndarray of float, shape (clusters, capabilities)
        Share of a cluster's members that have the capability.
    """

    def __init__(self, data: Dataset) -> None:
        import pandas as pd

        self.ids = data.ids
        row_of = pd.Series(np.arange(len(self.ids)), index=pd.Index(self.ids))
        frame = data.companies.to_pandas()
        if len(data.capabilities):
            self.basis = "capabilities"
            table = data.capabilities.to_pandas()
            company = row_of.loc[table["company"]].to_numpy()
            label = table["capability"].to_numpy(dtype=object)
        elif "nace" in frame and (frame["nace"] != "").any():
            self.basis = "nace2"
            known = (frame["nace"].str.len() >= 2).to_numpy()
            company = np.flatnonzero(known)
            label = frame["nace"].str[:2].to_numpy(dtype=object)[known]
        else:
            raise InvalidArgumentError("gaps need a table of capabilities or companies with nace")
        self.capabilities = sorted(set(label), key=lambda text: text.encode("utf-8"))
        number = {name: i for i, name in enumerate(self.capabilities)}
        codes = np.fromiter((number[x] for x in label), dtype=np.int64, count=len(label))
        self.has = np.zeros((len(self.ids), len(self.capabilities)), dtype=bool)
        self.has[company, codes] = True

        members = data.memberships.to_pandas()
        clusters = data.clusters.to_pandas()
        self.clusters: list[str] = sorted(clusters["id"], key=lambda text: text.encode("utf-8"))
        position = {name: i for i, name in enumerate(self.clusters)}
        self.member = np.zeros((len(self.ids), len(self.clusters)), dtype=bool)
        if len(members):
            self.member[
                row_of.loc[members["company"]].to_numpy(),
                np.fromiter(
                    (position[c] for c in members["cluster"]), dtype=np.int64, count=len(members)
                ),
            ] = True
        self.size = self.member.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            self.share = (self.member.T.astype(float) @ self.has) / self.size[:, None]
        self.needs, self.need_basis = self._needs(data)
        # How common a capability is among companies that have any: what a cluster is held against.
        able = self.has.any(axis=1)
        self.common = (
            self.has[able].mean(axis=0) if able.any() else np.zeros(len(self.capabilities))
        )

    def _needs(self, data: Dataset) -> tuple[np.ndarray, str]:
        if len(data.needs):
            table = data.needs.to_pandas()
            number = {name: i for i, name in enumerate(self.capabilities)}
            weight = np.zeros(len(self.capabilities))
            value = table["value"].fillna(1.0) if "value" in table else np.ones(len(table))
            for name, amount in zip(table["capability"], value, strict=True):
                if name in number:
                    weight[number[name]] += float(amount)
            if weight.sum() > 0:
                return weight / weight.sum(), "needs"
        able = self.has.any(axis=1)
        common = self.has[able].mean(axis=0) if able.any() else np.zeros(len(self.capabilities))
        total = common.sum()
        return (common / total if total > 0 else common), "all companies"

    def cluster(self, name: str) -> int:
        try:
            return self.clusters.index(name)
        except ValueError:
            import difflib

            near = difflib.get_close_matches(name, self.clusters, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InvalidArgumentError(f"there is no cluster {name!r}{hint}") from None

    def relatedness(self) -> tuple[np.ndarray, np.ndarray]:
        """(proximity without diagonal, density of every cluster) on companies and specialisation."""
        row, column = np.nonzero(self.has)
        table = _core.Table(
            len(self.ids),
            len(self.capabilities),
            row.astype(np.uint32),
            column.astype(np.uint32),
            None,
        )
        phi = _core.proximity(table, threads=0, progress=None)
        a, b, value = phi.cells()
        dense = np.zeros((len(self.capabilities),) * 2)
        dense[a, b] = value
        np.fill_diagonal(dense, 0.0)
        around = dense.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            near = (self.specialised().astype(float) @ dense) / around[None, :]
        return dense, near

    def specialised(self) -> np.ndarray:
        """Clusters by capabilities: the cluster's share is at least the common one."""
        with np.errstate(invalid="ignore"):
            made: np.ndarray = (self.share >= self.common[None, :]) & (self.share > 0)
        return made

    def meta(self) -> dict[str, Any]:
        return {"basis": self.basis, "need_basis": self.need_basis}
