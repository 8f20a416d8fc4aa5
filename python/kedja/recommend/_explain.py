"""What is said beside a suggestion, in words and numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kedja.recommend._history import UNDATED, Evidence, History, told_by
from kedja.recommend._names import leading_word


def explained(
    evidence: Evidence, source: Any, target: Any, rows: Any, features: tuple[str, ...]
) -> dict[str, Any]:
    """Counts, features and reasons of pairs (vertices), one column each."""
    h, degree = evidence.history, evidence.degree
    works, clusters = _Works(evidence), _Clusters(evidence)
    doing = _doing(evidence)
    made: dict[str, list[Any]] = {
        name: []
        for name in (
            "common_neighbours", "adamic_adar", "resource_allocation", "preferential_attachment",
            "capability_similarity", "capability_complementarity", "same_country", "last_shared",
            "distance_km", "same_group", "group_by", "asked_by", "cluster_ties",
            "cluster_ties_expected", "cluster_ties_z", "shared_clusters", "trend", "past_value", "cluster_broker", "reasons",
        )
    }  # fmt: skip
    for u, v, row in zip(source.tolist(), target.tolist(), rows, strict=True):
        shared = evidence.core.shared(u, v)
        mine, theirs = doing.get(u, set()), doing.get(v, set())
        both = mine & theirs
        norm = math.sqrt(len(mine) * len(theirs))
        last = works.last_shared(u, v, set(shared.tolist()))
        country = bool(h.country[u] >= 0 and h.country[u] == h.country[v])
        place = [h.lat[u], h.lon[u], h.lat[v], h.lon[v]]
        distance = math.nan if any(map(math.isnan, place)) else _kilometres(*place)
        group = group_by(h, u, v)
        ties, expected = clusters.ties(u, v)
        facts: dict[str, Any] = {
            "common_neighbours": len(shared),
            "adamic_adar": float(sum(1 / math.log(degree[w]) for w in shared)),
            "resource_allocation": float(sum(1 / degree[w] for w in shared)),
            "preferential_attachment": float(degree[u] * degree[v]),
            "capability_similarity": len(both) / norm if norm else 0.0,
            "capability_complementarity": len(theirs - mine) / len(theirs) if theirs else 0.0,
            "same_country": country,
            "last_shared": last,
            "distance_km": distance,
            "same_group": group != "",
            "group_by": group,
            "asked_by": clusters.asked_by(u, v),
            "cluster_ties": ties,
            "cluster_ties_expected": expected,
            "cluster_ties_z": (ties - expected) / math.sqrt(expected) if expected > 0 else math.nan,
            "shared_clusters": clusters.shared(u, v),
            "trend": works.trend(v),
            "past_value": works.value(v),
            "cluster_broker": clusters.broker(v),
        }
        lift = math.exp(row[features.index("mixed_6")]) - 0.01
        trade = math.expm1(row[features.index("supply_fit")])
        facts["reasons"] = _reasons(facts, sorted(both), lift, trade, evidence, u, v)
        for name, value in facts.items():
            made[name].append(value)
    columns: dict[str, Any] = {}
    for name, values in made.items():
        kind = {
            "common_neighbours": np.int64,
            "asked_by": np.int64,
            "shared_clusters": np.int64,
            "same_country": bool,
            "same_group": bool,
        }.get(name)
        if name in ("reasons", "last_shared", "group_by"):
            columns[name] = np.array(values, dtype=object)
        else:
            columns[name] = np.array(values, dtype=kind or np.float64)
    for i, name in enumerate(features):
        columns.setdefault(f"log_{name}" if name == "adamic_adar" else name, rows[:, i].copy())
    return columns


def _reasons(
    f: dict[str, Any],
    both: list[str],
    lift: float,
    trade: float,
    evidence: Evidence,
    u: int,
    v: int,
) -> str:
    h, said = evidence.history, []
    if evidence.degree[u] == 0 or evidence.degree[v] == 0:
        said.append("no partner on record: capability and place only")
    if both:
        said.append(f"both work in {', '.join(both[:3])}")
    if f["common_neighbours"]:
        when = f", the last in {f['last_shared']}" if f["last_shared"] is not None else ""
        partners = "partner" if f["common_neighbours"] == 1 else "partners"
        said.append(f"{f['common_neighbours']} shared {partners}{when}")
    if lift > 1:
        said.append(f"{lift:.1f} times as close as by chance")
    if f["asked_by"]:
        members = "member asks" if f["asked_by"] == 1 else "members ask"
        said.append(f"can do what {f['asked_by']} {members} for")
    if trade > 1:
        industries = f"{h.division[u]} and {h.division[v]}"
        said.append(
            f"their industries ({industries}) trade {trade:.1f} times as much as by chance "
            "(inferred from an input-output table)"
        )
    if f["cluster_ties_expected"] > 0:
        now = f"{f['cluster_ties']:.0f} ties" if f["cluster_ties"] > 0 else "no tie yet"
        now = "1 tie" if f["cluster_ties"] == 1 else now
        chance = f"expected {f['cluster_ties_expected']:.1f}, z = {f['cluster_ties_z']:.1f}"
        said.append(f"{now} between the clusters, {chance}")
    if f["capability_complementarity"] > 0:
        said.append(f"{f['capability_complementarity']:.0%} of what it does is new to the source")
    if f["same_country"]:
        said.append("same country")
    elif h.country[u] >= 0 and h.country[v] >= 0:
        said.append(f"another country ({h.country_name[v]})")
    if not math.isnan(f["distance_km"]):
        said.append(f"{f['distance_km']:.0f} km apart")
    if f["group_by"] == "ownership":
        said.append("one corporate group by ownership")
    elif f["group_by"] == "name":
        said.append("the names suggest one corporate group")
    return "; ".join(said)


class _Clusters:
    """Clusters of two companies: ties between them, and what the members of one ask for."""

    def __init__(self, evidence: Evidence) -> None:
        h, self._n = evidence.history, len(evidence.history.ids)
        vertex, group, _ = h.groups._core.rows()
        self._of: dict[int, list[int]] = {}
        for v, g in zip(vertex.tolist(), group.tolist(), strict=True):
            self._of.setdefault(v, []).append(g)
        self._vertex, self._group = vertex, group
        self._a, self._b = h.pairs_of(evidence.past)
        ends = np.concatenate([self._a, self._b])
        self._degree = np.bincount(ends, minlength=self._n)
        self._partners = np.concatenate([self._b, self._a])[np.argsort(ends, kind="stable")]
        self._first = np.concatenate([[0], np.cumsum(self._degree)])
        self._known: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[float, float]] = {}

        def seen(table: Any) -> list[tuple[int, str]]:
            company, item, _ = table
            kept = told_by(table, evidence.until)
            return list(zip(company[kept].tolist(), item[kept].tolist(), strict=True))

        self._can: dict[int, set[str]] = {}
        for company, item in seen(h.able()):
            self._can.setdefault(company, set()).add(item)
        self._asks: dict[str, set[int]] = {}
        for company, item in seen(h.asks):
            self._asks.setdefault(item, set()).add(company)

    def _inside(self, v: int) -> Any:
        inside = np.zeros(self._n, dtype=bool)
        inside[self._vertex[np.isin(self._group, self._of.get(v, []))]] = True
        return inside

    def ties(self, u: int, v: int) -> tuple[float, float]:
        """Pairs of partners between the clusters of u and those of v, and how many there would be
        if partners met as often as they do but regardless of clusters; NaN where one has none."""
        key = (tuple(sorted(self._of.get(u, []))), tuple(sorted(self._of.get(v, []))))
        if not key[0] or not key[1] or not set(key[0]).isdisjoint(key[1]) or not len(self._a):
            return math.nan, math.nan
        if key not in self._known:
            mine, theirs = self._inside(u), self._inside(v)
            a, b = self._a, self._b
            ties = int(((mine[a] & theirs[b]) | (mine[b] & theirs[a])).sum())
            ends = float(self._degree[mine].sum()) * float(self._degree[theirs].sum())
            self._known[key] = float(ties), ends / (2 * len(a))
        return self._known[key]

    def shared(self, u: int, v: int) -> int:
        """How many clusters both are in."""
        return len(set(self._of.get(u, ())) & set(self._of.get(v, ())))

    def broker(self, v: int) -> float:
        """How evenly v's partners spread over clusters (participation coefficient, 1 - sum of
        squared shares, a partner in several counting in equal parts); NaN without such a partner."""
        share: dict[int, float] = {}
        for w in self._partners[self._first[v] : self._first[v + 1]].tolist():
            inside = self._of.get(w, ())
            for g in inside:
                share[g] = share.get(g, 0.0) + 1 / len(inside)
        total = math.fsum(share.values())
        return 1 - math.fsum((x / total) ** 2 for x in share.values()) if total else math.nan

    def asked_by(self, u: int, v: int) -> int:
        """Members of the clusters of u (or u itself) that ask for something that v can do."""
        asking: set[int] = set()
        for item in self._can.get(v, ()):
            asking |= self._asks.get(item, set())
        if not asking:
            return 0
        inside = self._inside(u)
        return sum(1 for w in asking if inside[w] or w == u)


class _Works:
    """Joint works by company and companies by work."""

    def __init__(self, evidence: Evidence) -> None:
        h = evidence.history
        past = evidence.past
        company, work = h.company[past], h.work[past]
        dated = h.year[past][h.year[past] != UNDATED]
        self._span = (int(dated.min()), int(dated.max())) if len(dated) else (0, 0)
        self._year = dict(zip(work.tolist(), h.year[past].tolist(), strict=True))
        order = np.argsort(company, kind="stable")
        self._work, self._value = work[order], h.value[past][order]
        self._start = np.searchsorted(company[order], np.arange(len(h.ids) + 1))
        order = np.argsort(work, kind="stable")
        self._member, self._by_work = company[order], work[order]

    def value(self, v: int) -> float:
        """What v got in its works so far, in the data's currency; NaN where none is told."""
        told = self._value[self._start[v] : self._start[v + 1]]
        told = told[~np.isnan(told)]
        return math.fsum(told.tolist()) if len(told) else math.nan

    def trend(self, v: int) -> float:
        """Works that v began in the last year less its mean over the two years before that have
        data; NaN without such a year."""
        first, last = self._span
        if first == last:
            return math.nan
        years = [self._year[w] for w in self._work[self._start[v] : self._start[v + 1]].tolist()]
        before = range(max(first, last - 2), last)
        return years.count(last) - sum(years.count(y) for y in before) / len(before)

    def last_shared(self, u: int, v: int, shared: set[int]) -> int | None:
        """Last year in which either began a work with a shared partner."""
        last = None
        for one in (u, v):
            for work in self._work[self._start[one] : self._start[one + 1]].tolist():
                year = self._year[work]
                if year == UNDATED or (last is not None and year <= last):
                    continue
                first, end = np.searchsorted(self._by_work, [work, work + 1])
                if not shared.isdisjoint(self._member[first:end].tolist()):
                    last = year
        return last


def _doing(evidence: Evidence) -> dict[int, set[str]]:
    made: dict[int, set[str]] = {}
    for v, item in zip(*evidence.doing, strict=True):
        made.setdefault(int(v), set()).add(evidence.fields[item])
    return made


def group_by(h: History, u: int, v: int) -> str:
    """What says that two companies are one corporate group: ownership, name, or nothing."""
    if same_owner(h, u, v):
        return "ownership"
    return "name" if same_group(h.name[u], h.name[v]) else ""


def same_owner(h: History, u: int, v: int) -> bool:
    """Whether ownership links put two companies into one corporate group."""
    return bool(h.corporate[u] >= 0 and h.corporate[u] == h.corporate[v])


def same_group(one: str, other: str) -> bool:
    """Whether two names begin with the same telling word of at least four letters."""
    first = leading_word(one)
    return first != "" and first == leading_word(other)


def _kilometres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    pa, pb, dl = math.radians(lat_a), math.radians(lat_b), math.radians(lon_b - lon_a)
    h = math.sin((pb - pa) / 2) ** 2 + math.cos(pa) * math.cos(pb) * math.sin(dl / 2) ** 2
    return 12742.0 * math.asin(math.sqrt(min(h, 1.0)))
