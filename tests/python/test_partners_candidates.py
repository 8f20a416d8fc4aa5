"""Who comes into question as a partner: by the network, by need, by supply and by place."""

from __future__ import annotations

import math

import kedja
import numpy as np
import pytest
from kedja.recommend._history import History

FEATURES = kedja.recommend._model.FEATURES
CLASS = {"01": "01.11", "10": "10.11", "24": "24.10", "29": "29.10"}


def crowded(**more: dict[str, list]) -> kedja.Dataset:
    """s and 300 others share a field of work and a country; three lie outside all of it.

    "asked" can do what s asks for, "buyer" is of an industry that trades with that of s, and "near"
    is a neighbour across a border.
    """
    crowd = [f"c{i:03}" for i in range(300)]
    ids = [*crowd, "s", "asked", "buyer", "near"]
    count = len(crowd)
    return kedja.from_tables(
        companies={
            "id": ids,
            "country": ["SE"] * (count + 1) + ["PT", "ES", "DK"],
            "nace": ["24.10"] * (count + 1) + ["", "29.10", ""],
            "lat": [None] * count + [55.6, 38.7, 40.4, 55.7],
            "lon": [None] * count + [13.0, -9.1, -3.7, 12.6],
        },
        memberships={"company": ids, "cluster": ["mine" if i == "s" else "other" for i in ids]},
        capabilities={"company": ["asked"], "capability": ["laser"], "year": [2015]},
        needs={"company": ["s"], "capability": ["laser"], "year": [2016]},
        flows={"source": ["24", "10"], "target": ["29", "11"], "value": [10.0, 90.0]},
        **more,
    )


def test_each_way_has_seats_however_far_off_in_the_network() -> None:
    found = kedja.recommend.partners(crowded(), company="s", k=20, reach=20)
    by = dict(zip(found["target"], found["found_by"], strict=True))
    assert (by["asked"], by["buyer"], by["near"]) == ("need", "supply", "place")
    assert len(by) == 20 and list(by.values()).count("network") == 17
    assert found["target"][0] == "asked"
    reasons = dict(zip(found["target"], found["reasons"], strict=True))
    assert "can do what 1 member asks for" in reasons["asked"]
    assert "(24 and 29) trade 20.0 times as much as by chance (inferred" in reasons["buyer"]


def test_too_few_places_for_other_ways_leave_all_to_the_network() -> None:
    found = kedja.recommend.partners(crowded(), company="s", k=9, reach=9)
    assert set(found["found_by"]) == {"network"}


def test_what_is_asked_for_is_found_from_the_other_side_too() -> None:
    found = kedja.recommend.partners(crowded(), company="asked", k=5, reach=20)
    assert found["target"][0] == "s" and "need" in found["found_by"][0]


@pytest.mark.parametrize("threads", [1, 4])
def test_the_same_rows_in_any_order_find_the_same(threads: int) -> None:
    data = crowded()
    turned = kedja.from_tables(
        **{
            name: getattr(data, name).to_pandas().iloc[::-1]
            for name in ("companies", "memberships", "capabilities", "needs", "flows")
        }
    )
    one = kedja.recommend.partners(data, company="s", k=20, reach=20, threads=1)
    other = kedja.recommend.partners(turned, company="s", k=20, reach=20, threads=threads)
    for column in ("target", "score", "found_by", "need_met", "supply_fit"):
        assert one[column].tolist() == other[column].tolist()


def test_what_was_asked_later_is_not_known_earlier() -> None:
    data = crowded(
        participations={"company": ["s", "c000"], "project": ["p", "p"], "year": [2014, 2014]}
    )
    pair = {"source": ["s"], "target": ["asked"]}

    def need(until: int | None) -> float:
        history = History.of(data)
        at = [history.ids.tolist().index(pair[end][0]) for end in ("source", "target")]
        rows = history.evidence(until).features(
            np.array([at[0]]), np.array([at[1]]), threads=0, progress=None
        )
        return float(rows[0, FEATURES.index("need_met")])

    assert need(2015) == 0.0
    assert need(2016) == need(None) == pytest.approx(math.log(2))


def test_need_met_and_supply_fit_by_the_definition() -> None:
    random = np.random.default_rng(3)
    n, things, industries = 60, 6, ["01", "10", "24", "29"]
    ids = [f"c{i:02}" for i in range(n)]
    nace = [industries[i] if i < 4 else "" for i in random.integers(0, 5, n)]
    member = {(int(v), int(g)) for v, g in random.integers(0, [50, 4], (70, 2))}
    can, asks = (
        {(int(v), int(t)) for v, t in random.integers(0, [n, things], (size, 2))}
        for size in (60, 90)
    )
    flow = random.random((4, 4)) * 10
    data = kedja.from_tables(
        companies={"id": ids, "nace": [code and CLASS[code] for code in nace]},
        memberships={
            "company": [ids[v] for v, _ in sorted(member)],
            "cluster": [f"k{g}" for _, g in sorted(member)],
        },
        capabilities={
            "company": [ids[v] for v, _ in sorted(can)],
            "capability": [f"t{t}" for _, t in sorted(can)],
        },
        needs={
            "company": [ids[v] for v, _ in sorted(asks)],
            "capability": [f"t{t}" for _, t in sorted(asks)],
        },
        flows={
            "source": [s for s in industries for _ in industries],
            "target": industries * 4,
            "value": flow.ravel(),
        },
    )

    def clusters(v: int) -> list[set[int]]:
        return [{w for w, h in member if h == g} for u, g in sorted(member) if u == v]

    def wants(v: int, t: int) -> float:
        if not clusters(v):
            return 1.0 if (v, t) in asks else 0.0
        return sum(
            sum((w, t) in asks for w in inside) / (1 + sum((w, t) in can for w in inside))
            for inside in clusters(v)
        )

    both = flow + flow.T
    np.fill_diagonal(both, 0)
    lift = both * both.sum() / np.outer(both.sum(1), both.sum(1))
    u, v = random.integers(0, n, (2, 400))
    rows = History.of(data).evidence(None).features(u, v, threads=0, progress=None)
    for i, (a, b) in enumerate(zip(u.tolist(), v.tolist(), strict=True)):
        met = sum(wants(a, t) for t in range(things) if (b, t) in can)
        met += sum(wants(b, t) for t in range(things) if (a, t) in can)
        assert rows[i, FEATURES.index("need_met")] == pytest.approx(math.log1p(met))
        known = nace[a] != "" and nace[b] != ""
        trade = lift[industries.index(nace[a]), industries.index(nace[b])] if known else 0.0
        assert rows[i, FEATURES.index("supply_fit")] == pytest.approx(math.log1p(trade))
