"""How much each capability is in demand outside: imports, tenders, whatever the user knows of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kedja._errors import InvalidArgumentError


def demand_of(demand: Any, names: list[str]) -> np.ndarray:
    """Demand per capability, scaled to sum 1 over those named; NaN for one that is not in the table.

    `demand` is a mapping or Series from capability to an amount, or a table with the columns
    capability and value; an amount given twice is added up.
    """
    import pandas as pd

    if isinstance(demand, Mapping):
        keys, values = list(demand), list(demand.values())
        if set(keys) == {"capability", "value"}:  # a table written as a dict of columns
            keys, values = list(demand["capability"]), list(demand["value"])
    elif isinstance(demand, pd.Series):
        keys, values = demand.index.tolist(), demand.tolist()
    else:
        table = demand.to_pandas() if hasattr(demand, "to_pandas") else demand
        if not isinstance(table, pd.DataFrame) or not {"capability", "value"} <= set(table.columns):
            raise InvalidArgumentError(
                "demand must be a mapping from capability to an amount, or a table with the columns "
                "capability and value"
            )
        keys, values = table["capability"].tolist(), table["value"].tolist()
    place = {name: k for k, name in enumerate(names)}
    made = np.full(len(names), np.nan)
    for key, value in zip(keys, values, strict=True):
        try:
            amount = float(value)
        except (TypeError, ValueError):
            amount = np.nan if value is None else np.inf
        if amount < 0 or np.isinf(amount):
            raise InvalidArgumentError(
                f"demand: {value!r} for {key!r} is not a finite number >= 0; leave it out if unknown"
            )
        k = place.get(str(key))
        if k is not None and amount == amount:
            made[k] = np.nan_to_num(made[k]) + amount
    total = float(np.nansum(made))
    return made / total if total > 0 else made
