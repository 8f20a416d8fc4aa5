"""Cost against size: Kedja's kernels on supply networks from 10^3 to 10^7 links.

    python benchmarks/sizes.py [--kernels ...] [--links 1000 10000 ...] [--threads 1]

Every size runs in a fresh process. A kernel stops growing when one run takes longer than --limit
seconds. Results go to --out as JSON, and beside it a plot with both axes logarithmic (needs
matplotlib); a straight line of slope 1 is linear cost.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import time

import graphs
from drivers import UNDIRECTED, Kedja

KERNELS = [
    "arrays_to_graph",
    "harmonic",
    "closeness",
    "betweenness",
    "edge_betweenness",
    "pagerank",
    "eigenvector",
    "katz",
    "hits",
    "hops",
    "lengths",
    "weak_components",
    "strong_components",
    "core_number",
    "triangles",
    "constraint",
    "communities",
    "adamic_adar",
    "switches",
]


def one(kernel: str, links: int) -> None:
    made = graphs.supply(max(links // 8, 20), links, links)
    directed = kernel not in UNDIRECTED
    driver = Kedja(made if directed else made.undirected(), directed, 1)
    call, best = getattr(driver, kernel), float("inf")
    started = time.perf_counter()
    while best == float("inf") or (time.perf_counter() - started < 0.5):
        cpu = time.process_time()
        call()
        best = min(best, time.process_time() - cpu)
    print(json.dumps({"kernel": kernel, "links": len(made.source), "cpu": best}))


def draw(rows: list[dict], file: pathlib.Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 5))
    for kernel in dict.fromkeys(row["kernel"] for row in rows):
        mine = [row for row in rows if row["kernel"] == kernel]
        axes.loglog([r["links"] for r in mine], [r["cpu"] for r in mine], marker="o", label=kernel)
    axes.set_xlabel("links")
    axes.set_ylabel("CPU seconds, one thread")
    axes.legend()
    figure.savefig(file)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernels", nargs="*", default=KERNELS, choices=KERNELS)
    parser.add_argument("--links", nargs="*", type=int, default=[10**k for k in range(3, 8)])
    parser.add_argument("--limit", type=float, default=60, help="seconds for one run")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/sizes.json"))
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(args.one[0], int(args.one[1]))
        return 0
    rows: list[dict] = []
    for kernel in args.kernels:
        for links in sorted(args.links):
            run = subprocess.run(
                [sys.executable, __file__, "--one", kernel, str(links)],
                capture_output=True,
                text=True,
                check=True,
            )
            rows.append(json.loads(run.stdout))
            print(
                f"{kernel:18} {rows[-1]['links']:>9} links  cpu {rows[-1]['cpu']:10.4f} s",
                flush=True,
            )
            if rows[-1]["cpu"] > args.limit / 10:  # ten times the links would pass the limit
                break
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(rows, indent=1))
    draw(rows, args.out.with_suffix(".svg"))
    print(f"written to {args.out} and {args.out.with_suffix('.svg')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
