"""Events: pairs of companies that met in a year, and pairs drawn beside them that did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kedja import _core
from kedja.recommend._history import Evidence, History, Ints

NEGATIVES = ("degree_matched", "linked", "uniform")
_PANEL = 1500  # companies that linked and uniform pairs are drawn among


@dataclass(frozen=True)
class Events:
    """Pairs absent at the end of `until` that met in `after`, and drawn pairs that did not.

    Attributes
    ----------
    source, target : numpy.ndarray of vertices
    met : numpy.ndarray of float
        1 met, 0 did not.
    candidates : int
        Pairs of companies known at the end of `until` that had not met: what the events are out of.
    """

    until: int
    after: tuple[int, int]
    source: Ints
    target: Ints
    met: npt.NDArray[np.float64]
    candidates: int

    @property
    def base_rate(self) -> float:
        return float(self.met.sum()) / max(self.candidates, 1)


def events(
    history: History,
    evidence: Evidence,
    after: tuple[int, int],
    *,
    negatives: str,
    ratio: int,
    seed: int,
) -> Events:
    """Both ends were known companies (firms) at the end of ``evidence.until``.

    Linked and uniform pairs are drawn among 1,500 of the companies, themselves drawn at random.
    """
    until = evidence.until
    assert until is not None
    n = np.int64(len(history.ids))
    past_a, past_b = history.pairs(-(10**9), until)
    new_a, new_b = history.pairs(*after)
    past = past_a.astype(np.int64) * n + past_b
    new = new_a.astype(np.int64) * n + new_b
    pool = np.flatnonzero(evidence.known & history.firm).astype(np.uint32)
    inside = evidence.known[new_a] & evidence.known[new_b] & ~np.isin(new, past)
    a, b = new_a[inside], new_b[inside]
    if negatives == "degree_matched":
        ends = np.stack([a, b], axis=1).ravel()
    elif negatives == "linked":
        ends = np.unique(np.concatenate([past_a, past_b]))
    else:
        ends = pool
    if negatives != "degree_matched" and len(ends) > _PANEL:
        random = np.random.Generator(np.random.Philox(seed))
        ends = np.sort(random.choice(ends, _PANEL, replace=False))
    # Undated works are taken too: whether they came before or after is not known.
    undated_a, undated_b = history.pairs(np.iinfo(np.int32).min, np.iinfo(np.int32).min)
    drawn_a, drawn_b = _core.permuted_pairs(
        np.ascontiguousarray(ends, dtype=np.uint32),
        np.concatenate([past_a, new_a, undated_a]),
        np.concatenate([past_b, new_b, undated_b]),
        ratio * len(a),
        seed,
    )
    size = len(pool)
    return Events(
        until,
        after,
        np.concatenate([a, drawn_a]),
        np.concatenate([b, drawn_b]),
        np.concatenate([np.ones(len(a)), np.zeros(len(drawn_a))]),
        size * (size - 1) // 2 - len(past),
    )


def same_cluster(groups: Any, source: Ints, target: Ints) -> npt.NDArray[np.int8]:
    """1: share a cluster, 0: both are in clusters and share none, -1: one is in no cluster."""
    vertex, group, _ = groups._core.rows()
    n = int(groups._core.num_vertices)
    order = np.argsort(vertex, kind="stable")
    vertex, group = vertex[order], group[order]
    start = np.searchsorted(vertex, np.arange(n + 1))
    made = np.full(len(source), -1, dtype=np.int8)
    for i, (u, v) in enumerate(zip(source.tolist(), target.tolist(), strict=True)):
        mine = group[start[u] : start[u + 1]]
        theirs = group[start[v] : start[v + 1]]
        if len(mine) and len(theirs):
            made[i] = np.intersect1d(mine, theirs, assume_unique=False).size > 0
    return made
