"""Partners: the model, its evidence and its promises, against plain NumPy and NetworkX."""

from __future__ import annotations

import math
from pathlib import Path

import kedja
import numpy as np
import pytest
from kedja.recommend._history import History, words_of

FEATURES = kedja.recommend._model.FEATURES


def invented(
    seed: int = 7, companies: int = 160, years: tuple[int, ...] = (2014, 2015, 2016, 2017)
):
    """Companies in four fields; works of four to six, mostly within a field, every year."""
    random = np.random.default_rng(seed)
    ids = [f"c{i:03}" for i in range(companies)]
    field = random.integers(0, 4, companies)
    rows = []
    for year in years:
        for work in range(45):
            f = int(random.integers(0, 4))
            inside = np.flatnonzero(field == f)
            size = int(random.integers(4, 7))
            members = set(random.choice(inside, size - 1, replace=False).tolist())
            members.add(int(random.integers(0, companies)))
            rows += [(ids[m], f"{year}-{work}", year, f"F{f}") for m in sorted(members)]
    company, project, year, name = zip(*rows, strict=True)
    return {
        "companies": {
            "id": ids,
            "name": [f"{['Stål', 'Skog', 'Hav', 'Bygg'][f]}verken {i} AB" for i, f in enumerate(field)],
            "country": ["SE" if i % 3 else "NO" for i in range(companies)],
        },
        "memberships": {"company": ids[:80], "cluster": [f"k{i % 5}" for i in range(80)]},
        "participations": {
            "company": list(company), "project": list(project), "year": list(year),
            "field": list(name),
        },
    }  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    return invented()


@pytest.fixture(scope="module")
def data(tables):
    return kedja.from_tables(**tables)


@pytest.fixture(scope="module")
def model(data):
    return kedja.recommend.fit(data)


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
    cap, mean, scale, coefficients, covariance, _, converged = kedja._core.fit_logistic(
        x.ravel(), 3, y, weight, np.arange(500, dtype=np.uint32), 2.0, 0.9, threads=0, progress=None
    )
    assert converged
    assert cap == pytest.approx(np.sort(x, axis=0)[int(0.9 * 499)])
    x = np.minimum(x, cap)
    assert mean == pytest.approx(np.average(x, axis=0, weights=weight))
    z = np.c_[np.ones(500), (x - mean) / scale]

    def loss(b):
        eta = z @ b
        return (weight * (np.logaddexp(0, eta) - y * eta)).sum() + (b[1:] ** 2).sum()

    assert coefficients == pytest.approx(
        optimise.minimize(loss, np.zeros(4), tol=1e-12).x, abs=1e-5
    )
    p = 1 / (1 + np.exp(-z @ coefficients))
    bread = np.linalg.inv((z * (weight * p * (1 - p))[:, None]).T @ z + np.diag([0, 2.0, 2, 2]))
    score = z * (weight * (y - p))[:, None]
    sandwich = bread @ score.T @ score @ bread
    assert covariance.reshape(4, 4) == pytest.approx(sandwich, rel=1e-5, abs=1e-9)


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


MATCHES = [
    ("Volvo Personvagnar AB", "VOLVO PERSONVAGNAR AKTIEBOLAG"),
    ("Kongsberg Mærsk ASA", "Kongsberg Maersk"),
    ("Jyväskylän Sähkö Oy", "JYVASKYLAN SAHKO OYJ"),
    ("Müller Präzision GmbH & Co. KG", "Muller Prazision GmbH"),
]


@pytest.mark.parametrize(("ours", "theirs"), MATCHES)
def test_names_match_through_legal_forms_and_letters(ours: str, theirs: str) -> None:
    found = kedja.match(
        {"id": ["1"], "name": [ours]}, {"id": ["x", "y"], "name": ["Other Thing", theirs]}
    )
    assert found["match"][0] == "y" and found["decision"][0] == "match" and found["score"][0] == 1.0


def test_matches_are_reviewable_and_ambiguity_is_said() -> None:
    reference = {
        "id": ["p", "q", "r"],
        "name": ["Nordic Steel AB", "Nordic Steel Oy", "Nordic Steelworks Ltd"],
        "country": ["SE", "FI", "GB"],
    }
    ask = {"id": ["1", "2", "3"], "name": ["Nordic Steel", "Nordic Steel", "Something Else"]}
    found = kedja.match(ask, reference)
    assert found["decision"].tolist() == ["ambiguous", "ambiguous", "none"]
    assert {found["match"][0], found["second"][0]} == {"p", "q"} and found["match"][2] == ""
    placed = kedja.match({**ask, "country": ["SE", "FI", "SE"]}, reference)
    assert placed["match"].tolist()[:2] == ["p", "q"]
    assert placed["decision"].tolist()[:2] == ["match", "match"]
    assert placed["same_country"].tolist()[:2] == ["yes", "yes"] and placed.verify()
    with pytest.raises(kedja.InvalidArgumentError, match="needs a column name"):
        kedja.match({"id": ["1"]}, reference)
    with pytest.raises(kedja.InvalidArgumentError, match="threshold"):
        kedja.match(ask, reference, threshold=2)


