"""Reach gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._profile import chosen_clusters
from kedja._result import Result
from kedja._run import Progress, context
from kedja.gap._complementarity import link_graphs
from kedja.gap._rows import NAN, Rows
from kedja.gap._span import (
    chain_of,
    country_participation,
    positions,
    span_gap,
    supply_neighbours,
)

if TYPE_CHECKING:
    from kedja._dataset import Dataset
    from kedja._flows import Flows

EUROPEAN_UNION = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
        "EL",
    ]
)
_NO_REGION = 2**32 - 1


def reach(
    data: Dataset,
    *,
    cluster: str | None = None,
    by: Literal["country", "nuts2", "chain"] = "country",
    flows: Flows | None = None,
    rarefy: int = 20,
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Reach gap: how narrowly a cluster's ties spread over countries, regions or the value chain.

    .. math:: R_a = \max(0, 1 - \exp H(q_a) / \exp E[H(q^*_m)])

    with q_a the spread of the cluster's m external ties over regions and q* that of all clusters
    together, rarefied to the same m ties (expected entropy of m draws), since entropy grows with
    the number of ties. By chain instead, with U the upstreamness of companies,

    .. math:: R_a = 1 - (\max_{i \in V_a} U_i - \min_{i \in V_a} U_i) / (\max U - \min U)

    over the cluster's members and those that sell to them or buy from them (V), relative to all
    companies of the data.

    Parameters
    ----------
    data : Dataset
        With links or participations, and countries or NUTS regions. By chain: with supply links
        that have values and some revenue (U is the companies' own), else NACE codes (a company
        stands where its industry stands, status ``inferred``).
    cluster : str, optional
        One cluster; default: all.
    by : {'country', 'nuts2', 'chain'}, default 'country'
    flows : Flows, optional
        By chain: input-output flows whose sectors are NACE divisions; with groups, these are
        countries as in companies.country, or clusters beside the rest of their countries. Default: supply links, else the table that comes with
        kedja (United States 2017).
    rarefy : int >= 2, default 20
        Ties to which all clusters are brought for ``rarefied``: the entropy expected of that many
        of a cluster's ties. Compare clusters by it: ``gap`` sees more of a cluster with more ties.
    draws : int >= 20, default 200
        Halves of the members, drawn without replacement, from which the band's standard deviation
        of H comes (or the multinomial one, if that is larger); and random groups of as many
        companies and ties for ``random_low``, ``random_mid``, ``random_high``. By chain: places of
        companies where none is known, for ``low`` (``high`` is the gap: they can only widen it).
    seed, threads, progress
        See `capability`.

    Returns
    -------
    Result
        A row per cluster for the whole (item ""), then the ten regions that are most
        under-represented: ``cluster``, ``item``, ``gap`` (items: q* log(q*/q_a) with one pseudo
        tie, at most 1), ``low``, ``high`` (90 per cent), ``rarefied`` (NaN with fewer ties), ``ties``,
        ``spread`` and ``expected_spread`` (exp H(q_a) and exp E[H(q*_m)], as so many equal regions;
        items: q_a and q*, in [0, 1]),
        ``abroad`` (share of ties outside the cluster's country), ``abroad_eu`` (share of ties to
        other members of the European Union), ``random_low``, ``random_mid``,
        ``random_high`` (2.5, 50, 97.5 per cent), ``status`` (``isolated``: no external ties,
        ``too_small``: no members, ``undecided``: no other cluster has external ties, so nothing is
        there to compare with). By chain only the whole, with ``upstream_low`` and
        ``upstream_high`` (least and largest U), ``nearest`` and ``farthest`` (companies that have
        them), ``placed`` (companies whose U is known), ``gvc_participation`` (backward plus forward
        participation in global value chains, by `value_chain.gvc_participation`, of the group of
        `flows` that is named as the cluster, else as its country; else NaN. A country's is the same
        for all its clusters: it stands beside the gap and is no part of it), ``status`` ``ok``, ``inferred``, ``too_small`` or
        ``undecided``: nothing says where any of them stands, or no company outside them has a known
        place. ``meta["chain_basis"]`` says what does, ``meta["chain_range"]`` is min U and max U of
        all companies.

    Raises
    ------
    InvalidArgumentError
        No column country or nuts in companies; an unknown cluster or `by`; fewer than 20 draws;
        `flows` without ``by="chain"``.

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
    if by not in ("country", "nuts2", "chain"):
        raise InvalidArgumentError(f"by must be 'country', 'nuts2' or 'chain', not {by!r}")
    if by == "chain":
        return _chain(data, cluster, flows, draws, seed)
    if flows is not None:
        raise InvalidArgumentError("flows say where companies stand in the chain: say by='chain'")
    column = "country" if by == "country" else "nuts"
    if column not in data.companies.to_pandas():
        raise InvalidArgumentError(f"reach by {by} needs the column {column} in companies")
    groups, places = data.groups("cluster"), data.groups(by)
    chosen = chosen_clusters(groups.names, cluster)
    vertex, place, _ = places._core.rows()
    region = np.full(len(data.ids), _NO_REGION, dtype=np.uint32)
    region[vertex] = place
    found, spread = _core.reach_gap(
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
    in_union = np.asarray([name in EUROPEAN_UNION for name in places.names], dtype=bool)
    rows = Rows(
        **_COLUMNS,
        abroad=NAN,
        abroad_eu=NAN,
        rarefied=NAN,
        ties=0.0,
        spread=NAN,
        expected_spread=NAN,
    )
    for a, (whole, random, rarefied, ties, others, entropy, count, missing) in zip(
        chosen, found, strict=True
    ):
        name = groups.names[a]
        if ties == 0:
            rows.add(cluster=name, status="isolated" if size[a] else "too_small")
            continue
        at = places.names.index(home[name]) if home.get(name) in places.names else -1
        away = {"cluster": name, "ties": ties}
        if at >= 0:
            in_eu = count[in_union].sum() - (count[at] if in_union[at] else 0.0)
            away |= {"abroad": 1 - count[at] / ties, "abroad_eu": in_eu / ties}
        if others == 0:  # the spread of all ties would be the cluster's own
            rows.add(**away, status="undecided")
            continue
        rows.add(
            **away,
            gap=whole[0],
            low=whole[1],
            high=whole[2],
            rarefied=rarefied,
            spread=np.exp(entropy[0]),
            expected_spread=np.exp(entropy[1]),
            random_mid=random[0],
            random_low=random[1],
            random_high=random[2],
        )
        for r in np.argsort(-missing, kind="stable")[:10]:
            if missing[r] > 0:
                rows.add(
                    cluster=name,
                    item=places.names[r],
                    gap=min(1.0, missing[r]),  # more only where hardly anybody else has ties
                    ties=count[r],
                    spread=(count[r] + spread[r]) / (ties + 1),
                    expected_spread=spread[r],
                )
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


def _chain(
    data: Dataset, cluster: str | None, flows: Flows | None, draws: int, seed: int
) -> Result:
    if draws < 20:
        raise InvalidArgumentError("draws must be at least 20")
    groups = data.groups("cluster")
    chosen = chosen_clusters(groups.names, cluster)
    place = positions(data, flows)
    neighbours = supply_neighbours(data)
    vertex, group, _ = groups._core.rows()
    taking_part, home = country_participation(flows), _home_country(data)
    ids = data.ids_by_vertex
    known = place.value[~np.isnan(place.value)]
    rows = Rows(
        **_COLUMNS,
        upstream_low=NAN,
        upstream_high=NAN,
        nearest="",
        farthest="",
        placed=0,
        companies=0,
        gvc_participation=NAN,
    )
    for a in chosen:
        name = groups.names[a]
        members = vertex[group == a]
        share = taking_part.get(name, taking_part.get(home.get(name, ""), NAN))
        if len(members) == 0:
            rows.add(cluster=name, status="too_small", gvc_participation=share)
            continue
        chain = chain_of(members, neighbours)
        span = span_gap(place.value, chain, int(draws), int(seed), int(a))
        if span is None:
            rows.add(
                cluster=name,
                status="undecided",
                placed=int((~np.isnan(place.value[chain])).sum()),
                companies=len(chain),
                gvc_participation=share,
            )
            continue
        rows.add(
            cluster=name,
            gap=span.gap[0],
            low=span.gap[1],
            high=span.gap[2],
            random_mid=span.random[0],
            random_low=span.random[1],
            random_high=span.random[2],
            upstream_low=float(place.value[span.ends[0]]),
            upstream_high=float(place.value[span.ends[1]]),
            nearest=str(ids[span.ends[0]]),
            farthest=str(ids[span.ends[1]]),
            placed=span.known,
            companies=span.companies,
            gvc_participation=share,
            status="inferred" if place.inferred else "ok",
        )
    return rows.result(
        "gap.reach",
        data,
        {
            "cluster": cluster,
            "by": "chain",
            "flows": "default" if flows is None else flows.checksum,
            "draws": draws,
        },
        {
            "chain_basis": place.basis,
            "chain_range": (float(known.min()), float(known.max())) if len(known) else (NAN, NAN),
            "reference": "all companies of the data",
            "seed": seed,
        },
        lambda: _chain(data, cluster, flows, draws, seed),
    )


_COLUMNS = {
    "cluster": "",
    "item": "",
    "gap": NAN,
    "low": NAN,
    "high": NAN,
    "random_low": NAN,
    "random_mid": NAN,
    "random_high": NAN,
    "status": "ok",
}


def _home_country(data: Dataset) -> dict[str, str]:
    frame = data.clusters.to_pandas()
    if "country" not in frame:
        return {}
    return dict(zip(frame["id"], frame["country"], strict=True))
