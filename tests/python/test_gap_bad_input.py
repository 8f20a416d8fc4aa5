"""What each of the six gaps says about bad, missing and extreme input, and that every row opens."""

from __future__ import annotations

import math
import re
from typing import Any

import kedja
import numpy as np
import pandas as pd
import pytest

SIX = ("capability", "complementarity", "coverage", "fragility", "reach", "tie_deficit")


def tables(**changed: Any) -> dict[str, Any]:
    """Two clusters of four and a company in none, all tables that the six gaps read."""
    made: dict[str, Any] = {
        "companies": {
            "id": list("abcdefghz"),
            "country": ["SE", "NO", "DK", "SE", "FI", "SE", "DE", "SE", "SE"],
            "nace": ["24.10", "25.11", "28.11"] * 3,
        },
        "clusters": {"id": ["x", "y", "lone", "empty"]},
        "memberships": {
            "company": [*list("abcdefgh"), "a"],
            "cluster": ["x"] * 4 + ["y"] * 4 + ["lone"],
        },
        "capabilities": {
            "company": list("abbcefgh"),
            "capability": list("kklmlmkn"),
            "level": [1.0, 0.5, 1, 1, 1, 1, 1, 1],
        },
        "needs": {"company": ["a", "b", "e", "a"], "capability": ["n", "l", "k", "nobody"]},
        "links": {
            "source": list("aebfcgdhz"), "target": list("bfcgdhaea"), "value": [1.0 + i for i in range(9)],
        },
        "requirements": {"set": ["s"] * 3, "capability": ["k", "n", "nobody"]},
    }  # fmt: skip
    return made | changed


@pytest.fixture(scope="module")
def data() -> kedja.Dataset:
    return kedja.from_tables(**tables())


def gap(data: kedja.Dataset, measure: str, **options: Any) -> pd.DataFrame:
    found = getattr(kedja.gap, measure)(data, draws=20, **options).frame
    return found


def wholes(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["item"] == ""].set_index("cluster")


@pytest.mark.parametrize("measure", SIX)
def test_empty_clusters_and_clusters_of_one_have_a_value_or_a_reason(data, measure: str) -> None:
    whole = wholes(gap(data, measure))
    assert np.isnan(whole.loc["empty", "gap"])
    assert whole.loc["empty", "status"] in ("too_small", "undecided")
    lone = whole.loc["lone"]
    if lone["status"] in ("ok", "inferred", "not_significant"):
        assert 0 <= lone["low"] <= lone["gap"] <= lone["high"] <= 1
    else:
        assert np.isnan(lone["gap"]) and lone["status"] in ("isolated", "undecided", "no_data")


@pytest.mark.parametrize("measure", SIX)
def test_a_company_in_no_cluster_has_no_gap_and_changes_no_members(data, measure: str) -> None:
    frame = gap(data, measure)
    assert set(frame["cluster"]) == {"x", "y", "lone", "empty"}
    if "members" in frame:
        counted = wholes(frame)["members"]
        assert counted.to_dict() == {"x": 4, "y": 4, "lone": 1, "empty": 0}


@pytest.mark.parametrize("measure", SIX)
def test_a_capability_that_nobody_has_is_missing_not_dropped(data, measure: str) -> None:
    frame = gap(data, measure)
    values = frame["gap"].dropna()
    assert ((values >= 0) & (values <= 1 + 1e-12)).all() or measure == "reach"
    if measure in ("capability", "coverage"):
        row = frame[(frame["cluster"] == "x") & (frame["item"] == "nobody")].iloc[0]
        assert row["gap"] > 0 and row["filler_cluster"] == ""
    if measure == "complementarity":  # no other cluster has it, so it is no part of what they could
        assert wholes(frame).loc["x", "alone"] < 1


