"""Participation in global value chains, against published software and the papers' formulas."""

from __future__ import annotations

import json

import gvc_oracle
import kedja
import numpy as np
import pandas as pd
import pytest
from kedja import value_chain

KWW = ["DVA_FIN", "DVA_INT", "DVA_INTrex", "RDV_FIN", "RDV_INT", "DDC", "FVA_FIN", "FVA_INT", "FDC"]
METHODS = ("kww", "wwz", "borin_mancini")


def close(got, expected, relative=1e-10, size=0.0):
    """Agreement relative to the value, and for nearly vanishing ones to the column's size."""
    got, expected = np.asarray(got, float), np.asarray(expected, float)
    assert got.shape == expected.shape
    size = max(size, np.abs(expected).max())
    np.testing.assert_allclose(got, expected, rtol=relative, atol=1e-14 * size)


def random_flows(seed, groups=4, sectors=5, **options):
    random = np.random.default_rng(seed)
    n = groups * sectors
    Z = random.lognormal(size=(n, n)) * (random.random((n, n)) < 0.7)
    Y = random.lognormal(sigma=2, size=(n, groups)) * n / 2
    Y[3, 0] = -0.5 * Z[3].sum()  # stocks drawn down
    Z[7], Z[:, 7], Y[7] = 0, 0, 0  # a sector that makes nothing
    return kedja.Flows(Z, Y, groups=np.repeat([f"g{k}" for k in range(groups)], sectors), **options)


def bilateral(result, term, groups, sectors):
    """A term as (exporter, importer, sector), zero for the own group."""
    values = np.zeros((groups, groups, sectors))
    abroad = ~np.eye(groups, dtype=bool)
    values.transpose(0, 2, 1)[np.repeat(abroad[:, None], sectors, axis=1)] = result[term]
    return values


@pytest.mark.parametrize("seed", range(4))
def test_every_term_agrees_with_the_matrix_formulas(seed):
    groups, sectors = 2 + seed, 5
    flows = random_flows(seed, groups, sectors)
    world = gvc_oracle.World(flows.dense(), flows.final_demand, flows.output, groups)
    kww = value_chain.gvc_participation(flows)
    for name, expected in gvc_oracle.kww(world).items():
        close(kww[name], expected)
    for method in ("wwz", "borin_mancini"):
        expected_terms = getattr(gvc_oracle, method)(world)
        fine = value_chain.gvc_participation(flows, method=method, detail="bilateral")
        middle = value_chain.gvc_participation(flows, method=method, detail="sector")
        coarse = value_chain.gvc_participation(flows, method=method)
        assert fine.meta["adding_up"] < 1e-12
        size = 100 * world.E.max()  # the formulas leave rounding where there is no third group
        for name, expected in expected_terms.items():
            close(bilateral(fine, name, groups, sectors), expected, size=size)
            close(middle[name], expected.sum(axis=1).reshape(-1), size=size)
            close(coarse[name], expected.sum(axis=(1, 2)), size=size)


def leather(shared):
    inputs = shared / "reference" / "_inputs"
    meta = json.loads((inputs / "leather_meta.json").read_text())
    Z = pd.read_csv(inputs / "leather_inter.csv").to_numpy()
    Y = pd.read_csv(inputs / "leather_final.csv").to_numpy()
    labels = [f"{c}|{i}" for c in meta["countries"] for i in meta["industries"]]
    return kedja.Flows(Z, Y, labels=labels, groups=np.repeat(meta["countries"], 3))


def six_regions(shared):
    stem = str(shared / "reference" / "_inputs" / "wiod11_SWE-DNK-FIN-DEU-RoEU-RoW_")
    Z, Y = (pd.read_csv(f"{stem}{part}.csv", index_col=0) for part in "ZY")
    return kedja.Flows(Z, Y, groups=[label.split("|")[0] for label in Z.index])


def eighteen_sectors(shared):
    stem = str(shared / "reference" / "_inputs" / "exvatools_wiodtest_")
    Z, Y, X = (pd.read_csv(f"{stem}{part}.csv", index_col=0) for part in "ZYX")
    groups = [label.split("_")[0] for label in Z.index]
    return kedja.Flows(Z, Y, output=X["X"], groups=groups)


@pytest.mark.parametrize(
    ("load", "stem"),
    [(leather, "leather"), (six_regions, "wiod11_SWE-DNK-FIN-DEU-RoEU-RoW")],
)
def test_agrees_with_decompr(shared, load, stem):
    flows = load(shared)
    folder = shared / "reference" / "gvc"
    expected = pd.read_csv(folder / f"{stem}_kww.csv").set_index("Country")
    got = value_chain.gvc_participation(flows).frame.set_index("group")
    for k, name in enumerate(KWW, 1):
        close(got[f"T{k}"], expected[name][got.index])
    close(got["exports"], expected[KWW].sum(axis=1)[got.index])
    close(got["vax"], expected[KWW[:3]].sum(axis=1)[got.index])
    close(got["backward"], (expected[KWW[6:]].sum(axis=1) / expected[KWW].sum(axis=1))[got.index])

    table = pd.read_csv(folder / f"{stem}_wwz.csv")
    table = table[table["Exporting_Country"] != table["Importing_Country"]]
    keys = ["Exporting_Country", "Exporting_Industry", "Importing_Country"]
    got = value_chain.gvc_participation(flows, method="wwz", detail="bilateral").frame
    got["industry"] = got["sector"].str.split("|").str[1]
    got = got.set_index(["group", "industry", "partner"])
    table = table.set_index(keys).loc[got.index]
    for name in gvc_oracle.WWZ:
        close(got[name], table[name])
    close(got["exports"], table["texp"])


