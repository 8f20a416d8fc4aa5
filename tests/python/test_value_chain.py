"""Value-chain measures against NumPy, published tools and the accounting identities."""

from __future__ import annotations

import json
from fractions import Fraction

import kedja
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

vc = kedja.value_chain
WIOD = "wiod11_SWE-DNK-FIN-DEU-RoEU-RoW"
MEASURES = {
    "upstreamness": vc.upstreamness,
    "downstreamness": vc.downstreamness,
    "multipliers": vc.multipliers,
    "linkages": vc.linkages,
    "extraction": vc.extraction,
    "influence": lambda flows, **k: vc.influence(flows, labour_share=0.35, **k),
    "leontief": vc.leontief,
    "ghosh": vc.ghosh,
}


@pytest.fixture(scope="module")
def wiod(shared):
    folder = shared / "reference" / "_inputs"
    z, y, x = (pd.read_csv(folder / f"{WIOD}_{part}.csv", index_col=0) for part in "ZYx")
    return kedja.Flows(z, y, output=x["x"], groups=[label.split("|")[0] for label in z.index])


def random_table(seed, n=12, share=0.5, radius=None):
    """A table with empty sectors and negative final demand now and then."""
    random = np.random.default_rng(seed)
    A = random.random((n, n)) * (random.random((n, n)) < share)
    A *= (random.uniform(0.2, 0.97) if radius is None else radius) / max(
        1e-9, np.abs(np.linalg.eigvals(A)).max()
    )
    y = random.lognormal(3, 1, n)
    x = np.linalg.solve(np.eye(n) - A, y)
    if n > 3 and seed % 3 == 0:
        empty = random.integers(n)
        A[empty], A[:, empty] = 0, 0
        x[empty] = 0
    return A * x, x


def flows_of(Z, x, **options):
    return kedja.Flows(Z, x - Z.sum(axis=1), output=x, **options)


# --- reference values of other tools ----------------------------------------------------------


def test_all_vectors_agree_with_the_reference(shared, wiod):
    expected = pd.read_csv(shared / "reference" / "io" / f"{WIOD}_vectors.csv", index_col=0)
    got = {
        "output_multiplier_colsum_L": vc.multipliers(wiod)["output_multiplier"],
        "va_multiplier_vL": vc.multipliers(wiod)["value_added_multiplier"],
        "rasmussen_backward": vc.linkages(wiod)["backward"],
        "ghosh_forward_linkage_norm": vc.linkages(wiod)["forward"],
        "upstreamness_antras2012": vc.upstreamness(wiod)["upstreamness"],
        "downstreamness_antras_chor": vc.downstreamness(wiod)["downstreamness"],
        "x": vc.leontief(wiod)["output"],
    }
    for column, values in got.items():
        np.testing.assert_allclose(values, expected[column], rtol=1e-10, atol=1e-12, err_msg=column)
    np.testing.assert_allclose(vc.ghosh(wiod)["output"], expected["x"], rtol=1e-10)
    L = vc.leontief(wiod, inverse=True).frame
    np.testing.assert_allclose(np.diag(L), expected["leontief_diag"], rtol=1e-10)
    np.testing.assert_allclose(L.sum(axis=1), expected["leontief_rowsum"], rtol=1e-10)
    first = pd.read_csv(shared / "reference" / "io" / f"{WIOD}_L_first20.csv", index_col=0)
    np.testing.assert_allclose(L.loc[first.index, first.columns], first, rtol=1e-10, atol=1e-14)
    G = vc.ghosh(wiod, inverse=True).frame
    np.testing.assert_allclose(
        G.sum(axis=1), expected["ghosh_rowsum_forward_multiplier"], rtol=1e-10
    )


def test_extraction_and_influence_agree_with_the_reference(shared, wiod):
    folder = shared / "reference" / "io"
    stored = json.loads((folder / f"{WIOD}_hypothetical_extraction_first10.json").read_text())
    loss = vc.extraction(wiod)["loss"]
    np.testing.assert_allclose(loss[:10], stored["total_output_loss"], rtol=1e-10)
    expected = pd.read_csv(folder / f"{WIOD}_influence_alpha0.35.csv", index_col=0)
    got = vc.influence(wiod, labour_share=0.35)["influence"]
    np.testing.assert_allclose(got, expected["influence"], rtol=1e-10)


