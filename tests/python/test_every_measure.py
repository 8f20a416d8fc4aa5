"""What every function with `progress` must do: report a fraction that never falls, and stop soon.

With one thread a measure looks for Ctrl-C exactly where it reports, so the CPU seconds between two
reports are how long a stop may wait, whatever else the machine does.
"""

from __future__ import annotations

import functools
import inspect
import time
import warnings
from pathlib import Path
from typing import Any

import kedja
import numpy as np
import pandas as pd
import pytest
from families import public_functions
from kedja._groups import of_graph

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 0.2  # CPU seconds
COMPANIES, LINKS = 200_000, 2_000_000


@functools.cache
def graph(directed: bool = True) -> kedja.CompanyGraph:
    """Both ends drawn with skew, so that there are hubs."""
    random = np.random.default_rng(1)
    source = (COMPANIES * random.random(LINKS) ** 2.0).astype(np.int64)
    target = (COMPANIES * random.random(LINKS) ** 1.5).astype(np.int64)
    value = 1 + random.random(LINKS).round(3)
    made = kedja.CompanyGraph.from_arrays(COMPANIES, source, target, value, directed=directed)
    assert made.checksum  # made once for a graph
    return made


@functools.cache
def groups() -> Any:
    label = np.random.default_rng(2).integers(0, 150, COMPANIES).astype(str)
    return of_graph(label, graph())


