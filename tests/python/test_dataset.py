"""Tables in: the corpus of bad inputs, Swedish lists, policies, privacy; answers and gaps out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import kedja
import numpy as np
import pandas as pd
import pytest

CORPUS_TABLES = ("companies", "clusters", "memberships", "links")


def load_case(corpus: Path, file: str, table: str, alone: bool):
    if table == "graphs":
        return kedja.read(corpus / file)
    tables = {}
    for name in CORPUS_TABLES:
        if alone and name != table and (table == "companies" or name != "companies"):
            continue
        tables[name] = corpus / file if name == table else corpus / "base" / f"{name}.csv"
    data = kedja.from_tables(**tables)
    for kind in ("supply", "collaboration"):  # what shows only when values are added
        if "value" in data.links.to_pandas():
            data.graph(kind, weight="value", missing=1)
    return data


def test_corpus_of_bad_inputs(shared):
    corpus = shared / "corpus"
    manifest = pd.read_csv(corpus / "manifest.csv", keep_default_na=False)
    wrong = []
    for case in manifest.itertuples():
        if "leontief" in case.file:
            continue
        error = data = None
        for alone in (False, True):
            try:
                data = load_case(corpus, case.file, case.table, alone)
                error = None
                break
            except kedja.DataError as caught:
                error = caught
                own_ids = case.expected != "error" and caught.code == "E_DANGLING"
                if not own_ids or case.table == "links":
                    break
        if case.expected == "error":
            if error is None and case.category == "ragged":  # allowed: accepted with a warning
                assert "W_TRAILING_DELIMITER" in data.check()["code"]
                continue
            if error is None or error.code != case.error_code:
                wrong.append((case.file, case.error_code, error and error.code))
                continue
            for what in filter(None, case.error_must_name.split(";")):
                empty_is_wrong = case.what_is_wrong.endswith("''")
                if getattr(error, what) in ("", None) and not (what == "value" and empty_is_wrong):
                    wrong.append((case.file, "not named", what))
        elif error is not None:
            wrong.append((case.file, "accept", error.code, str(error)[:100]))
        elif case.expected == "accept_with_warning":
            codes = set(data.check()["code"])
            if not any(code.startswith("W_") for code in codes):
                wrong.append((case.file, "no warning", codes))
    assert wrong == []


def test_policies_report_and_drop():
    tables = {
        "companies": {"id": ["a", "b"], "size": ["3", "many"]},
        "links": {"source": ["a", "a"], "target": ["b", "x"]},
    }
    with pytest.raises(kedja.DataError) as caught:
        kedja.from_tables(**tables)
    assert (caught.value.code, caught.value.row, caught.value.column) == ("E_NUMBER", 1, "size")
    report = kedja.from_tables(on_bad="report", **tables)
    assert set(report.check()["code"]) >= {"E_NUMBER", "E_DANGLING"}
    with pytest.raises(kedja.DataError, match="see check"):
        report.graph()
    kept = kedja.from_tables(on_bad="drop", **tables)
    assert len(kept.companies) == 1
    assert len(kept.links) == 0
    assert "W_DROPPED" in set(kept.check()["code"])


def test_swedish_excel_lists_are_merged():
    data = kedja.datasets.load("nordic_demo")
    frame = data.companies.to_pandas()
    assert len(frame) == 261 and len(data.clusters) == 6 and len(data.memberships) == 271
    assert frame["nuts"].str.fullmatch("SE[0-9]{3}").all()
    assert frame["nace"].str.fullmatch(r"[0-9]{2}\.[0-9]{2}").all()
    assert data.source["invented"] is True
    states = dict(zip(data.answers()["question"], data.answers()["state"], strict=True))
    assert states["hold_together"] == "undecided"
    assert states["missing"] == "partial"
    assert states["position"] == "partial"  # its industry's place, by the table that ships
    assert (data.answers("sv")["deciding_column"] == data.answers("en")["deciding_column"]).all()


def test_without_a_table_an_industry_has_no_place_in_the_chain(monkeypatch):
    data = kedja.from_tables(companies={"id": ["a"], "nace": ["25.62"], "size": [np.float64(12)]})
    answers = data.answers().frame.set_index("question")
    for question in ("position", "what_if"):
        assert answers.loc[question, "state"] == "partial"
        assert answers.loc[question, "deciding_column"] == "links.kind = supply"
    monkeypatch.setattr("kedja._answers.io_table", lambda data: None)
    answers = data.answers().frame.set_index("question")
    assert answers.loc["position", "state"] == answers.loc["what_if", "state"] == "undecided"
    assert "flows" in answers.loc["position", "deciding_column"]


def test_personal_identity_numbers_are_masked():
    data = kedja.from_tables(companies={"id": ["850101-1234", "556016-0680"]})
    found = data.check().frame
    assert found["code"].tolist() == ["W_PERSONAL_NUMBER"]
    assert "850101" not in found.to_string()


def test_groups_and_years():
    data = kedja.from_tables(
        companies={"id": list("abc"), "country": ["SE", "EL", ""], "nuts": ["SE232", "EL30", ""]},
        links={"source": ["a", "a"], "target": ["b", "c"], "year": ["2015", "2020"]},
        memberships={"company": ["a", "b"], "cluster": ["x", "x"], "since": ["2010", "2018"]},
    )
    assert data.groups("country").names == ["GR", "SE"]
    assert data.groups("nuts2").names == ["EL30", "SE23"]
    assert data.graph(years=2015).num_links == 1
    assert data.graph(years=(2016, None)).num_links == 1
    past = data.as_of(2016)
    assert len(past.links) == 1 and len(past.memberships) == 1
    with pytest.raises(kedja.InvalidArgumentError, match="there is no 'colour'"):
        data.groups("colour")


def test_currencies_are_not_added_without_rates():
    data = kedja.from_tables(
        companies={"id": ["a", "b"]},
        links={"source": ["a", "a"], "target": ["b", "b"], "value": ["1", "1"], "currency": ["SEK", "EUR"]},
    )  # fmt: skip
    with pytest.raises(kedja.DataError) as caught:
        data.graph(weight="value")
    assert caught.value.code == "E_CURRENCY_MIX"
    graph = data.graph(weight="value", rates={"SEK": 1.0, "EUR": 11.0})
    assert kedja.centrality.strength(graph)["upstream"].tolist() == [0.0, 12.0]


@pytest.fixture(scope="module")
def cordis():
    return kedja.datasets.load("cordis_h2020")


def test_cordis_is_clean_and_complete(cordis):
    assert (cordis.check()["severity"] == "error").sum() == 0
    graph = cordis.graph("collaboration")
    assert (graph.num_companies, graph.num_links) == (22_787, 416_754)  # as the source counts


def test_stratified_null_is_calibrated(cordis):
    """Participations dealt anew inside field and year flag no more than the nominal share."""
    table = cordis.participations.to_pandas()
    random = np.random.default_rng(5)
    key = table["field"] + "|" + table["year"].astype(str)
    dealt = table["company"].to_numpy(dtype=object).copy()
    for rows in table.groupby(key).indices.values():
        dealt[rows] = dealt[random.permutation(rows)]
    shuffled = kedja.from_tables(
        companies=cordis.companies.to_pandas()[["id"]],
        clusters=cordis.clusters.to_pandas()[["id"]],
        memberships=cordis.memberships.to_pandas(),
        participations=table.assign(company=dealt)[["company", "project", "year", "field"]],
    )
    under_null = kedja.null_models.tie_significance(shuffled, draws=100)
    assert (under_null["qvalue"] < 0.05).mean() < 0.01
    assert (under_null["pvalue"] < 0.05).mean() < 0.06
    real = kedja.null_models.tie_significance(cordis, draws=100)
    assert (real["qvalue"] < 0.05).mean() > (under_null["qvalue"] < 0.05).mean()


def test_gaps_name_fillers_outside_the_cluster(cordis):
    cluster = "SE23|LEIT"
    gaps = kedja.gap.analyse(cordis, cluster=cluster, draws=50)
    frame = gaps.frame
    whole = frame[frame["item"] == ""].set_index("measure")
    assert set(whole.index) == {
        "capability", "complementarity", "tie_deficit", "fragility", "reach", "coverage",
    }  # fmt: skip
    assert whole.loc["coverage", "status"] == "undecided" and np.isnan(whole.loc["coverage", "gap"])
    decided = frame[frame["gap"].notna()]
    assert decided["gap"].between(0, 1).all() or set(decided[~decided["gap"].between(0, 1)]["measure"]) == {"reach"}  # fmt: skip
    banded = whole.loc[["capability", "reach"]]
    assert (banded["low"] <= banded["gap"]).all() and (banded["gap"] <= banded["high"]).all()
    members = set(cordis.memberships.to_pandas().query("cluster == @cluster")["company"])
    assert not members & set(frame["filler"])
    assert gaps.verify()


def test_partners_are_named_outside_and_not_yet_linked(cordis):
    cluster = "SE23|LEIT"
    found = kedja.recommend.partners(cordis, cluster=cluster, k=10)
    assert len(found) == 10 and (np.diff(found["score"]) <= 0).all()
    names = cordis.companies.to_pandas().set_index("id")["name"]
    assert (names.loc[found["target"]] != "").all()
    members = set(cordis.memberships.to_pandas().query("cluster == @cluster")["company"])
    assert set(found["source"]) <= members and not set(found["target"]) & members
    table = cordis.participations.to_pandas().groupby("company")["project"].agg(set)
    for source, target in zip(found["source"], found["target"], strict=True):
        assert not table[source] & table[target]
    with pytest.raises(kedja.InvalidArgumentError, match=r"did you mean 'SE23\|LEIT'"):
        kedja.recommend.partners(cordis, cluster="SE23|LEI")


def test_adamic_adar_agrees_with_networkx():
    import networkx as nx

    oracle = nx.gnm_random_graph(30, 70, seed=3)
    names = [f"c{i:02}" for i in range(30)]
    data = kedja.from_tables(
        companies={"id": names, "name": names},
        clusters={"id": ["x"]},
        links={
            "source": [names[u] for u, _ in oracle.edges], "target": [names[v] for _, v in oracle.edges],
            "kind": ["collaboration"] * 70,
        },
    )  # fmt: skip
    found = kedja.recommend.partners(data, company="c00", k=30)
    for target, score in zip(found["target"], found["adamic_adar"], strict=True):
        ((_, _, expected),) = nx.adamic_adar_index(oracle, [(0, int(target[1:]))])
        assert score == pytest.approx(expected)


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    kedja_command = shutil.which("kedja", path=str(Path(sys.executable).parent))
    assert kedja_command, "the command kedja is not installed beside this interpreter"
    return subprocess.run(
        [kedja_command, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_command_line_reports_a_member_list_in_swedish(tmp_path):
    lists = sorted(kedja.datasets.path("nordic_demo").glob("*.xlsx"))
    done = command("report", str(lists[0]), "--lang", "sv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '<html lang="sv"' in page
    assert "http-equiv" in page and 'src="http' not in page


def test_command_line_names_bad_input_and_keeps_the_old_report(tmp_path):
    (tmp_path / "companies.csv").write_text("id,size\na,many\n")
    (tmp_path / "report.html").write_text("the previous report")
    done = command("report", "companies.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "companies.csv, row 2, column size, value 'many'" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "report.html").read_text() == "the previous report"
    assert command("check", "companies.csv", cwd=tmp_path).returncode == 2
    assert command("check", "nothing.csv", cwd=tmp_path).returncode == 2


def test_observed_clusters_are_found_anew_in_a_past_year() -> None:
    data = kedja.datasets.load("cordis_h2020")
    now = data.as_of(2017)  # the rule must give what the builder of the data gave
    for table, key in (("clusters", ["id"]), ("memberships", ["company", "cluster"])):
        old, new = (getattr(d, table).to_pandas().sort_values(key) for d in (data, now))
        assert set(old.columns) == set(new.columns)
        pd.testing.assert_frame_equal(
            old.reset_index(drop=True), new[old.columns].reset_index(drop=True)
        )
    past = data.as_of(2015)
    assert past.participations.to_pandas()["year"].max() == 2015
    assert 0 < len(past.clusters) < len(now.clusters)
    # A direct count of one cell: companies of SE23 in LEIT projects that began by 2015.
    work = data.participations.to_pandas()
    work = work[(work["year"] <= 2015) & work["field"].str.split("|").map(lambda f: "LEIT" in f)]
    firms = data.companies.to_pandas()
    firms = set(firms["id"][(firms["type"] == "company") & firms["nuts"].str.startswith("SE23")])
    projects = work[work["company"].isin(firms)].groupby("company")["project"].nunique()
    member = past.memberships.to_pandas().query("cluster == 'SE23|LEIT'")
    assert member.set_index("company")["weight"].to_dict() == projects.to_dict()
    assert past.ids.tolist() == data.ids.tolist()


def test_a_rule_for_observed_clusters_must_be_whole(tmp_path) -> None:
    (tmp_path / "companies.csv").write_text("id,nuts\nA,SE232\n")
    (tmp_path / "SOURCE.json").write_text('{"observed_clusters": {"fields": ["k"]}}')
    with pytest.raises(kedja.DataError, match="observed_clusters needs"):
        kedja.read(tmp_path).as_of(2017)


@pytest.mark.parametrize(("yes", "no"), [("Ja", "nej"), ("SANT", "falskt"), ("t", "F"), ("1", "0")])
def test_yes_is_yes_in_every_table(yes: str, no: str) -> None:
    data = kedja.from_tables(
        companies={"id": ["a", "b", "c"], "sme": [yes, no, ""]},
        links={
            "source": ["a", "a"], "target": ["b", "c"], "kind": ["supply"] * 2,
            "inferred": [yes, no],
        },
    )  # fmt: skip
    assert data.companies.to_pandas()["sme"].tolist()[:2] == [True, False]
    from kedja._known_links import known_links

    assert known_links(data).links.to_pandas()["target"].tolist() == ["c"]
