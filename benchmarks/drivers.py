"""One class per library: how its own users build a graph and call each kernel.

`build` is not timed; every kernel returns what `one_number` makes a number of that must agree
between libraries.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from graphs import Links

UNDIRECTED = {
    "harmonic",
    "closeness",
    "top_harmonic",
    "top_closeness",
    "adamic_adar",
    "weak_components",
    "core_number",
    "triangles",
    "constraint",
    "communities",
    "switches",
    "estimated_betweenness",
    "eigenvector",
    "katz",
}
#: kernels whose libraries need link values
WEIGHTED = {"betweenness_by_length", "lengths", "constraint", "communities"}
TOP = 100
SWITCHES = 10  # per link


def first_hub(links: Links) -> int:
    """Where single-source searches start: the first company with the most buyers."""
    return int(np.bincount(links.source, minlength=links.n).argmax())


def shape(scores: Any) -> float:
    """Sum over L2 norm: one number that does not depend on how scores are scaled."""
    values = np.abs(np.asarray(scores))
    return float(values.sum() / np.linalg.norm(values))


def one_number(found: float | np.ndarray | Callable[[], float]) -> float:
    """What libraries must agree on, found when the time has been taken. Of distances: the sum of
    those that are one; where no path leads, libraries put numbers of their own, all beyond a
    billion, or 0."""
    if callable(found):
        return found()
    return float(found if np.isscalar(found) else found.sum(where=found < 1e9))


def katz_alpha(links: Links) -> float:
    """Half of what the largest degree allows: every library's series converges."""
    degree = np.bincount(links.source, minlength=links.n) + np.bincount(
        links.target, minlength=links.n
    )
    return 0.5 / float(degree.max())


def modularity(links: Links, community: np.ndarray) -> float:
    strength = np.bincount(community[links.source], links.value, community.max() + 1)
    strength += np.bincount(community[links.target], links.value, community.max() + 1)
    whole = links.value.sum()
    inside = links.value[community[links.source] == community[links.target]].sum()
    return float(inside / whole - ((strength / whole / 2) ** 2).sum())


