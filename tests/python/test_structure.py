"""Structure measures against NetworkX, against SciPy and against values of published tools."""

from __future__ import annotations

import kedja
import networkx as nx
import numpy as np
import pandas as pd
import pytest


def simple_graphs(seed, directed):
    """The same graph without parallel links for kedja and for NetworkX; some with self-links."""
    random = np.random.default_rng(seed)
    n = int(random.integers(0, 14))
    pairs = {}
    for _ in range(int(random.integers(0, 4 * n + 1))):
        u, v = (int(x) for x in random.integers(0, n, 2))
        if u == v and seed % 5:
            continue
        pairs[(u, v) if directed else (min(u, v), max(u, v))] = float(random.integers(1, 6)) / 2
    theirs = nx.DiGraph() if directed else nx.Graph()
    theirs.add_nodes_from(range(n))
    theirs.add_weighted_edges_from((u, v, w) for (u, v), w in pairs.items())
    ends = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    ours = kedja.CompanyGraph.from_arrays(
        n, ends[:, 0].copy(), ends[:, 1].copy(), np.array(list(pairs.values())), directed=directed
    )
    return ours, theirs


def aligned(values, n):
    return np.array([values[i] for i in range(n)], dtype=float)


@pytest.mark.parametrize("directed", [True, False])
def test_triangles_and_clustering_agree_with_networkx(directed):
    for seed in range(400):
        ours, theirs = simple_graphs(seed, directed)
        n = ours.num_companies
        for weight in (None, "weight"):
            got = kedja.structure.triangles(ours, weighted=weight is not None)
            expected = aligned(nx.clustering(theirs, weight=weight), n) if n else np.zeros(0)
            defined = got["status"] == "ok"
            np.testing.assert_allclose(got["clustering"][defined], expected[defined], atol=1e-12)
            assert np.isnan(got["clustering"][~defined]).all()
            assert (expected[~defined] == 0).all()  # what NetworkX gives for 0/0
        plain = nx.Graph(theirs)
        assert got["triangles"].tolist() == [nx.triangles(plain)[i] for i in range(n)]
        plain.remove_edges_from(list(nx.selfloop_edges(plain)))
        assert np.nan_to_num(got.meta["transitivity"]) == pytest.approx(nx.transitivity(plain))
        assert got.meta["total"] * 3 == got["triangles"].sum()


@pytest.mark.parametrize("directed", [True, False])
def test_core_number_agrees_with_networkx(directed):
    for seed in range(400):
        ours, theirs = simple_graphs(seed, directed)
        theirs.remove_edges_from(list(nx.selfloop_edges(theirs)))
        got = kedja.structure.core_number(ours)
        assert got["core_number"].tolist() == [nx.core_number(theirs)[i] for i in theirs]
        assert got.meta["largest"] == max(got["core_number"].tolist(), default=0)


@pytest.mark.parametrize("directed", [True, False])
def test_constraint_agrees_with_networkx(directed):
    for seed in range(400):
        ours, theirs = simple_graphs(seed, directed)
        theirs.remove_edges_from(list(nx.selfloop_edges(theirs)))
        n = ours.num_companies
        for weight in (None, "weight"):
            got = kedja.structure.structural_holes(ours, weighted=weight is not None)
            expected = nx.constraint(theirs, nodes=list(theirs), weight=weight)
            # By node, NetworkX gives NaN to whoever has links in but none out.
            seen = np.array([theirs.degree(i) == 0 or len(theirs[i]) > 0 for i in range(n)], bool)
            np.testing.assert_allclose(
                got["constraint"][seen], aligned(expected, n)[seen], rtol=1e-12
            )
        if not directed:
            size = nx.effective_size(theirs, nodes=list(theirs))
            plain = kedja.structure.structural_holes(ours, weighted=False)
            np.testing.assert_allclose(plain["effective_size"], aligned(size, n), rtol=1e-12)


