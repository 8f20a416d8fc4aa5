"""New links chosen together, consortia and introductions between member lists."""

from __future__ import annotations

from pathlib import Path

import kedja
import numpy as np
import pytest


def needy() -> kedja.Dataset:
    """Cluster x (a, b, c) welds and casts; y and z bring what it lacks."""
    return kedja.from_tables(
        companies={"id": list("abcdefg"), "name": [f"Firm {c}" for c in "ABCDEFG"]},
        clusters={"id": ["x", "y", "z"], "country": ["SE", "FI", "NO"]},
        memberships={"company": list("abcdefg"), "cluster": list("xxxyyzz")},
        capabilities={
            "company": list("abccdeefg"),
            "capability": ["weld", "weld", "weld", "cast", "paint", "test", "paint", "test", "cast"],
        },
    )  # fmt: skip


def test_links_cover_need_together() -> None:
    data = needy()
    found = kedja.recommend.links(data, cluster="x", k=3)
    assert set(found["cluster"]) == {"x"} and set(found["source"]) <= set("abc")
    assert set(found["target"]) <= set("defg") and len(set(found["target"])) == len(found)
    assert len(set(found["source"])) == len(found)  # one new link per member
    assert (np.diff(found["gain"]) <= 1e-12).all()  # falling returns
    assert found["total"][-1] == pytest.approx(found.meta["value"])
    assert found.meta["value"] <= found.meta["bound"] + 1e-12 <= 1 + 1e-9
    assert found["target"][0] == "e"  # paints and tests: more than anyone else brings
    assert found.verify()
    plain = kedja.recommend.links(data, cluster="x", k=3, fragility=0)
    assert all("cast" not in b for b in plain["brings"])  # one of three casts: as usual
    assert len(kedja.recommend.links(data, cluster="x", k=3, per_cluster=1)) == 1
    given = kedja.recommend.links(data, cluster="x", pairs=(["a"], ["d"]))
    assert list(zip(given["source"], given["target"], strict=True)) == [("a", "d")]
    with pytest.raises(kedja.InvalidArgumentError, match="did you mean 'x'"):
        kedja.recommend.links(data, cluster="xx")


def test_a_cluster_without_needs_is_said() -> None:
    data = kedja.from_tables(
        companies={"id": list("abcd"), "name": list("ABCD")},
        memberships={"company": list("abcd"), "cluster": list("xxyy")},
        capabilities={"company": list("abcd"), "capability": ["weld"] * 4},
    )
    with pytest.raises(kedja.InvalidArgumentError, match="no unmet need"):
        kedja.recommend.links(data, cluster="x")


def test_a_consortium_covers_what_is_asked() -> None:
    data = needy()
    found = kedja.recommend.consortium(
        data, capabilities=["weld", "paint", "test"], countries=["NO", "SE"]
    )
    assert found["covered"][-1] == pytest.approx(1.0) and found.meta["missing"] == []
    assert set(found["cluster"]) == {"x", "y", "z"} and found.verify()
    assert found["cluster"].tolist()[0] == "x"  # weld and SE; equal ones in the order of names
    short = kedja.recommend.consortium(data, capabilities=["weld", "paint"], k=1)
    assert short.meta["missing"] == ["paint"] and short.meta["bound"] >= short.meta["covered"]
    with pytest.raises(kedja.InvalidArgumentError, match="capability 'welding'"):
        kedja.recommend.consortium(data, capabilities=["welding"])
    with pytest.raises(kedja.InvalidArgumentError, match="country 'DE'"):
        kedja.recommend.consortium(data, capabilities=["weld"], countries=["DE"])


def test_a_cluster_without_a_country_lies_where_its_members_do() -> None:
    data = kedja.from_tables(
        companies={"id": list("abcde"), "country": ["SE", "SE", "FI", "NO", ""]},
        clusters={"id": ["x", "y", "z"], "country": ["", "", "DK"]},
        memberships={"company": list("abcdea"), "cluster": list("xxyyxz")},
        capabilities={"company": list("abc"), "capability": ["weld", "cast", "paint"]},
    )
    found = kedja.recommend.consortium(data, capabilities=["weld"], countries=["SE"])
    assert found["cluster"].tolist() == ["x"] and found["country"].tolist() == ["SE"]
    assert kedja.recommend.consortium(data, capabilities=[], countries=["DK"])["cluster"][0] == "z"
    with pytest.raises(kedja.InvalidArgumentError, match="'FI'"):  # y is of two
        kedja.recommend.consortium(data, capabilities=["weld"], countries=["FI"])


