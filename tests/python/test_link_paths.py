"""Betweenness of links over some pairs only, against lists of all shortest paths."""

from __future__ import annotations

import itertools

import kedja
import networkx as nx
import numpy as np
import pytest


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("length", [None, "value"])
@pytest.mark.parametrize("normalized", [True, False])
def test_paths_between_some_agree_with_lists_of_paths(directed, length, normalized):
    for seed in range(120):
        random = np.random.default_rng(seed)
        n = int(random.integers(2, 13))
        theirs = nx.DiGraph() if directed else nx.Graph()
        theirs.add_nodes_from(range(n))
        for u, v in random.integers(0, n, size=(int(random.integers(0, 4 * n)), 2)).tolist():
            if u != v:
                theirs.add_edge(u, v, value=float(random.integers(1, 4)))
        rows = list(theirs.edges(data="value"))
        ends = np.array([row[:2] for row in rows], dtype=np.int64).reshape(-1, 2)
        ours = kedja.CompanyGraph.from_arrays(
            n,
            ends[:, 0].copy(),
            ends[:, 1].copy(),
            np.array([row[2] for row in rows], dtype=float),
            directed=directed,
        )
        sources = random.permutation(n)[: random.integers(0, n + 1)].tolist()
        targets = random.permutation(n)[: random.integers(0, n + 1)].tolist()
        found = kedja.centrality.edge_betweenness(
            ours, normalized=normalized, length=length, sources=sources, targets=targets
        )
        wanted = shares(theirs, sources, targets, None if length is None else "value")
        scale = 1 / (n * (n - 1)) if normalized else 1.0 if directed else 0.5
        for u, v, score in zip(
            found["source"].tolist(),
            found["target"].tolist(),
            found["edge_betweenness"].tolist(),
            strict=True,
        ):
            assert score == pytest.approx(scale * wanted[u, v], rel=1e-9, abs=1e-12)


def shares(graph: nx.Graph, sources: list, targets: list, weight: str | None) -> np.ndarray:
    """By listing the shortest paths: what NetworkX's subset function itself gives differs where a
    company that is no target is reached through neighbours with unequal numbers of paths."""
    found = np.zeros((len(graph), len(graph)))
    for s in sources:
        for t in targets:
            if s == t or not nx.has_path(graph, s, t):
                continue
            paths = list(nx.all_shortest_paths(graph, s, t, weight=weight))
            for path in paths:
                for u, v in itertools.pairwise(path):
                    found[u, v] += 1 / len(paths)
    return found if graph.is_directed() else found + found.T


def test_all_ends_is_the_plain_measure_and_wrong_ones_are_named():
    graph = kedja.CompanyGraph(list("abcd"), list("abca"), list("bcdd"))
    everyone = list("abcd")
    some = kedja.centrality.edge_betweenness(graph, sources=everyone, targets=everyone)
    plain = kedja.centrality.edge_betweenness(graph)
    assert some["edge_betweenness"].tobytes() == plain["edge_betweenness"].tobytes()
    assert some.verify()
    assert not kedja.centrality.edge_betweenness(graph, sources=[])["edge_betweenness"].any()
    with pytest.raises(kedja.InvalidArgumentError, match="sources"):
        kedja.centrality.edge_betweenness(graph, sources=["x"])
    with pytest.raises(kedja.InvalidArgumentError, match="targets"):
        kedja.centrality.edge_betweenness(graph, targets=["a", "a"])
