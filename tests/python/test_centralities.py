"""Centralities against NetworkX, SciPy and full matrices on random graphs."""

from __future__ import annotations

import itertools

import kedja
import networkx as nx
import numpy as np
import pytest

SEEDS = range(150)
BOTH = pytest.mark.parametrize("directed", [True, False])


def graphs(random_links, seed, directed, weighted=False, n=None, m=None):
    """The same graph for kedja and for NetworkX, sizes from 1 to 14, loops and parallel links."""
    n = n or 1 + seed % 14
    n, source, target, value = random_links(seed, n=n, m=(seed * 7) % 40 if m is None else m)
    if weighted:  # small whole numbers, so that lengths tie
        value = 1 + np.floor(value) % 4
    ours = kedja.CompanyGraph.from_arrays(
        n, source, target, value if weighted else None, directed=directed
    )
    theirs = nx.MultiDiGraph() if directed else nx.MultiGraph()
    theirs.add_nodes_from(range(n))
    for u, v, w in zip(source.tolist(), target.tolist(), value.tolist(), strict=True):
        theirs.add_edge(u, v, weight=w)
    return ours, theirs


def aligned(values, n):
    return np.array([values[i] for i in range(n)])


def full(theirs, weighted):
    """Matrix of values: suppliers in rows; an undirected self-link stands twice, as for kedja."""
    n = len(theirs)
    a = np.zeros((n, n))
    for u, v, w in theirs.edges(data="weight"):
        a[u, v] += w if weighted else 1
        if not theirs.is_directed():
            a[v, u] += w if weighted else 1
    return a


@BOTH
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_closeness_agrees_with_networkx(random_links, seed, directed, weighted):
    ours, theirs = graphs(random_links, seed, directed, weighted)
    n, length = ours.num_companies, "value" if weighted else None
    distance = "weight" if weighted else None
    for wf in (True, False):
        got = kedja.centrality.closeness(ours, wf_improved=wf, length=length)
        expected = nx.closeness_centrality(theirs, wf_improved=wf, distance=distance)
        np.testing.assert_allclose(got["closeness"], aligned(expected, n), rtol=1e-12)
        assert ((got["status"] == "isolated") == (got["reached"] == 0)).all()
    if directed:
        got = kedja.centrality.closeness(ours, direction="downstream", length=length)
        expected = nx.closeness_centrality(theirs.reverse(), distance=distance)
        np.testing.assert_allclose(got["closeness"], aligned(expected, n), rtol=1e-12)


@BOTH
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_edge_betweenness_agrees_with_networkx(random_links, seed, directed, weighted):
    ours, theirs = graphs(random_links, seed, directed, weighted)
    for normalized in (True, False):
        got = kedja.centrality.edge_betweenness(
            ours, normalized=normalized, length="value" if weighted else None
        )
        expected = nx.edge_betweenness_centrality(
            theirs, normalized=normalized, weight="weight" if weighted else None
        )
        # Parallel links are told apart by their scores only.
        key = (lambda u, v: (u, v)) if directed else (lambda u, v: (min(u, v), max(u, v)))
        found = sorted(
            (*key(u, v), score)
            for u, v, score in zip(
                got["source"].tolist(), got["target"].tolist(), got["edge_betweenness"].tolist(),
                strict=True,
            )
        )  # fmt: skip
        wanted = sorted((*key(u, v), score) for (u, v, _), score in expected.items())
        assert len(found) == ours.num_links
        np.testing.assert_allclose(
            np.array(found).reshape(-1, 3), np.array(wanted).reshape(-1, 3), rtol=1e-9, atol=1e-12
        )


@BOTH
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_betweenness_between_subsets_agrees_with_networkx(random_links, seed, directed, weighted):
    ours, theirs = graphs(random_links, seed, directed, weighted)
    n = ours.num_companies
    oracle = nx.DiGraph() if directed else nx.Graph()  # of parallel links the shortest
    oracle.add_nodes_from(range(n))
    for u, v, w in theirs.edges(data="weight"):
        if u != v and w < oracle.get_edge_data(u, v, {"weight": np.inf})["weight"]:
            oracle.add_edge(u, v, weight=w)
    random = np.random.default_rng(seed)
    sources = random.choice(n, size=random.integers(0, n + 1), replace=False).tolist()
    targets = random.choice(n, size=random.integers(0, n + 1), replace=False).tolist()
    got = kedja.centrality.betweenness(
        ours, sources=sources, targets=targets, normalized=False,
        length="value" if weighted else None,
    )  # fmt: skip
    expected = nx.betweenness_centrality_subset(
        oracle, sources, targets, weight="weight" if weighted else None
    )
    np.testing.assert_allclose(got["betweenness"], aligned(expected, n), rtol=1e-9, atol=1e-12)


