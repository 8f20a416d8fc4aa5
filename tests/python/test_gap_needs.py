"""Coverage, fragility and unmet need against plain pandas and SciPy; known answers on real data."""

from __future__ import annotations

from pathlib import Path

import kedja
import numpy as np
import pandas as pd
import pytest

EUROPE = [
    "AUT",
    "BEL",
    "BGR",
    "HRV",
    "CYP",
    "CZE",
    "DNK",
    "EST",
    "FIN",
    "FRA",
    "DEU",
    "GRC",
    "HUN",
    "IRL",
    "ITA",
    "LVA",
    "LTU",
    "LUX",
    "MLT",
    "NLD",
    "POL",
    "PRT",
    "ROU",
    "SVK",
    "SVN",
    "ESP",
    "SWE",
    "CHE",
    "GBR",
    "NOR",
    "ISL",
    "LIE",
]


@pytest.fixture(scope="module")
def asked() -> kedja.Dataset:
    """Two clusters of four and three, of whom three and three answered about a set of three."""
    return kedja.from_tables(
        companies={"id": list("abcdefg"), "size": [10, 20, 300, 5, 8, 9, 4]},
        memberships={"company": list("abcdefg"), "cluster": list("xxxxyyy")},
        capabilities={
            "company": list("aabcefg"),
            "capability": ["k", "l", "k", "k", "l", "m", "k"],
            "level": [0.5, 1, 0.4, 0, None, 0.2, 1],
        },
        requirements={"set": ["s"] * 3, "capability": list("klm"), "weight": [1, 1, 2]},
    )


def test_coverage_is_the_product_over_members(asked) -> None:
    found = kedja.gap.coverage(asked).frame
    x = found[(found["cluster"] == "x") & (found["item"] == "")].iloc[0]
    lack = {"k": 0.5 * 0.6, "l": 0.0, "m": 1.0}
    assert x["gap"] == pytest.approx(0.25 * lack["k"] + 0.5)
    assert x["breadth_gap"] == pytest.approx(1 - (0.25 * 0.9 / 3 + 0.25 / 3))
    assert (x["members"], x["answered"]) == (4, 3)  # a level of 0 is an answer, no row is none
    assert x["low"] < x["gap"] == x["high"]
    # y has all of l, all of k and a fifth of m.
    assert x["filler_cluster"] == "y"
    assert x["fillable"] == pytest.approx((0.25 * 0.3 + 0.5 * 0.2) / x["gap"])
    items = found[(found["cluster"] == "x") & (found["item"] != "")].set_index("item")
    assert items["gap"].to_dict() == pytest.approx({"m": 0.5, "k": 0.075})
    y = found[(found["cluster"] == "y") & (found["item"] == "")].iloc[0]
    assert y["gap"] == pytest.approx(0.5 * 0.8) and y["low"] == y["high"] == y["gap"]


def test_coverage_sets_may_be_tables_or_names(asked) -> None:
    table = pd.DataFrame({"capability": ["k", "nobody"]})
    found = kedja.gap.coverage(asked, set=table, cluster="y")
    assert found["gap"][0] == pytest.approx(0.5)
    assert found["fillable"][0] == 0.0 and found["filler_cluster"][0] == ""
    with pytest.raises(kedja.InvalidArgumentError, match="did you mean 'green'"):
        kedja.gap.coverage(asked, set="gren")
    with pytest.raises(kedja.InvalidArgumentError, match="row 1, column weight: -1"):
        kedja.gap.coverage(asked, set={"capability": ["k"], "weight": [-1.0]})
    with pytest.raises(kedja.InvalidArgumentError, match="sum to 0"):
        kedja.gap.coverage(asked, set={"capability": ["k"], "weight": [0.0]})
    with pytest.raises(kedja.InvalidArgumentError, match="company type 'firm'"):
        kedja.gap.coverage(asked, types=["firm"])


