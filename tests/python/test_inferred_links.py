"""Supply links inferred from industry and size."""

from __future__ import annotations

import warnings

import kedja
import numpy as np
import pandas as pd
import pytest
from kedja import _nace_sectors, value_chain


def table(**options):
    """Steel (24) sells to metal products (25) and machines (28); retail (47) sells to households."""
    Z = [[5.0, 60, 30, 0], [1, 20, 40, 0], [2, 3, 10, 1], [1, 1, 1, 1]]
    return kedja.Flows(Z, [30.0, 139, 184, 96], labels=["24", "25", "28", "47"], **options)


def companies(n=60, seed=0):
    random = np.random.default_rng(seed)
    nace = random.choice(["24.10", "25.62", "25.73", "28.99", "47.11", "47.52"], n)
    return pd.DataFrame(
        {"id": [f"c{k:03}" for k in range(n)], "nace": nace, "size": random.integers(1, 250, n)}
    )


@pytest.mark.parametrize("resale", [{}, {"47": 0.25}])
def test_probabilities_and_values_follow_the_definition(resale):
    flows, frame = table(), companies()
    links = value_chain.infer_links(frame, flows, mean_degree=4, resale=resale)
    at = frame["nace"].str[:2].map({"24": 0, "25": 1, "28": 2, "47": 3}).to_numpy()
    x = frame["size"].to_numpy(float)
    a = flows.Z / flows.output
    sold = flows.Z.sum(axis=1) / flows.output
    if resale:  # goods are what 24, 25 and 28 make; 3 units per unit of retail output
        to_final = flows.final_demand[:3, 0]
        a[:3, 3] += 3 * to_final / to_final.sum()
        sold[:3] = 1
    s = sold[at] * x
    t = links.meta["z"] * s[:, None] * a[at][:, at] * x
    np.fill_diagonal(t, 0)
    p = t / (1 + t)
    assert p.sum() == pytest.approx(4 * 60, rel=1e-9)
    assert links.meta["expected_links"] == pytest.approx(240, rel=1e-9)
    got = links.pairs([(i, j) for i in frame["id"] for j in frame["id"]])
    np.testing.assert_allclose(got["probability"].reshape(60, 60), p, rtol=1e-12)
    same = at[:, None] == at
    others = np.array([[s[at == g].sum() for g in range(4)]] * 60)[:, at].T
    value = s[:, None] * a[at][:, at] * x / (others - same * s)
    np.fill_diagonal(value, 0)
    np.testing.assert_allclose(got["value"].reshape(60, 60), value, rtol=1e-12)
    assert set(got["status"]) == {"inferred"} and got["inferred"].all()

    best = links.frame.groupby("target", sort=False)
    for j, company in enumerate(frame["id"]):
        top = np.sort(p[:, j])[::-1][:10]
        np.testing.assert_allclose(best.get_group(company)["probability"], top[top > 0], rtol=1e-12)
    buyers = links.buyers(3).frame.groupby("source", sort=False)
    for i, company in enumerate(frame["id"]):
        top = np.sort(p[i])[::-1][:3]
        if top[0] > 0:
            found = buyers.get_group(company)["probability"]
            np.testing.assert_allclose(found, top[top > 0], rtol=1e-12)


def test_companies_without_data_are_listed():
    frame = pd.DataFrame({
        "id": ["a", "b", "c", "d", "e"], "nace": ["24", "", "25.6", "25", "01.1"],
        "size": [5.0, 5, np.nan, 7, 3],
    })  # fmt: skip
    links = value_chain.infer_links(frame, table())
    assert links.companies.frame["status"].tolist() == [
        "inferred", "no_data", "no_data", "inferred", "no_data",
    ]  # fmt: skip
    assert links.companies.ids.tolist() == list("abcde")
    assert links.companies["sector"].tolist() == ["24", None, "25", "25", None]
    assert links.meta["without_data"] == 3
    pairs = links.pairs([("a", "d"), ("a", "b")])
    assert pairs["status"].tolist() == ["inferred", "no_data"]
    assert np.isnan(pairs["probability"][1]) and 0 < pairs["probability"][0] < 1
    assert links.graph().ids.tolist() == list("abcde")


def test_samples_depend_on_seed_and_draw_only():
    frame, flows = companies(400), table()
    links = value_chain.infer_links(frame, flows, threads=1)
    one = links.sample(3, seed=5, threads=1)
    assert links.verify() and one.verify() and links.companies.verify()
    shuffled = frame.sample(frac=1, random_state=1)
    again = value_chain.infer_links(shuffled, flows, threads=2)
    for threads in (2, 3, 4):
        other = again.sample(3, seed=5, threads=threads)
        for name in ("source", "target"):
            assert one[name].tolist() == other[name].tolist()
        assert one["value"].tobytes() == other["value"].tobytes()
    assert links.sample(4, seed=5)["source"].tolist() != one["source"].tolist()
    assert one.meta["parameters"]["draw"] == 3
    assert abs(len(one) - 4000) < 5 * np.sqrt(4000)
    graph = links.graph(3, seed=5)
    assert graph.num_links == len(one)


