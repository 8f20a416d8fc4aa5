"""Named companies that could fill a gap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._profile import Profile

if TYPE_CHECKING:
    from kedja._dataset import Dataset


class Fillers:
    """The most active company that meets a condition; the nameless are left out.

    Active: most participations; without participations, the largest by headcount.
    """

    def __init__(self, data: Dataset, profile: Profile) -> None:
        import pandas as pd

        frame = data.companies.to_pandas().set_index("id").loc[profile.ids]
        self._profile = profile
        self._members = profile.members()
        usable = np.ones(len(frame), dtype=bool)
        if "name" in frame:
            usable &= (frame["name"] != "").to_numpy()
        if "type" in frame:
            usable &= (frame["type"] == "company").to_numpy()
        activity = np.zeros(len(frame))
        if len(data.participations):
            count = data.participations.to_pandas()["company"].value_counts()
            activity = count.reindex(frame.index).fillna(0).to_numpy(dtype=float)
        elif "size" in frame:
            activity = frame["size"].fillna(0).to_numpy(dtype=float)
        self._score = np.where(usable, activity + 1, 0.0)
        row, column, _ = profile.has.cells()
        self._able = [set(part.tolist()) for part in _split(row, column, len(profile.capabilities))]
        self._place = {name: k for k, name in enumerate(profile.capabilities)}
        self._in_country: dict[str, np.ndarray] = (
            {
                str(code): np.asarray(rows)
                for code, rows in pd.Series(range(len(frame)))
                .groupby(frame["country"].to_numpy())
                .groups.items()
            }
            if "country" in frame
            else {}
        )

    def of(self, measure: str, row: Mapping[str, Any]) -> tuple[str, str]:
        """Company and cluster that could fill an item of one measure's table."""
        item, asking = row["item"], row["cluster"]
        if measure in ("capability", "coverage"):
            other = row["filler_cluster"]
            return self.with_capability(other, item, asking), other
        if measure == "fragility":
            return row["filler"], row["filler_cluster"]
        if measure == "reach":
            return self.in_country(item, asking), ""
        return self.central(item, asking), item

    def with_capability(self, cluster: str, item: str, asking: str) -> str:
        """In another cluster and able."""
        if not cluster or item not in self._place:
            return ""
        able = self._able[self._place[item]]
        return self._best([v for v in self._of(cluster) if v in able], asking)

    def central(self, cluster: str, asking: str) -> str:
        """In another cluster."""
        return self._best(self._of(cluster), asking)

    def in_country(self, country: str, asking: str) -> str:
        """In a country."""
        return self._best(self._in_country.get(country, np.empty(0, dtype=np.int64)), asking)

    def _of(self, cluster: str) -> np.ndarray:
        return self._members[self._profile.clusters.index(cluster)]

    def _best(self, candidates: np.ndarray | list[int], asking: str) -> str:
        """The most active candidate that is no member of the asking cluster."""
        vertices = np.setdiff1d(np.asarray(candidates, dtype=np.int64), self._of(asking))
        if len(vertices) == 0:
            return ""
        best = vertices[int(self._score[vertices].argmax())]
        return str(self._profile.ids[best]) if self._score[best] > 0 else ""


def _split(row: np.ndarray, column: np.ndarray, columns: int) -> list[np.ndarray]:
    order = np.argsort(column, kind="stable")
    return np.split(row[order], np.cumsum(np.bincount(column, minlength=columns))[:-1])
