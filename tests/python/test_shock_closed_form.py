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