def test_the_number_of_links_is_what_was_asked_or_observed():
    frame, flows = companies(), table()
    by_density = value_chain.infer_links(frame, flows, density=0.05)
    assert by_density.meta["expected_links"] == pytest.approx(0.05 * 60 * 59)
    observed = kedja.from_tables(
        companies=frame,
        links=pd.DataFrame({
            "source": ["c000", "c000", "c001", "c002"], "target": ["c001", "c001", "c002", "c002"],
            "kind": "supply",
        }),
    )  # fmt: skip
    links = value_chain.infer_links(observed, flows)
    assert links.meta["expected_links"] == pytest.approx(2)  # one is repeated, one a loop


def test_revenue_comes_first_and_prices_a_head():
    frame = pd.DataFrame({
        "id": list("abcde"), "nace": ["24", "24", "24", "24", "47"],
        "size": [10.0, 10, 20, 10, 4], "revenue": [20.0, 20, 40, np.nan, 100],
    })  # fmt: skip
    made = value_chain.infer_links(frame, table()).companies["output"]
    # Retail's output is its margin of 0.3; the fourth company gets 2 per head as its peers have.
    assert made.tolist() == [20, 20, 40, 20, 30]
    given = value_chain.infer_links(frame, table(), output_per_head={"24": 3.0, "47": 1.0})
    assert given.companies["output"].tolist() == [20, 20, 40, 30, 30]
    frame["revenue_currency"] = ["SEK", "EUR", "SEK", "", "SEK"]
    with pytest.raises(kedja.InvalidArgumentError, match="several currencies"):
        value_chain.infer_links(frame, table())


def test_distance_favours_neighbours_and_keeps_needs():
    random = np.random.default_rng(2)
    frame = companies(300, seed=3)
    north = random.random(300) < 0.5
    frame["lat"], frame["lon"] = np.where(north, 65.0, 56.0), 14.0
    frame.loc[0, "lat"] = np.nan
    plain = value_chain.infer_links(frame, table(), mean_degree=5)
    near = value_chain.infer_links(frame, table(), mean_degree=5, half_distance=50)
    assert near.companies["status"].tolist() == ["no_data"] + ["inferred"] * 299
    all_pairs = [(i, j) for i in frame["id"][1:] for j in frame["id"][1:]]
    same = np.equal.outer(north[1:], north[1:]).reshape(-1)
    p, q = plain.pairs(all_pairs), near.pairs(all_pairs)
    assert q["probability"].sum() == pytest.approx(5 * 299, rel=1e-6)
    share = q["probability"][same].sum() / q["probability"].sum()
    assert share > 0.8 > p["probability"][same].sum() / p["probability"].sum()
    # Values that a company gets from another sector add up to its need, near or far.
    sector = frame["nace"].str[:2].to_numpy()[1:]
    for g, h in (("24", "25"), ("25", "28")):
        at = ((sector[:, None] == g) & (sector == h)).reshape(-1)
        a = np.where(at, q["value"], 0).reshape(299, 299).sum(axis=0)[sector == h]
        need = table().Z[{"24": 0, "25": 1}[g], {"25": 1, "28": 2}[h]]
        per_unit = need / table().output[{"25": 1, "28": 2}[h]]
        np.testing.assert_allclose(a, per_unit * frame["size"][1:][sector == h], rtol=1e-9)


@pytest.mark.parametrize(
    ("label", "divisions"),
    [
        ("01", ["01"]), ("C10-12", ["10", "11", "12"]), ("C10T12", ["10", "11", "12"]),
        ("J62_63", ["62", "63"]), ("SE|A01", ["01"]), ("L68A", ["68"]), ("CPA_C16", ["16"]),
        ("F", ["41", "42", "43"]), ("IMPUTED", []), ("c35", []), ("100", []), (24, ["24"]),
    ],
)  # fmt: skip
def test_labels_of_open_tables_are_understood(label, divisions):
    assert _nace_sectors.divisions_of(label) == divisions