class Kedja:
    parallel = True

    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import kedja

        self.kedja, self.links, self.directed = kedja, links, directed
        self.threads = threads
        self.graph = self.built()
        _ = self.graph.checksum  # made once for a graph and named by every result
        self.run: dict[str, Any] = {"threads": threads, "progress": False}
        self.hub, self.alpha = first_hub(links), katz_alpha(links)

    def built(self) -> Any:
        links = self.links
        return self.kedja.CompanyGraph.from_arrays(
            links.n,
            links.source,
            links.target,
            links.value,
            directed=self.directed,
            threads=self.threads,
        )

    def arrays_to_graph(self) -> float:
        return float(self.built().num_links)

    def top_harmonic(self) -> float:
        found = self.kedja.centrality.harmonic_closeness(
            self.graph, normalized=False, top_k=TOP, **self.run
        )
        return float(found["harmonic_closeness"].sum())

    def top_closeness(self) -> float:
        found = self.kedja.centrality.closeness(self.graph, top_k=TOP, **self.run)
        return float(found["closeness"].sum())

    def core_number(self) -> float:
        found = self.kedja.structure.core_number(self.graph, progress=False)
        return float(found["core_number"].sum())

    def triangles(self) -> float:
        found = self.kedja.structure.triangles(self.graph, **self.run)
        return float(np.nansum(found["clustering"]))

    def constraint(self) -> float:
        found = self.kedja.structure.structural_holes(self.graph, **self.run)
        return float(np.nansum(found["constraint"]))

    def communities(self) -> Callable[[], float]:
        found = self.kedja.structure.communities(self.graph, **self.run)
        return partial(modularity, self.links, found["community"])

    def switches(self) -> float:
        from kedja import _core

        made = _core.rewire(
            self.graph._core,
            switches_per_link=float(SWITCHES),
            seed=1,
            draws=1,
            threads=self.threads,
            progress=None,
        )
        return float(len(made[0][0]))

    def harmonic(self) -> float:
        found = self.kedja.centrality.harmonic_closeness(self.graph, normalized=False, **self.run)
        return float(found["harmonic_closeness"].sum())

    def closeness(self) -> float:
        return float(self.kedja.centrality.closeness(self.graph, **self.run)["closeness"].sum())

    def betweenness(self) -> float:
        found = self.kedja.centrality.betweenness(self.graph, normalized=False, **self.run)
        return float(found["betweenness"].sum())

    def betweenness_by_length(self) -> float:
        found = self.kedja.centrality.betweenness(
            self.graph, normalized=False, length="value", **self.run
        )
        return float(found["betweenness"].sum())

    def edge_betweenness(self) -> float:
        found = self.kedja.centrality.edge_betweenness(self.graph, normalized=False, **self.run)
        return float(found["edge_betweenness"].sum())

    def estimated_betweenness(self) -> float:
        found = self.kedja.centrality.betweenness(self.graph, epsilon=0.005, delta=0.1, **self.run)
        return float(found["betweenness"].max())

    def eigenvector(self) -> float:
        found = self.kedja.centrality.eigenvector(
            self.graph, weighted=False, tolerance=1e-8, **self.run
        )
        return shape(found["eigenvector"])

    def katz(self) -> float:
        found = self.kedja.centrality.katz(
            self.graph, alpha=self.alpha, weighted=False, tolerance=1e-8, **self.run
        )
        return shape(found["katz"])

    def hits(self) -> float:
        found = self.kedja.centrality.hits(self.graph, weighted=False, tolerance=1e-8, **self.run)
        return shape(found["hubs"]) + shape(found["authorities"])

    def hops(self) -> np.ndarray:
        return self.kedja.structure.distances(self.graph, self.hub, **self.run)["distance"]

    def lengths(self) -> np.ndarray:
        found = self.kedja.structure.distances(self.graph, self.hub, length="value", **self.run)[
            "distance"
        ]
        return found

    def pagerank(self) -> float:
        found = self.kedja.centrality.pagerank(
            self.graph, weighted=False, tolerance=1e-9, **self.run
        )
        return float((found["pagerank"] ** 2).sum())

    def weak_components(self) -> float:
        return float(self.kedja.structure.components(self.graph).meta["count"])

    def strong_components(self) -> float:
        return float(self.kedja.structure.components(self.graph, kind="strong").meta["count"])

    def adamic_adar(self) -> float:
        found = self.kedja.recommend.two_hop(self.graph, k=100, **self.run)
        return float(found["score"].sum())