def test_member_lists_get_three_introductions_in_swedish(tmp_path: Path) -> None:
    data = kedja.datasets.load("nordic_demo")
    page = kedja.report(data, tmp_path / "r.html", lang="sv", draws=20, progress=False)
    text = page.read_text(encoding="utf-8")
    assert 'id="t-partners"' in text
    assert text.count("gör det som färre medlemmar gör här än på andra håll") >= 3
    assert "täcker" in text
    assert text.count("deras branscher handlar") >= 3 and "input-outputtabell" in text


def test_of_links_that_add_the_same_the_best_score_is_chosen() -> None:
    """d and e both cast, which x lacks; e lies next door and its industry buys what x's sells."""
    data = kedja.from_tables(
        companies={
            "id": list("abcde"),
            "nace": ["24.10", "24.10", "24.10", "01.11", "29.10"],
            "lat": [55.6, 60.0, 60.1, 65.0, 55.7],
            "lon": [13.0, 18.0, 18.1, 20.0, 13.1],
        },
        memberships={"company": list("abcde"), "cluster": list("xxxyy")},
        capabilities={"company": list("abcde"), "capability": ["weld"] * 3 + ["cast"] * 2},
        flows={"source": ["24", "01"], "target": ["29", "10"], "value": [10.0, 90.0]},
    )
    found = kedja.recommend.links(data, cluster="x", k=1)
    assert found["target"].tolist() == ["e"]
    score = kedja.recommend.partners(data, pairs=([*"abc"] * 2, [*"dddeee"]))["score"]
    assert found["score"][0] == score.max()
    assert "(24 and 29) trade" in found["reasons"][0] and found["distance_km"][0] > 0


def chained() -> kedja.Dataset:
    """Clusters w, x, y, z of two each; w and x have worked together, nobody else has."""
    return kedja.from_tables(
        companies={"id": list("abcdefgh"), "name": [f"Firm {c}" for c in "ABCDEFGH"]},
        memberships={"company": list("abcdefgh"), "cluster": list("wwxxyyzz")},
        links={
            "source": list("aceg"), "target": list("cdfh"), "kind": ["collaboration"] * 4,
        },
    )  # fmt: skip


def integration_by_hand(links: list[tuple[str, str]]) -> float:
    """Global efficiency of the graph of clusters, by NetworkX."""
    nx = pytest.importorskip("networkx", reason="networkx is an oracle")
    cluster = dict(zip("abcdefgh", "wwxxyyzz", strict=True))
    graph = nx.Graph()
    graph.add_nodes_from("wxyz")
    graph.add_edges_from((cluster[a], cluster[b]) for a, b in links if cluster[a] != cluster[b])
    return float(nx.global_efficiency(graph))


def test_links_may_bring_clusters_nearer_without_a_guarantee() -> None:
    data, now = chained(), [("a", "c"), ("c", "d"), ("e", "f"), ("g", "h")]
    found = kedja.recommend.links(data, k=3, objective="integration")
    assert found.meta["before"] == pytest.approx(integration_by_hand(now))
    for i in range(len(found)):
        best = max(
            integration_by_hand([*now, (s, t)])
            for s in data.ids
            for t in data.ids
            if s not in found["source"][:i] and t not in found["target"][:i]
        )
        now.append((found["source"][i], found["target"][i]))
        assert found["total"][i] == pytest.approx(integration_by_hand(now)) == pytest.approx(best)
    assert "not submodular" in found.meta["guarantee"] and np.isnan(found.meta["bound"])
    assert found["total"][-1] == pytest.approx(found.meta["value"]) and found.verify()
    with pytest.raises(kedja.InvalidArgumentError, match="objective must be"):
        kedja.recommend.links(data, objective="fame")


def test_links_may_widen_reach_without_a_guarantee() -> None:
    nx = pytest.importorskip("networkx", reason="networkx is an oracle")
    data = chained()
    found = kedja.recommend.links(data, cluster="y", k=2, objective="reach")
    graph = nx.Graph([("a", "c"), ("c", "d"), ("e", "f"), ("g", "h")])

    def reached() -> float:
        near = {v for m in "ef" for v in nx.single_source_shortest_path_length(graph, m, cutoff=2)}
        return len(near - {"e", "f"}) / 8

    assert found.meta["before"] == pytest.approx(reached())
    for i in range(len(found)):
        graph.add_edge(found["source"][i], found["target"][i])
        assert found["total"][i] == pytest.approx(reached())
    assert found["target"][0] == "c"  # a, c and d come near at once
    assert "not submodular" in found.meta["guarantee"] and found.verify()
    one = kedja.recommend.links(data, cluster="y", k=2, objective="reach", per_cluster=1)
    assert len(one) == 1