def test_what_nobody_answered_is_undecided_never_zero(asked) -> None:
    found = kedja.gap.coverage(asked, set="green")
    assert set(found["status"]) == {"undecided"} and np.isnan(found["gap"]).all()
    assert all("ask members about green" in text for text in found["decides"])
    everybody = kedja.gap.coverage(asked, set="green", answered="all")
    assert everybody["gap"][0] == 1.0  # a register in which nothing is listed


def test_basic_level_of_digital_intensity() -> None:
    items = [f"dii:{name}" for name in ("erp", "crm", "ai", "cloud", "speed")]
    rows = [(c, i) for c, n in zip("abcd", (5, 4, 3, 5), strict=True) for i in items[:n]]
    data = kedja.from_tables(
        companies={"id": list("abcde"), "size": [10, 20, 30, 400, None]},
        memberships={"company": list("abcde"), "cluster": list("xxxxx")},
        capabilities={
            "company": [c for c, _ in rows] + ["e"],
            "capability": [i for _, i in rows] + ["dii:ai"],
            "level": [1] * len(rows) + [0],
        },
    )
    found = kedja.gap.coverage(data, set="digital_intensity").frame
    basic = found[found["item"] == "basic_level"].iloc[0]
    # a and b of a, b, c and e; d has 400 employees.
    assert (basic["answered"], basic["share"]) == (4, 0.5)
    assert basic["gap"] == pytest.approx(0.4) and basic["low"] == basic["high"] == basic["gap"]
    assert len(kedja._requirements.shipped("digital_intensity")) == 12
    folder = Path(__file__).resolve().parents[2] / "data" / "requirements"
    table = pd.read_csv(folder / "digital_intensity.csv", dtype=str)
    assert set(table["survey_year"]) == {"2023"} and set(table["index_version"]) == {"3"}
    said = (folder / "README.md").read_text(encoding="utf-8")
    assert "survey of 2023" in said and "`E_DI3_...` for 2021, 2023" in said


@pytest.fixture(scope="module")
def supply() -> kedja.Dataset:
    rng = np.random.default_rng(3)
    n, m = 60, 220
    ids = [f"c{i:02}" for i in range(n)]
    links = pd.DataFrame(
        {
            "source": rng.choice(ids, m),
            "target": rng.choice(ids, m),
            "value": rng.uniform(1, 100, m).round(3),
        }
    )
    return kedja.from_tables(
        companies={"id": ids, "nace": rng.choice(["24.10", "25.11", "28.11"], n).tolist()},
        memberships={"company": ids[:50], "cluster": [f"k{i % 5}" for i in range(50)]},
        links=links,
    )


@pytest.mark.parametrize("theta", [0.5, 0.8, 1.0])
def test_fragility_is_the_single_sourced_share_of_inputs(supply, theta: float) -> None:
    links = supply.links.to_pandas()
    companies = supply.companies.to_pandas()
    kind = dict(zip(companies["id"], companies["nace"].str[:2], strict=True))
    links = links.assign(kind=links["source"].map(kind))
    bought = links.groupby(["target", "kind", "source"])["value"].sum()
    of_type = bought.groupby(["target", "kind"]).sum()
    most = bought.groupby(["target", "kind"]).max() / of_type
    alpha = of_type / of_type.groupby("target").transform("sum")
    single = (most > theta) | ((most == 1) if theta == 1 else False)
    dependence = (alpha * single).groupby("target").sum()
    member = supply.memberships.to_pandas()
    expected = {
        cluster: dependence.reindex(rows["company"]).dropna().mean()
        for cluster, rows in member.groupby("cluster")
    }
    found = kedja.gap.fragility(supply, theta=theta).frame
    wholes = found[found["item"] == ""].set_index("cluster")
    assert wholes["gap"].to_dict() == pytest.approx(expected)
    items = found[found["item"] != ""].groupby("cluster")["gap"].sum()
    for cluster, value in items.items():
        assert value == pytest.approx(expected[cluster])
    assert (wholes["low"] <= wholes["gap"]).all() and (wholes["gap"] <= wholes["high"]).all()


