"""Flows: tables put side by side by label, and the accounting identities at the door."""

from __future__ import annotations

import json
import pickle

import kedja
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

LABELS = ["wood", "ore", "steel"]
Z = np.array([[1.0, 0.0, 4.0], [2.0, 3.0, 10.0], [0.0, 5.0, 6.0]])
Y = np.array([5.0, 15.0, 29.0])


def wiod(shared):
    folder = shared / "reference" / "_inputs"
    name = "wiod11_SWE-DNK-FIN-DEU-RoEU-RoW"
    z, y, x = (pd.read_csv(folder / f"{name}_{part}.csv", index_col=0) for part in "ZYx")
    return kedja.Flows(z, y, output=x["x"], groups=[label.split("|")[0] for label in z.index])


def test_identities_hold():
    flows = kedja.Flows(Z, Y, labels=LABELS)
    assert flows.output.tolist() == [10.0, 30.0, 40.0]
    assert flows.value_added.tolist() == [7.0, 22.0, 20.0]
    assert flows.final_demand.shape == (3, 1)
    assert flows.final_demand_names == ["final_demand"]
    assert flows.groups is None and flows.group_names == [] and flows.warnings == []
    assert flows.num_flows == 7 and len(flows) == 3


@pytest.mark.parametrize("form", [np.asarray, sp.csr_array, sp.coo_matrix, np.asfortranarray, list])
def test_every_form_of_the_matrix_is_the_same_table(form):
    flows = kedja.Flows(form(Z), Y, labels=LABELS)
    same = kedja.Flows(Z, Y, labels=LABELS)
    assert flows.checksum == same.checksum
    np.testing.assert_array_equal(flows.dense(), Z)
    pd.testing.assert_frame_equal(flows.to_frame(), pd.DataFrame(Z, LABELS, LABELS))
    np.testing.assert_array_equal(np.asarray(sp.csr_array(flows.Z).todense()), Z)
    long = flows.to_long()
    assert len(long) == 7
    back = kedja.Flows.from_long(long, final_demand=pd.Series(Y, LABELS))
    assert back.checksum == flows.checksum


@pytest.mark.parametrize("seed", range(10))
def test_tables_are_aligned_by_label(seed):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(Z, LABELS, LABELS)
    mixed = [random.permutation(LABELS) for _ in range(5)]
    flows = kedja.Flows(
        frame.loc[mixed[0], mixed[1]],
        pd.Series(Y, LABELS)[mixed[2]],
        output=pd.Series([10.0, 30.0, 40.0], LABELS)[mixed[3]],
        groups=pd.Series(["north", "south", "south"], LABELS)[mixed[4]],
    )
    assert flows.labels.tolist() == mixed[0].tolist()
    pd.testing.assert_frame_equal(flows.to_frame().loc[LABELS, LABELS], frame)
    assert dict(zip(flows.labels, flows.output, strict=True)) == {
        "wood": 10,
        "ore": 30,
        "steel": 40,
    }
    assert dict(zip(flows.labels, flows.groups, strict=True))["wood"] == "north"
    assert flows.group_names == list(dict.fromkeys(flows.groups))
    assert flows.checksum == kedja.Flows(frame, pd.Series(Y, LABELS)).checksum


def test_a_label_of_one_table_only_is_an_error():
    frame = pd.DataFrame(Z, LABELS, LABELS)
    with pytest.raises(kedja.DataError, match="final_demand: sector 'steel' is missing") as info:
        kedja.Flows(frame, pd.Series(Y, ["wood", "ore", "steal"]))
    assert info.value.code == "E_DANGLING" and info.value.value == "steel"
    with pytest.raises(kedja.DataError, match="unknown sector 'tin'"):
        kedja.Flows(frame, pd.Series([*Y, 1.0], [*LABELS, "tin"]))
    with pytest.raises(kedja.DataError, match="columns of Z: sector 'wood' is missing"):
        kedja.Flows(frame.rename(columns={"wood": "tree"}), Y)
    with pytest.raises(kedja.DataError, match="label 'ore' stands in row 1 already"):
        kedja.Flows(Z, Y, labels=["wood", "ore", "ore"])


