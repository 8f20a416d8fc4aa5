"""What each cluster needs and can supply, kind by kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._errors import InvalidArgumentError
from kedja._need import activity, company_activity, io_table
from kedja._profile import Profile

if TYPE_CHECKING:
    from kedja._dataset import Dataset


Rows = Callable[[np.ndarray], np.ndarray]
"""Vertices of companies to what each has of every kind, shape (companies, kinds)."""


class Cells:
    """What companies have of each kind, from (company, kind, amount); given twice, it is added."""

    def __init__(self, vertex: Any, kind: Any, amount: Any, companies: int, kinds: int) -> None:
        vertex = np.asarray(vertex, dtype=np.int64)
        order = np.argsort(vertex, kind="stable")
        self._kind = np.asarray(kind, dtype=np.int64)[order]
        self._amount = np.asarray(amount, dtype=float)[order]
        self._first = np.concatenate([[0], np.cumsum(np.bincount(vertex, minlength=companies))])
        self._kinds = kinds

    def __call__(self, vertices: np.ndarray) -> np.ndarray:
        made = np.zeros((len(vertices), self._kinds))
        for row, v in enumerate(vertices.tolist()):
            at = slice(self._first[v], self._first[v + 1])
            np.add.at(made[row], self._kind[at], self._amount[at])
        return made

    def mean(self) -> np.ndarray:
        """Mean amount of a company that has the kind; 0 where none does."""
        total = np.bincount(self._kind, self._amount, self._kinds)
        count = np.bincount(self._kind[self._amount > 0], minlength=self._kinds)
        made: np.ndarray = np.divide(total, count, out=np.zeros(self._kinds), where=count > 0)
        return made

    def any(self) -> np.ndarray:
        """Vertices with anything."""
        made: np.ndarray = np.flatnonzero(np.diff(self._first) > 0)
        return made


@dataclass(frozen=True)
class Shares:
    """What single companies add to their cluster's need and supply.

    Attributes
    ----------
    need, supply : callable
        Need is None where it is the cluster's as a whole; with `delivered` it is what is bought
        outside the cluster, and supply plays no part.
    delivered : callable or None
        One column: what members of other clusters deliver, in units of omega times need.
    need_scale, supply_scale : numpy.ndarray, shape (kinds,)
        What one company more would add.
    pool : numpy.ndarray of int
        Companies that take part.
    """

    need: Rows | None
    supply: Rows
    need_scale: np.ndarray
    supply_scale: np.ndarray
    pool: np.ndarray
    delivered: Rows | None = None


@dataclass(frozen=True)
class Needs:
    """Clusters by kinds. Without `home`, home supply meets home need first: min(need, supply).

    Attributes
    ----------
    omega : numpy.ndarray, shape (kinds,)
        How much a unit of each kind counts.
    delivered : numpy.ndarray, shape (clusters,), or None
        What members of other clusters are seen to deliver, in units of omega times need.
    """

    basis: str
    kinds: list[str]
    need: np.ndarray
    supply: np.ndarray
    omega: np.ndarray
    home: np.ndarray | None = None
    delivered: np.ndarray | None = None
    inferred: bool = False
    shares: Shares | None = None


def has_needs(profile: Profile) -> bool:
    """Whether anything but what companies do in general says what is needed."""
    return profile.need_basis in ("needs", "stages", "flows")


def needs_of(data: Dataset, profile: Profile) -> Needs:
    """By the first that the data have: needs, stages, supply links, an input-output table."""
    if profile.need_basis == "needs":
        return _stated(data, profile)
    if profile.need_basis == "stages":
        return _staged(profile)
    from kedja.gap._fragility import has_supply

    if has_supply(data):
        return _bought(data, profile)
    if profile.need_basis == "flows":
        return _inferred(data, profile)
    raise InvalidArgumentError(
        "form='need' needs a table of needs, stages or flows, or supply links"
    )


def _having(profile: Profile) -> Cells:
    company, kind, _ = profile.has.cells()
    return Cells(company, kind, np.ones(len(company)), len(profile.ids), len(profile.capabilities))


def _able(profile: Profile) -> np.ndarray:
    """Members that have each capability."""
    size = np.maximum(profile.size, 1)[:, None]
    return np.rint(np.nan_to_num(profile.share) * size).astype(float)


def _stated(data: Dataset, profile: Profile) -> Needs:
    """Members that need a kind against members that have it: one of these can serve one of those.
    omega is the mean value (priority) that the statements give a kind."""
    table = data.needs.to_pandas()
    place = {name: k for k, name in enumerate(profile.capabilities)}
    table = table[[name in place for name in table["capability"]]]
    value = (table["value"] if "value" in table else table["capability"].map(lambda _: 1.0)).fillna(
        1.0
    )
    kind = table["capability"].map(place)
    omega = value.groupby(kind).mean().reindex(range(len(place))).fillna(0.0).to_numpy(dtype=float)
    vertex = {name: v for v, name in enumerate(profile.ids)}
    asking = {
        (vertex[c], k) for c, k, v in zip(table["company"], kind, value, strict=True) if v > 0
    }
    need = np.zeros(profile.shape)
    member, group, _ = profile.groups._core.rows()
    of: dict[int, list[int]] = {}
    for v, a in zip(member.tolist(), group.tolist(), strict=True):
        of.setdefault(v, []).append(a)
    for v, k in asking:
        for a in of.get(v, ()):
            need[a, k] += 1.0
    kinds = len(profile.capabilities)
    who = sorted(asking)
    asks = Cells([v for v, _ in who], [k for _, k in who], [1.0] * len(who), len(vertex), kinds)
    having = _having(profile)
    one = np.ones(kinds)
    shares = Shares(asks, having, one, one, np.union1d(asks.any(), having.any()))
    return Needs("needs", profile.capabilities, need, _able(profile), omega, shares=shares)


def _staged(profile: Profile) -> Needs:
    """Every cluster with a member in the chain needs one company per stage."""
    able = _able(profile)
    stages = profile.need[profile.size > 0][:1]
    stages = stages[0] if len(stages) else np.zeros(len(profile.capabilities))
    wanted = stages > 0
    inside = able[:, wanted].sum(axis=1) > 0
    need = np.where(inside[:, None] & wanted[None, :], 1.0, 0.0)
    having = _having(profile)
    one = np.ones(len(stages))
    return Needs(
        "stages",
        profile.capabilities,
        need,
        able,
        stages,
        inferred=profile.basis == "nace2",
        shares=Shares(None, having, one, one, having.any()),
    )


def _bought(data: Dataset, profile: Profile) -> Needs:
    """What members buy, sell and sell to members, by the supplier's NACE division."""
    from kedja.gap._fragility import Supply

    supply = Supply(data)
    source, target, value = supply.graph._link_rows()
    vertex = {name: v for v, name in enumerate(profile.ids)}
    ids = supply.graph.ids
    s = np.fromiter((vertex[ids[i]] for i in source), dtype=np.int64, count=len(source))
    t = np.fromiter((vertex[ids[i]] for i in target), dtype=np.int64, count=len(target))
    amount = np.ones(len(s)) if value is None else np.asarray(value, dtype=float)
    kinds = len(supply.types)
    need, sold, home = (np.zeros((len(profile.clusters), kinds)) for _ in range(3))
    delivered = np.zeros(len(profile.clusters))
    of: dict[int, set[int]] = {}
    member, group, _ = profile.groups._core.rows()
    for v, a in zip(member.tolist(), group.tolist(), strict=True):
        of.setdefault(v, set()).add(a)
    nowhere: set[int] = set()
    outside: list[
        tuple[int, int, float, int, float]
    ] = []  # buyer, kind, amount, cluster, delivered
    for i, j, x in zip(s.tolist(), t.tolist(), amount.tolist(), strict=True):
        k = int(supply.sector[i])
        sellers, buyers = of.get(i, nowhere), of.get(j, nowhere)
        for a in buyers:
            need[a, k] += x
            if a in sellers:
                home[a, k] += x
                continue
            outside.append((j, k, x, a, x if sellers else 0.0))
            if sellers:
                delivered[a] += x
        for b in sellers:
            sold[b, k] += x
    # A company in several clusters buys outside each of them; its largest purchase counts.
    most: dict[tuple[int, int], float] = {}
    by_cluster: dict[tuple[int, int, int], float] = {}
    from_others: dict[tuple[int, int], float] = {}
    for j, k, x, a, given in outside:
        by_cluster[j, k, a] = by_cluster.get((j, k, a), 0.0) + x
        from_others[j, a] = from_others.get((j, a), 0.0) + given
    for (j, k, _), x in by_cluster.items():
        most[j, k] = max(x, most.get((j, k), 0.0))
    best: dict[int, float] = {}
    for (j, _), x in from_others.items():
        best[j] = max(x, best.get(j, 0.0))
    n = len(vertex)
    bought = Cells([j for j, _ in most], [k for _, k in most], list(most.values()), n, kinds)
    got = Cells(list(best), [0] * len(best), list(best.values()), n, 1)
    nothing = Cells([], [], [], n, kinds)
    shares = Shares(bought, nothing, bought.mean(), np.zeros(kinds), bought.any(), got)
    return Needs("links", supply.types, need, sold, np.ones(kinds), home, delivered, shares=shares)


