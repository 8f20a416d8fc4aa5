"""kedja: graph analytics for inter-cluster value chains."""

from kedja import (
    _core,
    centrality,
    complexity,
    datasets,
    gap,
    null_models,
    plot,
    recommend,
    shock,
    structure,
    value_chain,
)
from kedja._contents import report
from kedja._dataset import Dataset, from_tables, read
from kedja._errors import Cancelled, DataError, InvalidArgumentError, KedjaError
from kedja._flows import Flows
from kedja._graph import CompanyGraph
from kedja._groups import Groups
from kedja._match import match
from kedja._result import Result
from kedja._store import open

__version__: str = _core.version
__all__ = [
    "Cancelled",
    "CompanyGraph",
    "DataError",
    "Dataset",
    "Flows",
    "Groups",
    "InvalidArgumentError",
    "KedjaError",
    "Result",
    "centrality",
    "complexity",
    "datasets",
    "from_tables",
    "gap",
    "match",
    "null_models",
    "open",
    "plot",
    "read",
    "recommend",
    "report",
    "shock",
    "structure",
    "value_chain",
]
