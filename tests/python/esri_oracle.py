"""The cascade step as it stands in the paper, in NumPy: an oracle for small networks."""

from __future__ import annotations

import numpy as np


def esri(W, psi, *, sector=None, essential=None, market=None, revenue=None, cost=None, weight=None,
         eps=1e-2, sweeps=100_000):  # fmt: skip
    """(esri, downstream, upstream, sweeps) of one shock; psi is what each company still makes."""
    n = len(W)
    sold, bought = W.sum(axis=1), W.sum(axis=0)
    p = np.zeros(n, int) if sector is None else np.asarray(sector)
    kinds = np.ones((p.max() + 1, p.max() + 1), int) if essential is None else essential
    income = sold if revenue is None else revenue
    spending = bought if cost is None else cost
    w = sold if weight is None else weight
    down, up = psi.astype(float), psi.astype(float)
    steps = 0
    while steps < sweeps:
        steps += 1
        sigma = np.ones(n)
        if market is not None:
            for i in range(n):
                left = (sold * down)[market == market[i]].sum()
                sigma[i] = min(1.0, sold[i] / left) if left > 1e-12 * sold.sum() else 1.0
        new_down, new_up = np.empty(n), np.empty(n)
        for j in range(n):
            limit, lost = psi[j], 0.0
            for k in np.unique(p):
                from_k = p == k
                loss = (sigma * W[:, j] * (1 - down))[from_k].sum()
                if kinds[k, p[j]] == 2 and W[from_k, j].sum() > 0:
                    scale = bought[j] / spending[j]
                    limit = min(limit, 1 - loss / W[from_k, j].sum() * scale)
                elif kinds[k, p[j]] == 1 and loss > 0:
                    lost += loss / spending[j]
            new_down[j] = max(0.0, min(limit, 1 - lost))
            gone = (W[j] * (1 - up)).sum()
            new_up[j] = max(0.0, min(psi[j], 1 - gone / income[j] if gone > 0 else 1.0))
        change = max((down - new_down).max(), (up - new_up).max())
        down, up = new_down, new_up
        if change <= eps:
            break
    share = w / w.sum()
    return (
        (share * (1 - np.minimum(down, up))).sum(),
        (share * (1 - down)).sum(),
        (share * (1 - up)).sum(),
        steps,
    )