def _inferred(data: Dataset, profile: Profile) -> Needs:
    """What members' industries buy per unit of output against what members sell on, by headcount."""
    io = io_table(data)
    assert io is not None  # need_basis is flows
    made: Any = activity(data, io, profile.groups)
    size, division = company_activity(data, io)
    kinds = len(io.divisions)
    known = division >= 0
    inputs = io.coefficients

    def need(vertices: np.ndarray) -> np.ndarray:
        at, rows = division[vertices], np.zeros((len(vertices), kinds))
        rows[at >= 0] = size[vertices][at >= 0, None] * inputs.T[at[at >= 0]]
        return rows

    def supply(vertices: np.ndarray) -> np.ndarray:
        at, rows = division[vertices], np.zeros((len(vertices), kinds))
        inside = np.flatnonzero(at >= 0)
        rows[inside, at[inside]] = size[vertices][inside] * io.sold_on[at[inside]]
        return rows

    typical = float(np.median(size[known])) if known.any() else 0.0
    shares = Shares(
        need,
        supply,
        typical * inputs.mean(axis=1),
        typical * io.sold_on,
        np.flatnonzero(known),
    )
    return Needs(
        "flows",
        io.divisions,
        made @ io.coefficients.T,
        made * io.sold_on,
        np.ones(len(io.divisions)),
        inferred=True,
        shares=shares,
    )
