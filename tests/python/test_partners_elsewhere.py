"""Partners on data that no choice was made on: Interreg, Norway in H2020, one cluster in Hungary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kedja
import pandas as pd
import pytest


def grants(folder: Path, ending: str, field: str) -> pd.DataFrame:
    """Participations with the year in which their project began."""
    read: Any = {"dtype": str}
    work = pd.read_csv(folder / f"participations.csv{ending}", **read)
    work = work.merge(pd.read_csv(folder / f"projects.csv{ending}", **read), on="project_id")
    made = pd.DataFrame(
        {
            "company": work["org_id"],
            "project": work["project_id"],
            "year": work["start"].str[:4],
            "field": work[field].fillna(""),
        }
    )
    return made.dropna(subset=["year"]).drop_duplicates(["company", "project"])


def auc(data: kedja.Dataset, until: int, after: int) -> pd.Series:
    tested = kedja.recommend.backtest(
        data, until=until, after=after, negatives="degree_matched", draws=2, progress=False
    ).frame
    return tested[tested["pairs"] == "all"].set_index("score")["roc_auc"]


@pytest.mark.parametrize(("until", "after"), [(2015, 2016), (2016, 2017), (2017, 2018)])
def test_interreg_partners_are_foretold_better_than_by_any_rule(
    shared: Path, until: int, after: int
) -> None:
    folder = shared / "data/interreg_2014_2020"
    found = pd.read_csv(folder / "organisations.csv.gz", dtype=str)
    companies = pd.DataFrame(
        {"id": found["org_id"], "name": found["name"], "country": found["country"]}
    )
    data = kedja.from_tables(
        companies=companies, participations=grants(folder, ".gz", "theme1"), on_bad="raise"
    )
    score = auc(data, until, after)
    assert score["model"] > score.drop(["model", "placebo"]).max() + 0.1
    assert score["model"] > score["placebo"]


def test_few_events_are_told_and_more_are_tested(shared: Path) -> None:
    folder = shared / "data/norway_h2020"
    found = pd.read_csv(folder / "organisations.csv", dtype=str)
    companies = pd.DataFrame({"id": found["org_id"], "name": found["name"], "country": "NO"})
    data = kedja.from_tables(
        companies=companies, participations=grants(folder, "", "programme_l1"), on_bad="raise"
    )
    with pytest.raises(kedja.InvalidArgumentError, match="a model needs 50"):
        kedja.recommend.backtest(data, until=2017, after=2018)
    score = auc(data, 2020, 2021)
    assert score["model"] > 0.6 and score["model"] > score["adamic_adar"]


def test_two_years_of_one_cluster_are_too_few_to_fit_on(shared: Path) -> None:
    folder = shared / "data/kecskemet_cluster"
    advice = pd.read_csv(folder / "advice_links.csv", dtype=str)
    firms = pd.read_csv(folder / "firms.csv", dtype=str)
    links = advice.assign(kind="knowledge")
    data = kedja.from_tables(companies={"id": firms["firm"]}, links=links)
    with pytest.raises(kedja.InvalidArgumentError, match="at least three years"):
        kedja.recommend.backtest(data, until=2012, after=2015)
    model = kedja.recommend.fit(data, until=2012)
    assert model.kind == "rank" and "2012" in model.meta["why_rank"]
    ids = sorted(set(links[links["year"] == "2012"][["source", "target"]].to_numpy().ravel()))
    found = model.partners(ids[0], 5)
    assert len(found) and found["low"].dtype == float and pd.isna(found["low"]).all()
