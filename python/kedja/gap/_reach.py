"""Reach gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._result import Result
from kedja.gap._complementarity import link_graphs
from kedja.gap._rows import NAN, Rows

if TYPE_CHECKING:
    from kedja._dataset import Dataset

_NO_REGION = 2**32 - 1


def reach(
    data: Dataset, *, cluster: str | None = None, by: Literal["country", "nuts2"] = "country"
) -> Result:
    r"""Reach gap: how narrowly a cluster's ties to others spread over countries or regions.

    .. math:: R_a = \max(0, 1 - \exp H(q_a) / \exp E[H(q^*_m)])

    with q_a the spread of the cluster's m external ties over regions and q* that of all clusters
    together, rarefied to the same m ties (expected entropy of m draws), since entropy grows with
    the number of ties.

    Parameters
    ----------
    data : Dataset
        With links or participations, and countries or NUTS regions.
    cluster : str, optional
        One cluster; default: all.
    by : {'country', 'nuts2'}, default 'country'

    Returns
    -------
    Result
        A row per cluster for the whole (item ""), then the ten regions that are most
        under-represented: ``cluster``, ``item``, ``gap`` (items: q* log(q*/q_a) with one pseudo
        tie), ``low``, ``high`` (90 per cent, delta method on H), ``ties``, ``abroad`` (share of
        ties outside the cluster's country), ``status`` (``isolated``: no external ties).

    Raises
    ------
    InvalidArgumentError
        No column country or nuts in companies; an unknown cluster or `by`.

    References
    ----------
    Rarefaction: Hurlbert 1971, https://doi.org/10.2307/1934145; effective number exp(H): Jost 2006,
    https://doi.org/10.1111/j.2006.0030-1299.14714.x. O(m + clusters regions sqrt(ties)).

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": list("abc"), "country": ["SE", "NO", "DK"]},
    ...     memberships={"company": ["a", "b"], "cluster": ["x", "y"]},
    ...     capabilities={"company": ["a"], "capability": ["k"]},
    ...     links={"source": ["a", "a"], "target": ["b", "c"]})
    >>> kedja.gap.reach(data, cluster="x")["ties"].tolist()[0]
    2.0
    """
    if by not in ("country", "nuts2"):
        raise InvalidArgumentError(f"by must be 'country' or 'nuts2', not {by!r}")
    column = "country" if by == "country" else "nuts"
    if column not in data.companies.to_pandas():
        raise InvalidArgumentError(f"reach by {by} needs the column {column} in companies")
    groups, places = data.groups("cluster"), data.groups(by)
    vertex, place, _ = places._core.rows()
    region = np.full(len(data.ids), _NO_REGION, dtype=np.uint32)
    region[vertex] = place
    if cluster is not None and cluster not in groups.names:
        from kedja._profile import unknown

        raise InvalidArgumentError(unknown("cluster", cluster, groups.names))
    chosen = [groups.names.index(cluster)] if cluster is not None else list(range(len(groups)))
    graphs = link_graphs(data)
    found = _core.reach_gap(
        [graph._core for graph in graphs],
        groups._core,
        region,
        len(places),
        np.asarray(chosen, dtype=np.uint32),
    )
    home = _home_country(data) if by == "country" else {}
    rows = Rows(cluster="", item="", gap=NAN, low=NAN, high=NAN, ties=0.0, abroad=NAN, status="ok")
    for a, (value, low, high, ties, _, count, missing) in zip(chosen, found, strict=True):
        name = groups.names[a]
        if ties == 0:
            rows.add(cluster=name, status="isolated")
            continue
        at = places.names.index(home[name]) if home.get(name) in places.names else -1
        abroad = 1 - count[at] / ties if at >= 0 else NAN
        rows.add(cluster=name, gap=value, low=low, high=high, ties=ties, abroad=abroad)
        for r in np.argsort(-missing, kind="stable")[:10]:
            if missing[r] > 0:
                rows.add(cluster=name, item=places.names[r], gap=missing[r], ties=count[r])
    return rows.result(
        "gap.reach",
        data,
        {"cluster": cluster, "by": by},
        {"reference": "all clusters' external ties"},
        lambda: reach(data, cluster=cluster, by=by),
    )


def _home_country(data: Dataset) -> dict[str, str]:
    frame = data.clusters.to_pandas()
    if "country" not in frame:
        return {}
    return dict(zip(frame["id"], frame["country"], strict=True))
