"""How measures of a graph must follow changes of the graph whose effect is known.

Other ids, rows in another order, a company without links, a copy of the graph beside it, links
turned round, values times two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import kedja
import numpy as np
import pytest

C, S = kedja.centrality, kedja.structure


@dataclass(frozen=True)
class Rule:
    call: Callable[..., Any]
    columns: tuple[str, ...]
    #: a company's value depends on its own component only
    local: bool = True
    #: of what twice the link values make, for each column; None: no such law
    scale: float | None = 1.0
    #: takes direction=, and turning all links round swaps its words
    turns: bool = False


RULES: dict[str, Rule] = {
    "degree": Rule(C.degree, ("degree", "upstream", "downstream")),
    "strength": Rule(C.strength, ("strength", "upstream", "downstream"), scale=2.0),
    "harmonic": Rule(
        lambda g, **d: C.harmonic_closeness(g, normalized=False, **d),
        ("harmonic_closeness", "reached"),
        turns=True,
    ),
    "harmonic by length": Rule(
        lambda g, **d: C.harmonic_closeness(g, normalized=False, length="value", **d),
        ("harmonic_closeness",),
        scale=0.5,
        turns=True,
    ),
    "closeness": Rule(
        lambda g, **d: C.closeness(g, wf_improved=False, **d), ("closeness",), turns=True
    ),
    "closeness by length": Rule(
        lambda g, **d: C.closeness(g, wf_improved=False, length="1/value", **d),
        ("closeness",),
        scale=2.0,
        turns=True,
    ),
    "betweenness": Rule(lambda g: C.betweenness(g, normalized=False), ("betweenness",)),
    "betweenness by length": Rule(
        lambda g: C.betweenness(g, normalized=False, length="value"), ("betweenness",)
    ),
    "current flow": Rule(
        lambda g: C.current_flow_betweenness(g, normalized=False), ("current_flow_betweenness",)
    ),
    "pagerank": Rule(
        lambda g, **d: C.pagerank(g, tolerance=1e-13, **d), ("pagerank",), local=False, turns=True
    ),
    "katz": Rule(
        lambda g, **d: C.katz(
            g, alpha=0.01, normalized=False, weighted=False, tolerance=1e-14, **d
        ),
        ("katz",),
        turns=True,
    ),
    "eccentricity": Rule(
        lambda g, **d: S.eccentricity(g, **d),
        ("eccentricity", "mean_distance", "reached"),
        turns=True,
    ),
    "eccentricity by length": Rule(
        lambda g, **d: S.eccentricity(g, length="value", **d),
        ("eccentricity", "mean_distance"),
        scale=2.0,
        turns=True,
    ),
    "core numbers": Rule(S.core_number, ("core_number",)),
    "cut points": Rule(S.cut_points, ("cut_point",)),
    "triangles": Rule(S.triangles, ("triangles", "clustering")),
    "weighted clustering": Rule(
        lambda g: S.triangles(g, weighted=True), ("triangles", "clustering")
    ),
    "structural holes": Rule(
        S.structural_holes, ("constraint", "effective_size", "efficiency", "hierarchy")
    ),
}


@dataclass
class Table:
    ids: np.ndarray
    source: np.ndarray
    target: np.ndarray
    value: np.ndarray

    def graph(self, directed: bool) -> kedja.CompanyGraph:
        return kedja.CompanyGraph(self.ids, self.source, self.target, self.value, directed=directed)


def table(seed: int) -> Table:
    """Some parts, with self-links, parallel links and companies without any."""
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 40))
    ends = random.integers(0, n, size=(2, int(random.integers(0, 3 * n))))
    ids = np.array([f"c{i:03}" for i in range(n)])
    return Table(ids, ids[ends[0]], ids[ends[1]], 0.5 * random.integers(1, 7, ends.shape[1]))


def values(rule: Rule, given: Table, directed: bool, **options: Any) -> dict[str, np.ndarray]:
    found = rule.call(given.graph(directed), **options)
    return {name: np.asarray(found[name], dtype=float) for name in rule.columns}


def close(got: np.ndarray, wanted: np.ndarray) -> None:
    np.testing.assert_allclose(got, wanted, rtol=1e-8, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("name", RULES)
def test_follow_known_changes(name, directed):
    rule = RULES[name]
    for seed in range(25):
        given = table(seed)
        n = len(given.ids)
        before = values(rule, given, directed)
        random = np.random.default_rng(seed + 1000)

        order = random.permutation(len(given.source))
        shuffled = Table(given.ids, given.source[order], given.target[order], given.value[order])
        for column, got in values(rule, shuffled, directed).items():
            assert got.tobytes() == before[column].tobytes()

        other = dict(zip(given.ids, random.permutation(given.ids), strict=True))
        rename = np.vectorize(other.__getitem__, otypes=[given.ids.dtype])
        ends = (rename(x) if len(x) else x for x in (given.source, given.target))
        renamed = Table(rename(given.ids), *ends, given.value)
        for column, got in values(rule, renamed, directed).items():
            close(got, before[column])

        if rule.scale is not None:
            twice = Table(given.ids, given.source, given.target, 2 * given.value)
            counts = ("reached", "triangles", "degree")
            for column, got in values(rule, twice, directed).items():
                factor = 1.0 if column.startswith(counts) else rule.scale
                close(got, factor * before[column])

        if rule.local:
            more = np.array([f"d{i:03}" for i in range(n)] + ["e"])
            move = np.vectorize(lambda c: "d" + c[1:], otypes=[given.ids.dtype])
            ends = (
                np.concatenate([x, move(x) if len(x) else x]) for x in (given.source, given.target)
            )
            beside = Table(
                np.concatenate([given.ids, more]), *ends, np.concatenate([given.value] * 2)
            )
            for column, got in values(rule, beside, directed).items():
                close(got[:n], before[column])
                close(got[n : 2 * n], before[column])

        if rule.turns and directed:
            turned = Table(given.ids, given.target, given.source, given.value)
            up = values(rule, given, directed, direction="upstream")
            for column, got in values(rule, turned, directed, direction="downstream").items():
                close(got, up[column])
