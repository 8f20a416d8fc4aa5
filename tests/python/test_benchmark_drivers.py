"""Each library's driver in the benchmarks counts what Kedja's counts, on a graph of 200 companies.

The benchmarks compare one number per kernel between libraries; here the numbers are small enough to
be checked against their definitions too.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
if not (ROOT / "benchmarks").is_dir():
    pytest.skip("benchmarks are not here", allow_module_level=True)
sys.path.insert(0, str(ROOT / "benchmarks"))
import drivers  # noqa: E402
import graphs  # noqa: E402
import kernels  # noqa: E402

LINKS = graphs.supply(200, 1_200, 1)


def number(library: str, kernel: str, directed: bool) -> float:
    links = LINKS if directed else LINKS.undirected()
    driver = drivers.DRIVERS[library](links, directed, 1)
    if kernel in drivers.WEIGHTED and library != "kedja":
        driver.weigh()
    return drivers.one_number(getattr(driver, kernel)())


#: libraries that refuse a graph without directions here; Kedja takes a link for one each way
DIRECTED_ONLY = {
    ("rustworkx", "strong_components"),
    ("rustworkx", "pagerank"),
    ("rustworkx", "hits"),
    ("networkx", "strong_components"),
}


def asked() -> list[tuple[str, str, bool]]:
    """Library, kernel, whether links have directions: as the benchmarks may ask."""
    return [
        (library, kernel, directed)
        for library, driver in drivers.DRIVERS.items()
        for kernel in kernels.CASES
        for directed in (True, False)
        if library != "kedja"
        and hasattr(driver, kernel)
        and not (directed and kernel in drivers.UNDIRECTED)
        and (directed or (library, kernel) not in DIRECTED_ONLY)
    ]


@pytest.mark.filterwarnings("ignore")  # igraph has words about zeros in hub scores
@pytest.mark.parametrize(("library", "kernel", "directed"), asked())
def test_a_peer_counts_what_kedja_counts(library, kernel, directed):
    here = importlib.util.find_spec(library) or (library == "boost" and shutil.which("c++"))
    if not here:
        pytest.skip(f"{library} is not installed")
    ours, theirs = number("kedja", kernel, directed), number(library, kernel, directed)
    assert kernels.agrees(kernel, theirs, ours), f"{theirs} is not {ours}"


def as_networkx(directed: bool) -> nx.Graph:
    links = LINKS if directed else LINKS.undirected()
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(range(links.n))
    ends = zip(links.source.tolist(), links.target.tolist(), links.value.tolist(), strict=True)
    graph.add_weighted_edges_from(ends)
    return graph


def reach(graph: nx.Graph, weight: str | None) -> float:
    hub = int(np.bincount(LINKS.source, minlength=LINKS.n).argmax())
    return sum(nx.shortest_path_length(graph, hub, weight=weight).values())


#: what the numbers of kernels mean, by NetworkX; the others are counts, or compared above only
MEANINGS = {
    "arrays_to_graph": lambda g: g.number_of_edges(),
    "harmonic": lambda g: sum(nx.harmonic_centrality(g).values()),
    "closeness": lambda g: sum(nx.closeness_centrality(g).values()),
    "top_harmonic": lambda g: sum(sorted(nx.harmonic_centrality(g).values())[-drivers.TOP :]),
    "top_closeness": lambda g: sum(sorted(nx.closeness_centrality(g).values())[-drivers.TOP :]),
    "betweenness": lambda g: sum(nx.betweenness_centrality(g, normalized=False).values()),
    "betweenness_by_length": lambda g: sum(
        nx.betweenness_centrality(g, normalized=False, weight="weight").values()
    ),
    "edge_betweenness": lambda g: sum(nx.edge_betweenness_centrality(g, normalized=False).values()),
    "estimated_betweenness": lambda g: max(nx.betweenness_centrality(g).values()),
    "core_number": lambda g: sum(nx.core_number(g).values()),
    "triangles": lambda g: sum(nx.clustering(g).values()),
    "constraint": lambda g: np.nansum(list(nx.constraint(g, weight="weight").values())),
    "adamic_adar": lambda g: sum(sorted(x for *_, x in nx.adamic_adar_index(g))[-drivers.TOP :]),
    "weak_components": lambda g: nx.number_connected_components(g),
    "strong_components": lambda g: nx.number_strongly_connected_components(g),
    "hops": lambda g: reach(g, None),
    "lengths": lambda g: reach(g, "weight"),
    "pagerank": lambda g: sum(
        x**2 for x in nx.pagerank(g, tol=1e-12, max_iter=1000, weight=None).values()
    ),
}


@pytest.mark.parametrize("kernel", MEANINGS)
def test_the_numbers_mean_what_they_say(kernel):
    directed = kernel not in drivers.UNDIRECTED
    meant = MEANINGS[kernel](as_networkx(directed))
    assert kernels.agrees(kernel, meant, number("kedja", kernel, directed))


def test_estimates_of_networkit_are_twice_the_share_of_pairs():
    networkit = pytest.importorskip("networkit")
    links = LINKS.undirected()
    found = drivers.NetworKit(links, False, 1)
    scores = networkit.centrality.KadabraBetweenness(found.graph, 0.005, 0.1).run().scores()
    exact = nx.betweenness_centrality(as_networkx(False), normalized=False)
    share = np.array([exact[v] for v in range(links.n)]) / (links.n * (links.n - 1) / 2)
    np.testing.assert_allclose(np.array(scores) / 2, share, atol=0.005)
    assert np.abs(np.array(scores) - share).max() > 0.05
