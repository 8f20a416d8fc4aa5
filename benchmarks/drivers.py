"""One class per library: how its own users build a graph and call each kernel.

`build` is not timed; every kernel returns one number that must agree between libraries.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from graphs import Links

UNDIRECTED = {"harmonic", "adamic_adar", "weak_components"}


class Kedja:
    def __init__(self, links: Links, directed: bool, threads: int) -> None:
        import kedja

        self.kedja, self.threads = kedja, threads
        self.graph = kedja.CompanyGraph.from_arrays(
            links.n, links.source, links.target, links.value, directed=directed, threads=threads
        )
        self.run: dict[str, Any] = {"threads": threads, "progress": False}

    def harmonic(self) -> float:
        found = self.kedja.centrality.harmonic_closeness(self.graph, normalized=False, **self.run)
        return float(found["harmonic_closeness"].sum())

    def betweenness(self) -> float:
        found = self.kedja.centrality.betweenness(self.graph, normalized=False, **self.run)
        return float(found["betweenness"].sum())

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

    def betweenness(self) -> float:
        return float(sum(self.nk.centrality.Betweenness(self.graph).run().scores()))

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
