"""Economic systemic risk: Kedja beside a vectorised SciPy implementation in the same run.

    python benchmarks/shock.py [--full] [--threads 1 2] [--curve] [--companies 100000]

1. Published mode on 5,000 companies, 49,000 links, 616 sectors, 20 scenarios: values must agree to
   1e-12 and the numbers of steps must be equal; CPU seconds and their ratio. The SciPy version is
   itself far ahead of the published program, whose R package fastcascade is on no registry: it took
   5.35 CPU s for such a network once, which is quoted beside our time.
2. Fixed point of all companies of a large network (600 sectors, a third of the sector pairs
   essential, leak 0.6: that share of every company's revenue and cost lies outside the network):
   a sample of --sample companies, or every company with --full, with the bound on the error.
3. --curve: cost per shock for broad cascades (one network) and local ones (islands of 100
   companies), from 10,000 to 1,000,000 companies.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import time

import kedja
import numpy as np
import pandas as pd


def network(n: int, m: int, sectors: int, leak: float, seed: int, island: int = 0) -> dict:
    """Companies of Pareto size that sell by size; islands trade among themselves only."""
    random = np.random.default_rng(seed)
    size = random.pareto(1.5, n) + 1
    target = random.integers(0, n, m)
    if island:
        source = target // island * island + random.integers(0, island, m)
        source = np.minimum(source, n - 1)
    else:
        source = random.choice(n, m, p=size / size.sum())
    value = random.lognormal(size=m) * (size[source] * size[target]) ** 0.25
    sold, bought = np.bincount(source, value, n), np.bincount(target, value, n)
    essential = np.where(random.random((sectors, sectors)) < 1 / 3, 2, 1)
    return {
        "n": n,
        "source": source,
        "target": target,
        "value": value,
        "sector": random.integers(0, sectors, n),
        "essential": essential,
        "revenue": sold / (1 - leak) + 1e-9,
        "cost": bought / (1 - leak) + 1e-9,
    }


class SciPy:
    """The equations with sparse products over (company, input) pairs; one scenario at a time."""

    def __init__(self, net: dict) -> None:
        import scipy.sparse as sp

        n, s, t, w = net["n"], net["source"], net["target"], net["value"]
        sector, kind = net["sector"], net["essential"][net["sector"][s], net["sector"][t]]
        need = kind == 2
        key, pair = np.unique(t[need] * (sector.max() + 1) + sector[s[need]], return_inverse=True)
        bought = np.bincount(t, w, n)
        scale = bought / net["cost"]
        total = np.bincount(pair, w[need])
        share = w[need] / total[pair] * scale[t[need]]
        self.essential = sp.csr_array((share, (pair, s[need])), shape=(len(key), n))
        self.buyer = key // (sector.max() + 1)
        other = kind == 1
        shares = w[other] / net["cost"][t[other]]
        self.other = sp.csr_array((shares, (t[other], s[other])), shape=(n, n))
        self.up = sp.csr_array((w / net["revenue"][s], (s, t)), shape=(n, n))
        sold = np.bincount(s, w, n)
        self.weight = sold / sold.sum()
        self.first = np.searchsorted(self.buyer, np.unique(self.buyer))
        self.buyers = np.unique(self.buyer)

    def run(self, company: int, eps: float) -> tuple[float, int]:
        shock = np.zeros(len(self.weight))
        shock[company] = 1.0
        down, up, steps = shock.copy(), shock.copy(), 0
        while True:
            new = np.maximum(shock, self.other @ down)
            most = np.maximum.reduceat(self.essential @ down, self.first)
            new[self.buyers] = np.maximum(new[self.buyers], most)
            new_up = np.maximum(shock, self.up @ up)
            np.minimum(new, 1, out=new)
            np.minimum(new_up, 1, out=new_up)
            steps += 1
            change = max((new - down).max(), (new_up - up).max())
            down, up = new, new_up
            if change <= eps:
                return float(self.weight @ np.maximum(down, up)), steps


def cpu(call, *args, **options):
    """(result, CPU seconds, wall seconds)."""
    wall, used = time.perf_counter(), time.process_time()
    result = call(*args, **options)
    return result, time.process_time() - used, time.perf_counter() - wall


def peak() -> float:
    """Most memory of this process so far, both libraries and their imports included, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def options(net: dict) -> tuple[kedja.CompanyGraph, dict]:
    graph = kedja.CompanyGraph.from_arrays(net["n"], net["source"], net["target"], net["value"])
    return graph, {
        "sector": net["sector"],
        "essential": pd.DataFrame(net["essential"]),
        "revenue": net["revenue"],
        "cost": net["cost"],
    }


def alone(companies: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"scenario": companies, "company": companies, "remaining": 0.0})