@functools.cache
def flows() -> kedja.Flows:
    random = np.random.default_rng(3)
    n = 400
    table = random.random((n, n)) * (random.random((n, n)) < 0.3)
    demand = random.random((n, 8)) * n
    return kedja.Flows(table, demand, groups=np.repeat([f"c{k}" for k in range(8)], n // 8))


@functools.cache
def long_table() -> pd.DataFrame:
    random = np.random.default_rng(4)
    rows, columns = random.integers(0, 1500, 60_000), random.integers(0, 400, 60_000)
    value = random.lognormal(size=60_000)
    return pd.DataFrame({"row": rows, "column": columns, "value": value}).drop_duplicates(
        ["row", "column"]
    )


@functools.cache
def data(name: str = "cordis_h2020") -> kedja.Dataset:
    return kedja.read(ROOT / "examples" / "data" / name)


@functools.cache
def near() -> Any:
    return kedja.complexity.relatedness(long_table(), binary=1)


def gravity_table() -> pd.DataFrame:
    random = np.random.default_rng(5)
    size, far = random.lognormal(size=(2, 300_000))
    return pd.DataFrame({"value": random.poisson(size / far), "size": size, "far": far})


def some(count: int) -> np.ndarray:
    return np.random.default_rng(6).integers(0, COMPANIES, count)


#: what a function is called with besides `graph()` where that is not all; several calls for
#: functions whose options take other ways
CALLS: dict[str, list[Any]] = {
    "shock.inoperability": [
        lambda f, **run: f(flows(), disturbance={flows().labels[0]: 0.1}, **run),
        lambda f, **run: f(
            flows(), disturbance={flows().labels[0]: 0.1}, resilience=0.5, steps=40, **run
        ),
    ],
    "centrality.betweenness": [
        lambda f, **run: f(graph(), **run),
        lambda f, **run: f(graph(False), length="value", **run),
        lambda f, **run: f(graph(), sources=range(40), targets=range(9), **run),
        lambda f, **run: f(graph(), epsilon=0.005, **run),
        lambda f, **run: f(graph(), epsilon=0.005, top_k=10, **run),
    ],
    "centrality.edge_betweenness": [
        lambda f, **run: f(graph(), **run),
        lambda f, **run: f(graph(False), length="value", **run),
    ],
    "centrality.closeness": [
        lambda f, **run: f(graph(), **run),
        lambda f, **run: f(graph(False), length="value", **run),
        lambda f, **run: f(graph(), top_k=10, **run),
    ],
    "centrality.harmonic_closeness": [
        lambda f, **run: f(graph(), **run),
        lambda f, **run: f(graph(), length="1/value", **run),
        lambda f, **run: f(graph(False), top_k=10, **run),
    ],
    "centrality.group_closeness": [lambda f, **run: f(graph(), k=10, **run)],
    "centrality.current_flow_betweenness": [
        lambda f, **run: f(graph(), **run),
        lambda f, **run: f(graph(False), epsilon=0.05, **run),
    ],
    "centrality.katz": [lambda f, **run: f(graph(), alpha=1e-6, **run)],
    "structure.components": [
        lambda f, **run: f(graph(), **run),
        lambda f, **run: f(graph(), kind="strong", **run),
    ],
    "structure.spanning_forest": [
        lambda f, **run: f(graph(), **run),
        lambda f, **run: f(graph(False), length="1/value", **run),
    ],
    "structure.distances": [
        lambda f, **run: f(graph(), 0, **run),
        lambda f, **run: f(graph(), 0, length="value", **run),
    ],
    "structure.triangles": [
        lambda f, **run: f(graph(False), **run),
        lambda f, **run: f(graph(), weighted=True, **run),
    ],
    "structure.communities": [
        lambda f, **run: f(graph(False), **run),
        lambda f, **run: f(graph(), method="louvain", **run),
    ],
    "structure.brokerage": [
        lambda f, **run: f(graph(), groups(), **run),
        lambda f, **run: f(graph(), groups(), expected=True, **run),
    ],
    "structure.participation": [lambda f, **run: f(graph(), groups(), **run)],
    "structure.mixing": [lambda f, **run: f(graph(), groups(), **run)],
    "structure.modularity": [lambda f, **run: f(graph(), groups(), **run)],
    "structure.compare_partitions": [
        lambda f, **run: f(groups_as_table(1), groups_as_table(2), **run)
    ],
    "recommend.two_hop": [
        lambda f, **run: f(graph(), **run),
        lambda f, **run: f(graph(), score="cosine", **run),
        lambda f, **run: f(graph(), k=5, per_company=True, **run),
        lambda f, **run: f(graph(), pairs=(some(300_000), some(300_000)[::-1]), **run),
    ],
    "null_models.configuration": [
        lambda f, **run: f(graph(), **run),
        lambda f, **run: f(graph(), weighted=True, **run),
    ],
    "null_models.tie_significance": [
        lambda f, **run: f(graph(False), groups(), **run),
        lambda f, **run: f(graph(), groups(), null="rewire", **run),
        lambda f, **run: f(graph(), groups(), null="permutation", **run),
        lambda f, **run: f(graph(), groups(), weighted=True, **run),
    ],
    "null_models.bicm": [lambda f, **run: f(long_table(), binary=1, **run)],
    "null_models.gravity": [lambda f, **run: f(gravity_table(), log=["size", "far"], **run)],
    "shock.cascade": [
        lambda f, **run: f(graph(), by="scenario", **run),
        lambda f, **run: f(
            graph(),
            shocks=pd.DataFrame({"scenario": "x", "company": some(100), "remaining": 0.0})
            .drop_duplicates("company"),
            **run,
        ),
    ],
    "shock.sourcing": [
        lambda f, **run: f(graph(), sector=np.arange(COMPANIES) % 50, **run),
    ],
    "gap.fragility": [lambda f, **run: f(data("debian_supply"), **run)],
    "recommend.partners": [lambda f, **run: f(data(), cluster="SE23|LEIT", **run)],
    "value_chain.infer_links": [
        lambda f, **run: f(firms(), kedja.datasets.load("us_bea_2017_nace"), **run)
    ],
    "value_chain.influence": [lambda f, **run: f(flows(), labour_share=0.5, **run)],
    "complexity.cohesion": [
        lambda f, **run: f(near(), {k: k % 20 for k in range(400)}, **run)
    ],
}  # fmt: skip


def firms() -> pd.DataFrame:
    sectors = np.array(kedja.datasets.load("us_bea_2017_nace").labels)
    random = np.random.default_rng(7)
    nace = [str(x) for x in random.choice(sectors, 3000)]
    return pd.DataFrame(
        {"id": [f"f{i}" for i in range(3000)], "nace": nace, "size": random.integers(1, 500, 3000)}
    )


def groups_as_table(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 150, COMPANIES)


def every() -> list[Any]:
    """Each public function that reports progress, with each way to call it."""
    found = []
    for name, function in public_functions():
        takes = inspect.signature(function).parameters
        if "progress" not in takes:
            continue
        subject = str(next(iter(takes.values())).annotation)
        for number, call in enumerate(CALLS.get(name, [None])):
            test_id = name + f"-{number}" * (number > 0)
            found.append(pytest.param(function, subject, call, id=test_id))
    return found


def reported(run) -> float:
    """The longest CPU time between two reports of a run that is stopped after a while."""
    seen: list[float] = []
    waits: list[float] = []
    started = last = 0.0

    def progress(fraction: float) -> bool:
        nonlocal last, started
        now = time.thread_time()
        if seen:
            waits.append(now - last)
        else:
            started = now
        seen.append(fraction)
        last = now
        return now - started < 0.7  # False: stop

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run(progress)
        assert seen[-1] == 1
    except kedja.Cancelled:
        waits.append(time.thread_time() - last)
    assert seen[0] == 0
    assert seen == sorted(seen)
    return max(waits, default=0.0)


@pytest.mark.parametrize(("function", "subject", "call"), every())
def test_progress_never_falls_and_a_stop_is_soon_heard(function, subject, call):
    threads = {"threads": 1} if "threads" in inspect.signature(function).parameters else {}
    if call is None:
        make = {
            "CompanyGraph": graph,
            "CompanyGraph | Flows": graph,
            "Flows": flows,
            "Dataset": data,
            "Any": long_table,
        }[subject.strip("'")]
        call = lambda f, **run: f(make(), **run)  # noqa: E731
    in_python = "Dataset" in subject  # much of the work; Python itself hears Ctrl-C there
    for _ in range(3):  # the best of three: neighbours on the machine slow a step now and then
        longest = reported(lambda progress: call(function, progress=progress, **threads))
        if longest < LONGEST:
            break
    assert in_python or longest < LONGEST
    with pytest.raises(kedja.Cancelled):
        call(function, progress=lambda fraction: False, **threads)