def test_one_corporate_group_is_told_by_ownership_before_names() -> None:
    data = kedja.from_tables(
        companies={
            "id": list("abcd"),
            "name": ["Alfa AB", "Beta AB", "Alfagruppen Stål AB", "Alfa Invest AB"],
            "country": ["SE"] * 4,
        },
        memberships={"company": list("abcd"), "cluster": list("xyyy")},
        links={
            "source": ["d", "d", "d"], "target": ["a", "b", "c"], "kind": ["ownership"] * 3,
            "value": [80, 51, 30],
        },
    )  # fmt: skip
    found = kedja.recommend.fit(data).partners("a", 5)
    by = dict(zip(found["target"], found["group_by"], strict=True))
    assert by == {"b": "ownership", "c": "", "d": "ownership"}
    said = dict(zip(found["target"], found["reasons"], strict=True))
    assert "one corporate group by ownership" in said["b"]
    assert found["same_group"].tolist() == [by[t] != "" for t in found["target"]]


def test_cluster_organisations_are_complemented_by_others(tmp_path: Path) -> None:
    import csv

    rows = [
        ("a", "Steel Arena", "SE", "SE11", "metal;energy", "One Holding"),
        ("b", "Wood Valley", "FI", "FI19", "wood", ""),
        ("c", "Iron Cluster", "SE", "SE11", "metal", "One Holding"),
        ("d", "Steel Region", "NO", "NO01", "metal;data", ""),
        ("e", "Nameless", "DE", "DE21", "", ""),
        ("f", "Partner Already", "DK", "DK01", "food", ""),
    ]
    columns = ("org_id", "name", "country", "nuts2", "field_guess", "owner")
    table = {name: [row[i] for row in rows] for i, name in enumerate(columns)}
    met = {
        "cluster_org": ["a", "a", "a", "b", "b", "c", "d"],
        "org_id": ["x", "y", "f", "x", "z", "y", "q"],
    }
    found = kedja.recommend.organisations(table, partners=met, organisation="a", k=None)
    frame = found.frame.set_index("target")
    assert set(frame.index) == {"b", "c", "d", "e"}  # f has worked with a
    assert frame.loc["b", ["complementarity", "similarity"]].tolist() == [1.0, 0.0]
    assert frame.loc["d", "complementarity"] == 0.5
    assert frame.loc["d", "similarity"] == pytest.approx(0.5)  # 1 / sqrt(2 * 2)
    assert frame.loc["b", "shared_partners"] == 1 and frame.loc["b", "new_partners"] == 1
    assert frame.loc["b", "adamic_adar"] == pytest.approx(1 / np.log(2))  # x has two partners
    assert frame["group_by"].to_dict() == {"b": "", "c": "ownership", "d": "name", "e": ""}
    assert np.isnan(frame.loc["e", "complementarity"]) and frame.loc["e", "status"] == "no_data"
    assert found["target"][0] == "b" and (np.diff(found["score"]) <= 0).all()
    assert "brings wood" in frame.loc["b", "reasons"] and found.verify()
    assert "own list" in found.meta["note"]
    back = {name: values[::-1] for name, values in table.items()}
    again = kedja.recommend.organisations(back, partners=met, organisation="Steel Arena", k=None)
    assert again["target"].tolist() == found["target"].tolist()
    assert again["score"].tobytes() == found["score"].tobytes()
    also = kedja.recommend.organisations(table, partners=met, organisation="a", linked=True)
    assert also["linked"][also["target"] == "f"].all() and len(also) == 5
    path = tmp_path / "mine.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    alone = kedja.recommend.organisations(path, organisation="a", k=2)
    assert alone["target"].tolist()[0] in {"b", "f"} and len(alone) == 2
    with pytest.raises(kedja.InvalidArgumentError, match="did you mean 'Steel Arena'"):
        kedja.recommend.organisations(table, organisation="Steel Arina")
    with pytest.raises(kedja.InvalidArgumentError, match="stands twice"):
        kedja.recommend.organisations({"id": ["a", "a"]}, organisation="a")
    with pytest.raises(kedja.InvalidArgumentError, match="no column 'id'"):
        kedja.recommend.organisations({"x": ["a"]}, organisation="a")


