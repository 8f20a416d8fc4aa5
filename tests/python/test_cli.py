"""The command line as a user types it: what it prints, what it writes, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import kedja
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
NORDIC = sorted((ROOT / "examples" / "data" / "nordic_demo").glob("*.xlsx"))


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "kedja", *map(str, words)]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"},
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    page = tmp_path_factory.mktemp("demo") / "report.html"
    made = run("demo", "--out", page)
    assert made.returncode == 0, made.stderr
    return made.stdout, page


def test_demo_prints_every_answer(demo: tuple[str, Path]) -> None:
    said, _ = demo
    for part in (
        "companies 22787 rows",
        "Checked: 0 errors",
        "CORDIS, European Union",
        "Most central companies",
        "Brokers between clusters",
        "Strongest ties between clusters",
        "Weakest ties between clusters",
        "All 300 clusters",
        "Gaps of SE23 x LEIT",
        "Largest single gaps and who could fill them",
        "named organisations only, as of 2017",
        "  10. ",
    ):
        assert part in said, part
    assert "Text(" not in said and "nan" not in said.split()


def test_demo_writes_one_offline_page_with_all_clusters(demo: tuple[str, Path]) -> None:
    _, page = demo
    html = page.read_text(encoding="utf-8")
    assert html.count('id="t-overview"') == 1
    assert html.count("SE23 x LEIT") > 1
    assert [p.name for p in page.parent.iterdir()] == ["report.html"]


@pytest.mark.skipif(not NORDIC, reason="the example member lists are not beside the tests")
@pytest.mark.parametrize("lang", ["en", "sv"])
def test_member_lists_become_a_report(lang: str, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    page = tmp_path / "rapport.html"
    made = run("report", *NORDIC, "--lang", lang, "--out", page)
    assert made.returncode == 0, made.stderr
    assert f'<html lang="{lang}">' in page.read_text(encoding="utf-8")
    undecided = {"en": "Undecided", "sv": "Oavgjord"}[lang]
    assert made.stdout.count(undecided) == 1  # who holds together: no links
    assert {"en": "a company is listed once", "sv": "ett företag står en gång"}[lang] in made.stdout


def test_a_bad_table_ends_with_its_place_and_no_file(tmp_path: Path) -> None:
    table = tmp_path / "companies.csv"
    table.write_text("id,size\nA,3\nB,-4\n", encoding="utf-8")
    page = tmp_path / "report.html"
    made = run("report", table, "--out", page)
    assert made.returncode == 2
    for part in ("companies.csv", "row 3", "size", "'-4'", "E_RANGE"):
        assert part in made.stderr
    assert "Traceback" not in made.stderr
    assert not page.exists()


@pytest.mark.parametrize(
    "words",
    [("--lang", "de"), ("--audience", "all"), ("--cluster", "nobody"), ("--out", "no/such/x.html")],
)
def test_bad_options_end_with_two_and_leave_the_old_report(
    words: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "companies.csv").write_text("id,nace,cluster\nA,24.10,x\nB,25.11,y\n")
    page = tmp_path / "report.html"
    page.write_text("old")
    made = run("report", tmp_path / "companies.csv", "--out", page, *words)
    assert made.returncode == 2, made.stderr
    assert "Traceback" not in made.stderr
    assert page.read_text() == "old"


def test_a_page_named_among_the_inputs_is_told_where_it_belongs(tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text("id\nA\n")
    made = run("report", tmp_path / "companies.csv", tmp_path / "page.html")
    assert made.returncode == 2
    assert f"--out {tmp_path / 'page.html'}" in made.stderr


@pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C")
def test_an_interrupted_run_leaves_the_old_report(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("old")
    process = subprocess.Popen(
        command("demo", "--out", page), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(1.5)  # past the imports, inside the analysis of several seconds
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 3, told
    assert b"interrupted" in told and b"Traceback" not in told
    assert page.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_usage_errors_and_help() -> None:
    assert run("nothing").returncode == 2
    assert run("demo", "--lang").returncode == 2
    assert run("--help").returncode == 0


def test_measures_gaps_and_partners_run_on_a_folder(tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text("id,name\nA,Alfa\nB,Beta\nC,Gamma\n")
    (tmp_path / "memberships.csv").write_text("company,cluster\nA,x\nC,y\n")
    (tmp_path / "capabilities.csv").write_text("company,capability\nA,k\nB,k\nC,l\n")
    (tmp_path / "links.csv").write_text(
        "source,target,kind\nA,B,collaboration\nB,C,collaboration\n"
    )
    checked = run("check", tmp_path)
    assert checked.returncode == 0, checked.stderr
    measured = run("measure", "degree", tmp_path, "--kind", "collaboration")
    assert measured.returncode == 0, measured.stderr
    assert "2" in measured.stdout
    gaps = run("gaps", tmp_path, "--cluster", "x")
    assert gaps.returncode == 0, gaps.stderr
    assert "capability" in gaps.stdout
    partners = run("partners", tmp_path, "--cluster", "x")
    assert partners.returncode == 0, partners.stderr
    assert "C" in partners.stdout
    for target in ((), ("--cluster", "x", "--company", "A"), ("--company", "A", "--all")):
        refused = run("partners", tmp_path, *target)
        assert refused.returncode == 2, target
        said = "give exactly one of --cluster NAME, --company ID and --all (every company)"
        assert refused.stderr == f"kedja: {said}\n"


def test_partners_and_backtest_options(tmp_path: Path) -> None:
    import partners_fixture

    for name, columns in partners_fixture.tables().items():
        rows = zip(*columns.values(), strict=True)
        lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    tested = run("backtest", tmp_path, "--negatives", "degree_matched", "--json")
    assert tested.returncode == 0, tested.stderr
    assert "degree_matched" in tested.stdout and "uniform" not in tested.stdout
    wrong = run("backtest", tmp_path, "--negatives", "random")
    assert wrong.returncode == 2 and "negatives must be of" in wrong.stderr
    every = run("partners", tmp_path, "--all", "--k", "2", "--out", tmp_path / "all.csv")
    assert every.returncode == 0, every.stderr
    rows = (tmp_path / "all.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + 2 * 160 and "mixed_6" in rows[0]
    spread = run("partners", tmp_path, "--cluster", "k1", "--spread", "1")
    assert spread.returncode == 0 and "without --spread" in spread.stdout, spread.stderr
    page = run("report", tmp_path, "--cluster", "k1", "--backtest", "--out", tmp_path / "r.html")
    assert page.returncode == 0, page.stderr
    assert 'id="t-backtest"' in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_member_lists_on_the_command_line_give_three_introductions(tmp_path: Path) -> None:
    """Two clusters' own lists, merged by organisation number; one page in Swedish."""
    pd = pytest.importorskip("pandas")
    lists = {
        "a.xlsx": [("5560000001", "Alfa Gjuteri AB", "24.51"), ("5560000019", "Beta Stål AB", "24.10"),
                   ("5560000027", "Gamma Plåt AB", "25.11"), ("5560000035", "Delta Rör AB", "24.20")],
        "b.xlsx": [("5560000043", "Epsilon Data AB", "62.01"), ("5560000050", "Zeta Frakt AB", "49.41"),
                   ("5560000068", "Eta Verktyg AB", "28.41"), ("5560000019", "Beta Stål AB", "24.10")],
    }  # fmt: skip
    for file, rows in lists.items():
        frame = pd.DataFrame(rows, columns=["organisationsnummer", "namn", "SNI"])
        frame["kluster"] = "Klustret " + file[0].upper()
        frame["kommun"] = "Linköping"
        frame.to_excel(tmp_path / file, index=False)
    page = tmp_path / "r.html"
    made = run(
        "report", tmp_path / "a.xlsx", tmp_path / "b.xlsx", "--lang", "sv", "--out", page,
        "--cluster", "Klustret A",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    text = page.read_text(encoding="utf-8")
    table = text[text.index('id="t-partners"') :]
    table = table[: table.index("</table>")]
    assert 1 <= table.count('class="rank"') <= 3
    assert "gör det som färre medlemmar gör här än på andra håll" in table and "täcker" in table
    assert any(name in table for name in ("Epsilon Data AB", "Zeta Frakt AB", "Eta Verktyg AB"))


def test_the_overview_shows_what_the_measures_give(tmp_path: Path) -> None:
    from kedja import _contents

    data = kedja.datasets.load("nordic_demo")
    overview = _contents.build(data, progress=False).overview
    whole = kedja.gap.capability(data, progress=False).frame.query("item == ''")
    assert {row.id: row.capability for row in overview.clusters} == pytest.approx(
        dict(zip(whole["cluster"], whole["gap"], strict=True))
    )
    assert sum(row.companies for row in overview.clusters) == len(data.memberships)
    assert all(row.tie_deficit is None for row in overview.clusters)  # no links, no tie


def test_the_strongest_and_weakest_ties_are_those_of_all_pairs() -> None:
    from kedja import _contents

    data = kedja.datasets.load("cordis_h2020")
    overview = _contents.build(data, draws=50, progress=False).overview
    tested = kedja.null_models.tie_significance(data, draws=50, progress=False).frame
    sure = tested[
        (tested["qvalue"] <= 0.05) & np.isfinite(tested["z"]) & (tested["a"] != tested["b"])
    ]
    assert (overview.pairs, overview.more, overview.fewer) == (
        len(tested),
        (sure["z"] > 0).sum(),
        (sure["z"] < 0).sum(),
    )
    weakest = sure[sure["z"] < 0].sort_values("qvalue")
    assert overview.weakest[0].q == pytest.approx(weakest["qvalue"].iloc[0])
    assert all(p.observed < p.expected for p in overview.weakest)
    assert all(p.observed > p.expected for p in overview.strongest)


@pytest.mark.parametrize("words", [("check",), ("gaps", "--cluster"), ("report", "--cluster")])
def test_a_folder_of_member_lists_is_read_as_its_files(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    folder = NORDIC[0].parent
    cluster = kedja.read([str(file) for file in NORDIC]).clusters.to_pandas()["id"][0]
    made = []
    for subject in ([folder], NORDIC):
        page = ["--out", tmp_path / "page.html"] if words[0] == "report" else []
        done = run(words[0], *subject, *words[1:], *([cluster] if len(words) > 1 else []), *page)
        assert done.returncode == 0, done.stderr
        made.append(done.stdout)
    assert made[0] == made[1] and made[0]


def test_a_folder_may_mix_lists_with_named_tables(tmp_path: Path) -> None:
    import shutil

    import openpyxl

    shutil.copy(NORDIC[0], tmp_path)
    (tmp_path / f"~${NORDIC[0].name}").write_bytes(b"lock")  # as Excel leaves one while open
    ids = kedja.read(NORDIC[0]).ids[:2]
    links = openpyxl.Workbook()
    for row in (("source", "target"), tuple(ids)):
        links.active.append(row)
    links.save(tmp_path / "links.xlsx")  # one sheet of any name, named by its file
    data = kedja.read(tmp_path)
    assert len(data.links) == 1 and len(data.companies) == len(kedja.read(NORDIC[0]).companies)
    (tmp_path / "companies.csv").write_text("id\n" + "\n".join(ids), encoding="utf-8")
    assert len(kedja.read(tmp_path).companies) == 2  # the list is not read beside this table
    with pytest.raises(kedja.DataError, match="no table such as"):
        kedja.read(NORDIC[0].parent.parent)
