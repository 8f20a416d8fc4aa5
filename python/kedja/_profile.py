"""What clusters can do: shares of members that have each capability, and what stands for it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._need import Need, need_of
from kedja._requirements import item_labels

if TYPE_CHECKING:
    from kedja._dataset import Dataset


class Profile:
    """Clusters by capabilities, from the capabilities table or, without one, NACE divisions.

    Companies are in the order of the compiled core (`ids`), clusters and capabilities in the order
    of their names.

    Attributes
    ----------
    basis : str
        ``capabilities``, ``nace2`` (then every gap is marked inferred) or ``none``.
    need_basis, need_source : str
        ``needs``, ``stages``, ``flows`` or ``all companies``; which input-output table.
    size : numpy.ndarray of int, shape (clusters,)
    share : numpy.ndarray of float, shape (clusters, capabilities)
        Share of a cluster's members that have the capability.
    common : numpy.ndarray of float, shape (capabilities,)
        Share of the companies with any capability that have it.
    need : numpy.ndarray of float, shape (clusters, capabilities)
        Need of each cluster, with sum 1 (all 0 where nothing is known of it).
    """

    def __init__(self, data: Dataset, *, required: bool = True) -> None:
        self.ids = data.ids_by_vertex
        self.basis = basis_of(data)
        if self.basis == "none" and required:
            raise InvalidArgumentError("gaps need a table of capabilities or companies with nace")
        self.groups = data.groups("cluster")
        self.clusters = self.groups.names
        company = item = np.empty(0, dtype=np.uint32)
        self.capabilities: list[str] = []
        need = Need("all companies", [], np.empty(0))
        if self.basis != "none":
            company, item, named = data._core.capabilities(self.basis)
            need = need_of(data, self.basis, named, self.groups)
            self.capabilities = need.names
            place = {name: k for k, name in enumerate(need.names)}
            at = np.fromiter((place[name] for name in named), dtype=np.uint32, count=len(named))
            item = at[item] if len(named) else item
        self.need_basis, self.need_source = need.basis, need.source
        self.has = _core.Table(len(self.ids), len(self.capabilities), company, item, None)
        self.has = self.has.at_least(0.0)  # each pair once
        self.core = _core.ClusterProfile(
            self.groups._core, self.has, need.value.ravel() if need.value.size else None
        )
        self.size: np.ndarray = self.core.size
        self.common: np.ndarray = self.core.common
        rows = self.core.need.reshape(-1, max(1, len(self.capabilities)))
        self.need: np.ndarray = np.broadcast_to(rows, self.shape) if rows.size else rows
        self.share: np.ndarray = self.core.share.reshape(self.shape)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.clusters), len(self.capabilities)

    @property
    def status(self) -> str:
        """Status of what rests on this profile."""
        return "inferred" if self.basis == "nace2" else "ok"

    def status_of(self, a: int) -> str:
        """Status of a cluster's gap: without members or without a need there is none, and where the
        need is what all companies can, a cluster that is all of them has nothing to be held against."""
        if not self.size[a]:
            return "too_small"
        if not self.need[a].sum() > 0:
            return "no_data"
        if self.need_basis == "all companies" and self._is_everybody(a):
            return "undecided"
        return self.status

    def _is_everybody(self, a: int) -> bool:
        """Whether every company with any capability is a member."""
        able = np.unique(self.has.cells()[0])
        vertex, group, _ = self.groups._core.rows()
        return bool(np.isin(able, vertex[group == a]).all())

    def cluster(self, name: str) -> int:
        """Number of a cluster; an unknown one is refused with the nearest name."""
        return chosen_clusters(self.clusters, name)[0]

    def chosen(self, cluster: str | None) -> np.ndarray:
        """Numbers of the clusters that are asked for."""
        return np.asarray(chosen_clusters(self.clusters, cluster), dtype=np.uint32)

    def nearness(self, *, count_itself: bool = False) -> np.ndarray:
        """Clusters by capabilities: density of a cluster's specialisations around each; NaN where
        nothing is near."""
        phi = _core.proximity(self.has, method="minimum", threads=0, progress=None)
        made = _core.density(
            self.core.specialised(), phi, count_itself=count_itself, threads=0, progress=None
        )
        near: np.ndarray = made.reshape(self.shape)
        return near

    def members(self) -> list[np.ndarray]:
        """Vertices of each cluster's members."""
        vertex, group, _ = self.groups._core.rows()
        order = np.argsort(group, kind="stable")
        ends = np.cumsum(np.bincount(group, minlength=len(self.clusters)))
        return np.split(vertex[order], ends[:-1])

    def meta(self) -> dict[str, Any]:
        made = {"basis": self.basis, "need_basis": self.need_basis}
        return {**made, "need_source": self.need_source} if self.need_source else made


def basis_of(data: Dataset) -> str:
    """What says what companies can: their capabilities, else their NACE divisions, else nothing.

    Answers about green, digital and skill requirements alone do not say what a company makes: its
    industry still does, unless needs are stated, which such answers may meet.
    """
    companies = data.companies.to_pandas()
    by_industry = "nace" in companies and bool((companies["nace"] != "").any())
    if len(data.capabilities):
        table = data.capabilities.to_pandas()
        asked = table["capability"].isin(item_labels())
        if "kind" in table:
            asked |= table["kind"].isin(["skill", "green", "digital"])
        if not (by_industry and asked.all()) or len(data.needs):
            return "capabilities"
    return "nace2" if by_industry else "none"


def chosen_clusters(names: list[str], cluster: str | None) -> list[int]:
    """Numbers of the clusters that are asked for; an unknown one is refused with the nearest name."""
    if not names:
        raise InvalidArgumentError(
            "no company is in a cluster: give companies a column cluster (medlem i), or add a table "
            "memberships with company and cluster"
        )
    if cluster is None:
        return list(range(len(names)))
    if cluster not in names:
        raise InvalidArgumentError(unknown("cluster", cluster, names))
    return [names.index(cluster)]


def unknown(what: str, name: object, known: list[str]) -> str:
    """ "There is no cluster 'x'; did you mean 'y'?", or else the names there are."""
    near = difflib.get_close_matches(str(name), known, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    if not near and known:
        shown = ", ".join(map(repr, known[:5])) + (", ..." if len(known) > 5 else "")
        hint = f"; there are {shown}"
    return f"there is no {what} {name!r}{hint}"
