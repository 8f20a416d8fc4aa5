"""Links that are known, apart from those that were inferred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kedja import _core

if TYPE_CHECKING:
    from kedja._dataset import Dataset


def marked(links: Any) -> np.ndarray:
    """Which rows of a table of links a column ``inferred`` marks as such."""
    if "inferred" not in links:
        return np.zeros(len(links), dtype=bool)
    said = links["inferred"].astype(str)
    yes = [word for word in said.unique() if _core.truth(word)]
    return np.asarray(said.isin(yes))


def known_links(data: Dataset) -> Dataset:
    """The data without links that were inferred: what a measure counts as fact."""
    return split(data)[0]


def split(data: Dataset) -> tuple[Dataset, Any]:
    """The data without the links that a column ``inferred`` marks as such, and these as a frame.

    The tables of `value_chain.infer_links` have that column; whoever adds them to the links of a
    dataset must not find them among what is known.
    """
    if not len(data.links):
        return data, data.links.to_pandas()
    links = data.links.to_pandas()
    inferred = marked(links)
    if not inferred.any():
        return data, links.iloc[:0]
    from kedja._dataset import Dataset
    from kedja._read import table_in_memory

    tables: dict[str, Any] = {name: table for name, table in data._tables.items() if len(table)}
    del tables["links"]
    if not inferred.all():
        tables["links"] = links[~inferred]
    raw = [table_in_memory(name, table) for name, table in tables.items()]
    known = Dataset(_core.check(raw, "raise", {})[0], data._report, data.source)
    return known, links[inferred]


def probabilities(links: Any) -> np.ndarray:
    """Of each link; NaN where the table does not tell."""
    import pandas as pd

    if "probability" not in links:
        return np.full(len(links), np.nan)
    return pd.to_numeric(links["probability"], errors="coerce").to_numpy(dtype=float)
