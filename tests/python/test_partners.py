"""Partners: the model, its evidence and its promises, against plain NumPy and NetworkX."""

from __future__ import annotations

import math
import re
from pathlib import Path

import kedja
import numpy as np
import pandas as pd
import partners_fixture
import pytest
from kedja.recommend._history import History
from kedja.recommend._names import words_of

FEATURES = kedja.recommend._model.FEATURES


@pytest.fixture(scope="module")
def tables():
    return partners_fixture.tables()


@pytest.fixture(scope="module")
def data():
    return partners_fixture.data()


@pytest.fixture(scope="module")
def model():
    return partners_fixture.model()


def dense_walk(table: np.ndarray, steps: int) -> np.ndarray:
    """Lift of walks by dense matrix powers."""
    weight, thing = table.sum(1), table.sum(0)
    there = np.divide(table, weight[:, None], out=np.zeros_like(table), where=weight[:, None] > 0)
    back = np.divide(table.T, thing[:, None], out=np.zeros_like(table.T), where=thing[:, None] > 0)
    step = np.linalg.matrix_power(there @ back, steps)
    return step * np.divide(weight.sum(), weight, out=np.zeros_like(weight), where=weight > 0)


def test_walks_and_counts_agree_with_dense_algebra(data) -> None:
    nx = pytest.importorskip("networkx", reason="networkx is an extra")
    history = History.of(data)
    known = history.evidence(2016)
    frame = data.participations.to_pandas()
    frame = frame[frame["year"] <= 2016]
    works = sorted(set(frame["project"]))
    table = np.zeros((len(history.ids), len(works)))
    place = {c: i for i, c in enumerate(history.ids)}
    for row in frame.itertuples():
        table[place[row.company], works.index(row.project)] = 1
    random = np.random.default_rng(1)
    u, v = random.integers(0, len(history.ids), (2, 300))
    rows = known.features(u, v, threads=0, progress=None)
    for name, steps in (("walk_2", 2), ("walk_4", 4), ("walk_6", 6), ("walk_12", 12)):
        expected = np.log(dense_walk(table, steps)[u, v] + 0.01)
        assert rows[:, FEATURES.index(name)] == pytest.approx(expected, abs=2e-4), name
    graph = nx.Graph()
    graph.add_nodes_from(range(len(history.ids)))
    for column in table.T:
        members = np.flatnonzero(column).tolist()
        graph.add_edges_from((a, b) for a in members for b in members if a < b)
    for i, (a, b) in enumerate(zip(u.tolist(), v.tolist(), strict=True)):
        if a == b:
            continue
        common = set(graph[a]) & set(graph[b])
        expected = math.log1p(sum(1 / math.log(graph.degree(w)) for w in common))
        assert rows[i, FEATURES.index("adamic_adar")] == pytest.approx(expected)
    # Fields: cosine of counts, and the lift of meeting in one.
    counts = np.zeros((len(history.ids), 4))
    for row in frame.itertuples():
        counts[place[row.company], int(row.field[1])] += 1
    norm = np.linalg.norm(counts, axis=1)
    ok = (norm[u] > 0) & (norm[v] > 0)
    cosine = (counts[u] * counts[v]).sum(1)[ok] / (norm[u] * norm[v])[ok]
    assert rows[ok, FEATURES.index("field_shared")] == pytest.approx(cosine)
    share = counts[norm > 0] / counts[norm > 0].sum(1, keepdims=True)
    common_share = share.mean(0)
    mine = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    lift = (mine[u] * mine[v] / common_share).sum(1)
    assert rows[ok, FEATURES.index("field_lift")] == pytest.approx(np.log(lift[ok] + 0.01))


def test_fields_that_meet_agree_with_dense_algebra(data) -> None:
    """How much oftener than by chance partners come from two fields, with 20 meetings by chance."""
    history = History.of(data)
    known = history.evidence(2016)
    frame = data.participations.to_pandas()
    frame = frame[frame["year"] <= 2016]
    place = {c: i for i, c in enumerate(history.ids)}
    doing, joint = np.zeros((len(place), 4)), np.zeros((len(place), len(place)))
    for _, rows in frame.groupby("project"):
        members = [place[c] for c in rows["company"]]
        joint[np.ix_(members, members)] = 1
        doing[members, int(rows["field"].iloc[0][1])] += 1
    np.fill_diagonal(joint, 0)
    share = doing / np.maximum(doing.sum(1, keepdims=True), 1)
    met = share.T @ joint @ share
    chance = np.outer(met.sum(1), met.sum(1)) / met.sum()
    lift = share @ ((met + 20) / (chance + 20)) @ share.T
    u, v = np.random.default_rng(6).integers(0, len(place), (2, 300))
    found = known.features(u, v, threads=0, progress=None)[:, FEATURES.index("field_pair")]
    assert found == pytest.approx(np.log(lift[u, v] + 0.01))


