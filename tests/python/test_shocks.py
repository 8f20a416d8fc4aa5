"""Shocks against the equations in NumPy and against reference values of published programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import kedja
import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import esri_oracle

COLUMNS = ("esri", "esri_downstream", "esri_upstream")
WIOD = "wiod11_SWE-DNK-FIN-DEU-RoEU-RoW"


class Case:
    """A random network with sectors, markets, essentiality, and more revenue and cost than trade."""

    def __init__(self, seed: int, n: int = 12, leak: float = 0.4) -> None:
        random = np.random.default_rng(seed)
        self.n = n
        m = 3 * n
        self.source, self.target = random.integers(0, n, (2, m))
        self.value = random.integers(1, 9, m).astype(float)
        self.W = np.zeros((n, n))
        np.add.at(self.W, (self.source, self.target), self.value)
        self.sector = random.integers(0, 4, n)
        self.sector[:4] = np.arange(4)
        self.market = random.integers(0, 5, n)
        self.essential = random.integers(0, 3, (4, 4))
        self.revenue = self.W.sum(axis=1) / (1 - leak) + random.random(n)
        self.cost = self.W.sum(axis=0) / (1 - leak) + random.random(n)
        self.weight = random.random(n)
        self.graph = kedja.CompanyGraph.from_arrays(n, self.source, self.target, self.value)

    def options(self, *, leak: bool, market: bool, weight: bool = False) -> tuple[dict, dict]:
        """The same for kedja and for the oracle."""
        theirs = {"sector": self.sector, "essential": self.essential}
        if market:
            theirs["market"] = self.market
        if leak:
            theirs |= {"revenue": self.revenue, "cost": self.cost}
        if weight:
            theirs["weight"] = self.weight
        return theirs | {"essential": pd.DataFrame(self.essential)}, theirs


@pytest.mark.parametrize("market", [False, True])
@pytest.mark.parametrize("leak", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_published_steps_agree_with_the_equations(seed, leak, market):
    case = Case(seed)
    ours, theirs = case.options(leak=leak, market=market, weight=seed % 2 == 1)
    got = kedja.shock.esri(case.graph, mode="published", eps=1e-3, **ours)
    for v in range(case.n):
        psi = np.ones(case.n)
        psi[v] = 0
        *expected, sweeps = esri_oracle.esri(case.W, psi, eps=1e-3, **theirs)
        np.testing.assert_allclose([got[c][v] for c in COLUMNS], expected, rtol=1e-11, atol=1e-13)
        assert got["iterations"][v] == sweeps


@pytest.mark.parametrize("precision", ["single", "double"])
@pytest.mark.parametrize("market", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_the_fixed_point_is_within_its_bound(seed, market, precision):
    case = Case(seed)
    ours, theirs = case.options(leak=True, market=market, weight=seed % 2 == 1)
    random = np.random.default_rng(seed)
    count = 37 if precision == "single" else 11
    hit = {s: random.choice(case.n, 1 + s % 3, replace=False) for s in range(count)}
    shocks = pd.DataFrame(
        [
            {"scenario": s, "company": c, "remaining": round(random.random(), 2) * (s % 2)}
            for s, companies in hit.items()
            for c in companies
        ]
    )
    got = kedja.shock.esri(case.graph, shocks=shocks, eps=1e-6, precision=precision, **ours)
    rounding = 1e-7 if precision == "single" and not market else 1e-13
    assert set(got["status"]) <= {"ok", "no_sellers", "isolated"}
    assert got.meta["converged"] and 0 <= got.meta["error_bound"] <= 1e-6
    for row, s in enumerate(got["scenario"]):
        psi = np.ones(case.n)
        mine = shocks[shocks["scenario"] == s]
        psi[mine["company"]] = mine["remaining"]
        exact = esri_oracle.esri(case.W, psi, eps=1e-15, sweeps=3000, **theirs)
        for column, value in zip(COLUMNS, exact, strict=False):
            assert -rounding <= value - got[column][row] <= got.meta["error_bound"] + 1e-13


@pytest.mark.parametrize("precision", ["single", "double"])
@pytest.mark.parametrize("seed", range(8))
def test_losses_that_never_fade_have_a_proved_fixed_point_too(seed, precision):
    # Without revenue and cost all trade stays inside: losses go round closed circles undiminished.
    case = Case(seed, n=14)
    ours, _ = case.options(leak=False, market=False)
    got = kedja.shock.esri(case.graph, precision=precision, **ours)
    assert got.meta["converged"] and got.meta["error_bound"] <= 1e-6
    bought, sold = case.W.sum(axis=0), case.W.sum(axis=1)
    buyer, groups = [], []  # a row of shares per buyer and input
    for j in np.flatnonzero(bought):
        kind = case.essential[case.sector, case.sector[j]]
        for k in range(4):
            inputs = np.where((case.sector == k) & (kind == 2), case.W[:, j], 0)
            if inputs.sum() > 0:
                buyer, groups = [*buyer, j], [*groups, inputs / inputs.sum()]
        buyer, groups = [*buyer, j], [*groups, np.where(kind == 1, case.W[:, j], 0) / bought[j]]
    shares = case.W / np.where(sold > 0, sold, 1)[:, None]
    hit = np.eye(case.n)  # a column per shock
    down, up = hit.copy(), hit.copy()
    for _ in range(60_000):
        new_down, new_up = hit.copy(), np.maximum(hit, shares @ up)
        np.maximum.at(new_down, buyer, np.array(groups) @ down)
        change = max((new_down - down).max(), (new_up - up).max())
        down, up = new_down, new_up
        if change < 1e-13:
            break
    assert change < 1e-13
    weight = sold / sold.sum()
    exact = weight @ np.maximum(down, up), weight @ down, weight @ up
    for column, values in zip(COLUMNS, exact, strict=False):
        np.testing.assert_allclose(got[column], values, atol=1.1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_a_scenario_does_not_depend_on_the_others(seed):
    case = Case(seed, n=30)
    ours, _ = case.options(leak=True, market=seed % 2 == 0)
    ours["precision"] = "single"
    every = kedja.shock.esri(case.graph, **ours)
    shocks = pd.DataFrame(
        {"scenario": range(29, -1, -4), "company": range(29, -1, -4), "remaining": 0.0}
    )
    some = kedja.shock.esri(case.graph, shocks=shocks, **ours)
    for column in COLUMNS:
        assert some[column].tolist() == every[column][29::-4].tolist()


@pytest.mark.parametrize("mode", ["fixed_point", "published"])
@pytest.mark.parametrize("market", [False, True])
def test_rows_units_and_threads_change_nothing(mode, market):
    case = Case(3, n=40)
    names = np.array([f"C{i:02}" for i in range(case.n)], dtype=object)
    results = []
    for seed in range(4):
        random = np.random.default_rng(seed)
        links, rows = random.permutation(len(case.source)), random.permutation(case.n)
        unit = 2.0 ** (-20 * seed)  # a power of two: the same bits
        graph = kedja.CompanyGraph(
            names[rows],
            names[case.source[links]],
            names[case.target[links]],
            case.value[links] * unit,
        )
        got = kedja.shock.esri(
            graph,
            sector=pd.Series(case.sector, names),
            essential=pd.DataFrame(case.essential),
            market=case.market[rows] if market else None,
            revenue=dict(zip(names, case.revenue * unit, strict=True)),
            cost=case.cost[rows] * unit,
            mode=mode,
            precision="single",
            threads=1 + seed,
        )
        frame = got.frame.sort_index()
        results.append(tuple(frame[c].to_numpy().tobytes() for c in (*COLUMNS, "iterations")))
        assert got.verify()
    assert len(set(results)) == 1


def other_ways_to_say_it(n=40):
    """The same network and flows in another unit, in another order of rows, by more threads."""
    case = Case(5, n=n)
    names = np.array([f"C{i:02}" for i in range(n)], dtype=object)
    for seed in range(4):
        random = np.random.default_rng(seed)
        links, rows = random.permutation(len(case.source)), random.permutation(n)
        unit = 2.0 ** (-20 * seed)  # a power of two: the same bits
        graph = kedja.CompanyGraph(
            names[rows],
            names[case.source[links]],
            names[case.target[links]],
            case.value[links] * unit,
        )
        side = {
            "sector": pd.Series(case.sector, names),
            "revenue": dict(zip(names, case.revenue * unit, strict=True)),
        }
        cost = dict(zip(names, case.cost * unit, strict=True))
        yield case, names, graph, side, cost, 1 + seed


def in_order(result, names):
    frame = result.frame
    if "sector" in frame:
        frame = frame.set_index("sector")
    if frame.index.name is not None:
        frame = frame.reindex(names)
    numbers = frame.select_dtypes("number")
    return tuple(numbers[c].to_numpy(float).tobytes() for c in numbers)


def test_nothing_about_shocks_depends_on_rows_units_or_threads():
    found: dict[str, list] = {}
    for case, names, graph, side, cost, threads in other_ways_to_say_it():
        run = {"threads": threads, "progress": None}
        hit = pd.DataFrame({"scenario": 0, "company": names[[7, 3]], "remaining": [0.5, 0.0]})
        all_in = {**side, "essential": pd.DataFrame(case.essential), "cost": cost}
        for by in ("step", "company"):
            got = kedja.shock.cascade(graph, shocks=hit, by=by, **all_in, **run)
            found.setdefault(f"cascade {by}", []).append(in_order(got, names))
        got = kedja.shock.cascade(graph, by="scenario", **side, cost=cost, **run)
        found.setdefault("cascade scenario", []).append(in_order(got, names))
        got = kedja.shock.sourcing(graph, sector=side["sector"], **run)
        found.setdefault("sourcing", []).append(in_order(got, names))
        flows = kedja.Flows.from_graph(graph, side["revenue"])
        got = kedja.shock.inoperability(flows, disturbance={names[3]: 0.2})
        found.setdefault("inoperability", []).append(in_order(got, names))
        for order in ("degree", "random"):
            got = kedja.structure.robustness(graph, order=order, seed=4, **run)
            found.setdefault(f"robustness {order}", []).append(in_order(got, names))
    for name, results in found.items():
        assert len(results[0]) > 0 and len(set(results)) == 1, name


def test_a_whole_market_that_fails_does_not_depend_on_the_unit():
    for unit in (1.0, 1e-3, 1e-6):
        graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "b"], ["c", "c"], [unit, unit])
        shocks = pd.DataFrame({"scenario": "all", "company": ["a", "b"], "remaining": 0.0})
        got = kedja.shock.esri(graph, market=["x", "x", "y"], shocks=shocks, weight=[1, 1, 1])
        assert got["esri"].tolist() == [1.0]
        assert list(got["status"]) == ["no_sellers"]


def test_shocks_that_do_not_fade_are_told():
    # All trade stays among the three: b and c approach a's loss by half in each step.
    links = [("a", "b"), ("b", "c"), ("c", "b"), ("b", "a")]
    graph = kedja.CompanyGraph(list("abc"), *zip(*links, strict=True))
    shocks = pd.DataFrame({"scenario": ["s"], "company": ["a"], "remaining": [0.5]})
    got = kedja.shock.esri(graph, shocks=shocks, mode="published")
    assert not got.meta["converged"] and "eps" in got.meta["warning"]
    assert list(got["status"]) == ["not_converged"]
    # The fixed point is known: every output falls to a's.
    got = kedja.shock.esri(graph, shocks=shocks)
    assert got["esri"][0] == pytest.approx(0.5, abs=1e-6)
    assert got.meta["converged"]
    everyone = kedja.shock.esri(graph)
    assert everyone["esri"].tolist() == [1.0] * 3
    assert "3 of 3 companies take the whole network" in everyone.meta["warning"]


def test_special_companies_have_a_status():
    graph = kedja.CompanyGraph(["a", "b", "alone"], ["a"], ["b"])
    got = kedja.shock.esri(graph)
    assert got["esri"].tolist() == [1.0, 1.0, 0.0]
    assert list(got["status"]) == ["ok", "ok", "isolated"]
    nothing = kedja.shock.esri(kedja.CompanyGraph(["a"], [], []))
    assert np.isnan(nothing["esri"]).all() and list(nothing["status"]) == ["undefined"]
    assert len(kedja.shock.esri(kedja.CompanyGraph([], [], []))) == 0
    loop = kedja.CompanyGraph(["a", "b"], ["a", "a"], ["a", "b"])  # a keeps half for itself
    half = pd.DataFrame({"scenario": [0], "company": ["a"], "remaining": [0.5]})
    got = kedja.shock.esri(loop, shocks=half, weight=[1, 0], cost=[1, 1], revenue=[4, 1])
    assert got["esri"].tolist() == [0.5]  # half of itself reaches less than it has lost already


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"revenue": [1, -1, 1]}, "revenue of company 'b' is -1.0"),
        ({"cost": [1, float("nan"), 1]}, "cost of company 'b' is nan"),
        ({"revenue": [0, 1, 1]}, "revenue of company 'a' is 0, but it sells 2"),
        ({"cost": [1, 1, 0]}, "cost of company 'c' is 0, but it buys 3"),
        ({"weight": [1, 1]}, r"weight must have one entry per company \(3\)"),
        ({"sector": ["x", "y", None]}, "sector of company 'c' is missing"),
        ({"sector": {"a": 1, "b": 1}}, "sector: company 'c' has no value"),
        ({"sector": ["x", "y", "q"]}, "sector 'q' of company 'c' is not in essential"),
        ({"sector": None}, "essential needs sector"),
        ({"essential": np.ones((2, 2))}, "must be a DataFrame"),
        ({"essential": pd.DataFrame(1, ["x", "y"], ["x"])}, "2 rows and 1 columns"),
        ({"essential": pd.DataFrame(1, ["x", "y"], ["x", "z"])}, "a row 'y' but no such column"),
        ({"essential": pd.DataFrame(3, ["x", "y"], ["x", "y"])}, "sector 'x' is 3; 2 is"),
        ({"mode": "sweeps"}, "mode must be one of"),
        ({"eps": -1}, "eps must lie in"),
        ({"max_iterations": 0}, "max_iterations must be at least 1"),
    ],
)  # fmt: skip
def test_bad_input_is_named(change, message):
    graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "b"], ["c", "c"], [2, 1])
    good = {"sector": ["x", "y", "y"], "essential": pd.DataFrame(1, ["x", "y"], ["x", "y"])}
    kedja.shock.esri(graph, **good)
    with pytest.raises(kedja.InvalidArgumentError, match=message):
        kedja.shock.esri(graph, **(good | change))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("s", "a", 1.5)], r"row 0: remaining is 1.5, outside \[0, 1\]"),
        ([("s", "a", 0.0), ("s", "b", -0.1)], "row 1: remaining is -0.1"),
        ([("s", "a", float("nan"))], "row 0: remaining is nan"),
        ([("s", "x", 0.0)], "row 0: unknown company 'x'"),
        ([(None, "a", 0.0)], "row 0: scenario is missing"),
        ([("s", "a", 0.0), ("s", "a", 0.5)], "company 'a' appears more than once in scenario 's'"),
    ],
)
def test_bad_shocks_are_named(rows, message):
    graph = kedja.CompanyGraph(["a", "b"], ["a"], ["b"])
    shocks = pd.DataFrame(rows, columns=["scenario", "company", "remaining"])
    with pytest.raises(kedja.InvalidArgumentError, match=message):
        kedja.shock.esri(graph, shocks=shocks)
    with pytest.raises(kedja.InvalidArgumentError, match="must map the names scenario, company"):
        kedja.shock.esri(graph, shocks={"a": 0.0})
    with pytest.raises(kedja.InvalidArgumentError, match="remaining is missing"):
        kedja.shock.esri(graph, shocks=shocks.drop(columns="remaining"))
    with pytest.raises(kedja.InvalidArgumentError, match="directed graph"):
        kedja.shock.esri(kedja.CompanyGraph(["a", "b"], ["a"], ["b"], directed=False))


def test_the_cascade_can_be_stopped():
    case = Case(1, n=40)
    with pytest.raises(kedja.Cancelled):
        kedja.shock.esri(case.graph, progress=lambda fraction: False)


# --- reference values of the authors' programs -----------------------------------------------


def read(shared, name):
    return pd.read_csv(shared / "reference" / name)


def test_esri_agrees_with_the_authors_programs_on_their_example(shared):
    edges, nodes = (read(shared, f"_inputs/esri_fig1_{x}.csv") for x in ("edges", "nodes"))
    graph = kedja.CompanyGraph.from_arrays(
        len(nodes), edges["supplier"].to_numpy(), edges["buyer"].to_numpy(), edges["w"]
    )
    sectors = sorted(nodes["sector"].unique())
    cases = json.loads((shared / "reference/esri/fig1_example.json").read_text())
    assert len(cases) == 24
    for case in cases:
        essential = pd.DataFrame(1, sectors, sectors)
        if case["production"] == "leontief":
            essential[:] = 2
        elif case["production"] == "mixed_sec1-2_essential":
            essential.loc[sectors[:2]] = 2
        got = kedja.shock.esri(
            graph,
            sector=nodes["sector"].to_numpy(),
            essential=essential,
            market=nodes["sector"].to_numpy() if case["replaceability"] else None,
            mode="published",
            eps=case["eps"],
        )
        for column, name in zip(COLUMNS, ("ESRI", "ESRI_down", "ESRI_up"), strict=True):
            np.testing.assert_allclose(got[column], case[name], rtol=1e-10, atol=1e-14)
        assert got["iterations"].tolist() == case["iterations"]


def wiod(shared):
    edges, nodes, psi = (
        read(shared, f"_inputs/esri_{WIOD}_{x}.csv") for x in ("edges", "nodes", "psi20")
    )
    graph = kedja.CompanyGraph.from_arrays(
        len(nodes), edges["supplier"].to_numpy(), edges["buyer"].to_numpy(), edges["w"]
    )
    sectors = sorted(nodes["sector"].unique())
    essential = pd.DataFrame(1, sectors, sectors)
    essential.loc[:18, :18] = 2
    shocks = pd.DataFrame(
        {"scenario": psi["scenario"], "company": psi["firm"], "remaining": 1 - psi["psi"]}
    )
    return graph, nodes, essential, shocks


@pytest.mark.parametrize("eps", ["1e-2", "1e-6"])
@pytest.mark.parametrize("leak", ["norev", "rev"])
@pytest.mark.parametrize("market", [0, 1])
def test_esri_agrees_with_the_authors_programs_on_countries_industries(shared, market, leak, eps):
    if leak == "norev" and eps == "1e-6":
        pytest.skip("no reference: without a leak the answer depends on eps")
    graph, nodes, essential, shocks = wiod(shared)
    output = nodes["gross_output"].to_numpy(float) if leak == "rev" else None
    sector = nodes["sector"].to_numpy()
    expected = read(shared, f"esri/{WIOD}_repl{market}_{leak}_eps{eps}.csv")
    got = kedja.shock.esri(
        graph, sector=sector, essential=essential, market=sector if market else None,
        revenue=output, cost=output, shocks=shocks, mode="published", eps=float(eps),
    )  # fmt: skip
    for column, name in zip(COLUMNS, ("ESRI", "ESRI_down", "ESRI_up"), strict=True):
        np.testing.assert_allclose(got[column], expected[name], rtol=1e-10)
    assert got["iterations"].tolist() == expected["iterations"].tolist()
    assert got.meta["converged"] == (leak == "rev")


def test_linear_channels_agree_with_their_closed_form(shared):
    graph, nodes, _, _ = wiod(shared)
    output = nodes["gross_output"].to_numpy(float)
    expected = read(shared, f"esri/{WIOD}_closed_form_linear.csv")
    got = kedja.shock.esri(
        graph, sector=nodes["sector"].to_numpy(), revenue=output, cost=output, eps=1e-12
    )
    up, down = expected["ESRI_up_fixed_point"], expected["ESRI_down_fixed_point_all_nonessential"]
    np.testing.assert_allclose(got["esri_upstream"], up, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(got["esri_downstream"], down, rtol=1e-9, atol=1e-12)
    solved = kedja.shock.esri(graph, revenue=output, cost=output, mode="closed_form")
    np.testing.assert_allclose(solved["esri_upstream"], up, rtol=1e-11)
    np.testing.assert_allclose(solved["esri_downstream"], down, rtol=1e-11)
    assert (np.abs(solved["esri"] - got["esri"]) <= got.meta["error_bound"] + 1e-12).all()


# --- sourcing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("theta", [0.6, 1.0])  # 1: strictly a single supplier
def test_sourcing_agrees_with_its_definition(theta: float):
    for seed in range(30):
        case = Case(seed)
        got = kedja.shock.sourcing(case.graph, sector=case.sector, theta=theta)
        for j in range(case.n):
            inputs = case.W[:, j]
            if inputs.sum() == 0:
                assert got["status"][j] == "isolated" and np.isnan(got["hhi"][j])
                continue
            hhi = single = 0.0
            for k in range(4):
                of_type = inputs[case.sector == k]
                if of_type.sum() > 0:
                    alpha, w = of_type.sum() / inputs.sum(), of_type / of_type.sum()
                    hhi += alpha * (w**2).sum()
                    single += alpha * (w.max() > theta or np.count_nonzero(w) == 1)
            every = ((inputs / inputs.sum()) ** 2).sum()
            assert got["hhi"][j] == pytest.approx(hhi)
            assert got["hhi_all_suppliers"][j] == pytest.approx(every)
            assert got["effective_suppliers"][j] == pytest.approx(1 / every)
            assert got["single_source_share"][j] == pytest.approx(single)


def test_sourcing_agrees_with_the_reference(shared):
    flows = pd.read_csv(shared / f"reference/_inputs/{WIOD}_Z.csv", index_col=0)
    expected = pd.read_csv(shared / "reference/sourcing/wiod11.csv", index_col=0)
    seller, buyer = np.nonzero(flows.to_numpy())
    names = flows.index.to_numpy(dtype=object)
    graph = kedja.CompanyGraph(names, names[seller], names[buyer], flows.to_numpy()[seller, buyer])
    got = kedja.shock.sourcing(graph, sector=[name.split("|")[1] for name in names]).frame
    expected = expected.reindex(got.index)
    # The peer's table has zeros for the one industry that buys nothing; here it is undefined.
    expected[(flows.sum() == 0).to_numpy()] = np.nan
    for ours, theirs in (
        ("hhi", "weighted_within_type_hhi"),
        ("hhi_all_suppliers", "hhi_all_suppliers"),
        ("effective_suppliers", "effective_suppliers_1_over_hhi"),
        ("single_source_share", "single_source_share_gt80"),
    ):
        np.testing.assert_allclose(got[ours], expected[theirs], rtol=1e-10, atol=1e-14)


def test_clusters_know_their_main_source_and_who_could_step_in():
    graph = kedja.CompanyGraph(
        ["steel1", "steel2", "steel3", "car1", "car2", "loose"],
        ["steel1", "steel2", "steel3", "loose"],
        ["car1", "car1", "car2", "car1"],
        [6, 3, 4, 1],
    )
    sector = ["steel", "steel", "steel", "cars", "cars", "paint"]
    groups = {
        "steel1": "North",
        "steel2": "North",
        "steel3": "East",
        "car1": "West",
        "car2": "East",
    }
    got = kedja.shock.sourcing(graph, sector=sector, groups=groups).frame
    west = got[(got["cluster"] == "West") & (got["sector"] == "steel")].iloc[0]
    assert west["value"] == 9 and west["hhi"] == pytest.approx((36 + 9) / 81)
    assert west["main_source"] == "North" and west["main_share"] == 1
    assert west["substitute"] == "East" and west["substitute_capacity"] == pytest.approx(4 / 9)
    east = got[got["cluster"] == "East"].iloc[0]
    assert east["main_source"] == "East" and east["substitute"] == "North"
    paint = got[got["sector"] == "paint"].iloc[0]
    assert pd.isna(paint["main_source"]) and pd.isna(paint["substitute"])


def test_bad_sourcing_is_named():
    graph = kedja.CompanyGraph(["a", "b"], ["a"], ["b"])
    with pytest.raises(kedja.InvalidArgumentError, match=r"theta must lie in \[0, 1\]"):
        kedja.shock.sourcing(graph, sector=["x", "y"], theta=2)
    with pytest.raises(kedja.InvalidArgumentError, match="sector of company 'b' is missing"):
        kedja.shock.sourcing(graph, sector=["x", None])


# --- one scenario step by step -------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_a_cascade_passes_the_equations_steps(seed):
    case = Case(seed)
    ours, theirs = case.options(leak=True, market=seed % 2 == 0)
    shocks = pd.DataFrame({"scenario": "s", "company": [0, 3], "remaining": [0.0, 0.4]})
    psi = np.ones(case.n)
    psi[[0, 3]] = 0.0, 0.4
    got = kedja.shock.cascade(case.graph, shocks=shocks, steps=5, eps=0.0, **ours)
    for step in range(1, len(got)):
        expected = esri_oracle.esri(case.W, psi, eps=-1.0, sweeps=step, **theirs)[:3]
        np.testing.assert_allclose([got[c][step] for c in COLUMNS], expected, rtol=1e-11)
    end = kedja.shock.cascade(case.graph, shocks=shocks, by="company", **ours)
    whole = kedja.shock.esri(case.graph, shocks=shocks, **ours)
    assert end["contribution"].sum() == pytest.approx(whole["esri"][0], abs=2e-6)
    assert end.meta["converged"] and end.verify()
    assert (end["first_step"][[0, 3]] == 0).all()
    assert ((end["first_step"] < 0) == (end["loss"] == 0)).all()


@pytest.mark.parametrize("seed", range(6))
def test_a_single_pass_lets_everyone_send_once(seed):
    case = Case(seed)
    ours = {"revenue": case.revenue, "cost": case.cost}
    share = {
        "down": case.W / case.cost[None, :],
        "up": case.W.T / case.revenue[None, :],
    }
    weight = case.W.sum(axis=1)
    expected = []
    for failed in range(case.n):
        lost = {}
        for channel, passes in share.items():
            h = np.zeros(case.n)
            h[failed] = 1.0
            sent, active = np.zeros(case.n, bool), h > 0
            while active.any():
                h = np.minimum(1.0, h + (h * active) @ passes)
                sent |= active
                active = ~sent & (h > 0)
            lost[channel] = h
        both = np.maximum(lost["down"], lost["up"])
        expected.append([weight @ h / weight.sum() for h in (both, lost["down"], lost["up"])])
    got = kedja.shock.cascade(case.graph, by="scenario", **ours)
    np.testing.assert_allclose(np.transpose([got[c] for c in COLUMNS]), expected, rtol=1e-11)
    assert got.verify() and got.meta["measure"] == "cascade"
    alone = pd.DataFrame({"scenario": ["s"], "company": [3], "remaining": [0.0]})
    some = kedja.shock.cascade(case.graph, by="scenario", shocks=alone, **ours)
    assert some["esri"][0] == got["esri"][3] and some["scenario"].tolist() == ["s"]


def test_bad_cascades_are_named():
    graph = kedja.CompanyGraph(["a", "b"], ["a"], ["b"])
    two = pd.DataFrame({"scenario": [1, 2], "company": ["a", "b"], "remaining": 0.0})
    with pytest.raises(kedja.InvalidArgumentError, match="one scenario, not 2"):
        kedja.shock.cascade(graph, shocks=two)
    with pytest.raises(kedja.InvalidArgumentError, match="by must be"):
        kedja.shock.cascade(graph, shocks=two[:1], by="day")
    with pytest.raises(kedja.InvalidArgumentError, match="needs shocks"):
        kedja.shock.cascade(graph)
    with pytest.raises(kedja.InvalidArgumentError, match="a single pass takes no market"):
        kedja.shock.cascade(graph, by="scenario", market=["x", "y"])


@pytest.mark.parametrize("set_", ["baseline", "avx2"])
def test_every_set_of_instructions_gives_the_same_bits(set_):
    code = """