QUOTED = 5.35  # CPU seconds of fastcascade 0.9.3.1, measured once elsewhere on such a network


def authors_program() -> str:
    """Whether the authors' package could have run here; it is compared by its quoted time only."""
    if shutil.which("Rscript") is None:
        return "no R here"
    asked = "cat(R.version$major, R.version$minor, requireNamespace('fastcascade', quietly=TRUE))"
    said = subprocess.run(["Rscript", "-e", asked], capture_output=True, text=True, check=False)
    major, minor, found = (said.stdout.split() + ["?"] * 3)[:3]
    has = "has fastcascade, which this script does not call" if found == "TRUE" else "lacks it"
    return f"R {major}.{minor} {has}"


def published(threads: list[int]) -> None:
    net = network(5000, 49_000, 616, 0.2, 7)
    graph, given = options(net)
    companies = np.random.default_rng(1).choice(5000, 20, replace=False)
    oracle = SciPy(net)
    expected, theirs, _ = cpu(lambda: [oracle.run(int(c), 1e-2) for c in companies])
    for count in threads:
        runs = []
        for _ in range(5):
            got, used, _ = cpu(
                kedja.shock.esri,
                graph,
                shocks=alone(companies),
                mode="published",
                threads=count,
                **given,
            )
            runs.append(used)
        np.testing.assert_allclose(got["esri"], [e for e, _ in expected], rtol=1e-12)
        assert got["iterations"].tolist() == [steps for _, steps in expected]
        print(
            f"published, 5,000 companies, 20 scenarios, {count} thread(s): kedja {min(runs):.4f} s "
            f"CPU, SciPy {theirs:.4f} s, ratio {theirs / min(runs):.1f}x; steps "
            f"{got['iterations'].min()} to {got['iterations'].max()}, equal; peak {peak():.0f} MiB"
        )
        print(
            f"    fastcascade: not in this run ({authors_program()}); quoted {QUOTED} s, "
            f"{QUOTED / min(runs):.0f}x"
        )


def fixed_point(n: int, sample: int, full: bool, threads: list[int]) -> None:
    net = network(n, 10 * n, 600, 0.6, 11)
    graph, given = options(net)
    random = np.random.default_rng(2)
    companies = np.sort(random.choice(n, min(n, sample), replace=False))
    few = companies[:3]
    oracle = SciPy(net)
    exact, theirs, _ = cpu(lambda: [oracle.run(int(c), 1e-12)[0] for c in few])
    for count in threads:
        shocks = None if full else alone(companies)
        got, used, wall = cpu(kedja.shock.esri, graph, shocks=shocks, threads=count, **given)
        rows = few if full else np.arange(len(few))
        off = np.abs(got["esri"][rows] - exact).max()
        bound = got.meta["error_bound"]
        assert got.meta["converged"] and off <= 1e-6 and bound <= 1e-6
        each = used / len(got)
        print(
            f"fixed point, {n:,} companies, {len(got):,} shocks, {count} thread(s): {used:.1f} s "
            f"CPU, {wall:.1f} s wall, {1e3 * each:.2f} ms CPU per shock (all companies: "
            f"{each * n:.0f} s CPU); bound {bound:.1e}, off {off:.1e}; SciPy "
            f"{1e3 * theirs / len(few):.0f} ms per shock, ratio {theirs / len(few) / each:.0f}x; "
            f"peak {peak():.0f} MiB",
            flush=True,
        )


def curve() -> None:
    for name, island, count in (("broad", 0, 64), ("local", 100, 8192)):  # enough to be seen
        for n in (10_000, 30_000, 100_000, 300_000, 1_000_000):
            net = network(n, 10 * n, 600, 0.6, 13, island)
            graph, given = options(net)
            companies = np.linspace(0, n - 1, count).astype(np.int64)
            shocks = alone(companies)
            _, used_once, _ = cpu(kedja.shock.esri, graph, shocks=shocks[:1], threads=1, **given)
            got, used, _ = cpu(kedja.shock.esri, graph, shocks=shocks, threads=1, **given)
            each = max(used - used_once, 0.0) / (len(got) - 1)  # setting up is not counted
            print(
                f"{name:6} {n:9,} companies: {1e3 * each:9.3f} ms CPU per shock, set-up and one "
                f"shock {used_once:.2f} s, mean ESRI {got['esri'].mean():.1e}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--companies", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=320)
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--full", action="store_true", help="every company")
    parser.add_argument("--curve", action="store_true")
    args = parser.parse_args()
    if args.curve:
        curve()
        return
    published(args.threads)
    fixed_point(args.companies, args.sample, args.full, args.threads)


if __name__ == "__main__":
    main()
