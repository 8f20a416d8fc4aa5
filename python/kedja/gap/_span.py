"""How much of the value chain a cluster's companies stretch over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._errors import DataError
from kedja._flows import Flows
from kedja._flows_align import text_of
from kedja._known_links import known_links
from kedja._nace_sectors import divisions_of

if TYPE_CHECKING:
    from kedja._dataset import Dataset


@dataclass(frozen=True)
class Positions:
    """Upstreamness of every company by vertex, NaN where nothing says it, and what it rests on.

    Attributes
    ----------
    basis : str
        ``supply`` (the companies' own sales), ``given flows``, ``NACE`` (the input-output table
        that comes with kedja) or ``none``.
    """

    basis: str
    value: np.ndarray

    @property
    def inferred(self) -> bool:
        """Whether a company stands where its industry stands."""
        return self.basis != "supply"


def positions(data: Dataset, flows: Flows | None) -> Positions:
    """By the first that the data have: flows that are given, supply links with revenue, NACE codes."""
    if flows is not None:
        return Positions("given flows", _of_sectors(data, flows))
    companies = data.companies.to_pandas()
    if "revenue" in companies and companies["revenue"].notna().any():
        own = _of_companies(data, companies)
        if own is not None:
            return Positions("supply", own)
    if "nace" in companies and (companies["nace"] != "").any() and not len(data.flows):
        from kedja import datasets

        try:
            shipped = datasets.load("us_bea_2017_nace")
        except (OSError, ValueError):  # not installed
            shipped = None
        if isinstance(shipped, Flows):
            return Positions("NACE", _of_sectors(data, shipped))
    return Positions("none", np.full(len(data.ids), np.nan))


def _upstreamness(flows: Flows) -> np.ndarray:
    from kedja.value_chain import upstreamness

    found = upstreamness(flows, progress=False)
    made: np.ndarray = np.where(found["status"] == "ok", found["upstreamness"], np.nan)
    return made


def _of_companies(data: Dataset, companies: Any) -> np.ndarray | None:
    """From supply links with values; None when sales among companies leave nothing to final demand."""
    from kedja.gap._fragility import has_supply

    data = known_links(data)
    links = data.links.to_pandas()
    if not has_supply(data) or "value" not in links:
        return None
    kind = links["kind"].replace("", "supply") if "kind" in links else "supply"
    if links.loc[kind == "supply" if "kind" in links else slice(None), "value"].isna().any():
        return None
    graph = data.graph("supply", weight="value")
    revenue = companies.set_index("id")["revenue"].reindex(graph.ids)
    try:
        found = _upstreamness(Flows.from_graph(graph, revenue))
    except DataError:
        return None
    at = {name: i for i, name in enumerate(graph.ids.tolist())}
    return found[[at[name] for name in data.ids_by_vertex.tolist()]]


def _of_sectors(data: Dataset, flows: Flows) -> np.ndarray:
    """Every company at the place of its NACE division, in its cluster or country where the flows
    have groups."""
    companies = data.companies.to_pandas().set_index("id").loc[data.ids_by_vertex]
    of = _upstreamness(flows)
    value = np.full(len(companies), np.nan)
    if "nace" not in companies:
        return value
    if flows.groups is None:
        sector = flows.sector_of(dict(companies["nace"]))["sector"]
        at = {label: k for k, label in enumerate(flows.labels.tolist())}
        for i, label in enumerate(sector):
            if label != "" and label in at:
                value[i] = of[at[label]]
        return value
    place: dict[tuple[str, str], int] = {}
    for k, (label, group) in enumerate(zip(flows.labels, flows.groups, strict=True)):
        for division in divisions_of(label):
            place.setdefault((text_of(group), division), k)
    country = companies["country"] if "country" in companies else [""] * len(companies)
    regions = [[where] for where in country]
    groups = data.groups("cluster")
    for vertex, group, _ in zip(*groups._core.rows(), strict=True):
        regions[vertex].insert(0, groups.names[group])  # a cluster that the flows tell apart
    for i, (where, code) in enumerate(zip(regions, companies["nace"], strict=True)):
        for region in where:
            if (region, code[:2]) in place:
                value[i] = of[place[region, code[:2]]]
                break
    return value


def country_participation(flows: Flows | None) -> dict[str, float]:
    """Backward plus forward participation in global value chains (KWW), by group of the flows."""
    if flows is None or flows.groups is None or len(flows.group_names) < 2:
        return {}
    if flows.final_demand.shape[1] != len(flows.group_names):
        return {}
    from kedja.value_chain import gvc_participation

    found = gvc_participation(flows, progress=False)
    total = found["backward"] + found["forward"]
    return {
        text_of(group): float(value)
        for group, value in zip(found["group"], total, strict=True)
        if value == value
    }


def chain_of(members: np.ndarray, neighbours: list[np.ndarray]) -> np.ndarray:
    """Members and the companies that sell to them or buy from them."""
    found = [members, *(neighbours[v] for v in members.tolist())] if neighbours else [members]
    made: np.ndarray = np.unique(np.concatenate(found)).astype(np.int64)
    return made


def supply_neighbours(data: Dataset) -> list[np.ndarray]:
    """Suppliers and customers of every company, by vertex; empty without supply links."""
    graph = known_links(data).graph("supply")
    if not graph.num_links:
        return []
    seller, buyer, _ = graph._core.links()
    one, other = np.concatenate([seller, buyer]), np.concatenate([buyer, seller])
    order = np.argsort(one, kind="stable")
    ends = np.cumsum(np.bincount(one, minlength=graph.num_companies))
    return np.split(other[order].astype(np.int64), ends[:-1])


def _places(pool: np.ndarray, draws: int, count: int, random: np.random.Generator) -> np.ndarray:
    """Draws x count places from known ones (sorted) under Dirichlet weights, with one more at each
    end for what is farther out than any that is known: a plain draw understates the ends."""
    atoms = np.concatenate([pool[:1], pool, pool[-1:]])
    weight = random.exponential(size=(draws, len(atoms))).cumsum(axis=1)
    at = random.random((draws, count)) * weight[:, -1:]
    rank = np.empty((draws, count), dtype=np.int64)
    for d in range(draws):
        rank[d] = np.searchsorted(weight[d], at[d])
    made: np.ndarray = atoms[rank]
    return made


@dataclass(frozen=True)
class Span:
    """One cluster's part of the chain that it does not stretch over, with what it rests on."""

    gap: tuple[float, float, float]  # value, low, high
    random: tuple[float, float, float]  # middle, low, high
    ends: tuple[int, int]  # vertices: nearest to final demand, farthest from it
    known: int
    companies: int