def test_fragility_names_who_could_stand_in(supply) -> None:
    found = kedja.gap.fragility(supply, cluster="k1")
    members = set(supply.memberships.to_pandas().query("cluster == 'k1'")["company"])
    of = dict(supply.memberships.to_pandas()[["company", "cluster"]].itertuples(index=False))
    nace = dict(supply.companies.to_pandas()[["id", "nace"]].itertuples(index=False))
    for row in found.frame.iloc[1:].itertuples():
        if row.filler:
            assert row.filler not in members and of[row.filler] == row.filler_cluster
            assert nace[row.filler][:2] == row.item and row.filler != row.supplier
    said = found.explain(1)
    assert {link.target for link in said.links} <= members and said.links
    assert found.verify()


def test_essential_inputs_and_weights(supply) -> None:
    none = pd.DataFrame(1, index=["24", "25", "28"], columns=["24", "25", "28"])
    assert (kedja.gap.fragility(supply, essential=none)["gap"] == 0).all()
    every = kedja.gap.fragility(supply, essential=none + 1)
    assert every["gap"].tolist() == kedja.gap.fragility(supply)["gap"].tolist()
    with pytest.raises(kedja.InvalidArgumentError, match="row 24, column 25: 3"):
        bad = none.astype(float)
        bad.loc["24", "25"] = 3
        kedja.gap.fragility(supply, essential=bad)
    with pytest.raises(kedja.InvalidArgumentError, match="needs the column size"):
        kedja.gap.fragility(supply, weight="size")
    alone = kedja.from_tables(
        companies={"id": ["a"]}, memberships={"company": ["a"], "cluster": ["x"]}
    )
    with pytest.raises(kedja.InvalidArgumentError, match=r"links\.kind = supply"):
        kedja.gap.fragility(alone)


def test_dependence_is_the_single_source_share_of_sourcing(supply) -> None:
    nace = dict(supply.companies.to_pandas()[["id", "nace"]].itertuples(index=False))
    graph = supply.graph("supply", weight="value")
    share = kedja.shock.sourcing(graph, sector={c: n[:2] for c, n in nace.items()}, theta=0.6)
    of = share.frame["single_source_share"]
    for row in kedja.gap.fragility(supply, theta=0.6).frame.query("item == ''").itertuples():
        members = supply.memberships.to_pandas().query("cluster == @row.cluster")["company"]
        assert row.gap == pytest.approx(of[members].mean())


def test_exposure_is_what_members_lose_when_the_top_supplier_fails() -> None:
    data = kedja.from_tables(  # s makes all that a uses and half of what b uses; t sells less
        companies={"id": list("stabc"), "nace": ["24.10", "25.11", "28.11", "28.11", "28.11"]},
        memberships={"company": list("abc"), "cluster": list("xxx")},
        links={"source": list("sst"), "target": list("abb"), "value": [10, 5, 5]},
    )
    found = kedja.gap.fragility(data, exposure=True)
    assert found["exposure"][0] == pytest.approx((1 + 0.5 + 0) / 3)
    essential = pd.DataFrame({"28": [2, 1]}, index=["24", "25"])
    found = kedja.gap.fragility(data, essential=essential, exposure=True)
    assert found["exposure"][0] == pytest.approx((1 + 1 + 0) / 3)  # b stands without steel
    assert np.isnan(kedja.gap.fragility(data)["exposure"][0])


def test_joint_optimum_is_that_of_linear_programming() -> None:
    from scipy.optimize import linprog

    rng = np.random.default_rng(1)
    for _ in range(60):
        n = int(rng.integers(2, 6))
        unmet = rng.integers(0, 7, n) * rng.integers(0, 2, n) + 0.0
        spare = rng.integers(0, 7, n) * rng.integers(0, 2, n) + 0.0
        pairs = [(b, a) for b in range(n) for a in range(n) if a != b]
        rows = np.zeros((2 * n, len(pairs)))
        for i, (b, a) in enumerate(pairs):
            rows[b, i] = rows[n + a, i] = 1
        best = linprog(-np.ones(len(pairs)), A_ub=rows, b_ub=np.r_[spare, unmet])
        total, received = kedja._core.joint_optimum(unmet, spare)
        assert total == pytest.approx(-best.fun)
        assert received.sum() == pytest.approx(total)