def test_wwz_by_group_adds_up_to_kww_as_in_decompr(shared):
    flows = leather(shared)
    expected = pd.read_csv(shared / "reference" / "gvc" / "leather_wwz2kww.csv")
    got = value_chain.gvc_participation(flows, method="wwz").frame
    close(got["DVA_INT"] + got["DVA_INTrexI1"], expected["DVA_INT"])
    close(got["DVA_INTrexF"] + got["DVA_INTrexI2"], expected["DVA_INTrex"])
    close(got["RDV_FIN"] + got["RDV_FIN2"], expected["RDV_FIN"])
    close(got["ddc"], expected["DDC"])
    close(got["fva"], expected["FVA_FIN"] + expected["FVA_INT"])
    close(got["fdc"], expected["FDC"])


def test_agrees_with_exvatools(shared):
    flows = eighteen_sectors(shared)
    folder = shared / "reference" / "gvc"
    wwz = {"VAX": "dva", "REF": "rdv", "DDC": "ddc", "FVA": "fva", "FDC": "fdc", "EXGR": "exports"}
    seen = 0

    def expected(path):
        nonlocal seen
        seen += 1
        return pd.read_csv(path, index_col=0)

    for method, stem in (("borin_mancini", "bm_src"), ("borin_mancini", "my"), ("wwz", "wwz")):
        got = value_chain.gvc_participation(flows, method=method, detail="bilateral").frame
        for path in sorted(folder.glob(f"exvatools_wiodtest_{stem}_*.csv")):
            term = path.stem.rsplit("_", 1)[1]
            if method == "borin_mancini":
                values = got[term.lower()]
            elif term in wwz:
                values = got[wwz[term]]
            else:  # what exvatools adds up: DVA = VAX + REF, DC = DVA + DDC, FC = FVA + FDC
                parts = {"DVA": ["dva", "rdv"], "DC": ["dva", "rdv", "ddc"], "FC": ["fva", "fdc"]}
                values = got[parts[term]].sum(axis=1)
            table = expected(path)
            at = (got["sector"], got["partner"])
            close(values, [table.loc[s, p] for s, p in zip(*at, strict=True)])

    # Sink-based terms differ by sector and partner, not by group; VAXIM has no counterpart here.
    got = value_chain.gvc_participation(flows, method="borin_mancini").frame.set_index("group")
    for path in sorted(folder.glob("exvatools_wiodtest_bm_snk_*.csv")):
        term = path.stem.rsplit("_", 1)[1]
        if term != "VAXIM":
            table = expected(path)
            close(got[term.lower()], table.sum(axis=1).groupby(flows.groups).sum()[got.index])

    # exvatools' kww by sector is wwz added up over partners; by group it is kww.
    kww = value_chain.gvc_participation(flows).frame.set_index("group")
    sums = {"VAX": [1, 2, 3], "REF": [4, 5], "DVA": [1, 2, 3, 4, 5], "DDC": [6], "FVA": [7, 8]}
    sums |= {"FDC": [9], "DC": [1, 2, 3, 4, 5, 6], "FC": [7, 8, 9], "EXGR": list(range(1, 10))}
    for path in sorted(folder.glob("exvatools_wiodtest_kww_*.csv")):
        terms = sums[path.stem.rsplit("_", 1)[1]]
        table = expected(path)["WLD"].groupby(flows.groups).sum()
        close(kww[[f"T{k}" for k in terms]].sum(axis=1), table[kww.index])
    assert seen == 13 + 7 + 9 + 9 + 9


