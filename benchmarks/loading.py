"""Columns to graph: Kedja beside NetworKit, igraph and NetworkX on the same pandas DataFrame.

    python benchmarks/loading.py [--links 5000000] [--companies 1000000] [--repeat 3] [--peers ...]

Each library loads the same seeded DataFrame in a fresh process, in turn, `--repeat` times; the
table gives the least wall and CPU seconds, the peak memory above the DataFrame, the number of
links (which must agree) and the ratio peer / Kedja.  Results also go to a JSON file.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import pathlib
import platform
import resource
import subprocess
import sys
import threading
import time

import numpy as np
import pandas as pd


def table(companies: int, links: int, kind: str) -> pd.DataFrame:
    """Skewed seeded links; ids are positions, or texts such as 'SE0000012345'."""
    random = np.random.default_rng(2026)
    source = (companies * random.random(links) ** 2).astype(np.int64)
    target = (companies * random.random(links) ** 1.5).astype(np.int64)
    value = random.lognormal(size=links)
    if kind == "text":
        names = np.char.add("SE", np.char.zfill(np.arange(companies).astype(str), 10))
        names = pd.Series(names).astype("str").to_numpy(dtype=object)
        columns = {
            "source": pd.Series(names[source], dtype="str"),
            "target": pd.Series(names[target], dtype="str"),
        }
    else:
        columns = {"source": pd.Series(source), "target": pd.Series(target)}
    return pd.DataFrame({**columns, "value": value})


def load_kedja(frame: pd.DataFrame, companies: int, kind: str, threads: int) -> int:
    import kedja

    if kind == "int":
        graph = kedja.CompanyGraph.from_arrays(
            companies,
            frame["source"].to_numpy(),
            frame["target"].to_numpy(),
            frame["value"].to_numpy(),
            threads=threads,
        )
    else:
        graph = kedja.CompanyGraph(
            None, frame["source"], frame["target"], frame["value"], threads=threads
        )
    return graph.num_links


def load_networkit(frame: pd.DataFrame, companies: int, kind: str, threads: int) -> int:
    import networkit

    networkit.setNumberOfThreads(threads)
    if kind == "text":  # NetworKit has integer ids only: this is its users' way
        codes, _ = pd.factorize(pd.concat([frame["source"], frame["target"]]))
        source, target = codes[: len(frame)], codes[len(frame) :]
        companies = int(codes.max()) + 1
    else:
        source, target = frame["source"].to_numpy(), frame["target"].to_numpy()
    graph = networkit.GraphFromCoo(
        (frame["value"].to_numpy(), (source, target)), n=companies, weighted=True, directed=True
    )
    return graph.numberOfEdges()


def load_igraph(frame: pd.DataFrame, companies: int, kind: str, threads: int) -> int:
    import igraph

    if kind == "text":
        return igraph.Graph.DataFrame(frame, directed=True, use_vids=False).ecount()
    graph = igraph.Graph(n=companies, edges=frame[["source", "target"]].to_numpy(), directed=True)
    graph.es["value"] = frame["value"].to_numpy()
    return graph.ecount()


def load_networkx(frame: pd.DataFrame, companies: int, kind: str, threads: int) -> int:
    import networkx

    graph = networkx.from_pandas_edgelist(
        frame, "source", "target", "value", create_using=networkx.MultiDiGraph
    )
    return graph.number_of_edges()


LOADERS = {
    "kedja": load_kedja,
    "networkit": load_networkit,
    "igraph": load_igraph,
    "networkx": load_networkx,
}


def peak_during(call) -> tuple[int, float, float, float]:
    """(answer, wall, CPU, peak resident MiB above the start), sampled every 5 ms."""

    def resident() -> float:
        fields = pathlib.Path("/proc/self/statm").read_text().split()
        return int(fields[1]) * resource.getpagesize() / 2**20

    base, peak, stop = resident(), [0.0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.005):
            peak[0] = max(peak[0], resident())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    wall, cpu = time.perf_counter(), time.process_time()
    answer = call()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    stop.set()
    return answer, wall, cpu, max(peak[0], resident()) - base


def one(library: str, companies: int, links: int, kind: str, threads: int) -> None:
    __import__(library)  # importing is not part of loading
    frame = table(companies, links, kind)
    call = lambda: LOADERS[library](frame, companies, kind, threads)  # noqa: E731
    print(
        json.dumps(dict(zip(("links", "wall", "cpu", "peak_mib"), peak_during(call), strict=True)))
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--links", type=int, default=5_000_000)
    parser.add_argument("--companies", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peers", nargs="*", default=["networkit", "igraph", "networkx"])
    parser.add_argument("--kinds", nargs="*", default=["int", "text"])
    parser.add_argument("--threads", nargs="*", type=int, default=[1, 0])
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/loading.json"))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(args.one, args.companies, args.links, args.kinds[0], args.threads[0])
        return 0

    import os

    rows = []
    for kind in args.kinds:
        for asked in args.threads:
            threads = asked or len(os.sched_getaffinity(0))
            best: dict[str, dict[str, float]] = {}
            for _ in range(args.repeat):  # alternate, so that a slow moment hits every library
                for library in ["kedja", *args.peers]:
                    run = subprocess.run(
                        [
                            sys.executable,
                            __file__,
                            "--one",
                            library,
                            "--kinds",
                            kind,
                            "--threads",
                            str(threads),
                            "--links",
                            str(args.links),
                            "--companies",
                            str(args.companies),
                        ],
                        capture_output=True,
                        text=True,
                        check=False,
                    )
                    if run.returncode != 0:
                        best.setdefault(library, {})["error"] = run.stderr.strip()[-200:]
                        continue
                    now = json.loads(run.stdout)
                    old = best.setdefault(library, now)
                    for key in ("wall", "cpu", "peak_mib"):
                        old[key] = min(old.get(key, now[key]), now[key])
            ours = best["kedja"]
            for library, got in best.items():
                rows.append({"kind": kind, "threads": threads, "library": library, **got})
                if "wall" not in got:
                    print(f"{kind:4} {threads} thread(s) {library:10} {got.get('error')}")
                    continue
                print(
                    f"{kind:4} {threads} thread(s) {library:10} wall {got['wall']:8.3f} s  "
                    f"cpu {got['cpu']:8.3f} s  peak {got['peak_mib']:7.0f} MiB  "
                    f"links {got['links']:>9}  ratio {got['wall'] / ours['wall']:6.1f}x"
                )
    versions = {name: importlib.metadata.version(name) for name in ["kedja", *args.peers]}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(
        json.dumps(
            {
                "date": datetime.date.today().isoformat(),
                "machine": platform.processor() or platform.machine(),
                "python": platform.python_version(),
                "versions": versions,
                "links": args.links,
                "companies": args.companies,
                "rows": rows,
            },
            indent=1,
        )
    )
    print(f"written to {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