def test_positions_among_partners_agree_with_structure_participation(tables) -> None:
    nuts = [["SE232", "SE110", "NO082", ""][i % 4] for i in range(len(tables["companies"]["id"]))]
    kind = [["company", "company", "university"][i % 3] for i in range(len(nuts))]
    companies = tables["companies"] | {"nuts": nuts, "type": kind}
    data = kedja.from_tables(**tables | {"companies": companies})
    history = History.of(data)
    known = history.evidence(None)
    graph = data.graph("collaboration")
    of = pd.DataFrame(companies, index=tables["companies"]["id"]).reindex(history.ids)
    # Partners that are no firms, or of no known region, are in no group and so are not counted.
    groups = of["nuts"].str[:4].where((of["nuts"] != "") & (of["type"] == "company"), None)
    spread = kedja.structure.participation(graph, groups, weighted=False).frame
    spread = spread["participation"].reindex(history.ids).fillna(0).to_numpy()
    many = np.log1p(kedja.centrality.degree(graph).frame["degree"])
    many = many.reindex(history.ids).to_numpy()
    assert (spread > 0).any()
    u, v = np.random.default_rng(8).integers(0, len(history.ids), (2, 300))
    found = known.features(u, v, threads=0, progress=None)
    for name, of in (("broker", spread), ("partners", many)):
        assert found[:, FEATURES.index(name)] == pytest.approx(of[u] + of[v])
        off = found[:, FEATURES.index(f"{name}_contrast")]
        assert off == pytest.approx(np.abs(of[u] - of[v]), abs=1e-12)


def test_features_are_symmetric(data) -> None:
    known = History.of(data).evidence(None)
    u, v = np.random.default_rng(2).integers(0, 160, (2, 200))
    one = known.features(u, v, threads=0, progress=None)
    other = known.features(v, u, threads=0, progress=None)
    assert one == pytest.approx(other, abs=2e-4)


def test_nothing_leaks_from_the_future(tables) -> None:
    """Evidence as of 2016 is the same whether later years and newcomers are in the data or not."""
    work = tables["participations"]
    past = [i for i, year in enumerate(work["year"]) if year <= 2016]
    seen = {work["company"][i] for i in past}
    late = {c for c in work["company"] if c not in seen}
    assert late  # the test would be empty without newcomers
    stay = [i for i, c in enumerate(tables["companies"]["id"]) if c not in late]
    member = [i for i, c in enumerate(tables["memberships"]["company"]) if c not in late]
    kept = {"companies": stay, "memberships": member, "participations": past}
    only_past = kedja.from_tables(
        **{
            table: {name: [values[i] for i in rows] for name, values in tables[table].items()}
            for table, rows in kept.items()
        }
    )
    whole, only = History.of(kedja.from_tables(**tables)), History.of(only_past)
    position = {c: i for i, c in enumerate(whole.ids)}
    there = np.array([position[c] for c in only.ids])
    u, v = np.random.default_rng(3).integers(0, len(only.ids), (2, 200))
    a = whole.evidence(2016).features(there[u], there[v], threads=0, progress=None)
    b = only.evidence(2016).features(u, v, threads=0, progress=None)
    assert a == pytest.approx(b, abs=1e-5)  # columns are numbered otherwise, so sums may differ
    early = kedja.recommend.fit(kedja.from_tables(**tables), until=2016).coefficients
    same = kedja.recommend.fit(only_past).coefficients
    assert early["coefficient"] == pytest.approx(same["coefficient"], rel=1e-3, abs=1e-4)