def test_upstreamness_agrees_with_the_reference_in_r(shared, wiod):
    folder = shared / "reference"
    inputs = folder / "_inputs"
    Z = pd.read_csv(inputs / "leather_inter.csv").to_numpy()
    Y = pd.read_csv(inputs / "leather_final.csv").to_numpy()
    meta = json.loads((inputs / "leather_meta.json").read_text())
    expected = pd.read_csv(folder / "upstreamness" / "leather.csv")
    flows = kedja.Flows(Z, Y, output=meta["out"], labels=expected["node"])
    np.testing.assert_allclose(
        vc.upstreamness(flows)["upstreamness"], expected["upstreamness"], rtol=1e-10
    )
    np.testing.assert_allclose(
        vc.downstreamness(flows)["downstreamness"], expected["downstreamness"], rtol=1e-10
    )
    expected = pd.read_csv(folder / "upstreamness" / f"{WIOD}.csv")
    np.testing.assert_allclose(
        vc.downstreamness(wiod)["downstreamness"], expected["downstreamness"], rtol=1e-10
    )


def test_multipliers_agree_with_pymrio(shared):
    folder = shared / "reference"
    z = pd.read_csv(folder / "_inputs" / "pymrio_test_Z.csv", index_col=[0, 1], header=[0, 1])
    y = pd.read_csv(folder / "_inputs" / "pymrio_test_Y.csv", index_col=[0, 1], header=[0, 1])
    flows = kedja.Flows(z, y)
    expected = pd.read_csv(folder / "io" / "pymrio_test_vectors.csv", index_col=0)
    assert flows.labels.tolist() == expected.index.tolist()
    np.testing.assert_allclose(flows.output, expected["x"], rtol=1e-10)
    np.testing.assert_allclose(
        vc.multipliers(flows)["output_multiplier"],
        expected["output_multiplier_colsum_L"],
        rtol=1e-10,
    )
    L = vc.leontief(flows, inverse=True).frame
    np.testing.assert_allclose(np.diag(L), expected["leontief_diag"], rtol=1e-10)