def test_open_cluster_organisations_get_partners(shared: Path) -> None:
    folder = shared / "data/cluster_organisations"
    found = kedja.recommend.organisations(
        folder / "cluster_organisations.csv",
        partners=folder / "cluster_org_partners.csv",
        organisation="CHEMIE CLUSTER BAYERN GMBH",
        k=None,
        linked=True,
    )
    assert len(found) == 94 and (found["complementarity"] == 1.0).any()
    assert set(found["status"]) == {"ok", "no_data"}


def test_a_suggestion_says_what_members_ask_for_and_how_clusters_are_tied() -> None:
    ids = list("abcdefgh")
    data = kedja.from_tables(
        companies={"id": ids, "name": [f"{c * 5} AB" for c in ids], "country": ["SE"] * 8},
        memberships={"company": ids, "cluster": list("xxxyyzzz")},
        links={
            "source": list("acdf"), "target": list("bdfg"), "kind": ["collaboration"] * 4,
        },
        capabilities={"company": list("deg"), "capability": ["weld", "weld", "paint"]},
        needs={"company": list("abch"), "capability": ["weld", "weld", "paint", "weld"]},
    )  # fmt: skip
    found = kedja.recommend.fit(data).partners("a", 8).frame.set_index("target")
    # Of cluster x, a and b ask for what d and e can do, c for what g can.
    assert found["asked_by"].reindex(list("degfh")).tolist() == [2, 2, 1, 0, 0]
    # Four ties have eight ends: three in x (a, b, c), two in y (d), three in z (f twice, g).
    assert found.loc["e", ["cluster_ties", "cluster_ties_expected"]].tolist() == [1.0, 3 * 2 / 8]
    assert found.loc["g", ["cluster_ties", "cluster_ties_expected"]].tolist() == [0.0, 3 * 3 / 8]
    assert "can do what 2 members ask for" in found.loc["e", "reasons"]
    assert "1 tie between the clusters, expected 0.8" in found.loc["e", "reasons"]
    assert "no tie yet between the clusters, expected 1.1" in found.loc["g", "reasons"]
    # Poisson: (observed - expected) / sqrt(expected).
    assert found.loc["g", "cluster_ties_z"] == pytest.approx(-((9 / 8) ** 0.5))
    assert "no tie yet between the clusters, expected 1.1, z = -1.1" in found.loc["g", "reasons"]
    # f has one partner in y and one in z; e has none.
    inside = kedja.recommend.fit(data).partners("a", 8, other_clusters=False).frame
    shared = inside.set_index("target")["shared_clusters"]
    assert shared["c"] == 1 and shared["e"] == 0  # a and c are in x
    assert found["trend"].isna().all()  # nothing is dated
    assert found.loc["f", "cluster_broker"] == 0.5 and np.isnan(found.loc["e", "cluster_broker"])


def test_a_suggestion_says_what_the_partner_got_before() -> None:
    told = {
        "company": list("abbcca"), "project": list("112233"), "year": [2015] * 4 + [2016] * 2,
        "value": [1.0, 20.0, 300.0, None, 4000.0, 50.0], "currency": ["EUR"] * 6,
    }  # fmt: skip
    ids = {"id": list("abcd"), "name": [f"{c * 5} AB" for c in "abcd"], "country": ["SE"] * 4}
    for currencies, expected in ((["EUR"] * 6, 320.0), (["EUR", "SEK"] * 3, np.nan)):
        data = kedja.from_tables(companies=ids, participations={**told, "currency": currencies})
        found = kedja.recommend.fit(data).partners("d", 8).frame.set_index("target")
        np.testing.assert_equal(found.loc["b", "past_value"], expected)


def test_a_suggestion_says_whether_the_partner_does_more_than_before() -> None:
    told = {
        "company": list("abababaxyz"), "project": list("1122334456"),
        "year": [2014, 2014, 2015, 2015, 2016, 2016, 2017, 2017, 2017, 2016],
    }  # fmt: skip
    ids = {"id": list("abcxyz"), "name": [f"{c * 5} AB" for c in "abcxyz"]}
    does = {"company": list("abcxyz"), "capability": ["weld"] * 6}
    data = kedja.from_tables(companies=ids, participations=told, capabilities=does)
    found = kedja.recommend.fit(data).partners("c", 8, newcomers=True).frame.set_index("target")
    # In 2017 less the mean of 2015 and 2016: a 1 - 1, b 0 - 1, x 1 - 0, y 1 - 0, z 0 - 1/2.
    assert found["trend"].reindex(list("abxyz")).tolist() == [0.0, -1.0, 1.0, 1.0, -0.5]