@BOTH
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_katz_agrees_with_the_solved_system(random_links, seed, directed, weighted):
    ours, theirs = graphs(random_links, seed, directed, weighted)
    n, a = ours.num_companies, full(theirs, weighted)
    radius = np.abs(np.linalg.eigvals(a)).max()
    alpha = 0.7 / radius if radius > 1e-3 else 0.5
    beta = np.random.default_rng(seed).random(n) if seed % 2 else 1.0
    for normalized in (True, False):
        got = kedja.centrality.katz(ours, alpha=alpha, beta=beta, normalized=normalized)
        expected = np.linalg.solve(np.eye(n) - alpha * a.T, np.broadcast_to(beta, n))
        if normalized:
            expected = expected / np.linalg.norm(expected)
        np.testing.assert_allclose(got["katz"], expected, rtol=1e-8, atol=1e-9)
        assert got.meta["error_bound"] <= 1e-10


def test_katz_agrees_with_networkx_at_its_defaults(random_links):
    ours, theirs = graphs(random_links, 3, True, n=14, m=30)
    expected = nx.katz_centrality(nx.DiGraph(theirs), tol=1e-12)
    plain = kedja.CompanyGraph.from_networkx(nx.DiGraph(theirs))
    got = kedja.centrality.katz(plain, weighted=False)
    np.testing.assert_allclose(got["katz"], aligned(expected, 14), rtol=1e-9)
    assert ours.num_links == 30


def test_katz_says_when_alpha_is_too_large(random_links):
    ours, _ = graphs(random_links, 5, False, n=10, m=40)
    with pytest.warns(RuntimeWarning, match="alpha must be below"):
        got = kedja.centrality.katz(ours, alpha=5.0)
    assert np.isnan(got["katz"]).all() and set(got["status"]) == {"not_converged"}


@BOTH
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_eigenvector_agrees_with_the_limit_of_power_iteration(
    random_links, seed, directed, weighted
):
    ours, theirs = graphs(random_links, seed, directed, weighted)
    n, a = ours.num_companies, full(theirs, weighted)
    cyclic = not nx.is_directed_acyclic_graph(theirs) if directed else theirs.number_of_edges() > 0
    got = kedja.centrality.eigenvector(ours, weighted=weighted)
    if not cyclic:
        assert np.isnan(got["eigenvector"]).all() and set(got["status"]) <= {"undefined"}
        return
    assert got.meta["converged"]
    power = np.linalg.matrix_power  # (A + I)^(2^k), scaled on the way
    m = a.T + np.eye(n)
    for _ in range(40):
        m = power(m / m.max(), 2)
    x = m @ np.ones(n)
    values = np.sort(np.abs(np.linalg.eigvals(a)))
    ties = n > 1 and not directed and values[-1] - values[-2] < 1e-6
    defective = directed and n > 1 and values[-1] - values[-2] < 1e-6
    if defective:  # the limit is reached too slowly to compare; the equation must hold
        image = a.T @ got["eigenvector"]
        np.testing.assert_allclose(
            image, got.meta["eigenvalue"] * got["eigenvector"], atol=1e-8 * values[-1]
        )
        return
    atol = 1e-5 if ties else 1e-7
    np.testing.assert_allclose(got["eigenvector"], x / np.linalg.norm(x), atol=atol)
    assert got.meta["eigenvalue"] == pytest.approx(values[-1], rel=1e-8)