def test_rapidfuzz_is_an_extra() -> None:
    ask = {"name": ["Nordic Steel AB"]}
    try:
        import rapidfuzz  # noqa: F401
    except ImportError:
        with pytest.raises(kedja.InvalidArgumentError, match=r"kedja\[match\]"):
            kedja.match(ask, ask, method="rapidfuzz")
    else:
        assert kedja.match(ask, ask, method="rapidfuzz")["score"][0] == 1.0


class Nearness:
    """An estimator: the odds that one feature splits the learned pairs with; counts its fits."""

    fits = 0

    def fit(self, x, y):
        Nearness.fits += 1
        self.column = FEATURES.index("field_lift")
        high = x[:, self.column] > np.median(x[:, self.column])
        self.low, self.high = y[~high].mean(), y[high].mean()
        self.middle = np.median(x[:, self.column])
        self.blind = (x[:, FEATURES.index("activity")] == 0).all()

    def predict_proba(self, x):
        assert (x[:, FEATURES.index("activity")] == 0).all() == self.blind
        p = np.where(x[:, self.column] > self.middle, self.high, self.low)
        return np.stack([1 - p, p], axis=1)


def test_an_estimator_of_ones_own_ranks_over_the_same_features(data, tmp_path: Path) -> None:
    given = Nearness()
    model = kedja.recommend.fit(data, estimator=given)
    assert not hasattr(given, "column") and Nearness.fits == 1  # a copy is fitted
    history = History.of(data)
    a, b = np.triu_indices(len(history.ids), 1)
    found = model.score((history.ids[a], history.ids[b]))
    rows = history.evidence(None).features(a, b, threads=0, progress=None)
    rows[:, FEATURES.index("activity")] = 0
    p = model._estimator.made.predict_proba(rows)[:, 1]
    # Five drawn pairs per event: the odds at the base rate are these times prior over drawn odds.
    rate = model.meta["base_rate"]
    odds = p / (1 - p) * (rate / (1 - rate)) / (1 / 5)
    assert found["score"] == pytest.approx(odds / (1 + odds), rel=1e-9)
    assert np.isnan(found["low"]).all() and "Nearness" in model.meta["estimator"]
    best = model.partners("c005", 7, reach=1000)
    assert Nearness.fits == 1 and len(best) == 7
    assert best["score"] == pytest.approx(np.full(7, found["score"].max()))
    with pytest.raises(kedja.InvalidArgumentError, match="not saved"):
        model.save(tmp_path / "m.npz")
    with pytest.raises(kedja.InvalidArgumentError, match="no coefficients"):
        _ = model.coefficients
    with pytest.raises(kedja.InvalidArgumentError, match="has no fit"):
        kedja.recommend.fit(data, estimator=3)
    assert kedja.recommend.fit(data, estimator=Nearness(), negatives="linked").kind == "probability"


def test_a_scikit_learn_estimator_agrees_with_ours_where_it_is_the_same_model(data) -> None:
    linear = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is an extra")
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    pipeline = pytest.importorskip("sklearn.pipeline")
    theirs = pipeline.make_pipeline(
        preprocessing.StandardScaler(), linear.LogisticRegression(C=1 / 20, max_iter=1000)
    )
    pairs = (["c001"] * 40, [f"c{i:03}" for i in range(60, 100)])
    one = kedja.recommend.fit(data, estimator=theirs).score(pairs)["score"]
    other = kedja.recommend.fit(data).score(pairs)["score"]
    assert np.corrcoef(np.log(one), np.log(other))[0, 1] > 0.95


@pytest.fixture(scope="module")
def tested(data):
    return kedja.recommend.backtest(data, until=2016, after=2017, k=5, draws=20)


def test_backtest_has_every_baseline_and_bar(data, tested) -> None:
    frame = tested.frame
    assert set(frame["negatives"]) == {"degree_matched", "linked", "uniform"}
    assert set(frame["pairs"]) == {"all", "inter_cluster"}
    assert set(frame["score"]) == {
        "model", "placebo", "recency", "preferential_attachment", "common_neighbours", "adamic_adar",
    }  # fmt: skip
    assert (frame["low"] <= frame["roc_auc"]).all() and (frame["roc_auc"] <= frame["high"]).all()
    bar = frame.query("negatives == 'degree_matched' and pairs == 'all'").set_index("score")
    # A work has one outsider, so that two fifths of the events lie in no field: knowing the fields
    # gives 0.5 + (0.7 - 0.25) / 2 = 0.72 at most. Fields dealt out anew must not help.
    assert bar.loc["model", "roc_auc"] > 0.67
    assert bar.loc["placebo", "roc_auc"] < bar.loc["model", "roc_auc"]
    assert abs(bar.loc["preferential_attachment", "roc_auc"] - 0.5) < 0.06
    assert bar.loc["model", "brier_skill"] > bar["brier_skill"].drop("model").max()
    assert 0.6 < bar.loc["model", "slope"] < 1.6
    assert bar["events"].nunique() == 1
    fair = tested.fairness.frame.set_index("order")
    assert fair.loc["spread", "central"] <= fair.loc["model", "central"]
    assert tested.reliability["pairs"].sum() == 6 * bar["events"].iloc[0]
    again = kedja.recommend.backtest(data, until=2016, after=2017, k=5, draws=20, threads=3)
    assert all(again[c].tolist() == tested[c].tolist() for c in ("roc_auc", "slope"))