# --- NumPy ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["dense", "sparse", "mixed labels"])
@pytest.mark.parametrize("solver", ["direct", "iterative"])
@pytest.mark.parametrize("seed", range(12))
def test_every_measure_agrees_with_the_inverse(seed, solver, form):
    Z, x = random_table(seed)
    n = len(x)
    labels = [f"s{k}" for k in np.random.default_rng(seed).permutation(n)]
    flows = flows_of(
        sp.csr_array(Z) if form == "sparse" else Z, x, labels=labels if "mixed" in form else None
    )
    inverse_x = np.divide(1, x, out=np.zeros(n), where=x > 0)
    A, B = Z * inverse_x, Z * inverse_x[:, None]
    L, G = np.linalg.inv(np.eye(n) - A), np.linalg.inv(np.eye(n) - B)
    near = {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(
        vc.upstreamness(flows, solver=solver)["upstreamness"], G.sum(1), **near
    )
    np.testing.assert_allclose(
        vc.downstreamness(flows, solver=solver)["downstreamness"], L.sum(0), **near
    )
    v = np.abs(np.sin(np.arange(n))) * x
    m = vc.multipliers(flows, value_added=v, solver=solver)
    np.testing.assert_allclose(m["output_multiplier"], L.sum(0), **near)
    np.testing.assert_allclose(m["value_added_multiplier"], (v * inverse_x) @ L, **near)
    y = np.cos(np.arange(n)) * 10
    scale = {"rtol": 1e-10, "atol": 1e-10 * np.abs(L @ np.abs(y)).max()}
    np.testing.assert_allclose(
        vc.leontief(flows, final_demand=y, solver=solver)["output"], L @ y, **scale
    )
    np.testing.assert_allclose(
        vc.ghosh(flows, primary_inputs=y, solver=solver)["output"], y @ G, **scale
    )
    np.testing.assert_allclose(vc.leontief(flows, inverse=True).frame.to_numpy(), L, **near)
    np.testing.assert_allclose(vc.ghosh(flows, inverse=True).frame.to_numpy(), G, **near)
    link = vc.linkages(flows, solver=solver)
    np.testing.assert_allclose(link["backward"], L.sum(0) / L.sum(0).mean(), **near)
    np.testing.assert_allclose(link["forward"], G.sum(1) / G.sum(1).mean(), **near)
    loss = vc.extraction(flows, solver=solver)["loss"]
    final = x - Z.sum(axis=1)
    for i in range(n):
        cut, left = A.copy(), final.copy()
        cut[i], cut[:, i], left[i] = 0, 0, 0
        direct = x.sum() - np.linalg.solve(np.eye(n) - cut, left).sum()
        assert loss[i] == pytest.approx(direct, rel=1e-8, abs=1e-8 * x.sum())
    bought = Z.sum(axis=0)
    W = Z * np.divide(1, bought, out=np.zeros(n), where=bought > 0)
    expected = np.linalg.solve(np.eye(n) - 0.7 * W, np.full(n, 0.3 / n))
    got = vc.influence(flows, labour_share=0.3, solver=solver)["influence"]
    np.testing.assert_allclose(got, expected, **near)


def test_large_tables_agree_with_scipy():
    random = np.random.default_rng(1)
    n, m = 3000, 30_000
    A = sp.random_array((n, n), density=m / n**2, rng=random).tocsr()
    A = A * (0.9 / A.sum(axis=0).max())
    x = sp.linalg.spsolve(sp.eye_array(n).tocsc() - A.tocsc(), random.random(n) + 0.1)
    Z = (A @ sp.diags_array(x)).tocsr()
    flows = flows_of(Z, x)
    U = vc.upstreamness(flows)
    expected = sp.linalg.spsolve(
        sp.csc_array(sp.eye_array(n) - sp.diags_array(1 / x) @ Z), np.ones(n)
    )
    np.testing.assert_allclose(U["upstreamness"], expected, rtol=1e-12)
    assert U.meta["method"] == "iterative" and U.meta["error_bound"] < 1e-13
    dense = vc.upstreamness(flows_of(Z.toarray(), x))  # one in a hundred: compressed inside
    np.testing.assert_allclose(dense["upstreamness"], expected, rtol=1e-12)
    small = random.random((600, 600))
    full = flows_of(small, small.sum(axis=1) * 1.5)
    U = vc.upstreamness(full)
    assert U.meta["method"] == "iterative"
    direct = vc.upstreamness(full, solver="direct")
    np.testing.assert_allclose(U["upstreamness"], direct["upstreamness"], rtol=1e-14)
    np.testing.assert_allclose(
        vc.extraction(full)["loss"], vc.extraction(full, solver="direct")["loss"], rtol=1e-11
    )
    loss = vc.extraction(flows)
    inverse = np.linalg.inv(np.eye(n) - A.toarray())
    np.testing.assert_allclose(loss["loss"], inverse.sum(0) * x / np.diag(inverse), rtol=1e-10)


# --- what cannot be answered --------------------------------------------------------------------


def test_closed_components_are_named():
    Z = np.zeros((5, 5))
    Z[0, 1], Z[1, 2], Z[2, 0], Z[3, 4] = 5, 5, 5, 2
    flows = kedja.Flows(Z, [0, 0, 0, 1, 4], labels=["ore", "steel", "tool", "wood", "chair"])
    for measure in MEASURES.values():
        if measure is MEASURES["influence"]:
            continue
        with pytest.raises(
            kedja.DataError, match=r"rho=1\.000 of 3 sectors \(ore, steel, tool\)"
        ) as info:
            measure(flows)
        assert info.value.code == "E_SPECTRAL" and info.value.column == "ore"
    ring = kedja.CompanyGraph(["a", "b", "c"], ["a", "b", "c"], ["b", "c", "a"], [1.0, 1.0, 1.0])
    with pytest.raises(kedja.DataError, match=r"3 companies \(a, b, c\)"):
        vc.upstreamness(kedja.Flows.from_graph(ring))
    assert vc.upstreamness(kedja.Flows.from_graph(ring, [2.0, 1.0, 1.0]))["upstreamness"][
        0
    ] == pytest.approx(4)


@pytest.mark.parametrize("sparse", [False, True])
def test_large_closed_components_are_found(sparse):
    random = np.random.default_rng(5)
    n = 700
    Z = random.random((n, n)) * (random.random((n, n)) < 0.2)
    Z[:, :3] = 0
    Z[:3, 3:] = 0
    Z[[0, 1, 2], [1, 2, 0]] = 4.0
    x = Z.sum(axis=1) * 1.4
    x[:3] = 4.0
    x = np.maximum(x, Z.sum(axis=0) * 1.1)
    x[:3] = 4.0
    flows = flows_of(sp.csr_array(Z) if sparse else Z, x, labels=[f"s{k:03}" for k in range(n)])
    with pytest.raises(kedja.DataError, match=r"rho=1\.000 of 3 sectors \(s000, s001, s002\)"):
        vc.upstreamness(flows)


def test_corpus_of_coefficients(shared):
    corpus = shared / "corpus"
    manifest = pd.read_csv(corpus / "manifest.csv", keep_default_na=False)
    cases = manifest[manifest["category"] == "leontief"]
    assert len(cases) == 4
    for case in cases.itertuples():
        if case.expected == "error":
            with pytest.raises(kedja.DataError) as info:
                vc.multipliers(kedja.Flows.from_coefficients(corpus / case.file))
            error = info.value
            assert error.code == case.error_code
            assert error.file in case.file and error.file
            assert error.row is not None and error.column
            assert error.value and error.value in str(error)
        else:
            flows = kedja.Flows.from_coefficients(corpus / case.file)
            wanted = case.expected_detail.split()[0].strip(",")
            assert wanted in [w.code for w in flows.warnings]
            result = vc.multipliers(flows)
            assert (result["output_multiplier"] >= 1).all() and result.meta["converged"]
    with pytest.raises(kedja.DataError, match=r"rho=1\.500"):
        kedja.Flows.from_coefficients(corpus / "graphs/leontief_rho_1p5.csv")
    near = kedja.Flows.from_coefficients(corpus / "graphs/leontief_near.csv")
    assert "2e+14" in near.warnings[-1] and "leave about 1 in" in near.warnings[-1]


def test_coefficients_alone_do_not_tell_where_sales_go():
    flows = kedja.Flows.from_coefficients([[0.2, 0.4], [0.1, 0.3]])
    assert vc.multipliers(flows)["output_multiplier"] == pytest.approx(
        [np.sum(c) for c in np.linalg.inv([[0.8, -0.4], [-0.1, 0.7]]).T]
    )
    for name in ("upstreamness", "linkages", "extraction", "ghosh"):
        with pytest.raises(
            kedja.InvalidArgumentError, match=r"pass output= to Flows\.from_coefficients"
        ):
            MEASURES[name](flows)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda f: vc.influence(f, labour_share=0), "labour_share"),
        (lambda f: vc.influence(f, labour_share=1.5), "labour_share"),
        (lambda f: vc.upstreamness(f, solver="magic"), "solver must be"),
        (lambda f: vc.upstreamness(f, exclude=["exports"]), "no column 'exports'"),
        (lambda f: vc.leontief(f, final_demand=[1.0]), "1 rows for 12 sectors"),
        (lambda f: vc.leontief(f, final_demand=[np.nan] * 12), "not a finite number"),
        (lambda f: vc.upstreamness(np.eye(2)), "give kedja.Flows"),
        (lambda f: vc.upstreamness(f, threads=-1), "threads"),
    ],
)
def test_bad_arguments_are_named(call, text):
    with pytest.raises(ValueError, match=text):
        call(flows_of(*random_table(1)))


