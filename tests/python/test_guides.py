"""The code in the guide pages on value chains runs and says what the text says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import pytest

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"


def code(page: str) -> str:
    """The first Python block of a page."""
    found = re.search(r"```python\n(.*?)```", (GUIDE / page).read_text(), re.DOTALL)
    assert found is not None
    return found[1]


def test_a_cluster_beside_the_rest_of_its_country_and_the_world():
    made: dict[str, object] = {}
    exec(code("gvc.md"), made)
    flows, result = made["flows"], made["result"]
    assert flows.output.sum() == pytest.approx(made["world"].output.sum())
    assert result["group"].tolist() == ["cluster", "rest of SE", "rest of EU", "rest of world"]
    # Exports of the cluster by hand: all sales less those to itself (the cluster has no consumers).
    z = made["Z"]
    own = {"SE|steel": 0.1, "SE|machines": 0.3}
    inside = sum(own[a] * own[b] * z.loc[a, b] for a in own for b in own)
    sales = sum(w * (z.loc[a].sum() + made["final"].loc[a].sum()) for a, w in own.items())
    assert result["exports"][0] == pytest.approx(sales - inside)
    assert result.meta["adding_up"] < 1e-12
    assert ((result["backward"] > 0) & (result["backward"] < 1)).all()


def test_figaro_files_become_flows(tmp_path):
    cells = [
        ("A01", "A01", "SE", 5), ("A01", "C10T12", "SE", 20), ("A01", "P3_S14", "SE", 7),
        ("A01", "C10T12", "DE", 4), ("A01", "TOTAL", "SE", 32), ("C10T12", "A01", "SE", 3),
        ("C10T12", "P3_S14", "SE", 30), ("C10T12", "P3_S14", "WRL_REST", 9),
        ("C10T12", "P3_S14", "WORLD", 39), ("D21X31", "C10T12", "SE", 1), ("TOTAL", "A01", "SE", 8),
    ]  # fmt: skip
    frame = pd.DataFrame(cells, columns=["ind_ava", "ind_use", "c_dest", "OBS_VALUE"])
    frame["unit"], frame["c_orig"] = "MIO_EUR", "SE"
    frame.to_csv(tmp_path / "se_sells.csv", index=False)
    before = os.getcwd()
    os.chdir(tmp_path)
    try:
        made: dict[str, object] = {}
        exec(code("figaro.md"), made)
    finally:
        os.chdir(before)
    flows = made["flows"]
    assert flows.labels.tolist() == ["A01", "C10T12"]
    assert flows.Z.tolist() == [[5, 20], [3, 0]]
    assert flows.final_demand[:, 0].tolist() == [11, 39]