def test_backtest_of_one_kind_of_pairs_is_part_of_the_whole(data, tested) -> None:
    part = kedja.recommend.backtest(
        data, until=2016, after=2017, negatives="degree_matched", k=5, draws=20
    )
    rows = np.flatnonzero(tested["negatives"] == "degree_matched")
    assert part["score"].tolist() == tested["score"][rows].tolist()
    for name in ("roc_auc", "low", "average_precision_real", "brier_skill"):
        assert part[name] == pytest.approx(tested[name][rows], abs=1e-9), name
    assert part.verify()
    with pytest.raises(kedja.InvalidArgumentError, match="not 'random'"):
        kedja.recommend.backtest(data, negatives=["random"])
    with pytest.raises(kedja.InvalidArgumentError, match="at least one kind"):
        kedja.recommend.backtest(data, negatives=[])


def test_backtest_numbers_agree_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is an oracle")
    from kedja.recommend._backtest import _auc, _average_precision

    random = np.random.default_rng(0)
    met = (random.random(400) < 0.3).astype(float)
    odds = np.round(met + random.normal(size=400), 1)  # with ties
    weight = random.integers(1, 4, 400).astype(float)
    order = np.argsort(-odds, kind="stable")
    first = np.r_[True, np.diff(odds[order]) != 0]
    ours = _auc(met[order], first, weight[order])
    assert ours == pytest.approx(metrics.roc_auc_score(met, odds, sample_weight=weight))
    ours = _average_precision(met[order], first, weight[order])
    assert ours == pytest.approx(metrics.average_precision_score(met, odds, sample_weight=weight))


def test_auc_counts_pairs_in_the_right_order() -> None:
    from kedja.recommend._backtest import _auc

    random = np.random.default_rng(0)
    met = (random.random(60) < 0.4).astype(float)
    odds = np.round(met + random.normal(size=60), 1)
    order = np.argsort(-odds, kind="stable")
    first = np.r_[True, np.diff(odds[order]) != 0]
    yes, no = odds[met == 1][:, None], odds[met == 0][None, :]
    by_hand = ((yes > no) + 0.5 * (yes == no)).mean()
    assert _auc(met[order], first, np.ones(60)) == pytest.approx(by_hand)


def test_backtest_plots_and_refuses(tmp_path: Path, data, tested) -> None:
    pytest.importorskip("matplotlib", reason="the picture needs matplotlib")
    tested.plot(tmp_path / "backtest.svg")
    assert (tmp_path / "backtest.svg").stat().st_size > 5000
    undated = kedja.from_tables(
        companies={"id": ["a", "b"]}, links={"source": ["a"], "target": ["b"]}
    )
    with pytest.raises(kedja.InvalidArgumentError, match="no row has a year"):
        kedja.recommend.backtest(undated)
    with pytest.raises(kedja.InvalidArgumentError, match="does not come after"):
        kedja.recommend.backtest(data, until=2016, after=2016)


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


def test_member_lists_get_three_introductions_in_swedish(tmp_path: Path) -> None:
    data = kedja.datasets.load("nordic_demo")
    page = kedja.report(data, tmp_path / "r.html", lang="sv", draws=20, progress=False)
    text = page.read_text(encoding="utf-8")
    assert 'id="t-partners"' in text
    assert text.count("gör det som färre medlemmar gör här än på andra håll") >= 3
    assert "täcker" in text


def test_report_says_how_suggestions_did(data) -> None:
    """The stored figures are shown for the tables they were computed on, and for no others."""
    from kedja._contents.partners import _tested

    shipped = kedja.datasets.load("cordis_h2020")
    said = _tested(shipped)
    known = shipped.source["backtest"]
    assert known["data_checksum"] == shipped.checksum
    assert "2016" in said.en and "74 times in 100" in said.en and "1,7 %" in said.sv
    assert known["low"] < known["model"] < known["high"]
    page = Path(__file__).resolve().parents[2] / "docs/guide/partners.md"
    row = f"| model | {known['model']} ({known['low']} to {known['high']}) |"
    assert row in page.read_text(encoding="utf-8")
    other = _tested(data)
    assert "Not tested here" in other.en and "Inte prövat" in other.sv


def test_cluster_organisations_are_found_among_participants(shared: Path) -> None:
    pd = pytest.importorskip("pandas")
    listed = pd.read_csv(
        shared / "data/cluster_organisations/cluster_organisations.csv",
        dtype=str,
        keep_default_na=False,
    )
    listed = listed[listed["source"] == "cordis_h2020"]
    ask = listed.rename(columns={"org_id": "id"})[["id", "name", "country", "city"]]
    known = kedja.datasets.load("cordis_h2020").companies.to_pandas()
    found = kedja.match(ask, known)
    sure = found["decision"] == "match"
    assert sure.mean() > 0.9
    assert (found["match"][sure] == found["id"][sure]).mean() > 0.98