class NetworKit:
    parallel = True

    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import networkit

        self.nk, self.directed = networkit, directed
        networkit.setNumberOfThreads(threads)
        networkit.setSeed(1, False)
        self.graph = networkit.GraphFromCoo(
            (links.source, links.target), n=links.n, weighted=False, directed=directed
        )
        self.links, self.hub = links, first_hub(links)

    def weigh(self) -> None:
        self.graph = self.nk.GraphFromCoo(
            (self.links.value, (self.links.source, self.links.target)),
            n=self.links.n,
            weighted=True,
            directed=self.directed,
        )

    def arrays_to_graph(self) -> float:
        self.weigh()
        return float(self.graph.numberOfEdges())

    def closeness(self) -> float:
        # Of components, as the others: NetworKit's is 1 / mean distance times reached / (n - 1).
        kind = self.nk.centrality.ClosenessVariant.GENERALIZED
        return float(sum(self.nk.centrality.Closeness(self.graph, True, kind).run().scores()))

    def top_harmonic(self) -> float:
        found = self.nk.centrality.TopHarmonicCloseness(self.graph, TOP).run()
        return float(sum(found.topkScoresList()))

    def top_closeness(self) -> float:
        found = self.nk.centrality.TopCloseness(self.graph, TOP).run()
        return float(sum(found.topkScoresList()))

    def core_number(self) -> float:
        return float(np.sum(self.nk.centrality.CoreDecomposition(self.graph).run().scores()))

    def triangles(self) -> float:
        found = self.nk.centrality.LocalClusteringCoefficient(self.graph, True).run()
        return float(np.sum(found.scores()))

    def communities(self) -> Callable[[], float]:
        found = self.nk.community.ParallelLeiden(self.graph)
        found.run()
        return partial(modularity, self.links, np.asarray(found.getPartition().getVector()))

    def switches(self) -> float:
        switch = self.nk.randomization.EdgeSwitching(self.graph, SWITCHES)
        switch.run()
        return float(switch.getGraph().numberOfEdges())

    def adamic_adar(self) -> float:
        finder = self.nk.linkprediction.MissingLinksFinder(self.graph)
        index = self.nk.linkprediction.AdamicAdarIndex(self.graph)
        scores = [score for _, score in index.runOn(finder.findAtDistance(2))]
        return float(np.sort(scores)[-TOP:].sum())

    def estimated_betweenness(self) -> float:
        found = self.nk.centrality.KadabraBetweenness(self.graph, 0.005, 0.1).run()
        return float(max(found.scores())) / 2  # NetworKit: twice the share of pairs

    def hops(self) -> np.ndarray:
        return np.asarray(self.nk.distance.BFS(self.graph, self.hub, False).run().getDistances())

    def lengths(self) -> np.ndarray:
        found = self.nk.distance.Dijkstra(self.graph, self.hub, False).run()
        return np.asarray(found.getDistances())

    def betweenness(self) -> float:
        found = float(sum(self.nk.centrality.Betweenness(self.graph).run().scores()))
        return found if self.directed else found / 2  # NetworKit: a pair from both ends

    def betweenness_by_length(self) -> float:
        return self.betweenness()  # of the graph with values

    def pagerank(self) -> float:
        rank = self.nk.centrality.PageRank(
            self.graph,
            damp=0.85,
            tol=1e-9,
            distributeSinks=self.nk.centrality.SinkHandling.DistributeSinks,
        )
        rank.norm = self.nk.centrality.Norm.L1_NORM
        return float((np.asarray(rank.run().scores()) ** 2).sum())

    def weak_components(self) -> float:
        return float(self.nk.components.ConnectedComponents(self.graph).run().numberOfComponents())

    def strong_components(self) -> float:
        found = self.nk.components.StronglyConnectedComponents(self.graph).run()
        return float(found.numberOfComponents())


