"""The best two-hop pairs of a large network by Adamic-Adar: Kedja beside NetworKit and igraph.

    python benchmarks/two_hop.py [--graph supply1m] [--sources 20] [--k 100] [--repeat 3]

Kedja finds the k best pairs of all. NetworKit and igraph score every pair, which takes hours or
terabytes at a million companies: they are timed on the pairs of a seeded sample of sources, and
their time for all is that of the sample times companies / sources. A sample seldom holds a hub, so
this is rather too short; sorting their pairs is not counted. The scores of the sample's pairs must
agree. CPU seconds, least of several, one thread; libraries take turns.
"""

from __future__ import annotations

import argparse
import pathlib
import time
from collections.abc import Callable

import graphs
import numpy as np

KEPT = pathlib.Path("build/graphs")


def cpu(call: Callable[[], object]) -> tuple[float, object]:
    start = time.process_time()
    found = call()
    return time.process_time() - start, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--graph", default="supply1m")
    parser.add_argument("--sources", type=int, default=20)
    parser.add_argument("--k", type=int, default=100)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()

    import igraph
    import kedja
    import networkit

    networkit.setNumberOfThreads(1)
    links = graphs.load(args.graph, KEPT).undirected()
    ends = (links.source, links.target)
    ours = kedja.CompanyGraph.from_arrays(links.n, *ends, directed=False, threads=1)
    theirs = networkit.GraphFromCoo(ends, n=links.n, weighted=False, directed=False)
    other = igraph.Graph(n=links.n, edges=np.column_stack(ends))
    run = {"threads": 1, "progress": False}
    _ = ours.checksum  # part of the graph, made once
    sample = np.random.default_rng(1).choice(links.n, args.sources, replace=False)
    # One finder for all sources, as its users would have it.
    finder = networkit.linkprediction.MissingLinksFinder(theirs)
    index = networkit.linkprediction.AdamicAdarIndex(theirs)

    def by_networkit() -> list:
        return [pair for u in sample for pair in index.runOn(finder.findFromNode(int(u), 2))]

    def by_igraph() -> np.ndarray:
        return np.array([other.similarity_inverse_log_weighted(vertices=[u])[0] for u in sample])

    least: dict[str, float] = {}
    for _ in range(args.repeat):
        for name, call in (
            ("kedja", lambda: kedja.recommend.two_hop(ours, k=args.k, **run)),
            ("networkit", by_networkit),
            ("igraph", by_igraph),
        ):
            seconds, found = cpu(call)
            least[name] = min(seconds, least.get(name, seconds))
            print(f"  {name}: {seconds:.3f} s", flush=True)
            if name == "networkit":
                pairs = np.array([pair for pair, _ in found]).reshape(-1, 2)
                scores = np.array([score for _, score in found])
            elif name == "igraph":
                row = {int(u): i for i, u in enumerate(sample)}
                turned = np.array([[u, v] if u in row else [v, u] for u, v in pairs.tolist()])
                again = found[[row[u] for u in turned[:, 0]], turned[:, 1]]
    given = kedja.recommend.two_hop(ours, pairs=(pairs[:, 0], pairs[:, 1]), **run)["score"]
    same = np.allclose(given, scores, rtol=1e-9) and np.allclose(given, again, rtol=1e-9)
    print(f"{args.graph}: {links.n} companies, {len(links.source)} linked pairs, k = {args.k}")
    print(f"kedja     all pairs {least['kedja']:10.3f} s")
    for name in ("networkit", "igraph"):
        whole = least[name] * links.n / args.sources
        print(
            f"{name:9} {args.sources} sources {least[name]:.3f} s, all by extrapolation "
            f"{whole:10.0f} s, ratio {whole / least['kedja']:.0f}x"
        )
    print(f"{len(pairs)} scores of the sample agree: {same}")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