def test_the_fit_is_the_maximum_of_its_likelihood(data) -> None:
    """Against SciPy's general minimiser on the same rows."""
    optimise = pytest.importorskip("scipy.optimize", reason="SciPy is an oracle")
    random = np.random.default_rng(5)
    x = random.normal(size=(500, 3)) * [1.0, 10.0, 0.1] + [5.0, 0.0, 1.0]
    y = (random.random(500) < 1 / (1 + np.exp(-(x[:, 0] - 5 + 0.1 * x[:, 1])))).astype(float)
    weight = random.integers(1, 4, 500).astype(float)
    made = kedja._core.fit_logistic(
        x.ravel(), 3, y, weight, np.arange(500, dtype=np.uint32), 2.0, 0.9, (0.25, 0.5),
        threads=0, progress=None,
    )  # fmt: skip
    assert made.converged
    mean, scale, coefficients = made.mean, made.scale, made.coefficients
    sorted_x = np.sort(x, axis=0)
    assert made.cap == pytest.approx(sorted_x[int(0.9 * 499)])
    x = np.minimum(x, made.cap)
    knots = [(j, sorted_x[int(share * 499), j]) for j in range(3) for share in (0.25, 0.5)]
    assert made.column.tolist() == [0, 1, 2, 0, 0, 1, 1, 2, 2]
    assert made.knot[3:].tolist() == [knot for _, knot in knots]
    x = np.c_[x, *(np.maximum(x[:, j] - knot, 0) for j, knot in knots)]
    assert mean == pytest.approx(np.average(x, axis=0, weights=weight))
    z = np.c_[np.ones(500), (x - mean) / scale]

    def loss(b):
        eta = z @ b
        return (weight * (np.logaddexp(0, eta) - y * eta)).sum() + (b[1:] ** 2).sum()

    assert coefficients == pytest.approx(
        optimise.minimize(loss, np.zeros(10), tol=1e-12).x, abs=1e-5
    )
    p = 1 / (1 + np.exp(-z @ coefficients))
    bread = np.linalg.inv((z * (weight * p * (1 - p))[:, None]).T @ z + np.diag([0] + [2.0] * 9))
    score = z * (weight * (y - p))[:, None]
    sandwich = bread @ score.T @ score @ bread
    assert made.covariance.reshape(10, 10) == pytest.approx(sandwich, rel=1e-5, abs=1e-9)


def test_bad_fits_are_refused() -> None:
    ones, group = np.ones(4), np.zeros(4, dtype=np.uint32)

    def fit(x, y):
        return kedja._core.fit_logistic(x, 1, y, ones, group, 1.0, 1.0, threads=0, progress=None)

    with pytest.raises(kedja.InvalidArgumentError, match="pairs that met and pairs that did not"):
        fit(np.arange(4.0), ones)
    with pytest.raises(kedja.InvalidArgumentError, match="row 2 has a feature"):
        fit(np.array([0, 1, np.nan, 3]), np.array([0.0, 1, 0, 1]))


def test_drawn_pairs_match_degrees(data) -> None:
    ends = np.array([0, 1, 0, 2, 0, 3, 4, 5], dtype=np.uint32)
    none = np.empty(0, dtype=np.uint32)
    a, b = kedja._core.permuted_pairs(ends, none, none, 5, 1)
    again = kedja._core.permuted_pairs(ends, none, none, 5, 1)
    assert np.array_equal(a, again[0]) and np.array_equal(b, again[1])
    assert (a < b).all() and len({*zip(a.tolist(), b.tolist(), strict=True)}) == 5
    taken_a, taken_b = np.array([0, 0], np.uint32), np.array([1, 2], np.uint32)
    a, b = kedja._core.permuted_pairs(ends, taken_a, taken_b, 11, 2)
    assert not {(0, 1), (0, 2)} & {*zip(a.tolist(), b.tolist(), strict=True)}


def test_model_scores_are_probabilities_at_the_stated_base_rate(data, model) -> None:
    assert model.kind == "probability" and model.meta["event"] == "joint grant"
    history = History.of(data)
    a, b = np.triu_indices(len(history.ids), 1)
    found = model.score((history.ids[a], history.ids[b]))
    assert ((found["score"] > 0) & (found["score"] < 1)).all()
    assert ((found["low"] <= found["score"]) & (found["score"] <= found["high"])).all()
    assert 0 < model.meta["base_rate"] < 0.2
    backwards = model.score({"source": history.ids[b], "target": history.ids[a]})
    assert backwards["score"] == pytest.approx(found["score"], rel=1e-3)
    given = kedja.recommend.partners(
        data, pairs={"source": history.ids[a[:9]], "target": history.ids[b[:9]]}
    )
    assert given["score"].tolist() == found["score"][:9].tolist()
    assert list(given.frame.columns[:3]) == ["source", "target", "score"] and given.verify()
    alone = model.score((["c001"], ["c001"]))
    assert math.isnan(alone["score"][0]) and alone["status"][0] == "undefined"