@pytest.mark.parametrize("measure", SIX)
def test_membership_weights_that_sum_to_zero_are_refused_by_name(measure: str) -> None:
    weights = [1.0, 1.0, 1.0, 0.0] + [1.0] * 5
    changed = tables()["memberships"] | {"weight": weights}
    with_zero = kedja.from_tables(**tables(memberships=changed))
    with pytest.raises(kedja.DataError, match="weights of company 'd' sum to 0") as caught:
        gap(with_zero, measure)
    error = caught.value
    assert (error.file, error.row, error.column) == ("memberships", 3, "weight")
    assert error.code == "E_RANGE"
    # One membership of several may count 0: the others say where the company is.
    weights = [1.0] * 8 + [0.0]
    partly = kedja.from_tables(**tables(memberships=tables()["memberships"] | {"weight": weights}))
    whole = wholes(gap(partly, measure))
    assert np.isnan(whole.loc["lone", "gap"])  # its only membership counts 0


@pytest.mark.parametrize("level", ["1.2", "-0.1", "nan?"])
def test_a_level_outside_0_and_1_is_refused_by_row_and_column(level: str) -> None:
    capabilities = {"company": ["a", "b"], "capability": ["k", "l"], "level": ["0.5", level]}
    with pytest.raises(kedja.DataError) as caught:
        kedja.from_tables(**tables(capabilities=capabilities))
    error = caught.value
    assert (error.file, error.column, error.value) == ("capabilities", "level", level)
    assert error.row is not None and error.code.startswith("E_")


def test_contradictory_years_are_refused_by_row_and_column() -> None:
    changed = tables()["memberships"] | {
        "since": ["2019"] + [""] * 8, "until": ["2011"] + [""] * 8,
    }  # fmt: skip
    with pytest.raises(kedja.DataError) as caught:
        kedja.from_tables(**tables(memberships=changed))
    assert caught.value.file == "memberships" and caught.value.column in ("since", "until")
    assert caught.value.code.startswith("E_")


def test_a_year_before_everything_leaves_every_gap_undecided_or_empty(data) -> None:
    dated = tables()
    dated["memberships"] = dated["memberships"] | {"since": ["2010"] * 9}
    found = kedja.gap.analyse(kedja.from_tables(**dated).as_of(2005), draws=20).frame
    assert found[found["item"] == ""]["gap"].isna().all()


@pytest.mark.parametrize("measure", SIX)
@pytest.mark.parametrize("lang", ["en", "sv"])
def test_every_row_of_every_gap_opens(data, measure: str, lang: str) -> None:
    found = getattr(kedja.gap, measure)(data, draws=20)
    seen_links = False
    for i in range(len(found)):
        said = found.explain(i, lang=lang)
        decided = found["gap"][i] == found["gap"][i]
        assert said.text and said.title.startswith(f"{found['cluster'][i]}: {measure}")
        if not decided:
            continue
        if found["status"][i] == "not_significant" and found["item"][i]:
            seen_links = seen_links or bool(said.links)
            continue  # nothing is missing there
        assert said.formula and any(sign.isdigit() for sign in said.formula)
        if found["item"][i] == "":
            assert said.companies, (measure, found["cluster"][i])
        seen_links = seen_links or bool(said.links)
    assert seen_links == (measure in ("fragility", "reach", "tie_deficit"))


def test_every_row_of_analyse_opens_as_its_own_measure_does(data) -> None:
    found = kedja.gap.analyse(data, draws=20)
    assert set(found["measure"]) == set(SIX)
    for i, measure in enumerate(found["measure"]):
        said = found.explain(i)
        assert said.title.startswith(f"{found['cluster'][i]}: {measure}")
        if found["status"][i] not in ("undecided", "too_small", "isolated", "no_data"):
            assert said.formula


def shown_values(formula: str) -> list[float]:
    """What each part of a formula between its equal signs comes to, words left out."""
    made = []
    bare = re.sub(r"(?<=\d) \((?:[^()]|\([^()]*\))*\)", "", formula)  # no names behind summands
    for part in bare.split("; ")[0].split(" = "):
        part = part.replace("×", "*").replace("−", "-").replace("<", "").replace("ln(", "log(")
        if set(re.findall(r"[A-Za-z]+", part)) <= {"min", "max", "log"} and "..." not in part:
            made.append(eval(part, {"min": min, "max": max, "log": math.log}))
    return made


