"""kedja: graph analytics for inter-cluster value chains."""

from kedja import _core
from kedja._errors import Cancelled, DataError, InvalidArgumentError, KedjaError
from kedja._graph import CompanyGraph
from kedja._result import Result

__version__: str = _core.version
__all__ = [
    "Cancelled",
    "CompanyGraph",
    "DataError",
    "InvalidArgumentError",
    "KedjaError",
    "Result",
]