def test_need_form_counts_members_that_ask_and_members_that_have() -> None:
    data = kedja.from_tables(
        companies={"id": list("abcdef")},
        memberships={"company": list("abcdef"), "cluster": list("xxyyzz")},
        capabilities={"company": list("acde"), "capability": ["k", "k", "l", "l"]},
        needs={
            "company": list("aabb"), "capability": ["l", "m", "l", "k"], "value": [3, 1, 1, 5],
        },
        links={"source": ["a"], "target": ["c"], "kind": ["collaboration"]},
    )  # fmt: skip
    found = kedja.gap.complementarity(data, cluster="x")
    assert found.meta["form"] == "need" and found.meta["need_basis"] == "needs"
    # x asks for l twice (mean priority 2), m once (1; nobody has it) and k once (a has it). y and
    # z have one l each: together both; y is tied, so half of what could be met is not.
    assert found["gap"][0] == pytest.approx(0.5)
    assert found["alone"][0] == pytest.approx(4 / 5) and found["joint"][0] == pytest.approx(4 / 5)
    z = found.frame[found["item"] == "z"].iloc[0]
    assert z["gap"] == pytest.approx(0.5) and not z["tied"]
    gap = kedja.gap.capability(data, cluster="x")
    assert gap.meta["need_basis"] == "needs"
    assert "m" in gap["item"]  # needed, and nobody has it: not dropped


def test_needs_that_nobody_can_meet_stay_missing() -> None:
    data = kedja.from_tables(
        companies={"id": ["a", "b"]},
        memberships={"company": ["a", "b"], "cluster": ["x", "y"]},
        capabilities={"company": ["a"], "capability": ["k"]},
        needs={"company": ["a"], "capability": ["quantum"]},
    )
    found = kedja.gap.capability(data, cluster="x")
    assert found["gap"].tolist() == [1.0, 1.0] and found["item"].tolist() == ["", "quantum"]
    assert found["filler_cluster"].tolist() == ["", ""]


def test_bought_from_others_is_delivered(supply) -> None:
    found = kedja.gap.complementarity(supply, form="need")
    assert found.meta["need_basis"] == "links"
    links = supply.links.to_pandas()
    of = dict(supply.memberships.to_pandas()[["company", "cluster"]].itertuples(index=False))
    seller, buyer = links["source"].map(of), links["target"].map(of)
    outside = links[(buyer == "k2") & (seller != "k2")]
    known = outside["source"].map(of).notna()
    row = found.frame[(found["cluster"] == "k2") & (found["item"] == "")].iloc[0]
    delivered = outside.loc[known, "value"].sum() / outside["value"].sum()
    assert row["gap"] == pytest.approx(1 - delivered / row["alone"])


# Known answers on real data


@pytest.fixture(scope="module")
def chips(shared: Path) -> tuple[kedja.Dataset, pd.DataFrame]:
    """Providers of the advanced chip chain as companies (countries as type other), Europe a cluster,
    and as requirements the inputs that any listed firm provides."""
    folder = shared / "data" / "cset_chips"
    providers = pd.read_csv(folder / "providers.csv").set_index("provider_id")
    rows = pd.read_csv(folder / "provision.csv")
    rows = rows[rows["provided_id"].str.startswith("N")]
    firm = providers["provider_type"] == "organization"
    place = providers["country"].where(firm, providers["provider_name"])
    provided = set(rows.loc[rows["provider_id"].map(firm), "provided_id"])
    inside = providers.index[place.isin(EUROPE)]
    data = kedja.from_tables(
        companies={
            "id": providers.index.tolist(),
            "type": np.where(firm, "company", "other").tolist(),
        },
        memberships={"company": inside.tolist(), "cluster": ["Europe"] * len(inside)},
        capabilities={
            "company": rows["provider_id"].tolist(),
            "capability": rows["provided_id"].tolist(),
        },
    )
    return data, pd.DataFrame({"capability": sorted(provided)})


