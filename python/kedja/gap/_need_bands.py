"""Bands of the complementarity gap in its need form, and the same gap of random companies."""

from __future__ import annotations

import numpy as np

from kedja.gap._needs import Needs, Shares

Band = tuple[np.ndarray, np.ndarray, np.ndarray]  # value (or middle), low, high


def need_bands(
    needs: Needs,
    shares: Shares,
    gap: np.ndarray,
    tied: np.ndarray,
    members: list[np.ndarray],
    chosen: np.ndarray,
    draws: int,
    seed: int,
) -> tuple[Band, Band]:
    """Band of each chosen cluster's gap (5 and 95 per cent) and random clusters (2.5, 50, 97.5).

    Members are weighted by Dirichlet(1, ..., 1) draws, and V ~ Beta(1, members) of each kind's need
    and supply is what no member showed, there or not: the ends of Clopper and Pearson's interval, as
    in the other gaps (a plain resample never finds a need that no member stated). The gap rises in
    some kinds' unmet need and falls in others', so each end of the band takes for every kind the
    end that moves the gap its way; averaged over many kinds, even odds would be too narrow. Other
    clusters stay as they are. Random: as many of the companies that take part, tied to as many clusters chosen at
    random. One stream per cluster. O(chosen x draws x (members + clusters) x kinds).
    """
    n = len(members)
    nan = np.full(n, np.nan)
    low, high, mid, least, most = (nan.copy() for _ in range(5))
    home = np.minimum(needs.need, needs.supply) if needs.home is None else needs.home
    spare = np.maximum(0.0, needs.supply - home)
    for a in chosen.tolist():
        if np.isnan(gap[a]):
            continue
        random = np.random.Generator(np.random.Philox(key=[seed, a]))
        others = spare.sum(axis=0) - spare[a]
        partners = tied[a].copy()
        partners[a] = False
        reached = spare[partners].sum(axis=0)
        least_unmet, most_unmet, got = _drawn(shares, members[a], needs.need[a], draws, random)
        gaps = np.empty(draws)
        for towards in (-1, 1):
            if got is None:
                unmet = _end(gap[a], least_unmet, most_unmet, others, reached, towards)
            else:  # what is delivered is seen: the gap rises with all that could be
                unmet = most_unmet if towards > 0 else least_unmet
            gaps = _gaps(needs.omega, unmet, others, reached, got)
            if towards < 0:
                low[a] = min(gap[a], float(np.quantile(gaps, 0.05)))
            else:
                high[a] = max(gap[a], float(np.quantile(gaps, 0.95)))
        size, pool = len(members[a]), shares.pool
        if len(pool) < size:
            continue
        elsewhere = np.flatnonzero(np.arange(n) != a)
        for d in range(draws):
            group = pool[random.choice(len(pool), size, replace=False)]
            unmet, got = _counted(shares, group, needs.need[a])
            drawn = random.choice(elsewhere, int(partners.sum()), replace=False)
            met = spare[drawn].sum(axis=0)
            gaps[d] = _gaps(needs.omega, unmet[None], others, met, got)[0]
        least[a], mid[a], most[a] = (float(q) for q in np.quantile(gaps, [0.025, 0.5, 0.975]))
    return (gap, low, high), (mid, least, most)


def _gaps(
    omega: np.ndarray,
    unmet: np.ndarray,
    others: np.ndarray,
    reached: np.ndarray,
    delivered: np.ndarray | None,
) -> np.ndarray:
    """1 - delivered / what all others could meet, per draw; 0 where they could meet nothing."""
    could = (omega * np.minimum(unmet, np.maximum(0.0, others))).sum(axis=1)
    met = delivered if delivered is not None else (omega * np.minimum(unmet, reached)).sum(axis=1)
    part = np.divide(met, could, out=np.ones(len(could)), where=could > 0)
    made: np.ndarray = np.clip(1 - part, 0.0, 1.0)
    return made


def _end(
    gap: float,
    least: np.ndarray,
    most: np.ndarray,
    others: np.ndarray,
    reached: np.ndarray,
    towards: int,
) -> np.ndarray:
    """Per draw and kind, the unmet need between its ends that moves the gap most `towards` (1: up).

    With c(u) = min(u, others) and m(u) = min(u, reached), a ratio 1 - sum m / sum c is above g just
    when sum (c - m - g c) > 0, so each kind's best end is found alone. c - m - g c falls up to
    u = reached, rises up to others and is flat from there: its extremes are at the ends and there.
    """
    turning = np.clip(np.broadcast_to(reached, least.shape), least, most)
    best = least
    score = None
    for u in (least, turning, most):
        could = np.minimum(u, others)
        here = towards * (could * (1 - gap) - np.minimum(u, np.minimum(reached, others)))
        if score is None:
            score = here
        else:
            best = np.where(here > score, u, best)
            score = np.maximum(here, score)
    return best


def _drawn(
    shares: Shares,
    members: np.ndarray,
    whole: np.ndarray,
    draws: int,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Draws of a cluster's unmet need (least and most) and of what others deliver to it."""
    m = len(members)
    weight = random.exponential(size=(draws, m))
    weight *= m / weight.sum(axis=1, keepdims=True)

    def ends(rows: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        seen = np.einsum("dm,mk->dk", weight, rows, optimize=False)
        unseen = [1 - (1 - random.random(seen.shape)) ** (1 / m) for _ in range(2)]
        return (1 - unseen[0]) * seen, (1 - unseen[1]) * seen + unseen[1] * m * scale

    if shares.need is None:
        few = many = np.broadcast_to(whole, (draws, len(whole)))
    else:
        few, many = ends(shares.need(members), shares.need_scale)
    if shares.delivered is not None:
        # What is bought from others is bought by the same members as what is bought at all.
        got = np.einsum("dm,mk->dk", weight, shares.delivered(members), optimize=False)[:, 0]
        return few, many, got
    little, much = ends(shares.supply(members), shares.supply_scale)
    return np.maximum(0.0, few - much), np.maximum(0.0, many - little), None


def _counted(
    shares: Shares, group: np.ndarray, whole: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None]:
    """Unmet need of a group of companies, and what others deliver to it."""
    need = whole if shares.need is None else shares.need(group).sum(axis=0)
    if shares.delivered is not None:
        return need, shares.delivered(group).sum(axis=0)
    return np.maximum(0.0, need - shares.supply(group).sum(axis=0)), None
