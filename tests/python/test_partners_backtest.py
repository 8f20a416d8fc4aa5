"""Whether such advice held: the back-test, its numbers, and estimators of one's own."""

from __future__ import annotations

import itertools
from pathlib import Path

import kedja
import numpy as np
import partners_fixture
import pytest
from kedja.recommend._history import History

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
    from kedja.recommend._judging import auc, average_precision

    random = np.random.default_rng(0)
    met = (random.random(400) < 0.3).astype(float)
    odds = np.round(met + random.normal(size=400), 1)  # with ties
    weight = random.integers(1, 4, 400).astype(float)
    order = np.argsort(-odds, kind="stable")
    first = np.r_[True, np.diff(odds[order]) != 0]
    ours = auc(met[order], first, weight[order])
    assert ours == pytest.approx(metrics.roc_auc_score(met, odds, sample_weight=weight))
    ours = average_precision(met[order], first, weight[order])
    assert ours == pytest.approx(metrics.average_precision_score(met, odds, sample_weight=weight))


def test_auc_counts_pairs_in_the_right_order() -> None:
    from kedja.recommend._judging import auc

    random = np.random.default_rng(0)
    met = (random.random(60) < 0.4).astype(float)
    odds = np.round(met + random.normal(size=60), 1)
    order = np.argsort(-odds, kind="stable")
    first = np.r_[True, np.diff(odds[order]) != 0]
    yes, no = odds[met == 1][:, None], odds[met == 0][None, :]
    by_hand = ((yes > no) + 0.5 * (yes == no)).mean()
    assert auc(met[order], first, np.ones(60)) == pytest.approx(by_hand)


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


def test_report_says_how_suggestions_did(data) -> None:
    """The stored figures are shown for the tables they were computed on, and for no others."""
    from kedja._contents.partners import _tested

    shipped = kedja.datasets.load("cordis_h2020")
    known = shipped.source["backtest"]
    said = _tested(shipped, known)
    assert known["data_checksum"] == shipped.checksum
    assert "2016" in said.en and "75 times in 100" in said.en and "2,3 %" in said.sv
    assert known["low"] < known["model"] < known["high"]
    page = Path(__file__).resolve().parents[2] / "docs/guide/partners.md"
    row = f"| model | {known['model']} ({known['low']} to {known['high']}) |"
    assert row in page.read_text(encoding="utf-8")
    other = _tested(data, data.source.get("backtest", {}))
    assert "Not tested here" in other.en and "Inte prövat" in other.sv


def test_report_runs_the_backtest_and_shows_its_table(tmp_path: Path, data, tested) -> None:
    from kedja._contents.partners import stored_figures

    figures = stored_figures(tested)
    bar = tested.frame.query("negatives == 'degree_matched' and pairs == 'all'")
    assert [row["rule"] for row in figures["table"]] == bar["score"].tolist()
    assert figures["model"] == pytest.approx(bar["roc_auc"].iloc[0], abs=6e-4)
    plain = kedja.report(data, tmp_path / "a.html", cluster="k1", draws=20, progress=False)
    assert 'id="t-backtest"' not in plain.read_text(encoding="utf-8")
    page = kedja.report(
        data, tmp_path / "b.html", cluster="k1", draws=20, backtest=True, lang="sv", progress=False
    ).read_text(encoding="utf-8")
    table = page[page.index('id="t-backtest"') :]
    table = table[: table.index("</table>")]
    for words in ("Den här modellen", "Adamic-Adar", "De mest aktiva först", "omfördelade"):
        assert words in table
    assert f"{figures['model']:.2f}".replace(".", ",") in table  # other seeds of the draws only
    assert "Prövat: anpassat till det som var känt 2016" in page


def test_progress_never_falls(data) -> None:
    recommend = kedja.recommend
    for call in (
        lambda say: recommend.fit(data, progress=say),
        lambda say: recommend.partners(data, cluster="k1", progress=say),
        lambda say: recommend.partners(data, companies="all", progress=say),
        lambda say: recommend.backtest(data, until=2016, after=2017, draws=2, progress=say),
        lambda say: recommend.links(data, cluster="k1", objective="reach", progress=say),
        lambda say: recommend.links(data, cluster="k1", objective="integration", progress=say),
    ):
        told: list[float] = []
        call(told.append)
        assert told[0] == 0.0 and told[-1] == pytest.approx(1.0)
        assert all(a <= b + 1e-12 for a, b in itertools.pairwise(told))


def test_countries_of_which_no_company_may_be_suggested(tables) -> None:
    companies = dict(tables["companies"])
    companies["country"] = [*list(companies["country"])[:-1], "ZW"]  # the last of all codes
    companies["type"] = ["company"] * (len(companies["id"]) - 1) + ["university"]
    data = kedja.from_tables(**tables | {"companies": companies})
    tested = kedja.recommend.backtest(data, negatives="degree_matched", draws=2, progress=False)
    assert 0 <= tested.fairness["small_countries"][0] <= 1


def test_a_rolling_origin_is_each_day_on_its_own(data, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is an extra")
    asked = {"negatives": "degree_matched", "k": 5, "draws": 5, "progress": False}
    rolled = kedja.recommend.backtest(data, until=[2015, 2016], **asked)
    alone = [kedja.recommend.backtest(data, until=y, after=y + 1, **asked) for y in (2015, 2016)]
    assert rolled["until"].tolist() == [
        y for y, one in zip((2015, 2016), alone, strict=True) for _ in range(len(one))
    ]
    for ours, theirs in (
        (rolled, alone),
        (rolled.fairness, [one.fairness for one in alone]),
        (rolled.reliability, [one.reliability for one in alone]),
    ):
        for column in ours.columns:
            expected = np.concatenate([one[column] for one in theirs])
            assert np.array_equal(ours[column], expected, equal_nan=expected.dtype.kind == "f")
    assert rolled.meta["parameters"]["after"] == [[2016, 2016], [2017, 2017]]
    assert rolled.verify()
    left, right = rolled.plot(tmp_path / "rolled.png").axes
    assert len(left.get_yticks()) == 6
    assert [t.get_text() for t in right.get_legend().get_texts()] == [
        "known until 2015", "known until 2016",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"until": [2016, 2015]}, "rising order"),
        ({"until": []}, "rising order"),
        ({"until": [2015, 2016], "after": 2017}, "does not go with several"),
        ({"until": [2016, 2017]}, "no year with data comes after"),
        ({"until": 2016, "after": 2015}, "does not come after"),
    ],
)
def test_a_day_that_cannot_be_tested_is_refused(data, asked, said: str) -> None:
    with pytest.raises(kedja.InvalidArgumentError, match=said):
        kedja.recommend.backtest(data, **asked)