@pytest.mark.parametrize(("types", "missing"), [(["company"], 26), (None, 15)])
def test_european_gap_in_advanced_chips(chips, types, missing: int) -> None:
    data, inputs = chips
    found = kedja.gap.coverage(data, set=inputs, cluster="Europe", answered="all", types=types)
    assert len(inputs) == 61
    assert found["gap"][0] == pytest.approx(missing / 61)
    assert (found["item"] != "").sum() == missing
    assert found.meta["parameters"]["types"] == types  # which rule was used


def test_consortium_capabilities_that_another_lacks() -> None:
    data = kedja.datasets.load("lf_consortia")
    table = data.capabilities.to_pandas()
    members = data.memberships.to_pandas()
    covered = {
        cluster: set(table.loc[table["company"].isin(rows["company"]), "capability"])
        for cluster, rows in members.groupby("cluster")
    }
    everything = pd.DataFrame({"capability": sorted(set(table["capability"]))})
    for cluster in ("LFEnergy", "CNCF"):
        found = kedja.gap.coverage(data, set=everything, cluster=cluster, answered="all").frame
        lacking = set(found.loc[found["gap"].gt(0) & (found["item"] != ""), "item"])
        lacking = {i for i in lacking if found.set_index("item").loc[i, "share"] == 0}
        assert lacking == set(everything["capability"]) - covered[cluster]
    energy = kedja.gap.coverage(data, set=everything, cluster="LFEnergy", answered="all").frame
    rows = energy[(energy["item"] != "") & (energy["filler_cluster"] != "")]
    elsewhere = set().union(*(covered[c] for c in covered if c != "LFEnergy"))
    assert set(rows["item"]) == elsewhere - covered["LFEnergy"]
    for row in rows.itertuples():
        assert row.item in covered[row.filler_cluster]


def test_fewer_firms_of_kecskemet_asked_only_one_in_2015(shared: Path) -> None:
    links = pd.read_csv(shared / "data" / "kecskemet_cluster" / "advice_links.csv")
    firms = pd.read_csv(shared / "data" / "kecskemet_cluster" / "firms.csv")["firm"]
    assert links["year"].value_counts().to_dict() == {2012: 223, 2015: 181}
    data = kedja.from_tables(
        companies={"id": firms.tolist()},
        memberships={"company": firms.tolist(), "cluster": ["Kecskemet"] * len(firms)},
        links={  # who is asked supplies advice to who asks
            "source": links["target"].tolist(),
            "target": links["source"].tolist(),
            "year": links["year"].tolist(),
        },
    )
    found = {}
    for year in (2012, 2015):
        asked = links[links["year"] == year].groupby("source")["target"].nunique()
        expected = (asked == 1).mean()
        row = kedja.gap.fragility(data, theta=1.0, years=year)
        assert row["gap"][0] == pytest.approx(expected)
        assert row["buyers"][0] == len(asked)
        found[year] = row["gap"][0]
    assert found[2015] < found[2012]


# Bad and missing input


