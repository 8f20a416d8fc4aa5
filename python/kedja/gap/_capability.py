"""Capability gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kedja import _core
from kedja._profile import Profile
from kedja._result import Result
from kedja._run import Progress, context
from kedja.gap._demand import demand_of
from kedja.gap._rows import NAN, Rows

if TYPE_CHECKING:
    from kedja._dataset import Dataset


def capability(
    data: Dataset,
    *,
    cluster: str | None = None,
    demand: Any = None,
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Capability gap: needed capabilities that a cluster's members lack.

    .. math:: G_a = \frac{\sum_k t_k D_k (1 - \min(1, m_{ak}/c_k))}{\sum_k t_k D_k}

    with m the share of members that have k, c the share among all companies that have any
    capability (the target; the need for what nobody has is unmet) and t the need for k, with sum 1:
    the needs table, else the stages (each stage counts 1), else what a cluster's industries buy by
    the input-output table (flows; with NACE divisions as capabilities only), else the common
    shares. ``meta["need_basis"]`` says which. D is the demand for k outside, 1 for all unless given.

    Parameters
    ----------
    data : Dataset
        With capabilities (a level of 0 means not having it), or with NACE codes (then capabilities
        are NACE divisions and every row has the status ``inferred``).
    cluster : str, optional
        One cluster; default: all.
    demand : mapping, Series or table, optional
        Capability to demand >= 0 in any unit (imports, tenders), or a table with ``capability`` and
        ``value``. What is needed but not in it is undecided: it has a row without a value and is no
        part of the whole. Default: every capability counts alike.
    draws : int >= 20, default 200
        Draws for the band (low, high: 5 and 95 per cent): members are weighted at random, with a
        weight for what no member showed, so an item's band is Clopper and Pearson's; in the low end
        of the whole only capabilities count that are clearly rarer than everywhere. And random
        clusters of the same size for ``random_low``, ``random_mid``, ``random_high`` (2.5, 50, 97.5
        per cent).
    seed, threads, progress
        See `CompanyGraph`. One random stream per cluster: a cluster's band is the same whichever
        others are asked for, and for any number of threads.

    Returns
    -------
    Result
        A row per cluster for the whole (item ""), then a row per lacking capability, by falling
        part times density (how much is missing, and how feasible it is to get), then by part:
        ``cluster``, ``item``, ``gap`` (its part of the whole gap for
        items), ``low``, ``high``, ``status`` (``ok``, ``inferred``, ``too_small``: no members, ``no_data``: nothing is known of
        what the cluster needs, ``undecided``: the demand for it, or for all the cluster needs, is not
        given, or the need is that of all companies and these are its members), ``density`` (how near the cluster's capabilities are to it), ``share`` (of members),
        ``common`` (of all companies), ``need`` and ``demand`` (of all, scaled to sum 1; demand is
        NaN where none is given), ``weight`` (t D, scaled to sum 1), ``filler_cluster`` (of at least three members, where it is
        most common), ``members``, ``random_low``, ``random_mid``, ``random_high``.

    Raises
    ------
    InvalidArgumentError
        Neither capabilities nor NACE codes; an unknown cluster; fewer than 20 draws; a demand that
        is negative or infinite.

    References
    ----------
    Hidalgo et al. 2007, https://doi.org/10.1126/science.1144581; Neffke, Henning and Boschma 2011,
    https://doi.org/10.1111/j.1944-8287.2011.01121.x. O(clusters draws (capabilities + members)).

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": ["a", "b", "c"]},
    ...     memberships={"company": ["a", "b"], "cluster": ["x", "y"]},
    ...     capabilities={"company": ["a", "b", "b"], "capability": ["k", "k", "l"]})
    >>> kedja.gap.capability(data, cluster="x")["gap"].round(3).tolist()
    [0.333, 0.333]
    """
    profile = Profile(data)
    chosen = profile.chosen(cluster)
    weighing = _Weighing(profile, demand)
    whole, chance, parts = _core.capability_gap(
        weighing.core,
        profile.groups._core,
        profile.has,
        chosen,
        int(draws),
        int(seed),
        **context(progress, "capability gaps", threads),
    )
    shape = (len(chosen), len(profile.capabilities))
    part, low, high = (values.reshape(shape) for values in parts)
    near = profile.nearness()
    rows = Rows(
        cluster="",
        item="",
        gap=NAN,
        low=NAN,
        high=NAN,
        status="ok",
        density=NAN,
        share=NAN,
        common=NAN,
        need=NAN,
        demand=NAN,
        weight=NAN,
        filler_cluster="",
        members=0,
        random_low=NAN,
        random_mid=NAN,
        random_high=NAN,
    )
    for i, a in enumerate(chosen):
        name, members = profile.clusters[a], int(profile.size[a])
        if profile.status_of(a) in ("too_small", "no_data", "undecided"):
            rows.add(cluster=name, status=profile.status_of(a), members=members)
            continue
        rows.add(
            cluster=name,
            gap=whole[0][i],
            low=whole[1][i],
            high=whole[2][i],
            status=weighing.status_of(a),
            members=members,
            random_mid=chance[0][i],
            random_low=chance[1][i],
            random_high=chance[2][i],
        )
        best = _best_cluster(profile, int(a))
        unknown = weighing.unknown(a)
        for k in np.lexsort((-part[i], -part[i] * np.nan_to_num(near[a]))):
            if part[i, k] > 0 or unknown[k]:
                band = {} if unknown[k] else {"low": low[i, k], "high": high[i, k]}
                rows.add(
                    cluster=name,
                    item=profile.capabilities[k],
                    gap=NAN if unknown[k] else part[i, k],
                    **band,
                    status="undecided" if unknown[k] else profile.status,
                    density=near[a, k],
                    share=profile.share[a, k],
                    common=profile.common[k],
                    need=profile.need[a, k],
                    demand=weighing.demand[k],
                    weight=NAN if unknown[k] else weighing.weight[a, k],
                    filler_cluster=profile.clusters[best[k]] if best[k] >= 0 else "",
                    members=members,
                )
    return rows.result(
        "gap.capability",
        data,
        {
            "cluster": cluster,
            "demand": "every capability alike" if demand is None else "given",
            "draws": draws,
        },
        {**profile.meta(), "seed": seed},
        lambda: capability(
            data,
            cluster=cluster,
            demand=demand,
            draws=draws,
            seed=seed,
            threads=threads,
            progress=False,
        ),
    )


