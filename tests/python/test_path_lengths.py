"""Eccentricity and diameter against NetworkX."""

from __future__ import annotations

import math

import kedja
import networkx as nx
import numpy as np
import pytest


def both(seed: int, directed: bool) -> tuple[kedja.CompanyGraph, nx.Graph]:
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 14))
    ends = random.integers(0, n, size=(int(random.integers(0, 4 * n)), 2))
    theirs = nx.DiGraph() if directed else nx.Graph()
    theirs.add_nodes_from(range(n))
    for u, v in ends.tolist():
        if u != v:
            theirs.add_edge(u, v, value=float(random.integers(1, 5)))
    columns = list(theirs.edges(data="value"))
    source, target, value = (np.array([row[k] for row in columns]) for k in range(3))
    ours = kedja.CompanyGraph.from_arrays(
        n, source.astype(np.int64), target.astype(np.int64), value.astype(float), directed=directed
    )
    return ours, theirs


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("length", [None, "value"])
def test_agree_with_networkx(directed, length):
    weight = None if length is None else "value"
    for seed in range(150):
        ours, theirs = both(seed, directed)
        n = len(theirs)
        far = dict(nx.all_pairs_dijkstra_path_length(theirs, weight=weight or (lambda *_: 1)))
        for direction in ("downstream", "upstream"):
            found = kedja.structure.eccentricity(ours, direction=direction, length=length)
            longest = []
            for v in range(n):
                if direction == "downstream":
                    row = [d for u, d in far[v].items() if u != v]
                else:
                    row = [far[u][v] for u in range(n) if u != v and v in far[u]]
                assert found["reached"][v] == len(row)
                if row:
                    assert found["eccentricity"][v] == max(row)
                    assert found["mean_distance"][v] == pytest.approx(np.mean(row))
                    longest.append(max(row))
                else:
                    assert math.isnan(found["eccentricity"][v])
                    assert found.frame["status"].iloc[v] == "isolated"
            if longest:
                assert (found.meta["diameter"], found.meta["radius"]) == (
                    max(longest),
                    min(longest),
                )
        either = dict(
            nx.all_pairs_dijkstra_path_length(
                shortest_of_both(theirs), weight=weight or (lambda *_: 1)
            )
        )
        whole = max(max(row.values()) for row in either.values())
        got = kedja.structure.diameter(ours, length=length)
        assert got["lower"][0] == got["upper"][0] == whole
        assert got.meta["exact"]
        if whole > 0:
            assert either[got["source"][0]][got["target"][0]] == whole
        else:
            assert got["source"][0] is None


def shortest_of_both(graph: nx.Graph) -> nx.Graph:
    made = nx.Graph()
    made.add_nodes_from(graph)
    for u, v, value in graph.edges(data="value"):
        known = made.get_edge_data(u, v, {"value": math.inf})["value"]
        made.add_edge(u, v, value=min(value, known))
    return made


def test_strongly_connected_graphs_have_networkx_own_values():
    graph = nx.random_regular_graph(3, 40, seed=1)
    ours = kedja.CompanyGraph.from_networkx(graph)
    found = kedja.structure.eccentricity(ours)
    theirs = nx.eccentricity(graph)
    assert dict(zip(ours.ids.tolist(), found["eccentricity"], strict=True)) == theirs
    assert found.meta["diameter"] == nx.diameter(graph)
    assert found.meta["radius"] == nx.radius(graph)
    assert found.meta["mean_distance"] == pytest.approx(nx.average_shortest_path_length(graph))


def test_bounds_hold_when_searches_end_early(random_links):
    n, source, target, value = random_links(3, n=400, m=600)
    graph = kedja.CompanyGraph.from_arrays(n, source, target, value, directed=False)
    exact = kedja.structure.diameter(graph, length="value")["lower"][0]
    for searches in (1, 3, 6):
        found = kedja.structure.diameter(graph, length="value", max_searches=searches)
        assert found["lower"][0] <= exact <= found["upper"][0]
        assert found.meta["searches"] <= searches


def test_options_outside_their_range_are_named(random_links):
    n, source, target, value = random_links(4)
    graph = kedja.CompanyGraph.from_arrays(n, source, target, value)
    for wrong in ({"max_searches": 0}, {"max_searches": 1.5}, {"max_searches": True}):
        with pytest.raises(kedja.InvalidArgumentError, match="max_searches"):
            kedja.structure.diameter(graph, **wrong)
    with pytest.raises(kedja.InvalidArgumentError, match="tolerance"):
        kedja.structure.diameter(graph, tolerance=-1)
    with pytest.raises(kedja.InvalidArgumentError, match="length"):
        kedja.structure.eccentricity(graph, length="hops")
    with pytest.raises(kedja.InvalidArgumentError, match="direction"):
        kedja.structure.eccentricity(graph, direction="out")
    assert kedja.structure.eccentricity(graph).verify()
    assert kedja.structure.diameter(graph).verify()


@pytest.mark.parametrize(
    "measure",
    [
        kedja.centrality.betweenness,
        kedja.centrality.edge_betweenness,
        kedja.centrality.closeness,
        kedja.centrality.harmonic_closeness,
        kedja.structure.diameter,
        kedja.structure.eccentricity,
        kedja.structure.spanning_forest,
        lambda graph, **options: kedja.structure.distances(graph, "c", **options),
    ],
)
@pytest.mark.parametrize("directed", [True, False])
def test_a_value_that_is_no_length_is_named_by_its_companies(measure, directed):
    graph = kedja.CompanyGraph(
        ["c", "b", "a"], ["b", "a"], ["c", "b"], [2.0, 0.0], directed=directed
    )
    with pytest.raises(kedja.InvalidArgumentError, match="link from 'a' to 'b' has 0"):
        measure(graph, length="value")
    measure(graph, length="1/value")  # such a link cannot be walked
