"""Null models against sums over all pairs, enumeration, simulation and published values."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys

import kedja
import numpy as np
import pandas as pd
import pytest
import scipy.optimize
import scipy.stats

SEEDS = range(12)
GRAPH_NULLS = ("configuration", "within_between", "gravity", "rewire", "permutation")


def random_table(seed, rows=14, columns=11):
    """0/1 with uneven rows and columns; some full, some empty."""
    random = np.random.default_rng(seed)
    weight = random.random((rows, 1)) * random.random((1, columns)) * 2
    table = (random.random((rows, columns)) < weight).astype(float)
    if seed % 3 == 0:
        table[0] = 1
    if seed % 4 == 0:
        table[1], table[:, 2] = 0, 0
    return pd.DataFrame(table).rename(index="r{:02}".format, columns="c{:02}".format)


def upper_tail(q, at_least):
    """P(sum of independent trials >= at_least), by convolution in extended precision."""
    mass = np.zeros(len(q) + 1, dtype=np.longdouble)
    mass[0] = 1
    for p in q:
        mass[1:] = mass[1:] * (1 - p) + mass[:-1] * p
        mass[0] *= 1 - p
    return mass[at_least:][::-1].sum()


# --- bipartite configuration model --------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_bicm_has_the_observed_degrees(seed):
    table = random_table(seed)
    model = kedja.null_models.bicm(table)
    p = model["probability"].reshape(table.shape)
    np.testing.assert_allclose(p.sum(axis=1), table.sum(axis=1), atol=1e-9)
    np.testing.assert_allclose(p.sum(axis=0), table.sum(axis=0), atol=1e-9)
    assert model.meta["converged"] and ((p >= 0) & (p <= 1)).all()
    # p / (1 - p) is a product of a row's and a column's number: all 2 x 2 ratios are 1.
    inner = (p > 1e-9) & (p < 1 - 1e-9)
    rows, columns = np.flatnonzero(inner.any(axis=1)), np.flatnonzero(inner.any(axis=0))
    if len(rows) > 1 and len(columns) > 1 and inner[np.ix_(rows, columns)].all():
        chosen = p[np.ix_(rows, columns)]
        log = np.log(chosen / (1 - chosen))
        centred = log - log.mean(axis=1)[:, None] - log.mean(axis=0)[None, :] + log.mean()
        np.testing.assert_allclose(centred, 0, atol=1e-8)
    assert model.verify()


def test_lines_without_choice_are_certain():
    nested = pd.DataFrame(np.tril(np.ones((6, 6))))  # only one table has these degrees
    model = kedja.null_models.bicm(nested)
    np.testing.assert_array_equal(model["probability"].reshape(6, 6), nested)
    assert model.meta["iterations"] == 0
    p = model.pvalues()
    np.testing.assert_array_equal(p["pvalue"], 1.0)


@pytest.mark.parametrize("side", ["rows", "columns"])
@pytest.mark.parametrize("seed", range(20))
def test_pvalues_are_poisson_binomial_tails(seed, side):
    table = random_table(seed, 14, 60 if side == "rows" else 20)
    model = kedja.null_models.bicm(table)
    p = model["probability"].reshape(table.shape)
    m = table.to_numpy()
    if side == "columns":
        p, m = p.T, m.T
    got = model.pvalues(side=side)
    names = table.index if side == "rows" else table.columns
    for at, (i, j) in enumerate(itertools.combinations(range(len(m)), 2)):
        assert (got["a"][at], got["b"][at]) == (names[i], names[j])
        shared = int(m[i] @ m[j])
        assert got["shared"][at] == shared
        exact = float(upper_tail((p[i] * p[j]).astype(np.longdouble), shared))
        assert got["pvalue"][at] == pytest.approx(exact, rel=1e-11, abs=1e-290)
    q = scipy.stats.false_discovery_control(got["pvalue"])
    np.testing.assert_allclose(got["qvalue"], q, rtol=1e-12)
    assert got.verify()


def test_small_pvalues_keep_their_digits():
    table = np.zeros((40, 400))
    table[0, :40] = table[1, :40] = 1  # two rows that share all of little
    random = np.random.default_rng(5)
    for row in table[2:]:
        row[random.choice(400, 60, replace=False)] = 1
    model = kedja.null_models.bicm(pd.DataFrame(table))
    got = model.pvalues()
    p = model["probability"].reshape(table.shape)
    names = model.frame["row"].unique()
    at = int(np.flatnonzero((got["a"] == "0") & (got["b"] == "1"))[0])
    i, j = list(names).index("0"), list(names).index("1")
    exact = float(upper_tail((p[i] * p[j]).astype(np.longdouble), 40))
    assert 0 < exact < 1e-20
    assert got["pvalue"][at] == pytest.approx(exact, rel=1e-10)


@pytest.mark.parametrize("case", ["davis", "wiod11_exports_41x35"])
def test_bicm_agrees_with_exact_values(shared, case):
    folder = shared / "reference"
    biadjacency = pd.read_csv(folder / "_inputs" / f"{case}_biadj.csv", header=None)
    if biadjacency.map(lambda x: isinstance(x, str)).any(axis=None):
        biadjacency = pd.read_csv(folder / "_inputs" / f"{case}_biadj.csv", index_col=0)
    biadjacency = biadjacency.astype(float)
    digits = "{:03}".format
    table = biadjacency.set_axis(map(digits, range(len(biadjacency))), axis=0)
    table = table.set_axis(map(digits, range(table.shape[1])), axis=1)
    model = kedja.null_models.bicm(table)
    expected = pd.read_csv(folder / "bicm" / f"{case}_bicm_matrix_exact_numpy.csv", header=None)
    np.testing.assert_allclose(
        model["probability"].reshape(table.shape), expected, atol=1e-11, rtol=0
    )
    p, m = expected.to_numpy(), table.to_numpy()
    pairs = list(itertools.combinations(range(len(m)), 2))
    exact = [
        float(upper_tail((p[i] * p[j]).astype(np.longdouble), int(m[i] @ m[j]))) for i, j in pairs
    ]
    got = model.pvalues()["pvalue"]
    np.testing.assert_allclose(got, exact, atol=1e-11, rtol=0)
    # The p-values kept beside them belong to a fit with degree errors up to 1.4e-7.
    expected = pd.read_csv(folder / "bicm" / f"{case}_rows_pvalues_exact_numpy.csv", header=None)
    kept = expected.to_numpy()[np.triu_indices(len(table), 1)]
    np.testing.assert_allclose(got, kept, atol=2e-8, rtol=0)


def test_a_valued_table_needs_a_rule():
    table = pd.DataFrame([[3.0, 0], [1, 2]], index=["a", "b"], columns=["k", "l"])
    with pytest.raises(kedja.InvalidArgumentError, match="row 'a', column 'k' is 3"):
        kedja.null_models.bicm(table)
    by_rca = kedja.null_models.bicm(table, binary="rca")
    assert by_rca.meta["parameters"]["binary"] == "rca"
    by_value = kedja.null_models.bicm(table, binary=2)  # one each: either way round
    np.testing.assert_allclose(by_value["probability"], 0.5)
    with pytest.raises(kedja.InvalidArgumentError, match="side"):
        by_rca.pvalues(side="both")


def test_draws_of_the_bicm_have_its_probabilities():
    table = random_table(3)
    model = kedja.null_models.bicm(table)
    p = model["probability"].reshape(table.shape)
    total = np.zeros(table.shape)
    for draw in range(400):
        one = model.sample(seed=9, draw=draw)
        drawn = pd.crosstab(one["row"], one["column"])
        drawn = drawn.reindex(index=table.index, columns=table.columns).fillna(0)
        assert drawn.to_numpy().max() <= 1
        total += drawn.to_numpy()
    deviation = np.sqrt(np.maximum(p * (1 - p) / 400, 1e-12))
    assert (np.abs(total / 400 - p) < 5 * deviation + 1e-9).all()
    assert model.sample(seed=9, draw=1).verify()


def test_bicm_flags_no_more_than_the_nominal_share():
    random = np.random.default_rng(1)
    weight = random.random((60, 1)) * random.random((1, 80))
    truth = kedja.null_models.bicm(pd.DataFrame((random.random((60, 80)) < weight).astype(float)))
    flagged = tests = discoveries = 0
    for draw in range(12):
        got = kedja.null_models.bicm(truth.sample(seed=4, draw=draw)).pvalues()
        flagged += int((got["pvalue"] <= 0.05).sum())
        tests += len(got)
        discoveries += int((got["qvalue"] <= 0.05).sum())
    # Far fewer, as degrees only hold on average in the model but exactly in what was drawn.
    assert 0 < flagged / tests <= 0.05
    assert discoveries <= 12


def test_bicm_is_the_same_for_any_threads_and_processor():
    random = np.random.default_rng(2)
    weight = random.random((120, 1)) * random.random((1, 150))
    table = pd.DataFrame((random.random((120, 150)) < weight).astype(float))
    seen = set()
    for threads in (1, 2, 3, 4):
        model = kedja.null_models.bicm(table, threads=threads)
        p = model.pvalues(threads=threads)
        seen.add(model["probability"].tobytes() + p["pvalue"].tobytes() + p["qvalue"].tobytes())
    assert len(seen) == 1
    code = (
        "import kedja, numpy as np, pandas as pd, hashlib, sys\n"
        "random = np.random.default_rng(2)\n"
        "weight = random.random((120, 1)) * random.random((1, 150))\n"
        "table = pd.DataFrame((random.random((120, 150)) < weight).astype(float))\n"
        "model = kedja.null_models.bicm(table)\n"
        "p = model.pvalues()\n"
        "print(hashlib.sha256(model['probability'].tobytes() + p['pvalue'].tobytes()).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "KEDJA_INSTRUCTIONS": name},
        ).stdout
        for name in ("baseline", "avx2", "avx512")
    }  # fmt: skip
    assert len(digests) == 1


# --- graphs with given degrees ------------------------------------------------------------------


def simple_links(graph):
    source, target, _ = graph._link_rows()
    if not graph.directed:
        source, target = np.minimum(source, target), np.maximum(source, target)
    return frozenset(
        (u, v) for u, v in zip(source.tolist(), target.tolist(), strict=True) if u != v
    )


def all_graphs(n, links, directed):
    """Every simple graph with the degrees of `links`."""
    pairs = [(u, v) for u in range(n) for v in range(n) if (u != v if directed else u < v)]

    def degrees(chosen):
        out, into = [0] * n, [0] * n
        for u, v in chosen:
            out[u] += 1
            into[v] += 1
        return (out, into) if directed else [a + b for a, b in zip(out, into, strict=True)]

    wanted = degrees(links)
    return {frozenset(c) for c in itertools.combinations(pairs, len(links)) if degrees(c) == wanted}


@pytest.mark.parametrize(
    ("directed", "n", "links"),
    [
        (False, 6, [(0, 1), (0, 2), (1, 3), (2, 4), (3, 5)]),
        (True, 4, [(0, 1), (1, 2), (2, 3), (0, 2), (3, 1)]),
    ],
)
def test_rewired_graphs_are_equally_likely(directed, n, links):
    graph = kedja.CompanyGraph.from_arrays(
        n, [u for u, _ in links], [v for _, v in links], directed=directed
    )
    possible = all_graphs(n, links, directed)
    draws = 60 * len(possible)
    made = kedja.null_models.rewire(graph, switches_per_link=40, draws=draws, seed=7)
    seen = {g: 0 for g in possible}
    for draw in range(draws):
        seen[simple_links(made.graph(draw))] += 1  # KeyError: other degrees
    assert scipy.stats.chisquare(list(seen.values())).pvalue > 1e-3


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_rewiring_keeps_degrees_and_mixes(random_links, seed, directed):
    n, source, target, _ = random_links(seed, n=60, m=260)
    graph = kedja.CompanyGraph.from_arrays(n, source, target, directed=directed)
    simple = simple_links(graph)
    made = kedja.null_models.rewire(graph, draws=2, seed=seed)
    for draw in range(2):
        links = simple_links(made.graph(draw))
        assert len(links) == len(simple) == made.graph(draw).num_links
        for end in (0, 1) if directed else (None,):
            ours, theirs = np.zeros(n, int), np.zeros(n, int)
            for count, chosen in ((ours, links), (theirs, simple)):
                for pair in chosen:
                    for node in pair if end is None else (pair[end],):
                        count[node] += 1
            np.testing.assert_array_equal(ours, theirs)
    overlap = made.meta["overlap"]
    assert overlap[0] > overlap[-1] and overlap[-1] < 0.5
    kept = np.mean([len(simple_links(made.graph(d)) & simple) / len(simple) for d in range(2)])
    assert overlap[-1] == pytest.approx(kept)
    assert 0 < made.meta["accepted"] <= 1
    assert made.verify()
    seen = {
        kedja.null_models.rewire(graph, draws=3, seed=1, threads=t)["source"].tobytes()
        for t in (1, 2, 3, 4)
    }
    assert len(seen) == 1


def test_rewiring_says_what_it_cannot():
    graph = kedja.CompanyGraph(["a", "b"], ["a"], ["b"])
    assert kedja.null_models.rewire(graph).graph().num_links == 1
    assert kedja.null_models.rewire(kedja.CompanyGraph(["a"], [], [])).graph().num_links == 0
    with pytest.raises(kedja.InvalidArgumentError, match="switches_per_link"):
        kedja.null_models.rewire(graph, switches_per_link=-1)
    with pytest.raises(kedja.InvalidArgumentError, match="draws"):
        kedja.null_models.rewire(graph, draws=0)
    with pytest.raises(kedja.InvalidArgumentError, match="draw must be"):
        kedja.null_models.rewire(graph).graph(1)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_configuration_draws_have_its_probabilities(random_links, seed, directed):
    n, source, target, _ = random_links(seed, n=15, m=45)
    graph = kedja.CompanyGraph.from_arrays(n, source, target, directed=directed)
    model = kedja.null_models.configuration(graph)
    pairs = [(u, v) for u in range(n) for v in range(n) if (u != v if directed else u < v)]
    table = pd.DataFrame(pairs, columns=["source", "target"])
    p = model.probability(table)["probability"]
    out, into = np.zeros(n), np.zeros(n)
    np.add.at(out, table["source"], p)
    np.add.at(into, table["target"], p)
    expected = (out, into) if directed else (out + into, out + into)
    np.testing.assert_allclose(expected[0], model["downstream"], atol=1e-8)
    np.testing.assert_allclose(expected[1], model["upstream"], atol=1e-8)
    position = {pair: i for i, pair in enumerate(pairs)}
    count = np.zeros(len(pairs))
    for draw in range(300):
        for pair in simple_links(model.sample(seed=1, draw=draw)):
            count[position[pair]] += 1
    deviation = np.sqrt(np.maximum(p * (1 - p) / 300, 1e-12))
    assert (np.abs(count / 300 - p) < 5 * deviation + 1e-9).all()
    assert model.verify()


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_weighted_configuration_keeps_strengths(random_links, seed, directed):
    n, source, target, value = random_links(seed, n=14, m=60)
    graph = kedja.CompanyGraph.from_arrays(n, source, target, value, directed=directed)
    model = kedja.null_models.configuration(graph, weighted=True)
    assert model.meta["converged"]
    pairs = pd.DataFrame([(u, v) for u in range(n) for v in range(n)], columns=["source", "target"])
    found = model.probability(pairs)
    expected = found["expected"].reshape(n, n)
    real = source != target
    out, into = np.zeros(n), np.zeros(n)
    np.add.at(out, source[real], value[real])
    np.add.at(into, target[real], value[real])
    if not directed:
        out = into = out + into
        np.testing.assert_allclose(expected, expected.T, rtol=1e-7)
    np.testing.assert_allclose(expected.sum(axis=1), out, rtol=1e-8)
    np.testing.assert_allclose(expected.sum(axis=0), into, rtol=1e-8)
    # Moments between groups, from all pairs.
    groups = np.array(["A", "B", "C"], dtype=object)[np.arange(n) % 3]
    p = found["probability"].reshape(n, n)
    mean = np.divide(expected, p, out=np.zeros_like(p), where=p > 0)
    got = kedja.null_models.tie_significance(graph, groups, weighted=True).frame
    for row in got.itertuples():
        cells = np.outer(groups == row.a, groups == row.b)
        half = 0.5 if not directed and row.a == row.b else 1.0
        between = (groups[source] == row.a) & (groups[target] == row.b) & real
        if not directed and row.a != row.b:
            between |= (groups[source] == row.b) & (groups[target] == row.a) & real
        m, v = half * expected[cells].sum(), half * (p * (2 - p) * mean**2)[cells].sum()
        assert row.observed == pytest.approx(value[between].sum())
        assert row.expected == pytest.approx(m, rel=1e-7)
        assert row.z == pytest.approx((row.observed - m) / v**0.5, abs=1e-5)
        possible = p[cells]
        none = np.prod(1 - possible) ** half  # no link at all
        m, v = m / (1 - none), (v + m * m) / (1 - none) - (m / (1 - none)) ** 2
        tail = scipy.stats.gamma(m * m / v, scale=v / m)
        above = (1 - none) * tail.sf(row.observed) if row.observed > 0 else 1.0
        below = none + (1 - none) * tail.cdf(row.observed)
        assert row.pvalue == pytest.approx(min(2 * min(above, below), 1.0), rel=1e-5)
    assert model.verify()
    drawn = model.sample(seed=2)
    assert drawn.weighted and drawn.num_companies == n


def test_weighted_ties_flag_no_more_than_the_nominal_share():
    graph, groups = heterogeneous(3, n=120)
    source, target, _ = graph._link_rows()
    value = np.random.default_rng(3).lognormal(size=len(source))
    truth = kedja.null_models.configuration(
        kedja.CompanyGraph.from_arrays(120, source, target, value, directed=False), weighted=True
    )
    flagged = tests = 0
    for draw in range(15):
        got = kedja.null_models.tie_significance(
            truth.sample(seed=5, draw=draw), groups, weighted=True
        )
        flagged += int((got["pvalue"] <= 0.05).sum())
        tests += int((~np.isnan(got["pvalue"])).sum())
    assert flagged / tests <= 0.05 + 3 * (0.05 * 0.95 / tests) ** 0.5


def test_pairs_without_a_tie_are_no_deficits_where_none_was_likely():
    """Twelve groups of ten, so that most pairs of groups have no link, in the model as here."""
    flagged = tests = discoveries = empty = 0
    for seed in range(6):
        random = np.random.default_rng(seed)
        source, target = np.nonzero(np.triu(random.random((120, 120)) < 0.012, 1))
        value = random.lognormal(size=len(source))
        graph = kedja.CompanyGraph.from_arrays(120, source, target, value, directed=False)
        truth = kedja.null_models.configuration(graph, weighted=True)
        groups = np.array([f"g{i % 12:02}" for i in range(120)], dtype=object)
        for draw in range(5):
            got = kedja.null_models.tie_significance(
                truth.sample(seed=seed, draw=draw), groups, weighted=True
            )
            tested = ~np.isnan(got["pvalue"])
            flagged += int((got["pvalue"][tested] <= 0.05).sum())
            discoveries += int((got["qvalue"][tested] <= 0.05).sum())
            empty += int((got["observed"][tested] == 0).sum())
            tests += int(tested.sum())
    assert empty > 0.2 * tests
    assert flagged / tests <= 0.05 + 3 * (0.05 * 0.95 / tests) ** 0.5
    assert discoveries / tests <= 0.005


def test_values_that_sum_to_nothing_are_refused():
    graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "b"], ["b", "c"], [0.0, 1.0])
    with pytest.raises(kedja.InvalidArgumentError, match="values sum to 0"):
        kedja.null_models.configuration(graph, weighted=True)
    with pytest.raises(kedja.InvalidArgumentError, match="weighted=True belongs"):
        kedja.null_models.tie_significance(graph, ["x", "x", "y"], null="rewire", weighted=True)


# --- ties between groups ------------------------------------------------------------------------


def group_counts(links, groups, names, directed):
    at = {name: i for i, name in enumerate(names)}
    count = np.zeros((len(names), len(names)))
    for u, v in links:
        a, b = at[groups[u]], at[groups[v]]
        if not directed and a > b:
            a, b = b, a
        count[a, b] += 1
    return count


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_within_between_is_the_maximum_entropy_model(random_links, seed, directed):
    """Against a general root finder on all pairs of companies."""
    n, source, target, _ = random_links(seed, n=12, m=50)
    graph = kedja.CompanyGraph.from_arrays(n, source, target, directed=directed)
    groups = np.array(["A", "B", "C"], dtype=object)[np.arange(n) % 3]
    linked = np.zeros((n, n))
    for u, v in simple_links(graph):
        linked[u, v] = 1
        if not directed:
            linked[v, u] = 1
    same = groups[:, None] == groups[None, :]
    np.fill_diagonal(same, False)
    out, into, within = linked.sum(axis=1), linked.sum(axis=0), linked[same].sum()
    if min(out.min(), into.min()) == 0 or max(out.max(), into.max()) >= n - 1:
        pytest.skip("the general root finder needs finite fitnesses")

    def probabilities(v):
        log = v[:n, None] + v[None, n : 2 * n] + v[-1] * same
        p = 1 / (1 + np.exp(-log))
        np.fill_diagonal(p, 0)
        return p

    def error(v):
        p = probabilities(v)
        return np.concatenate(
            [p.sum(axis=1) - out, p.sum(axis=0) - into, [p[same].sum() - within]]
        ) + np.concatenate([[v[0] - v[n]], np.zeros(2 * n)])  # one scale is free

    start = np.concatenate([np.log(out / out.sum() ** 0.5), np.log(into / into.sum() ** 0.5), [0]])
    root = scipy.optimize.root(error, start, tol=1e-12)
    if not root.success or np.abs(root.x).max() > 12:
        pytest.skip("the general root finder does not get there")
    p = probabilities(root.x)
    got = kedja.null_models.tie_significance(graph, groups, null="within_between").frame
    inside = got[got["a"] == got["b"]]
    assert inside["expected"].sum() == pytest.approx(inside["observed"].sum(), abs=1e-7)
    for row in got.itertuples():
        pairs = np.outer(groups == row.a, groups == row.b)
        half = 0.5 if not directed and row.a == row.b else 1.0
        assert row.observed == half * linked[pairs].sum()
        assert row.expected == pytest.approx(half * p[pairs].sum(), abs=1e-6)
        variance = half * (p * (1 - p))[pairs].sum()
        assert row.z == pytest.approx((row.observed - row.expected) / variance**0.5, abs=1e-5)


@pytest.mark.parametrize("directed", [True, False])
def test_permutation_moments_are_those_of_all_permutations(directed):
    links = [(0, 1), (1, 2), (2, 3), (0, 2), (4, 0)]
    groups = np.array(["A", "A", "B", "B", ""], dtype=object)
    graph = kedja.CompanyGraph.from_arrays(
        5, [u for u, _ in links], [v for _, v in links], directed=directed
    )
    counts = []
    for order in itertools.permutations(range(5)):
        dealt = groups[list(order)]
        chosen = [(u, v) for u, v in links if dealt[u] and dealt[v]]
        counts.append(group_counts(chosen, dealt, ["A", "B"], directed))
    got = kedja.null_models.tie_significance(graph, groups, null="permutation", draws=4000)
    cells = [(0, 0), (0, 1), (1, 0), (1, 1)] if directed else [(0, 0), (0, 1), (1, 1)]
    for at, (a, b) in enumerate(cells):
        every = np.array([c[a, b] for c in counts])
        assert got["expected"][at] == pytest.approx(every.mean())
        if got["z"][at] != 0 and np.isfinite(got["z"][at]):
            deviation = (got["observed"][at] - got["expected"][at]) / got["z"][at]
            assert deviation == pytest.approx(every.std(), rel=0.06)
    assert got.verify()


def test_rewired_moments_are_those_of_all_graphs():
    links = [(0, 1), (0, 2), (1, 3), (2, 4), (3, 5)]
    groups = np.array(["A", "A", "A", "B", "B", "B"], dtype=object)
    graph = kedja.CompanyGraph.from_arrays(
        6, [u for u, _ in links], [v for _, v in links], directed=False
    )
    every = np.array(
        [group_counts(g, groups, ["A", "B"], False) for g in all_graphs(6, links, False)]
    )
    got = kedja.null_models.tie_significance(
        graph, groups, null="rewire", draws=3000, switches_per_link=40
    )
    for at, (a, b) in enumerate([(0, 0), (0, 1), (1, 1)]):
        spread = every[:, a, b].std()
        error = 5 * spread / 3000**0.5
        assert got["expected"][at] == pytest.approx(every[:, a, b].mean(), abs=error)
        if np.isfinite(got["z"][at]):
            z = (got["observed"][at] - every[:, a, b].mean()) / spread
            assert got["z"][at] == pytest.approx(z, abs=0.1)


def heterogeneous(seed, n=240, home=1.0):
    """A random graph with uneven degrees and `home` times the odds inside its 8 groups."""
    random = np.random.default_rng(seed)
    pull = random.lognormal(0, 0.7, n)
    groups = np.array(list("ABCDEFGH"), dtype=object)[random.integers(0, 8, n)]
    odds = 0.02 * np.outer(pull, pull) * np.where(groups[:, None] == groups[None, :], home, 1.0)
    linked = np.triu(random.random((n, n)) < odds / (1 + odds), 1)
    source, target = np.nonzero(linked)
    return kedja.CompanyGraph.from_arrays(n, source, target, directed=False), groups


@pytest.mark.parametrize("null", GRAPH_NULLS)
def test_nulls_flag_no_more_than_the_nominal_share(null):
    flagged = tests = discoveries = 0
    for seed in range(25):
        graph, groups = heterogeneous(seed)
        if null == "rewire":
            graph = kedja.null_models.rewire(graph, seed=seed).graph()
        got = kedja.null_models.tie_significance(graph, groups, null=null, draws=100, seed=seed)
        flagged += int((got["pvalue"] <= 0.05).sum())
        discoveries += int((got["qvalue"] <= 0.05).any())
        tests += int((~np.isnan(got["pvalue"])).sum())
    error = 3 * (0.05 * 0.95 / tests) ** 0.5
    assert flagged / tests <= 0.05 + error
    assert discoveries <= 4


def test_only_the_split_null_bears_with_groups_that_keep_to_themselves():
    shares = {}
    for null in ("configuration", "within_between"):
        flagged = tests = 0
        for seed in range(10):
            graph, groups = heterogeneous(seed, home=12.0)
            got = kedja.null_models.tie_significance(graph, groups, null=null).frame
            between = got[got["a"] != got["b"]]
            flagged += int((between["pvalue"] <= 0.05).sum())
            tests += len(between)
        shares[null] = flagged / tests
    assert shares["configuration"] > 0.5
    assert shares["within_between"] <= 0.05 + 3 * (0.05 * 0.95 / tests) ** 0.5


def test_gravity_maximises_the_likelihood_with_robust_errors():
    random = np.random.default_rng(3)
    n = 300
    table = pd.DataFrame(
        {
            "size": random.lognormal(size=n),
            "distance": random.lognormal(size=n),
            "same": random.integers(0, 2, n).astype(float),
        }
    )
    mean = (
        np.exp(0.5) * table["size"] ** 0.8 * table["distance"] ** -1.1 * np.exp(0.6 * table["same"])
    )
    table["value"] = random.poisson(random.gamma(2, mean / 2))
    model = kedja.null_models.gravity(table, log=["size", "distance"], terms=["same"])
    x = np.column_stack(
        [np.ones(n), np.log(table["size"]), np.log(table["distance"]), table["same"]]
    )
    y = table["value"].to_numpy(float)
    best = scipy.optimize.minimize(
        lambda b: np.exp(x @ b).sum() - y @ (x @ b), np.zeros(4),
        jac=lambda b: x.T @ (np.exp(x @ b) - y), method="BFGS", options={"gtol": 1e-9},
    )  # fmt: skip
    np.testing.assert_allclose(model["coefficient"], best.x, atol=1e-6)
    mu = np.exp(x @ model["coefficient"])
    np.testing.assert_allclose(model.expected, mu, rtol=1e-10)
    np.testing.assert_allclose(x.T @ (y - mu), 0, atol=1e-6 * y.sum())
    bread = np.linalg.inv(x.T @ (mu[:, None] * x))
    sandwich = bread @ (x.T @ ((y - mu)[:, None] ** 2 * x)) @ bread * n / (n - 4)
    np.testing.assert_allclose(model["robust_error"], np.sqrt(np.diag(sandwich)), rtol=1e-8)
    np.testing.assert_allclose(
        model["pvalue"], 2 * scipy.stats.norm.sf(np.abs(model["z"])), rtol=1e-10
    )
    assert model["term"].tolist() == ["constant", "log size", "log distance", "same"]
    assert model.meta["converged"] and model.verify()


def test_gravity_names_what_is_wrong():
    table = pd.DataFrame({"value": [1.0, 2, 3, 0], "size": [1.0, 2, 0, 4], "twice": [2.0, 4, 0, 8]})
    gravity = kedja.null_models.gravity
    with pytest.raises(kedja.InvalidArgumentError, match="record 2: column 'size' is 0"):
        gravity(table, log=["size"])
    with pytest.raises(kedja.InvalidArgumentError, match="no column 'far'"):
        gravity(table, log=["far"])
    with pytest.raises(kedja.InvalidArgumentError, match="linear combination"):
        gravity(table, terms=["size", "twice"])
    with pytest.raises(kedja.InvalidArgumentError, match="observation 1"):
        gravity(table.assign(value=[1, -2, 3, 0]))
    with pytest.raises(kedja.InvalidArgumentError, match="all observations are 0"):
        gravity(table.assign(value=0.0))


def test_distance_enters_the_gravity_null():
    graph, groups = heterogeneous(4)
    names = sorted(set(groups))
    far = pd.DataFrame(
        [(a, b, 1.0 + abs(names.index(a) - names.index(b))) for a in names for b in names if a < b],
        columns=["a", "b", "distance"],
    )
    got = kedja.null_models.tie_significance(graph, groups, null="gravity", distance=far)
    assert set(got.meta["coefficients"]) == {"constant", "log links", "within", "log distance"}
    # The pairs' expectations add up to the links, as the constant's equation has it.
    assert got["expected"].sum() == pytest.approx(got["observed"].sum())
    with pytest.raises(kedja.InvalidArgumentError, match="record 0: distance"):
        kedja.null_models.tie_significance(
            graph, groups, null="gravity", distance=far.assign(distance=0.0)
        )


@pytest.mark.parametrize("null", GRAPH_NULLS)
def test_threads_change_no_bit_of_ties(null):
    graph, groups = heterogeneous(1)
    seen = {
        b"".join(
            kedja.null_models.tie_significance(graph, groups, null=null, draws=40, threads=threads)[
                column
            ].tobytes()
            for column in ("expected", "z", "pvalue", "qvalue")
        )
        for threads in (1, 2, 3, 4)
    }
    assert len(seen) == 1


def test_nulls_say_what_they_need():
    graph, groups = heterogeneous(1)
    ties = kedja.null_models.tie_significance
    with pytest.raises(kedja.InvalidArgumentError, match="null must be one of"):
        ties(graph, groups, null="poisson")
    with pytest.raises(kedja.InvalidArgumentError, match="Dataset"):
        ties(graph, groups, null="coparticipation")
    with pytest.raises(kedja.InvalidArgumentError, match="distance belongs"):
        ties(graph, groups, distance=pd.DataFrame())
    with pytest.raises(kedja.InvalidArgumentError, match="draws"):
        ties(graph, groups, null="rewire", draws=5)
    two = pd.DataFrame({"company": [0, 0, 1], "cluster": ["A", "B", "B"]})
    with pytest.raises(kedja.InvalidArgumentError, match="at most one group"):
        ties(graph, two, null="within_between")
    assert len(ties(graph, two, null="rewire", draws=20)) == 3


def test_long_nulls_can_be_stopped():
    graph, groups = heterogeneous(1)
    for null in ("rewire", "permutation", "within_between", "configuration"):
        with pytest.raises(kedja.Cancelled):
            kedja.null_models.tie_significance(graph, groups, null=null, progress=lambda _: False)
    with pytest.raises(kedja.Cancelled):
        kedja.null_models.bicm(random_table(1), progress=lambda _: False)
    with pytest.raises(kedja.Cancelled):
        kedja.null_models.bicm(random_table(1)).pvalues(progress=lambda _: False)


def test_shuffled_participations_flag_no_more_than_the_nominal_share():
    """Real projects with organisations exchanged inside each field and year."""
    data = kedja.datasets.load("cordis_h2020")
    tables = {
        name: getattr(data, name).to_pandas() for name in ("companies", "clusters", "memberships")
    }
    dealt = data.participations.to_pandas()[["company", "project", "year", "field"]]
    random = np.random.default_rng(1)
    for rows in dealt.groupby(["field", "year"]).groups.values():
        dealt.loc[rows, "company"] = random.permutation(dealt.loc[rows, "company"].to_numpy())
    shuffled = kedja.from_tables(
        participations=dealt.drop_duplicates(["company", "project"]), **tables
    )
    found = {
        name: kedja.null_models.tie_significance(shuffled, null=name).frame.dropna()
        for name in ("coparticipation", "configuration")
    }
    ours = found["coparticipation"]
    assert kedja.null_models.tie_significance(shuffled).meta["parameters"]["null"] == (
        "coparticipation"
    )
    assert len(ours) > 30000
    assert (ours["pvalue"] <= 0.05).mean() <= 0.05
    assert (ours["qvalue"] <= 0.05).mean() <= 0.001
    # A plain null takes groups that meet in the projects of their field for tied ones.
    field = {name: name.split("|")[1] for name in set(ours["a"]) | set(ours["b"])}
    shares = {}
    for name, frame in found.items():
        same = frame[(frame["a"].map(field) == frame["b"].map(field)) & (frame["a"] != frame["b"])]
        shares[name] = ((same["pvalue"] <= 0.05) & (same["z"] > 0)).mean()
    assert shares["configuration"] > 5 * shares["coparticipation"]