@pytest.mark.parametrize("seed", range(1000, 1030))
def test_eigenvector_and_hits_agree_with_networkx(seed):
    theirs = nx.gnm_random_graph(30, 120, seed=seed, directed=True)
    ours = kedja.CompanyGraph.from_networkx(theirs)
    order = ours.ids.tolist()
    expected = nx.eigenvector_centrality(theirs, max_iter=10_000, tol=1e-12)
    got = kedja.centrality.eigenvector(ours)["eigenvector"]
    np.testing.assert_allclose(got, [expected[i] for i in order], atol=1e-8)
    hubs, authorities = nx.hits(theirs, tol=1e-12)
    result = kedja.centrality.hits(ours)
    np.testing.assert_allclose(result["hubs"], [hubs[i] for i in order], atol=1e-7)
    np.testing.assert_allclose(result["authorities"], [authorities[i] for i in order], atol=1e-7)


@BOTH
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_hits_agrees_with_the_singular_vectors(random_links, seed, directed, weighted):
    ours, theirs = graphs(random_links, seed, directed, weighted)
    a = full(theirs, weighted)
    got = kedja.centrality.hits(ours, weighted=weighted)
    if not theirs.number_of_edges():
        assert np.isnan(got["hubs"]).all()
        return
    _, s, vt = np.linalg.svd(a)
    same = s > s[0] * (1 - 1e-9)
    authorities = vt[same].T @ (vt[same] @ np.ones(len(a)))
    np.testing.assert_allclose(got["authorities"], authorities / authorities.sum(), atol=1e-7)
    hubs = a @ authorities
    np.testing.assert_allclose(got["hubs"], hubs / hubs.sum(), atol=1e-7)
    raw = kedja.centrality.hits(ours, weighted=weighted, normalized=False)
    assert np.linalg.norm(raw["hubs"]) == pytest.approx(1)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_current_flow_betweenness_agrees_with_networkx_by_component(random_links, seed, weighted):
    ours, theirs = graphs(random_links, seed, False, weighted, n=3 + seed % 10)
    n = ours.num_companies
    simple = nx.Graph()
    simple.add_nodes_from(range(n))
    for u, v, w in theirs.edges(data="weight"):
        if u != v:
            old = simple.get_edge_data(u, v, {"weight": 0})["weight"]
            simple.add_edge(u, v, weight=old + (w if weighted else 1))
    expected = np.zeros(n)
    for part in nx.connected_components(simple):
        if len(part) > 2:
            found = nx.current_flow_betweenness_centrality(
                simple.subgraph(part).copy(), normalized=False, weight="weight"
            )
            for v, score in found.items():
                expected[v] = score
    got = kedja.centrality.current_flow_betweenness(ours, normalized=False, weighted=weighted)
    np.testing.assert_allclose(got["current_flow_betweenness"], expected, atol=1e-8)
    scaled = kedja.centrality.current_flow_betweenness(ours, weighted=weighted)
    np.testing.assert_allclose(
        scaled["current_flow_betweenness"], expected / ((n - 1) * (n - 2) / 2), atol=1e-8
    )
    assert got.meta["converged"]
    isolated = got["status"] == "isolated"
    assert isolated.tolist() == [simple.degree(v) == 0 for v in range(n)]


@pytest.mark.parametrize("seed", range(6))
def test_estimated_current_flow_betweenness_keeps_its_bound(random_links, seed):
    ours, _ = graphs(random_links, seed, True, True, n=40, m=120)
    exact = kedja.centrality.current_flow_betweenness(ours)["current_flow_betweenness"]
    estimate = kedja.centrality.current_flow_betweenness(ours, epsilon=0.05, delta=0.01, seed=seed)
    assert np.abs(estimate["current_flow_betweenness"] - exact).max() <= 0.05
    assert estimate.verify()
    assert estimate.meta["samples"] > 1000


@BOTH
@pytest.mark.parametrize("seed", SEEDS)
def test_group_closeness_agrees_with_networkx(random_links, seed, directed):
    ours, theirs = graphs(random_links, seed, directed)
    n = ours.num_companies
    members = np.random.default_rng(seed).permutation(n)[: 1 + seed % n].tolist()
    got = kedja.centrality.group_closeness(ours, group=members)
    for k in range(len(members)):
        expected = nx.group_closeness_centrality(theirs, members[: k + 1])
        assert got["group_closeness"][k] == pytest.approx(expected)
    assert got["company"].tolist() == members


