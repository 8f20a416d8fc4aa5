"""How measures of a graph must follow changes of the graph whose effect is known.

Rows in another order, other ids, values times two, a company without links, a copy of the graph
beside it, links turned round. One table says what each measure makes of each change; where no law
holds, it says why.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, Literal

import kedja
import numpy as np
import pandas as pd
import pytest

C, S, R, N = kedja.centrality, kedja.structure, kedja.recommend, kedja.null_models


@dataclass(frozen=True)
class No:
    """No law, and why there is none."""

    why: str


@dataclass
class Table:
    """Links between companies. A number follows each company through every change: 0 to n - 1, the
    same plus n for its copy, 2 n for the company without links."""

    n: int
    ids: np.ndarray
    number: np.ndarray
    source: np.ndarray
    target: np.ndarray
    value: np.ndarray

    def graph(self, directed: bool) -> kedja.CompanyGraph:
        return kedja.CompanyGraph(self.ids, self.source, self.target, self.value, directed=directed)

    def some(self, count: int) -> list[str]:
        """The ids of companies 0, 1, ..."""
        at = np.argsort(self.number, kind="stable")
        return self.ids[at[:count]].tolist()

    @property
    def groups(self) -> np.ndarray:
        """Three groups; a company without links is in none."""
        label = np.array([f"g{k % self.n % 3}" for k in self.number], dtype=object)
        label[self.number == 2 * self.n] = ""
        return label


Factor = float | dict[str, float]


@dataclass(frozen=True)
class Rule:
    #: of a graph, its table and options: a frame, or labels of companies (`parts`), or one number
    call: Callable[..., Any]
    columns: tuple[str, ...]
    rows: Literal["companies", "links", "pairs", "groups", "parts", "whole"] = "companies"
    #: what the columns are multiplied by (1 where a column is not named) when ...
    twice: Factor | No = 1.0  # ... link values are doubled
    alone: Factor | No = 1.0  # ... there is one more company, without links
    beside: Factor | No = 1.0  # ... the graph stands there twice
    renamed: Factor | No = 1.0  # ... companies have other ids, in another order
    #: links turned round: nothing changes; `direction` names the other way; columns change places
    turned: Literal["same", "direction"] | dict[str, str] | No = "same"
    atol: float = 1e-9


OUTSIDE = No("it counts the companies outside of the group, and there are more of them")
FIRST = No("of those that tie the first is taken")
ALL_PAIRS = No("a share of all pairs of companies, and there are more of them")
SEARCH = No("a search that companies' numbers lead another way, to a partition about as good")
WALK = {"upstream": "downstream", "downstream": "upstream"}
ROLES = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison", "total")

RULES: dict[str, Rule] = {
    "degree": Rule(
        lambda g, t: C.degree(g),
        ("degree", "upstream", "downstream"),
        turned=WALK,
    ),
    "strength": Rule(
        lambda g, t: C.strength(g),
        ("strength", "upstream", "downstream"),
        twice=2.0,
        turned=WALK,
    ),
    "harmonic": Rule(
        lambda g, t, **d: C.harmonic_closeness(g, normalized=False, **d),
        ("harmonic_closeness", "reached"),
        turned="direction",
    ),
    "harmonic within hops": Rule(
        lambda g, t, **d: C.harmonic_closeness(g, normalized=False, max_hops=2, **d),
        ("harmonic_closeness", "reached"),
        turned="direction",
    ),
    "harmonic by length": Rule(
        lambda g, t, **d: C.harmonic_closeness(g, normalized=False, length="value", **d),
        ("harmonic_closeness",),
        twice=0.5,
        turned="direction",
    ),
    "closeness": Rule(
        lambda g, t, **d: C.closeness(g, wf_improved=False, **d), ("closeness",), turned="direction"
    ),
    "closeness by length": Rule(
        lambda g, t, **d: C.closeness(g, wf_improved=False, length="1/value", **d),
        ("closeness",),
        twice=2.0,
        turned="direction",
    ),
    "best by closeness": Rule(  # all of them, so that a tie cuts nobody off
        lambda g, t, **d: C.closeness(g, wf_improved=False, top_k=10_000, **d),
        ("closeness",),
        turned="direction",
    ),
    "closeness of a group": Rule(
        lambda g, t, **d: C.group_closeness(g, group=t.some(3)[: t.n], **d),
        ("group_closeness", "reached"),
        alone=OUTSIDE,
        beside=OUTSIDE,
        turned="direction",
    ),
    "nearest group": Rule(
        lambda g, t, **d: C.group_closeness(g, k=min(t.n, 3), **d),
        ("group_closeness", "reached"),
        alone=OUTSIDE,
        beside=OUTSIDE,
        renamed=FIRST,
        turned="direction",
    ),
    "betweenness": Rule(lambda g, t: C.betweenness(g, normalized=False), ("betweenness",)),
    "betweenness by length": Rule(
        lambda g, t: C.betweenness(g, normalized=False, length="value"), ("betweenness",)
    ),
    "estimated betweenness": Rule(
        lambda g, t: C.betweenness(g, epsilon=0.05, delta=1e-6),
        ("betweenness",),
        alone=ALL_PAIRS,
        beside=ALL_PAIRS,
        atol=0.1,  # twice epsilon
    ),
    "edge betweenness": Rule(
        lambda g, t: C.edge_betweenness(g, normalized=False), ("edge_betweenness",), "links"
    ),
    "edge betweenness by length": Rule(
        lambda g, t: C.edge_betweenness(g, normalized=False, length="value"),
        ("edge_betweenness",),
        "links",
    ),
    "current flow": Rule(
        lambda g, t: C.current_flow_betweenness(g, normalized=False), ("current_flow_betweenness",)
    ),
    "estimated current flow": Rule(
        lambda g, t: C.current_flow_betweenness(g, epsilon=0.1, delta=1e-6),
        ("current_flow_betweenness",),
        alone=ALL_PAIRS,
        beside=ALL_PAIRS,
        atol=0.2,  # twice epsilon
    ),
    "pagerank": Rule(
        lambda g, t, **d: C.pagerank(g, tolerance=1e-13, **d),
        ("pagerank",),
        alone=No("walks start at every company, at the one without links too"),
        beside=0.5,
        turned="direction",
    ),
    "katz": Rule(
        lambda g, t, **d: C.katz(
            g, alpha=0.01, normalized=False, weighted=False, tolerance=1e-14, **d
        ),
        ("katz",),
        turned="direction",
    ),
    "eigenvector": Rule(  # of norm 1, and parts that tie have equal shares
        lambda g, t, **d: C.eigenvector(g, tolerance=1e-13, **d),
        ("eigenvector",),
        beside=0.5**0.5,
        turned="direction",
    ),
    "hits": Rule(  # no two parts tie in these graphs: which share each has depends on the side
        lambda g, t: C.hits(g, tolerance=1e-12),
        ("hubs", "authorities"),
        beside=0.5,
        turned={"hubs": "authorities", "authorities": "hubs"},
    ),
    "distances": Rule(
        lambda g, t, **d: S.distances(g, t.some(1)[0], **d), ("distance",), turned="direction"
    ),
    "distances by length": Rule(
        lambda g, t, **d: S.distances(g, t.some(1)[0], length="value", **d),
        ("distance",),
        twice=2.0,
        turned="direction",
    ),
    "eccentricity": Rule(
        lambda g, t, **d: S.eccentricity(g, **d),
        ("eccentricity", "mean_distance", "reached"),
        turned="direction",
    ),
    "eccentricity by length": Rule(
        lambda g, t, **d: S.eccentricity(g, length="value", **d),
        ("eccentricity", "mean_distance"),
        twice=2.0,
        turned="direction",
    ),
    "diameter": Rule(lambda g, t: S.diameter(g), ("lower", "upper"), "whole"),
    "diameter by length": Rule(
        lambda g, t: S.diameter(g, length="value"), ("lower", "upper"), "whole", twice=2.0
    ),
    "spanning forest": Rule(  # which links is not settled where lengths tie; how long is
        lambda g, t: pd.DataFrame({"total": [S.spanning_forest(g, length="value").meta["total"]]}),
        ("total",),
        "whole",
        twice=2.0,
        beside=2.0,
    ),
    "weak components": Rule(lambda g, t: S.components(g)["component"], (), "parts"),
    "strong components": Rule(
        lambda g, t: S.components(g, kind="strong")["component"], (), "parts"
    ),
    "bow tie": Rule(  # its parts; turned round, what flows in flows out
        lambda g, t: S.bow_tie(g)["part"],
        (),
        "parts",
        beside=No("the core is one, and the copy of it is another part"),
        renamed=FIRST,
    ),
    "communities": Rule(
        lambda g, t: S.communities(g, seed=3)["community"],
        (),
        "parts",
        alone=SEARCH,
        beside=SEARCH,
        renamed=SEARCH,
        turned=SEARCH,
    ),
    "louvain": Rule(
        lambda g, t: S.communities(g, seed=3, method="louvain")["community"],
        (),
        "parts",
        alone=SEARCH,
        beside=SEARCH,
        renamed=SEARCH,
        turned=SEARCH,
    ),
    "modularity": Rule(
        lambda g, t: pd.DataFrame({"modularity": [S.modularity(g, t.groups)]}),
        ("modularity",),
        "whole",
    ),
    "core numbers": Rule(lambda g, t: S.core_number(g), ("core_number",)),
    "cut points": Rule(lambda g, t: S.cut_points(g), ("cut_point",)),
    "bridges": Rule(lambda g, t: S.bridges(g).frame.assign(is_bridge=1.0), ("is_bridge",), "pairs"),
    "triangles": Rule(lambda g, t: S.triangles(g), ("triangles", "clustering")),
    "weighted clustering": Rule(
        lambda g, t: S.triangles(g, weighted=True), ("triangles", "clustering")
    ),
    "structural holes": Rule(
        lambda g, t: S.structural_holes(g),
        ("constraint", "effective_size", "efficiency", "hierarchy"),
    ),
    "brokerage": Rule(
        lambda g, t: S.brokerage(g, t.groups),
        ROLES,
        turned={"representative": "gatekeeper", "gatekeeper": "representative"},
    ),
    "participation": Rule(
        lambda g, t: S.participation(g, t.groups), ("participation", "within_module_z")
    ),
    "mixing": Rule(
        lambda g, t: S.mixing(g, t.groups),
        ("external", "internal", "ei", "expected_ei"),
        "groups",
        twice={"external": 2.0, "internal": 2.0},
        beside={"external": 2.0, "internal": 2.0},
    ),
    **{
        f"two hops, {score}": Rule(
            lambda g, t, score=score: R.two_hop(g, score=score, k=10**6), ("score",), "pairs"
        )
        for score in (
            "adamic_adar", "resource_allocation", "common_neighbours", "jaccard", "cosine",
        )
    },
    "two hops, per company": Rule(
        lambda g, t: R.two_hop(g, k=10**6, per_company=True), ("score",), "links"
    ),
    "ties between groups": Rule(
        lambda g, t: N.tie_significance(g, t.groups, null="configuration"),
        ("observed", "expected", "z"),
        "groups",
        beside=No("companies may then be linked with copies too"),
        atol=1e-6,  # z divides by a small spread
    ),
}  # fmt: skip


def table(seed: int) -> Table:
    """Some parts, with self-links, parallel links and companies without any."""
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 40))
    ends = random.integers(0, n, size=(2, int(random.integers(0, 3 * n))))
    ids = np.array([f"c{i:03}" for i in range(n)])
    value = 0.5 * random.integers(1, 7, ends.shape[1])
    return Table(n, ids, np.arange(n), ids[ends[0]], ids[ends[1]], value)


def mapped(ids: np.ndarray, to: dict[str, str]) -> np.ndarray:
    return np.array([to[i] for i in ids.tolist()], dtype=ids.dtype)


Reading = dict[str, dict[Hashable, list[float]]]


def found(rule: Rule, given: Table, directed: bool, **options: Any) -> pd.DataFrame:
    made = rule.call(given.graph(directed), given, **options)
    if rule.rows == "parts":
        labels = np.asarray(made)
        u, v = np.triu_indices(len(labels), 1)
        together = (labels[u] == labels[v]).astype(float)
        ids = given.ids
        return pd.DataFrame({"source": ids[u], "target": ids[v], "together": together})
    return made if isinstance(made, pd.DataFrame) else made.frame


def reading(rule: Rule, frame: pd.DataFrame, directed: bool) -> Reading:
    """Values by company, by link, ... ; several where links are parallel."""
    keys: list[Hashable]
    if rule.rows == "companies":
        keys = list(frame.get("company", frame.index))
    elif rule.rows == "groups":
        keys = list(
            frame["group"] if "group" in frame else zip(frame["a"], frame["b"], strict=True)
        )
    elif rule.rows == "whole":
        keys = [()]
    else:
        keys = list(zip(frame["source"], frame["target"], strict=True))
        if not directed or rule.rows != "links":
            keys = [tuple(sorted(pair)) for pair in keys]
    read: Reading = {}
    for column in rule.columns or ("together",):
        by_key: dict[Hashable, list[float]] = {}
        for key, value in zip(keys, frame[column].astype(float), strict=True):
            by_key.setdefault(key, []).append(value)
        read[column] = {key: sorted(values) for key, values in by_key.items()}
    return read


def follows(
    rule: Rule,
    before: Reading,
    after: Reading,
    law: Factor,
    key: Callable[[Hashable], Hashable] = lambda k: k,
    column_of: dict[str, str] | None = None,
) -> None:
    """Every value of `before` times the law's factor is where it belongs in `after`."""
    for column, values in before.items():
        there = after[(column_of or {}).get(column, column)]
        factor = law.get(column, 1.0) if isinstance(law, dict) else law
        wanted = [factor * x for one in values.values() for x in one]
        got = [x for k in values for x in there.get(key(k), [])]
        np.testing.assert_allclose(got, wanted, rtol=1e-8, atol=rule.atol, equal_nan=True)


