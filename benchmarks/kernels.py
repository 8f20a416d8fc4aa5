"""Kernels: Kedja beside its peers on the same graphs in the same run.

    python benchmarks/kernels.py [--full] [--kernels ...] [--graphs ...] [--peers ...] [--repeat 3]

Every library runs in fresh processes, in turn, so that a slow moment of the machine hits all of
them. Building the graph and importing are not timed. The table has the least wall and CPU seconds,
the peak memory above the built graph, the number that must agree, and the ratio peer / Kedja with
its goal; --out keeps everything as JSON with the machine and the versions.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import importlib.util
import json
import math
import os
import pathlib
import platform
import subprocess
import sys

import graphs
from drivers import DRIVERS, UNDIRECTED, WEIGHTED
from loading import peak_during

#: kernel -> (graphs of the quick run, more graphs of the full run, ratio to reach on one thread)
CASES = {
    "harmonic": (["supply10k"], ["supply100k"], 150),
    "closeness": (["supply10k"], ["supply100k"], 150),
    "betweenness": (["supply10k", "wiki_vote"], ["astro_ph", "cordis_all"], 6),
    "betweenness_by_length": (["supply10k"], [], 4),
    "edge_betweenness": (["supply10k"], [], 1),
    "estimated_betweenness": (["supply10k"], ["supply100k"], 5),
    "eigenvector": (["supply100k"], [], 3),
    "katz": (["supply100k"], [], 3),
    "hits": (["supply100k"], [], 3),
    "hops": (["supply100k"], ["supply1m"], 8),
    "lengths": (["supply100k"], ["supply1m"], 4),
    "pagerank": (["supply10k", "supply100k"], ["supply1m", "rmat18"], 1),
    "weak_components": (["supply100k"], ["supply1m", "rmat18"], 1),
    "strong_components": (["supply100k"], ["supply1m", "rmat18"], 1),
    "adamic_adar": (["supply10k"], ["supply100k"], 1),
}
#: where a graph asks for another ratio than its kernel
GOALS = {("betweenness", "wiki_vote"): 4}
#: (library, kernel, graph) that would take hours or more memory than a laptop has
SKIPPED = {
    ("networkit", "betweenness", "cordis_all"),
    ("igraph", "harmonic", "supply100k"),
    ("igraph", "closeness", "supply100k"),
    ("scipy", "adamic_adar", "supply100k"),
}
#: kernels whose libraries draw different samples: their numbers agree within the bound only
SAMPLED = {"estimated_betweenness": 0.01}
KEPT = pathlib.Path("build/graphs")


def one(library: str, kernel: str, graph: str, threads: int) -> None:
    links = graphs.load(graph, KEPT)
    directed = kernel not in UNDIRECTED and graph not in graphs.UNDIRECTED
    driver = DRIVERS[library](links if directed else links.undirected(), directed, threads)
    if kernel in WEIGHTED and library != "kedja":  # Kedja keeps values at no cost to other kernels
        driver.weigh()
    call = getattr(driver, kernel)
    value, wall, cpu, peak = peak_during(call)
    runs = [(wall, cpu)]
    while sum(run[0] for run in runs) < 0.5 and len(runs) < 20:  # short kernels: several times
        _, wall, cpu, _ = peak_during(call)
        runs.append((wall, cpu))
    print(
        json.dumps(
            {
                "value": value,
                "wall": min(run[0] for run in runs),
                "cpu": min(run[1] for run in runs),
                "peak_mib": peak,
            }
        )
    )


def measured(library: str, kernel: str, graph: str, threads: int, limit: float) -> dict:
    try:
        run = subprocess.run(
            [sys.executable, __file__, "--one", library, kernel, graph, str(threads)],
            capture_output=True,
            text=True,
            check=False,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        return {"error": f"more than {limit:.0f} s"}
    if run.returncode != 0:
        return {"error": run.stderr.strip()[-200:]}
    return json.loads(run.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="larger graphs too")
    parser.add_argument("--kernels", nargs="*", default=list(CASES), choices=list(CASES))
    parser.add_argument("--graphs", nargs="*")
    parser.add_argument("--peers", nargs="*", default=[name for name in DRIVERS if name != "kedja"])
    parser.add_argument("--threads", nargs="*", type=int, default=[1, 0], help="0: all")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--limit", type=float, default=600, help="seconds for one process")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/kernels.json"))
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(args.one[0], args.one[1], args.one[2], int(args.one[3]))
        return 0

    peers = [name for name in args.peers if importlib.util.find_spec(name)]
    rows, wrong = [], 0
    for kernel in args.kernels:
        quick, more, usual = CASES[kernel]
        for graph in args.graphs or [*quick, *(more if args.full else [])]:
            try:
                graphs.load(graph, KEPT)
            except FileNotFoundError as missing:
                print(f"{kernel:18} {graph:11} left out: no {missing.filename}", flush=True)
                continue
            goal = GOALS.get((kernel, graph), usual)
            for asked in args.threads:
                threads = asked or len(os.sched_getaffinity(0))
                best: dict[str, dict] = {}
                for _ in range(args.repeat):
                    for library in ["kedja", *peers]:
                        known = hasattr(DRIVERS[library], kernel)
                        if not known or (library, kernel, graph) in SKIPPED:
                            continue
                        if "error" in best.get(library, {}):
                            continue
                        now = measured(library, kernel, graph, threads, args.limit)
                        old = best.setdefault(library, now)
                        for key in ("wall", "cpu", "peak_mib"):
                            if key in old and key in now:
                                old[key] = min(old[key], now[key])
                ours = best["kedja"]
                for library, got in best.items():
                    rows.append(
                        {"kernel": kernel, "graph": graph, "threads": threads, "library": library}
                        | got
                    )
                    head = f"{kernel:18} {graph:11} {threads} thread(s) {library:10}"
                    if "error" in got or "error" in ours:
                        print(f"{head} {got.get('error', '')}", flush=True)
                        continue
                    same = math.isclose(
                        got["value"],
                        ours["value"],
                        rel_tol=1e-5,
                        abs_tol=SAMPLED.get(kernel, 0.0),
                    )
                    wrong += not same
                    ratio = got["wall"] / ours["wall"]
                    print(
                        f"{head} wall {got['wall']:9.4f} s  cpu {got['cpu']:9.4f} s  "
                        f"peak {got['peak_mib']:6.0f} MiB  ratio {ratio:7.1f}x"
                        + (f" (goal {goal}x)" if library != "kedja" else "")
                        + ("" if same else f"  DIFFERS: {got['value']!r} not {ours['value']!r}"),
                        flush=True,
                    )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(
        json.dumps(
            {
                "date": datetime.date.today().isoformat(),
                "machine": platform.processor() or platform.machine(),
                "processors": len(os.sched_getaffinity(0)),
                "python": platform.python_version(),
                "versions": {n: importlib.metadata.version(n) for n in ["kedja", *peers]},
                "rows": rows,
            },
            indent=1,
        )
    )
    print(f"written to {args.out}; values that differ: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