class IGraph:
    parallel = False

    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import igraph

        self.graph = igraph.Graph(
            n=links.n, edges=np.column_stack((links.source, links.target)), directed=directed
        )
        self.links, self.hub, self.directed = links, first_hub(links), directed

    def weigh(self) -> None:
        self.graph.es["weight"] = self.links.value

    def arrays_to_graph(self) -> float:
        import igraph

        ends = np.column_stack((self.links.source, self.links.target))
        graph = igraph.Graph(n=self.links.n, edges=ends, directed=self.directed)
        graph.es["weight"] = self.links.value
        return float(graph.ecount())

    def core_number(self) -> float:
        return float(np.sum(self.graph.coreness()))

    def triangles(self) -> float:
        return float(np.sum(self.graph.transitivity_local_undirected(mode="zero")))

    def constraint(self) -> float:
        return float(np.nansum(self.graph.constraint(weights="weight")))

    def communities(self) -> Callable[[], float]:
        found = self.graph.community_leiden("modularity", weights="weight", n_iterations=2)
        return partial(modularity, self.links, np.asarray(found.membership))

    def switches(self) -> float:
        made = self.graph.copy()
        made.rewire(n=SWITCHES * made.ecount())
        return float(made.ecount())

    def adamic_adar(self) -> float:
        score = np.triu(np.array(self.graph.similarity_inverse_log_weighted()), 1)
        score[self.links.source, self.links.target] = 0
        return float(np.sort(score[score > 0])[-TOP:].sum())

    def closeness(self) -> float:
        # igraph's closeness knows the component only: times the share of others that have a path.
        reached = self.graph.connected_components(mode="weak")
        size = np.asarray(reached.sizes())[np.asarray(reached.membership)] - 1.0
        found = np.nan_to_num(np.asarray(self.graph.closeness()))
        return float((found * size / (self.links.n - 1)).sum())

    def betweenness_by_length(self) -> float:
        return float(np.sum(self.graph.betweenness(weights="weight")))

    def edge_betweenness(self) -> float:
        return float(np.sum(self.graph.edge_betweenness()))

    def eigenvector(self) -> float:
        return shape(self.graph.eigenvector_centrality())

    def hits(self) -> float:
        return shape(self.graph.hub_score()) + shape(self.graph.authority_score())

    def hops(self) -> np.ndarray:
        return np.asarray(self.graph.distances(self.hub)[0])

    def lengths(self) -> np.ndarray:
        return np.asarray(self.graph.distances(self.hub, weights="weight")[0])

    def harmonic(self) -> float:
        return float(np.sum(self.graph.harmonic_centrality(normalized=False)))

    def betweenness(self) -> float:
        return float(np.sum(self.graph.betweenness()))

    def pagerank(self) -> float:
        return float((np.asarray(self.graph.pagerank(damping=0.85)) ** 2).sum())

    def weak_components(self) -> float:
        return float(len(self.graph.connected_components(mode="weak")))

    def strong_components(self) -> float:
        return float(len(self.graph.connected_components(mode="strong")))


class LeidenAlg:
    """The reference implementation of Leiden, on an igraph graph."""

    parallel = False

    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        self.links, self.graph = links, IGraph(links, directed, threads).graph

    def weigh(self) -> None:
        self.graph.es["weight"] = self.links.value

    def communities(self) -> Callable[[], float]:
        import leidenalg

        found = leidenalg.find_partition(
            self.graph,
            leidenalg.ModularityVertexPartition,
            weights="weight",
            n_iterations=2,
            seed=1,
        )
        return partial(modularity, self.links, np.asarray(found.membership))


class RustworkX:
    parallel = True

    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import rustworkx

        self.rx, self.links, self.directed = rustworkx, links, directed
        self.hub, self.alpha = first_hub(links), katz_alpha(links)
        self.at_once = 50 if threads > 1 else 10**9  # companies from which threads are used
        self.graph = self.built()

    def built(self) -> Any:
        graph = self.rx.PyDiGraph() if self.directed else self.rx.PyGraph()
        graph.add_nodes_from(range(self.links.n))
        columns = (self.links.source, self.links.target, self.links.value)
        graph.add_edges_from(list(zip(*(x.tolist() for x in columns), strict=True)))
        return graph

    def weigh(self) -> None:
        """Values are there from the start."""

    def arrays_to_graph(self) -> float:
        return float(self.built().num_edges())

    def betweenness(self) -> float:
        found = self.rx.betweenness_centrality(
            self.graph, normalized=False, parallel_threshold=self.at_once
        )
        return float(sum(found.values()))

    def lengths(self) -> float:
        found = self.rx.dijkstra_shortest_path_lengths(self.graph, self.hub, float)
        return float(sum(found.values()))

    def weak_components(self) -> float:
        return float(self.rx.number_connected_components(self.graph))

    def strong_components(self) -> float:
        return float(len(self.rx.strongly_connected_components(self.graph)))

    def core_number(self) -> float:
        return float(sum(self.rx.core_number(self.graph).values()))

    def pagerank(self) -> float:
        found = self.rx.pagerank(self.graph, tol=1e-9 / self.links.n, max_iter=1000)
        return float(sum(value**2 for value in found.values()))

    def hits(self) -> float:
        hubs, authorities = self.rx.hits(self.graph, tol=1e-10, max_iter=10_000)
        return shape(list(hubs.values())) + shape(list(authorities.values()))

    def eigenvector(self) -> float:
        found = self.rx.eigenvector_centrality(self.graph, tol=1e-10, max_iter=10_000)
        return shape(list(found.values()))

    def katz(self) -> float:
        found = self.rx.katz_centrality(self.graph, alpha=self.alpha, beta=1.0, tol=1e-10)
        return shape(list(found.values()))


