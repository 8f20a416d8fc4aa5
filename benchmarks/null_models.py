"""Bipartite null models: Kedja beside bicm on the same input (switching stands in kernels.py).

    python benchmarks/null_models.py [--full] [--peer-python PATH]

Fits must agree in the sum of squared probabilities, p-values in their sum. bicm's p-values here are
its exact ones (poibin).
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from side_by_side import main

#: case -> (only in the full run, CPU ratio to reach)
CASES = {
    "bicm fit 200x1000": (False, None),
    "bicm fit 200x4914": (True, None),
    "bicm pvalues 60x300": (False, None),
    "bicm pvalues 200x1000": (True, None),
    "bicm 2000x2000": (False, None),
    "bicm fit 100000x1000": (True, None),
}


def table(case: str) -> np.ndarray:
    rows, columns = map(int, case.rsplit(" ", 1)[1].split("x"))
    random = np.random.default_rng(rows + columns)
    x, y = random.lognormal(-0.7, 0.8, (rows, 1)), random.lognormal(-0.7, 0.8, (1, columns))
    odds = x * y
    return (random.random((rows, columns)) < odds / (1 + odds)).astype(np.int64)


def kedja_bicm(case: str) -> Callable[[int], Callable[[], float]]:
    def ready(threads: int) -> Callable[[], float]:
        import kedja
        import pandas as pd

        made = kedja.complexity.prepare(pd.DataFrame(table(case)), binary=1)
        model = kedja.null_models.bicm(made, threads=threads) if "pvalues" in case else None

        def call() -> float:
            if model is not None:
                return float(model.pvalues(threads=threads)["pvalue"].sum())
            fitted = kedja.null_models.bicm(made, threads=threads)
            if "fit" in case:
                return float((fitted["probability"] ** 2).sum())
            return float(fitted.pvalues(threads=threads)["pvalue"].sum())

        return call

    return ready


def peer_bicm(case: str) -> Callable[[int], Callable[[], float]]:
    def ready(threads: int) -> Callable[[], float]:
        from bicm import BipartiteGraph

        biadjacency = table(case)

        def fitted() -> BipartiteGraph:
            graph = BipartiteGraph()
            graph.set_biadjacency_matrix(biadjacency)
            graph.solve_tool(method="newton", initial_guess="degrees", tol=1e-10, max_steps=500)
            return graph

        solved = fitted() if "pvalues" in case else None

        def call() -> float:
            graph = solved or fitted()
            if "fit" in case:
                return float((graph.get_bicm_matrix() ** 2).sum())
            # With one thread and no bar its loop runs over an empty list; the bar is needed.
            graph.compute_projection(rows=True, method="poibin", threads_num=1, progress_bar=True)
            matrix = graph.get_projected_pvals_mat(layer="rows")
            return float(matrix[np.triu_indices(len(matrix), 1)].sum())

        return call

    return ready


DRIVERS: dict[str, dict[str, Callable[[int], Callable[[], float]]]] = {
    "kedja": {case: kedja_bicm(case) for case in CASES},
    "bicm": {case: peer_bicm(case) for case in CASES if "100000" not in case},
}

if __name__ == "__main__":
    sys.exit(main(__file__, __doc__, DRIVERS, CASES, 1e-6))
