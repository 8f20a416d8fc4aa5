"""Measures against NetworkX and against reference values of published tools."""

from __future__ import annotations

import json

import kedja
import networkx as nx
import numpy as np
import pandas as pd
import pytest

SEEDS = range(60)


def graphs(random_links, seed, directed, weighted=False, n=None):
    """The same graph for kedja and for NetworkX, sizes from 1 to 14."""
    n = n or 1 + seed % 14
    n, source, target, value = random_links(seed, n=n, m=(seed * 7) % 40)
    ours = kedja.CompanyGraph.from_arrays(
        n, source, target, value if weighted else None, directed=directed
    )
    theirs = nx.MultiDiGraph() if directed else nx.MultiGraph()
    theirs.add_nodes_from(range(n))
    for u, v, w in zip(source.tolist(), target.tolist(), value.tolist(), strict=True):
        theirs.add_edge(u, v, weight=w)
    return ours, theirs


def simple(graph):
    """Parallel links once, without self-links."""
    made = nx.DiGraph(graph) if graph.is_directed() else nx.Graph(graph)
    made.remove_edges_from(list(nx.selfloop_edges(made)))
    return made


def aligned(values, n):
    return np.array([values[i] for i in range(n)])


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_degree_and_strength_agree_with_networkx(random_links, seed, directed):
    ours, theirs = graphs(random_links, seed, directed, weighted=True)
    n = ours.num_companies
    assert kedja.centrality.degree(ours)["degree"].tolist() == [theirs.degree(i) for i in range(n)]
    np.testing.assert_allclose(
        kedja.centrality.strength(ours)["strength"],
        [theirs.degree(i, weight="weight") for i in range(n)],
        rtol=1e-12,
    )


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_harmonic_closeness_agrees_with_networkx(random_links, seed, directed):
    ours, theirs = graphs(random_links, seed, directed)
    n = ours.num_companies
    got = kedja.centrality.harmonic_closeness(ours, normalized=False)["harmonic_closeness"]
    np.testing.assert_allclose(got, aligned(nx.harmonic_centrality(theirs), n), rtol=1e-12)
    if directed:
        down = kedja.centrality.harmonic_closeness(ours, normalized=False, direction="downstream")
        reverse = nx.harmonic_centrality(theirs.reverse())
        np.testing.assert_allclose(down["harmonic_closeness"], aligned(reverse, n), rtol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_weighted_harmonic_closeness_agrees_with_networkx(random_links, seed):
    ours, theirs = graphs(random_links, seed, True, weighted=True)
    got = kedja.centrality.harmonic_closeness(ours, normalized=False, length="value")
    expected = nx.harmonic_centrality(theirs, distance="weight")
    np.testing.assert_allclose(
        got["harmonic_closeness"], aligned(expected, ours.num_companies), rtol=1e-9
    )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_betweenness_agrees_with_networkx(random_links, seed, directed, weighted):
    ours, theirs = graphs(random_links, seed, directed, weighted=weighted)
    oracle = theirs
    if weighted:  # of parallel links only the shortest is walked
        oracle = nx.DiGraph() if directed else nx.Graph()
        oracle.add_nodes_from(theirs)
        for u, v, w in theirs.edges(data="weight"):
            if u != v and w < oracle.get_edge_data(u, v, {"weight": np.inf})["weight"]:
                oracle.add_edge(u, v, weight=w)
    else:
        oracle = simple(theirs)
    for normalized in (True, False):
        expected = nx.betweenness_centrality(
            oracle, normalized=normalized, weight="weight" if weighted else None
        )
        got = kedja.centrality.betweenness(
            ours, normalized=normalized, length="value" if weighted else None
        )
        np.testing.assert_allclose(
            got["betweenness"], aligned(expected, ours.num_companies), rtol=1e-9, atol=1e-12
        )


@pytest.mark.parametrize("seed", range(8))
def test_estimated_betweenness_keeps_its_bound(random_links, seed):
    ours, _ = graphs(random_links, seed, seed % 2 == 0, n=60)
    exact = kedja.centrality.betweenness(ours)["betweenness"]
    estimate = kedja.centrality.betweenness(ours, epsilon=0.03, delta=0.01, seed=seed)
    assert np.abs(estimate["betweenness"] - exact).max() <= estimate.meta["error_bound"] <= 0.03
    assert estimate.meta["samples"] > 100
    assert (estimate.meta["epsilon"], estimate.meta["delta"]) == (0.03, 0.01)


@pytest.mark.parametrize("seed", SEEDS)
def test_pagerank_agrees_with_networkx_and_sums_to_one(random_links, seed):
    ours, theirs = graphs(random_links, seed, True, weighted=True)
    got = kedja.centrality.pagerank(ours, tolerance=1e-13)
    expected = nx.pagerank(theirs, tol=1e-14, max_iter=10_000)
    np.testing.assert_allclose(got["pagerank"], aligned(expected, ours.num_companies), atol=1e-10)
    assert got["pagerank"].sum() == pytest.approx(1, abs=1e-12)
    assert got.meta["converged"]


def test_pagerank_says_when_it_did_not_converge(random_links):
    ours, _ = graphs(random_links, 11, True)
    with pytest.warns(RuntimeWarning, match="did not converge"):
        assert not kedja.centrality.pagerank(ours, max_iterations=1).meta["converged"]


@pytest.mark.parametrize("seed", SEEDS)
def test_components_agree_with_networkx(random_links, seed):
    ours, theirs = graphs(random_links, seed, True)
    for kind, expected in (
        ("weak", nx.weakly_connected_components(theirs)),
        ("strong", nx.strongly_connected_components(theirs)),
    ):
        label = kedja.structure.components(ours, kind=kind)["component"]
        found = {frozenset(np.flatnonzero(label == c).tolist()) for c in set(label.tolist())}
        assert found == {frozenset(c) for c in expected}


@pytest.mark.parametrize("kind", ["weak", "strong"])
def test_components_tell_how_far_they_are_and_stop_when_told(random_links, kind):
    ours, _ = graphs(random_links, 11, True)
    told = []
    kedja.structure.components(ours, kind=kind, progress=told.append)
    assert told[0] == 0 and told[-1] == 1 and told == sorted(told)
    with pytest.raises(kedja.Cancelled):
        kedja.structure.components(ours, kind=kind, progress=lambda _: False)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_modularity_agrees_with_networkx(random_links, seed, directed):
    ours, theirs = graphs(random_links, seed, directed, weighted=True)
    n = ours.num_companies
    if ours.num_links == 0:
        assert np.isnan(kedja.structure.modularity(ours, ["x"] * n))
        return
    groups = [i % 3 for i in range(n)]
    parts = [{i for i in range(n) if groups[i] == g} for g in set(groups)]
    expected = nx.community.modularity(theirs, parts, weight="weight", resolution=1.3)
    assert kedja.structure.modularity(ours, groups, resolution=1.3) == pytest.approx(expected)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_brokerage_agrees_with_counting_all_triples(random_links, seed, directed):
    ours, theirs = graphs(random_links, seed, directed, n=9)
    group = [i % 3 for i in range(9)]
    arcs = set(simple(theirs).edges()) | (
        set() if directed else {(v, u) for u, v in simple(theirs).edges()}
    )
    expected = np.zeros((9, 5))
    for a in range(9):
        for i in range(9):
            for b in range(9):
                if len({a, i, b}) < 3 or (a, i) not in arcs or (i, b) not in arcs or (a, b) in arcs:
                    continue
                x, y, z = group[a], group[i], group[b]
                role = 0 if x == y == z else 1 if x == z else 2 if x == y else 3 if y == z else 4
                expected[i, role] += 1
    got = kedja.structure.brokerage(ours, group)
    names = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison")
    np.testing.assert_allclose(np.column_stack([got[n] for n in names]), expected, atol=1e-9)
    np.testing.assert_allclose(got["total"], expected.sum(axis=1), atol=1e-9)


# --- reference values of other tools ----------------------------------------------------------


def reference_graph(shared, name, *, directed=True, binary=False):
    inputs = shared / "reference" / "_inputs"
    edges = pd.read_csv(inputs / f"{name}_edges.csv")
    groups = pd.read_csv(inputs / f"{name}_groups.csv")
    value = None if binary or "weight" not in edges else edges["weight"].to_numpy(float)
    graph = kedja.CompanyGraph.from_arrays(
        len(groups),
        edges["source"].to_numpy(),
        edges["target"].to_numpy(),
        value,
        directed=directed,
    )
    return graph, groups.sort_values("node")["group"].astype(str).to_numpy(dtype=object)


def test_participation_agrees_with_bctpy(shared):
    graph, groups = reference_graph(shared, "UKfaculty")
    expected = pd.read_csv(shared / "reference" / "cartography" / "UKfaculty.csv")
    for direction, p, z in (
        ("both", "participation_undirected_sum", "within_module_z_undirected_sum"),
        ("downstream", "participation_out", "z_out"),
        ("upstream", "participation_in", "z_in"),
    ):
        got = kedja.structure.participation(graph, groups, direction=direction)
        np.testing.assert_allclose(got["participation"], expected[p], atol=1e-12)
        np.testing.assert_allclose(got["within_module_z"], expected[z], atol=1e-9)
    karate, parts = reference_graph(shared, "karate", directed=False)
    expected = pd.read_csv(shared / "reference" / "cartography" / "karate.csv")
    got = kedja.structure.participation(karate, parts)
    np.testing.assert_allclose(
        got["participation"], expected["participation_undirected_sum"], atol=1e-12
    )


def test_mixing_agrees_with_the_reference(shared):
    graph, groups = reference_graph(shared, "UKfaculty")
    expected = json.loads((shared / "reference" / "ei_index" / "UKfaculty.json").read_text())
    assert kedja.structure.mixing(graph, groups).meta["ei"] == pytest.approx(
        expected["ei_weighted"]
    )
    binary = kedja.structure.mixing(graph, groups, weighted=False).meta["ei"]
    assert binary == pytest.approx(expected["ei_binary"])


def test_brokerage_agrees_with_sna(shared):
    graph, groups = reference_graph(shared, "UKfaculty", binary=True)
    expected = pd.read_csv(shared / "reference" / "brokerage" / "UKfaculty_raw.csv")
    got = kedja.structure.brokerage(graph, groups)
    for ours, theirs in (
        ("coordinator", "w_I"), ("itinerant", "w_O"), ("representative", "b_IO"),
        ("gatekeeper", "b_OI"), ("liaison", "b_O"), ("total", "t"),
    ):  # fmt: skip
        np.testing.assert_allclose(got[ours], expected[theirs], atol=1e-9)


def test_ties_between_groups_agree_with_the_exact_configuration_model(shared):
    graph, groups = reference_graph(shared, "UKfaculty")
    folder = shared / "reference" / "null_intercluster"
    got = kedja.null_models.tie_significance(graph, groups).frame
    for column in ("observed", "expected", "z"):
        name = {"observed": "observed", "expected": "expected_dcm", "z": "z_dcm"}[column]
        expected = pd.read_csv(folder / f"UKfaculty_{name}.csv", index_col=0)
        for row in got.itertuples():
            value = expected.loc[int(row.a), row.b]
            assert getattr(row, column) == pytest.approx(value, rel=1e-8, abs=1e-8)


def test_complexity_agrees_with_ecomplexity(shared):
    # World trade, 226 x 785; the reference keeps a corner of each matrix.
    table = pd.read_csv(shared / "reference" / "_inputs" / "world_trade_226x785.csv", dtype=str)
    table.columns = ["row", "column", "value"]
    table["value"] = table["value"].astype(float)
    folder = shared / "reference" / "complexity"

    def corner(name):
        made = pd.read_csv(folder / f"world_trade_226x785_{name}.csv", index_col=0, dtype=str)
        return made.astype(float)

    def like(frame, index, columns, values, expected):
        wide = frame.pivot(index=index, columns=columns, values=values)
        return wide.reindex(index=expected.index, columns=expected.columns).fillna(0)

    expected = corner("rca_first12x40")
    got = like(kedja.complexity.rca(table).frame, "row", "column", "rca", expected)
    np.testing.assert_allclose(got, expected.fillna(0), atol=1e-9)
    expected = corner("proximity_first40x40")
    got = like(kedja.complexity.proximity(table).frame, "a", "b", "proximity", expected)
    np.testing.assert_allclose(got, expected, atol=1e-9)
    expected = corner("density_first12x40")
    near = kedja.complexity.density(table, diagonal=1).frame
    np.testing.assert_allclose(
        like(near, "row", "column", "density", expected), expected, atol=1e-9
    )


def test_a_status_column_is_made_once_when_it_is_read():
    graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "b"], ["b", "c"])
    result = kedja.centrality.katz(graph)
    assert result.columns == ("katz", "status")
    assert len(result) == 3
    status = result["status"]
    assert status.tolist() == ["ok"] * 3
    assert result["status"] is status
    assert not status.flags.writeable
    assert list(result.frame["status"]) == ["ok"] * 3
    assert result.verify()
