"""Complexity: Kedja beside ecomplexity and economic-complexity on the same tables.

    python benchmarks/complexity.py [--full] [--peer-python PATH]

The chain is RCA, proximity, density, ECI and PCI, and the outlook, in each peer's own conventions;
the sum of densities must agree. Each side gives what it always gives: ecomplexity a long table with
everything, economic-complexity matrices of RCA, proximity, density and gain (it has no outlook of
rows), Kedja its results with their columns of numbers (names of cells are made when read). economic-complexity needs pandas below 3: give an interpreter that
has the peers. The quick run leaves out what takes minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
from side_by_side import main

#: case -> (only in the full run, CPU ratio to reach)
CASES = {
    "chain 226x785": (False, 20),
    "chain 200x5000": (True, 20),
    "chain 200x2000": (False, 20),
    "chain mor 226x785": (False, 20),
    "chain mor 200x5000": (False, 20),
    "chain sparse 20000x2000": (True, None),
}


def exports(rows: int, columns: int, share: float) -> pd.DataFrame:
    """A table like trade: uneven sizes, larger rows have more columns."""
    random = np.random.default_rng(rows * 7919 + columns)
    able, hard = random.normal(size=(rows, 1)), random.normal(size=(1, columns))
    cut = np.quantile(able - hard, 1 - share)
    present = (able - hard + random.normal(size=(rows, columns))) > cut
    value = np.exp(able * 2 + random.normal(size=(rows, columns)) * 2) * present
    value[np.arange(rows), np.arange(rows) % columns] += 1e-3
    value[np.arange(columns) % rows, np.arange(columns)] += 1e-3
    frame = pd.DataFrame(value)
    return frame.rename(index="r{:05}".format, columns="c{:05}".format)


def size(case: str) -> tuple[int, int, float]:
    rows, columns = map(int, case.rsplit(" ", 1)[1].split("x"))
    return rows, columns, 0.01 if "sparse" in case else 0.6


def long(frame: pd.DataFrame) -> pd.DataFrame:
    made = frame.stack().reset_index()
    made.columns = ["row", "column", "value"]
    return made[made["value"] > 0].reset_index(drop=True)


def kedja_chain(case: str, diagonal: int) -> Callable[[int], Callable[[], float]]:
    def ready(threads: int) -> Callable[[], float]:
        import kedja

        table = exports(*size(case))
        table = table if "mor" in case else long(table)  # what the peer is given

        def call() -> float:
            measure = kedja.complexity
            made = measure.prepare(table)
            measure.rca(made)
            density = measure.density(made, diagonal=diagonal, threads=threads)
            given: dict = {}
            if "mor" in case:  # its gains are of PCI by reflections, and divided its way
                _, pci = measure.complexity(made, method="reflections", ddof=1)
                given = {"pci": pci, "share_of": "itself", "subtract_own": True}
            else:
                measure.complexity(made)
            measure.outlook(made, diagonal=diagonal, threads=threads, **given)
            return float(np.nansum(density["density"]))

        return call

    return ready


def ecomplexity_chain(case: str) -> Callable[[int], Callable[[], float]]:
    def ready(threads: int) -> Callable[[], float]:
        from ecomplexity import ecomplexity

        table = long(exports(*size(case))).assign(year=2000)
        names = {"time": "year", "loc": "row", "prod": "column", "val": "value"}

        def call() -> float:
            made = ecomplexity(table, names, check_logsupermodularity=False, verbose=False)
            return float(made["density"].sum())

        return call

    return ready


def economic_complexity_chain(case: str) -> Callable[[int], Callable[[], float]]:
    def ready(threads: int) -> Callable[[], float]:
        from economic_complexity import complexity, opportunity_gain, proximity, rca, relatedness

        table = exports(*size(case))

        def call() -> float:
            advantage = rca(table)
            near = proximity(advantage)
            density = relatedness(advantage, proximities=near)
            _, pci = complexity(advantage)
            opportunity_gain(advantage, pci=pci, proximities=near)
            return float(np.nansum(density.to_numpy()))

        return call

    return ready


DRIVERS = {
    "kedja": {case: kedja_chain(case, 0 if "mor" in case else 1) for case in CASES},
    "ecomplexity": {case: ecomplexity_chain(case) for case in CASES if "mor" not in case},
    "economic_complexity": {
        case: economic_complexity_chain(case) for case in CASES if "mor" in case
    },
}

if __name__ == "__main__":
    sys.exit(main(__file__, __doc__, DRIVERS, CASES, 1e-9))
