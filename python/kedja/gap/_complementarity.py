"""Complementarity gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kedja import _core
from kedja._profile import Profile
from kedja._result import Result
from kedja.gap._rows import NAN, Rows

if TYPE_CHECKING:
    from kedja._dataset import Dataset
    from kedja._graph import CompanyGraph


def complementarity(data: Dataset, *, cluster: str | None = None) -> Result:
    """Complementarity between clusters, and what a cluster's ties do not yet deliver.

    added_ab = sum over the capabilities k that b is specialised in and a is not of how near k is
    to what a has: sum_l M_al phi_lk / sum_l phi_lk (phi_kk = 0); the pair's ``complementarity`` is
    sqrt(added_ab added_ba) divided by the largest pair. A cluster's gap is 1 minus the part of its
    lacking, needed capabilities that a cluster it already shares projects or links with has.

    Parameters
    ----------
    data : Dataset
    cluster : str, optional
        One cluster; default: all.

    Returns
    -------
    Result
        A row per cluster for the whole (item "", ``gap``), then its ten most complementary
        clusters: ``cluster``, ``item``, ``gap`` (NaN), ``complementarity`` in [0, 1], ``tied``
        (whether any tie exists), ``status`` (``ok``, ``inferred``, ``too_small``: no members).

    Raises
    ------
    InvalidArgumentError
        Neither capabilities nor NACE codes; an unknown cluster.

    References
    ----------
    After Balland and Boschma 2021, https://doi.org/10.1080/00343404.2020.1861240.
    O(clusters^2 capabilities).

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": ["a", "b"]},
    ...     memberships={"company": ["a", "b"], "cluster": ["x", "y"]},
    ...     capabilities={"company": ["a", "b"], "capability": ["k", "l"]})
    >>> kedja.gap.complementarity(data, cluster="x")["gap"].tolist()[0]
    1.0
    """
    profile = Profile(data)
    tied = tied_clusters(data, profile)
    pair, gap = pairs(profile, tied)
    rows = Rows(cluster="", item="", gap=NAN, complementarity=NAN, tied=False, status="ok")
    for a in profile.chosen(cluster):
        name = profile.clusters[a]
        partners = tied[a].copy()
        partners[a] = False
        rows.add(
            cluster=name,
            gap=gap[a] if profile.size[a] else NAN,
            tied=bool(partners.any()),
            status=profile.status if profile.size[a] else "too_small",
        )
        for b in np.argsort(-pair[a], kind="stable")[:10]:
            if pair[a, b] > 0:
                rows.add(
                    cluster=name,
                    item=profile.clusters[b],
                    complementarity=pair[a, b],
                    tied=bool(tied[a, b]),
                    status=profile.status,
                )
    return rows.result(
        "gap.complementarity",
        data,
        {"cluster": cluster},
        profile.meta(),
        lambda: complementarity(data, cluster=cluster),
    )


def pairs(profile: Profile, tied: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Complementarity of each pair of clusters, and each cluster's gap."""
    pair, gap = _core.complementarity(profile.core, profile.nearness().ravel(), tied.ravel())
    return pair.reshape(tied.shape), gap


def link_graphs(data: Dataset) -> list[CompanyGraph]:
    """The graphs in which two companies count as linked, empty ones left out."""
    graphs = [data.graph(kind) for kind in ("supply", "collaboration")]
    return [graph for graph in graphs if graph.num_links]


def tied_clusters(data: Dataset, profile: Profile) -> np.ndarray:
    """Clusters by clusters: whether their members share a project or have a link."""
    n = len(profile.clusters)
    tied = np.zeros((n, n), dtype=bool)
    for graph in link_graphs(data):
        a, b, _, _, _ = _core.tie_counts(graph._core, profile.groups._core)
        tied[a, b] = tied[b, a] = True
    return tied