def test_the_shipped_form_of_open_tables_works(shared):
    folder = shared / "data" / "io_open" / "us_bea_2017_nace"
    flows = kedja.Flows.from_long(
        pd.read_csv(folder / "flows.csv", dtype={"source": str, "target": str}),
        final_demand=pd.read_csv(folder / "final_demand.csv", dtype={"sector": str}),
    )
    nace_map = pd.read_csv(folder / "nace_map.csv", dtype=str).astype({"weight": float})
    frame = pd.DataFrame({
        "id": ["mill", "sawmill", "forest", "shop", "bank"],
        "nace": ["17.11", "16.10", "02.20", "47.59", "64.19"], "size": [50, 50, 50, 50, 50],
    })  # fmt: skip
    by_map = value_chain.infer_links(frame, flows, nace_map=nace_map, k=1)
    by_label = value_chain.infer_links(frame, flows, k=1)
    assert by_map.frame.equals(by_label.frame)
    best = by_map.frame.set_index("target")["source"]
    assert best["sawmill"] == "forest" and best["mill"] == "sawmill"


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {"mean_degree": 1000}, "expected number of links must lie between 0 and the"),
        ({}, {"mean_degree": 3, "density": 0.1}, "mean_degree or density, not both"),
        ({}, {"density": 1.5}, r"density must lie in \(0, 1\)"),
        ({}, {"k": 0}, "k must be a whole number >= 1"),
        ({}, {"resale": {"46": 0}}, "resale takes margins"),
        ({}, {"half_distance": 10.0}, "needs the columns lat and lon"),
        ({}, {"nace_map": {"24": "x"}}, "division 24 goes to sector x, which the flows lack"),
        ({}, {"sector": "industry"}, "companies have no column 'industry'"),
        ({}, {"sector": {"c001": "99"}}, "company 'c001': the flows have no sector 99"),
        ({}, {"output_per_head": {"24": 1.0}}, "output_per_head must be > 0 for every sector"),
        ({"size": -1}, {}, "company 'c000': size must be a finite number >= 0"),
        ({"size": 0}, {}, "no company has both an industry of the table and a size"),
        ({"id": "same"}, {}, "an id stands twice"),
    ],
)
def test_bad_input_is_named(change, options, message):
    with pytest.raises(kedja.InvalidArgumentError, match=message):
        value_chain.infer_links(companies().assign(**change), table(), **options)


def test_sectors_may_be_given_instead_of_codes():
    frame = companies().assign(industry=lambda f: f["nace"].str[:2])
    by_code = value_chain.infer_links(frame, table())
    by_column = value_chain.infer_links(frame.drop(columns="nace"), table(), sector="industry")
    assert by_column.frame.equals(by_code.frame) and by_code.meta["resale"] == {"47": 0.3}
    renamed = kedja.Flows(table().Z, table().final_demand, labels=["ore", "parts", "kit", "shop"])
    names = frame["industry"].map({"24": "ore", "25": "parts", "28": "kit", "47": "shop"})
    other = value_chain.infer_links(frame, renamed, sector=names)
    assert other.meta["resale"] == {}  # what trade is cannot be told from such labels
    plain = value_chain.infer_links(frame, table(), resale={})
    assert other["probability"].tolist() == plain["probability"].tolist()
    with pytest.raises(kedja.InvalidArgumentError, match="no label of the flows is a NACE"):
        value_chain.infer_links(frame, renamed, sector=names, resale={"47": 0.25})


def test_a_table_of_several_countries_is_refused():
    flows = kedja.Flows(np.ones((2, 2)), np.ones((2, 2)), labels=["SE|C24", "NO|C24"])
    with pytest.raises(kedja.InvalidArgumentError, match="division 24 is in two sectors"):
        value_chain.infer_links(companies(), flows)


def test_can_be_cancelled():
    with pytest.raises(kedja.Cancelled):
        value_chain.infer_links(companies(), table(), progress=lambda f: False)


def test_links_marked_as_inferred_never_count_as_known():
    """Adding inferred links to a dataset changes no answer that rests on what is known."""
    random = np.random.default_rng(3)
    ids = [f"c{k:02}" for k in range(24)]
    companies = pd.DataFrame(
        {
            "id": ids,
            "nace": ["24.10", "25.71", "28.11"] * 8,
            "size": random.integers(5, 90, 24),
            "country": ["SE", "NO"] * 12,
        }
    )
    members = pd.DataFrame({"company": ids, "cluster": ["a", "b"] * 12})
    ends = random.choice(24, size=(2, 40))
    known = pd.DataFrame({"source": [ids[k] for k in ends[0]], "target": [ids[k] for k in ends[1]]})
    known = known[known["source"] != known["target"]].drop_duplicates()
    guess = pd.DataFrame({"source": ids, "target": ids[5:] + ids[:5]})
    both = pd.concat([known.assign(inferred=False), guess.assign(inferred=True)])

    def data(links):
        tables = {"companies": companies, "memberships": members}
        return kedja.from_tables(**tables, **({} if links is None else {"links": links}))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the column inferred is no column of links
        true, mixed, none, only = (
            data(links) for links in (known, both, None, guess.assign(inferred=True))
        )
    flows = kedja.datasets.load("us_bea_2017_nace")
    for a, b in ((true, mixed), (none, only)):
        assert a.answers().frame.equals(b.answers().frame)
        one, other = (value_chain.infer_links(d, flows, k=2) for d in (a, b))
        assert one.meta["expected_links"] == other.meta["expected_links"]
    assert mixed.graph("supply").num_links > true.graph("supply").num_links  # asked for by name
    for measure in (kedja.gap.fragility, kedja.gap.tie_deficit, kedja.gap.reach):
        one, other = (measure(d, progress=False).frame for d in (true, mixed))
        pd.testing.assert_frame_equal(one, other)
    with pytest.raises(kedja.InvalidArgumentError, match="supply links"):
        kedja.gap.fragility(only)
