"""The null that holds degrees and links inside groups, where it lies at the edge of what is possible.

Oracle: linear programming over all tables of probabilities that keep degrees and links inside.
"""

from __future__ import annotations

import itertools
import warnings

import kedja
import numpy as np
import pytest


def significance(
    n: int, links: list[tuple[int, int]], groups: list[str], directed: bool
) -> kedja.Result:
    graph = kedja.CompanyGraph.from_arrays(
        n, np.array([a for a, _ in links]), np.array([b for _, b in links]), directed=directed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kedja.null_models.tie_significance(
            graph, np.array(groups), null="within_between", threads=1, progress=False
        )


@pytest.mark.parametrize(("n", "directed"), [(6, False), (4, True), (5, True)])
def test_expected_links_are_possible_and_forced_where_they_must_be(n: int, directed: bool) -> None:
    from scipy.optimize import linprog

    pairs = list(itertools.permutations(range(n), 2) if directed else itertools.combinations(range(n), 2))  # fmt: skip
    source, target = (np.array(side) for side in zip(*pairs, strict=True))
    sells, buys = (np.arange(n)[:, None] == side for side in (source, target))
    lines = np.vstack([sells, buys]) if directed else sells | buys
    rng = np.random.default_rng(11)
    forced = converged = runs = 0
    for _ in range(40):
        there = rng.random(len(pairs)) < rng.uniform(0.2, 0.8)
        if not there.any():
            continue
        groups = rng.choice(list("pqr"), n)
        keep = np.vstack([lines, groups[source] == groups[target]]).astype(float)
        links = [p for p, linked in zip(pairs, there, strict=True) if linked]
        found = significance(n, links, groups.tolist(), directed)
        runs += 1
        if not found.meta["converged"]:
            for name in ("expected", "z", "pvalue", "qvalue"):
                assert np.isnan(found[name]).all()
            continue
        converged += 1
        for a, b, observed, expected in zip(
            *(found[c] for c in ("a", "b", "observed", "expected")), strict=True
        ):
            of_pair = (groups[source] == a) & (groups[target] == b)
            if not directed:
                of_pair |= (groups[source] == b) & (groups[target] == a)
            assert observed == there[of_pair].sum()
            least, most = (
                sign * linprog(sign * of_pair, A_eq=keep, b_eq=keep @ there, bounds=(0, 1)).fun
                for sign in (1.0, -1.0)
            )
            assert least - 1e-7 <= expected <= most + 1e-7
            forced += most - least < 1e-9
    assert converged >= 0.95 * runs and forced > 40


def test_links_inside_groups_that_are_all_or_none() -> None:
    chain = significance(4, [(0, 1), (1, 2), (2, 3)], ["2", "1", "2", "0"], False)
    assert chain.meta["converged"]  # no link inside the only pair of a group
    assert (
        dict(zip(zip(chain["a"], chain["b"], strict=True), chain["expected"], strict=True))[
            ("2", "2")
        ]
        == 0.0
    )
    full = significance(5, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 4), (2, 3)], list("02012"), False)
    assert full.meta["converged"]  # all links there can be inside groups
    cells = dict(zip(zip(full["a"], full["b"], strict=True), full["expected"], strict=True))
    assert cells[("0", "0")] == cells[("2", "2")] == 1.0


def test_a_company_linked_with_everyone_is_certain() -> None:
    star = significance(6, [(0, i) for i in range(1, 6)] + [(1, 2), (3, 4)], list("aabbcc"), False)
    assert star.meta["converged"] and star.meta["residual"] <= 1e-10


@pytest.mark.parametrize("directed", [False, True])
def test_small_random_graphs_converge_or_say_nothing(directed: bool) -> None:
    rng = np.random.default_rng(0)
    missed = runs = 0
    for _ in range(400):
        n = int(rng.integers(2, 9))
        there = rng.random((n, n)) < rng.random()
        pairs = [
            (a, b)
            for a in range(n)
            for b in range(n)
            if there[a, b] and (a != b if directed else a < b)
        ]
        if not pairs:
            continue
        groups = rng.integers(0, int(rng.integers(1, 4)), n).astype(str).tolist()
        found = significance(n, pairs, groups, directed)
        runs += 1
        if not found.meta["converged"]:
            missed += 1
            assert np.isnan(found["expected"]).all() and np.isnan(found["qvalue"]).all()
        else:  # degrees are kept: expected links of all pairs are those observed
            assert found["expected"].sum() == pytest.approx(found["observed"].sum(), abs=1e-7)
    assert missed <= 0.01 * runs
