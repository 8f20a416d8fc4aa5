"""What companies ask for and can do, and how much their industries trade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kedja import _core
from kedja._groups import Groups
from kedja._need import io_table

if TYPE_CHECKING:
    from kedja._dataset import Dataset

Named = tuple[npt.NDArray[np.uint32], npt.NDArray[np.object_]]  # company and thing, row by row


class WantsAndOffers(NamedTuple):
    """Rows of two tables over the same things: company, thing, and how much it is wanted."""

    things: int
    wanting: npt.NDArray[np.uint32]
    wanted: npt.NDArray[np.uint32]
    unmet: npt.NDArray[np.float64]
    able: npt.NDArray[np.uint32]
    offered: npt.NDArray[np.uint32]

    def tables(self, companies: int, deal: npt.NDArray[np.uint32]) -> tuple[Any, Any]:
        """Companies by things wanted and by things offered, company v in row deal[v]."""
        size = companies, max(self.things, 1)
        return (
            _core.Table(*size, deal[self.wanting], self.wanted, self.unmet),
            _core.Table(*size, deal[self.able], self.offered, None),
        )


def wants_and_offers(groups: Groups, asks: Named, able: Named) -> WantsAndOffers:
    """What is asked for around each company, and what it can do.

    A thing is wanted in a cluster as often as members ask for it, over 1 + the members that can do
    it; a company wants what its clusters want, and what it asks for itself in none.
    """
    import pandas as pd

    def rows(table: Named) -> Any:
        return pd.DataFrame({"v": table[0], "item": table[1]}).drop_duplicates()

    can, asking = rows(able), rows(asks)
    names, code = np.unique([*can["item"], *asking["item"]], return_inverse=True)
    can["item"], asking["item"] = code[: len(can)], code[len(can) :]
    vertex, group, _ = groups._core.rows()
    member = pd.DataFrame({"v": vertex, "group": group})

    def count(table: Any) -> Any:
        return table.merge(member, on="v").groupby(["group", "item"]).size()

    asked = count(asking)
    unmet = (asked / (1 + count(can).reindex(asked.index, fill_value=0))).rename("unmet")
    around = member.merge(unmet.reset_index(), on="group")
    alone = asking[~asking["v"].isin(vertex)].assign(unmet=1.0)
    wants = pd.concat([around[["v", "item", "unmet"]], alone])
    return WantsAndOffers(
        len(names),
        wants["v"].to_numpy(dtype=np.uint32),
        wants["item"].to_numpy(dtype=np.uint32),
        wants["unmet"].to_numpy(dtype=np.float64),
        can["v"].to_numpy(dtype=np.uint32),
        can["item"].to_numpy(dtype=np.uint32),
    )


def trade(data: Dataset, division: npt.NDArray[np.str_]) -> dict[str, npt.NDArray[Any]]:
    """How much more two industries trade, either way, than their sizes make likely.

    Trade within an industry counts as none: that two companies do the same is told by their fields.
    """
    io = io_table(data) if (division != "").any() else None
    if io is None:
        return {"traded": np.empty(0, dtype=str), "trade": np.empty((0, 0))}
    both = io.flow + io.flow.T
    np.fill_diagonal(both, 0.0)
    size = both.sum(axis=1)
    chance = np.outer(size, size) / max(float(size.sum()), np.finfo(float).tiny)
    lift = np.divide(both, chance, out=np.zeros_like(both), where=chance > 0)
    return {"traded": np.array(io.divisions, dtype=str), "trade": lift}
