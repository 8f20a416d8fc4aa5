"""The bands of complementarity in its need form and of tie deficits: whether they hold."""

from __future__ import annotations

from types import SimpleNamespace

import kedja
import numpy as np
import pytest
from kedja.gap._need_bands import need_bands
from kedja.gap._needs import Cells, Needs, Shares
from kedja.gap._tie_deficit import deficits


def gap_of(unmet: np.ndarray, others: np.ndarray, reached: np.ndarray) -> float:
    could = np.minimum(unmet, others).sum()
    return 1 - np.minimum(unmet, reached).sum() / could if could > 0 else 0.0


@pytest.mark.parametrize(("members", "kinds"), [(6, 5), (6, 30), (40, 10), (40, 30)])
def test_bands_hold_the_gap_of_the_kind_of_companies(members: int, kinds: int) -> None:
    """Members drawn from a known truth; at least 90 in 100 bands hold the gap of the truth."""
    rng = np.random.default_rng(members + kinds)
    held = runs = plain_held = 0
    for run in range(60):
        asks, has = rng.beta(1, 3, kinds), rng.beta(1, 4, kinds) * rng.integers(0, 2, kinds)
        spare = rng.integers(0, max(2, members // 2), (6, kinds)).astype(float)
        tied = np.zeros((7, 7), dtype=bool)
        tied[0, 1:4] = True
        ask, able = rng.random((members, kinds)) < asks, rng.random((members, kinds)) < has
        if not ask.any():
            continue
        need = np.vstack([ask.sum(axis=0), np.zeros((6, kinds))])
        supply = np.vstack([able.sum(axis=0), spare])
        one = np.ones(kinds)
        rows = [
            Cells(*np.nonzero(table), np.ones(int(table.sum())), members, kinds)
            for table in (ask, able)
        ]
        shares = Shares(rows[0], rows[1], one, one, np.arange(members))
        needs = Needs("needs", [], need, supply, one, shares=shares)
        others, reached = spare.sum(axis=0), spare[:3].sum(axis=0)
        gap = np.full(7, np.nan)
        gap[0] = gap_of(np.maximum(0, need[0] - supply[0]), others, reached)
        groups = [np.arange(members)] + [np.arange(1)] * 6
        band, _ = need_bands(needs, shares, gap, tied, groups, np.array([0]), 60, run)
        truth = gap_of(members * np.maximum(0, asks - has), others, reached)
        held += band[1][0] - 1e-12 <= truth <= band[2][0] + 1e-12
        assert 0 <= band[1][0] <= gap[0] <= band[2][0] <= 1
        again = rng.integers(members, size=(60, members))
        plain = [
            gap_of(np.maximum(0, ask[i].sum(axis=0) - able[i].sum(axis=0)), others, reached)
            for i in again
        ]
        plain_held += np.quantile(plain, 0.05) <= truth <= np.quantile(plain, 0.95)
        runs += 1
    assert held >= 0.9 * runs
    if members == 6 and kinds == 30:  # a plain bootstrap promises what it does not keep
        assert plain_held < 0.8 * runs


@pytest.fixture(scope="module")
def stated() -> kedja.Dataset:
    rng = np.random.default_rng(2)
    ids = [f"c{i:03}" for i in range(90)]
    pairs = [(c, k) for c in ids for k in "klmnop" if rng.random() < 0.25]
    needs = [(c, k) for c in ids for k in "klmnop" if rng.random() < 0.2]
    ends = rng.choice(ids, (60, 2))
    ends = ends[ends[:, 0] != ends[:, 1]]
    return kedja.from_tables(
        companies={
            "id": ids,
            "nace": rng.choice(["24.10", "25.11", "28.11"], 90).tolist(),
            "size": rng.integers(2, 90, 90).tolist(),
        },
        memberships={"company": ids, "cluster": [f"k{i % 6}" for i in range(90)]},
        capabilities={"company": [p[0] for p in pairs], "capability": [p[1] for p in pairs]},
        needs={"company": [n[0] for n in needs], "capability": [n[1] for n in needs]},
        links={
            "source": ends[:, 0].tolist(), "target": ends[:, 1].tolist(),
            "value": rng.integers(1, 9, len(ends)).astype(float).tolist(),
        },
    )  # fmt: skip


def without(data: kedja.Dataset, *left_out: str) -> kedja.Dataset:
    names = ("companies", "memberships", "capabilities", "needs", "links")
    return kedja.from_tables(
        **{
            n: getattr(data, n).to_pandas()
            for n in names
            if n not in left_out and len(getattr(data, n))
        }
    )


@pytest.mark.parametrize(
    ("left_out", "basis"),
    [((), "needs"), (("needs",), "links"), (("needs", "capabilities", "links"), "flows")],
)
def test_every_need_basis_has_a_band_and_random_clusters(stated, left_out, basis: str) -> None:
    data = without(stated, *left_out)
    if basis == "flows":  # who is in touch with whom, without saying who sells
        links = stated.links.to_pandas().assign(kind="collaboration").drop(columns="value").head(8)
        tables = {n: getattr(stated, n).to_pandas() for n in ("companies", "memberships")}
        some = ["01.11", "10.11", "24.10", "62.01", "46.11", "35.11", "20.11"]
        tables["companies"]["nace"] = np.random.default_rng(6).choice(some, 90)
        data = kedja.from_tables(**tables, links=links)
    found = kedja.gap.complementarity(data, form="need", draws=50)
    assert found.meta["need_basis"] == basis
    whole = found.frame[found["item"] == ""]
    assert len(whole) == 6 and whole[["gap", "low", "high"]].notna().all().all()
    assert (whole["low"] <= whole["gap"]).all() and (whole["gap"] <= whole["high"]).all()
    assert (whole["low"] < whole["high"]).any()
    assert (whole["random_low"] <= whole["random_mid"]).all()
    assert (whole["random_mid"] <= whole["random_high"]).all()
    one = kedja.gap.complementarity(data, form="need", draws=50, cluster="k3")
    row = whole[whole["cluster"] == "k3"].iloc[0]
    assert [one[c][0] for c in ("low", "high", "random_low", "random_high")] == [
        row[c] for c in ("low", "high", "random_low", "random_high")
    ]  # the same whichever others are asked for
    assert found.verify()


def test_need_bands_do_not_depend_on_the_order_of_rows(stated) -> None:
    tables = {
        n: getattr(stated, n).to_pandas().sample(frac=1, random_state=5)
        for n in ("companies", "memberships", "capabilities", "needs", "links")
    }
    found = kedja.gap.complementarity(stated, draws=30)
    other = kedja.gap.complementarity(kedja.from_tables(**tables), draws=30, threads=1)
    for name in found.columns:
        assert str(found[name].tolist()) == str(other[name].tolist())


def test_stages_have_a_band_too(stated) -> None:
    tables = {n: getattr(stated, n).to_pandas() for n in ("companies", "memberships", "links")}
    some = stated.capabilities.to_pandas().iloc[::3]
    stages = {"stage": list("klmnop"), "capability": list("klmnop")}
    data = kedja.from_tables(**tables, capabilities=some, stages=stages)
    found = kedja.gap.complementarity(data, draws=50)
    assert found.meta["need_basis"] == "stages"
    whole = found.frame[(found["item"] == "") & (found["status"] == "ok")]
    assert len(whole) and whole["low"].notna().all() and whole["random_mid"].notna().all()


def test_ranks_of_all_six_gaps_under_other_choices(stated) -> None:
    tables = {
        n: getattr(stated, n).to_pandas()
        for n in ("companies", "memberships", "capabilities", "needs", "links")
    }
    tables["companies"]["country"] = ["SE", "NO", "DK", "FI", "DE"] * 18
    requirements = {"set": ["s"] * 3, "capability": list("klm")}
    data = kedja.from_tables(**tables, requirements=requirements)
    found = kedja.gap.stability(data, draws=20)
    choices = found.meta["choices"]
    assert set(choices) == {
        "capability", "complementarity", "tie_deficit", "fragility", "reach", "coverage",
    }  # fmt: skip
    assert all(next(iter(c)) == "default" and len(c) > 1 for c in choices.values())
    assert "theta 0.6" in choices["fragility"]
    assert "capability form, threshold 1" in choices["complementarity"]
    frame = found.frame
    assert (frame["rank_low"] <= frame["rank"]).all()
    assert (frame["rank"] <= frame["rank_high"]).all()
    for measure in choices:
        direct = getattr(kedja.gap, measure)(data, draws=20).frame
        whole = direct[direct["item"] == ""].set_index("cluster")["gap"]
        mine = frame[frame["measure"] == measure].set_index("cluster")["gap"]
        assert np.allclose(mine, whole.reindex(mine.index)), measure
    for theta in (0.6, 1.0):
        other = kedja.gap.fragility(data, theta=theta, draws=20).frame.query("item == ''")
        rank = other.set_index("cluster")["gap"].round(12).rank(ascending=False)
        mine = frame[frame["measure"] == "fragility"].set_index("cluster")
        rank = rank.reindex(mine.index)
        assert ((mine["rank_low"] <= rank) & (rank <= mine["rank_high"])).all()
    weights = {"coverage": 1.0, "fragility": 1.0}
    composite = kedja.gap.stability(data, weights=weights, draws=20).frame
    assert "composite" in set(composite["measure"])


@pytest.mark.parametrize("thinned", [0.5, 0.7, 0.9])
def test_bands_of_tie_deficits_hold(thinned: float) -> None:
    """Two of eight clusters lose a known share of their ties; the band holds what that makes of
    the whole deficit, wherever it is found to be one."""
    rng = np.random.default_rng(int(10 * thinned))
    names = [f"g{i}" for i in range(8)]
    group = np.arange(240) % 8
    pair = np.isin(group, (0, 1))[:, None] & np.isin(group, (0, 1))[None, :]
    pair &= group[:, None] != group[None, :]
    observed, expected, found = [], [], []
    for run in range(60):
        pull = rng.lognormal(0, 0.7, 240)
        odds = (0.02 if run % 2 else 0.1) * np.outer(pull, pull)
        p = odds / (1 + odds) * np.where(pair, 1 - thinned, 1)
        source, target = np.nonzero(np.triu(rng.random((240, 240)) < p, 1))
        graph = kedja.CompanyGraph.from_arrays(240, source, target, directed=False)
        ties = kedja.null_models.tie_significance(graph, np.array(names, dtype=object)[group])
        seen, chance, _, _, _, significant, low, high, gap = deficits(
            SimpleNamespace(clusters=names), ties, np.ones((8, 8)), 0.05
        )
        observed.append(seen[0, 1]), expected.append(chance[0, 1])
        if significant[0, 1]:
            found.append((low[0, 1], high[0, 1], gap[1][0], gap[2][0]))
    low, high, whole_low, whole_high = np.array(found).T
    truth = 1 - np.mean(observed) / np.mean(expected)
    assert len(found) > 30
    assert ((low <= truth) & (truth <= high)).mean() >= 0.9
    # One of seven other clusters, all alike: a seventh of it in the whole.
    assert ((whole_low <= truth / 7) & (truth / 7 <= whole_high)).mean() >= 0.9
