"""Value chains: Kedja beside pymrio and SciPy on the same tables in the same run.

    python benchmarks/value_chain.py [--full] [--cases ...] [--threads 1 2] [--repeat 3]

Each library runs in a fresh process, in turn; building the table and importing are not timed. The
table has the least wall and CPU seconds, the peak memory above the imports (the table included), the
number that must agree, and the ratio peer / Kedja in CPU seconds with its goal.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import math
import os
import pathlib
import subprocess
import sys
import time

import numpy as np

#: case -> (sizes of the quick run, more of the full run, {peer: CPU ratio to reach})
CASES = {
    "multipliers_dense": ([1000], [2000, 8000], {"pymrio": 5}),
    "upstreamness_dense": ([1000], [2000, 8000], {"scipy": 5}),
    "upstreamness_sparse": ([10_000], [100_000], {"scipy": 1}),
    "influence_sparse": ([10_000], [], {"scipy": 1}),
    "extraction_sparse": ([2_000], [10_000], {"scipy": 1}),
    "trophic": ([4_000], [20_000, 1_000_000], {"scipy": 100}),
}
#: sparse LU of a random graph of this size fills memory or takes hours; goals are absolute there
SKIPPED = {("trophic", "scipy", 20_000), ("trophic", "scipy", 1_000_000)}


def dense_table(n: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(n)
    Z = random.random((n, n))
    Z *= random.lognormal(0, 1, n)
    return Z, Z.sum(axis=1) * random.uniform(1.6, 2.4, n)


def sparse_links(n: int, degree: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(n)
    ends = random.integers(0, n, size=(2, n * degree))
    keep = ends[0] != ends[1]
    return ends[0][keep], ends[1][keep], random.lognormal(0, 1, n * degree)[keep]


def sparse_table(n: int):
    import scipy.sparse as sp

    source, target, value = sparse_links(n, 20)
    Z = sp.csr_array((value, (source, target)), shape=(n, n))
    return Z, Z.sum(axis=1) * np.random.default_rng(1).uniform(1.3, 2.4, n)


def prepared(case: str, size: int):
    """What the call is given; not timed."""
    if case.endswith("dense"):
        return dense_table(size)
    if case == "trophic":
        return (size, *sparse_links(size, 5))
    return sparse_table(size)


class Kedja:
    def __init__(self, case: str, given, threads: int) -> None:
        import kedja

        self.vc, self.run = kedja.value_chain, {"threads": threads, "progress": False}
        if case == "trophic":
            n, source, target, value = given
            self.graph = kedja.CompanyGraph.from_arrays(n, source, target, value)
        else:
            Z, x = given
            self.flows = kedja.Flows(Z, x - Z.sum(axis=1), output=x, copy=False)

    def multipliers_dense(self) -> float:
        return float(self.vc.multipliers(self.flows, **self.run)["output_multiplier"].sum())

    def upstreamness_dense(self) -> float:
        return float(self.vc.upstreamness(self.flows, **self.run)["upstreamness"].sum())

    upstreamness_sparse = upstreamness_dense

    def influence_sparse(self) -> float:
        found = self.vc.influence(self.flows, labour_share=0.4, **self.run)
        return float((found["influence"] ** 2).sum())

    def extraction_sparse(self) -> float:
        return float(self.vc.extraction(self.flows, **self.run)["loss"].sum())

    def trophic(self) -> float:
        return float(self.vc.trophic_levels(self.graph, **self.run).meta["incoherence"])


class Pymrio:
    def __init__(self, case: str, given, threads: int) -> None:
        import pandas as pd
        import pymrio

        self.iomath = pymrio.tools.iomath
        Z, x = given
        self.Z, self.x = pd.DataFrame(Z), pd.DataFrame({"x": x})

    def multipliers_dense(self) -> float:
        A = self.iomath.calc_A(self.Z, self.x)
        return float(self.iomath.calc_L(A).to_numpy().sum(axis=0).sum())


class SciPy:
    def __init__(self, case: str, given, threads: int) -> None:
        self.given = given

    def upstreamness_dense(self) -> float:
        import scipy.linalg

        Z, x = self.given
        return float(scipy.linalg.solve(np.eye(len(x)) - Z / x[:, None], np.ones(len(x))).sum())

    def upstreamness_sparse(self) -> float:
        import scipy.sparse as sp
        from scipy.sparse.linalg import bicgstab

        Z, x = self.given
        M = sp.eye_array(len(x), format="csr") - sp.diags_array(1 / x).tocsr() @ Z
        found, failed = bicgstab(M, np.ones(len(x)), rtol=1e-14)  # Kedja's bound is 1e-15
        assert failed == 0
        return float(found.sum())

    def influence_sparse(self) -> float:
        import scipy.sparse as sp
        from scipy.sparse.linalg import gmres

        Z, x = self.given
        W = Z @ sp.diags_array(1 / Z.sum(axis=0)).tocsr()
        M = sp.eye_array(len(x), format="csr") - 0.6 * W
        found, failed = gmres(M, np.full(len(x), 0.4 / len(x)), rtol=1e-14, restart=40)
        assert failed == 0
        return float((found**2).sum())

    def extraction_sparse(self) -> float:
        Z, x = self.given
        L = np.linalg.inv(np.eye(len(x)) - Z.toarray() / x)
        return float((L.sum(axis=0) * x / np.diag(L)).sum())

    def trophic(self) -> float:
        import scipy.sparse as sp
        from scipy.sparse.linalg import spsolve

        n, source, target, value = self.given
        W = sp.csr_array((value, (source, target)), shape=(n, n))
        coming, going = W.sum(axis=0), W.sum(axis=1)
        Lambda = sp.diags_array(coming + going).tocsr() - W - W.T
        h = np.zeros(n)
        h[1:] = spsolve(Lambda[1:, 1:].tocsc(), (coming - going)[1:])
        return float((value * (h[target] - h[source] - 1) ** 2).sum() / value.sum())


LIBRARIES = {"kedja": Kedja, "pymrio": Pymrio, "scipy": SciPy}


def peak_now() -> float:
    """Most memory of this process so far, MiB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def one(library: str, case: str, size: int, threads: int) -> None:
    import pandas  # noqa: F401

    importlib.import_module(library)
    before = peak_now()
    driver = LIBRARIES[library](case, prepared(case, size), threads)
    best = None
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        value = getattr(driver, case)()
        run = (time.perf_counter() - wall, time.process_time() - cpu)
        best = run if best is None else min(best, run)
        if run[0] > 1:
            break
    print(
        json.dumps(
            {"value": value, "wall": best[0], "cpu": best[1], "peak_mib": peak_now() - before}
        )
    )


