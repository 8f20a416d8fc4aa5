"""The package as its users meet it: graphs, results, provenance, tables in and out, errors."""

from __future__ import annotations

import doctest
import importlib
import json
import pkgutil
import subprocess
import sys
import textwrap
import threading

import kedja
import numpy as np
import pandas as pd
import pytest


def run(code: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True, text=True, timeout=60, check=False, **options,
    )  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [m.name for m in pkgutil.walk_packages(kedja.__path__, "kedja.") if "_core" not in m.name],
)
def test_docstring_examples_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_import_is_light():
    code = """
        import sys, time
        started = time.perf_counter()
        import kedja
        heavy = [m for m in ("pandas", "jinja2", "typer", "pyarrow", "openpyxl") if m in sys.modules]
        print(heavy)
    """
    assert run(code).stdout.strip() == "[]"


def test_rows_may_come_in_any_order(random_links):
    n, source, target, value = random_links(3, n=40, m=300)
    names = np.array([f"C{i:03}" for i in range(n)], dtype=object)
    results = []
    for seed in range(4):
        order = np.random.default_rng(seed).permutation(len(source))
        ids = np.random.default_rng(seed + 9).permutation(names)
        graph = kedja.CompanyGraph(ids, names[source[order]], names[target[order]], value[order])
        frame = kedja.centrality.pagerank(graph, threads=1 + seed).frame.sort_index()
        between = kedja.centrality.betweenness(graph, threads=1 + seed).frame.sort_index()
        harmonic = kedja.centrality.harmonic_closeness(graph, threads=1 + seed).frame.sort_index()
        values = (frame["pagerank"], between["betweenness"], harmonic["harmonic_closeness"])
        results.append((graph.checksum, *(v.to_numpy().tobytes() for v in values)))
    assert len(set(results)) == 1


def test_results_keep_input_order_and_ids():
    graph = kedja.CompanyGraph(["ö", "b", "a"], ["b"], ["ö"])
    result = kedja.centrality.degree(graph)
    assert result.frame.index.tolist() == ["ö", "b", "a"]
    assert result.frame.index.name == "company"
    assert result["degree"].tolist() == [1, 1, 0]
    with pytest.raises(AttributeError, match="frozen"):
        result.meta = {}
    with pytest.raises(ValueError, match="read-only"):
        result["degree"][0] = 7
    with pytest.raises(kedja.InvalidArgumentError, match="there is no column 'closeness'"):
        result["closeness"]


def test_integer_ids_stay_integers():
    graph = kedja.CompanyGraph([30, 4], [4], [30])
    assert kedja.centrality.degree(graph).frame.index.tolist() == [30, 4]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: kedja.CompanyGraph(["a", "a"], [], []), "'a' appears more than once"),
        (lambda: kedja.CompanyGraph(["a"], ["a"], ["b"]), "link 0: unknown target 'b'"),
        (lambda: kedja.CompanyGraph(["a"], [None], ["a"]), "link 0: source is missing"),
        (lambda: kedja.CompanyGraph(["a"], ["a"], ["a"], [-1]), "link 0: value -1"),
        (lambda: kedja.CompanyGraph(["a"], ["a"], ["a"], [float("nan")]), "link 0: value nan"),
        (lambda: kedja.CompanyGraph.from_arrays(2, [0], [2]), r"vertex 2 is outside \[0, 2\)"),
        (lambda: kedja.CompanyGraph.from_arrays(2, [-1], [0]), "vertex -1 is outside"),
        (lambda: kedja.CompanyGraph.from_arrays(2, [0.5], [0]), "whole numbers"),
        (
            lambda: kedja.CompanyGraph(["a", "b"], ["a"] * 2, ["b"] * 2, duplicates="error"),
            "are linked 2 times",
        ),
    ],
)
def test_bad_links_name_the_row(make, message):
    with pytest.raises(kedja.InvalidArgumentError, match=message):
        make()


