"""Graphs for the benchmarks: positions, links, values. Seeded ones, the same on every machine, and
real ones from a folder of `source,target` files, which are left out where it is not there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Links:
    """Directed, simple, without self-links; `undirected` joins both directions of a pair."""

    n: int
    source: np.ndarray
    target: np.ndarray
    value: np.ndarray

    def undirected(self) -> Links:
        low, high = np.minimum(self.source, self.target), np.maximum(self.source, self.target)
        return _simple(self.n, low, high, self.value)

    def shuffled(self) -> Links:
        """The same links, which otherwise come sorted by source and target, in any order."""
        order = np.random.default_rng(1).permutation(len(self.source))
        return Links(self.n, self.source[order], self.target[order], self.value[order])


def _simple(n: int, source: np.ndarray, target: np.ndarray, value: np.ndarray) -> Links:
    keep = source != target
    key = source[keep] * n + target[keep]
    unique, first = np.unique(key, return_index=True)
    return Links(n, unique // n, unique % n, value[keep][first])


def rmat(scale: int, factor: int, seed: int) -> Links:
    """R-MAT with the Graph500 quadrants (Chakrabarti et al. 2004, doi:10.1137/1.9781611972740.43)."""
    random = np.random.default_rng(seed)
    m = factor << scale
    source, target = np.zeros(m, dtype=np.int64), np.zeros(m, dtype=np.int64)
    for _ in range(scale):
        draw = random.random(m)
        source = 2 * source + (draw >= 0.76)
        target = 2 * target + (((draw >= 0.57) & (draw < 0.76)) | (draw >= 0.95))
    return _simple(1 << scale, source, target, random.lognormal(size=m))


def supply(n: int, m: int, seed: int) -> Links:
    """Companies of Pareto size that sell to their sectors' customers, mostly in their own region.

    m distinct links: pairs are drawn in rounds until there are as many. No company has more than
    five thousandths of all size, as otherwise a few would buy the same things over and over.
    """
    random = np.random.default_rng(seed)
    size = random.pareto(1.2, n) + 1
    size = np.minimum(size, 5e-3 * size.sum())
    sector, region = random.integers(0, 60, n), random.integers(0, 21, n)
    buys_from = random.dirichlet(np.full(60, 0.1), 60)  # row: what a sector buys
    bought_below = np.cumsum(buys_from, axis=1)
    links = np.empty(0, dtype=np.int64)  # seller * n + buyer, in the order drawn
    while len(links) < m:
        buyer = random.choice(n, m, p=size / size.sum())
        bought = (random.random((m, 1)) > bought_below[sector[buyer]]).sum(axis=1)
        local = random.random(m) < 0.6
        group = np.where(local, region[buyer], 21) * 60 + np.minimum(bought, 59)
        seller = np.empty(m, dtype=np.int64)
        for g in np.unique(group):
            where, kind = np.flatnonzero(group == g), (g % 60, g // 60)
            pool = np.flatnonzero((sector == kind[0]) & ((region == kind[1]) | (kind[1] == 21)))
            if len(pool) == 0:
                pool = np.arange(n)
            seller[where] = random.choice(pool, len(where), p=size[pool] / size[pool].sum())
        drawn = np.concatenate([links, (seller * n + buyer)[seller != buyer]])
        links = drawn[np.sort(np.unique(drawn, return_index=True)[1])]
    seller, buyer = links[:m] // n, links[:m] % n
    value = random.lognormal(size=m) * (size[seller] * size[buyer]) ** 0.25
    return _simple(n, seller, buyer, value)


def cordis() -> Links:
    """Companies of the shipped data that shared a project; the value is the number of projects."""
    import kedja

    graph = kedja.datasets.load("cordis_h2020").graph("collaboration")
    source, target, value = graph._link_rows()
    return Links(graph.num_companies, source.astype(np.int64), target.astype(np.int64), value)


#: wiki_vote.csv.gz and others, one link a row; where they come from is said beside them
REAL = Path(os.environ.get("KEDJA_BENCH_GRAPHS", "../shared/data/bench_graphs"))


def real(name: str) -> Callable[[], Links]:
    """A graph from REAL, all values 1."""

    def read() -> Links:
        import pandas as pd

        table = pd.read_csv(REAL / f"{name}.csv.gz", usecols=["source", "target"])
        source, target = table["source"].to_numpy(np.int64), table["target"].to_numpy(np.int64)
        n = int(max(source.max(), target.max())) + 1
        return _simple(n, source, target, np.ones(len(source)))

    return read


GRAPHS = {
    "supply1k": lambda: supply(1_000, 6_000, 1),
    "supply10k": lambda: supply(10_000, 80_000, 10),
    "supply50k": lambda: supply(50_000, 500_000, 50),
    "supply100k": lambda: supply(100_000, 800_000, 100),
    "supply1m": lambda: supply(1_000_000, 5_000_000, 1000),
    "supply100k_shuffled": lambda: GRAPHS["supply100k"]().shuffled(),
    "supply1m_shuffled": lambda: GRAPHS["supply1m"]().shuffled(),
    "rmat16": lambda: rmat(16, 16, 16016),
    "rmat18": lambda: rmat(18, 16, 18016),
    "cordis": cordis,
    "wiki_vote": real("wiki_vote"),
    "astro_ph": real("astro_ph"),
    "cordis_all": real("cordis_all_2014_2017"),
}
#: whose links have no direction
UNDIRECTED = {"cordis", "astro_ph", "cordis_all"}


def load(name: str, folder: Path) -> Links:
    """The graph of that name, made once and kept in `folder`. FileNotFoundError: see REAL."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}-2.npz"  # 2: graphs of another making are not taken for these
    if not file.exists():
        made = GRAPHS[name]()
        np.savez(file, n=made.n, source=made.source, target=made.target, value=made.value)
    with np.load(file, allow_pickle=False) as kept:
        return Links(int(kept["n"]), kept["source"], kept["target"], kept["value"])