def test_model_is_the_same_for_any_threads_and_row_order(tables, data, model) -> None:
    order = np.random.default_rng(4).permutation(len(tables["participations"]["company"]))
    shuffled = {
        "companies": {name: values[::-1] for name, values in tables["companies"].items()},
        "memberships": {name: values[::-1] for name, values in tables["memberships"].items()},
        "participations": {
            name: [values[i] for i in order] for name, values in tables["participations"].items()
        },
    }
    other = kedja.from_tables(**shuffled)
    for threads in (1, 2, 3, 4):
        again = kedja.recommend.fit(other, threads=threads)
        assert (
            again.coefficients["coefficient"].tobytes()
            == model.coefficients["coefficient"].tobytes()
        )
        one = again.partners(cluster="k1", threads=threads)
        two = model.partners(cluster="k1")
        assert one["target"].tolist() == two["target"].tolist()
        assert one["score"].tobytes() == two["score"].tobytes()
    assert (
        kedja.recommend.fit(data, seed=1).coefficients["coefficient"][1]
        != model.coefficients["coefficient"][1]
    )


def test_saved_model_scores_the_same_and_never_fits(
    tmp_path: Path, data, model, monkeypatch
) -> None:
    pairs = (["c001", "c010"], ["c002", "c020"])
    path = model.save(tmp_path / "model.npz")
    before = model.score(pairs)
    monkeypatch.setattr(kedja._core, "fit_logistic", None)
    for loaded in (model.load(path), kedja.recommend.PartnerModel.load(path, data)):
        assert loaded.score(pairs)["score"].tobytes() == before["score"].tobytes()
        assert (
            loaded.partners("c001", 5)["target"].tolist()
            == model.partners("c001", 5)["target"].tolist()
        )
    np.savez(tmp_path / "other.npz", x=np.ones(3))
    with pytest.raises(kedja.DataError, match="not a partner model"):
        model.load(tmp_path / "other.npz")


def test_suggestions_respect_filters(data, model) -> None:
    linked = data.graph("collaboration").to_networkx()
    members = set(data.memberships.to_pandas().query("cluster == 'k1'")["company"])
    found = model.partners(cluster="k1", k=12)
    assert len(found) == 12 and len(set(found["target"])) == 12
    assert set(found["source"]) <= members and not set(found["target"]) & members
    assert not any(
        linked.has_edge(s, t) for s, t in zip(found["source"], found["target"], strict=True)
    )
    assert max(list(found["source"]).count(s) for s in found["source"]) <= 2
    assert (np.diff(found["score"]) <= 0).all() and found.verify()
    only = model.partners("c001", country="NO", exclude=[found["target"][0]])
    country = data.companies.to_pandas().set_index("id")["country"]
    assert set(country[only["target"]]) == {"NO"} and found["target"][0] not in only["target"]
    assert model.partners("k1", 3)["source"].tolist() == found["source"][:3].tolist()
    with pytest.raises(kedja.InvalidArgumentError, match="country 'XX'"):
        model.partners("c001", country="XX")
    with pytest.raises(kedja.InvalidArgumentError, match="did you mean 'c001'"):
        kedja.recommend.partners(data, company="c001x")
    with pytest.raises(kedja.InvalidArgumentError, match="exactly one"):
        kedja.recommend.partners(data, company="c001", cluster="k1")
    with pytest.raises(kedja.InvalidArgumentError, match="pair 1: there is no company 'zz'"):
        model.score((["c001", "c002"], ["c003", "zz"]))


