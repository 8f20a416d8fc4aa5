"""Kernels: Kedja beside its peers on the same graphs in the same run.

    python benchmarks/kernels.py [--full] [--kernels ...] [--graphs ...] [--peers ...] [--repeat 3]

Every library runs in fresh processes, in turn, so that a slow moment of the machine hits all of
them. Building the graph and importing are not timed (but for arrays_to_graph, which is that).
Libraries that use one thread whatever they are told run at one thread only, and their time stands
beside ours at all threads too. The table has the least wall and CPU seconds, the peak memory above
the built graph, the number that must agree, and the ratio peer / Kedja with its goal: of CPU
seconds at one thread, of wall seconds at all. --out keeps everything as JSON with the machine and
the versions. A library that is stopped after --limit seconds has at least the ratio that is printed.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import os
import pathlib
import platform
import subprocess
import sys
import time

import graphs
from drivers import DRIVERS, UNDIRECTED, WEIGHTED, interpreter_of, one_number, version_of
from peak import peak_during

#: kernel -> (graphs of the quick run, larger ones with --full, ratio to reach by peer; "*": any
#: that Python has). Ratios to reach are for the largest of a kernel's graphs, as a rule
CASES: dict[str, tuple[list[str], list[str], dict[str, float]]] = {
    "arrays_to_graph": (
        ["supply100k", "supply100k_shuffled"],
        ["supply1m", "supply1m_shuffled"],
        {"graph_tool": 10, "networkit": 25, "igraph": 25},
    ),
    "harmonic": (
        ["supply10k", "wiki_vote"],
        ["supply100k"],
        {"igraph": 150, "networkit": 150},
    ),
    "closeness": (
        ["supply10k", "wiki_vote"],
        ["supply100k"],
        {"igraph": 150, "networkit": 150},
    ),
    "top_harmonic": (["supply50k"], [], {"networkit": 4}),
    "top_closeness": (["supply50k"], [], {"networkit": 8}),
    "betweenness": (
        ["supply10k", "wiki_vote"],
        ["astro_ph", "cordis_all"],
        {"igraph": 6, "networkit": 8, "*": 2},
    ),
    "betweenness_by_length": (["supply10k"], [], {"igraph": 4}),
    "edge_betweenness": (["supply10k"], [], {}),
    "estimated_betweenness": (["supply50k"], [], {"networkit": 5}),
    "adamic_adar": (
        ["supply10k", "wiki_vote"],
        [],
        {"scipy": 15, "networkit": 200, "igraph": 200},
    ),
    "constraint": (["supply10k", "wiki_vote"], ["supply100k"], {"igraph": 8}),
    "switches": (["supply100k"], ["supply1m"], {"igraph": 7, "networkit": 7}),
    "triangles": (
        ["supply100k"],
        ["supply1m", "rmat16"],
        {"igraph": 5, "networkit": 5, "boost": 5},
    ),
    "communities": (["supply100k"], ["supply1m"], {"networkit": 5}),
    "strong_components": (["supply100k"], ["supply1m", "rmat18"], {"scipy": 4}),
    "core_number": (["supply100k"], ["supply1m", "rmat16"], {"networkit": 5}),
    "weak_components": (["supply100k"], ["supply1m", "rmat18"], {"networkit": 8}),
    "pagerank": (["supply100k"], ["supply1m", "rmat18"], {"networkit": 8, "scipy": 3}),
    "hits": (["supply100k"], [], {"scipy": 3}),
    "eigenvector": (["supply100k"], [], {"scipy": 3}),
    "katz": (["supply100k"], [], {"scipy": 3}),
    "hops": (["supply100k"], ["supply1m"], {"*": 8}),
    "lengths": (["supply100k"], ["supply1m"], {"*": 4}),
}
#: where a graph asks for other ratios than its kernel
GOALS: dict[tuple[str, str], dict[str, float]] = {
    ("harmonic", "supply100k"): {"igraph": 60, "networkit": 60},
    ("closeness", "supply100k"): {"igraph": 60, "networkit": 60},
    ("betweenness", "wiki_vote"): {"igraph": 6, "networkit": 4, "*": 2},
    ("betweenness", "cordis_all"): {"igraph": 6, "*": 2},
    ("constraint", "wiki_vote"): {"igraph": 5},
}
#: (library, kernel, graph) that would take hours, or more memory than a laptop has; "*" is any
SKIPPED = {
    *(
        (library, "*", graph)
        for library in ("networkx", "rustworkx")
        for graph in ("supply1m", "supply1m_shuffled", "rmat18")
    ),
    *((library, "betweenness", "astro_ph") for library in ("networkx", "rustworkx", "boost")),
    *(
        (library, "betweenness", "cordis_all")
        for library in ("networkx", "rustworkx", "boost", "graph_tool", "networkit")
    ),
    *(
        (library, kernel, "supply100k")
        for kernel in ("harmonic", "closeness")
        for library in ("networkx", "rustworkx", "graph_tool", "boost")
    ),
    ("scipy", "adamic_adar", "supply100k"),
}
#: kernels whose libraries draw different samples, or look for the best in their own way: their
#: numbers agree within this only (modularity: ours may not be lower by more)
APART = {"estimated_betweenness": 0.01, "communities": 0.05, "switches": 0.0}
#: what libraries take their number of threads from
THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
KEPT = pathlib.Path("build/graphs")


def one(library: str, kernel: str, graph: str, threads: int) -> None:
    links = graphs.load(graph, KEPT)
    directed = kernel not in UNDIRECTED and graph not in graphs.UNDIRECTED
    driver = DRIVERS[library](links if directed else links.undirected(), directed, threads)
    if kernel in WEIGHTED and library != "kedja":  # Kedja keeps values at no cost to other kernels
        driver.weigh()
    call = getattr(driver, kernel)
    print(json.dumps({"ready": time.time()}), flush=True)
    value, wall, cpu, peak = peak_during(call)
    runs = [(wall, cpu)]
    while sum(run[0] for run in runs) < 0.5 and len(runs) < 20:  # short kernels: several times
        _, wall, cpu, _ = peak_during(call)
        runs.append((wall, cpu))
    print(
        json.dumps(
            {
                "value": one_number(value),
                "wall": min(run[0] for run in runs),
                "cpu": min(run[1] for run in runs),
                "peak_mib": peak,
            }
        )
    )


def measured(library: str, kernel: str, graph: str, threads: int, limit: float) -> dict:
    python = interpreter_of(library)
    assert python is not None
    command = [python, __file__, "--one", library, kernel, graph, str(threads)]
    alone = {name: str(threads) for name in THREAD_SETTINGS}
    end = time.time() + limit
    try:
        run = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=limit,
            env={**os.environ, **alone},
        )
    except subprocess.TimeoutExpired as stopped:
        ready = json.loads((stopped.stdout or b'{"ready": null}').splitlines()[0])["ready"]
        return {"error": f"stopped after {limit:g} s", "more_than": end - (ready or end)}
    if run.returncode != 0:
        return {"error": (run.stderr.strip().splitlines() or ["no message"])[-1][-200:]}
    return json.loads(run.stdout.strip().splitlines()[-1])


def skipped(library: str, kernel: str, graph: str) -> bool:
    return not SKIPPED.isdisjoint({(library, kernel, graph), (library, "*", graph)})


def best_of(
    libraries: list[str], kernel: str, graph: str, threads: int, args: argparse.Namespace
) -> dict[str, dict]:
    """Least seconds of each library; one that has taken its patience is not asked again."""
    best: dict[str, dict] = {}
    spent: dict[str, float] = {}
    for _ in range(args.repeat):
        for library in libraries:
            if "error" in best.get(library, {}) or spent.get(library, 0.0) > args.patience:
                continue
            now = measured(library, kernel, graph, threads, args.limit)
            spent[library] = spent.get(library, 0.0) + now.get("wall", 0.0)
            old = best.setdefault(library, now)
            for key in ("wall", "cpu", "peak_mib"):
                if key in old and key in now:
                    old[key] = min(old[key], now[key])
    return best


def agrees(kernel: str, theirs: float, ours: float) -> bool:
    if kernel == "communities":  # a partition of higher modularity is no mistake
        return ours > theirs * (1 - APART[kernel])
    return math.isclose(theirs, ours, rel_tol=1e-5, abs_tol=APART.get(kernel, 0.0))


def machine() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="the larger graphs instead")
    parser.add_argument("--kernels", nargs="*", default=list(CASES), choices=list(CASES))
    parser.add_argument("--graphs", nargs="*")
    parser.add_argument("--peers", nargs="*", default=[name for name in DRIVERS if name != "kedja"])
    parser.add_argument("--threads", nargs="*", type=int, default=[1, 0], help="0: all")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--limit", type=float, default=600, help="seconds for one process")
    parser.add_argument(
        "--patience", type=float, default=10, help="no further repeat after so many seconds"
    )
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/kernels.json"))
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(args.one[0], args.one[1], args.one[2], int(args.one[3]))
        return 0

    peers = [name for name in args.peers if interpreter_of(name)]
    left_out = sorted(set(args.peers) - set(peers))
    if left_out:
        print(f"not installed, left out: {', '.join(left_out)}", flush=True)
    rows, wrong, missed = [], 0, 0
    for kernel in args.kernels:
        quick, more, usual = CASES[kernel]
        for graph in args.graphs or (more if args.full else quick):
            try:
                graphs.load(graph, KEPT)
            except FileNotFoundError as missing:
                print(f"{kernel:21} {graph:19} left out: no {missing.filename}", flush=True)
                continue
            goals = GOALS.get((kernel, graph), usual)
            any_peer = goals.get("*")
            know = [
                name
                for name in peers
                if hasattr(DRIVERS[name], kernel) and not skipped(name, kernel, graph)
            ]
            alone: dict[str, dict] = {}
            for asked in args.threads:
                threads = asked or len(os.sched_getaffinity(0))
                ask = [name for name in know if threads == 1 or DRIVERS[name].parallel]
                best = best_of(["kedja", *ask], kernel, graph, threads, args)
                if threads == 1:
                    alone = {name: best[name] for name in know if not DRIVERS[name].parallel}
                best |= {name: one | {"threads": 1} for name, one in alone.items()}
                ours = best["kedja"]
                for library, got in best.items():
                    goal = goals.get(library, None if library in ("kedja", "boost") else any_peer)
                    row = {"kernel": kernel, "graph": graph, "threads": threads, "goal": goal}
                    rows.append({**row, "library": library, **got})
                    head = f"{kernel:21} {graph:19} {threads} thread(s) {library:10}"
                    clock = "cpu" if threads == 1 else "wall"
                    if "error" in got or "error" in ours:
                        least = got.get("more_than", 0.0) / ours.get(clock, math.inf)
                        said = "" if goal is None else f" (goal {goal:g}x)"
                        said = f", {clock} ratio more than {least:.1f}x{said}" if least > 0 else ""
                        print(f"{head} {got.get('error', '')}{said}", flush=True)
                        rows[-1]["ratio_more_than"] = least
                        wrong += library == "kedja"
                        continue
                    same = agrees(kernel, got["value"], ours["value"])
                    wrong += not same
                    ratio = rows[-1]["ratio"] = got[clock] / ours[clock]
                    said = "" if goal is None else f" (goal {goal:g}x)"
                    if goal is not None and ratio < goal:
                        said, missed = said[:-1] + ", missed)", missed + 1
                    print(
                        f"{head} wall {got['wall']:9.4f} s  cpu {got['cpu']:9.4f} s  "
                        f"peak {got['peak_mib']:6.0f} MiB  value {got['value']:<14.9g}"
                        + ("" if library == "kedja" else f" {clock} ratio {ratio:7.1f}x{said}")
                        + ("" if same else "  DIFFERS"),
                        flush=True,
                    )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    versions = {name: version_of(name, interpreter_of(name) or "") for name in ["kedja", *peers]}
    args.out.write_text(
        json.dumps(
            {
                "date": datetime.date.today().isoformat(),
                "machine": machine(),
                "processors": len(os.sched_getaffinity(0)),
                "python": platform.python_version(),
                "versions": versions,
                "rows": rows,
            },
            indent=1,
        )
    )
    print(f"written to {args.out}; values that differ: {wrong}, goals missed: {missed}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
