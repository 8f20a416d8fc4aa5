"""What is said beside a suggestion, in words and numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kedja.recommend._history import UNDATED, Evidence, History, words_of


def explained(
    evidence: Evidence, source: Any, target: Any, rows: Any, features: tuple[str, ...]
) -> dict[str, Any]:
    """Counts, features and reasons of pairs (vertices), one column each."""
    h, degree = evidence.history, evidence.degree
    works = _Works(evidence)
    doing = _doing(evidence)
    made: dict[str, list[Any]] = {
        name: []
        for name in (
            "common_neighbours", "adamic_adar", "resource_allocation", "preferential_attachment",
            "capability_similarity", "capability_complementarity", "same_country", "last_shared",
            "distance_km", "same_group", "group_by", "reasons",
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
        }
        lift = math.exp(row[features.index("mixed_6")]) - 0.01
        facts["reasons"] = _reasons(facts, sorted(both), lift, evidence, u, v)
        for name, value in facts.items():
            made[name].append(value)
    columns: dict[str, Any] = {}
    for name, values in made.items():
        kind = {"common_neighbours": np.int64, "same_country": bool, "same_group": bool}.get(name)
        if name in ("reasons", "last_shared", "group_by"):
            columns[name] = np.array(values, dtype=object)
        else:
            columns[name] = np.array(values, dtype=kind or np.float64)
    for i, name in enumerate(features):
        columns.setdefault(f"log_{name}" if name == "adamic_adar" else name, rows[:, i].copy())
    return columns


def _reasons(
    f: dict[str, Any], both: list[str], lift: float, evidence: Evidence, u: int, v: int
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


class _Works:
    """Joint works by company and companies by work."""

    def __init__(self, evidence: Evidence) -> None:
        h = evidence.history
        past = evidence.past
        company, work = h.company[past], h.work[past]
        self._year = dict(zip(work.tolist(), h.year[past].tolist(), strict=True))
        order = np.argsort(company, kind="stable")
        self._work = work[order]
        self._start = np.searchsorted(company[order], np.arange(len(h.ids) + 1))
        order = np.argsort(work, kind="stable")
        self._member, self._by_work = company[order], work[order]

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
    if h.corporate[u] >= 0 and h.corporate[u] == h.corporate[v]:
        return "ownership"
    return "name" if same_group(h.name[u], h.name[v]) else ""


def same_group(one: str, other: str) -> bool:
    """Whether two names begin with the same telling word of at least four letters."""
    a, b = words_of(one), words_of(other)
    return bool(a and b and len(a[0]) >= 4 and a[0] == b[0])


def _kilometres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    pa, pb, dl = math.radians(lat_a), math.radians(lat_b), math.radians(lon_b - lon_a)
    h = math.sin((pb - pa) / 2) ** 2 + math.cos(pa) * math.cos(pb) * math.sin(dl / 2) ** 2
    return 12742.0 * math.asin(math.sqrt(min(h, 1.0)))
