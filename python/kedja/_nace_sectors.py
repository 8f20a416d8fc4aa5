"""Which sector of an input-output table a NACE division belongs to, and what trade resells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from kedja._errors import InvalidArgumentError
from kedja._flows import Flows
from kedja._flows_align import text_of

_SECTIONS = {
    "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43),
    "G": (45, 47), "H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68),
    "M": (69, 75), "N": (77, 82), "O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93),
    "S": (94, 96), "T": (97, 98), "U": (99, 99),
}  # fmt: skip
# 36-37, C10-12, C10T12, J62_63, CPA_C16, L68A; a region before | is left out.
_LABEL = re.compile(r"(?:CPA_)?[A-U]?(\d\d)(?:[-_T][A-U]?(\d\d))?[A-Z]?")
_GOODS = range(1, 34)


def divisions_of(label: Any) -> list[str]:
    """The NACE divisions that a label names: ``'C10-12'`` is 10, 11 and 12; other labels none."""
    text = text_of(label).split("|")[-1].strip()
    found = _LABEL.fullmatch(text)
    if found:
        first = int(found[1])
        last = int(found[2] or first)
    elif text in _SECTIONS:
        first, last = _SECTIONS[text]
    else:
        return []
    return [f"{d:02}" for d in range(first, last + 1)]


def sector_of_division(flows: Flows, nace_map: Any) -> dict[str, int]:
    """NACE division -> position of its sector; of a divided one the sector of largest weight."""
    at = {text_of(label): k for k, label in enumerate(flows.labels)}
    made: dict[str, int] = {}
    if nace_map is not None:
        if isinstance(nace_map, Mapping):
            rows = [(str(d), text_of(s), 1.0) for d, s in nace_map.items()]
        else:
            import pandas as pd

            if not isinstance(nace_map, pd.DataFrame):
                nace_map = pd.read_csv(nace_map, dtype={"nace": str, "sector": str})
            weight = nace_map["weight"] if "weight" in nace_map else np.ones(len(nace_map))
            rows = list(zip(nace_map["nace"].astype(str), map(text_of, nace_map["sector"]), weight,
                            strict=True))  # fmt: skip
        best: dict[str, float] = {}
        for division, sector, weight in rows:
            if sector not in at:
                raise InvalidArgumentError(
                    f"nace_map: division {division} goes to sector {sector}, which the flows lack"
                )
            if float(weight) > best.get(division, 0.0):
                best[division], made[division] = float(weight), at[sector]
        return made
    for k, label in enumerate(flows.labels):
        for division in divisions_of(label):
            if division in made:
                raise InvalidArgumentError(
                    f"division {division} is in two sectors, {text_of(flows.labels[made[division]])}"
                    f" and {text_of(label)}; give the table of one country, or nace_map"
                )
            made[division] = k
    if not made:
        raise InvalidArgumentError(
            "no label of the flows is a NACE division (01, C10-12, J62_63, ...); give nace_map"
        )
    return made


def goods_for_resale(
    flows: Flows, sector_of: Mapping[str, int], margins: Mapping[str, float]
) -> tuple[np.ndarray, dict[int, float]]:
    """Inputs per unit of output that tables of margins leave out, and the margin of each trade sector.

    A trade sector whose margin on turnover is m buys goods for (1 - m) / m per unit of output:
    motor trade (45) from the makers of vehicles (29, 30), wholesale (46) from makers of goods
    (01-33) by what these sell to other sectors, retail (47) by what they sell to final demand.
    """
    added = np.zeros((flows.n, flows.n))
    margin_of: dict[int, float] = {}
    to_sectors = flows._by_row(flows._sums(1))
    to_final = np.maximum(flows.final_demand.sum(axis=1), 0.0)
    for division, margin in margins.items():
        if division not in ("45", "46", "47") or not 0 < margin <= 1:
            raise InvalidArgumentError(
                "resale takes margins in (0, 1] by trade division, such as {'46': 0.2}, not "
                f"{division!r}: {margin!r}"
            )
        if division not in sector_of:
            continue
        trade = sector_of[division]
        makers = (29, 30) if division == "45" else _GOODS
        sold = to_sectors if division == "46" else to_final
        share = np.zeros(flows.n)
        for k in {sector_of[f"{d:02}"] for d in makers if f"{d:02}" in sector_of}:
            share[k] = sold[k]
        if share.sum() > 0:
            added[:, trade] += (1 - margin) / margin * share / share.sum()
        margin_of[trade] = margin
    return added, margin_of