def test_regions_made_of_countries_agree_with_the_table_made_of_them(shared):
    """Country-sectors of the world become six regions through `aggregate`."""
    folder = shared / "data" / "wiod2013_2011"
    nodes = pd.read_csv(folder / "nodes.csv")
    links = pd.read_csv(folder / "flows_all.csv.gz")
    demand = pd.read_csv(folder / "final_demand_by_country.csv.gz", index_col=0)
    Z = np.zeros((len(nodes), len(nodes)))
    Z[links["supplier"], links["buyer"]] = links["value_musd"]
    # Rounding to millions leaves sectors with no sales and final demand of -1.
    world = kedja.Flows(
        Z, demand.to_numpy(float), output=nodes["output_musd"], labels=nodes["node"],
        groups=nodes["country"], balance_tolerance=1.0,
    )  # fmt: skip
    eu = "AUT BEL BGR CYP CZE ESP EST FRA GBR GRC HUN IRL ITA LTU LUX LVA MLT NLD POL PRT ROM SVK SVN"
    region = dict.fromkeys(eu.split(), "RoEU") | {c: c for c in ("SWE", "DNK", "FIN", "DEU")}
    regions = nodes["country"].map(region).fillna("RoW")
    labels = regions + "|" + nodes["sector"]
    merged = world.aggregate(labels, regions=dict(zip(labels, regions, strict=True)))
    assert merged.final_demand_names == merged.group_names
    # output as the sum of what is sold, not as stated in rounded millions
    merged = kedja.Flows(merged.to_frame(), merged.final_demand_frame(), groups=merged.groups)
    expected = pd.read_csv(
        shared / "reference" / "gvc" / "wiod11_SWE-DNK-FIN-DEU-RoEU-RoW_kww.csv"
    ).set_index("Country")
    got = value_chain.gvc_participation(merged).frame.set_index("group")
    for k, name in enumerate(KWW, 1):
        close(got[f"T{k}"], expected[name][got.index])


def test_nothing_depends_on_the_unit_the_order_of_rows_or_threads():
    flows = random_flows(8, labels=[f"s{k:02}" for k in range(20)])
    random = np.random.default_rng(1)
    for method in METHODS:
        first = value_chain.gvc_participation(flows, method=method, threads=1)
        assert first.verify()
        for threads in (2, 3, 4):
            at = random.permutation(20)
            moved = kedja.Flows(
                flows.dense()[np.ix_(at, at)],
                pd.DataFrame(flows.final_demand[at], columns=flows.group_names),
                labels=flows.labels[at], groups=flows.groups[at], output=flows.output[at],
            )  # fmt: skip
            again = value_chain.gvc_participation(moved, method=method, threads=threads)
            back = [again["group"].tolist().index(g) for g in first["group"]]
            for name in first.columns[1:-1]:
                assert first[name].tobytes() == again[name][back].tobytes()
        double = kedja.Flows(2 * flows.dense(), 2 * flows.final_demand, groups=flows.groups)
        twice = value_chain.gvc_participation(double, method=method)
        for name in first.columns[1:-1]:
            factor = 1 if name in ("backward", "forward") else 2
            assert (factor * first[name]).tobytes() == twice[name].tobytes()


def test_sparse_flows_give_the_same():
    sparse = pytest.importorskip("scipy.sparse")
    flows = random_flows(2)
    thin = kedja.Flows(
        sparse.csr_array(flows.dense()), flows.final_demand, groups=flows.groups,
        output=flows.output,
    )  # fmt: skip
    for method in METHODS:
        a = value_chain.gvc_participation(flows, method=method)
        b = value_chain.gvc_participation(thin, method=method)
        assert all(a[name].tolist() == b[name].tolist() for name in a.columns)


def test_a_group_without_exports_is_undefined():
    flows = kedja.Flows([[1, 0], [2, 1]], [[4, 0], [3, 6]], groups=["shut", "open"])
    kww = value_chain.gvc_participation(flows)
    assert kww["status"].tolist() == ["undefined", "ok"]
    assert np.isnan(kww["backward"][0]) and np.isnan(kww["forward"][0]) and kww["vax"][0] == 0
    wwz = value_chain.gvc_participation(flows, method="wwz", detail="bilateral")
    assert wwz["status"].tolist() == ["undefined", "ok"]
    assert wwz["partner"].tolist() == ["open", "shut"]
    assert wwz["exports"].tolist() == [0, 5]


@pytest.mark.parametrize(
    ("flows", "options", "message"),
    [
        ([[1.0]], {}, "takes Flows, not list"),
        (kedja.Flows([[1.0]], [2.0]), {}, "the flows have no groups"),
        (
            kedja.Flows([[1, 1], [1, 1]], [5, 5], groups=["a", "b"]),
            {},
            "final demand has columns final_demand but must have one per group",
        ),
        (random_flows(0), {"method": "KWW"}, "method must be one of 'kww', 'wwz'"),
        (random_flows(0), {"method": "wwz", "detail": "all"}, "detail must be one of"),
        (random_flows(0), {"detail": "sector"}, "kww is defined for whole groups only"),
        (
            kedja.Flows(
                [[1, 2], [3, 4]], [[0, 0], [0, 0]], output=[4, 6], groups=["a", "b"],
                labels=["ore", "steel"], balance_tolerance=1,
            ),
            {},
            "no Leontief inverse .*found at sector steel; the least value added per unit of output "
            "is 0, of sector ore",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_named(flows, options, message):
    with pytest.raises(kedja.InvalidArgumentError, match=message):
        value_chain.gvc_participation(flows, **options)


def test_can_be_cancelled():
    with pytest.raises(kedja.Cancelled):
        value_chain.gvc_participation(random_flows(1), method="wwz", progress=lambda f: False)