def test_empty_and_lonely_sectors_have_a_value_and_a_status():
    Z = np.array([[0.0, 4.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0, 0, 0, 0], [0, 0, 0, 0]])
    flows = kedja.Flows(Z, [1.0, 5.0, 3.0, 0.0], labels=["ore", "steel", "hermit", "ghost"])
    for name, column, values in (
        ("upstreamness", "upstreamness", [1.8, 1, 1, 1]),
        ("downstreamness", "downstreamness", [1, 1.8, 1, 1]),
        ("extraction", "loss", [5, 9, 3, 0]),
        ("influence", "influence", None),
    ):
        result = MEASURES[name](flows)
        assert result["status"].tolist() == ["ok", "ok", "isolated", "isolated"]
        if values:
            assert result[column] == pytest.approx(values)
    assert vc.multipliers(flows)["value_added_multiplier"] == pytest.approx([1, 1, 1, 0])
    sold = kedja.Flows([[0.0, 4.0], [0.0, 0.0]], [-4.0, 5.0])
    assert vc.upstreamness(sold)["status"].tolist() == ["undefined", "ok"]
    assert vc.upstreamness(sold)["upstreamness"].tolist() == [1.0, 1.0]


def test_an_open_economy_leaves_trade_and_stocks_out():
    final = pd.DataFrame({"homes": [30.0, 60.0], "exports": [30.0, 20.0], "imports": [-10.0, 0.0]})
    flows = kedja.Flows([[10.0, 40.0], [5.0, 15.0]], final)
    got = vc.upstreamness(flows, exclude=["exports", "imports"])
    B = np.array([[10.0, 40.0], [5.0, 15.0]]) / np.array([[80.0], [80.0]])
    np.testing.assert_allclose(got["upstreamness"], np.linalg.inv(np.eye(2) - B).sum(axis=1))
    assert got.meta["conventions"]["economy"] == "open"
    with pytest.raises(kedja.DataError, match="less than the 50 sold to sectors"):
        vc.upstreamness(flows, exclude=["homes", "exports"])