def same_bits(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return list(one) == list(other) and all(
        one[name].to_numpy().tobytes() == other[name].to_numpy().tobytes()
        if one[name].dtype.kind == "f"
        else one[name].tolist() == other[name].tolist()
        for name in one
    )


def to_key(rule: Rule, to: dict[str, str], directed: bool) -> Callable[[Hashable], Hashable]:
    """Where a key of companies is when they have other ids."""

    def key(old: Any) -> Hashable:
        if rule.rows in ("groups", "whole"):
            return old
        if isinstance(old, str):
            return to[old]
        new = tuple(to[i] for i in old)
        return new if directed and rule.rows == "links" else tuple(sorted(new))

    return key


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("name", RULES)
def test_follow_known_changes(name, directed):
    rule = RULES[name]
    for seed in range(12):
        given = table(seed)
        n, ids = given.n, given.ids
        options = {"direction": "upstream"} if rule.turned == "direction" else {}
        frame = found(rule, given, directed, **options)
        before = reading(rule, frame, directed)
        random = np.random.default_rng(seed + 1000)

        def read(
            changed: Table, directed: bool = directed, options: dict = options
        ) -> Reading:  # the loop's own
            return reading(rule, found(rule, changed, directed, **options), directed)

        order = random.permutation(len(given.source))
        shuffled = replace(
            given,
            source=given.source[order],
            target=given.target[order],
            value=given.value[order],
        )
        assert same_bits(found(rule, shuffled, directed, **options), frame)

        if not isinstance(rule.twice, No):
            follows(rule, before, read(replace(given, value=2 * given.value)), rule.twice)

        if not isinstance(rule.renamed, No):
            to = dict(zip(ids.tolist(), random.permutation(ids).tolist(), strict=True))
            renamed = Table(
                n,
                mapped(ids, to),
                given.number,
                mapped(given.source, to),
                mapped(given.target, to),
                given.value,
            )
            follows(rule, before, read(renamed), rule.renamed, to_key(rule, to, directed))

        if not isinstance(rule.alone, No):
            more = replace(given, ids=np.append(ids, "e000"), number=np.append(given.number, 2 * n))
            follows(rule, before, read(more), rule.alone)

        if not isinstance(rule.beside, No):
            to = {i: "d" + i[1:] for i in ids.tolist()}
            twins = Table(
                n,
                np.concatenate([ids, mapped(ids, to)]),
                np.concatenate([given.number, given.number + n]),
                np.concatenate([given.source, mapped(given.source, to)]),
                np.concatenate([given.target, mapped(given.target, to)]),
                np.concatenate([given.value, given.value]),
            )
            after = read(twins)
            follows(rule, before, after, rule.beside)
            if "distances" not in name:  # which are from a company of the first
                follows(rule, before, after, rule.beside, to_key(rule, to, directed))

        if directed and not isinstance(rule.turned, No):
            other = {"direction": "downstream"} if rule.turned == "direction" else {}
            turned = replace(given, source=given.target, target=given.source)
            after = read(turned, directed, other)
            follows(
                rule,
                before,
                after,
                1.0,
                lambda k: (
                    k[::-1] if isinstance(k, tuple) and rule.rows in ("links", "groups") else k
                ),
                rule.turned if isinstance(rule.turned, dict) else None,
            )