@pytest.mark.parametrize(
    ("change", "code", "row", "column", "text"),
    [
        (lambda z, y, x: z.itemset((1, 2), -3.0), "E_RANGE", 1, "steel", "row ore, column steel, value -3"),
        (lambda z, y, x: z.itemset((0, 1), np.nan), "E_NUMBER", 0, "ore", "row wood, column ore, value nan"),
        (lambda z, y, x: z.itemset((0, 1), np.inf), "E_NUMBER", 0, "ore", "row wood, column ore, value inf"),
        (lambda z, y, x: y.itemset(2, np.nan), "E_NUMBER", 2, "final_demand", "row steel"),
        (lambda z, y, x: x.itemset(1, np.nan), "E_NUMBER", 1, "output", "row ore"),
        (lambda z, y, x: x.itemset(1, 33.0), "E_BALANCE", 1, "output", "output is 33 but sales 15"),
        (lambda z, y, x: (x.itemset(0, -10.0)), "E_RANGE", 0, "output", "output is negative"),
        (lambda z, y, x: (x.itemset(0, 0.0), y.itemset(0, -5.0)), "E_ZERO_OUTPUT", 0, "output", "buys 3"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]])
def test_bad_tables_name_the_row(change, code, row, column, text, sparse, order):
    z, y, x = _Cells(Z), _Cells(Y), _Cells([10.0, 30.0, 40.0])
    change(z, y, x)
    z, y, x = z.values[np.ix_(order, order)], y.values[order], x.values[order]
    labels = [LABELS[k] for k in order]
    with pytest.raises(kedja.DataError, match=text) as info:
        kedja.Flows(sp.csr_array(z) if sparse else z, y, output=x, labels=labels)
    assert (info.value.code, info.value.row, info.value.column) == (code, order.index(row), column)
    assert info.value.file == "flows"


class _Cells:
    def __init__(self, values):
        self.values = np.array(values)

    def itemset(self, at, value):
        self.values[at] = value


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: kedja.Flows(Z[:2], Y), "E_SHAPE"),
        (lambda: kedja.Flows(Z, Y[:2]), "E_SHAPE"),
        (lambda: kedja.Flows(Z, Y, output=Y[:2]), "E_SHAPE"),
        (lambda: kedja.Flows(Z, Y, labels=["a"]), "E_SHAPE"),
        (lambda: kedja.Flows(Z, Y, groups=["a"]), "E_SHAPE"),
        (lambda: kedja.Flows(Z, Y, groups=["a", None, "b"]), "E_MISSING"),
        (lambda: kedja.Flows([["a", "b"], ["c", "d"]], [1, 2]), "E_NUMBER"),
        (lambda: kedja.Flows(Z, np.zeros((3, 2, 2))), "E_SHAPE"),
    ],
)
def test_wrong_shapes_have_a_code(make, code):
    with pytest.raises(kedja.DataError) as info:
        make()
    assert info.value.code == code


def test_negative_final_demand_and_empty_sectors_are_legal():
    flows = kedja.Flows([[0.0, 4.0], [0.0, 0.0]], [-1.0, 0.0 + 4.0])
    assert flows.output.tolist() == [3.0, 4.0]
    empty = kedja.Flows([[1.0, 0.0], [0.0, 0.0]], [1.0, 0.0])
    assert empty.output.tolist() == [2.0, 0.0]
    assert kedja.Flows(np.zeros((0, 0)), []).n == 0


def test_small_gaps_and_large_inputs_are_warnings():
    flows = kedja.Flows(Z, Y, output=[10.0005, 30.0, 40.0], labels=LABELS)
    assert [w.code for w in flows.warnings] == ["W_BALANCE"]
    assert flows.output[0] == 10.0005 and "wood" in flows.warnings[0]
    assert pickle.loads(pickle.dumps(flows.warnings[0])) == flows.warnings[0]
    flows = kedja.Flows([[0.0, 9.0], [0.0, 0.0]], [1.0, 5.0], labels=["ore", "steel"])
    assert flows.warnings[0].startswith("W_COLUMN_SUM") and "steel (1.8 times)" in flows.warnings[0]


