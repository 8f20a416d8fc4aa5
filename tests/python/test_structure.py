"""Structure measures against NetworkX, against SciPy and against values of published tools."""

from __future__ import annotations

import json

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
    for seed in range(200):
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
    for seed in range(200):
        ours, theirs = simple_graphs(seed, directed)
        theirs.remove_edges_from(list(nx.selfloop_edges(theirs)))
        got = kedja.structure.core_number(ours)
        assert got["core_number"].tolist() == [nx.core_number(theirs)[i] for i in theirs]
        assert got.meta["largest"] == max(got["core_number"].tolist(), default=0)


@pytest.mark.parametrize("directed", [True, False])
def test_constraint_agrees_with_networkx(directed):
    for seed in range(200):
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


# --- communities and their comparison ---------------------------------------------------------


def test_communities_say_their_modularity_and_are_connected(random_links):
    for seed in range(40):
        n, source, target, value = random_links(seed, n=2 + seed, m=3 * seed)
        for directed in (True, False):
            graph = kedja.CompanyGraph.from_arrays(n, source, target, value, directed=directed)
            for method in ("leiden", "louvain"):
                found = kedja.structure.communities(
                    graph, resolution=1.2, seed=seed, method=method, threads=1 + seed % 3
                )
                label = found["community"]
                expected = kedja.structure.modularity(graph, label, resolution=1.2)
                np.testing.assert_allclose(found.meta["modularity"], expected, atol=1e-12)
                assert found.meta["count"] == len(set(label.tolist()))
                assert found.verify()
                theirs = nx.Graph(zip(source.tolist(), target.tolist(), strict=True))
                for community in set(label.tolist()) if method == "leiden" else ():
                    inside = [i for i in np.flatnonzero(label == community).tolist() if i in theirs]
                    assert len(inside) <= 1 or nx.is_connected(theirs.subgraph(inside))


def test_communities_are_at_least_as_good_as_networkx_louvain(random_links):
    karate = nx.karate_club_graph()
    graph = kedja.CompanyGraph.from_networkx(karate)
    ours = kedja.structure.communities(graph).meta["modularity"]
    theirs = max(
        nx.community.modularity(karate, nx.community.louvain_communities(karate, seed=seed))
        for seed in range(5)
    )
    assert ours >= theirs - 0.005


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"resolution": 0}, "resolution must be positive"),
        ({"resolution": float("nan")}, "resolution must be positive"),
        ({"seed": -1}, "seed must be a whole number >= 0, not -1"),
        ({"seed": 2**64}, "seed must be below"),
        ({"method": "infomap"}, "method must be one of 'leiden', 'louvain', not 'infomap'"),
        ({"max_iterations": 0}, "max_iterations must be a whole number >= 1, not 0"),
    ],
)
def test_communities_name_what_is_wrong(options, text):
    graph = kedja.CompanyGraph(["a", "b"], ["a"], ["b"])
    with pytest.raises(kedja.InvalidArgumentError, match=text):
        kedja.structure.communities(graph, **options)


@pytest.mark.parametrize("name", ["UKfaculty", "karate"])
def test_comparison_agrees_with_scikit_learn_and_igraph(shared, name):
    expected = json.loads((shared / "reference" / "partition" / f"{name}.json").read_text())
    got = kedja.structure.compare_partitions(expected["declared"], expected["found_fastgreedy"])
    for column, key in (
        ("nmi", "nmi_arithmetic"), ("ami", "ami"), ("ari", "ari"), ("vi", "vi_igraph_nats"),
        ("homogeneity", "homogeneity"), ("completeness", "completeness"),
    ):  # fmt: skip
        assert got[column][0] == pytest.approx(expected[key], abs=1e-12), column
    graph = reference_graph(shared, name, directed=False)  # UKfaculty: both directions added
    modularity = kedja.structure.modularity(graph, expected["declared"])
    assert modularity == pytest.approx(expected["modularity_declared_undirected_weighted"])


def test_comparison_takes_every_form_of_groups():
    data = kedja.from_tables(
        companies={"id": ["c", "a", "b", "d"], "country": ["SE", "SE", "NO", "NO"]},
        links={"source": ["c", "b"], "target": ["a", "d"], "kind": ["supply", "supply"]},
    )
    graph = data.graph("supply")
    found = kedja.structure.communities(graph)
    assert found.frame["community"].loc[["a", "c"]].nunique() == 1
    country = {"a": "SE", "b": "NO", "c": "SE", "d": "NO"}
    table = pd.DataFrame({"company": list(country), "cluster": list(country.values())})
    in_order = [country[i] for i in graph.ids.tolist()]
    for declared in (country, pd.Series(country), table, data.groups("country"), in_order):
        for pair in ((found, declared), (declared, found), (declared, declared)):
            got = kedja.structure.compare_partitions(*pair)
            assert got["ari"][0] == 1
            assert got["omega"][0] == 1
            assert got["vi"][0] == 0
            assert got.meta["companies"] == 4
            assert got["status"].tolist() == ["ok"]
    fewer = {"a": "x", "b": "y", "z": "x", "c": None}
    got = kedja.structure.compare_partitions(found, fewer)
    assert got.meta["companies"] == 2
    assert got.meta["skipped"] == 3
    assert got.verify()


