"""New links for goals on the whole network: chosen greedily, with no guarantee."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from kedja.recommend._history import History

Offer = tuple[int, int, int, float]  # member, company elsewhere, cluster that gains, score
WHY_NONE = (
    "none: this goal is not submodular (a link may be worth more after another), so greedy choice "
    "may miss the best set, and no bound is known"
)


class Integration:
    """Mean over pairs of clusters of 1 / steps between them (0: no way), over links of members."""

    def __init__(self, history: History, members: list[npt.NDArray[np.uint32]]) -> None:
        self.clusters_of = _clusters_of(members)
        m = len(members)
        near = np.zeros((m, m), dtype=bool)
        a, b = history.pairs_of(np.ones(len(history.year), dtype=bool))
        for u, v in zip(a.tolist(), b.tolist(), strict=True):
            for g in self.clusters_of.get(u, ()):
                for h in self.clusters_of.get(v, ()):
                    near[g, h] = near[h, g] = True
        for groups in self.clusters_of.values():  # a shared member joins clusters too
            for g in groups:
                near[g, groups] = True
        np.fill_diagonal(near, False)
        self.steps = _steps(near)
        self.pairs = m * (m - 1)

    @property
    def value(self) -> float:
        return self._of(self.steps)

    def _of(self, steps: npt.NDArray[np.float64]) -> float:
        return float((1 / steps[np.isfinite(steps) & (steps > 0)]).sum() / max(self.pairs, 1))

    def _with(self, g: int, h: int) -> npt.NDArray[np.float64]:
        there = self.steps[:, g, None] + 1 + self.steps[None, h, :]
        return np.minimum(self.steps, np.minimum(there, there.T))

    def gain(self, offer: Offer) -> float:
        best = self.steps
        for h in self.clusters_of.get(offer[1], ()):
            best = np.minimum(best, self._with(offer[2], h))
        return self._of(best) - self.value

    def key(self, offer: Offer) -> object:
        """Offers with equal keys gain the same."""
        return offer[2], tuple(self.clusters_of.get(offer[1], ()))

    def take(self, offer: Offer) -> None:
        for h in self.clusters_of.get(offer[1], ()):
            self.steps = self._with(offer[2], h)


class Reach:
    """Mean over the asked clusters of the share of all companies within two links of a member."""

    def __init__(
        self, history: History, members: list[npt.NDArray[np.uint32]], asked: list[int]
    ) -> None:
        n = len(history.ids)
        self.near: list[set[int]] = [set() for _ in range(n)]
        a, b = history.pairs_of(np.ones(len(history.year), dtype=bool))
        for u, v in zip(a.tolist(), b.tolist(), strict=True):
            self.near[u].add(v)
            self.near[v].add(u)
        self.members = {g: set(members[g].tolist()) for g in asked}
        self.firms = max(int(history.firm.sum()), 1)
        self.first = {g: self._next(inside) for g, inside in self.members.items()}
        self.reached = {g: self._next(first) for g, first in self.first.items()}

    def _next(self, inside: set[int]) -> set[int]:
        return inside.union(*(self.near[v] for v in inside)) if inside else set()

    @property
    def value(self) -> float:
        sizes = [len(self.reached[g] - self.members[g]) for g in self.members]
        return float(np.mean(sizes)) / self.firms if sizes else 0.0

    def _fresh(self, offer: Offer) -> dict[int, set[int]]:
        u, v = offer[0], offer[1]
        fresh: dict[int, set[int]] = {}
        for g in self.members:
            new: set[int] = set()
            for one, other in ((u, v), (v, u)):
                if one in self.members[g]:
                    new |= {other} | self.near[other]
                elif one in self.first[g]:
                    new.add(other)
            new -= self.reached[g]
            if new:
                fresh[g] = new
        return fresh

    def gain(self, offer: Offer) -> float:
        new = sum(len(companies) for companies in self._fresh(offer).values())
        return new / len(self.members) / self.firms

    def key(self, offer: Offer) -> object:
        return offer[0], offer[1]

    def take(self, offer: Offer) -> None:
        u, v = offer[0], offer[1]
        for g, new in self._fresh(offer).items():
            self.reached[g] |= new
        self.near[u].add(v)
        self.near[v].add(u)
        for g, inside in self.members.items():
            for one, other in ((u, v), (v, u)):
                if one in inside:
                    self.first[g].add(other)


def greedy(
    goal: Integration | Reach,
    offers: list[Offer],
    k: int,
    budgets: list[tuple[npt.NDArray[np.uint32], int]],
    say: Callable[[float], object],
) -> tuple[list[int], list[float]]:
    """Offers one after the other, the one that gains most first; ties by score, then by order."""
    left = [
        np.full(int(account.max()) + 1 if len(account) else 1, most) for account, most in budgets
    ]
    open_ = set(range(len(offers)))
    chosen: list[int] = []
    gains: list[float] = []
    while open_ and len(chosen) < k:
        known: dict[object, float] = {}
        best: tuple[float, float, int] | None = None
        for count, i in enumerate(sorted(open_)):
            if any(room[account[i]] <= 0 for room, (account, _) in zip(left, budgets, strict=True)):
                open_.discard(i)
                continue
            key = goal.key(offers[i])
            if key not in known:
                known[key] = goal.gain(offers[i])
                if count % 64 == 0:
                    say(len(chosen) / k)
            rated = (known[key], offers[i][3], -i)
            if best is None or rated > best:
                best = rated
        if best is None or best[0] <= 1e-15:
            break
        i = -best[2]
        goal.take(offers[i])
        for room, (account, _) in zip(left, budgets, strict=True):
            room[account[i]] -= 1
        open_.discard(i)
        chosen.append(i)
        gains.append(best[0])
        say(len(chosen) / k)
    return chosen, gains


def _clusters_of(members: list[npt.NDArray[np.uint32]]) -> dict[int, list[int]]:
    made: dict[int, list[int]] = {}
    for g, inside in enumerate(members):
        for v in inside.tolist():
            made.setdefault(v, []).append(g)
    return made


def _steps(near: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Steps between all vertices of a small graph; infinite without a way."""
    m = len(near)
    steps = np.full((m, m), np.inf)
    np.fill_diagonal(steps, 0.0)
    front, step = np.eye(m, dtype=bool), 0
    while front.any():
        step += 1
        front = (front.astype(np.float32) @ near.astype(np.float32) > 0) & np.isinf(steps)
        steps[front] = step
    return steps