def test_final_demand_columns_follow_the_groups():
    groups = ["south", "north", "south"]
    demand = np.column_stack([Y - 1, np.ones(3)])
    flows = kedja.Flows(Z, demand, labels=LABELS, groups=groups)
    assert flows.final_demand_names == flows.group_names == ["south", "north"]
    named = pd.DataFrame(demand[:, ::-1], LABELS, ["north", "south"])
    flows = kedja.Flows(Z, named, labels=LABELS, groups=groups)
    np.testing.assert_array_equal(flows.final_demand_by_group(), demand)
    other = kedja.Flows(Z, Y, labels=LABELS, groups=groups)
    with pytest.raises(kedja.InvalidArgumentError, match="one per group"):
        other.final_demand_by_group()
    with pytest.raises(kedja.InvalidArgumentError, match="no groups"):
        kedja.Flows(Z, Y).final_demand_by_group()


def test_two_levels_become_labels_and_groups(shared):
    folder = shared / "reference" / "_inputs"
    z = pd.read_csv(folder / "pymrio_test_Z.csv", index_col=[0, 1], header=[0, 1])
    y = pd.read_csv(folder / "pymrio_test_Y.csv", index_col=[0, 1], header=[0, 1])
    flows = kedja.Flows(z, y)
    assert flows.labels[0] == "reg1|food" and flows.group_names[0] == "reg1"
    assert flows.final_demand_names == flows.group_names
    np.testing.assert_allclose(flows.output, z.sum(axis=1) + y.sum(axis=1), rtol=1e-15)

    class System:
        Z, Y, x = z, y, None

    assert kedja.Flows.from_pymrio(System()).checksum == flows.checksum


def test_the_reference_table_is_read(shared):
    flows = wiod(shared)
    assert flows.n == 210 and len(flows.group_names) == 6
    assert flows.final_demand_names == ["SWE", "DNK", "FIN", "DEU", "RoEU", "RoW"]
    assert (flows.output == 0).sum() == 1 and (flows.final_demand < 0).sum() == 2


def test_long_tables():
    table = pd.DataFrame(
        [("ore", "steel", 2.0), ("ore", "steel", 1.0), ("steel", "final_demand:home", 5.0),
         ("steel", "final_demand:abroad", 4.0), ("ore", "final_demand:home", 1.0)],
        columns=["source", "target", "value"],
    )  # fmt: skip
    flows = kedja.Flows.from_long(table)
    assert flows.labels.tolist() == ["ore", "steel"]
    assert flows.final_demand_names == ["home", "abroad"]
    np.testing.assert_array_equal(flows.dense(), [[0, 3], [0, 0]])
    np.testing.assert_array_equal(flows.final_demand, [[1, 0], [5, 4]])
    with pytest.raises(kedja.DataError, match="column 'value' is missing"):
        kedja.Flows.from_long(table.drop(columns="value"))
    with pytest.raises(kedja.DataError, match="flows, row 1: the flow ore to steel is -1"):
        kedja.Flows.from_long(table.assign(value=[2, -1.0, 1, 1, 1]))
    with pytest.raises(kedja.DataError, match="flows, row 0: source is empty"):
        kedja.Flows.from_long(table.assign(source=["", "a", "b", "c", "d"]))
    sales = kedja.Flows.from_long(table.iloc[:2])
    assert sales.output.tolist() == [3.0, 3.0]
    assert sales.warnings[0].startswith("W_OUTPUT")
    known = kedja.Flows.from_long(table.iloc[:2], output={"ore": 5.0, "steel": 9.0, "tin": 1.0})
    assert known.labels.tolist() == ["ore", "steel", "tin"]
    assert known.final_demand[:, 0].tolist() == [2.0, 9.0, 1.0]


def test_rows_of_a_long_table_may_stand_in_any_order():
    random = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "source": random.integers(0, 40, 500).astype(str),
            "target": random.integers(0, 40, 500).astype(str),
            "value": random.integers(1, 100, 500).astype(float),
        }
    )
    sums = {kedja.Flows.from_long(table.sample(frac=1, random_state=s)).checksum for s in range(5)}
    assert len(sums) == 1


def test_the_dataset_table_becomes_flows():
    data = kedja.from_tables(
        companies={"id": ["a"]},
        flows={"source": ["01", "01"], "target": ["02", "01"], "value": ["3.5", "1"]},
    )
    flows = kedja.Flows.from_long(data.flows, output={"01": 10.0, "02": 8.0})
    assert flows.labels.tolist() == ["01", "02"]
    assert flows.Z.tolist() == [[1.0, 3.5], [0.0, 0.0]]