# --- invariants ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("n", [40, 700])
def test_threads_and_row_order_change_no_bit(name, n):
    Z, x = random_table(3, n=n, share=0.3, radius=0.6)
    labels = np.array([f"s{k}" for k in range(n)])
    order = np.random.default_rng(0).permutation(n)
    first = MEASURES[name](flows_of(Z, x, labels=labels), threads=1)
    column = first.columns[0]
    for threads in (2, 3, 4):
        again = MEASURES[name](flows_of(Z, x, labels=labels), threads=threads)
        assert first[column].tobytes() == again[column].tobytes()
    y = x - Z.sum(axis=1)
    moved = kedja.Flows(Z[np.ix_(order, order)], y[order], output=x[order], labels=labels[order])
    again = MEASURES[name](moved)
    assert again.ids.tolist() == labels[order].tolist()
    assert again[column].tobytes() == first[column][order].tobytes()
    assert first.verify()


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("unit", [1e-6, 1e3, 7.77])
def test_the_unit_of_money_does_not_matter(name, unit):
    Z, x = random_table(4)
    first = MEASURES[name](flows_of(Z, x))
    other = MEASURES[name](flows_of(Z * unit, x * unit))
    scale = unit if name in ("extraction", "leontief", "ghosh") else 1
    np.testing.assert_allclose(other[first.columns[0]], first[first.columns[0]] * scale, rtol=1e-12)


def test_relabelling_and_splitting_a_market(wiod):
    # A sector cut in two halves that buy and sell alike keeps its upstreamness in both.
    Z, x = random_table(2)
    n = len(x)
    half = np.ones((n + 1, n + 1))
    at = np.r_[np.arange(n), 0]
    half[[0, n]] *= 0.5
    half[:, [0, n]] *= 0.5
    cut = Z[np.ix_(at, at)] * half
    x2 = x[at] * np.where((at == 0), 0.5, 1)
    whole = vc.upstreamness(flows_of(Z, x))["upstreamness"]
    parts = vc.upstreamness(flows_of(cut, x2))["upstreamness"]
    np.testing.assert_allclose(parts, whole[at], rtol=1e-12)
    # value added times its multiplier adds up to final demand
    m = vc.multipliers(wiod)
    total = (m["value_added_multiplier"] * wiod.final_demand.sum(axis=1)).sum()
    assert total == pytest.approx(wiod.value_added.sum(), rel=1e-9)


def test_results_say_how_exact_they_are(wiod):
    meta = vc.upstreamness(wiod).meta
    assert meta["measure"] == "upstreamness" and meta["graph_checksum"] == wiod.checksum
    assert 0 < meta["error_bound"] < 1e-12 and meta["residual"] < 1e-13
    assert 0.4 < meta["spectral_radius_bound"] < 1 and meta["condition"] > 1
    Z, x = np.asarray(wiod.Z), wiod.output
    B = Z * np.divide(1, x, out=np.zeros(len(x)), where=x > 0)[:, None]
    assert meta["condition"] == pytest.approx(np.linalg.cond(np.eye(len(x)) - B, np.inf), rel=1e-9)
    assert np.abs(np.linalg.eigvals(B)).max() <= meta["spectral_radius_bound"]
    assert vc.upstreamness(wiod).frame.index.name == "sector"