def test_graphs_travel_to_other_libraries_and_back(random_links):
    n, source, target, value = random_links(5)
    for directed in (True, False):
        graph = kedja.CompanyGraph.from_arrays(n, source, target, value, directed=directed)
        back = kedja.CompanyGraph.from_networkx(graph.to_networkx())
        assert back.num_links == graph.num_links
        order = np.argsort(back.ids.astype(int))
        np.testing.assert_allclose(  # vertices are ranked anew, so sums run in another order
            kedja.centrality.strength(back)["strength"][order],
            kedja.centrality.strength(graph)["strength"],
            rtol=1e-14,
        )
        np.testing.assert_allclose(
            kedja.CompanyGraph.from_scipy(graph.to_scipy(), directed=directed).to_scipy().toarray(),
            graph.to_scipy().toarray(),
        )


def test_verify_repeats_the_call_and_finds_a_difference(random_links):
    n, source, target, value = random_links(6)
    graph = kedja.CompanyGraph.from_arrays(n, source, target, value)
    result = kedja.centrality.pagerank(graph, damping=0.7)
    assert result.verify()
    other = kedja.centrality.pagerank(graph)
    object.__setattr__(result, "_columns", other._columns)
    with pytest.raises(kedja.KedjaError, match="'pagerank' differs"):
        result.verify()


def test_arrow_consumers_take_a_result(random_links):
    import polars as pl
    import pyarrow as pa

    result = kedja.centrality.degree(kedja.CompanyGraph(["a", "b"], ["a"], ["b"]))
    assert pa.table(result).column_names == ["company", "degree", "upstream", "downstream"]
    assert pl.DataFrame(result)["degree"].to_list() == [1, 1]
    assert result.to_polars().shape == (2, 4)
    assert result.to_arrow().num_rows == 2
    assert "<script" not in result._repr_html_()


def test_results_are_written_whole_and_safe_for_spreadsheets(tmp_path):
    graph = kedja.CompanyGraph(["=cmd()", "@b"], ["=cmd()"], ["@b"])
    result = kedja.centrality.degree(graph)
    text = result.write(tmp_path / "r.csv").read_text()
    assert "'=cmd()" in text
    assert "=cmd()" in result.write(tmp_path / "s.csv", excel_safe=False).read_text()
    stored = json.loads(result.write(tmp_path / "r.json").read_text())
    assert stored["rows"][0]["degree"] == 1
    assert stored["meta"]["measure"] == "degree"
    assert pd.read_parquet(result.write(tmp_path / "r.parquet"))["degree"].tolist() == [1, 1]
    before = (tmp_path / "r.csv").read_bytes()
    with pytest.raises(kedja.InvalidArgumentError):
        result.write(tmp_path / "r.txt")
    assert (tmp_path / "r.csv").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["r.csv", "r.json", "r.parquet", "s.csv"]


def test_any_table_is_accepted():
    import duckdb
    import polars as pl
    import pyarrow as pa

    companies = pd.DataFrame({"id": ["007", "7"], "size": [3.0, None]})
    links = pd.DataFrame({"source": ["007"], "target": ["7"], "value": [0.1]})
    relation = duckdb.sql("select * from links")
    for c, k in (
        (companies, links), (pl.from_pandas(companies), pl.from_pandas(links)),
        (pa.table(companies), pa.table(links)), (companies, relation),
    ):  # fmt: skip
        data = kedja.from_tables(companies=c, links=k)
        assert data.companies.to_pandas()["id"].tolist() == ["007", "7"]
        assert data.graph(weight="value").num_links == 1
        assert (
            kedja.centrality.strength(data.graph(weight="value"))["strength"].tolist() == [0.1] * 2
        )


def test_progress_is_reported_and_can_cancel(random_links):
    n, source, target, _ = random_links(8, n=200, m=800)
    graph = kedja.CompanyGraph.from_arrays(n, source, target)
    seen: list[float] = []
    kedja.centrality.betweenness(graph, progress=seen.append)
    assert seen[0] == 0 and seen[-1] == 1 and seen == sorted(seen)
    with pytest.raises(kedja.Cancelled):
        kedja.centrality.betweenness(graph, progress=lambda fraction: False)

    def fail(fraction):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        kedja.centrality.betweenness(graph, threads=2, progress=fail)


