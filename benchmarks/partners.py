"""Partners: time and memory of all candidates on the CORDIS data, and Adamic-Adar beside peers.

    python benchmarks/partners.py [--companies N] [--keep K] [--graph supply100k|supply1m|none] [--peers networkit igraph]

Prints one JSON object per line: seconds of wall clock and processor, peak memory, and for the peers
the ratio to ours in the same run. Peers that hold a full n x n answer are asked for a part of the
vertices, chosen evenly, and their time is scaled up; the line says so.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import resource
import time
from typing import Any

import graphs
import numpy as np


def timed(call: Any) -> tuple[Any, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    value = call()
    return value, time.perf_counter() - wall, time.process_time() - cpu


def peak_mib() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10)


def candidates(companies: int, k: int, threads: int) -> None:
    """Features and ranks of all candidates of all companies; k per company are kept."""
    import kedja

    data = kedja.datasets.load("cordis_h2020")
    model, wall, cpu = timed(lambda: kedja.recommend.fit(data, threads=threads, progress=False))
    row = {"what": "fit", "wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "peak_mib": peak_mib()}
    print(json.dumps(row), flush=True)
    firms = model._history.ids[model._history.firm][:companies].tolist()
    found, wall, cpu = timed(lambda: model.candidates(firms, k, threads=threads, progress=False))
    row = {
        "what": "all candidates", "companies": len(firms), "kept_per_company": k,
        "candidates": found.meta["candidates"], "rows": len(found),
        "wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "peak_mib": peak_mib(),
    }  # fmt: skip
    print(json.dumps(row), flush=True)


def adamic_adar(name: str, peers: list[str], threads: int) -> None:
    """The 100 best of all two-hop pairs."""
    import kedja

    links = graphs.load(name, pathlib.Path("build/graphs")).undirected()
    graph = kedja.CompanyGraph.from_arrays(links.n, links.source, links.target, directed=False)
    run = {"threads": threads, "progress": False}
    found, wall, ours = timed(lambda: kedja.recommend.two_hop(graph, k=100, **run))
    best = float(found["score"][0])
    row = {"what": "two_hop", "graph": name, "library": "kedja", "wall_s": round(wall, 2), "cpu_s": round(ours, 2)}  # fmt: skip
    print(json.dumps(row), flush=True)
    part = np.linspace(0, links.n - 1, min(links.n, 2000)).astype(np.int64)
    for peer in peers:
        seconds, share, top = PEERS[peer](links, part)
        row = {
            "what": "two_hop", "graph": name, "library": peer, "cpu_s": round(seconds / share, 2),
            "scaled_from_share": round(share, 6), "ratio": round(seconds / share / ours, 1),
            "best_agrees": bool(top <= best * (1 + 1e-9)),
        }  # fmt: skip
        print(json.dumps(row), flush=True)


def networkit(links: Any, part: np.ndarray) -> tuple[float, float, float]:
    """Its Adamic-Adar index, asked pair by pair for the two-hop pairs of some vertices."""
    import networkit as nk

    nk.setNumberOfThreads(1)
    g = nk.GraphFromCoo((links.source, links.target), n=links.n, weighted=False, directed=False)
    index = nk.linkprediction.AdamicAdarIndex(g)

    def work() -> float:
        top = 0.0
        for u in part.tolist():
            near = set(g.iterNeighbors(u))
            second = {v for w in near for v in g.iterNeighbors(w)} - near - {u}
            for v in second:
                top = max(top, index.run(u, v))
        return top

    top, _, cpu = timed(work)
    return cpu, len(part) / links.n, top


def igraph(links: Any, part: np.ndarray) -> tuple[float, float, float]:
    """Its inverse log-weighted similarity of some vertices with all."""
    import igraph as ig

    g = ig.Graph(n=links.n, edges=np.stack([links.source, links.target], 1), directed=False)
    g.simplify()
    few = part[:: max(len(part) // 20, 1)]

    def work() -> float:
        top = 0.0
        for u in few.tolist():
            row = np.array(g.similarity_inverse_log_weighted([u])[0])
            row[[u, *g.neighbors(u)]] = 0
            top = max(top, float(row.max()))
        return top

    top, _, cpu = timed(work)
    return cpu, len(few) / links.n, top


PEERS = {"networkit": networkit, "igraph": igraph}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--companies", type=int, default=10**9)
    parser.add_argument("--keep", type=int, default=500, help="candidates kept per company")
    parser.add_argument("--graph", default="supply100k", help="none: no two-hop scores")
    parser.add_argument("--peers", nargs="*", default=[], choices=sorted(PEERS))
    parser.add_argument("--threads", type=int, default=0)
    asked = parser.parse_args()
    if asked.companies:
        candidates(asked.companies, asked.keep, asked.threads)
    if asked.graph != "none":
        adamic_adar(asked.graph, asked.peers, asked.threads)
