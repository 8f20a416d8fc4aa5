"""Every measure by its name on the command line, and tables converted."""

from __future__ import annotations

import json

import kedja
import pytest
from kedja import _cli_measures
from test_cli import run

TABLES = {
    "companies": {
        "id": list("abcdef"),
        "name": list("ABCDEF"),
        "country": ["SE", "SE", "NO", "DK", "SE", "FI"],
        "nuts": ["SE232", "SE110", "NO082", "DK011", "SE232", "FI1B1"],
        "nace": ["24.10", "25.11", "25.11", "29.10", "29.10", "24.10"],
        "size": ["10", "20", "30", "40", "50", "60"],
    },
    "clusters": {"id": ["x", "y"]},
    "memberships": {"company": list("abcdef"), "cluster": list("xxxyyy")},
    "links": {
        "source": list("abcdabce"),
        "target": list("bcdebdfc"),
        "kind": ["supply"] * 5 + ["collaboration"] * 3,
        "value": ["5", "4", "3", "2", "1", "1", "1", "1"],
    },
    "capabilities": {
        "company": list("abcdefad"),
        "capability": ["cast", "weld", "weld", "paint", "cast", "paint", "mill", "mill"],
    },
    "flows": {
        "source": ["ore", "steel", "steel", "car"],
        "target": ["steel", "car", "final_demand", "final_demand"],
        "value": ["3", "5", "4", "20"],
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("tables")
    for name, columns in TABLES.items():
        lines = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
        (made / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made


@pytest.mark.parametrize("name", _cli_measures.names())
def test_every_listed_measure_computes(name, folder):
    data = kedja.read(folder)
    needs = {
        "influence": ["labour_share=0.6"],
        "bicm": ["binary=rca"],
        "group_closeness": ["k=2"],
        "cascade": ["by=scenario"],
    }
    try:
        found = _cli_measures.compute(
            name, data, kind=None, by="cluster", asked={"seed": 1}, options=needs.get(name, [])
        )
    except kedja.InvalidArgumentError as refused:
        # What the command line cannot say in one option is refused by the measure's own words.
        assert name in ("inoperability", "gvc_participation", "infer_links"), refused
        return
    for part in found:
        assert len(part) > 0 or name in ("fragility", "coverage")
        assert part.meta["measure"]


def test_measures_by_name(folder):
    listed = run("measure", "list").stdout.split()
    assert {"betweenness", "esri", "core_number", "rca"} <= set(listed)
    said = run("measure", "structure.core_number", folder, "--json")
    assert said.returncode == 0, said.stderr
    rows = json.loads(said.stdout)["rows"]
    graph = kedja.read(folder).graph("collaboration")
    expected = kedja.structure.core_number(graph)
    assert [row["core_number"] for row in rows] == expected["core_number"].tolist()
    wrong = run("measure", "betweeness", folder)
    assert wrong.returncode == 2
    assert "did you mean 'betweenness'?" in wrong.stderr
    wrong = run("measure", "core_number", folder, "--epsilon", "0.1")
    assert (wrong.returncode, "takes no --epsilon" in wrong.stderr) == (2, True)
    wrong = run("measure", "pagerank", folder, "--option", "dampening=0.5")
    assert wrong.returncode == 2
    assert "pagerank takes" in wrong.stderr
    wrong = run("measure", "inoperability", folder)
    assert wrong.returncode == 2 and "inoperability needs --option" in wrong.stderr
    half = run("measure", "pagerank", folder, "--option", "damping=0.5", "--json")
    assert json.loads(half.stdout)["meta"]["parameters"]["damping"] == 0.5


def test_measures_of_flows_from_files(folder, tmp_path):
    # By hand: steel uses 0.25 ore per unit, cars 0.5 steel; all ore goes to steel.
    files = {
        "flows.tsv": "source\ttarget\tvalue\n01\t24\t3\n24\t29\t6\n",
        "demand.csv": "sector,households,exports\n01,0,0\n24,4,2\n29,10,2\n",
        "output.csv": "sector,output\n01,3\n24,12\n29,12\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    flows = ["--flows", tmp_path / "flows.tsv", "--json"]
    more = ["--final-demand", tmp_path / "demand.csv", "--output", tmp_path / "output.csv"]
    for given in (more, more[:2]):  # output is what is sold, where it is not given
        said = run("measure", "upstreamness", *flows, *given)
        assert said.returncode == 0, said.stderr
        rows = {row["sector"]: row["upstreamness"] for row in json.loads(said.stdout)["rows"]}
        assert rows == pytest.approx({"01": 2.5, "24": 1.5, "29": 1.0})
    said = run("measure", "multipliers", *flows, *more)
    rows = {row["sector"]: row["output_multiplier"] for row in json.loads(said.stdout)["rows"]}
    assert rows == pytest.approx({"01": 1.0, "24": 1.25, "29": 1.625})
    said = run("measure", "trophic_levels", *flows)
    rows = {row["company"]: row["level"] for row in json.loads(said.stdout)["rows"]}
    assert rows == pytest.approx({"01": 0.0, "24": 1.0, "29": 2.0})
    shipped = run("measure", "upstreamness", "--flows", "us_bea_2017_nace", "--json")
    assert len(json.loads(shipped.stdout)["rows"]) == 83
    help_ = run("measure", "--help").stdout
    assert all(word in help_ for word in ("--flows", "--final-demand", "--output"))
    for wrong, words in (
        (["upstreamness", *more[:2]], "belong to --flows"),
        (["upstreamness", "--flows", tmp_path / "none.csv"], "none.csv: cannot be read"),
        (["core_number", folder, *flows], "core_number takes no --flows"),
        (["upstreamness", "--flows", "us_bea_2017_nace", *more[:2]], "its own final demand"),
        (["upstreamness", "--balance-tolerance", "0.5"], "belong to --flows"),
        (["upstreamness"], "name the folder or the files"),
    ):
        said = run("measure", *wrong)
        assert said.returncode == 2 and words in said.stderr, said.stderr


def test_chains_and_shocks_are_told_all_they_need(folder, tmp_path):
    files = {
        # two countries, labels with the country before a bar
        "world.csv": "source,target,value\nSE|24,NO|24,4\nNO|24,SE|24,2\nSE|24,SE|24,1\n",
        "demand.csv": "sector,SE,NO\nSE|24,5,1\nNO|24,3,7\n",
        "shocks.csv": "scenario,company,remaining\nstrike,a,0.5\nfire,b,0\nfire,d,0.25\n",
        "essential.csv": "sector,24,25,29\n24,2,2,1\n25,1,2,2\n29,1,1,1\n",
        "industries.csv": "source,target,value\n24,25,6\n25,29,9\n29,final_demand,20\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    said = run(
        "measure", "gvc_participation", "--flows", tmp_path / "world.csv",
        "--final-demand", tmp_path / "demand.csv", "--json",
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    exports = {row["group"]: row["exports"] for row in json.loads(said.stdout)["rows"]}
    assert exports == pytest.approx({"SE": 4 + 1, "NO": 2 + 3})
    said = run(
        "measure", "esri", folder, "--json", "--option", f"shocks={tmp_path / 'shocks.csv'}",
        "--option", f"essential={tmp_path / 'essential.csv'}", "--option", "weight=size",
        "--option", 'sector=["24","25","25","29","29","24"]',
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    data = kedja.read(folder)
    import pandas as pd

    expected = kedja.shock.esri(
        data.graph("supply", weight="value"),
        shocks=pd.read_csv(tmp_path / "shocks.csv"),
        essential=pd.read_csv(tmp_path / "essential.csv", index_col=0),
        weight=[10, 20, 30, 40, 50, 60],
        sector=[24, 25, 25, 29, 29, 24],
    )
    rows = json.loads(said.stdout)["rows"]
    assert [row["esri"] for row in rows] == expected["esri"].tolist()
    assert [row["scenario"] for row in rows] == ["strike", "fire"]
    (tmp_path / "off.csv").write_text("sector,output\nSE|24,11\nNO|24,12.1\n", encoding="utf-8")
    table = [
        "upstreamness", "--flows", tmp_path / "world.csv",
        "--final-demand", tmp_path / "demand.csv", "--output", tmp_path / "off.csv",
    ]  # fmt: skip
    said = run("measure", *table)
    assert said.returncode == 2 and "raise balance_tolerance" in said.stderr
    said = run("measure", *table, "--balance-tolerance", "0.02", "--json")
    assert said.returncode == 0, said.stderr
    (tmp_path / "circle").mkdir()
    (tmp_path / "circle" / "links.csv").write_text("source,target\na,b\nb,a\n", encoding="utf-8")
    for mode in ("fixed_point", "closed_form"):
        said = run("measure", "esri", tmp_path / "circle", "--option", f"mode={mode}", "--json")
        assert said.returncode == 0 and "2 of 2 companies take the whole" in said.stderr
        assert [row["esri"] for row in json.loads(said.stdout)["rows"]] == [1, 1]
    # Sectors need not be NACE divisions where the option names them.
    said = run(
        "measure", "sourcing", folder, "--json", "--option", 'sector=["x","x","y","y","y","x"]'
    )
    assert said.returncode == 0, said.stderr
    said = run("measure", "inoperability", folder, "--option", 'disturbance={"car":0.5}', "--json")
    rows = {row["sector"]: row["inoperability"] for row in json.loads(said.stdout)["rows"]}
    assert rows == pytest.approx({"car": 0.5, "steel": 0.5 * 5 / 9, "ore": 0.5 * 5 / 9})
    said = run(
        "measure", "infer_links", folder, "--flows", tmp_path / "industries.csv", "--json",
        "--option", "k=2", "--option", "mean_degree=1",
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    rows = json.loads(said.stdout)["rows"]
    assert all(row["inferred"] and 0 < row["probability"] < 1 for row in rows) and len(rows) > 3
    for wrong, words in (
        (["infer_links", folder, "--option", "k=2"], "no label of the flows is a NACE"),
        (["esri", folder, "--option", "revenue=turnover"], "companies have no column 'turnover'"),
        (["esri", folder, "--option", "shocks=none.csv"], "none.csv: cannot be read"),
        (["infer_links", "--flows", "us_bea_2017_nace"], "name the folder or the files"),
    ):
        said = run("measure", *wrong)
        assert said.returncode == 2 and words in said.stderr, said.stderr


def test_convert(folder, tmp_path):
    data = kedja.read(folder)
    for out in ("data.kedja", "chain.graphml", "tables"):
        assert run("convert", folder, "--out", tmp_path / out).returncode == 0
    assert kedja.open(tmp_path / "data.kedja").checksum == data.checksum
    assert kedja.read(tmp_path / "tables").graph("supply").checksum == data.graph("supply").checksum
    assert kedja.read(tmp_path / "chain.graphml").graph(["collaboration", "supply"], directed=False)
    again = run("convert", folder, "--out", tmp_path / "tables")
    assert (again.returncode, "is there already" in again.stderr) == (2, True)
    assert run("convert", folder, "--out", tmp_path / "data.xyz").returncode == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["chain.graphml", "data.kedja", "tables"]
