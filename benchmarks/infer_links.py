"""How often inferred supply links are right, and how fast they are made.

    python benchmarks/infer_links.py [--data FOLDER] [--companies 1000000]

Country-sectors of a world input-output table stand for companies: their flows are hidden, links are
inferred from sector and output, and compared with the flows that were hidden. Packages of Debian 12
with their sections, and printing firms of Kecskemet that ask one another for advice, are held-out
links of two more kinds. Plain gravity (size of one end times size of the other) is the baseline.
AUC: share of (link, no link) pairs that are ranked rightly. AP: average precision. Degrees: rank
correlation of expected and true numbers of suppliers and buyers. Data sets that are not in FOLDER
(`../shared/data` beside the project by default) are left out with a line that says so.
"""

from __future__ import annotations

import argparse
import pathlib
import resource
import time

import kedja
import numpy as np
import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parents[1]


def auc(score: np.ndarray, truth: np.ndarray) -> float:
    """Ties count half."""
    rank = pd.Series(score).rank().to_numpy()
    positive = truth.sum()
    wins = rank[truth].sum() - positive * (positive + 1) / 2
    return float(wins / (positive * (len(truth) - positive)))


def average_precision(score: np.ndarray, truth: np.ndarray) -> float:
    """Pairs of equal score are one step."""
    order = np.argsort(-score, kind="stable")
    score, truth = score[order], truth[order]
    last = np.append(score[1:] != score[:-1], True)
    found = np.cumsum(truth)[last]
    seen = np.flatnonzero(last) + 1
    gained = np.diff(found, prepend=0)
    return float((gained * found / seen).sum() / truth.sum())


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(pd.Series(a).rank(), pd.Series(b).rank())[0, 1])


def show(name: str, score: np.ndarray, truth: np.ndarray, *degrees: float) -> None:
    print(
        f"  {name:<44} base {truth.mean():.3f}  AUC {auc(score, truth):.3f}  AP {average_precision(score, truth):.3f}"
        + "".join(f"  {what} {d:.2f}" for what, d in zip(("in", "out"), degrees, strict=False))
    )


def world(folder: pathlib.Path) -> None:
    nodes = pd.read_csv(folder / "nodes.csv")
    hidden = pd.read_csv(folder / "flows_all.csv.gz")
    Z = np.zeros((len(nodes), len(nodes)))
    Z[hidden["supplier"], hidden["buyer"]] = hidden["value_musd"]
    kept = (nodes["output_musd"] > 0).to_numpy()
    nodes, Z = nodes[kept].reset_index(drop=True), Z[np.ix_(kept, kept)]
    firms = pd.DataFrame(
        {"id": nodes["node"], "industry": nodes["sector"], "revenue": nodes["output_musd"]}
    )
    n = len(firms)
    off = ~np.eye(n, dtype=bool)
    x = firms["revenue"].to_numpy(float)
    codes, sectors = pd.factorize(nodes["sector"])
    pick = np.eye(len(sectors))[codes]
    same = nodes["country"].to_numpy()[:, None] == nodes["country"].to_numpy()
    share = Z / np.maximum(Z.sum(axis=0), 1)
    gravity = x[:, None] * x
    for what, linked in (("100 million USD", Z >= 100), ("0.5 % of inputs", share >= 0.005)):
        truth = linked & off
        print(f"\nWIOD 2011: {n} country-sectors, {truth.sum()} links of at least {what}")
        for name in ("world", "USA", "DEU", "SWE"):
            buyers = (nodes["country"] == name).to_numpy() | (name == "world")
            z = pick.T @ Z[:, buyers] @ pick[buyers]
            made = np.maximum(pick[buyers].T @ x[buyers], z.sum(axis=1))
            links = kedja.value_chain.infer_links(
                firms,
                kedja.Flows(z, made - z.sum(axis=1), labels=sectors),
                sector="industry",
                mean_degree=truth.sum() / n,
                resale={},
            )
            p, value = _all_pairs(links, firms["id"])
            degree = [rank_correlation(p.sum(axis=k), truth.sum(axis=k)) for k in (0, 1)]
            show(f"input coefficients of {name}", p[off], truth[off], *degree)
            if name == "world":
                inside = p[off & same]
                fit = np.corrcoef(np.log(value[truth]), np.log(Z[truth]))[0, 1]
        degree = [rank_correlation(gravity.sum(axis=k), truth.sum(axis=k)) for k in (0, 1)]
        show("plain gravity", gravity[off], truth[off], *degree)
        show("within countries: world", inside, truth[off & same])
        show("within countries: plain gravity", gravity[off & same], truth[off & same])
        print(f"  log of expected and true value of the links, world: correlation {fit:.2f}")


def _all_pairs(
    links: kedja.value_chain.InferredLinks, ids: pd.Series
) -> tuple[np.ndarray, np.ndarray]:
    """Probability and expected value of all pairs, by row; the compiled model spares a long table."""
    n = len(ids)
    at = np.empty(n, dtype=np.uint32)
    at[links._who] = np.arange(n)
    p, value = links._core.pairs(np.repeat(at, n), np.tile(at, n))
    return p.reshape(n, n), value.reshape(n, n)


