"""Complexity and relatedness against dense NumPy and against reference values of published tools."""

from __future__ import annotations

import warnings

import kedja
import numpy as np
import pandas as pd
import pytest

SEEDS = range(25)


def random_matrix(seed, rows=None, columns=None):
    """A connected 0/1 matrix with names; wide for even seeds, tall for odd ones."""
    random = np.random.default_rng(seed)
    rows = rows or int(random.integers(4, 9)) + (seed % 2) * 6
    columns = columns or int(random.integers(4, 9)) + (1 - seed % 2) * 6
    matrix = (random.random((rows, columns)) < 0.45).astype(float)
    matrix[0, :] = 1  # one row has everything: connected
    matrix[np.arange(rows), np.arange(rows) % columns] = 1
    return pd.DataFrame(
        matrix,
        index=[f"r{i:02}" for i in range(rows)],
        columns=[f"c{i:02}" for i in range(columns)],
    )


def dense_proximity(m, diagonal):
    both, u = m.T @ m, m.sum(axis=0)
    phi = both / np.maximum(u[:, None], u[None, :])
    np.fill_diagonal(phi, diagonal)
    return phi


def dense_complexity(m, ddof=0):
    """ECI and PCI from the dense nonsymmetric matrices, as the definition has them."""
    averages = m / m.sum(axis=1)[:, None]
    values, vectors = np.linalg.eig((m / m.sum(axis=0)).T @ averages)
    order = np.argsort(-values.real)
    pci = vectors[:, order[1]].real
    eci = averages @ pci
    if np.corrcoef(eci, m.sum(axis=1))[0, 1] < 0:
        eci, pci = -eci, -pci
    deviation = eci.std(ddof=ddof)
    return (
        (eci - eci.mean()) / deviation,
        (pci - eci.mean()) / deviation,
        pci / deviation,
        values.real[order],
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_complexity_is_the_second_eigenvector(seed):
    frame = random_matrix(seed)
    eci, pci, _, values = dense_complexity(frame.to_numpy())
    rows, columns = kedja.complexity.complexity(frame, binary=1)
    np.testing.assert_allclose(rows["eci"], eci, atol=1e-9)
    np.testing.assert_allclose(columns["pci"], pci, atol=1e-9)
    assert rows.meta["eigenvalue"] == pytest.approx(values[1], abs=1e-12)
    assert rows.meta["eigenvalue_gap"] == pytest.approx(values[1] - values[2], abs=1e-12)
    assert rows.meta["converged"] and rows.meta["error_bound"] < 1e-9
    assert rows["diversity"].tolist() == frame.to_numpy().sum(axis=1).tolist()
    assert columns["ubiquity"].tolist() == frame.to_numpy().sum(axis=0).tolist()
    one = kedja.complexity.complexity(frame, binary=1, ddof=1)[0]["eci"]
    np.testing.assert_allclose(one, dense_complexity(frame.to_numpy(), 1)[0], atol=1e-9)
    own = kedja.complexity.complexity(frame, binary=1, scale="own")[1]["pci"]
    assert own.mean() == pytest.approx(0, abs=1e-12) and own.std() == pytest.approx(1)
    means = [pci[frame.to_numpy()[r] > 0].mean() for r in range(len(frame))]
    np.testing.assert_allclose(rows["eci"], means, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_reflections_average_neighbours(seed):
    frame = random_matrix(seed)
    m = frame.to_numpy().astype(np.longdouble)
    row, column = m.sum(axis=1), m.sum(axis=0)
    kc, kp = row.copy(), column.copy()
    for level in range(1, 12):
        kc, kp = m @ kp / row, m.T @ kc / column
        if level == 10:
            eci = (kc - kc.mean()) / kc.std(ddof=1)
    pci = (kp - kp.mean()) / kp.std(ddof=1)
    rows, columns = kedja.complexity.complexity(
        frame, binary=1, method="reflections", reflections=12, ddof=1
    )
    np.testing.assert_allclose(rows["eci"], eci.astype(float), atol=1e-9)
    np.testing.assert_allclose(columns["pci"], pci.astype(float), atol=1e-9)


@pytest.mark.parametrize("diagonal", [0, 1])
@pytest.mark.parametrize("seed", SEEDS)
def test_density_and_outlook_are_sums_over_all_columns(seed, diagonal):
    frame = random_matrix(seed)
    m = frame.to_numpy()
    phi = dense_proximity(m, diagonal)
    density = m @ phi / phi.sum(axis=0)
    got = kedja.complexity.density(frame, binary=1, diagonal=diagonal)
    np.testing.assert_allclose(got["density"].reshape(m.shape), density, atol=1e-13)
    pci = dense_complexity(m)[2]
    coi = (density * (1 - m) * pci).sum(axis=1)
    cog = (1 - m) * ((1 - m) @ (phi * (pci / phi.sum(axis=1))[:, None]))
    rows, cells = kedja.complexity.outlook(frame, binary=1, diagonal=diagonal, standardise=False)
    np.testing.assert_allclose(rows["coi"], coi, atol=1e-9)
    np.testing.assert_allclose(cells["cog"].reshape(m.shape), cog, atol=1e-9)
    glossary = kedja.complexity.outlook(frame, binary=1, diagonal=diagonal, subtract_own=True)[1]
    np.testing.assert_allclose(
        glossary["cog"].reshape(m.shape), cog - (1 - m) * density * pci, atol=1e-9
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_gains_of_economic_complexity(seed):
    # opportunity_gain: (1 - M) PCI times phi / (sums of its columns), less density times PCI.
    frame = random_matrix(seed)
    m = frame.to_numpy()
    phi = dense_proximity(m, 0)
    _, columns = kedja.complexity.complexity(frame, binary=1, method="reflections", ddof=1)
    pci = columns["pci"]
    near = phi.sum(axis=0)
    gain = ((1 - m) * pci) @ (phi / near) - m @ phi / near * pci
    rows, cells = kedja.complexity.outlook(
        frame, binary=1, diagonal=0, pci=columns, share_of="itself", subtract_own=True
    )
    got = cells["cog"].reshape(m.shape)
    np.testing.assert_allclose(got[m == 0], gain[m == 0], atol=1e-9)
    assert (got[m > 0] == 0).all()
    assert set(rows["status"]) == {"ok"} and rows.verify() and cells.verify()
    # A column without a PCI counts for nothing and has no gain.
    one = frame.columns[0]
    some = dict(zip(columns["column"][1:], pci[1:], strict=True))
    rows, cells = kedja.complexity.outlook(frame, binary=1, diagonal=0, pci=some, standardise=False)
    assert np.isnan(cells["cog"][(cells["column"] == one)]).tolist() == (m[:, 0] == 0).tolist()
    density = m @ phi / near
    coi = ((1 - m) * density * pci)[:, 1:].sum(axis=1)
    known = m[:, 1:].sum(axis=1) > 0  # has a column with a PCI
    np.testing.assert_allclose(rows["coi"], np.where(known, coi, np.nan), atol=1e-9)
    assert rows["status"].tolist() == np.where(known, "ok", "no_data").tolist()
    with pytest.raises(kedja.InvalidArgumentError, match="there is no column 'none'"):
        kedja.complexity.outlook(frame, binary=1, pci={"none": 1.0})
    with pytest.raises(kedja.InvalidArgumentError, match="share_of"):
        kedja.complexity.outlook(frame, binary=1, share_of="all")


def test_a_matrix_is_read_whatever_the_order_of_its_labels():
    random = np.random.default_rng(5)
    value = np.round(random.random((6, 5)) * (random.random((6, 5)) < 0.6), 3)
    frame = pd.DataFrame(value, index=list("fbadce"), columns=list("mklon"))
    tidy = frame.sort_index().sort_index(axis=1)
    for given in (frame, tidy, pd.DataFrame(np.asfortranarray(value), frame.index, frame.columns)):
        ready = kedja.complexity.prepare(given)
        row, column, cell = ready.core.cells()
        made = np.zeros((6, 5))
        made[row, column] = cell
        assert made.tobytes() == tidy.to_numpy().tobytes()
    twice = pd.DataFrame([[1.0, 2.0, 4.0]], index=["a"], columns=["k", "k", "l"])
    assert kedja.complexity.prepare(twice).core.cells()[2].tolist() == [3.0, 4.0]
    with pytest.raises(kedja.InvalidArgumentError, match="row 'b', column 'o' is inf"):
        endless = frame.copy()
        endless.loc["b", "o"] = np.inf
        kedja.complexity.prepare(endless)


@pytest.mark.parametrize("method", ["association", "cosine", "jaccard", "probability"])
@pytest.mark.parametrize("seed", SEEDS)
def test_relatedness_and_its_density_follow_their_formulas(seed, method):
    frame = random_matrix(seed)
    m = frame.to_numpy()
    c = m.T @ m
    np.fill_diagonal(c, 0)
    s, all_ = c.sum(axis=1), c.sum()
    si, sj = s[:, None], s[None, :]
    expected = {
        "association": c * all_ / (si * sj),
        "cosine": c / np.sqrt(si * sj),
        "jaccard": c / (si + sj - c),
        "probability": c
        / ((si / all_ * sj / (all_ - si) + sj / all_ * si / (all_ - sj)) * all_ / 2),
    }[method]
    got = kedja.complexity.relatedness(frame, method=method, binary=1)
    wide = got.frame.pivot(index="a", columns="b", values="relatedness").fillna(0)
    wide = wide.reindex(index=frame.columns, columns=frame.columns).fillna(0)
    np.testing.assert_allclose(wide, expected, atol=1e-12)
    near = kedja.complexity.density(frame, near=method, binary=1)["density"].reshape(m.shape)
    np.testing.assert_allclose(near, m @ expected / expected.sum(axis=0), atol=1e-12)
    sideways = kedja.complexity.relatedness(frame.T, method=method, binary=1, side="rows")
    assert sideways["relatedness"].tobytes() == got["relatedness"].tobytes()


@pytest.mark.parametrize("seed", SEEDS)
def test_complementarity_is_the_density_that_a_partner_adds(seed):
    frame = random_matrix(seed)
    m = frame.to_numpy()
    phi = dense_proximity(m, 0)
    around = phi.sum(axis=0)
    got = kedja.complexity.complementarity(frame, binary=1)
    one = kedja.complexity.complementarity(frame, binary=1, column="c01")
    at = 0
    for a in range(len(m)):
        for b in range(len(m)):
            if a == b:
                continue
            new = (m[b] > 0) & (m[a] == 0)
            added = phi[new].sum(axis=0) / around
            lacked = (m[a] == 0) & (around > 0)
            mean = added[lacked].mean() if lacked.any() else np.nan
            assert got["complementarity"][at] == pytest.approx(mean, abs=1e-12, nan_ok=True)
            value = added[1] if lacked[1] else np.nan
            assert one["complementarity"][at] == pytest.approx(value, abs=1e-12, nan_ok=True)
            assert (got["a"][at], got["b"][at]) == (frame.index[a], frame.index[b])
            at += 1
    assert at == len(got)


@pytest.mark.parametrize("seed", SEEDS)
def test_cohesion_counts_pairs_inside_and_between(seed):
    random = np.random.default_rng(seed)
    n, names = 12, [f"i{k:02}" for k in range(12)]
    near = random.random((n, n)) * (random.random((n, n)) < 0.6)
    label = np.array(["A", "B", "C", "D"], dtype=object)[random.integers(0, 4, n)]
    label[0] = ""  # in no cluster
    near_frame = pd.DataFrame(near, index=names, columns=names)
    got = kedja.complexity.cohesion(near_frame, dict(zip(names, label, strict=True)))
    both = (near + near.T) / 2
    clusters = sorted(set(label) - {""})
    members = {c: np.flatnonzero(label == c) for c in clusters}
    above, items_above = [], []
    for row, c in zip(got.frame.itertuples(), clusters, strict=True):
        mine = members[c]
        pairs = [both[i, j] for i in mine for j in mine if i != j]
        between = [both[np.ix_(mine, members[d])].mean() for d in clusters if d != c]
        assert row.items == len(mine)
        assert row.between_mean == pytest.approx(np.mean(between))
        assert row.between_quantile == pytest.approx(np.quantile(between, 0.95))
        if len(mine) < 2:
            assert row.status == "too_small" and np.isnan(row.within)
            continue
        assert row.within == pytest.approx(np.mean(pairs))
        above.append((row.within > np.mean(between), row.within > np.quantile(between, 0.95)))
        for i in mine:
            inside = both[i, mine[mine != i]].mean()
            other = [both[i, members[d]].mean() for d in clusters if d != c]
            items_above.append((inside > np.mean(other), inside > np.quantile(other, 0.95)))
    score = (np.mean(above, axis=0).sum() + np.mean(items_above, axis=0).sum()) / 4
    assert got.meta["validation_score"] == pytest.approx(score)


def test_components_are_solved_apart():
    left, right = random_matrix(0), random_matrix(1)
    right.index = [f"s{i:02}" for i in range(len(right))]
    right.columns = [f"d{i:02}" for i in range(right.shape[1])]
    both = pd.concat([left, right]).fillna(0)
    with pytest.warns(RuntimeWarning, match="2 components"):
        rows, columns = kedja.complexity.complexity(both, binary=1)
    assert len(rows.meta["components"]) == 2
    found, pci = rows.frame.set_index("row"), columns.frame.set_index("column")
    for part in (left, right):
        one, other = kedja.complexity.complexity(part, binary=1)
        np.testing.assert_allclose(found.loc[part.index, "eci"], one["eci"], atol=1e-12)
        np.testing.assert_allclose(pci.loc[part.columns, "pci"], other["pci"], atol=1e-12)
        assert found.loc[part.index, "component"].nunique() == 1
    assert rows.verify()


def test_what_is_undefined_says_so():
    table = pd.DataFrame(
        {"row": list("aabbcd"), "column": list("klklmk"), "value": [1, 1, 1, 1, 0, 1]}
    )
    rows, columns = kedja.complexity.complexity(table, binary=1)
    status = dict(zip(rows["row"], rows["status"], strict=True))
    assert status["c"] == "no_data" and rows.meta["empty_rows"] == ["c"]
    assert rows.meta["empty_columns"] == ["m"]
    assert np.isnan(rows["eci"][2]) and np.isnan(columns["pci"][2])
    assert not np.isnan(rows["eci"][[0, 1, 3]]).any()
    density = kedja.complexity.density(table, binary=1).frame
    assert density[(density["row"] == "c") | (density["column"] == "m")]["density"].isna().all()
    assert kedja.complexity.rca(table).meta["empty_rows"] == ["c"]
    # Rows that all have the same columns cannot be told apart.
    same = kedja.complexity.complexity(pd.DataFrame(np.ones((3, 4))), binary=1)[0]
    assert set(same["status"]) == {"undefined"} and np.isnan(same["eci"]).all()
    # Three interchangeable rows: the second eigenvalue is double.
    ring = pd.DataFrame(1 - np.eye(3))
    tied = kedja.complexity.complexity(ring, binary=1)[0]
    assert set(tied["status"]) == {"undecided"} and np.isnan(tied["eci"]).all()
    rows, _ = kedja.complexity.outlook(ring, binary=1)
    assert set(rows["status"]) == {"undecided"} and np.isnan(rows["coi"]).all()
    empty = kedja.complexity.complexity(pd.DataFrame(np.zeros((2, 2))), binary=1)[0]
    assert empty["status"].tolist() == ["no_data", "no_data"]


def test_bad_tables_are_named():
    complexity = kedja.complexity
    table = pd.DataFrame({"row": ["a", "b"], "column": ["k", "l"], "value": [1.0, -2.0]})
    with pytest.raises(kedja.InvalidArgumentError, match="row 'b', column 'l' is -2"):
        complexity.rca(table)
    with pytest.raises(kedja.InvalidArgumentError, match="row 'b', column 'l' is missing"):
        complexity.density(table.assign(value=[1.0, np.nan]))
    with pytest.raises(kedja.InvalidArgumentError, match="record 1: the row is missing"):
        complexity.rca(table.assign(row=["a", None]))
    with pytest.raises(kedja.InvalidArgumentError, match="row '0', column 'x' is -1"):
        complexity.proximity(pd.DataFrame({"x": [-1.0, 1]}))
    with pytest.raises(kedja.InvalidArgumentError, match="ddof"):
        complexity.complexity(random_matrix(0), ddof=2)
    with pytest.raises(kedja.InvalidArgumentError, match="even"):
        complexity.complexity(random_matrix(0), method="reflections", reflections=7)
    with pytest.raises(kedja.InvalidArgumentError, match="did you mean 'c01'"):
        complexity.complementarity(random_matrix(0), column="c001")
    with pytest.raises(kedja.InvalidArgumentError, match="prepared"):
        complexity.density(complexity.prepare(table.assign(value=1)), binary=1)


def test_threads_and_row_order_change_no_bit():
    frame = random_matrix(7, 40, 120)
    long = frame.stack().reset_index()
    long.columns = ["row", "column", "value"]
    shuffled = long.sample(frac=1, random_state=3)
    tall = frame.T
    for name in ("density", "outlook", "complexity", "relatedness", "complementarity"):
        measure = getattr(kedja.complexity, name)
        seen = set()
        for threads in (1, 2, 3, 4):
            for table in (long, shuffled):
                found = measure(table, binary=1, threads=threads)
                parts = found if isinstance(found, tuple) else (found,)
                seen.add(
                    b"".join(
                        p[p.columns[-1 if name != "complexity" else 1]].tobytes()
                        for p in parts
                        if p.columns[-1] != "status" or name == "complexity"
                    )
                )
        assert len(seen) == 1, name
        found = measure(tall, binary=1)
        for part in found if isinstance(found, tuple) else (found,):
            assert part.verify()


def test_a_dataset_is_a_table_of_its_clusters():
    data = kedja.datasets.load("lf_consortia")
    rows, _ = kedja.complexity.complexity(data, binary=1)
    assert rows["row"].tolist() == data.groups("cluster").names
    caps = data.capabilities.to_pandas()[["company", "capability"]].drop_duplicates()
    member = data.memberships.to_pandas()
    weight = 1 / member.groupby("company")["company"].transform("size")
    counted = member.assign(w=weight).merge(caps, on="company")
    expected = counted.groupby(["cluster", "capability"])["w"].sum()
    ready = kedja.complexity.prepare(data, binary=1)
    row, column, value = ready.core.cells()
    got = pd.Series(
        value, index=pd.MultiIndex.from_arrays([ready.rows[row], ready.columns[column]])
    )
    pd.testing.assert_series_equal(
        got.sort_index(), expected.sort_index(), check_names=False, check_index_type=False
    )


# --- reference values of other tools ----------------------------------------------------------


def specialisation(shared):
    """WIOD exports as RCA; one negative export, which this package refuses, has no advantage."""
    path = shared / "reference" / "complexity" / "wiod11_exports_41x35_rca.csv"
    return pd.read_csv(path, index_col=0).clip(lower=0)


def world_trade(shared):
    table = pd.read_csv(shared / "data" / "trade_sitc" / "exports.csv.gz", dtype=str)
    table.columns = ["row", "column", "value"]
    return kedja.complexity.prepare(table.assign(value=table["value"].astype(float)))


@pytest.fixture(scope="session", params=["wiod11_exports_41x35", "world_trade_226x785"])
def case(request, shared):
    if request.param.startswith("wiod"):
        ready = kedja.complexity.prepare(specialisation(shared), binary=1.0)
    else:
        ready = world_trade(shared)
    folder = shared / "reference" / "complexity"

    def read(name):
        found = sorted(folder.glob(f"{request.param}_{name}*.csv"))[0]
        made = pd.read_csv(found, index_col=0, dtype=str, keep_default_na=False)
        return made.replace("", "nan").astype(float)

    return ready, read


def wide(frame, value):
    return frame.pivot(index="row", columns="column", values=value)


def test_complexity_agrees_with_ecomplexity(case):
    ready, read = case
    rows, columns = kedja.complexity.complexity(ready)
    eci = rows.frame.set_index("row")["eci"]
    np.testing.assert_allclose(eci.loc[read("eci").index], read("eci")["eci"], atol=1e-9)
    pci = columns.frame.set_index("column")["pci"]
    np.testing.assert_allclose(pci.loc[read("pci").index], read("pci")["pci"], atol=1e-9)
    rows, cells = kedja.complexity.outlook(ready)
    coi = rows.frame.set_index("row")["coi"]
    np.testing.assert_allclose(coi.loc[read("eci").index], read("eci")["coi"], atol=1e-9)
    cog, expected = wide(cells.frame, "cog"), read("cog")
    np.testing.assert_allclose(cog.loc[expected.index, expected.columns], expected, atol=1e-9)
    near = wide(kedja.complexity.density(ready, diagonal=1).frame, "density")
    expected = read("density")
    np.testing.assert_allclose(near.loc[expected.index, expected.columns], expected, atol=1e-9)


def test_conventions_of_economic_complexity(case):
    ready, read = case
    near = wide(kedja.complexity.density(ready, diagonal=0).frame, "density")
    expected = read("relatedness_economic_complexity")
    np.testing.assert_allclose(near.loc[expected.index, expected.columns], expected, atol=1e-9)
    rows, columns = kedja.complexity.complexity(ready, method="reflections", ddof=1)
    # The reference lets twenty levels of rounding grow to 5e-8; the exact sums are tested above.
    eci = rows.frame.set_index("row")["eci"]
    np.testing.assert_allclose(
        eci.loc[read("eci").index], read("eci")["eci_economic_complexity_MoR20"], atol=1e-7
    )
    pci = columns.frame.set_index("column")["pci"]
    np.testing.assert_allclose(
        pci.loc[read("pci").index], read("pci")["pci_economic_complexity_MoR20"], atol=1e-7
    )


def test_conventions_of_econgeo(shared):
    ready = kedja.complexity.prepare(specialisation(shared), binary=1.0)
    folder = shared / "reference" / "relatedness"
    for method, name in (
        ("association", "association"), ("cosine", "cosine"),
        ("jaccard", "jaccard"), ("probability", "prob"),
    ):  # fmt: skip
        expected = pd.read_csv(folder / f"wiod11_exports_41x35_econgeo_{name}.csv")
        got = kedja.complexity.relatedness(ready, method=method).frame
        got = got.pivot(index="a", columns="b", values="relatedness")
        got = got.reindex(index=expected.columns, columns=expected.columns).fillna(0)
        np.testing.assert_allclose(got, expected, atol=1e-9)
    # Density from cosines, in per cent with two decimals; R sorts "RoW" before "RUS".
    expected = pd.read_csv(folder / "wiod11_exports_41x35_econgeo_density_cosine_ROUNDED2.csv")
    rows = sorted(ready.rows, key=str.lower)
    got = wide(kedja.complexity.density(ready, near="cosine", decimals=4).frame, "density")
    np.testing.assert_allclose(100 * got.loc[rows, expected.columns], expected, atol=1e-9)
    # KCI comes from a matrix rounded to four decimals: compare the order it gives.
    kci = pd.read_csv(folder / "wiod11_exports_41x35_econgeo_KCI_ROUNDED_CC4.csv", index_col=0)
    eci = kedja.complexity.complexity(ready)[0].frame.set_index("row")["eci"]
    assert abs(kci["KCI"].corr(eci.loc[kci.index], method="spearman")) > 0.99


def test_cohesion_of_declared_clusters_beats_shuffled_ones(shared):
    codes = pd.read_csv(shared / "data" / "us_clusters" / "naics_to_cluster.csv", dtype=str)
    codes = codes.dropna(subset=["cluster"]).drop_duplicates("naics")
    # Industries of one four-digit family are related; the declared clusters know nothing of that.
    names = codes["naics"].to_numpy(dtype=object)
    family = codes["naics"].str[:4].to_numpy()
    near = pd.DataFrame((family[:, None] == family[None, :]).astype(float), names, names)
    declared = codes.set_index("naics")["cluster"]
    score = kedja.complexity.cohesion(near, declared).meta["validation_score"]
    shuffled = declared.sample(frac=1, random_state=1).set_axis(declared.index)
    chance = kedja.complexity.cohesion(near, shuffled).meta["validation_score"]
    assert score > chance + 0.3


def test_rounded_advantage_counts_what_rounds_to_one():
    table = pd.DataFrame([[10.0, 10.04], [10, 9.96]], index=["a", "b"], columns=["k", "l"])
    exact = kedja.complexity.prepare(table)
    rounded = kedja.complexity.prepare(table, decimals=2)
    assert len(exact.binary.cells()[0]) == 2 and len(rounded.binary.cells()[0]) == 4
    np.testing.assert_array_equal(kedja.complexity.rca(table, decimals=2)["rca"], 1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kedja.complexity.complexity(rounded)


@pytest.mark.parametrize("diagonal", [0, 1])
def test_a_prepared_table_gives_the_same_bits_whatever_was_asked_before(diagonal: int) -> None:
    rng = np.random.default_rng(12)
    table = pd.DataFrame(rng.random((30, 80)) * (rng.random((30, 80)) < 0.4))
    table = table.rename(index=str, columns=str)
    made = kedja.complexity.prepare(table)
    density = kedja.complexity.density(made, diagonal=diagonal)
    kedja.complexity.complexity(made)
    assert made.known_density(diagonal) is not None
    assert made.known_density(1 - diagonal) is None
    after = kedja.complexity.outlook(made, diagonal=diagonal)
    alone = kedja.complexity.outlook(table, diagonal=diagonal)
    for one, other in zip(after, alone, strict=True):
        name = one.columns[-1] if "cog" in one.columns else "coi"
        assert np.array_equal(one[name], other[name], equal_nan=True)
    with pytest.raises(ValueError, match="read-only"):
        density["density"][0] = 2.0
    del density
    assert made.known_density(diagonal) is None  # nobody holds it
