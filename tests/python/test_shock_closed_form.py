"""The upstream channel is linear: its index against the inverse, for every company and scenario."""

from __future__ import annotations

import kedja
import numpy as np
import pandas as pd
import pytest


def network(seed: int, n: int = 40, leak: float = 0.3) -> tuple[kedja.CompanyGraph, np.ndarray]:
    """A graph and its shares W_ij / revenue_i; one company sells to all, some to themselves."""
    random = np.random.default_rng(seed)
    W = np.where(random.random((n, n)) < 0.1, random.integers(1, 9, (n, n)), 0).astype(float)
    W[0] = 1 + random.random(n)
    W[n - 1] = 0  # sells nothing
    source, target = np.nonzero(W)
    graph = kedja.CompanyGraph.from_arrays(n, source, target, W[source, target])
    sold = W.sum(axis=1)
    revenue = np.where(sold > 0, sold / (1 - leak), 1.0)
    return graph, W / revenue[:, None]


def options(shares: np.ndarray, graph: kedja.CompanyGraph, precision: str) -> dict:
    source, target, value = graph._link_rows()
    sold = np.bincount(source, value, graph.num_companies)
    bought = np.bincount(target, value, graph.num_companies)
    revenue = np.where(sold > 0, sold / np.maximum(shares.sum(axis=1), 1e-300), 1.0)
    return {"revenue": revenue, "cost": 2 * bought + 1, "precision": precision, "progress": False}


@pytest.mark.parametrize("precision", ["single", "double"])
@pytest.mark.parametrize("seed", range(6))
def test_every_company_alone(seed: int, precision: str) -> None:
    graph, shares = network(seed)
    n = graph.num_companies
    weight = np.random.default_rng(seed).random(n)
    weight /= weight.sum()
    N = np.linalg.inv(np.eye(n) - shares)
    # Holding company k at loss 1 takes an inflow of 1 / N_kk there, which weighs w'N e_k.
    expected = (weight @ N) / np.diag(N)
    got = kedja.shock.esri(graph, weight=weight, **options(shares, graph, precision))
    np.testing.assert_allclose(got["esri_upstream"], expected, atol=1e-6)
    assert got.meta["converged"] and got.meta["error_bound"] <= 1e-6
    assert (got["esri"] >= np.maximum(got["esri_upstream"], got["esri_downstream"]) - 1e-12).all()


@pytest.mark.parametrize("precision", ["single", "double"])
@pytest.mark.parametrize("seed", range(4))
def test_several_companies_hit_in_part(seed: int, precision: str) -> None:
    graph, shares = network(seed)
    n = graph.num_companies
    random = np.random.default_rng(seed)
    rows, expected = [], []
    for scenario in range(35):
        hit = random.choice(n, 1 + scenario % 4, replace=False)
        remaining = np.where(random.random(len(hit)) < 0.3, 1.0, random.random(len(hit)))
        rows += [(scenario, c, r) for c, r in zip(hit, remaining, strict=True)]
        loss = np.zeros(n)
        loss[hit] = 1 - remaining
        x = loss
        for _ in range(400):  # the equations themselves, far past convergence at a leak of 0.3
            x = np.maximum(loss, np.minimum(1.0, shares @ x))
        expected.append(x)
    weight = np.full(n, 1 / n)
    shocks = pd.DataFrame(rows, columns=["scenario", "company", "remaining"])
    got = kedja.shock.esri(graph, weight=weight, shocks=shocks, **options(shares, graph, precision))
    np.testing.assert_allclose(got["esri_upstream"], np.array(expected) @ weight, atol=1e-6)


def test_sales_above_revenue_keep_their_cap() -> None:
    # The seller loses twice what its buyer loses, at most all: no closed form, the same answer.
    graph = kedja.CompanyGraph(["seller", "buyer"], ["seller"], ["buyer"], [2.0])
    got = kedja.shock.esri(
        graph,
        revenue=[1.0, 1.0],
        cost=[1.0, 4.0],
        weight=[1.0, 1.0],
        precision="single",
        shocks=pd.DataFrame(
            {"scenario": [0, 1], "company": ["buyer", "buyer"], "remaining": [0.75, 0.25]}
        ),
    )
    np.testing.assert_allclose(got["esri_upstream"], [(0.25 + 0.5) / 2, (0.75 + 1) / 2], atol=1e-6)