@BOTH
@pytest.mark.parametrize("seed", range(60))
def test_greedy_groups_keep_their_guarantee(random_links, seed, directed):
    ours, theirs = graphs(random_links, seed, directed)
    n = ours.num_companies
    k = min(n, 3)
    hops = np.full((n, n), float(n))
    for u, found in nx.all_pairs_shortest_path_length(theirs):
        for v, d in found.items():
            hops[u, v] = d

    def saved(group):
        return n * n - hops[:, list(group)].min(axis=1).sum()

    chosen = kedja.centrality.group_closeness(ours, k=k)["company"].tolist()
    best = max(saved(group) for group in itertools.combinations(range(n), k))
    assert saved(chosen) >= (1 - 1 / np.e) * best
    for i in range(k):  # each member is the best next one, ties to the first
        gains = [saved([*chosen[:i], v]) for v in range(n)]
        assert chosen[i] == int(np.argmax(gains))


@BOTH
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_distances_agree_with_networkx(random_links, seed, directed, weighted):
    ours, theirs = graphs(random_links, seed, directed, weighted)
    n, source = ours.num_companies, seed % ours.num_companies
    for direction, oracle in (
        ("downstream", theirs),
        ("upstream", theirs.reverse() if directed else theirs),
    ):
        found = nx.single_source_dijkstra_path_length(
            oracle, source, weight="weight" if weighted else lambda *_: 1
        )
        got = kedja.structure.distances(
            ours, source, length="value" if weighted else None, direction=direction
        )
        expected = [found.get(v, np.inf) for v in range(n)]
        np.testing.assert_allclose(got["distance"], expected, rtol=1e-12)
        assert got.meta["reached"] == len(found)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c, g: c.katz(g, alpha=-1), "alpha"),
        (lambda c, g: c.katz(g, beta=[1.0]), "beta must have one weight per company"),
        (lambda c, g: c.eigenvector(g, tolerance=0), "tolerance"),
        (lambda c, g: c.hits(g, max_iterations=0), "max_iterations"),
        (lambda c, g: c.closeness(g, direction="in"), "direction"),
        (lambda c, g: c.closeness(g, length="value"), "graph has none"),
        (lambda c, g: c.group_closeness(g), "give either"),
        (lambda c, g: c.group_closeness(g, k=99), "k must be"),
        (lambda c, g: c.group_closeness(g, group=[5, 3, 5]), "group: company 5 appears more than"),
        (lambda c, g: c.group_closeness(g, group=[0, 77]), "group, row 1: unknown company 77"),
        (lambda c, g: c.group_closeness(g, group=[]), "at least one"),
        (lambda c, g: c.betweenness(g, sources=[77]), "sources: unknown company 77"),
        (lambda c, g: c.betweenness(g, sources=[1, 1]), "sources: company 1 appears more than"),
        (lambda c, g: c.edge_betweenness(g, targets=[2, 2]), "targets: company 2 appears more"),
        (lambda c, g: c.pagerank(g, personalization=["x"]), "personalization must be numbers"),
        (lambda c, g: c.betweenness(g, targets=[0], epsilon=0.1), "over all pairs"),
        (lambda c, g: c.current_flow_betweenness(g, epsilon=2), "epsilon"),
        (lambda c, g: c.current_flow_betweenness(g, epsilon=0.1, delta=0), "delta"),
        (lambda c, g: kedja.structure.distances(g, 77), "^source: unknown company 77$"),
        (
            lambda c, g: kedja.recommend.two_hop(g, pairs=([0, 0], [1, 77])),
            "pairs, row 1: unknown company 77",
        ),
    ],
)
def test_bad_options_are_named(random_links, call, message):
    ours, _ = graphs(random_links, 12, True)
    with pytest.raises(kedja.InvalidArgumentError, match=message):
        call(kedja.centrality, ours)


