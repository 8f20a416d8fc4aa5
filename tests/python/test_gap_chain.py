"""Demand in the capability gap, and reach over the value chain."""

from __future__ import annotations

import kedja
import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def three() -> kedja.Dataset:
    """Ten companies; x has one of k, l and m each among four members, the rest have more."""
    rng = np.random.default_rng(3)
    ids = [f"c{i}" for i in range(40)]
    rows = [(c, k) for c in ids for k in "klmn" if rng.random() < 0.4]
    return kedja.from_tables(
        companies={"id": ids},
        memberships={"company": ids, "cluster": ["x"] * 6 + ["y"] * 34},
        capabilities={"company": [r[0] for r in rows], "capability": [r[1] for r in rows]},
    )


def test_demand_weighs_what_is_missing(three) -> None:
    demand = {"k": 5.0, "l": 1.0, "m": 0.0, "n": 4.0, "elsewhere": 100.0}
    has = three.capabilities.to_pandas()
    table = pd.crosstab(has["company"], has["capability"])
    common = table.mean()
    members = [f"c{i}" for i in range(6)]
    share = table.reindex(members, fill_value=0).mean()
    weight = common * pd.Series(demand)[common.index]
    part = weight / weight.sum() * (1 - np.minimum(1, share / common))
    found = kedja.gap.capability(three, cluster="x", demand=demand)
    assert found["gap"][0] == pytest.approx(part.sum(), abs=1e-12)
    items = found.frame.iloc[1:].set_index("item")
    assert items["gap"].to_dict() == pytest.approx(part[part > 0].to_dict())
    assert "m" not in items.index  # nobody asks for it
    assert np.allclose(items["weight"], (weight / weight.sum())[items.index])
    assert np.allclose(items["demand"], pd.Series(demand)[items.index] / 10)
    low, high = found["low"][0], found["high"][0]
    assert low <= found["gap"][0] <= high
    assert found["random_low"][0] <= found["random_mid"][0] <= found["random_high"][0]
    series = kedja.gap.capability(three, cluster="x", demand=pd.Series(demand))
    frame = pd.DataFrame({"capability": list(demand), "value": list(demand.values())})
    for other in (series, kedja.gap.capability(three, cluster="x", demand=frame)):
        assert other["gap"].tolist() == found["gap"].tolist()
    assert found.verify() and found.meta["parameters"]["demand"] == "given"


def test_equal_demand_changes_nothing(three) -> None:
    plain = kedja.gap.capability(three)
    same = kedja.gap.capability(three, demand=dict.fromkeys("klmn", 7.0))
    assert same["gap"].tolist() == pytest.approx(plain["gap"].tolist())
    assert same["low"].tolist() == pytest.approx(plain["low"].tolist())
    assert np.isnan(plain["demand"]).all()
    assert np.allclose(plain["weight"], plain["need"], equal_nan=True)


def test_what_has_no_known_demand_is_undecided(three) -> None:
    plain = kedja.gap.capability(three, cluster="x").frame
    lacking = set(plain["item"]) - {""}
    assert lacking
    left_out = sorted(lacking)[0]
    demand = {k: 1.0 for k in "klmn" if k != left_out}
    found = kedja.gap.capability(three, cluster="x", demand=demand)
    frame = found.frame
    row = frame[frame["item"] == left_out].iloc[0]
    assert row["status"] == "undecided" and np.isnan(row["gap"]) and np.isnan(row["low"])
    assert frame["status"][0] == "ok"
    at = int(np.flatnonzero(frame["item"] == left_out)[0])
    assert "demand" in found.explain(at).text
    nothing = kedja.gap.capability(three, cluster="x", demand={"elsewhere": 1.0})
    assert nothing["status"][0] == "undecided" and np.isnan(nothing["gap"]).all()
    assert nothing["item"].tolist()[0] == "" and set(nothing["item"]) == lacking | {""}


@pytest.mark.parametrize("bad", [{"k": -1.0}, {"k": float("inf")}, {"k": "much"}, 3.0])
def test_impossible_demand_is_refused(three, bad) -> None:
    with pytest.raises(kedja.InvalidArgumentError, match="demand"):
        kedja.gap.capability(three, demand=bad)


# Reach over the value chain