def test_companies_become_sectors():
    graph = kedja.CompanyGraph(
        ["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"], [2.0, 6.0]
    )
    flows = kedja.Flows.from_graph(graph, [1.0, 9.0, np.nan])
    assert flows.labels.tolist() == ["ore", "steel", "car"]
    assert flows.output.tolist() == [2.0, 9.0, 6.0]  # sales, revenue, purchases
    assert flows.final_demand[:, 0].tolist() == [0.0, 3.0, 6.0]
    assert repr(flows) == "Flows(3 companies, 2 flows, 1 warnings)"
    with pytest.raises(kedja.DataError, match="revenue: unknown company 'tin'"):
        kedja.Flows.from_graph(graph, {"tin": 1.0})
    with pytest.raises(kedja.DataError, match="revenue, row 0: -1"):
        kedja.Flows.from_graph(graph, [-1.0, 9.0, 1.0])
    loose = kedja.CompanyGraph(["a", "b"], ["a"], ["b"], directed=False)
    with pytest.raises(kedja.InvalidArgumentError, match="directed"):
        kedja.Flows.from_graph(loose)


def test_coefficients(tmp_path):
    A = np.array([[0.2, 0.4], [0.1, 0.3]])
    flows = kedja.Flows.from_coefficients(A, output=[100.0, 50.0])
    np.testing.assert_allclose(flows.Z, [[20, 20], [10, 15]])
    (tmp_path / "plain.csv").write_text("0.2,0.4\n0.1,0.3\n")
    (tmp_path / "named.csv").write_text("sector,01,02\n01,0.2,0.4\n02,0.1,0.3\n")
    np.testing.assert_array_equal(kedja.Flows.from_coefficients(tmp_path / "plain.csv").Z, A)
    for name, text in (
        ("side", "ore,0.2,0.4\nsteel,0.1,0.3\n"),
        ("head", "ore,steel\n0.2,0.4\n0.1,0.3\n"),
    ):
        (tmp_path / name).with_suffix(".csv").write_text(text)
        made = kedja.Flows.from_coefficients(tmp_path / f"{name}.csv")
        assert made.labels.tolist() == ["ore", "steel"] and made.Z.tolist() == A.tolist()
    named = kedja.Flows.from_coefficients(str(tmp_path / "named.csv"))
    assert named.labels.tolist() == ["01", "02"]
    assert named.output.tolist() == [1.0, 1.0]
    sparse = kedja.Flows.from_coefficients(sp.csr_array(A), output=[100.0, 50.0])
    np.testing.assert_allclose(sparse.dense(), flows.Z)
    (tmp_path / "bad.csv").write_text("0.2,x\n0.1,0.3\n")
    with pytest.raises(kedja.DataError, match=r"bad\.csv, row 1, column 2: 'x' is not a number"):
        kedja.Flows.from_coefficients(tmp_path / "bad.csv")
    with pytest.raises(kedja.DataError, match="row 0, column 1, value -1") as info:
        kedja.Flows.from_coefficients([[0.0, -1.0], [0.0, 0.0]])
    assert info.value.code == "E_RANGE"


def test_aggregation_keeps_the_sums(shared):
    flows = wiod(shared)
    industry = [label.split("|")[1] for label in flows.labels]
    made = flows.aggregate(industry)
    assert made.n == 35 and made.groups is None
    assert made.dense().sum() == pytest.approx(flows.dense().sum())
    by = np.asarray(industry)
    expected = flows.to_frame().groupby(by).sum().T.groupby(by).sum().T
    got = made.to_frame().loc[expected.index, expected.columns]
    np.testing.assert_allclose(got, expected)
    np.testing.assert_allclose(made.output.sum(), flows.output.sum())
    countries = flows.aggregate(pd.Series(flows.groups, flows.labels))
    assert countries.group_names == flows.group_names == countries.final_demand_names
    with pytest.raises(kedja.DataError, match=r"groups: sector 'SWE\|c2' is missing"):
        flows.aggregate({"SWE|c1": "x"})


def _countries(order=slice(None)):
    """Two industries in each of SE, DE, CN; final demand by country of destination."""
    random = np.random.default_rng(5)
    labels = [f"{c}|{i}" for c in ("SE", "DE", "CN") for i in ("steel", "cars")]
    z = pd.DataFrame(random.random((6, 6)), labels, labels)
    y = pd.DataFrame(random.random((6, 3)), labels, ["SE", "DE", "CN"])
    at = np.arange(6)[order]
    return kedja.Flows(z.iloc[at, at], y.iloc[at], groups=[labels[k][:2] for k in at])