def span_gap(
    value: np.ndarray, chain: np.ndarray, draws: int, seed: int, number: int
) -> Span | None:
    """1 - (max U - min U of the chain's companies) / (max U - min U of all); None when undecided:
    no place is known, all are the same, or none is known outside the chain.

    A company whose place is not known can only widen the span. The low end draws a place for each
    of them (`_places`); the high end is the gap itself. Random chains: as many places as are known,
    drawn from all without replacement. O(draws x companies).
    """
    pool = np.sort(value[~np.isnan(value)])
    mine = chain[~np.isnan(value[chain])]
    if len(mine) == 0 or len(mine) == len(pool) or not pool[-1] > pool[0]:
        return None
    whole = float(pool[-1] - pool[0])
    lowest, highest = (mine[int(f(value[mine]))] for f in (np.argmin, np.argmax))
    first, last = float(value[lowest]), float(value[highest])
    gap = min(1.0, max(0.0, 1 - (last - first) / whole))
    random = np.random.Generator(np.random.Philox(key=[seed, number]))
    silent = len(chain) - len(mine)
    low = gap
    if silent:
        drawn = _places(pool, draws, silent, random)
        wide = np.maximum(drawn.max(axis=1), last) - np.minimum(drawn.min(axis=1), first)
        low = min(gap, float(np.quantile(np.clip(1 - wide / whole, 0.0, 1.0), 0.05)))
    spans = np.empty(draws)
    for d in range(draws):
        at = random.choice(len(pool), len(mine), replace=False, shuffle=False)
        spans[d] = pool[at.max()] - pool[at.min()]
    gaps = np.clip(1 - spans / whole, 0.0, 1.0)
    chance = [float(q) for q in np.quantile(gaps, [0.5, 0.025, 0.975])]
    return Span(
        (gap, low, gap),
        (chance[0], chance[1], chance[2]),
        (int(lowest), int(highest)),
        len(mine),
        len(chain),
    )