import sys; sys.path.insert(0, sys.argv[1])
import kedja
from test_shocks import COLUMNS, Case
case = Case(5, n=60)
ours, _ = case.options(leak=True, market=False)
got = kedja.shock.esri(case.graph, precision="single", **ours)
print([got[c].tobytes().hex() for c in (*COLUMNS, "iterations")])
"""
    texts = [
        subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent)],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
            env={**os.environ, "KEDJA_INSTRUCTIONS": name},
        ).stdout
        for name in (set_, "avx512")
    ]
    assert texts[0] == texts[1] and len(texts[0]) > 1000


# --- input-output losses -------------------------------------------------------------------------


def test_inoperability_agrees_with_the_reference(shared):
    folder = shared / "reference"
    flows = kedja.Flows(
        pd.read_csv(folder / f"_inputs/{WIOD}_Z.csv", index_col=0),
        pd.read_csv(folder / f"_inputs/{WIOD}_Y.csv", index_col=0),
    )
    expected = pd.read_csv(folder / f"io/{WIOD}_iim_c0_0.1.csv", index_col=0)["q"]
    first = expected.index[0]
    got = kedja.shock.inoperability(flows, disturbance={first: 0.1})
    np.testing.assert_allclose(
        got["inoperability"], expected.reindex(got["sector"]), rtol=1e-10, atol=1e-15
    )
    # The dynamic model moves to the same state.
    late = kedja.shock.inoperability(flows, disturbance={first: 0.1}, resilience=0.8, steps=400)
    np.testing.assert_allclose(late["inoperability"][-flows.n :], got["inoperability"], rtol=1e-9)
    assert got.verify() and got.meta["clipped"] == 0


def test_inoperability_clips_and_refuses():
    flows = kedja.Flows([[0.0, 9.9], [9.9, 0.0]], [0.1, 0.1], labels=["a", "b"])
    got = kedja.shock.inoperability(flows, disturbance={"a": 0.5})
    assert got["inoperability"].tolist() == [1.0, 1.0] and got.meta["clipped"] == 2
    with pytest.raises(kedja.InvalidArgumentError, match="no sector 'x'"):
        kedja.shock.inoperability(flows, disturbance={"x": 0.5})
    with pytest.raises(kedja.InvalidArgumentError, match=r"disturbance of 'b' is 2.0, outside"):
        kedja.shock.inoperability(flows, disturbance=[0, 2])
    with pytest.raises(kedja.InvalidArgumentError, match="resilience needs steps"):
        kedja.shock.inoperability(flows, disturbance=[0, 0], resilience=0.5)
    closed = kedja.Flows([[0.0, 10.0], [10.0, 0.0]], [0.0, 0.0], labels=["a", "b"])
    with pytest.raises(kedja.DataError, match=r"rho=1.000 of 2 sectors \(a, b\)") as info:
        kedja.shock.inoperability(closed, disturbance={"a": 0.5})
    assert info.value.code == "E_SPECTRAL"


@pytest.mark.parametrize("thin", [False, True])
def test_inoperability_holds_its_bound_and_its_bits(thin):
    """Against a dense solve; sparse flows of many sectors are never made dense."""
    random = np.random.default_rng(6)
    n = 900
    z = random.random((n, n)) * (random.random((n, n)) < (0.02 if thin else 0.5))
    x = z.sum(axis=1) * 1.5 + 1
    names = np.array([f"s{k}" for k in range(n)], dtype=object)
    fall = random.random(n)
    given = pytest.importorskip("scipy.sparse").csr_array(z) if thin else z
    flows = kedja.Flows(given, x - z.sum(axis=1), output=x, labels=names)
    got = kedja.shock.inoperability(flows, disturbance=fall)
    exact = np.linalg.solve(np.eye(n) - z / x[:, None], fall)
    np.testing.assert_allclose(got["inoperability"], np.minimum(exact, 1), rtol=0, atol=1e-12)
    assert got.meta["clipped"] == (exact > 1).sum() and got.meta["error_bound"] < 1e-13
    order = random.permutation(n)
    moved = kedja.Flows(
        z[np.ix_(order, order)], (x - z.sum(axis=1))[order], output=x[order], labels=names[order]
    )
    for threads in (1, 2, 3):
        for more in ({}, {"steps": 4, "resilience": 0.7}):
            one = kedja.shock.inoperability(flows, disturbance=fall, **more)
            two = kedja.shock.inoperability(moved, disturbance=fall[order], threads=threads, **more)
            shape = (-1, n)
            a = one["inoperability"].reshape(shape)[:, order]
            b = two["inoperability"].reshape(shape)
            assert thin or a.tobytes() == b.tobytes()
            np.testing.assert_allclose(a, b, rtol=1e-13)
    with pytest.raises(kedja.Cancelled):
        kedja.shock.inoperability(flows, disturbance=fall, progress=lambda done: False)


@pytest.mark.parametrize("seed", range(10))
def test_removal_agrees_with_networkx(seed):
    nx = pytest.importorskip("networkx")
    case = Case(seed, n=15)
    order = np.random.default_rng(seed).permutation(case.n)
    got = kedja.structure.robustness(case.graph, order=order)["largest"]
    graph = nx.Graph()
    graph.add_nodes_from(range(case.n))
    graph.add_edges_from(zip(case.source.tolist(), case.target.tolist(), strict=True))
    for k in range(case.n + 1):
        expected = max((len(c) for c in nx.connected_components(graph)), default=0) / case.n
        assert got[k] == pytest.approx(expected)
        if k < case.n:
            graph.remove_node(int(order[k]))


def test_removal_orders():
    case = Case(2, n=30)
    hubs = kedja.structure.robustness(case.graph)
    random = kedja.structure.robustness(case.graph, order="random", seed=3, repetitions=5)
    assert hubs.meta["robustness"] < random.meta["robustness"]
    assert (random["low"] <= random["largest"]).all() and random.verify()
    assert random["largest"][0] == hubs["largest"][0]
    for order, message in (
        ("size", "order must be"),
        ([0, 1], "each of the 30"),
        ([*range(29), 0], "more than once"),
    ):
        with pytest.raises(kedja.InvalidArgumentError, match=message):
            kedja.structure.robustness(case.graph, order=order)


def test_messages_show_ids_as_the_user_wrote_them() -> None:
    graph = kedja.CompanyGraph.from_arrays(3, np.array([0, 1]), np.array([1, 2]), np.ones(2))
    twice = {"scenario": [7, 7], "company": [0, 0], "remaining": [0.5, 0.2]}
    with pytest.raises(kedja.InvalidArgumentError, match=r"company 0 appears .* in scenario 7$"):
        kedja.shock.esri(graph, shocks=twice)
    with pytest.raises(kedja.InvalidArgumentError, match="company 2 has no value"):
        kedja.shock.esri(graph, revenue={0: 2.0, 1: 2.0})
