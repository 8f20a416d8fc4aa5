"""Gaps and partners on real data against plain NumPy and NetworkX."""

from __future__ import annotations

import math
import re
from pathlib import Path

import kedja
import numpy as np
import pandas as pd
import pytest

CLUSTER = "SE23|LEIT"


@pytest.fixture(scope="module")
def data() -> kedja.Dataset:
    return kedja.datasets.load("cordis_h2020")


@pytest.fixture(scope="module")
def tables(data: kedja.Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Companies by capabilities and companies by clusters, as 0/1 frames."""
    has = data.capabilities.to_pandas()[["company", "capability"]].drop_duplicates()
    member = data.memberships.to_pandas()[["company", "cluster"]].drop_duplicates()
    return pd.crosstab(has["company"], has["capability"]), pd.crosstab(
        member["company"], member["cluster"]
    )


def test_capability_gap_is_the_unmet_need(data, tables) -> None:
    has, member = tables
    common = has.mean()  # every company of the table has some capability
    need = common / common.sum()
    inside = has.reindex(member.index[member[CLUSTER] == 1], fill_value=0)
    part = need * (1 - np.minimum(1, inside.mean() / common))
    found = kedja.gap.capability(data, cluster=CLUSTER).frame
    whole = found[found["item"] == ""].iloc[0]
    assert whole["members"] == len(inside) == 39
    assert whole["gap"] == pytest.approx(part.sum(), abs=1e-12)
    items = found[found["item"] != ""].set_index("item")["gap"]
    pd.testing.assert_series_equal(
        items.sort_index(), part[part > 0].sort_index(), check_names=False, check_index_type=False
    )
    assert (whole["low"] <= whole["gap"]) and (whole["gap"] <= whole["high"])
    assert whole["random_low"] <= whole["random_mid"] <= whole["random_high"]


def test_capability_gap_ranks_by_nearness_too(data, tables) -> None:
    has, member = tables
    common = has.mean()
    count = has.T @ has
    phi = (count / np.maximum.outer(np.diag(count), np.diag(count))).to_numpy(copy=True)
    np.fill_diagonal(phi, 0)
    inside = has.reindex(member.index[member[CLUSTER] == 1], fill_value=0).mean()
    strong = ((inside >= common) & (inside > 0)).to_numpy(dtype=float)
    near = pd.Series(strong @ phi / phi.sum(axis=0), index=has.columns)
    found = kedja.gap.capability(data, cluster=CLUSTER).frame.iloc[1:].set_index("item")
    assert np.allclose(found["density"], near[found.index], atol=1e-12)
    key = found["gap"] * found["density"]
    assert (np.diff(key) <= 1e-15).all()


def test_reach_gap_is_rarefied_entropy(data) -> None:
    graph = data.graph("collaboration")
    source, target, _ = graph._link_rows()
    ids = graph.ids
    country = data.companies.to_pandas().set_index("id")["country"]
    clusters = data.memberships.to_pandas().groupby("company")["cluster"].agg(set)
    of = {c: clusters.get(c, set()) for c in ids}
    where = country.reindex(ids).to_numpy()
    counts: dict[str, dict[str, int]] = {}
    for u, v in zip(source, target, strict=True):
        for i, j in ((u, v), (v, u)):
            for a in of[ids[i]] - of[ids[j]]:
                if where[j]:
                    row = counts.setdefault(a, {})
                    row[where[j]] = row.get(where[j], 0) + 1
    table = pd.DataFrame(counts).fillna(0)
    q_all = table.sum(axis=1) / table.to_numpy().sum()
    mine = table[CLUSTER]
    m = int(mine.sum())
    q = mine[mine > 0] / m
    entropy = -(q * np.log(q)).sum()
    k = np.arange(1, m)
    log_choose = np.array(
        [math.lgamma(m + 1) - math.lgamma(i + 1) - math.lgamma(m - i + 1) for i in k]
    )
    even = -sum(
        (
            np.exp(log_choose + k * math.log(p) + (m - k) * math.log1p(-p))
            * (k / m)
            * np.log(k / m)
        ).sum()
        for p in q_all[q_all > 0]
    )
    found = kedja.gap.reach(data, cluster=CLUSTER).frame
    assert found["ties"][0] == m
    assert found["gap"][0] == pytest.approx(max(0, 1 - math.exp(entropy - even)), abs=1e-9)
    assert found["abroad"][0] == pytest.approx(1 - q["SE"], abs=1e-12)


def test_tie_deficit_follows_the_significance_table(data) -> None:
    ties = kedja.null_models.tie_significance(data).frame
    worst = ties[(ties["qvalue"] < 0.05) & (ties["z"] < 0)]
    pairs = {frozenset((a, b)) for a, b in zip(worst["a"], worst["b"], strict=True) if a != b}
    found = kedja.gap.tie_deficit(data).frame
    shown = found[(found["item"] != "") & (found["status"] == "ok")]
    assert {
        frozenset((a, b)) for a, b in zip(shown["cluster"], shown["item"], strict=True)
    } <= pairs
    for cluster in sorted({next(iter(p)) for p in pairs})[:3]:
        row = kedja.gap.tie_deficit(data, cluster=cluster).frame
        listed = set(row[(row["item"] != "") & (row["status"] == "ok")]["item"])
        assert listed == {b for p in pairs if cluster in p for b in p if b != cluster}


def test_analyse_speaks_both_languages_and_verifies() -> None:
    data = kedja.datasets.load("nordic_demo")
    cluster = data.groups("cluster").names[0]
    english = kedja.gap.analyse(data, cluster=cluster)
    swedish = kedja.gap.analyse(data, cluster=cluster, lang="sv")
    assert english["gap"].tolist() == pytest.approx(swedish["gap"].tolist(), nan_ok=True)
    assert any("members have it" in said for said in english["evidence"])
    assert any("medlemmar har det" in said for said in swedish["evidence"])
    assert all(swedish["evidence"])
    assert set(english["status"]) >= {"inferred", "undecided"}
    assert english.verify()
    with pytest.raises(kedja.InvalidArgumentError, match="lang must be"):
        kedja.gap.analyse(data, lang="fi")
    with pytest.raises(kedja.InvalidArgumentError, match="did you mean"):
        kedja.gap.analyse(data, cluster=cluster + "x")


def test_a_level_of_zero_is_not_having_it() -> None:
    data = kedja.from_tables(
        companies={"id": ["a", "b", "c"]},
        memberships={"company": ["a", "b"], "cluster": ["x", "y"]},
        capabilities={"company": list("abc"), "capability": ["k"] * 3, "level": [0.0, 1.0, 1.0]},
    )
    assert kedja.gap.capability(data, cluster="x")["gap"][0] == 1.0
    assert kedja.gap.capability(data, cluster="y")["gap"][0] == 0.0


def test_partners_are_new_named_and_elsewhere(data) -> None:
    found = kedja.recommend.partners(data, cluster=CLUSTER).frame
    graph = data.graph("collaboration").to_networkx()
    names = data.companies.to_pandas().set_index("id")["name"]
    members = data.memberships.to_pandas().groupby("company")["cluster"].agg(set)
    assert len(found) == 10 and found["target"].is_unique
    assert found["source"].value_counts().max() <= 2
    for row in found.itertuples():
        assert names[row.source] and names[row.target]
        assert CLUSTER in members[row.source]
        assert not members[row.source] & members.get(row.target, set())
        assert not graph.has_edge(row.source, row.target)
        common = (set(graph[row.source]) & set(graph[row.target])) - {row.source, row.target}
        assert row.common_neighbours == len(common)
        degree = {w: len(set(graph[w]) - {w}) for w in common}
        assert row.adamic_adar == pytest.approx(sum(1 / math.log(d) for d in degree.values()))
        assert row.resource_allocation == pytest.approx(sum(1 / d for d in degree.values()))


@pytest.mark.parametrize(
    ("score", "name"),
    [
        ("adamic_adar", "adamic_adar_index"),
        ("resource_allocation", "resource_allocation_index"),
        ("jaccard", "jaccard_coefficient"),
    ],
)
def test_two_hop_agrees_with_networkx(score: str, name: str) -> None:
    nx = pytest.importorskip("networkx", reason="networkx is an extra")
    simple = nx.gnm_random_graph(80, 260, seed=4)
    graph = kedja.CompanyGraph.from_networkx(nx.relabel_nodes(simple, str))
    found = kedja.recommend.two_hop(graph, score=score, k=50)
    named = nx.relabel_nodes(simple, str)
    theirs = {frozenset((u, v)): s for u, v, s in getattr(nx, name)(named)}
    assert sorted(theirs.values(), reverse=True)[:50] == pytest.approx(found["score"].tolist())
    for u, v, s in zip(found["source"], found["target"], found["score"], strict=True):
        assert theirs[frozenset((u, v))] == pytest.approx(s)
    given = kedja.recommend.two_hop(graph, score=score, pairs=(found["target"], found["source"]))
    assert given["score"].tolist() == pytest.approx(found["score"].tolist())
    each = kedja.recommend.two_hop(graph, score=score, k=2, per_company=True).frame
    assert each.groupby("source").size().max() == 2
    assert found.verify() and given.verify()


def test_stability_ranks_follow_the_choices(data, tables) -> None:
    scipy_stats = pytest.importorskip("scipy.stats")
    weights = {"capability": 2.0, "tie_deficit": 1.0}
    found = kedja.gap.stability(data, weights=weights, draws=200)
    frame = found.frame
    assert set(frame["measure"]) == {
        "capability", "complementarity", "tie_deficit", "reach", "composite",
    }  # fmt: skip
    reach = kedja.gap.reach(data, draws=20).frame.query("item == ''").set_index("cluster")
    mine = frame[frame["measure"] == "reach"].set_index("cluster")
    assert np.allclose(mine["gap"], reach["gap"].reindex(mine.index))
    even = reach["rarefied"].fillna(reach["gap"]).reindex(mine.index)
    rank = even.round(12).rank(ascending=False)
    assert (mine["rank_low"] <= rank + 1e-9).all() and (rank <= mine["rank_high"] + 1e-9).all()
    assert set(found.meta["choices"]["reach"]) == {"default", "equally many ties", "nuts2"}
    has, member = tables
    common = has.mean()
    need = common / common.sum()
    share = (member.T @ has.reindex(member.index, fill_value=0)).div(member.sum(), axis=0)
    ranks = {}
    for times in (0.8, 0.9, 1.0, 1.1, 1.2):
        gap = (need * (1 - np.minimum(1, share / (times * common)))).sum(axis=1)
        ranks[times] = gap.round(12).rank(ascending=False)
        if times != 1.0:
            tau = scipy_stats.kendalltau(gap.round(12), _gap(need, share, common))
            name = f"target {times:g}"
            assert found.meta["kendall"]["capability"][name] == pytest.approx(tau.statistic)
    rows = frame[frame["measure"] == "capability"].set_index("cluster")
    every = pd.DataFrame(ranks)
    assert np.allclose(rows["rank"], every[1.0].reindex(rows.index))
    assert np.allclose(rows["rank_low"], every.min(axis=1).reindex(rows.index))
    assert np.allclose(rows["rank_high"], every.max(axis=1).reindex(rows.index))
    assert (frame["rank_low"] <= frame["rank_high"]).all()
    composite = frame[frame["measure"] == "composite"].set_index("cluster")["gap"]
    ties = frame[frame["measure"] == "tie_deficit"].set_index("cluster")["gap"]
    assert np.allclose(composite, (2 * rows["gap"] + ties.reindex(rows.index)) / 3)
    with pytest.raises(kedja.InvalidArgumentError, match="'coverage' is not among capability"):
        kedja.gap.stability(data, weights={"coverage": 1.0}, draws=20)


def _gap(need: pd.Series, share: pd.DataFrame, common: pd.Series) -> pd.Series:
    return (need * (1 - np.minimum(1, share / common))).sum(axis=1).round(12)


def test_numbers_of_the_guide_are_those_of_the_data(data) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs/guide/gaps.md").read_text(encoding="utf-8")
    for name in ("capability", "complementarity", "tie deficit", "reach"):
        found = getattr(kedja.gap, name.replace(" ", "_"))(data, cluster=CLUSTER).frame.iloc[0]
        line = re.search(
            rf"^\| {name} \| (\d+) % \| (\d+) % to (\d+) % \| (\d+) % to (\d+) % ", guide, re.M
        )
        assert line, name
        keys = ("gap", "low", "high", "random_low", "random_high")
        assert [round(100 * found[key]) for key in keys] == [int(text) for text in line.groups()]
    assert "1,026 contacts outside the group, 92 per cent" in guide
    assert found["ties"] == 1026 and round(100 * found["abroad"]) == 92