LONG = """
    import signal, threading, time, os, numpy as np, kedja
    random = np.random.default_rng(1)
    ends = random.integers(0, 30_000, size=(2, 300_000))
    graph = kedja.CompanyGraph.from_arrays(30_000, ends[0], ends[1], 1 + random.random(300_000))
    stamp = []
    def press():
        time.sleep(1.0); stamp.append(time.perf_counter()); os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=press).start()
    before = signal.getsignal(signal.SIGINT)
    try:
        kedja.centrality.{call}
        print("finished")
    except KeyboardInterrupt:
        print(time.perf_counter() - stamp[0], signal.getsignal(signal.SIGINT) is before)
"""


@pytest.mark.parametrize(
    "call",
    [
        "betweenness(graph)",
        "betweenness(graph, epsilon=0.00002)",
        "betweenness(graph, length='value')",
        "edge_betweenness(graph)",
        "closeness(graph, length='value')",
        "harmonic_closeness(graph, length='1/value', top_k=10)",
        "current_flow_betweenness(graph, tolerance=1e-12)",
        "group_closeness(graph, k=3000)",
        "pagerank(graph, damping=1 - 1e-9, tolerance=1e-15, max_iterations=10**7)",
        "eigenvector(graph, tolerance=1e-16, max_iterations=10**7)",
        "hits(graph, tolerance=1e-16, max_iterations=10**7)",
        "katz(graph, alpha=0.9999999 / 15.011829, tolerance=1e-15, max_iterations=10**7)",
    ],
)
def test_ctrl_c_stops_within_200_ms(call):
    waited, handler_kept = run(LONG.format(call=call)).stdout.split()
    assert float(waited) < 0.2
    assert handler_kept == "True"


def test_other_threads_run_meanwhile(random_links):
    n, source, target, _ = random_links(9, n=6000, m=40_000)
    graph = kedja.CompanyGraph.from_arrays(n, source, target)
    ticks, stop = [], threading.Event()

    def tick():
        while not stop.wait(0.005):
            ticks.append(1)

    ticker = threading.Thread(target=tick)
    ticker.start()
    before = len(ticks)
    kedja.centrality.betweenness(graph, threads=1)
    during = len(ticks) - before
    stop.set()
    ticker.join()
    # A call that kept the interpreter to itself would let one tick through at most.
    assert during >= 3


def test_a_forked_child_computes():
    code = """
        import os, numpy as np, kedja
        ends = np.random.default_rng(1).integers(0, 500, size=(2, 3000))
        graph = kedja.CompanyGraph.from_arrays(500, ends[0], ends[1])
        first = kedja.centrality.betweenness(graph, threads=2)["betweenness"].tobytes()
        child = os.fork()
        if child == 0:
            again = kedja.centrality.betweenness(graph, threads=2)["betweenness"].tobytes()
            os._exit(0 if again == first else 1)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    assert run(code).stdout.strip() == "0"


def test_the_handler_of_ctrl_c_is_untouched():
    # In a process of its own: whoever started the tests may have told them to ignore it.
    code = """
        import signal
        signal.signal(signal.SIGINT, signal.default_int_handler)
        import kedja
        kedja.centrality.betweenness(kedja.CompanyGraph.from_arrays(3, [0, 1], [1, 2]))
        print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
    """
    assert run(code).stdout.split() == ["True"]


def test_checksum_hashes_whole_numbers_as_their_digits():
    ends = [0, 1, 2, 2], [1, 2, 0, 3]
    numbers = kedja.CompanyGraph.from_arrays([7, -2, 2**63 - 1, 0], *ends)
    texts = kedja.CompanyGraph.from_arrays(["7", "-2", str(2**63 - 1), "0"], *ends)
    small = kedja.CompanyGraph.from_arrays(np.array([7, -2, 3, 0], dtype=np.int32), *ends)
    assert numbers.checksum == texts.checksum != small.checksum
    assert small.checksum == kedja.CompanyGraph.from_arrays([7, -2, 3, 0], *ends).checksum
    assert len(kedja.CompanyGraph.from_arrays(0, [], []).checksum) == 16
