"""Gaps: what a cluster lacks, which company elsewhere could fill it, and how sure that is.

Every gap lies in [0, 1]: 0 nothing is missing, 1 everything. `analyse` gives them all.
"""

from kedja.gap._analyse import analyse
from kedja.gap._capability import capability
from kedja.gap._complementarity import complementarity
from kedja.gap._coverage import coverage
from kedja.gap._fragility import fragility
from kedja.gap._reach import reach
from kedja.gap._stability import stability
from kedja.gap._tie_deficit import tie_deficit

__all__ = [
    "analyse",
    "capability",
    "complementarity",
    "coverage",
    "fragility",
    "reach",
    "stability",
    "tie_deficit",
]
