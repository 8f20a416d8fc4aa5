"""What a docstring says of memory is what the function takes.

Each function runs in a child of one process, so that what others took and gave back is not counted.
The claim is of what comes on top of the graph, results included, on one thread.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
import textwrap

import pytest
from families import OF_GRAPHS, public_functions

COMPANIES, LINKS = 100_000, 400_000
SPARE = 6 * 2**20  # of Python, of rows of results, and of what does not grow
CLAIM = re.compile(r"Memory: (\d+) bytes per company(?: and (\d+) per link)?")


def functions() -> dict[str, str]:
    """Docstrings of public functions of graphs."""
    return {
        name: inspect.getdoc(function) or ""
        for name, function in public_functions(OF_GRAPHS)
        if "graph" in inspect.signature(function).parameters
    }


@pytest.mark.parametrize("name", functions())
def test_docstrings_say_how_much_memory(name):
    assert re.search(r"Memory: \d+ bytes per", functions()[name])


#: how each is called; those whose searches would take hours are stopped, having taken all by then
CALLS = {
    "centrality.betweenness": ["{}", "{'length': 'value'}", "{'epsilon': 0.01}"],
    "centrality.edge_betweenness": ["{}", "{'length': 'value'}"],
    "centrality.harmonic_closeness": ["{}", "{'length': 'value'}"],
    "centrality.closeness": ["{}", "{'top_k': 10}"],
    "centrality.group_closeness": ["{'k': 3}"],
    "centrality.current_flow_betweenness": ["{}", "{'epsilon': 0.1}"],
    "centrality.katz": ["{'alpha': 1e-6}"],
    "structure.components": ["{}", "{'kind': 'strong'}"],
    "structure.diameter": ["{}", "{'length': 'value'}"],
    "structure.eccentricity": ["{}", "{'length': 'value'}"],
    "structure.distances": ["{'source': 0}", "{'source': 0, 'length': 'value'}"],
    "structure.spanning_forest": ["{'length': 'value'}"],
    "structure.triangles": ["{}", "{'weighted': True}"],
    "structure.brokerage": ["{'groups': groups}"],
    "structure.participation": ["{'groups': groups}"],
    "null_models.rewire": ["{'switches_per_link': 1}"],
    "null_models.tie_significance": ["{'groups': groups}"],
    "recommend.two_hop": ["{}", "{'per_company': True, 'k': 1}"],
}

MEASURE = """
    import inspect, json, os, time, warnings
    import kedja, numpy as np
    from kedja._groups import of_graph

    warnings.simplefilter("ignore")
    random = np.random.default_rng(1)
    n, m = {n}, {m}
    source, target = (n * random.random(m) ** 2).astype(int), (n * random.random(m) ** 1.5).astype(int)
    value = 1 + random.random(m)
    label = random.integers(0, 40, n).astype(str)

    def resident(field):
        with open("/proc/self/status") as lines:
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))

    def peak(function, graph, options):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                takes = inspect.signature(function).parameters
                run = dict(options)
                started = time.thread_time()
                if "progress" in takes:
                    run["progress"] = lambda fraction: time.thread_time() - started < 0.3
                if "threads" in takes:
                    run["threads"] = 1
                before = resident("VmRSS")
                try:
                    function(graph, **run)
                except kedja.Cancelled:
                    pass
                os.write(write, str(resident("VmHWM") - before).encode())
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        os.close(write)
        taken = os.read(read, 100)
        os.close(read)
        return int(taken)

    found = {{}}
    for directed in (True, False):
        graph = kedja.CompanyGraph.from_arrays(n, source, target, value, directed=directed)
        graph.checksum, graph.ids, graph._row_of_vertex()
        groups = of_graph(label, graph)
        for name, texts in json.loads({calls!r}).items():
            family, plain = name.split(".")
            function = getattr(getattr(kedja, family), plain)
            taken = [peak(function, graph, eval(text)) for text in texts]
            found[name] = max(taken + [found.get(name, 0)])
    print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def peaks() -> dict[str, int]:
    if not sys.platform.startswith("linux"):
        pytest.skip("reads /proc")
    calls = {
        name: CALLS.get(name, ["{}"]) for name, doc in functions().items() if CLAIM.search(doc)
    }
    code = MEASURE.format(n=COMPANIES, m=LINKS, calls=json.dumps(calls))
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536"},  # large arrays come from the system
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", [name for name, doc in functions().items() if CLAIM.search(doc)])
def test_functions_take_no_more_memory_than_they_say(name, peaks):
    company, link = CLAIM.search(functions()[name]).groups(default="0")
    assert 0 < peaks[name] <= int(company) * COMPANIES + int(link) * LINKS + SPARE
