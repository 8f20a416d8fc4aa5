"""Reach gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._result import Result
from kedja._run import Progress, context
from kedja.gap._complementarity import link_graphs
from kedja.gap._rows import NAN, Rows

if TYPE_CHECKING:
    from kedja._dataset import Dataset

_NO_REGION = 2**32 - 1


def reach(
    data: Dataset,
    *,
    cluster: str | None = None,
    by: Literal["country", "nuts2"] = "country",
    rarefy: int = 20,
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
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
    rarefy : int >= 2, default 20
        Ties to which all clusters are brought for ``rarefied``: the entropy expected of that many
        of a cluster's ties. Compare clusters by it: ``gap`` sees more of a cluster with more ties.
    draws : int >= 20, default 200
        Halves of the members, drawn without replacement, from which the band's standard deviation
        of H comes (or the multinomial one, if that is larger); and random groups of as many
        companies and ties for ``random_low``, ``random_mid``, ``random_high``.
    seed, threads, progress
        See `capability`.

    Returns
    -------
    Result
        A row per cluster for the whole (item ""), then the ten regions that are most
        under-represented: ``cluster``, ``item``, ``gap`` (items: q* log(q*/q_a) with one pseudo
        tie), ``low``, ``high`` (90 per cent), ``rarefied`` (NaN with fewer ties), ``ties``,
        ``abroad`` (share of ties outside the cluster's country), ``random_low``, ``random_mid``,
        ``random_high`` (2.5, 50, 97.5 per cent), ``status`` (``isolated``: no external ties,
        ``too_small``: no members).

    Raises
    ------
    InvalidArgumentError
        No column country or nuts in companies; an unknown cluster or `by`; fewer than 20 draws.

    References
    ----------
    Rarefaction: Hurlbert 1971, https://doi.org/10.2307/1934145; effective number exp(H): Jost 2006,
    https://doi.org/10.1111/j.2006.0030-1299.14714.x. O(clusters draws (members' ties)).

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
    found = _core.reach_gap(
        [graph._core for graph in link_graphs(data)],
        groups._core,
        region,
        len(places),
        np.asarray(chosen, dtype=np.uint32),
        int(draws),
        int(seed),
        int(rarefy),
        **context(progress, "reach gaps", threads),
    )
    size = np.bincount(groups._core.rows()[1], minlength=len(groups))
    home = _home_country(data) if by == "country" else {}
    rows = Rows(
        cluster="",
        item="",
        gap=NAN,
        low=NAN,
        high=NAN,
        rarefied=NAN,
        ties=0.0,
        abroad=NAN,
        random_low=NAN,
        random_mid=NAN,
        random_high=NAN,
        status="ok",
    )
    for a, (whole, random, rarefied, ties, count, missing) in zip(chosen, found, strict=True):
        name = groups.names[a]
        if ties == 0:
            rows.add(cluster=name, status="isolated" if size[a] else "too_small")
            continue
        at = places.names.index(home[name]) if home.get(name) in places.names else -1
        rows.add(
            cluster=name,
            gap=whole[0],
            low=whole[1],
            high=whole[2],
            rarefied=rarefied,
            ties=ties,
            abroad=1 - count[at] / ties if at >= 0 else NAN,
            random_mid=random[0],
            random_low=random[1],
            random_high=random[2],
        )
        for r in np.argsort(-missing, kind="stable")[:10]:
            if missing[r] > 0:
                rows.add(cluster=name, item=places.names[r], gap=missing[r], ties=count[r])
    return rows.result(
        "gap.reach",
        data,
        {"cluster": cluster, "by": by, "rarefy": rarefy, "draws": draws},
        {"reference": "all clusters' external ties", "seed": seed},
        lambda: reach(
            data,
            cluster=cluster,
            by=by,
            rarefy=rarefy,
            draws=draws,
            seed=seed,
            threads=threads,
            progress=False,
        ),
    )


def _home_country(data: Dataset) -> dict[str, str]:
    frame = data.clusters.to_pandas()
    if "country" not in frame:
        return {}
    return dict(zip(frame["id"], frame["country"], strict=True))
