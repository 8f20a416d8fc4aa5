"""Columns to graph: Kedja beside NetworKit, igraph and NetworkX on the same pandas DataFrame.

    python benchmarks/loading.py [--links 5000000] [--companies 1000000] [--repeat 3] [--peers ...]

Each library loads the same seeded DataFrame in a fresh process, in turn, `--repeat` times; every
run is printed as it ends. The table gives the least wall and CPU seconds, the peak memory above
the DataFrame, the number of links (which must agree) and the ratio peer / Kedja in CPU and wall
seconds. A process that takes longer than `--limit` seconds is stopped and its library not asked
again. Libraries in `--once` run one time per kind of id; NetworkX, some hundred times slower, loads
the first `--networkx-links` rows only, and its ratio is to Kedja on the same rows. Results also go
to a JSON file.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import subprocess
import sys

import numpy as np
import pandas as pd
from peak import peak_during


def table(companies: int, links: int, kind: str, rows: int) -> pd.DataFrame:
    """The first rows of skewed seeded links; ids are positions, or texts such as 'SE0000012345'."""
    random = np.random.default_rng(2026)
    source = (companies * random.random(links) ** 2).astype(np.int64)[:rows]
    target = (companies * random.random(links) ** 1.5).astype(np.int64)[:rows]
    value = random.lognormal(size=links)[:rows]
    columns = {"source": pd.Series(source), "target": pd.Series(target)}
    if kind == "text":
        names = pd.Series([f"SE{i:010}" for i in range(companies)], dtype="str").array
        columns = {end: pd.Series(names.take(rows)) for end, rows in columns.items()}
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


def one(library: str, args: argparse.Namespace) -> None:
    __import__(library)  # importing is not part of loading
    kind, threads = args.kinds[0], args.threads[0]
    frame = table(args.companies, args.links, kind, args.rows or args.links)
    call = lambda: LOADERS[library](frame, args.companies, kind, threads)  # noqa: E731
    print(
        json.dumps(dict(zip(("links", "wall", "cpu", "peak_mib"), peak_during(call), strict=True)))
    )


def measured(library: str, kind: str, threads: int, rows: int, args: argparse.Namespace) -> dict:
    options = {
        "--one": library,
        "--kinds": kind,
        "--threads": threads,
        "--links": args.links,
        "--companies": args.companies,
        "--rows": rows,
    }
    words = [str(word) for option in options.items() for word in option]
    try:
        run = subprocess.run(
            [sys.executable, __file__, *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=args.limit,
        )
    except subprocess.TimeoutExpired:
        return {"error": f"more than {args.limit:.0f} s"}
    if run.returncode != 0:
        return {"error": run.stderr.strip()[-200:]}
    return json.loads(run.stdout)


def cell(kind: str, threads: int, args: argparse.Namespace) -> dict[tuple[str, int], dict]:
    """(library, rows) -> least seconds and peak memory, over runs in turn."""
    plan = [("kedja", args.links)]
    for library in args.peers:
        rows = min(args.links, args.networkx_links) if library == "networkx" else args.links
        if rows < args.links:
            plan.append(("kedja", rows))  # what the slice is held against
        plan.append((library, rows))
    best: dict[tuple[str, int], dict] = {}
    for repeat in range(args.repeat):  # alternate, so that a slow moment hits every library
        for library, rows in plan:
            known = best.get((library, rows))
            if known is not None and ("error" in known or library in args.once):
                continue
            now = measured(library, kind, threads, rows, args)
            shown = now.get("error") or f"wall {now['wall']:.3f} s  cpu {now['cpu']:.3f} s"
            print(
                f"  run {repeat + 1}: {kind} {threads} {library} {rows} links: {shown}", flush=True
            )
            if known is None or "error" in now:
                best[library, rows] = now
                continue
            for key in ("wall", "cpu", "peak_mib"):
                known[key] = min(known[key], now[key])
    return best


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--links", type=int, default=5_000_000)
    parser.add_argument("--companies", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peers", nargs="*", default=["networkit", "igraph", "networkx"])
    parser.add_argument("--kinds", nargs="*", default=["int", "text"])
    parser.add_argument("--threads", nargs="*", type=int, default=[1, 0])
    parser.add_argument("--limit", type=float, default=600, help="seconds for one process")
    parser.add_argument("--once", nargs="*", default=["igraph", "networkx"], help="not repeated")
    parser.add_argument("--networkx-links", type=int, default=500_000)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/loading.json"))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, default=0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(args.one, args)
        return 0

    rows, wrong = [], 0
    for kind in args.kinds:
        for asked in args.threads:
            threads = asked or len(os.sched_getaffinity(0))
            best = cell(kind, threads, args)
            for (library, links), got in best.items():
                ours = best["kedja", links]
                rows.append(
                    {"kind": kind, "threads": threads, "library": library, "rows": links} | got
                )
                head = f"{kind:4} {threads} thread(s) {library:10} {links:>9} links"
                if "error" in got or "error" in ours:
                    print(f"{head} {got.get('error', '')}", flush=True)
                    continue
                same = got["links"] == ours["links"] == links
                wrong += not same
                print(
                    f"{head} wall {got['wall']:8.3f} s  cpu {got['cpu']:8.3f} s  "
                    f"peak {got['peak_mib']:6.0f} MiB  "
                    f"ratio {got['cpu'] / ours['cpu']:6.1f}x cpu {got['wall'] / ours['wall']:6.1f}x "
                    f"wall" + ("" if same else f"  DIFFERS: {got['links']} links"),
                    flush=True,
                )
    versions = {name: importlib.metadata.version(name) for name in ["kedja", *args.peers]}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(
        json.dumps(
            {
                "date": datetime.date.today().isoformat(),
                "machine": platform.processor() or platform.machine(),
                "processors": len(os.sched_getaffinity(0)),
                "python": platform.python_version(),
                "versions": versions,
                "links": args.links,
                "companies": args.companies,
                "rows": rows,
            },
            indent=1,
        )
    )
    print(f"written to {args.out}; link counts that differ: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
