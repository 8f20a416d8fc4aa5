"""What each step of the first analysis costs on the shipped data: seconds and peak memory.

    python benchmarks/first_look.py [--threads 1]

Every step runs in a process of its own after the data are loaded; the peak is that of the step,
above what the loaded data take.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource

import kedja
from peak import peak_during

CLUSTER = "SE23|LEIT"


def steps(data: kedja.Dataset, threads: int) -> dict:
    graph, groups = data.graph("collaboration"), data.groups("cluster")
    run = {"threads": threads, "progress": False}
    c, s = kedja.centrality, kedja.structure
    return {
        "read the tables": lambda: kedja.datasets.load("cordis_h2020"),
        "build the graph (416,754 links)": lambda: data.graph("collaboration"),
        "quotient of clusters": lambda: data.cluster_graph("collaboration"),
        "degree": lambda: c.degree(graph),
        "harmonic_closeness, exact": lambda: c.harmonic_closeness(graph, **run),
        "betweenness, exact": lambda: c.betweenness(graph, **run),
        "betweenness, epsilon 0.01": lambda: c.betweenness(graph, epsilon=0.01, **run),
        "pagerank": lambda: c.pagerank(graph, **run),
        "components": lambda: s.components(graph),
        "participation": lambda: s.participation(graph, groups),
        "mixing": lambda: s.mixing(graph, groups),
        "brokerage": lambda: s.brokerage(graph, groups, **run),
        "tie_significance, 200 draws": lambda: kedja.null_models.tie_significance(data, **run),
        "gap.capability, all clusters": lambda: kedja.gap.capability(data, **run),
        "gap.analyse, one cluster": lambda: kedja.gap.analyse(data, cluster=CLUSTER, **run),
        "recommend.partners, one cluster": lambda: kedja.recommend.partners(
            data, cluster=CLUSTER, **run
        ),
    }


def one(threads: int, name: str, answer: multiprocessing.SimpleQueue) -> None:
    call = steps(kedja.datasets.load("cordis_h2020"), threads)[name]
    _, wall, cpu, peak = peak_during(call)
    answer.put((wall, cpu, peak, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=0, help="0: all")
    threads = parser.parse_args().threads
    context = multiprocessing.get_context("spawn")
    for name in steps(kedja.datasets.load("cordis_h2020"), threads):
        answer = context.SimpleQueue()
        process = context.Process(target=one, args=(threads, name, answer))
        process.start()
        process.join()
        if process.exitcode != 0:
            raise SystemExit(f"{name}: the process ended with status {process.exitcode}")
        wall, cpu, peak, whole = answer.get()
        print(
            f"{name:34} wall {wall:7.3f} s  cpu {cpu:7.3f} s  peak +{peak:4.0f} MiB "
            f"(process {whole:4.0f} MiB)",
            flush=True,
        )


if __name__ == "__main__":
    main()