class _Weighing:
    """What each capability counts for: need times demand, scaled to sum 1 per cluster."""

    def __init__(self, profile: Profile, demand: Any) -> None:
        self._profile = profile
        self.core = profile.core
        self.weight = profile.need
        self.demand = np.full(len(profile.capabilities), np.nan)
        self._known = np.ones(len(profile.capabilities), dtype=bool)
        if demand is None:
            return
        self.demand = demand_of(demand, profile.capabilities)
        self._known = ~np.isnan(self.demand)
        weight = profile.need * np.nan_to_num(self.demand)
        self.core = _core.ClusterProfile(
            profile.groups._core, profile.has, np.ascontiguousarray(weight).ravel()
        )
        total = weight.sum(axis=1, keepdims=True)
        self.weight = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)

    def unknown(self, a: int) -> np.ndarray:
        """Capabilities that a cluster needs and lacks in part, and whose demand is not given."""
        p = self._profile
        short = (p.common == 0) | (p.share[a] < p.common)
        made: np.ndarray = ~self._known & (p.need[a] > 0) & short
        return made

    def status_of(self, a: int) -> str:
        status = self._profile.status_of(a)
        if status in ("too_small", "no_data", "undecided") or self.weight[a].sum() > 0:
            return status
        return "undecided"


def _best_cluster(profile: Profile, a: int) -> np.ndarray:
    """For each capability, the other cluster with the largest share of members that have it."""
    share = np.nan_to_num(profile.share)
    share[a] = -1.0
    share[profile.size < 3] = -1.0
    best = share.argmax(axis=0)
    made: np.ndarray = np.where(share.max(axis=0) > 0, best, -1)
    return made