def test_empty_lone_and_unneeded_clusters_have_a_status() -> None:
    data = kedja.from_tables(
        companies={"id": list("abcd"), "country": ["SE", "SE", "NO", "DK"]},
        clusters={"id": ["empty", "lone", "pair"]},
        memberships={"company": ["a", "b", "c"], "cluster": ["lone", "pair", "pair"]},
        capabilities={"company": list("abd"), "capability": ["k", "l", "m"]},
        links={"source": ["b", "d"], "target": ["d", "c"], "kind": ["supply", "supply"]},
    )
    found = kedja.gap.analyse(data).frame
    whole = found[found["item"] == ""].set_index(["cluster", "measure"])
    for measure in ("capability", "complementarity", "tie_deficit", "reach", "fragility"):
        assert whole.loc[("empty", measure), "status"] == "too_small", measure
        assert np.isnan(whole.loc[("empty", measure), "gap"])
        assert "memberships.company would decide it" in whole.loc[("empty", measure), "evidence"]
    assert whole.loc[("lone", "reach"), "status"] == "isolated"
    assert whole.loc[("lone", "fragility"), "status"] == "undecided"
    assert whole.loc[("lone", "capability"), "status"] == "ok"
    values = found["gap"].dropna()
    assert ((values >= 0) & (values <= 1)).all()
    assert not (
        found["status"].isin(["undecided", "too_small", "isolated"]) & found["gap"].notna()
    ).any()


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"capabilities": {"company": ["a"], "capability": ["k"], "level": ["1.2"]}}, "level"),
        ({"memberships": {"company": ["a"], "cluster": ["x"], "since": ["2019"], "until": ["2011"]}}, "since|until"),
    ],
)  # fmt: skip
def test_contradictions_are_named(tables, message: str) -> None:
    with pytest.raises(kedja.DataError, match=message):
        kedja.from_tables(companies={"id": ["a"]}, **tables)


@pytest.mark.parametrize("measure", ["capability", "complementarity", "coverage", "fragility", "reach", "tie_deficit"])  # fmt: skip
def test_unknown_clusters_are_refused_with_the_nearest_name(asked, supply, measure: str) -> None:
    data = asked if measure == "coverage" else supply
    near = "x" if measure == "coverage" else "k1"
    if measure == "reach":
        data = kedja.datasets.load("cordis_h2020")
        near = "SE23|LEIT"
    with pytest.raises(kedja.InvalidArgumentError, match="there is no cluster"):
        getattr(kedja.gap, measure)(data, cluster=near + "?")


def test_few_draws_and_wrong_options_are_refused(asked, supply) -> None:
    for call in (
        lambda: kedja.gap.capability(asked, draws=5),
        lambda: kedja.gap.coverage(asked, draws=5),
        lambda: kedja.gap.fragility(supply, draws=5),
        lambda: kedja.gap.complementarity(asked, form="capability", draws=5),
    ):
        with pytest.raises(kedja.InvalidArgumentError, match="draws must be at least 20"):
            call()
    with pytest.raises(kedja.InvalidArgumentError, match="theta must lie in"):
        kedja.gap.fragility(supply, theta=2.0)
    with pytest.raises(kedja.InvalidArgumentError, match="form must be"):
        kedja.gap.complementarity(asked, form="both")
    with pytest.raises(kedja.InvalidArgumentError, match="form='need' needs"):
        kedja.gap.complementarity(asked, form="need")


@pytest.mark.parametrize("measure", ["capability", "complementarity", "coverage", "fragility"])
def test_rows_may_come_in_any_order_and_threads_change_nothing(supply, measure: str) -> None:
    order = np.random.default_rng(4).permutation
    tables = {
        name: getattr(supply, name).to_pandas() for name in ("companies", "memberships", "links")
    }
    rng = np.random.default_rng(9)
    tables["capabilities"] = pd.DataFrame(
        {
            "company": rng.choice(tables["companies"]["id"], 90),
            "capability": rng.choice(list("klmno"), 90),
        }
    )
    tables["requirements"] = pd.DataFrame({"set": "s", "capability": list("klmno")})
    seen = []
    for threads in (1, 2, 3, 4):
        shuffled = {
            name: frame if name == "requirements" else frame.iloc[order(len(frame))]
            for name, frame in tables.items()
        }
        found = getattr(kedja.gap, measure)(kedja.from_tables(**shuffled), threads=threads)
        seen.append([found[c].tolist() for c in found.columns])
    assert all(str(s) == str(seen[0]) for s in seen[1:])
