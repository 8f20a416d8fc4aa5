"""The compiled library gives the same bits with whatever vector instructions it is allowed."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

CODE = """
    import hashlib, warnings
    import kedja, numpy as np, pandas as pd

    warnings.simplefilter("ignore")
    random = np.random.default_rng(5)
    n, m = 600, 3000
    source, target = (n * random.random(m) ** 2).astype(int), random.integers(0, n, m)
    value = np.round(random.lognormal(size=m), 3) + 0.001
    one, both = (
        kedja.CompanyGraph.from_arrays(n, source, target, value, directed=way)
        for way in (True, False)
    )
    C, S, V = kedja.centrality, kedja.structure, kedja.value_chain
    table = random.random((80, 80)) * (random.random((80, 80)) < 0.4)
    flows = kedja.Flows(table, random.random((80, 4)) * 60, groups=np.repeat(list("abcd"), 20))
    long = pd.DataFrame(
        {"row": random.integers(0, 90, 2000), "column": random.integers(0, 60, 2000), "value": 1.0}
    ).drop_duplicates(["row", "column"])
    sector = np.arange(n) % 7
    shocks = pd.DataFrame({"scenario": range(24), "company": range(24), "remaining": 0.0})
    calls = {
        "betweenness": lambda g: C.betweenness(g),
        "betweenness by length": lambda g: C.betweenness(g, length="value"),
        "betweenness of some": lambda g: C.betweenness(g, sources=range(40), targets=range(90)),
        "estimated betweenness": lambda g: C.betweenness(g, epsilon=0.02),
        "edge betweenness": lambda g: C.edge_betweenness(g),
        "edge betweenness by length": lambda g: C.edge_betweenness(g, length="value"),
        "harmonic": lambda g: C.harmonic_closeness(g),
        "closeness by length": lambda g: C.closeness(g, length="1/value"),
        "best closeness": lambda g: C.closeness(g, top_k=9),
        "group": lambda g: C.group_closeness(g, k=4),
        "current flow": lambda g: C.current_flow_betweenness(g, epsilon=0.1),
        "pagerank": lambda g: C.pagerank(g),
        "eigenvector": lambda g: C.eigenvector(g),
        "hits": lambda g: C.hits(g),
        "katz": lambda g: C.katz(g, alpha=1e-3),
        "eccentricity": lambda g: S.eccentricity(g),
        "distances": lambda g: S.distances(g, 0, length="value"),
        "triangles": lambda g: S.triangles(g, weighted=True),
        "holes": lambda g: S.structural_holes(g),
        "communities": lambda g: S.communities(g),
        "two hop": lambda g: kedja.recommend.two_hop(g, k=50),
        "configuration": lambda g: kedja.null_models.configuration(g),
        "robustness": lambda g: S.robustness(g, order="random"),
        "esri": lambda g: kedja.shock.esri(g, sector=sector, shocks=shocks) if g is one else None,
        "published esri": lambda g: (
            kedja.shock.esri(g, sector=sector, market=sector, mode="published", shocks=shocks)
            if g is one
            else None
        ),
        "trophic levels": lambda g: V.trophic_levels(g) if g is one else None,
        "leontief": lambda g: V.multipliers(flows) if g is one else None,
        "extraction": lambda g: V.extraction(flows) if g is one else None,
        "participation": lambda g: V.gvc_participation(flows) if g is one else None,
        "relatedness": lambda g: kedja.complexity.relatedness(long, binary=1) if g is one else None,
        "shared columns": lambda g: (
            kedja.null_models.bicm(long, binary=1).pvalues() if g is one else None
        ),
        "density": lambda g: kedja.complexity.density(long) if g is one else None,
    }
    for name, call in calls.items():
        for g in (one, both):
            found = call(g)
            if found is None:
                continue
            bits = hashlib.sha256()
            for column in found.columns:
                values = np.asarray(found[column])
                if values.dtype.kind in "fiub":
                    bits.update(np.ascontiguousarray(values).tobytes())
            print(name, "directed" if g is one else "undirected", bits.hexdigest())
"""


def run(instructions: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CODE)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KEDJA_INSTRUCTIONS": instructions},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def best() -> list[str]:
    found = run("")
    assert len(found) > 50
    return found


@pytest.mark.parametrize("instructions", ["baseline", "avx2"])
def test_every_kernel_gives_the_same_bits(instructions, best):
    assert run(instructions) == best