def test_results_can_be_verified_and_threads_change_no_bit(random_links):
    n, source, target, value = random_links(3, n=400, m=1500)
    ours = kedja.CompanyGraph.from_arrays(n, source, target, value)
    c = kedja.centrality
    for call in (
        lambda **run: c.closeness(ours, **run),
        lambda **run: c.closeness(ours, length="value", **run),
        lambda **run: c.edge_betweenness(ours, **run),
        lambda **run: c.edge_betweenness(ours, length="1/value", **run),
        lambda **run: c.betweenness(ours, sources=[1, 5, 9], targets=range(50), **run),
        lambda **run: c.betweenness(ours, epsilon=0.02, top_k=10, **run),
        lambda **run: c.eigenvector(ours, **run),
        lambda **run: c.katz(ours, alpha=0.01, **run),
        lambda **run: c.hits(ours, **run),
        lambda **run: c.current_flow_betweenness(ours, epsilon=0.1, **run),
        lambda **run: c.group_closeness(ours, k=5, **run),
        lambda **run: kedja.structure.distances(ours, 3, length="value", **run),
    ):
        one = call(threads=1)
        assert one.verify()
        for threads in (2, 3, 4):
            other = call(threads=threads)
            for name in one.columns:
                ours_, theirs_ = one[name], other[name]
                assert ours_.tolist() == theirs_.tolist() or ours_.tobytes() == theirs_.tobytes()


def test_the_best_k_are_the_first_of_all_sorted(random_links):
    n, source, target, value = random_links(5, n=200, m=900)
    ids = [f"c{i:03}" for i in range(n)]
    name = np.array(ids, dtype=object)
    ours = kedja.CompanyGraph(ids, name[source], name[target], value)
    c = kedja.centrality
    for measure, options in (
        ("closeness", {}),
        ("harmonic_closeness", {"direction": "downstream"}),
        ("betweenness", {}),
    ):
        call = getattr(c, measure)
        everyone, best = call(ours, **options), call(ours, top_k=7, **options)
        scores = everyone[measure]
        wanted = sorted(range(n), key=lambda i: (-scores[i], i))[:7]
        assert best.ids.tolist() == [ids[i] for i in wanted]
        assert best[measure].tolist() == scores[wanted].tolist()
        assert best.meta["parameters"]["top_k"] == 7
        assert best.verify()
        with pytest.raises(kedja.InvalidArgumentError, match="top_k"):
            call(ours, top_k=0, **options)


@BOTH
@pytest.mark.parametrize("seed", range(10))
def test_estimates_prove_who_is_among_the_k_best(random_links, seed, directed):
    ours, theirs = graphs(random_links, seed, directed, n=60, m=130)
    simple = nx.DiGraph(theirs) if directed else nx.Graph(theirs)
    exact = aligned(nx.betweenness_centrality(simple), 60)
    options = {"epsilon": 0.02, "delta": 0.001, "seed": seed}
    everyone = kedja.centrality.betweenness(ours, **options)
    assert everyone.columns == ("betweenness", "lower", "upper")
    assert np.abs(everyone["betweenness"] - exact).max() <= 0.02
    for k in (1, 5, 60, 100):
        best = kedja.centrality.betweenness(ours, top_k=k, **options)
        rows = [ours.ids.tolist().index(v) for v in best.ids]
        assert len(rows) == min(k, 60)
        assert (np.diff(best["betweenness"]) <= 0).all()
        assert (best["lower"] <= exact[rows] + 1e-12).all()
        assert (exact[rows] <= best["upper"] + 1e-12).all()
        kth = np.sort(exact)[::-1][len(rows) - 1]
        sure = np.asarray(best["status"]) == "ok"
        assert (exact[rows][sure] >= kth - 1e-12).all()
        assert (np.abs(best["betweenness"] - exact[rows])[~sure] <= 0.02).all()
        assert best.meta["samples"] <= 2 * everyone.meta["samples"]
        assert best.meta["parameters"]["top_k"] == k
        assert best.verify()
    with pytest.raises(kedja.InvalidArgumentError, match="top_k"):
        kedja.centrality.betweenness(ours, top_k=0, **options)


def test_of_companies_that_tie_the_first_given_are_the_best():
    ids = [f"c{(7 * i) % 100:02}" for i in range(100)]  # a ring, where all score the same
    ring = kedja.CompanyGraph(ids, ids, ids[1:] + ids[:1], directed=False)
    assert kedja.centrality.closeness(ring, top_k=3).ids.tolist() == ids[:3]
    assert kedja.centrality.harmonic_closeness(ring, top_k=3).ids.tolist() == ids[:3]
    alone = kedja.CompanyGraph(["a", "b"], [], [])
    best = kedja.centrality.closeness(alone, top_k=5)
    assert (best["closeness"].tolist(), best["status"].tolist()) == ([0, 0], ["isolated"] * 2)