def test_companies_without_partners_come_last_and_are_marked(tables) -> None:
    """Two members that never took part, with telling names, do not outrank those with partners."""
    companies, memberships = tables["companies"], tables["memberships"]
    more = {
        "id": [*companies["id"], "new1", "new2"],
        "name": [*companies["name"], "Stålverken 1 AB", "Skogverken 2 AB"],
        "country": [*companies["country"], "SE", "SE"],
    }
    members = {
        "company": [*memberships["company"], "new1", "new2"],
        "cluster": [*memberships["cluster"], "k1", "k1"],
    }
    data = kedja.from_tables(**{**tables, "companies": more, "memberships": members})
    model = kedja.recommend.fit(data)
    found = model.partners(cluster="k1", k=60, per_company=3)
    cold = np.isin(found["source"].astype(str), ["new1", "new2"])
    assert cold.any() and not cold.all()
    assert (np.diff(cold.astype(int)) >= 0).all()  # all after the last with partners
    assert set(found["status"][cold]) == {"inferred"} and set(found["status"][~cold]) == {"ok"}
    for part in (cold, ~cold):
        assert (np.diff(found["score"][part]) <= 0).all()
    assert "first" in found.meta["order"]
    asked = model.partners("c000", 150, newcomers=True)
    late = np.isin(asked["target"].astype(str), ["new1", "new2"])
    assert late.any() and (np.diff(late.astype(int)) >= 0).all()
    assert not {"new1", "new2"} & set(model.partners("c000", 150)["target"])
    alone = model.partners("new1", 3)
    assert set(alone["evidence"]) == {"capability and place only"}


def test_all_candidates_are_ranked_by_the_model(data, model) -> None:
    """With reach over everything, partners are the best of the pairs scored one by one."""
    found = model.partners("c005", 10, reach=1000)
    linked = data.graph("collaboration").to_networkx()
    clusters = data.memberships.to_pandas().groupby("company")["cluster"].agg(set)
    mine = clusters.get("c005", set())
    others = [
        c for c in data.ids
        if c != "c005" and not linked.has_edge("c005", c) and not mine & clusters.get(c, set())
    ]  # fmt: skip
    scores = model.score((["c005"] * len(others), others))["score"]
    best = np.sort(scores)[::-1][:10]
    assert found["score"] == pytest.approx(best, rel=1e-6)


def test_all_companies_in_one_pass_are_as_asked_one_by_one(tables, data, model) -> None:
    every = model.candidates(k=6)
    sources = sorted(data.ids)
    assert list(dict.fromkeys(every["source"])) == sources and every.verify()
    for one in ("c000", "c081", "c159"):
        mine = every["source"] == one
        alone = model.partners(one, 6)
        assert every["target"][mine].tolist() == alone["target"].tolist()
        assert every["score"][mine].tobytes() == alone["score"].tobytes()
        assert every["rank"][mine].tolist() == list(range(1, mine.sum() + 1))
        scored = model.score((every["source"][mine], every["target"][mine]))
        assert every["score"][mine].tobytes() == scored["score"].tobytes()
    assert set(FEATURES) <= set(every.columns)
    order = np.random.default_rng(9).permutation(len(tables["participations"]["company"]))
    shuffled = {
        name: {c: [v[i] for i in order] for c, v in table.items()}
        if name == "participations"
        else {c: v[::-1] for c, v in table.items()}
        for name, table in tables.items()
    }
    other = kedja.from_tables(**shuffled)
    for threads in (1, 2, 3):
        again = kedja.recommend.partners(other, companies="all", k=6, threads=threads)
        for column in every.columns:
            same = again[column].tolist() == every[column].tolist()
            assert same or np.array_equal(again[column], every[column], equal_nan=True), column
    few = kedja.recommend.partners(data, companies=["c081", "c000"], k=6)
    assert list(dict.fromkeys(few["source"])) == ["c081", "c000"]
    assert len(model.candidates(["c000"], 500, reach=20)) == 20
    with pytest.raises(kedja.InvalidArgumentError, match="twice"):
        model.candidates(["c000", "c000"])
    with pytest.raises(kedja.InvalidArgumentError, match="'all' or several ids"):
        kedja.recommend.partners(data, companies="c000")
    with pytest.raises(kedja.InvalidArgumentError, match="did you mean 'c001'"):
        model.candidates(["c001x"])


def test_newcomers_stand_last_for_every_company(tables) -> None:
    more = {
        "id": [*tables["companies"]["id"], "new1"],
        "name": [*tables["companies"]["name"], "Stålverken 1 AB"],
        "country": [*tables["companies"]["country"], "SE"],
    }
    model = kedja.recommend.fit(kedja.from_tables(**{**tables, "companies": more}))
    found = model.candidates(k=200, newcomers=True)
    late = found["target"] == "new1"
    assert late.any() and (found["status"][late] == "inferred").all()
    last = np.r_[found["source"][1:] != found["source"][:-1], True]
    assert last[late].all()
    assert set(found["status"][found["source"] == "new1"]) == {"inferred"}
    assert "new1" not in model.candidates(k=200)["target"]