class GraphTool:
    parallel = True

    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import graph_tool.all as gt

        gt.openmp_set_num_threads(threads)
        gt.seed_rng(1)
        self.gt, self.links, self.directed = gt, links, directed
        self.hub, self.alpha = first_hub(links), katz_alpha(links)
        self.graph, self.value = self.built()

    def built(self) -> Any:
        graph = self.gt.Graph(directed=self.directed)
        graph.add_vertex(self.links.n)
        graph.add_edge_list(np.column_stack((self.links.source, self.links.target)))
        value = graph.new_ep("double")
        value.a = self.links.value
        return graph, value

    def weigh(self) -> None:
        """Values are there from the start."""

    def arrays_to_graph(self) -> float:
        return float(self.built()[0].num_edges())

    def harmonic(self) -> float:
        return float(np.nansum(self.gt.closeness(self.graph, harmonic=True, norm=False).a))

    def betweenness(self) -> float:
        return float(self.gt.betweenness(self.graph, norm=False)[0].a.sum())

    def betweenness_by_length(self) -> float:
        return float(self.gt.betweenness(self.graph, weight=self.value, norm=False)[0].a.sum())

    def hops(self) -> np.ndarray:
        return self.gt.shortest_distance(self.graph, self.hub).a

    def lengths(self) -> np.ndarray:
        return self.gt.shortest_distance(self.graph, self.hub, weights=self.value).a

    def weak_components(self) -> float:
        return float(len(self.gt.label_components(self.graph, directed=False)[1]))

    def strong_components(self) -> float:
        return float(len(self.gt.label_components(self.graph, directed=True)[1]))

    def core_number(self) -> float:
        return float(self.gt.kcore_decomposition(self.graph).a.sum())

    def triangles(self) -> float:
        return float(self.gt.local_clustering(self.graph).a.sum())

    def pagerank(self) -> float:
        found = self.gt.pagerank(self.graph, 0.85, epsilon=1e-9).a
        return float(((found / found.sum()) ** 2).sum())

    def hits(self) -> float:
        _, authorities, hubs = self.gt.hits(self.graph, epsilon=1e-10)
        return shape(hubs.a) + shape(authorities.a)

    def eigenvector(self) -> float:
        return shape(self.gt.eigenvector(self.graph, epsilon=1e-10)[1].a)

    def katz(self) -> float:
        return shape(self.gt.katz(self.graph, self.alpha, epsilon=1e-10).a)

    def switches(self) -> float:
        made = self.graph.copy()
        self.gt.random_rewire(
            made, "configuration", n_iter=SWITCHES, parallel_edges=False, self_loops=False
        )
        return float(made.num_edges())


