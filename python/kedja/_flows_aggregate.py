"""Flows between groups of sectors: merged, or split by shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from kedja._columns import objects
from kedja._errors import DataError
from kedja._flows import Flows
from kedja._flows_align import (
    by_label,
    columns_of,
    first_seen,
    label_array,
    matrix_of_links,
    text_of,
)


class _Parts(NamedTuple):
    """Which share of each sector goes to which new label: compressed rows, one per sector."""

    labels: np.ndarray
    first: np.ndarray  # n + 1
    label: np.ndarray
    share: np.ndarray

    def sectors(self) -> np.ndarray:
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    def spread(self, at: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
        """Rows that stand at sectors `at`, one for each part: new label, share, and the others."""
        count = np.diff(self.first)[at]
        row = np.repeat(np.arange(len(at)), count)
        within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        part = self.first[at[row]] + within
        return self.label[part], self.share[part], *(values[row] for values in others)


def aggregate(flows: Flows, groups: Any, regions: Any, final_demand: Any) -> Flows:
    import pandas as pd

    parts = _parts(groups, flows)
    n = len(parts.labels)
    source, target = flows._links()
    values = flows._dense[flows._dense != 0] if flows._dense is not None else flows._csr.values
    source, share, target, values = parts.spread(source, target, values)
    target, other, source, values = parts.spread(target, source, values * share)
    at, label, share = parts.sectors(), parts.label, parts.share
    if flows._rank is not None:  # sums follow the order of the labels, not that of the rows
        order = np.argsort(flows._rank[at], kind="stable")
        at, label, share = at[order], label[order], share[order]
    demand = np.zeros((n, flows.final_demand.shape[1]))
    np.add.at(demand, label, flows.final_demand[at] * share[:, None])
    output = np.bincount(label, weights=flows.output[at] * share, minlength=n)
    old = None if flows.groups is None else _inside(flows.groups[at], label, n)
    if regions is not None:
        regions = columns_of(regions, parts.labels, "regions", numeric=False)[0][:, 0]
    elif old is not None and all(len(found) == 1 for found in old):
        regions = objects(next(iter(found)) for found in old)
    demand, names = _regrouped(demand, flows, regions, old, final_demand)
    made = Flows(
        matrix_of_links(n, source, target, values * other),
        pd.DataFrame(demand, index=parts.labels, columns=pd.Index(names)),
        output=output,
        labels=parts.labels,
        groups=regions,
        balance_tolerance=np.inf,  # a gap that was let through stays what it was
        copy=False,
    )
    made.kind, made.allocation_known = flows.kind, flows.allocation_known
    return made


def _inside(old: np.ndarray, label: np.ndarray, n: int) -> list[set[Any]]:
    """The old groups that each new label has sectors of."""
    found: list[set[Any]] = [set() for _ in range(n)]
    for group, k in zip(old.tolist(), label.tolist(), strict=True):
        found[k].add(group)
    return found


def _parts(groups: Any, flows: Flows) -> _Parts:
    import pandas as pd

    if isinstance(groups, pd.DataFrame):
        return _shares(groups, flows)
    labels = columns_of(groups, flows.labels, "groups", numeric=False)[0][:, 0]
    names = first_seen(labels)
    at = {name: k for k, name in enumerate(names)}
    place = np.fromiter((at[label] for label in labels), np.int64, flows.n)
    return _Parts(label_array(names), np.arange(flows.n + 1), place, np.ones(flows.n))


def _shares(table: Any, flows: Flows) -> _Parts:
    """A frame of shares, sectors by new labels; every sector goes away whole."""
    shares, names, _ = columns_of(table, flows.labels, "groups")
    bad = ~((shares >= 0) & (shares <= 1))
    if bad.any():
        i, k = (int(at) for at in np.argwhere(bad)[0])
        raise _no_share(flows, i, names[k], shares[i, k], "a share lies in [0, 1]")
    whole = shares.sum(axis=1)
    if (np.abs(whole - 1) > 1e-9).any():
        i = int(np.argmax(np.abs(whole - 1) > 1e-9))
        raise _no_share(
            flows,
            i,
            "",
            whole[i],
            "the shares of a sector add up to 1; add the label that has the rest",
        )
    sector, label = np.nonzero(shares)
    first = np.zeros(flows.n + 1, dtype=np.int64)
    np.cumsum(np.bincount(sector, minlength=flows.n), out=first[1:])
    return _Parts(label_array(names), first, label, shares[sector, label])


def _no_share(flows: Flows, row: int, column: Any, value: float, what: str) -> DataError:
    shown = f"{value:.15g}"
    return DataError(
        f"groups, row {text_of(flows.labels[row])}, value {shown}: {what}",
        "E_RANGE",
        "groups",
        row,
        text_of(column),
        shown,
    )


def _regrouped(
    demand: np.ndarray,
    flows: Flows,
    regions: np.ndarray | None,
    old: list[set[Any]] | None,
    final_demand: Any,
) -> tuple[np.ndarray, list[Any]]:
    """Columns of final demand by new destination, and their names."""
    names = flows.final_demand_names
    if final_demand is None:
        moved = None
        if regions is not None and old is not None and names == flows.group_names:
            moved = _follow(names, regions, old)
        if moved is None:
            return demand, names
    else:
        moved = _destinations(final_demand, names)
    wanted = first_seen(moved)
    if regions is not None and set(moved) & set(regions):
        known = first_seen(regions)
        for column, name in zip(names, moved, strict=True):
            if name not in known:
                raise DataError(
                    f"final_demand: {text_of(column)} goes to {text_of(name)!r}, which is no region; "
                    f"the regions are {', '.join(map(text_of, known[:6]))}",
                    "E_DANGLING",
                    "final_demand",
                    None,
                    text_of(column),
                    text_of(name),
                )
        wanted = known  # a region that demands nothing for final use has a column of zeros
    made = np.zeros((len(demand), len(wanted)))
    at = {name: k for k, name in enumerate(wanted)}
    for k in sorted(range(len(names)), key=lambda k: text_of(names[k])):
        name = moved[k]
        made[:, at[name]] += demand[:, k]
    return made, wanted


def _follow(names: list[Any], regions: np.ndarray, old: list[set[Any]]) -> list[Any] | None:
    """The region each old group goes to, where every old group goes to one."""
    goes: dict[Any, set[Any]] = {name: set() for name in names}
    for region, found in zip(regions.tolist(), old, strict=True):
        for group in found:
            goes[group].add(region)
    if any(len(found) != 1 for found in goes.values()):
        return None
    return [next(iter(goes[name])) for name in names]


def _destinations(given: Any, names: list[Any]) -> list[Any]:
    import pandas as pd

    if isinstance(given, (Mapping, pd.Series)):
        table = dict(given.items())
        rows = by_label(label_array(list(table)), label_array(names), "final_demand")
        values = list(table.values())
        return [values[row] for row in rows]
    values = list(given)
    if len(values) != len(names):
        raise DataError(
            f"final_demand: {len(values)} destinations for {len(names)} columns "
            f"({', '.join(map(text_of, names[:6]))})",
            "E_SHAPE",
            "final_demand",
        )
    return values