def test_progress_is_reported_and_can_cancel():
    Z, x = random_table(3, n=700, share=0.3, radius=0.6)
    flows = flows_of(Z, x)
    for name, measure in MEASURES.items():
        seen: list[float] = []
        measure(flows, progress=seen.append)
        assert seen[0] == 0 and seen[-1] == 1 and seen == sorted(seen), name
        with pytest.raises(kedja.Cancelled):
            measure(flows, progress=lambda fraction: False)


# --- trophic levels -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Michigan", "Narragan", "Rhode", "StMarks"])
@pytest.mark.parametrize("kind", ["binary", "weighted"])
def test_trophic_levels_agree_with_sixty_digits(shared, name, kind):
    folder = shared / "reference"
    links = pd.read_csv(folder / "_inputs" / f"foodweb_{name}.csv")
    expected = pd.read_csv(folder / "trophic" / f"foodweb_{name}_{kind}_levels.csv").set_index(
        "node"
    )
    stored = json.loads((folder / "trophic" / f"foodweb_{name}_{kind}.json").read_text())
    inside = links["source"].isin(expected.index) & links["target"].isin(expected.index)
    links = links[inside]
    weight = None if kind == "binary" else links["weight"].to_numpy(float)
    graph = kedja.CompanyGraph(
        expected.index.to_numpy(), links["source"].to_numpy(), links["target"].to_numpy(), weight
    )
    result = vc.trophic_levels(graph)
    np.testing.assert_allclose(
        result["level"], expected["level_exact60digits"], rtol=1e-12, atol=1e-12
    )
    assert result.meta["incoherence"] == pytest.approx(stored["F0_TAT"], rel=1e-9)
    assert result.meta["converged"] and (result["status"] == "ok").all()
    off = np.abs(result["level"] - expected["level_exact60digits"].to_numpy()).max()
    wide = name == "Michigan" and kind == "weighted"  # weights over twelve orders of magnitude
    assert off <= result.meta["error_bound"] <= (1e-6 if wide else 1e-9)


@pytest.mark.parametrize("kind", ["with_selfloops", "no_selfloops"])
def test_trophic_levels_of_a_flow_table(shared, wiod, kind):
    folder = shared / "reference" / "trophic"
    expected = pd.read_csv(folder / f"wiod11_{kind}.csv")
    stored = json.loads((folder / f"wiod11_{kind}.json").read_text())
    Z = wiod.dense().copy()
    if kind == "no_selfloops":
        np.fill_diagonal(Z, 0)
    source, target = np.nonzero(Z)
    graph = kedja.CompanyGraph.from_arrays(len(Z), source, target, Z[source, target])
    result = vc.trophic_levels(graph)
    alone = result["status"] == "isolated"
    node = expected["node"].to_numpy()  # the reference leaves out the sector without flows
    assert set(node) == set(np.flatnonzero(~alone))
    np.testing.assert_allclose(result["level"][node], expected["level_numpy"], rtol=1e-9, atol=1e-9)
    assert alone.sum() == 5
    assert result.meta["incoherence"] == pytest.approx(stored["F0_numpy"], rel=1e-10)
    if kind == "with_selfloops":
        same = vc.trophic_levels(wiod)
        np.testing.assert_allclose(same["level"], result["level"], atol=1e-12)
        assert same.ids.tolist() == wiod.labels.tolist()


def exact_levels(n: int, links: list[tuple[int, int, float]]) -> list[Fraction]:
    """Levels of a connected network in rational numbers, lowest 0."""
    system = [[Fraction(0)] * (n + 1) for _ in range(n)]
    for a, b, w in links:
        if a == b:
            continue
        value = Fraction(w)
        for i, j, climb in ((a, b, -1), (b, a, 1)):
            system[i][i] += value
            system[i][j] -= value
            system[i][n] += climb * value
    system = [row[1:] for row in system[1:]]  # the first vertex at 0
    for i in range(n - 1):
        pivot = system[i]
        for j in range(n - 1):
            if j != i and system[j][i]:
                times = system[j][i] / pivot[i]
                system[j] = [x - times * y for x, y in zip(system[j], pivot, strict=True)]
    found = [Fraction(0)] + [system[i][-1] / system[i][i] for i in range(n - 1)]
    return [h - min(found) for h in found]


