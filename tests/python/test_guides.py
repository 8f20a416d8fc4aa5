"""The code in the guide pages on value chains runs and says what the text says."""

from __future__ import annotations

import re
from pathlib import Path

import kedja
import pandas as pd
import pytest

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"


def code(page: str, block: int = 0) -> str:
    """A Python block of a page."""
    return re.findall(r"```python\n(.*?)```", (GUIDE / page).read_text(), re.DOTALL)[block]


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


def test_shocks_with_and_without_leaks():
    made: dict[str, object] = {}
    exec(code("shocks.md"), made)
    everyone, exact, closed = made["everyone"], made["exact"], made["closed"]
    assert everyone.meta["converged"] and "warning" not in everyone.meta
    assert abs(everyone["esri"] - exact["esri"]).max() <= everyone.meta["error_bound"]
    assert exact.meta["error_bound"] < 1e-12
    # Ore by hand: it supplies 4 of steel's cost of 7, and what comes round to steel adds to that.
    trade = 4 / 7, 3 / 5, 2 / 4, 5 / 12, 3 / 12, 1 / 7
    ore, to_gears, to_axles, by_gears, by_axles, round_ = trade
    steel = ore / (1 - (to_gears * by_gears + to_axles * by_axles) * round_)
    loss = {"ore": 1, "steel": steel, "gears": to_gears * steel, "axles": to_axles * steel}
    loss["trucks"] = by_gears * loss["gears"] + by_axles * loss["axles"]
    sold = {"ore": 4, "steel": 5, "gears": 5, "axles": 3, "trucks": 1}
    index = sum(sold[c] * loss[c] for c in sold) / sum(sold.values())
    assert exact["esri_downstream"][2] == pytest.approx(index, rel=1e-12)
    assert closed["esri"].tolist() == pytest.approx([1] * 5)
    assert "5 of 5 companies take the whole network" in closed.meta["warning"]


def figaro_file(cells):
    """An SDMX-CSV answer of Eurostat: its columns, flags, and codes as FIGARO spells them."""
    frame = pd.DataFrame(cells, columns=["ind_ava", "ind_use", "c_orig", "c_dest", "OBS_VALUE"])
    return pd.DataFrame(
        {
            "DATAFLOW": "ESTAT:NAIO_10_FCP_II3(1.0)",
            "LAST UPDATE": "24/06/26 11:00:00",
            "freq": "A",
            "ind_use": frame["ind_use"],
            "ind_ava": frame["ind_ava"],
            "c_dest": frame["c_dest"],
            "unit": "MIO_EUR",
            "c_orig": frame["c_orig"],
            "TIME_PERIOD": 2021,
            "OBS_VALUE": frame["OBS_VALUE"],
            "OBS_FLAG": "",
        }
    )


def test_figaro_files_become_flows(tmp_path, monkeypatch):
    sells = [
        ("A01", "A01", "SE", "SE", 5), ("A01", "C10-12", "SE", "SE", 20),
        ("A01", "P3_S14", "SE", "SE", 7), ("A01", "P5M", "SE", "SE", -2),
        ("A01", "C10-12", "SE", "DE", 4), ("C10-12", "A01", "SE", "SE", 3),
        ("C10-12", "P3_S14", "SE", "SE", 30), ("C10-12", "P3_S14", "SE", "FIGW1", 9),
        ("C31_32", "P3_S14", "SE", "SE", 6), ("C31_32", "C10-12", "SE", "SE", 0),
        ("A01", "C31_32", "SE", "SE", 1),
        # totals, were they in the file, must not count
        ("A01", "TOTAL", "SE", "SE", 32), ("C10-12", "P3_S14", "SE", "WORLD", 39),
    ]  # fmt: skip
    # What Sweden uses also has taxes and value added, whose origin is DOM.
    uses = [row for row in sells if row[3] == "SE"] + [
        ("A01", "C10-12", "DE", "SE", 10), ("C10-12", "C10-12", "NO", "SE", 2),
        ("D21X31", "C10-12", "DOM", "SE", 1), ("D1", "A01", "DOM", "SE", 8),
        ("B2A3G", "A01", "DOM", "SE", 3),
    ]  # fmt: skip
    figaro_file(sells).to_csv(tmp_path / "se_sells.csv", index=False)
    figaro_file(uses).to_csv(tmp_path / "se_uses.csv", index=False)
    monkeypatch.chdir(tmp_path)
    made: dict[str, object] = {}
    exec(code("figaro.md"), made)
    flows = made["flows"]
    assert flows.labels.tolist() == ["A01", "C10-12", "C31_32"]
    assert flows.Z.tolist() == [[5, 20, 1], [3, 0, 0], [0, 0, 0]]
    assert flows.final_demand[:, 0].tolist() == [9, 39, 6]
    exec(code("figaro.md", 1), made)
    needs = made["needs"]
    assert needs.Z.tolist() == [[5, 30, 1], [3, 2, 0], [0, 0, 0]]
    assert needs.output.tolist() == flows.output.tolist()
    # both are understood by companies' NACE codes
    assert flows.sector_of({"a": "01.61", "b": "11.05", "c": "32.99"})["sector"].tolist() == [
        "A01", "C10-12", "C31_32",
    ]  # fmt: skip
    members = pd.DataFrame(
        {"id": ["farm", "mill"], "nace": ["01.11", "10.61"], "size": [20, 30]},
    )
    links = kedja.value_chain.infer_links(members, needs, mean_degree=0.5, k=1)
    assert ("farm", "mill") in set(zip(links["source"], links["target"], strict=True))