def test_comparison_of_overlapping_groups_gives_omega_only():
    table = pd.DataFrame({"company": ["a", "a", "b", "c"], "cluster": ["x", "y", "x", "y"]})
    got = kedja.structure.compare_partitions(table, table)
    assert got["omega"][0] == 1
    assert np.isnan(got["nmi"][0])
    assert got["status"].tolist() == ["undefined"]
    nothing = kedja.structure.compare_partitions([], [])
    assert nothing["status"].tolist() == ["no_data"]
    assert np.isnan(nothing["omega"][0])
    for bad, text in (
        (([1, 2], [1]), "a has 2 entries and b 1"),
        ((table, [1, 2, 3]), "is a table and the other side an array"),
        ((pd.Series([1, 2], index=["a", "a"]), table), "company 'a' appears more than once"),
        ((table.rename(columns={"cluster": "group"}), table), "cluster is missing"),
    ):
        with pytest.raises(kedja.InvalidArgumentError, match=text):
            kedja.structure.compare_partitions(*bad)


# --- what holds a network together ------------------------------------------------------------


def test_cut_points_and_bridges_agree_with_networkx():
    for seed in range(150):
        ours, theirs = simple_graphs(seed, seed % 2 == 0)
        plain = nx.Graph(theirs)
        plain.remove_edges_from(list(nx.selfloop_edges(plain)))
        cut = kedja.structure.cut_points(ours)
        assert set(np.flatnonzero(cut["cut_point"]).tolist()) == set(nx.articulation_points(plain))
        found = kedja.structure.bridges(ours)
        got = set(zip(found["source"].tolist(), found["target"].tolist(), strict=True))
        assert got == {(min(u, v), max(u, v)) for u, v in nx.bridges(plain)}
        assert cut.verify()
        assert found.verify()


def test_spanning_forest_agrees_with_networkx():
    for seed in range(150):
        ours, theirs = simple_graphs(seed, False)
        theirs.remove_edges_from(list(nx.selfloop_edges(theirs)))
        if ours.num_links == 0:
            continue
        for length in ("value", "1/value", None):
            for *_, data in theirs.edges(data=True):
                w = data["weight"]
                data["length"] = w if length == "value" else 1 / w if length else 1.0
            tree = nx.minimum_spanning_tree(theirs, weight="length")
            found = kedja.structure.spanning_forest(ours, length=length)
            assert found.meta["total"] == pytest.approx(tree.size(weight="length"))
            assert len(found) == tree.number_of_edges()
            assert found.verify()
    graph = kedja.CompanyGraph(["a", "b"], ["a"], ["b"])
    with pytest.raises(kedja.InvalidArgumentError, match="needs link values"):
        kedja.structure.spanning_forest(graph, length="value")
    with pytest.raises(kedja.InvalidArgumentError, match="length must be one of"):
        kedja.structure.spanning_forest(graph, length="far")


def test_expected_brokerage_agrees_with_sna(shared):
    graph = reference_graph(shared, "UKfaculty", binary=True)
    groups = pd.read_csv(shared / "reference" / "_inputs" / "UKfaculty_groups.csv")
    group = groups.sort_values("node")["group"].astype(str).to_numpy(dtype=object)
    got = kedja.structure.brokerage(graph, group, expected=True)
    assert got.verify()
    for kind, prefix in (("expected", "expected_"), ("z", "z_"), ("raw", "")):
        theirs = pd.read_csv(shared / "reference" / "brokerage" / f"UKfaculty_{kind}.csv")
        for ours, name in (
            ("coordinator", "w_I"), ("itinerant", "w_O"), ("representative", "b_IO"),
            ("gatekeeper", "b_OI"), ("liaison", "b_O"), ("total", "t"),
        ):  # fmt: skip
            np.testing.assert_allclose(got[prefix + ours], theirs[name], rtol=1e-9, atol=1e-9)


def test_expected_brokerage_needs_one_group_each():
    graph = kedja.CompanyGraph(["a", "b"], ["a"], ["b"])
    table = pd.DataFrame({"company": ["a", "a"], "cluster": ["x", "y"]})
    with pytest.raises(kedja.InvalidArgumentError, match="company 'a' is in several groups"):
        kedja.structure.brokerage(graph, table, expected=True)