@pytest.fixture(scope="module")
def chain() -> kedja.Dataset:
    """ore -> steel -> parts -> cars, each selling all it makes on; only cars are for final use."""
    return kedja.from_tables(
        companies={
            "id": ["ore", "steel", "parts", "cars", "lone"],
            "revenue": [10.0, 20.0, 30.0, 50.0, 5.0],
        },
        memberships={
            "company": ["ore", "cars", "parts", "lone"],
            "cluster": ["up", "down", "down", "apart"],
        },
        clusters={"id": ["up", "down", "apart", "empty"]},
        capabilities={"company": ["ore"], "capability": ["k"]},
        links={
            "source": ["ore", "steel", "parts"],
            "target": ["steel", "parts", "cars"],
            "value": [10.0, 20.0, 30.0],
        },
    )


def test_reach_over_the_chain_is_the_share_of_steps_not_covered(chain) -> None:
    found = kedja.gap.reach(chain, by="chain").frame.set_index("cluster")
    # Steps to final demand: cars and lone 1, parts 2, steel 3, ore 4. With their partners, up has
    # ore and steel (4 to 3), down has cars, parts and steel (1 to 3).
    assert found.loc["up", "gap"] == pytest.approx(1 - 1 / 3)
    assert found.loc["down", "gap"] == pytest.approx(1 - 2 / 3)
    assert found.loc["up", ["nearest", "farthest"]].tolist() == ["steel", "ore"]
    assert found.loc["down", ["upstream_low", "upstream_high"]].tolist() == pytest.approx([1, 3])
    assert found.loc["up", "status"] == "ok" and found.loc["empty", "status"] == "too_small"
    assert (found["low"].dropna() == found["gap"].dropna()).all()  # every place is known
    assert found.loc["empty", "gap"] != found.loc["empty", "gap"]


def test_own_flows_and_countries(chain) -> None:
    companies = {
        "id": list("abcd"),
        "nace": ["24.10", "29.10", "24.10", "01.11"],
        "country": ["SE", "SE", "DE", "SE"],
    }
    data = kedja.from_tables(
        companies=companies,
        clusters={"id": ["x", "y"], "country": ["SE", "DE"]},
        memberships={"company": list("abcd"), "cluster": list("xxyx")},
        capabilities={"company": ["a"], "capability": ["k"]},
    )
    labels = ["SE|24", "SE|29", "DE|24", "DE|29"]
    z = np.array([[5.0, 60, 0, 10], [0, 10, 0, 0], [0, 20, 5, 40], [0, 5, 0, 5]])
    final = np.array([[10.0, 5], [80, 20], [5, 10], [20, 100]])
    flows = kedja.Flows(z, final, labels=labels, groups=["SE", "SE", "DE", "DE"])
    found = kedja.gap.reach(data, by="chain", flows=flows)
    up = dict(zip(labels, kedja.value_chain.upstreamness(flows)["upstreamness"], strict=True))
    frame = found.frame.set_index("cluster")
    # d is a farm, which the flows do not hold: its place is not known.
    assert frame.loc["x", ["placed", "companies"]].tolist() == [2, 3]
    places = [up["SE|24"], up["SE|29"], up["DE|24"]]
    span = (up["SE|24"] - up["SE|29"]) / (max(places) - min(places))
    assert frame.loc["x", "gap"] == pytest.approx(1 - span)
    assert frame.loc["x", "low"] <= frame.loc["x", "gap"] == frame.loc["x", "high"]
    assert frame.loc["y", "gap"] == 1.0 and frame.loc["x", "status"] == "inferred"
    share = kedja.value_chain.gvc_participation(flows).frame.set_index("group")
    assert frame.loc["x", "gvc_participation"] == pytest.approx(
        share.loc["SE", "backward"] + share.loc["SE", "forward"]
    )
    assert found.meta["chain_basis"] == "given flows" and found.verify()
    whole = kedja.gap.analyse(data, cluster="x", flows=flows).frame
    row = whole[(whole["measure"] == "reach") & (whole["item"] == "chain")].iloc[0]
    assert row["gap"] == pytest.approx(1 - span) and "steps from final demand" in row["evidence"]