def oracle(graph: kedja.CompanyGraph, revenue: np.ndarray, cost: np.ndarray, weight: np.ndarray):
    """(esri, downstream, upstream) of every company alone, from inverses in NumPy."""
    n = graph.num_companies
    source, target, value = graph._link_rows()
    W = np.zeros((n, n))
    np.add.at(W, (source, target), value)
    made = []
    for shares in (W.T / cost[:, None], W / revenue[:, None]):
        N = np.linalg.inv(np.eye(n) - shares)
        made.append(N / np.diag(N))  # column f: what each company loses when f fails
    return weight @ np.maximum(*made), weight @ made[0], weight @ made[1]


@pytest.mark.parametrize("seed", range(6))
def test_mode_closed_form_agrees_with_the_inverse_and_the_fixed_point(seed: int) -> None:
    graph, shares = network(seed)
    n = graph.num_companies
    given = options(shares, graph, "double")
    random = np.random.default_rng(seed)
    weight = random.random(n)
    weight /= weight.sum()
    got = kedja.shock.esri(graph, weight=weight, mode="closed_form", **given)
    exact = oracle(graph, given["revenue"], given["cost"], weight)
    for column, values in zip(("esri", "esri_downstream", "esri_upstream"), exact, strict=True):
        np.testing.assert_allclose(got[column], values, rtol=1e-12)
    assert got.meta["converged"] and got.meta["error_bound"] < 1e-11
    steps = kedja.shock.esri(graph, weight=weight, eps=1e-9, **given)
    assert (np.abs(steps["esri"] - got["esri"]) <= steps.meta["error_bound"] + 1e-11).all()
    # Half a failure costs half; bits depend neither on threads nor on the order of rows.
    half = pd.DataFrame({"scenario": range(n), "company": range(n), "remaining": 0.5})
    part = kedja.shock.esri(graph, weight=weight, mode="closed_form", shocks=half, **given)
    np.testing.assert_allclose(part["esri"], got["esri"] / 2, rtol=1e-14)
    source, target, value = graph._link_rows()
    order = random.permutation(len(source))
    again = kedja.CompanyGraph.from_arrays(n, source[order], target[order], value[order])
    for threads in (1, 2, 3):
        more = kedja.shock.esri(again, weight=weight, mode="closed_form", threads=threads, **given)
        assert more["esri"].tobytes() == got["esri"].tobytes()
    assert got.verify()


def test_mode_closed_form_without_leaks() -> None:
    # a <-> b, and both feed c: all of the circle is lost with either; sales of c go nowhere.
    links = [("a", "b", 1.0), ("b", "a", 2.0), ("a", "c", 1.0), ("b", "c", 1.0)]
    graph = kedja.CompanyGraph(list("abc"), *zip(*links, strict=True))
    got = kedja.shock.esri(graph, mode="closed_form", weight=[1, 1, 1])
    np.testing.assert_allclose(got["esri_downstream"], [1, 1, 1 / 3], rtol=1e-14)
    # Upstream a keeps half of its loss of sales from b, b two thirds of that from a.
    np.testing.assert_allclose(
        got["esri_upstream"], [(1 + 2 / 3) / 3, (1 + 1 / 2) / 3, 1], rtol=1e-14
    )
    steps = kedja.shock.esri(graph, weight=[1, 1, 1], eps=1e-9)
    np.testing.assert_allclose(got["esri"], steps["esri"], atol=1e-9)


def test_what_is_not_linear_is_refused_by_name() -> None:
    links = [("a", "c", 1.0), ("b", "c", 1.0)]
    graph = kedja.CompanyGraph(list("abc"), *zip(*links, strict=True))
    two = pd.DataFrame({"scenario": ["s", "s"], "company": ["a", "b"], "remaining": [0.0, 0.0]})
    for change, words in (
        ({"market": ["x", "x", "y"]}, "in a market"),
        (
            {"sector": list("xyz"), "essential": pd.DataFrame(2, list("xyz"), list("xyz"))},
            "company 'c' is limited by the scarcest",
        ),
        ({"revenue": [0.5, 1, 1]}, "company 'a' is 2.0* times its revenue"),
        ({"cost": [1, 1, 1]}, "company 'c' is 2.0* times its cost"),
        ({"shocks": two}, "scenario 's' hits 2"),
    ):
        with pytest.raises(kedja.InvalidArgumentError, match=words) as found:
            kedja.shock.esri(graph, mode="closed_form", **change)
        assert "fixed_point" in str(found.value)
    n = 20_001
    large = kedja.CompanyGraph.from_arrays(n, np.arange(n - 1), np.arange(1, n), np.ones(n - 1))
    with pytest.raises(kedja.InvalidArgumentError, match="at most 20000 of them, not 20001"):
        kedja.shock.esri(large, mode="closed_form")
    assert list(kedja.shock.esri(graph, mode="closed_form")["status"]) == ["ok"] * 3
