"""The member survey: written, filled in, read back; what a member list alone decides."""

from __future__ import annotations

from pathlib import Path

import kedja
import numpy as np
import openpyxl
import pytest
from kedja import _need, _survey
from typer.testing import CliRunner

NORDIC = kedja.datasets.path("nordic_demo")
CLUSTER = "Matriket Skåne (påhittat)"
FOOD = NORDIC / "livsmedel_skane.xlsx"


def run(*words: object) -> str:
    from kedja._cli import app

    done = CliRunner().invoke(app, [str(w) for w in words])
    assert done.exit_code == 0, done.output
    return done.output


def answer(path: Path, cells: dict[tuple[str, int, str], object]) -> None:
    """Fill in cells named by sheet, member (0, 1, ...) and column code."""
    book = openpyxl.load_workbook(path)
    for (title, member, code), value in cells.items():
        sheet = book[title]
        column = [c.value for c in sheet[1]].index(code) + 1
        sheet.cell(member + 3, column, value)
    book.save(path)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "enkat.xlsx"
    assert "52 members" in run("template", FOOD, "--lang", "sv", "--out", path)
    return path


def test_the_sheet_asks_in_the_language_asked_for(sheet: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(sheet)
    assert book.sheetnames == ["Läs mig", "Säljer", "Behöver", "Kompetens", "Digitalt", "Grönt"]
    assert [c.value for c in book["Grönt"][2]][:3] == ["Organisationsnummer", "Namn", "Medlem i"]
    assert "energikartläggning" in [c.value for c in book["Grönt"][2]]
    digital = [c.value for c in book["Digitalt"][1]]
    assert sum(str(code).startswith("dii:") for code in digital) == 12
    ids = [row[0].value for row in book["Säljer"].iter_rows(min_row=3)]
    assert ids == kedja.read([FOOD]).companies.to_pandas()["id"].tolist()
    empty = tmp_path / "survey.xlsx"
    run("template", "--out", empty)
    assert openpyxl.load_workbook(empty).sheetnames[1] == "Sells"


def test_an_unanswered_sheet_decides_nothing(sheet: Path) -> None:
    data = kedja.read([FOOD, sheet])
    assert len(data.capabilities) == len(data.needs) == 0
    found = kedja.gap.coverage(data)
    assert set(found["status"]) == {"undecided"}
    assert data.answers().frame.set_index("question").loc["missing", "state"] == "partial"


def test_answers_come_back_as_capabilities_and_needs(sheet: Path) -> None:
    answer(
        sheet,
        {
            ("Säljer", 0, "sells:1"): "Ostvassla",
            ("Behöver", 0, "needs:1"): "Industriellt  underhåll",
            ("Behöver", 1, "needs:1"): "kylteknik",
            ("Kompetens", 1, "skill:maintenance"): "X",
            ("Grönt", 0, "green:energy_audit"): "ja",
            ("Grönt", 0, "green:hydrogen"): 0.5,
            ("Grönt", 1, "kedja:answered"): "ja",
            ("Digitalt", 2, "dii:erp"): "nej",
        },
    )
    data = kedja.read([FOOD, sheet])
    assert len(data.companies) == 52
    ids = data.companies.to_pandas()["id"].tolist()
    needs = data.needs.to_pandas()[["company", "capability"]].to_numpy().tolist()
    assert needs == [[ids[0], "skill:maintenance"], [ids[1], "kylteknik"]]  # known words are codes
    has = data.capabilities.to_pandas()
    given = has[has["level"] > 0].set_index(["company", "capability"])["level"].to_dict()
    assert given == {
        (ids[0], "ostvassla"): 1.0,
        (ids[1], "skill:maintenance"): 1.0,
        (ids[0], "green:energy_audit"): 1.0,
        (ids[0], "green:hydrogen"): 0.5,
    }
    assert set(has["kind"]) == {"service", "skill", "green", "digital"}
    green = kedja.gap.coverage(data, set="green", cluster=CLUSTER)
    assert green["answered"][0] == 2  # one with answers, one who said that there is nothing
    assert green["gap"][0] == pytest.approx(1 - 1.5 / 18)
    dii = kedja.gap.coverage(data, set="digital_intensity", cluster=CLUSTER)
    assert (dii["answered"][0], dii["gap"][0]) == (1, 1.0)
    assert kedja.gap.capability(data, cluster=CLUSTER).meta["need_basis"] == "needs"
    assert data.answers().frame.set_index("question").loc["missing", "state"] == "answered"


@pytest.mark.parametrize(
    ("code", "value", "message"),
    [
        ("green:hydrogen", "kanske", "sheet Grönt, row 3, column green:hydrogen: 'kanske'"),
        ("green:hydrogen", 7, "between 0 and 1"),
        ("kedja:company", "", "the organisation number is missing"),
    ],
)
def test_a_wrong_answer_is_named(sheet: Path, code: str, value: object, message: str) -> None:
    answer(sheet, {("Grönt", 0, "green:energy_audit"): "x", ("Grönt", 0, code): value or " "})
    with pytest.raises(kedja.DataError, match=message):
        kedja.read([FOOD, sheet])


def test_personal_numbers_are_not_written_unless_asked_for(tmp_path: Path) -> None:
    data = kedja.from_tables(
        companies={"id": ["19121212-1212", "556000-0001"]},
        memberships={"company": ["19121212-1212", "556000-0001"], "cluster": ["x", "x"]},
    )
    assert _survey.template(tmp_path / "a.xlsx", data=data) == (1, 1)
    assert _survey.template(tmp_path / "b.xlsx", data=data, personal=True) == (2, 0)
    with pytest.raises(kedja.InvalidArgumentError, match=r"\.xlsx"):
        _survey.template(tmp_path / "a.csv", data=data)


# What a member list alone decides, with and without an input-output table


def test_ticks_decide_coverage_and_leave_industries_as_they_are(tmp_path: Path) -> None:
    lists = sorted(NORDIC.glob("*.xlsx"))
    data = kedja.read(lists)
    cluster = data.clusters.to_pandas()["id"][0]
    sheet = tmp_path / "survey.xlsx"
    _survey.template(sheet, data=data, cluster=cluster)
    answer(sheet, {("Green", 3, "green:ecodesign"): "x", ("Skills", 4, "skill:welding"): "yes"})
    answered = kedja.read([*lists, sheet])
    for measure in (kedja.gap.capability, kedja.gap.complementarity):
        before, after = (measure(d, cluster=cluster, draws=20).frame for d in (data, answered))
        assert before.equals(after) and set(after["status"]) <= {"inferred", "undecided"}
    found = kedja.gap.analyse(answered, cluster=cluster, draws=20)
    assert "ok" in set(found["status"][found["measure"] == "coverage"])
    assert any("24 Manufacture" in found.explain(i).formula for i in range(len(found)))
    answer(sheet, {("Needs", 3, "needs:1"): "energy audit"})
    asked = kedja.gap.capability(kedja.read([*lists, sheet]), cluster=cluster, draws=20)
    assert asked.meta["need_basis"] == "needs" and asked.meta["basis"] == "capabilities"


def test_a_member_list_alone_says_what_would_decide_the_rest() -> None:
    data = kedja.datasets.load("nordic_demo")
    found = kedja.gap.analyse(data, cluster=CLUSTER).frame
    states = found[found["item"] == ""].set_index("measure")["status"].to_dict()
    assert states == {
        "capability": "inferred",
        "complementarity": "undecided",
        "tie_deficit": "undecided",
        "reach": "undecided",
        "fragility": "undecided",
        "coverage": "undecided",
    }
    for row in found[found["status"] == "undecided"].itertuples():
        assert np.isnan(row.gap) and "would decide it" in row.evidence
    assert (found.loc[found["measure"] == "capability", "gap"] >= 0).all()


def test_needs_of_a_member_list_follow_the_input_output_table(shared: Path) -> None:
    folder = shared / "data" / "io_open" / "us_bea_2017_nace"
    lists = sorted(NORDIC.glob("*.xlsx"))
    data = kedja.read([*lists, folder / "flows.csv"])
    found = kedja.gap.capability(data, cluster=CLUSTER)
    assert found.meta["need_basis"] == "flows" and found.meta["need_source"].startswith("flows:")
    assert set(found["status"]) == {"inferred"}
    # Direct inputs of the members' divisions, weighted by headcount, by pandas alone.
    flows = data.flows.to_pandas().pivot_table(
        index="source", columns="target", values="value", fill_value=0.0
    )
    flows = flows.clip(lower=0)
    share = flows / flows.sum()
    companies = data.companies.to_pandas().set_index("id")
    members = data.memberships.to_pandas().query("cluster == @CLUSTER")["company"]
    size = companies["size"].fillna(companies["size"].median())
    division = companies["nace"].str[:2]
    activity = size[members].groupby(division[members]).sum().reindex(share.columns).fillna(0)
    need = share.to_numpy() @ activity.to_numpy()
    need = dict(zip(share.index, need / need.sum(), strict=True))
    common = division.value_counts(normalize=True)
    inside = division[members].value_counts(normalize=True)
    part = {
        d: need[d] * (1 - min(1.0, inside.get(d, 0.0) / common[d]) if d in common else 1.0)
        for d in need
    }
    assert found["gap"][0] == pytest.approx(sum(part.values()))
    items = found.frame[found["item"] != ""].set_index("item")["gap"]
    assert items.to_dict() == pytest.approx({d: v for d, v in part.items() if v > 0})
    pairs = kedja.gap.complementarity(data, cluster=CLUSTER)
    assert pairs.meta["form"] == "need" and pairs["status"][0] == "undecided"
    assert 0 < pairs["joint"][0] <= pairs["alone"][0] <= 1
    assert set(pairs["status"][1:]) == {"inferred"}


def test_total_requirements_are_the_leontief_inverse() -> None:
    flow = np.array([[10.0, 20.0], [30.0, 5.0]])
    table = _need.IoTable(["01", "10"], flow, np.array([100.0, 80.0]), "small")
    a = flow / [100, 80]
    assert np.allclose(table.coefficients, a)
    data = kedja.from_tables(
        companies={"id": ["a", "b"], "nace": ["10.11", "10.12"], "size": [3, None]},
        memberships={"company": ["a", "b"], "cluster": ["x", "x"]},
    )
    need = _need._flows(data, table, ["10"], data.groups("cluster"))
    assert np.allclose(need.value[0], np.linalg.inv(np.eye(2) - a) @ [0, 6])
    assert np.allclose(table.sold_on, [0.3, 35 / 80])


def test_stages_say_what_a_chain_needs() -> None:
    data = kedja.from_tables(
        companies={"id": list("abc")},
        memberships={"company": list("abc"), "cluster": list("xxy")},
        capabilities={"company": list("abc"), "capability": ["milling", "baking", "packing"]},
        stages={
            "stage": ["grain", "grain", "bread", "packing"],
            "goes_into": ["bread", "packing", "packing", ""],
            "capability": ["milling", "milling", "baking", ""],
        },
    )
    found = kedja.gap.capability(data, cluster="x")
    assert found.meta["need_basis"] == "stages"
    assert found["gap"].tolist() == pytest.approx([1 / 3, 1 / 3])
    assert found["item"].tolist() == ["", "packing"]


# Explanations


def test_every_gap_opens_into_its_evidence() -> None:
    data = kedja.datasets.load("cordis_h2020")
    found = kedja.gap.analyse(data, cluster="SE23|LEIT")
    members = set(data.memberships.to_pandas().query("cluster == 'SE23|LEIT'")["company"])
    for i, measure in enumerate(found["measure"]):
        said = found.explain(i)
        assert said.text == found["evidence"][i]
        assert str(said).startswith(f"SE23|LEIT: {measure}")
    i = next(i for i, m in enumerate(found["measure"]) if m == "reach" and found["item"][i] == "ES")
    said = found.explain(i)
    country = data.companies.to_pandas().set_index("id")["country"]
    joint = data.participations.to_pandas().groupby("project")["company"].agg(set)
    expected = {
        p for p, who in joint.items()
        if who & members and any(country[c] == "ES" for c in who - members)
    }  # fmt: skip
    assert {p.project for p in said.projects} == expected and expected
    with pytest.raises(kedja.InvalidArgumentError, match="there is no row 99999"):
        found.explain(99999)
    text = run(
        "gaps", kedja.datasets.path("cordis_h2020"), "--cluster", "SE23|LEIT", "--explain", i
    )
    assert said.text in text and f"Projects ({len(expected)})" in text


def test_an_explanation_on_the_command_line_masks_personal_numbers(tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text(
        "id,name,cluster\n19121212-1212,Anna,x\n556000-0001,B AB,x\n556000-0002,C AB,y\n"
    )
    (tmp_path / "capabilities.csv").write_text(
        "company,capability\n19121212-1212,k\n556000-0002,l\n"
    )
    for options in ([], ["--json"]):
        said = run("gaps", tmp_path, "--cluster", "x", "--explain", "0", *options)
        assert "B AB" in said and "556000-0001" in said
        assert "Anna" in said and "1212-1212" not in said
