"""Tables cross between libraries through the Arrow C stream, in and out."""

from __future__ import annotations

import datetime

import kedja
import numpy as np
import pandas as pd
import pytest
from kedja._dataset import TABLES

pa = pytest.importorskip("pyarrow", reason="pyarrow is an extra")


def companies(table: object) -> pd.DataFrame:
    return kedja.from_tables(companies=table).companies.to_pandas()


IDS = ["a", "å", "c"]


@pytest.mark.parametrize(
    "ids",
    [
        pa.array(IDS),
        pa.array(IDS, pa.large_string()),
        pa.array(IDS, pa.string_view()),
        pa.array(IDS).dictionary_encode(),
        pa.chunked_array([["a"], [], ["å", "c"]]),
        pa.array(["x", *IDS, "x"])[1:4],
    ],
    ids=["string", "large", "view", "dictionary", "chunks", "offset"],
)
def test_every_text_layout_gives_the_same_ids(ids: object) -> None:
    assert companies(pa.table({"id": ids}))["id"].tolist() == IDS


@pytest.mark.parametrize(
    "kind", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
)
def test_whole_numbers_of_every_width(kind: str) -> None:
    size = pa.array([100, None, 7], kind)
    assert companies(pa.table({"id": IDS, "size": size}))["size"].tolist()[::2] == [100, 7]


def test_floats_truths_and_dates() -> None:
    table = pa.table(
        {
            "id": IDS,
            "revenue": pa.array([0.1, None, 2.5e9], "float64"),
            "lat": pa.array([59.5, None, 1.25], "float32"),
            "sme": pa.array([True, None, False]),
        }
    )
    frame = companies(table)
    assert frame["revenue"].tolist()[::2] == [0.1, 2.5e9]
    assert frame["lat"].tolist()[::2] == [59.5, 1.25]
    assert frame["sme"].tolist() == [True, pd.NA, False]
    data = kedja.from_tables(
        companies={"id": ["a"]},
        memberships=pa.table(
            {"company": ["a"], "cluster": ["x"], "since": [datetime.date(2019, 5, 1)]}
        ),
    )
    assert data.memberships.to_pandas()["since"].tolist() == [2019]


def test_the_column_that_cannot_be_read_is_named() -> None:
    with pytest.raises(kedja.DataError, match=r"column tags: Arrow type '\+l'") as caught:
        companies(pa.table({"id": ["a"], "tags": [["x"]]}))
    assert caught.value.code == "E_FORMAT"
    assert caught.value.column == "tags"


def test_bad_cells_are_named_by_row() -> None:
    with pytest.raises(kedja.DataError) as caught:
        companies(pa.table({"id": IDS, "size": [1, -2, 3]}))
    assert (caught.value.row, caught.value.column, caught.value.value) == (1, "size", "-2")


def test_pandas_polars_and_duckdb_give_the_same_data() -> None:
    polars = pytest.importorskip("polars", reason="polars is an extra")
    duckdb = pytest.importorskip("duckdb", reason="duckdb is optional")
    frame = pd.DataFrame({"id": IDS, "size": [1, 2, 3], "country": ["SE", None, "NO"]})
    relation = duckdb.sql("select * from frame")
    sums = {
        kedja.from_tables(companies=table).checksum
        for table in (frame, polars.DataFrame(frame), pa.Table.from_pandas(frame), relation)
    }
    assert len(sums) == 1


@pytest.mark.parametrize("library", ["pandas", "object", "list", "polars", "pyarrow", "chunked"])
def test_graphs_from_text_columns_of_every_library(library: str) -> None:
    source, target = ["ö", "a", "ö"], ["b", "ö", "ö"]
    make = {
        "pandas": pd.Series,
        "object": lambda x: np.array(x, dtype=object),
        "list": list,
        "pyarrow": pa.array,
        "chunked": lambda x: pa.chunked_array([x[:1], x[1:]]),
    }
    if library == "polars":
        make["polars"] = pytest.importorskip("polars", reason="polars is an extra").Series
    graph = kedja.CompanyGraph(None, make[library](source), make[library](target))
    assert graph.ids.tolist() == ["ö", "a", "b"]
    assert graph.checksum == kedja.CompanyGraph(["a", "b", "ö"], source, target).checksum


def test_unknown_repeated_and_missing_ids_are_named() -> None:
    with pytest.raises(kedja.InvalidArgumentError, match="link 1: unknown target 'z'"):
        kedja.CompanyGraph(["a"], pd.Series(["a", "a"]), pd.Series(["a", "z"]))
    with pytest.raises(kedja.InvalidArgumentError, match="'a' appears more than once"):
        kedja.CompanyGraph(pd.Series(["b", "a", "a"]), ["a"], ["b"])
    with pytest.raises(ValueError, match="link 1: source is missing"):
        kedja.CompanyGraph(None, pd.Series(["a", None]), pd.Series(["b", "b"]))
    with pytest.raises(kedja.InvalidArgumentError, match="source has 2 entries, target has 1"):
        kedja.CompanyGraph(None, pd.Series(["a", "b"]), pd.Series(["b"]))


def test_results_and_tables_flow_out() -> None:
    polars = pytest.importorskip("polars", reason="polars is an extra")
    duckdb = pytest.importorskip("duckdb", reason="duckdb is optional")
    graph = kedja.CompanyGraph(["ore", "steel"], ["ore"], ["steel"])
    result = kedja.centrality.degree(graph)
    for made in (
        result.to_arrow().to_pylist(),
        result.to_polars().to_dicts(),
        duckdb.sql("select * from result").fetchall(),
    ):
        first = (
            made[0]
            if isinstance(made[0], dict)
            else dict(zip(result.to_arrow().column_names, made[0], strict=True))
        )
        assert first["company"] == "ore"
        assert first["degree"] == 1
    data = kedja.from_tables(companies={"id": ["a", "b"], "size": ["3", ""]})
    assert polars.DataFrame(data.companies)["size"].to_list()[0] == 3
    assert pa.table(data.companies)["id"].to_pylist() == ["a", "b"]


def test_a_stream_is_read_once() -> None:
    capsule = pa.table({"id": ["a"]}).__arrow_c_stream__()
    kedja._core.read_arrow(capsule, "companies", "memory")
    with pytest.raises(kedja.InvalidArgumentError, match="read already"):
        kedja._core.read_arrow(capsule, "companies", "memory")


def test_exports_hide_personal_numbers(tmp_path) -> None:
    graph = kedja.CompanyGraph(["8112189876", "5560125790"], ["8112189876"], ["5560125790"])
    result = kedja.centrality.degree(graph)
    for name in ("r.csv", "r.json", "r.parquet"):
        assert b"8112189876" not in result.write(tmp_path / name).read_bytes()
        assert b"5560125790" in result.write(tmp_path / name).read_bytes()
    assert b"8112189876" in result.write(tmp_path / "p.csv", personal=True).read_bytes()
    assert b"8112189876" not in graph.write_graphml(tmp_path / "g.graphml").read_bytes()
    assert b"8112189876" in graph.write_graphml(tmp_path / "p.graphml", personal=True).read_bytes()


def test_tables_of_a_dataset_are_read_back_as_they_are() -> None:
    data = kedja.datasets.load("cordis_h2020")  # missing numbers, words, truth values and years
    again = kedja.from_tables(
        **{name: getattr(data, name) for name in TABLES if len(getattr(data, name))}
    )
    assert again.checksum == data.checksum
    pytest.importorskip("polars")
    lat = data.companies.to_polars()["lat"]
    assert lat.null_count() > 0
    assert not lat.is_nan().any()