@pytest.mark.parametrize("spread", [0.5, 6.0, 12.0])
@pytest.mark.parametrize("seed", range(5))
def test_the_error_bound_of_trophic_levels_holds(seed, spread):
    random = np.random.default_rng(seed)
    n = 14
    links = [
        (int(random.integers(0, k)), k, 10.0 ** random.uniform(-spread, spread))
        for k in range(1, n)
    ]
    links += [
        (int(a), int(b), 10.0 ** random.uniform(-spread, spread))
        for a, b in random.integers(0, n, (25, 2))
    ]
    source, target, value = (np.array(column) for column in zip(*links, strict=True))
    graph = kedja.CompanyGraph.from_arrays(n, source, target, value)
    result = vc.trophic_levels(graph)
    exact = exact_levels(n, links)
    off = max(
        abs(Fraction(float(level)) - true)
        for level, true in zip(result["level"], exact, strict=True)
    )
    assert off <= Fraction(result.meta["error_bound"])
    assert result.meta["error_bound"] <= (1e-9 if spread < 5 else 1e-2)


def test_the_error_bound_holds_where_iterations_were_too_few():
    random = np.random.default_rng(5)
    n = 3000
    source, target = random.integers(0, n, size=(2, 12_000))
    value = random.lognormal(0, 2, 12_000)
    graph = kedja.CompanyGraph.from_arrays(n, source, target, value)
    right = vc.trophic_levels(graph)
    assert right.meta["converged"] and right.meta["error_bound"] <= 1e-8
    for steps in (1, 3, 9):
        with pytest.warns(RuntimeWarning, match="did not converge"):
            few = vc.trophic_levels(graph, max_iterations=steps)
        off = np.abs(few["level"] - right["level"]).max()
        assert off <= few.meta["error_bound"] + right.meta["error_bound"]
        assert off > 1e-6
    tiny = kedja.CompanyGraph.from_arrays(2, np.array([0]), np.array([1]), np.array([1e-200]))
    assert vc.trophic_levels(tiny).meta["error_bound"] == np.inf


def test_trophic_levels_keep_bits_and_say_what_they_cannot():
    random = np.random.default_rng(2)
    n = 3000
    ends = random.integers(0, n, size=(2, 8000))
    value = random.lognormal(0, 2, 8000)
    ids = np.array([f"c{k}" for k in range(n)])
    graph = kedja.CompanyGraph(ids, ids[ends[0]], ids[ends[1]], value)
    first = vc.trophic_levels(graph, threads=1)
    order = random.permutation(8000)
    moved = kedja.CompanyGraph(ids[::-1], ids[ends[0]][order], ids[ends[1]][order], value[order])
    for threads in (2, 3, 4):
        again = vc.trophic_levels(moved, threads=threads)
        assert again["level"][::-1].tobytes() == first["level"].tobytes()
    scaled = kedja.CompanyGraph(ids, ids[ends[0]], ids[ends[1]], value * 8.5)
    np.testing.assert_allclose(vc.trophic_levels(scaled)["level"], first["level"], atol=1e-11)
    assert first.verify()
    with pytest.warns(RuntimeWarning, match="did not converge in 2 iterations"):
        few = vc.trophic_levels(graph, max_iterations=2)
    assert set(few["status"]) == {"not_converged", "isolated"}
    loose = kedja.CompanyGraph(["a", "b"], ["a"], ["b"], directed=False)
    with pytest.raises(kedja.InvalidArgumentError, match="directed graph"):
        vc.trophic_levels(loose)
    unit = vc.trophic_levels(graph, weighted=False)
    plain = kedja.CompanyGraph(ids, ids[ends[0]], ids[ends[1]])
    np.testing.assert_allclose(unit["level"], vc.trophic_levels(plain)["level"], atol=1e-13)
