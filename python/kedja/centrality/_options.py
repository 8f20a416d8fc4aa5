"""Words that several centralities take as options, and what they do when not converged."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, Literal

Direction = Literal["upstream", "downstream"]
Length = Literal["value", "1/value"]


def warn_unless_converged(measure: str, record: Mapping[str, Any], hint: str = "") -> None:
    """A warning at the line of the caller's caller; not converging is never an exception."""
    if record["converged"]:
        return
    bound = record["error_bound"]
    left = f"error bound {bound:.2g}" if bound == bound else f"residual {record['residual']:.2g}"
    warnings.warn(
        f"{measure} did not converge in {record['iterations']} iterations ({left}){hint}",
        RuntimeWarning,
        stacklevel=3,
    )