def test_changed_names_and_doubled_values_change_nothing(random_links):
    n, source, target, value = random_links(5, n=30, m=200)
    for directed in (True, False):
        graph = kedja.CompanyGraph.from_arrays(n, source, target, value, directed=directed)
        order = np.random.default_rng(1).permutation(n)
        renamed = kedja.CompanyGraph.from_arrays(
            n + 1, order[source], order[target], 2 * value, directed=directed
        )
        for measure, columns in (
            (kedja.structure.structural_holes, ("constraint", "effective_size", "hierarchy")),
            (kedja.structure.core_number, ("core_number",)),
            (lambda g: kedja.structure.triangles(g, weighted=True), ("triangles", "clustering")),
        ):
            one, other = measure(graph), measure(renamed)
            for column in columns:
                np.testing.assert_allclose(other[column][order], one[column], rtol=1e-9)
        reversed_ = kedja.CompanyGraph.from_arrays(n, target, source, value, directed=directed)
        mirror = {
            "in": "out",
            "out": "in",
            "in_tendril": "out_tendril",
            "out_tendril": "in_tendril",
        }
        parts = kedja.structure.bow_tie(graph)["part"].tolist()
        assert kedja.structure.bow_tie(reversed_)["part"].tolist() == [
            mirror.get(part, part) for part in parts
        ]


def test_results_can_be_verified_and_name_what_was_done(random_links):
    n, source, target, value = random_links(6, n=20, m=60)
    graph = kedja.CompanyGraph.from_arrays(n, source, target, value)
    for name in ("bow_tie", "core_number", "triangles", "structural_holes"):
        result = getattr(kedja.structure, name)(graph)
        assert result.meta["measure"] == name
        assert result.verify()
        assert name in dir(kedja.structure)


# --- reference values of other tools ----------------------------------------------------------


def reference_graph(shared, name, *, directed=True, binary=False):
    edges = pd.read_csv(shared / "reference" / "_inputs" / f"{name}_edges.csv")
    n = len(pd.read_csv(shared / "reference" / "_inputs" / f"{name}_groups.csv"))
    value = None if binary or "weight" not in edges else edges["weight"].to_numpy(float)
    return kedja.CompanyGraph.from_arrays(
        n, edges["source"].to_numpy(), edges["target"].to_numpy(), value, directed=directed
    )


@pytest.mark.parametrize("name", ["UKfaculty", "karate"])
def test_constraint_agrees_with_networkx_and_igraph(shared, name):
    graph = reference_graph(shared, name, directed=name == "UKfaculty")
    expected = pd.read_csv(shared / "reference" / "structural_holes" / f"{name}.csv")
    for weighted in (True, False):
        got = kedja.structure.structural_holes(graph, weighted=weighted)
        kind = "weighted" if weighted else "unweighted"
        for peer in ("nx", "igraph"):
            np.testing.assert_allclose(
                got["constraint"], expected[f"constraint_{kind}_{peer}"], rtol=1e-12
            )
    if name == "karate":
        np.testing.assert_allclose(
            got["effective_size"], expected["effective_size_unweighted_nx"], rtol=1e-12
        )


@pytest.mark.parametrize("name", ["UKfaculty", "foodweb_Michigan", "foodweb_StMarks"])
def test_bow_tie_agrees_with_the_reference(shared, name):
    expected = pd.read_csv(shared / "reference" / "bowtie" / f"{name}.csv").sort_values("node")
    if name == "UKfaculty":
        graph = reference_graph(shared, name)
    else:
        edges = pd.read_csv(shared / "reference" / "_inputs" / f"{name}.csv")
        graph = kedja.CompanyGraph.from_arrays(
            len(expected), edges["source"].to_numpy(), edges["target"].to_numpy()
        )
    names = {
        "SCC": "core", "IN": "in", "OUT": "out", "TUBE": "tube", "INTENDRIL": "in_tendril",
        "OUTTENDRIL": "out_tendril", "OTHER": "other",
    }  # fmt: skip
    got = kedja.structure.bow_tie(graph)["part"].tolist()
    assert got == [names[c] for c in expected["class"]]


def test_bow_tie_of_the_large_inputs_agrees_with_the_reference(shared):
    table = shared / "reference" / "_inputs" / "wiod11_SWE-DNK-FIN-DEU-RoEU-RoW_Z.csv"
    flows = pd.read_csv(table, index_col=0).to_numpy(float)
    source, target = np.nonzero(flows > 0.05 * flows.sum(axis=0))
    graph = kedja.CompanyGraph.from_arrays(len(flows), source, target)
    expected = pd.read_csv(shared / "reference" / "bowtie" / "wiod11_share5pct.csv")
    names = {"SCC": "core", "INTENDRIL": "in_tendril"}
    assert kedja.structure.bow_tie(graph)["part"].tolist() == [
        names.get(c, c.lower()) for c in expected.sort_values("node")["class"]
    ]