def test_spreading_gives_the_less_busy_a_turn_and_says_what_it_costs(data, model) -> None:
    plain, spread = model.partners(cluster="k1", k=8), model.partners(cluster="k1", k=8, spread=1.0)
    works = dict(zip(model._history.ids, model._evidence.works, strict=True))
    busy = [np.mean([works[c] for c in found["target"]]) for found in (plain, spread)]
    assert busy[1] < busy[0]
    assert spread.meta["hits_expected_without_spread"] == pytest.approx(plain["score"].sum())
    assert spread.meta["hits_expected"] == pytest.approx(spread["score"].sum())
    assert spread.meta["hits_expected"] < plain.meta["hits_expected"] and spread.verify()
    with pytest.raises(kedja.InvalidArgumentError, match="spread must be"):
        model.partners("c001", spread=-1.0)


def test_rows_dated_in_the_future_are_not_seen_before_their_day(tables) -> None:
    """A grant of 2030 changes nothing that is said as of 2017, and is foretold by nobody."""
    work = {name: list(values) for name, values in tables["participations"].items()}
    for company in ("c000", "c001"):
        for name, value in zip(
            ("company", "project", "year", "field"), (company, "late", 2030, "F0"), strict=True
        ):
            work[name].append(value)
    data = kedja.from_tables(**{**tables, "participations": work})
    now = kedja.recommend.fit(data, until=2017)
    before = kedja.recommend.fit(kedja.from_tables(**tables), until=2017)
    assert now.coefficients["coefficient"] == pytest.approx(
        before.coefficients["coefficient"], rel=1e-3, abs=1e-4
    )
    late = kedja.recommend.fit(data)  # 2030 has one pair: the model is that of 2017, and says so
    assert late.kind == "probability" and late.meta["later_rows_unseen"] == 2
    assert late.meta["until"] == 2017 and late.meta["learned_from"] == [2017]
    assert late.coefficients["coefficient"].tolist() == now.coefficients["coefficient"].tolist()
    pairs = {"source": ["c000", "c005"], "target": ["c001", "c009"]}
    assert late.score(pairs)["score"].tolist() == now.score(pairs)["score"].tolist()
    asked = kedja.recommend.fit(data, until=2030)
    assert asked.kind == "rank" and "2030" in asked.meta["why_rank"]


def test_a_fit_says_of_which_data_it_is(tmp_path: Path, tables, data, model) -> None:
    assert model.meta["data_checksum"] == data.checksum
    assert model.load(model.save(tmp_path / "m.npz")).meta["data_checksum"] == data.checksum
    other = kedja.from_tables(companies=tables["companies"])
    assert kedja.recommend.fit(other).meta["data_checksum"] == other.checksum


def test_no_years_means_a_rank_and_says_why() -> None:
    data = kedja.from_tables(
        companies={"id": ["a", "b", "c", "d"], "name": ["Alfa Stål AB", "Beta Stål AB", "Gamma AB", "Delta AB"],
                   "country": ["SE", "SE", "NO", "SE"], "nace": ["24.10", "24.10", "62.01", "24.10"]},
        links={"source": ["a"], "target": ["d"], "kind": ["collaboration"]},
    )  # fmt: skip
    model = kedja.recommend.fit(data)
    assert (
        model.kind == "rank"
        and model.meta["event"] is None
        and "no row has a year" in model.meta["why_rank"]
    )
    found = model.partners("a", 3)
    assert found["target"][0] == "b" and np.isnan(found["low"]).all()
    assert found["evidence"][0] == "capability and place only" and found["status"][0] == "inferred"
    assert "no partner on record" in found["reasons"][0]
    with pytest.raises(kedja.InvalidArgumentError, match="no row has a year"):
        kedja.recommend.fit(data, until=2016)


def test_telling_words_leave_out_legal_forms_and_accents() -> None:
    assert words_of("Bröderna Øst Æskefabrik A/S") == ["broderna", "ost", "aeskefabrik"]
    assert words_of("S.p.A. Società Acciaio") == ["acciaio"]


def test_the_guide_explains_every_piece_of_evidence(data, model) -> None:
    page = Path(__file__).resolve().parents[2] / "docs/guide/partners.md"
    table = page.read_text(encoding="utf-8").partition("## Evidence")[2]
    told = set(re.findall(r"`(\w+)`", table))
    plain = {"rank", "source", "target", "score", "low", "high", "evidence", "reasons", "status"}
    assert set(model.partners("c001", 3).columns) - plain == told - {"negatives"}