def debian(folder: pathlib.Path) -> None:
    packages = pd.read_csv(folder / "vertices.csv.gz")
    edges = pd.read_csv(folder / "edges.csv.gz")
    random = np.random.default_rng(0)
    seen = random.random(len(edges)) < 0.5
    codes, sections = pd.factorize(packages["section"])
    size = np.maximum(packages["installed_kib"].fillna(1).to_numpy(float), 1)
    z = np.zeros((len(sections), len(sections)))
    np.add.at(z, (codes[edges["supplier"][seen]], codes[edges["buyer"][seen]]), 1.0)
    firms = pd.DataFrame({"id": packages["vertex"], "section": packages["section"], "size": size})
    made = np.bincount(codes, size)
    made *= 1.5 * (z.sum(axis=1) / made).max()
    flows = kedja.Flows(z, made - z.sum(axis=1), labels=sections)
    links = kedja.value_chain.infer_links(
        firms, flows, sector="section", mean_degree=len(edges) / len(packages)
    )
    held = edges[~seen]
    known = set((edges["supplier"] * len(packages) + edges["buyer"]).tolist())
    other = random.integers(0, len(packages), (10 * len(held), 2))
    other = other[[a != b and a * len(packages) + b not in known for a, b in other.tolist()]]
    pairs = np.concatenate([held[["supplier", "buyer"]].to_numpy(), other])
    truth = np.arange(len(pairs)) < len(held)
    ids = packages["vertex"].to_numpy()
    p = links.pairs(pd.DataFrame({"source": ids[pairs[:, 0]], "target": ids[pairs[:, 1]]}))
    print(
        f"\nDebian 12: {len(packages)} packages, section table from half of the links, "
        f"{len(held)} held-out links among ten times as many pairs without"
    )
    show("sections and sizes", p["probability"], truth)
    show("plain gravity", size[pairs[:, 0]] * size[pairs[:, 1]], truth)


def kecskemet(folder: pathlib.Path) -> None:
    firms = pd.read_csv(folder / "firms.csv")
    firms = firms[firms["employees_2012"] > 0]
    advice = pd.read_csv(folder / "advice_links.csv")
    advice = advice[advice["year"] == 2012]
    n = len(firms)
    flows = kedja.Flows([[10.0]], [90.0], labels=["printing"])
    table = pd.DataFrame({"id": firms["firm"], "industry": "printing"})
    table["size"] = firms["employees_2012"].to_numpy(float)
    links = kedja.value_chain.infer_links(
        table, flows, sector="industry", mean_degree=len(advice) / n
    )
    linked = set(zip(advice["source"], advice["target"], strict=True))
    ids = firms["firm"].tolist()
    pairs = [(a, b) for a in ids for b in ids if a != b]
    truth = np.array([pair in linked for pair in pairs])
    print(f"\nKecskemet 2012: {n} printing firms, {truth.sum()} advice ties, one industry")
    show("size alone (one industry: plain gravity)", links.pairs(pairs)["probability"], truth)


def speed(companies: int) -> None:
    random = np.random.default_rng(1)
    sectors = 88
    z = random.lognormal(sigma=2, size=(sectors, sectors)) * (random.random((sectors,) * 2) < 0.8)
    labels = [f"s{k}" for k in range(sectors)]
    flows = kedja.Flows(z, z.sum(axis=1) + z.sum(axis=0), labels=labels)
    frame = pd.DataFrame({
        "id": np.arange(companies), "size": np.ceil(random.pareto(1.1, companies) * 2 + 1),
        "industry": np.array(labels, dtype=object)[random.integers(0, sectors, companies)],
    })  # fmt: skip
    print(f"\nSpeed: {companies} companies, {sectors} sectors, mean degree 10")
    steps = {
        "calibrate and rank 10 suppliers each": lambda: kedja.value_chain.infer_links(
            frame, flows, sector="industry", progress=False
        ),
    }
    for threads in (1, 2):
        wall, cpu = time.perf_counter(), time.process_time()
        links = steps["calibrate and rank 10 suppliers each"]()
        print(f"  {'calibrate and rank 10 suppliers each':<40}"
              f" wall {time.perf_counter() - wall:.2f} s, CPU {time.process_time() - cpu:.2f} s")  # fmt: skip
        wall, cpu = time.perf_counter(), time.process_time()
        found = links._core.sample(0, 0, threads=threads, progress=None)
        print(f"  {f'one sampled network, {len(found[0])} links, {threads} threads':<40}"
              f" wall {time.perf_counter() - wall:.2f} s, CPU {time.process_time() - cpu:.2f} s")  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  peak memory {peak:.2f} GiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--companies", type=int, default=1_000_000, help="0 leaves speed out")
    options = parser.parse_args()
    for name, part in (
        ("wiod2013_2011", world), ("debian_supply", debian), ("kecskemet_cluster", kecskemet),
    ):  # fmt: skip
        if (options.data / name).is_dir():
            part(options.data / name)
        else:
            print(f"\n{name}: not in {options.data}, left out")
    if options.companies:
        speed(options.companies)


if __name__ == "__main__":
    main()
