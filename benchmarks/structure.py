"""Structure: Kedja beside NetworKit, igraph and SciPy on the same graphs in the same run.

    python benchmarks/structure.py [--full] [--kernels ...] [--graphs ...] [--repeat 3]

Every library runs in fresh processes, in turn, on one thread; building the graph and importing are
not timed. The table has the least CPU and wall seconds, the peak memory above the built graph, the
ratio of CPU seconds with its goal, and the number that must agree. Modularity, which may differ, is
computed for every library by the same function.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import pathlib
import subprocess
import sys
from collections.abc import Callable

import graphs
import numpy as np
from drivers import DRIVERS
from graphs import Links
from loading import peak_during

#: kernel -> (directed, ratio to reach, whether the values of all libraries must agree)
CASES = {
    "triangles": (False, 5, True),
    "core_number": (False, 5, True),
    "structural_holes": (False, 8, True),
    "communities": (False, 5, False),
    "weak_components": (False, 8, True),
    "strong_components": (True, 4, True),
}
QUICK, FULL = ["supply10k", "supply100k"], ["supply1m", "rmat16"]
PEERS = ("networkit", "igraph", "scipy")
KEPT = pathlib.Path("build/graphs")


def modularity(links: Links, community: np.ndarray) -> float:
    strength = np.bincount(community[links.source], links.value, community.max() + 1)
    strength += np.bincount(community[links.target], links.value, community.max() + 1)
    whole = links.value.sum()
    inside = links.value[community[links.source] == community[links.target]].sum()
    return float(inside / whole - ((strength / whole / 2) ** 2).sum())


def kedja_call(kernel: str, links: Links, directed: bool) -> Callable[[], float]:
    driver = DRIVERS["kedja"](links, directed, 1)
    structure, graph, run = driver.kedja.structure, driver.graph, driver.run
    if kernel == "triangles":
        return lambda: float(np.nansum(structure.triangles(graph, **run)["clustering"]))
    if kernel == "core_number":
        return lambda: float(structure.core_number(graph, progress=False)["core_number"].sum())
    if kernel == "structural_holes":
        return lambda: float(np.nansum(structure.structural_holes(graph, **run)["constraint"]))
    if kernel == "communities":
        return lambda: modularity(links, structure.communities(graph, **run)["community"])
    return getattr(driver, kernel)


def networkit_call(kernel: str, links: Links, directed: bool) -> Callable[[], float] | None:
    import networkit as nk

    nk.setNumberOfThreads(1)
    nk.setSeed(1, False)
    ends = (links.source, links.target)
    graph = nk.GraphFromCoo((links.value, ends), n=links.n, weighted=True, directed=directed)
    if kernel == "triangles":
        count = nk.centrality.LocalClusteringCoefficient
        return lambda: float(np.sum(count(graph, True).run().scores()))
    if kernel == "core_number":
        return lambda: float(np.sum(nk.centrality.CoreDecomposition(graph).run().scores()))
    if kernel == "communities":

        def leiden() -> float:
            found = nk.community.ParallelLeiden(graph)
            found.run()
            return modularity(links, np.asarray(found.getPartition().getVector()))

        return leiden
    driver = DRIVERS["networkit"](links, directed, 1)
    return getattr(driver, kernel, None)


def igraph_call(kernel: str, links: Links, directed: bool) -> Callable[[], float] | None:
    driver = DRIVERS["igraph"](links, directed, 1)
    graph = driver.graph
    graph.es["weight"] = links.value
    if kernel == "triangles":
        return lambda: float(np.sum(graph.transitivity_local_undirected(mode="zero")))
    if kernel == "core_number":
        return lambda: float(np.sum(graph.coreness()))
    if kernel == "structural_holes":
        return lambda: float(np.nansum(graph.constraint(weights="weight")))
    if kernel == "communities":
        call = lambda: graph.community_leiden("modularity", weights="weight")  # noqa: E731
        return lambda: modularity(links, np.asarray(call().membership))
    return getattr(driver, kernel, None)


def scipy_call(kernel: str, links: Links, directed: bool) -> Callable[[], float] | None:
    return getattr(DRIVERS["scipy"](links, directed, 1), kernel, None)


CALLS = {
    "kedja": kedja_call,
    "networkit": networkit_call,
    "igraph": igraph_call,
    "scipy": scipy_call,
}


def one(library: str, kernel: str, graph: str) -> None:
    links, directed = graphs.load(graph, KEPT), CASES[kernel][0]
    call = CALLS[library](kernel, links if directed else links.undirected(), directed)
    if call is None:
        print("null")
        return
    value, wall, cpu, peak = peak_during(call)
    while wall < 0.2:  # short kernels: until a run is not shorter
        _, again, less, _ = peak_during(call)
        if less >= cpu:
            break
        wall, cpu = min(wall, again), less
    print(json.dumps({"value": value, "wall": wall, "cpu": cpu, "peak_mib": peak}))


def measured(library: str, kernel: str, graph: str) -> dict | None:
    command = [sys.executable, __file__, "--one", library, kernel, graph]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{library} {kernel} {graph}: {done.stderr.strip()[-300:]}")
    return json.loads(done.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="larger graphs too")
    parser.add_argument("--kernels", nargs="*", default=list(CASES), choices=list(CASES))
    parser.add_argument("--graphs", nargs="*")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/structure.json"))
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(*args.one)
        return 0
    libraries = ["kedja", *(name for name in PEERS if importlib.util.find_spec(name))]
    rows, wrong = [], 0
    for kernel in args.kernels:
        _, goal, must_agree = CASES[kernel]
        for graph in args.graphs or QUICK + (FULL if args.full else []):
            best: dict[str, dict] = {}
            for _ in range(args.repeat):
                for library in libraries:
                    now = measured(library, kernel, graph)
                    if now is not None:
                        old = best.setdefault(library, now)
                        best[library] = old | {k: min(old[k], now[k]) for k in ("cpu", "wall")}
            ours = best["kedja"]
            for library, got in best.items():
                rows.append({"kernel": kernel, "graph": graph, "library": library} | got)
                same = math.isclose(got["value"], ours["value"], rel_tol=1e-6)
                wrong += must_agree and not same
                ratio = f"ratio {got['cpu'] / ours['cpu']:6.1f}x (goal {goal}x)"
                print(
                    f"{kernel:18} {graph:11} {library:10} cpu {got['cpu']:8.4f} s  "
                    f"wall {got['wall']:8.4f} s  peak {got['peak_mib']:5.0f} MiB  "
                    f"value {got['value']:<12.6g} {ratio if library != 'kedja' else ''}"
                    + ("  DIFFERS" if must_agree and not same else ""),
                    flush=True,
                )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(rows, indent=1))
    print(f"written to {args.out}; values that differ: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
