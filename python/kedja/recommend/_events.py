"""Events: pairs of companies that met in a year, and pairs drawn beside them that did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kedja import _core
from kedja.recommend._history import UNDATED, Day, Evidence, History, Ints

NEGATIVES = ("degree_matched", "linked", "uniform")
# Parts that the works of the year learned from are dealt out to. Of 2, 3, 4, 8 and mixtures, 4 had
# the best Brier skill where 2015 was learned from and 2016 foretold; 2017 had been looked at by then.
_PARTS = 4
# How often they are dealt out. Once leaves 0.001 of ROC-AUC to luck; four times gained 0.002 where
# 2015 was learned from and 2016 foretold, at twice the time of two.
_DEALS = 2
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
    day: Day | Evidence,
    after: tuple[int, int],
    *,
    negatives: str,
    ratio: int,
    seed: int,
    rows: npt.NDArray[np.bool_] | None = None,
) -> Events:
    """Pairs that met in the years `after` (in these `rows`, if given), and drawn ones.

    Both ends were known companies (firms) on the `day`. Linked and uniform pairs are drawn among
    1,500 of the companies, themselves drawn at random.
    """
    until = day.until
    assert until is not None
    if rows is None:
        rows = (history.year >= after[0]) & (history.year <= after[1])
    n = np.int64(len(history.ids))
    past_a, past_b = history.pairs_of(day.past)
    new_a, new_b = history.pairs_of(rows)
    past = past_a.astype(np.int64) * n + past_b
    new = new_a.astype(np.int64) * n + new_b
    pool = np.flatnonzero(day.known & history.firm).astype(np.uint32)
    inside = day.known[new_a] & day.known[new_b] & ~np.isin(new, past)
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
    undated_a, undated_b = history.pairs_of(history.year == UNDATED)
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


@dataclass(frozen=True)
class Lesson:
    """Events to learn from, with the rows that the evidence on them must not contain."""

    drawn: Events
    without: npt.NDArray[np.bool_]

    def evidence(self, history: History, shuffled: Any = None) -> Evidence:
        """What was known, as if the held-out works had not happened."""
        return history.evidence(self.drawn.until, shuffled, self.without)


def lessons(
    history: History, last: int, *, negatives: str, ratio: int, seed: int
) -> tuple[list[Lesson], float]:
    """What a model learns from the year `last`, and the share of all pairs that met in it.

    The works of that year are dealt out to four parts, twice. The new pairs of each part are
    foretold from everything else that was known by the end of the year: so the evidence is nearly
    as rich as what a model will be asked about later, where that of the year before would be a
    whole year poorer. The share is of the pairs known the year before.
    """
    year = history.year == last
    works = np.unique(history.work[year])
    part = np.full(int(history.work.max()) + 1 if len(history.work) else 1, -1)
    found = []
    for deal in range(_DEALS):
        random = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, deal])))
        part[works] = random.permutation(len(works)) % _PARTS
        for p in range(_PARTS):
            held = year & (part[history.work] == p)
            own = int(np.random.SeedSequence([seed, deal, p]).generate_state(1, np.uint64)[0])
            drawn = events(
                history, history.day(last, held), (last, last), negatives=negatives,
                ratio=ratio, seed=own, rows=held,
            )  # fmt: skip
            if drawn.met.sum() >= 2:
                found.append(Lesson(drawn, held))
    before = history.day(last - 1)
    met = events(history, before, (last, last), negatives="degree_matched", ratio=0, seed=seed)
    return found, met.base_rate


def distinct_events(learned: list[Lesson], n: int) -> int:
    """How many pairs met in the lessons; one that met in several counts once."""
    pairs = [
        one.drawn.source[one.drawn.met == 1].astype(np.int64) * n
        + one.drawn.target[one.drawn.met == 1]
        for one in learned
    ]
    return len(np.unique(np.concatenate(pairs))) if pairs else 0


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
