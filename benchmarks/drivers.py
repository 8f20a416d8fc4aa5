"""One class per library: how its own users build a graph and call each kernel.

`build` is not timed; every kernel returns one number that must agree between libraries.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from graphs import Links

UNDIRECTED = {
    "harmonic",
    "closeness",
    "adamic_adar",
    "weak_components",
    "eigenvector",
    "katz",
}
#: kernels whose libraries need link values
WEIGHTED = {"betweenness_by_length", "lengths"}


def first_hub(links: Links) -> int:
    """Where single-source searches start: the first company with the most buyers."""
    return int(np.bincount(links.source, minlength=links.n).argmax())


def shape(scores: Any) -> float:
    """Sum over L2 norm: one number that does not depend on how scores are scaled."""
    values = np.abs(np.asarray(scores))
    return float(values.sum() / np.linalg.norm(values))


def katz_alpha(links: Links) -> float:
    """Half of what the largest degree allows: every library's series converges."""
    degree = np.bincount(links.source, minlength=links.n) + np.bincount(
        links.target, minlength=links.n
    )
    return 0.5 / float(degree.max())


class Kedja:
    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import kedja

        self.kedja, self.threads = kedja, threads
        self.graph = kedja.CompanyGraph.from_arrays(
            links.n, links.source, links.target, links.value, directed=directed, threads=threads
        )
        _ = self.graph.checksum  # made once for a graph and named by every result
        self.run: dict[str, Any] = {"threads": threads, "progress": False}
        self.hub, self.alpha = first_hub(links), katz_alpha(links)

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

    def hops(self) -> float:
        found = self.kedja.structure.distances(self.graph, self.hub, **self.run)["distance"]
        return float(found[np.isfinite(found)].sum())

    def lengths(self) -> float:
        found = self.kedja.structure.distances(self.graph, self.hub, length="value", **self.run)[
            "distance"
        ]
        return float(found[np.isfinite(found)].sum())

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
    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import networkit

        self.nk = networkit
        networkit.setNumberOfThreads(threads)
        self.graph = networkit.GraphFromCoo(
            (links.source, links.target), n=links.n, weighted=False, directed=directed
        )
        self.links, self.hub = links, first_hub(links)

    def weigh(self) -> None:
        self.graph = self.nk.GraphFromCoo(
            (self.links.value, (self.links.source, self.links.target)),
            n=self.links.n,
            weighted=True,
            directed=True,
        )

    def estimated_betweenness(self) -> float:
        found = self.nk.centrality.KadabraBetweenness(self.graph, 0.005, 0.1).run()
        return float(max(found.scores()))

    def hops(self) -> float:
        found = np.asarray(self.nk.distance.BFS(self.graph, self.hub, False).run().getDistances())
        return float(found[found < self.links.n].sum())

    def lengths(self) -> float:
        found = self.nk.distance.Dijkstra(self.graph, self.hub, False).run()
        values = np.asarray(found.getDistances())
        return float(values[values < 1e300].sum())

    def betweenness_by_length(self) -> float:
        return float(sum(self.nk.centrality.Betweenness(self.graph).run().scores()))

    def betweenness(self) -> float:
        found = float(sum(self.nk.centrality.Betweenness(self.graph).run().scores()))
        return found if self.graph.isDirected() else found / 2  # NetworKit: a pair from both ends

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
    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import igraph

        self.graph = igraph.Graph(
            n=links.n, edges=np.column_stack((links.source, links.target)), directed=directed
        )
        self.links, self.hub = links, first_hub(links)

    def weigh(self) -> None:
        self.graph.es["weight"] = self.links.value

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

    def hops(self) -> float:
        found = np.asarray(self.graph.distances(self.hub)[0])
        return float(found[np.isfinite(found)].sum())

    def lengths(self) -> float:
        found = np.asarray(self.graph.distances(self.hub, weights="weight")[0])
        return float(found[np.isfinite(found)].sum())

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


class NetworkX:
    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import networkx

        self.nx = networkx
        self.graph = networkx.DiGraph() if directed else networkx.Graph()
        self.graph.add_nodes_from(range(links.n))
        self.graph.add_edges_from(zip(links.source.tolist(), links.target.tolist(), strict=True))

    def pagerank(self) -> float:
        found = self.nx.pagerank(self.graph, alpha=0.85, tol=1e-9 / len(self.graph), max_iter=1000)
        return float(sum(value**2 for value in found.values()))

    def weak_components(self) -> float:
        return float(self.nx.number_connected_components(self.graph))

    def strong_components(self) -> float:
        return float(self.nx.number_strongly_connected_components(self.graph))


class SciPy:
    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import scipy.sparse

        self.sparse = scipy.sparse
        shape = (links.n, links.n)
        ones = np.ones(len(links.source))
        self.matrix = scipy.sparse.csr_array((ones, (links.source, links.target)), shape=shape)
        if not directed:
            self.matrix = (self.matrix + self.matrix.T).tocsr()
        self.links, self.hub, self.alpha = links, first_hub(links), katz_alpha(links)

    def weigh(self) -> None:
        shape = (self.links.n, self.links.n)
        ends = (self.links.source, self.links.target)
        self.matrix = self.sparse.csr_array((self.links.value, ends), shape=shape)

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

    def hops(self) -> float:
        from scipy.sparse.csgraph import breadth_first_order

        order, before = breadth_first_order(self.matrix, self.hub)
        distance = np.zeros(self.links.n, dtype=np.int64)
        for v in order[1:]:  # SciPy gives the tree; distances take a pass over it
            distance[v] = distance[before[v]] + 1
        return float(distance.sum())

    def lengths(self) -> float:
        from scipy.sparse.csgraph import dijkstra

        found = dijkstra(self.matrix, indices=self.hub)
        return float(found[np.isfinite(found)].sum())

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


DRIVERS = {
    "kedja": Kedja,
    "networkit": NetworKit,
    "igraph": IGraph,
    "scipy": SciPy,
    "networkx": NetworkX,
}