def measured(library: str, case: str, size: int, threads: int, limit: float) -> dict:
    few = {
        name: str(threads)
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    }
    try:
        run = subprocess.run(
            [sys.executable, __file__, "--one", library, case, str(size), str(threads)],
            capture_output=True, text=True, check=False, timeout=limit, env={**os.environ, **few},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"error": f"more than {limit:.0f} s"}
    return json.loads(run.stdout) if run.returncode == 0 else {"error": run.stderr.strip()[-200:]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="larger tables too")
    parser.add_argument("--cases", nargs="*", default=list(CASES), choices=list(CASES))
    parser.add_argument("--sizes", nargs="*", type=int)
    parser.add_argument("--threads", nargs="*", type=int, default=[1, 2])
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--limit", type=float, default=300, help="seconds for one process")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/value_chain.json"))
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(args.one[0], args.one[1], int(args.one[2]), int(args.one[3]))
        return 0
    rows, wrong = [], 0
    for case in args.cases:
        quick, more, goals = CASES[case]
        for size in args.sizes or [*quick, *(more if args.full else [])]:
            for threads in args.threads:
                best: dict[str, dict] = {}
                for _ in range(args.repeat):
                    for library in ["kedja", *goals]:
                        if (
                            not importlib.util.find_spec(library)
                            or (case, library, size) in SKIPPED
                        ):
                            continue
                        if "error" in best.get(library, {}):
                            continue
                        now = measured(library, case, size, threads, args.limit)
                        old = best.setdefault(library, now)
                        for key in ("wall", "cpu", "peak_mib"):
                            if key in old and key in now:
                                old[key] = min(old[key], now[key])
                ours = best["kedja"]
                for library, got in best.items():
                    rows.append(
                        {"case": case, "size": size, "threads": threads, "library": library} | got
                    )
                    head = f"{case:20} {size:8} {threads} thread(s) {library:7}"
                    if "error" in got or "error" in ours:
                        print(f"{head} {got.get('error', '')}", flush=True)
                        continue
                    same = math.isclose(got["value"], ours["value"], rel_tol=1e-8)
                    wrong += not same
                    goal = f" (goal {goals[library]}x)" if library in goals else ""
                    print(
                        f"{head} wall {got['wall']:8.3f} s  cpu {got['cpu']:8.3f} s  peak {got['peak_mib']:6.0f} MiB"
                        f"  ratio {got['cpu'] / ours['cpu']:7.1f}x{goal}"
                        + ("" if same else f"  DIFFERS: {got['value']!r} not {ours['value']!r}"),
                        flush=True,
                    )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    versions = {n: importlib.metadata.version(n) for n in LIBRARIES if importlib.util.find_spec(n)}
    args.out.write_text(json.dumps({"versions": versions, "rows": rows}, indent=1))
    print(f"written to {args.out}; values that differ: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