@pytest.mark.parametrize("where", ["made up", "cordis", "chain"])
def test_numbers_put_into_a_formula_give_the_gap(data, where: str) -> None:
    if where == "made up":
        found = kedja.gap.analyse(data, draws=20)
    elif where == "cordis":
        data = kedja.datasets.load("cordis_h2020")
        found = kedja.gap.analyse(data, cluster="SE23|LEIT", draws=20)
    else:
        lists = kedja.datasets.load("nordic_demo")
        found = kedja.gap.analyse(lists, cluster=lists.groups("cluster").names[0], draws=20)
    opened = set()
    for i, gap in enumerate(found["gap"]):
        if gap != gap:
            continue
        formula = found.explain(i).formula
        if "other clusters have 0" in formula:
            assert gap == 0
            continue
        values = shown_values(formula)
        assert len(values) >= 2, formula
        for value in values:
            assert value == pytest.approx(gap, abs=0.004, rel=0.02), formula
        opened.add((found["measure"][i], found["item"][i] == ""))
    if where == "made up":  # nobody is significantly under-linked, so no such item is a gap
        assert opened == {(m, whole) for m in SIX for whole in (True, False)} - {
            ("tie_deficit", False)
        }


def test_a_cluster_with_nothing_to_compare_with_is_undecided_not_without_gaps() -> None:
    changed = {
        "clusters": {"id": ["x"]},
        "memberships": {"company": list("abcdefghz"), "cluster": ["x"] * 9},
    }
    del (alone := tables(**changed))["needs"]
    for name, measure in (
        ("everybody", alone),
        ("some", alone | {"memberships": {"company": list("abcd"), "cluster": ["x"] * 4}}),
    ):
        found = kedja.gap.analyse(kedja.from_tables(**measure), draws=20)
        said = {
            (m, i): (s, g, e)
            for m, i, s, g, e in zip(
                *(found[c] for c in ("measure", "item", "status", "gap", "evidence")), strict=True
            )
        }
        undecided = {("complementarity", ""), ("tie_deficit", "")}
        undecided |= {("capability", ""), ("reach", "chain")} if name == "everybody" else set()
        undecided |= {("reach", "")} if name == "some" else set()
        for key in undecided:
            status, gap, evidence = said[key]
            assert status == "undecided" and np.isnan(gap), (name, key)
            assert "nothing to compare with" in evidence, (name, key)
    assert said["capability", ""][0] == "ok"  # held against the five others
    assert found.verify()


def test_data_without_clusters_say_how_to_give_them() -> None:
    data = kedja.from_tables(companies={"id": ["a", "b"], "nace": ["24.10", "25.11"]})
    for measure in ("analyse", "capability", "coverage"):
        with pytest.raises(kedja.InvalidArgumentError, match=r"column cluster \(medlem i\)"):
            getattr(kedja.gap, measure)(data)
    two = kedja.from_tables(**tables())
    with pytest.raises(kedja.InvalidArgumentError, match="there are 'empty', 'lone', 'x', 'y'"):
        kedja.gap.analyse(two, cluster="Göteborg")


@pytest.mark.parametrize("linked", [False, True])
def test_companies_of_which_nothing_is_known_are_undecided(linked: bool, tmp_path) -> None:
    tables = {
        "companies": {"id": list("abcdef"), "country": ["SE"] * 3 + ["NO"] * 3},
        "memberships": {"company": list("abcd"), "cluster": list("xxyy")},
    }
    if linked:
        tables["links"] = {"source": list("dc"), "target": list("ab"), "kind": ["supply"] * 2}
    data = kedja.from_tables(**tables)
    found = kedja.gap.analyse(data, cluster="x", draws=20)
    status = dict(zip(found["measure"], found["status"], strict=True))
    for measure in ("capability", "complementarity", "tie_deficit", "coverage"):
        assert status[measure] == "undecided"
    assert (status["fragility"] == "ok") == linked
    assert (found["gap"][found["status"] == "undecided"] != 0).all()  # NaN
    assert "companies.nace would decide it" in found["evidence"][0]
    page = kedja.report(data, tmp_path / "r.html", cluster="x", progress=False)
    assert "companies.nace would decide it" in page.read_text(encoding="utf-8")
    with pytest.raises(kedja.InvalidArgumentError, match="capabilities or companies with nace"):
        kedja.gap.capability(data)