class Boost:
    """Plain Boost.Graph in C++, compiled once (boost_baseline.cpp says how it is written)."""

    parallel = False

    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        self.library = ctypes.CDLL(str(boost_baseline()))
        self.library.baseline_build.restype = ctypes.c_void_p
        self.library.baseline_run.restype = ctypes.c_double
        self.links, self.hub, self.directed = links, first_hub(links), directed
        self.graph = self.built()

    def built(self) -> Any:
        columns = (
            np.ascontiguousarray(self.links.source, dtype=np.int64),
            np.ascontiguousarray(self.links.target, dtype=np.int64),
            np.ascontiguousarray(self.links.value, dtype=np.float64),
        )
        return ctypes.c_void_p(
            self.library.baseline_build(
                ctypes.c_uint32(self.links.n),
                ctypes.c_uint64(len(self.links.source)),
                *(ctypes.c_void_p(x.ctypes.data) for x in columns),
                ctypes.c_int(self.directed),
            )
        )

    def weigh(self) -> None:
        """Values are there from the start."""

    def arrays_to_graph(self) -> float:
        self.library.baseline_free(self.built())
        return float(len(self.links.source))

    def _run(self, kernel: str) -> float:
        hub = ctypes.c_uint32(self.hub)
        return float(self.library.baseline_run(self.graph, kernel.encode(), hub))

    def hops(self) -> float:
        return self._run("hops")

    def lengths(self) -> float:
        return self._run("lengths")

    def harmonic(self) -> float:
        return self._run("harmonic")

    def betweenness(self) -> float:
        return self._run("betweenness")

    def betweenness_by_length(self) -> float:
        return self._run("betweenness_by_length")

    def weak_components(self) -> float:
        return self._run("weak_components")

    def strong_components(self) -> float:
        return self._run("strong_components")

    def core_number(self) -> float:
        return self._run("core_number")

    def triangles(self) -> float:
        return self._run("triangles")

    def pagerank(self) -> float:
        return self._run("pagerank")


def boost_baseline() -> Path:
    """The compiled baseline; made again when its source is newer."""
    source = Path(__file__).with_name("boost_baseline.cpp")
    made = source.parents[1] / "build" / "boost_baseline.so"
    if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
        made.parent.mkdir(exist_ok=True)
        compiler = os.environ.get("CXX", "c++")
        options = ["-std=c++20", "-O2", "-shared", "-fPIC"]
        subprocess.run([compiler, *options, str(source), "-o", str(made)], check=True)
    return made


class NetworkX:
    parallel = False

    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import networkx

        self.nx = networkx
        self.graph = networkx.DiGraph() if directed else networkx.Graph()
        self.graph.add_nodes_from(range(links.n))
        self.graph.add_edges_from(zip(links.source.tolist(), links.target.tolist(), strict=True))

    def core_number(self) -> float:
        return float(sum(self.nx.core_number(self.graph).values()))

    def triangles(self) -> float:
        return float(sum(self.nx.clustering(self.graph).values()))

    def pagerank(self) -> float:
        found = self.nx.pagerank(self.graph, alpha=0.85, tol=1e-9 / len(self.graph), max_iter=1000)
        return float(sum(value**2 for value in found.values()))

    def weak_components(self) -> float:
        return float(self.nx.number_connected_components(self.graph))

    def strong_components(self) -> float:
        return float(self.nx.number_strongly_connected_components(self.graph))