def test_final_demand_follows_the_regions():
    flows = _countries()
    region = {"SE": "SE", "DE": "abroad", "CN": "abroad"}
    merged = {label: f"{region[label[:2]]}|{label[3:]}" for label in flows.labels}
    regions = {label: label.split("|")[0] for label in merged.values()}
    made = flows.aggregate(merged, regions=regions)
    assert made.group_names == made.final_demand_names == ["SE", "abroad"]
    frame = flows.final_demand_frame()
    by_hand = frame.groupby(merged).sum()
    by_hand["abroad"] = by_hand["DE"] + by_hand["CN"]
    np.testing.assert_allclose(
        made.final_demand, by_hand.loc[made.labels, ["SE", "abroad"]], rtol=1e-15
    )
    # columns that are no groups stay; destinations can be given for them
    kinds = kedja.Flows(flows.to_frame(), frame.set_axis(["use", "stock", "export"], axis=1))
    assert kinds.aggregate(merged).final_demand_names == ["use", "stock", "export"]
    given = kinds.aggregate(merged, final_demand=["home", "home", "export"])
    assert given.final_demand_names == ["home", "export"]
    np.testing.assert_allclose(given.output, made.output, rtol=1e-15)


def test_a_cluster_is_split_off_its_country():
    """Region by region the table is W Z W' and W Y, and participation can be asked for at once."""
    flows = _countries()
    share = {"SE|steel": 0.1, "SE|cars": 0.3}
    wide = pd.DataFrame(0.0, flows.labels, [])
    for label in flows.labels:
        country, industry = label.split("|")
        if label in share:
            wide.loc[label, f"cluster|{industry}"] = share[label]
            wide.loc[label, f"rest of SE|{industry}"] = 1 - share[label]
        else:
            name = {"DE": "rest of EU", "CN": "rest of world"}[country]
            wide.loc[label, f"{name}|{industry}"] = 1.0
    wide = wide.fillna(0.0)
    made = flows.aggregate(
        wide,
        regions=[label.split("|")[0] for label in wide.columns],
        final_demand={"SE": "rest of SE", "DE": "rest of EU", "CN": "rest of world"},
    )
    W = wide.to_numpy()
    np.testing.assert_allclose(made.dense(), W.T @ flows.dense() @ W, rtol=1e-14)
    assert made.group_names == ["cluster", "rest of SE", "rest of EU", "rest of world"]
    assert made.final_demand_names == made.group_names
    np.testing.assert_allclose(made.final_demand[:, 1:], W.T @ flows.final_demand, rtol=1e-14)
    assert not made.final_demand[:, 0].any()
    np.testing.assert_allclose(made.output.sum(), flows.output.sum(), rtol=1e-14)
    found = kedja.value_chain.gvc_participation(made)
    assert found["group"].tolist() == made.group_names
    assert found.meta["adding_up"] < 1e-12
    # sparse rows, and rows in another order, give the same bits
    sparse = pytest.importorskip("scipy.sparse")
    thin = kedja.Flows(
        sparse.csr_array(flows.dense()),
        flows.final_demand,
        labels=flows.labels,
        groups=flows.groups,
    )
    moved = _countries([3, 1, 5, 0, 4, 2])
    for other in (thin, moved):
        same = other.aggregate(
            wide, regions=dict(zip(made.labels, made.groups, strict=True)),
            final_demand={"CN": "rest of world", "SE": "rest of SE", "DE": "rest of EU"},
        )  # fmt: skip
        assert same.to_frame().loc[made.labels, made.labels].equals(made.to_frame())
        named = same.final_demand_frame().loc[made.labels, made.final_demand_names]
        assert named.equals(made.final_demand_frame())


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        (lambda w: w.drop("a"), "E_DANGLING", "sector 'a' is missing"),
        (lambda w: w.replace(0.75, 0.5), "E_RANGE", "row a, value 0.75: the shares"),
        (lambda w: w.replace(0.75, -0.75), "E_RANGE", "row a, value -0.75: a share"),
        (lambda w: w.replace(0.75, np.nan), "E_RANGE", "row a, value nan: a share"),
    ],
)
def test_bad_shares_are_named(change, code, text):
    flows = kedja.Flows([[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0], labels=["a", "b"])
    shares = pd.DataFrame({"c": [0.25, 0], "a": [0.75, 0], "b": [0, 1.0]}, ["a", "b"])
    with pytest.raises(kedja.DataError, match=text) as info:
        flows.aggregate(change(shares))
    assert info.value.code == code


def test_bad_destinations_are_named():
    flows = _countries()
    merged = [label[:2] for label in flows.labels]
    for given, code, text in (
        ({"SE": "SE", "DE": "DE"}, "E_DANGLING", "'CN' is missing"),
        ({"SE": "SE", "DE": "DE", "CN": "moon"}, "E_DANGLING", "CN goes to 'moon'"),
        (["SE", "DE"], "E_SHAPE", "2 destinations for 3 columns"),
    ):
        with pytest.raises(kedja.DataError, match=text) as info:
            flows.aggregate(merged, final_demand=given)
        assert info.value.code == code


def test_values_cannot_be_changed():
    given = Z.copy()
    flows = kedja.Flows(given, Y)
    given[0, 0] = 99.0
    assert flows.Z[0, 0] == 1.0
    for name in ("Z", "output", "final_demand", "labels", "value_added"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(flows, name)[0] = 0
    kept = kedja.Flows(given, Y - [98, 0, 0], copy=False)
    assert np.shares_memory(kept.Z, given)
    assert json.dumps(flows.warnings) == "[]"


def test_the_open_table_says_where_companies_belong():
    flows = kedja.datasets.load("us_bea_2017_nace")
    assert flows.n == 83 and flows.num_flows == 5778
    assert [w.code for w in flows.warnings] == ["W_BALANCE"]
    assert flows.final_demand_names[3:5] == ["exports", "imports_negative"]
    U = kedja.value_chain.upstreamness(
        flows, exclude=["exports", "imports_negative", "inventories", "scrap_and_adjustments"]
    ).frame["upstreamness"]
    top = U.sort_values(ascending=False)
    # as the table's own notes state them
    assert top.index[:5].tolist() == ["07", "02", "24", "06", "05"]
    assert top.iloc[:5].round(2).tolist() == [3.95, 3.86, 3.36, 3.22, 3.18]
    assert U["47"] == pytest.approx(1.13, abs=5e-3) and U["85"] == pytest.approx(1.02, abs=5e-3)
    m = kedja.value_chain.multipliers(flows)["output_multiplier"]
    assert (m.min().round(2), m.max().round(2), m.mean().round(2)) == (1.0, 2.75, 1.87)
    got = flows.sector_of({"a": "24.10", "b": "39.00", "c": "", "d": "99", "e": "A01.61"})
    assert got["sector"].tolist() == ["24", "38-39", "", "", "01"]
    assert got["status"].tolist() == ["ok", "ok", "no_data", "undecided", "ok"]
    assert got.verify()
    with pytest.raises(kedja.DataError, match="'steel' of x is not a NACE code"):
        flows.sector_of({"x": "steel"})
    data = kedja.datasets.load("nordic_demo")
    members = flows.sector_of(data)
    assert len(members) == len(data.companies) and (members["status"] == "ok").mean() > 0.95
    plain = kedja.Flows([[0.0]], [1.0], labels=["36-37"])
    assert plain.sector_of({"w": "37"})["sector"].tolist() == ["36-37"]


def test_companies_find_the_sector_of_their_own_country():
    labels = ["SE|C10-12", "SE|B", "NO|C10T12", "NO|B", "NO|J62_63"]
    flows = kedja.Flows(np.ones((5, 5)), np.ones(5), labels=labels, groups=[s[:2] for s in labels])
    data = kedja.from_tables(
        companies={
            "id": ["a", "b", "c", "d", "e"],
            "nace": ["11.05", "08.11", "62.01", "11.05", "08.11"],
            "country": ["NO", "SE", "SE", "FI", ""],
        }
    )
    got = flows.sector_of(data)
    # Sweden's part of the table has no computer services; Finland is not in it
    assert got["sector"].tolist() == ["NO|C10T12", "SE|B", "", "", ""]
    assert got["status"].tolist() == ["ok", "ok"] + 3 * ["undecided"]
    given = flows.sector_of({"x": "11.05", "y": "62.01"})  # only one country has services
    assert given["sector"].tolist() == ["", "NO|J62_63"]