def test_a_cluster_that_the_flows_tell_apart_has_its_own_place_and_participation() -> None:
    data = kedja.from_tables(
        companies={
            "id": list("abc"),
            "nace": ["24.10", "24.10", "29.10"],
            "country": ["SE", "SE", "DE"],
        },
        clusters={"id": ["x", "y"], "country": ["SE", "SE"]},
        memberships={"company": list("ab"), "cluster": list("xy")},
        capabilities={"company": ["a"], "capability": ["k"]},
    )
    labels = ["x|24", "SE|24", "DE|29"]  # the cluster, the rest of its country, another country
    z = np.array([[5.0, 10, 60], [5, 5, 20], [10, 5, 5]])
    final = np.array([[10.0, 20, 5], [5, 30, 5], [5, 20, 80]])
    flows = kedja.Flows(z, final, labels=labels, groups=["x", "SE", "DE"])
    found = kedja.gap.reach(data, by="chain", flows=flows).frame.set_index("cluster")
    share = kedja.value_chain.gvc_participation(flows).frame.set_index("group")
    for cluster, group in (("x", "x"), ("y", "SE")):
        expected = share.loc[group, "backward"] + share.loc[group, "forward"]
        assert found.loc[cluster, "gvc_participation"] == pytest.approx(expected)
    up = dict(zip(labels, kedja.value_chain.upstreamness(flows)["upstreamness"], strict=True))
    assert found.loc["x", "upstream_low"] == pytest.approx(up["x|24"])
    assert found.loc["y", "upstream_low"] == pytest.approx(up["SE|24"])


def test_the_chain_is_undecided_without_anything_that_says_places() -> None:
    data = kedja.from_tables(
        companies={"id": list("ab")},
        memberships={"company": list("ab"), "cluster": list("xy")},
        capabilities={"company": ["a"], "capability": ["k"]},
        links={"source": ["a"], "target": ["b"]},
    )
    found = kedja.gap.reach(data, by="chain")
    assert found["status"].tolist() == ["undecided"] * 2 and np.isnan(found["gap"]).all()
    assert "companies.nace" in found.explain(0).text
    row = kedja.gap.analyse(data, cluster="x").frame.query("item == 'chain'").iloc[0]
    assert row["status"] == "undecided" and np.isnan(row["gap"])


def test_members_lists_alone_give_the_chain_inferred() -> None:
    data = kedja.datasets.load("nordic_demo")
    found = kedja.gap.reach(data, by="chain")
    assert set(found["status"]) == {"inferred"}
    assert ((found["gap"] >= 0) & (found["gap"] <= 1)).all()
    said = found.explain(0)
    assert [c.role for c in said.companies] == [
        "nearest to final demand",
        "farthest from final demand",
    ]
    assert "1 − (" in said.formula


def test_ends_of_the_chain_hold_what_a_cluster_would_show_were_all_places_known() -> None:
    """Clusters of companies whose places are then hidden at random: the band holds the gap of all."""
    rng = np.random.default_rng(8)
    inside = runs = 0
    for _ in range(80):
        place = np.sort(rng.gamma(4.0, 0.5, 60)) + 1
        from kedja.gap._span import span_gap

        chain = rng.choice(60, 12, replace=False)
        full = span_gap(place, chain, 20, 0, 0)
        hidden = place.copy()
        hidden[rng.choice(60, 24, replace=False)] = np.nan
        found = span_gap(hidden, chain, 100, 1, 0)
        if full is None or found is None:
            continue
        # The same yardstick for both: the range of all that is known.
        known = hidden[~np.isnan(hidden)]
        mine = place[chain]
        gap = np.clip(1 - (mine.max() - mine.min()) / (known.max() - known.min()), 0, 1)
        inside += found.gap[1] - 1e-12 <= gap <= found.gap[2] + 1e-12
        runs += 1
    assert runs >= 70 and inside >= 0.9 * runs


def test_wrong_options_are_refused(chain) -> None:
    flows = kedja.Flows([[1.0]], [1.0], labels=["24"])
    with pytest.raises(kedja.InvalidArgumentError, match="say by='chain'"):
        kedja.gap.reach(chain, flows=flows)
    with pytest.raises(kedja.InvalidArgumentError, match="draws must be at least 20"):
        kedja.gap.reach(chain, by="chain", draws=5)
    with pytest.raises(kedja.InvalidArgumentError, match="there is no cluster 'upp'; did you mean"):
        kedja.gap.reach(chain, by="chain", cluster="upp")


def test_ties_to_the_union_are_told_from_other_ties() -> None:
    data = kedja.from_tables(
        companies={"id": list("abcde"), "country": ["SE", "NO", "DK", "FI", "SE"]},
        clusters={"id": ["x"], "country": ["SE"]},
        memberships={"company": ["a"], "cluster": ["x"]},
        capabilities={"company": ["a"], "capability": ["k"]},
        links={"source": ["a"] * 4, "target": list("bcde")},
    )
    found = kedja.gap.reach(data)
    assert found["abroad"][0] == pytest.approx(3 / 4)
    assert found["abroad_eu"][0] == pytest.approx(2 / 4)