class SciPy:
    parallel = False

    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import scipy.sparse

        self.sparse = scipy.sparse
        shape = (links.n, links.n)
        ones = np.ones(len(links.source))
        self.matrix = scipy.sparse.csr_array((ones, (links.source, links.target)), shape=shape)
        if not directed:
            self.matrix = (self.matrix + self.matrix.T).tocsr()
        self.links, self.hub, self.alpha = links, first_hub(links), katz_alpha(links)
        self.directed = directed

    def weigh(self) -> None:
        shape = (self.links.n, self.links.n)
        ends = (self.links.source, self.links.target)
        self.matrix = self.sparse.csr_array((self.links.value, ends), shape=shape)
        if not self.directed:
            self.matrix = (self.matrix + self.matrix.T).tocsr()

    def eigenvector(self) -> float:
        from scipy.sparse.linalg import eigsh

        return shape(eigsh(self.matrix, k=1, which="LA", tol=1e-8)[1][:, 0])

    def hits(self) -> float:
        from scipy.sparse.linalg import svds

        hubs, _, authorities = svds(self.matrix, k=1, tol=1e-8)
        return shape(hubs[:, 0]) + shape(authorities[0])

    def katz(self) -> float:
        score = np.ones(self.links.n)
        while True:
            new = self.alpha * (self.matrix @ score) + 1
            if np.abs(new - score).sum() < 1e-8 * new.sum():
                return shape(new)
            score = new

    def hops(self) -> np.ndarray:
        from scipy.sparse.csgraph import breadth_first_order

        order, before = breadth_first_order(self.matrix, self.hub)
        # SciPy gives the tree; distances take a pass over it, level by level: those whose
        # predecessors lie on the last level come next.
        place = np.empty(self.links.n, dtype=np.int64)
        place[order] = np.arange(len(order))
        of_before = place[before[order[1:]]]
        distance = np.zeros(self.links.n)
        first, last, hops = 0, 1, 0.0
        while first < last:
            distance[order[first:last]] = hops
            first, last, hops = last, 1 + int(np.searchsorted(of_before, last)), hops + 1
        return distance

    def lengths(self) -> np.ndarray:
        from scipy.sparse.csgraph import dijkstra

        return dijkstra(self.matrix, indices=self.hub)

    def weak_components(self) -> float:
        from scipy.sparse.csgraph import connected_components

        return float(connected_components(self.matrix, directed=False)[0])

    def strong_components(self) -> float:
        from scipy.sparse.csgraph import connected_components

        return float(connected_components(self.matrix, connection="strong")[0])

    def pagerank(self) -> float:
        n = self.matrix.shape[0]
        out = self.matrix.sum(axis=1)
        walk = (self.matrix.T.tocsr() @ self.sparse.diags_array(1 / np.maximum(out, 1))).tocsr()
        rank, sinks = np.full(n, 1 / n), out == 0
        while True:
            new = 0.85 * (walk @ rank + rank[sinks].sum() / n) + 0.15 / n
            if np.abs(new - rank).sum() * 0.85 / 0.15 < 1e-9:
                return float((new**2).sum())
            rank = new

    def adamic_adar(self) -> float:
        degree = self.matrix.sum(axis=1)
        weight = np.zeros(len(degree))
        weight[degree > 1] = 1 / np.log(degree[degree > 1])
        score = self.sparse.triu(
            self.matrix @ self.sparse.diags_array(weight) @ self.matrix, 1
        ).tocsr()
        score = score - score.multiply(self.matrix)  # pairs that are linked already
        return float(np.sort(score.data)[-100:].sum())


DRIVERS: dict[str, Any] = {
    "kedja": Kedja,
    "networkit": NetworKit,
    "igraph": IGraph,
    "leidenalg": LeidenAlg,
    "graph_tool": GraphTool,
    "rustworkx": RustworkX,
    "scipy": SciPy,
    "networkx": NetworkX,
    "boost": Boost,
}


def interpreter_of(library: str) -> str | None:
    """Which Python has a library: this one, or the system's for what only Debian packages."""
    if library == "boost":
        return sys.executable if shutil.which(os.environ.get("CXX", "c++")) else None
    if importlib.util.find_spec(library):
        return sys.executable
    system = "/usr/bin/python3"
    if library != "graph_tool" or not Path(system).exists():
        return None
    found = subprocess.run([system, "-c", "import graph_tool"], capture_output=True, check=False)
    return system if found.returncode == 0 else None


def version_of(library: str, python: str) -> str:
    if library == "boost":
        asked = "#include <boost/version.hpp>\nBOOST_LIB_VERSION\n"
        command = [os.environ.get("CXX", "c++"), "-E", "-P", "-x", "c++", "-"]
        done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
        return done.stdout.strip().splitlines()[-1].strip('"').replace("_", ".")
    code = (
        "import graph_tool; print(graph_tool.__version__.split()[0])"
        if library == "graph_tool"
        else f"import importlib.metadata as m; print(m.version({library!r}))"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
