"""Every convention on which published tools differ, against these tools themselves."""

from __future__ import annotations

import warnings
from typing import Any

import kedja
import numpy as np
import pandas as pd
import pytest


def random_values(seed: int) -> pd.DataFrame:
    """Values above 0 in most cells; whatever the threshold, M hangs together without empty lines."""
    random = np.random.default_rng(seed)
    rows, columns = int(random.integers(12, 18)), int(random.integers(12, 22))
    value = random.lognormal(0, 1, (rows, columns)) * (random.random((rows, columns)) < 0.85)
    return pd.DataFrame(
        value,
        index=[f"r{i:02}" for i in range(rows)],
        columns=[f"c{i:02}" for i in range(columns)],
    )


def square(result: kedja.Result, like: pd.DataFrame) -> np.ndarray:
    value = result.columns[-1]
    wide = result.frame.pivot(index="a", columns="b", values=value)
    return wide.reindex(index=like.columns, columns=like.columns).fillna(0).to_numpy()


def cells(result: kedja.Result, like: pd.DataFrame) -> np.ndarray:
    return np.asarray(result[result.columns[-1]]).reshape(like.shape)


# --- economic-complexity ------------------------------------------------------------------------


@pytest.fixture
def theirs(monkeypatch: pytest.MonkeyPatch) -> Any:
    tool = pytest.importorskip("economic_complexity")
    # It writes the diagonal into an array that pandas 3 guards; the tests write the 0 themselves.
    monkeypatch.setattr(np, "fill_diagonal", lambda array, value: None)
    return tool


def their_proximity(tool: Any, rca: pd.DataFrame, cutoff: float, procedure: str) -> pd.DataFrame:
    phi = tool.proximity(rca, cutoff=cutoff, procedure=procedure).to_numpy().copy()
    phi[np.arange(len(phi)), np.arange(len(phi))] = 0
    return pd.DataFrame(phi, rca.columns, rca.columns)


@pytest.mark.parametrize("cutoff", [0.8, 1.0, 1.25])
@pytest.mark.parametrize(
    ("procedure", "method", "near"),
    [("max", "minimum", "proximity"), ("sqrt", "geometric", "geometric")],
)
@pytest.mark.parametrize("seed", range(3))
def test_economic_complexity(theirs, seed, procedure, method, near, cutoff) -> None:
    table = random_values(seed)
    ready = kedja.complexity.prepare(table, advantage=cutoff)
    rca = theirs.rca(table)
    ours = kedja.complexity.rca(table).frame.pivot(index="row", columns="column", values="rca")
    np.testing.assert_allclose(ours.fillna(0), rca, atol=1e-9)
    phi = their_proximity(theirs, rca, cutoff, procedure)
    got = kedja.complexity.proximity(ready, diagonal=0, method=method)
    np.testing.assert_allclose(square(got, table), phi, atol=1e-9)
    expected = theirs.relatedness(rca, cutoff=cutoff, proximities=phi)
    got = kedja.complexity.density(ready, near=near)
    np.testing.assert_allclose(cells(got, table), expected, atol=1e-9)
    eci, pci = theirs.complexity(rca, cutoff=cutoff, iterations=8)
    rows, columns = kedja.complexity.complexity(ready, method="reflections", reflections=8, ddof=1)
    np.testing.assert_allclose(rows["eci"], eci, atol=1e-9)
    np.testing.assert_allclose(columns["pci"], pci, atol=1e-9)
    gain = theirs.opportunity_gain(rca, pci=pci, cutoff=cutoff, proximities=phi)
    _, got = kedja.complexity.outlook(
        ready, diagonal=0, near=near, pci=columns, share_of="itself", subtract_own=True,
        of_held=True,
    )  # fmt: skip
    np.testing.assert_allclose(cells(got, table), gain, atol=1e-9)
    assert got.verify()


# --- ecomplexity --------------------------------------------------------------------------------

COLUMNS = {"time": "year", "loc": "row", "prod": "column", "val": "value"}


def their_table(table: pd.DataFrame, **options: Any) -> dict[str, pd.DataFrame]:
    tool = pytest.importorskip("ecomplexity")
    long = table.stack().rename_axis(["row", "column"]).rename("value").reset_index()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = tool.ecomplexity(
            long.assign(year=1), COLUMNS, check_logsupermodularity=False, verbose=False, **options
        )
    names = ("eci", "pci", "density", "coi", "cog", "mcp")
    return {name: found.pivot(index="row", columns="column", values=name) for name in names}


def assert_whole_chain_agrees(
    ready: Any, expected: dict[str, pd.DataFrame], near: Any = "proximity"
) -> None:
    like = expected["density"]
    rows, columns = kedja.complexity.complexity(ready)
    np.testing.assert_allclose(rows["eci"], expected["eci"].iloc[:, 0], atol=1e-9)
    np.testing.assert_allclose(columns["pci"], expected["pci"].iloc[0], atol=1e-9)
    got = kedja.complexity.density(ready, diagonal=1, near=near)
    np.testing.assert_allclose(cells(got, like), like, atol=1e-9)
    rows, gains = kedja.complexity.outlook(ready, near=near)
    np.testing.assert_allclose(rows["coi"], expected["coi"].iloc[:, 0], atol=1e-9)
    np.testing.assert_allclose(cells(gains, like), expected["cog"], atol=1e-9)


@pytest.mark.parametrize(("asymmetric", "near"), [(False, "proximity"), (True, "conditional")])
@pytest.mark.parametrize("threshold", [0.8, 1, 1.25])
@pytest.mark.parametrize("seed", range(3))
def test_ecomplexity(seed: int, threshold: float, asymmetric: bool, near: str) -> None:
    table = random_values(seed)
    expected = their_table(table, rca_mcp_threshold=threshold, asymmetric=asymmetric)
    ready = kedja.complexity.prepare(table, advantage=threshold)
    assert_whole_chain_agrees(ready, expected, near)


@pytest.mark.parametrize("asymmetric", [False, True])
def test_proximity_of_ecomplexity(asymmetric: bool, capsys: pytest.CaptureFixture[str]) -> None:
    tool = pytest.importorskip("ecomplexity")
    table = random_values(3)
    long = table.stack().rename_axis(["row", "column"]).rename("value").reset_index()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        phi = tool.proximity(long.assign(year=1), COLUMNS, asymmetric=asymmetric)
    capsys.readouterr()  # it prints the year
    phi = phi.pivot(index="column_1", columns="column_2", values="proximity")
    got = kedja.complexity.proximity(table, method="conditional" if asymmetric else "minimum")
    np.testing.assert_allclose(square(got, table), phi, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_presence_by_population_or_by_hand(seed: int) -> None:
    table = random_values(seed)
    people = np.random.default_rng(seed).lognormal(0, 0.4, len(table)) * 100
    pop = pd.DataFrame({"year": 1, "row": table.index, "pop": people})
    expected = their_table(table, presence_test="rpop", pop=pop)
    rpop = table.div(people, axis=0) / (table.sum() / people.sum())
    assert_whole_chain_agrees(kedja.complexity.prepare(rpop, binary=1), expected)
    present = (rpop >= 1).astype(float)
    expected = their_table(present, presence_test="manual")
    assert_whole_chain_agrees(kedja.complexity.prepare(present, binary=1), expected)


@pytest.mark.parametrize("seed", range(3))
def test_proximities_of_another_table(seed: int) -> None:
    table, world = random_values(seed), random_values(seed + 50)
    for each in (table, world):
        each.columns = [f"c{i:02}" for i in range(each.shape[1])]
    shared = table.columns.intersection(world.columns)
    table = table[shared]
    table = table[table.sum(axis=1) > 0]
    near = kedja.complexity.proximity(world)
    matrix = near.frame.pivot(index="a", columns="b", values="proximity").fillna(0)
    every = matrix.loc[shared, shared].stack().rename_axis(["prod1", "prod2"])
    expected = their_table(table, proximity_edgelist=every.rename("proximity").reset_index())
    ready = kedja.complexity.prepare(table)
    for given in (near, near.frame, matrix):
        assert_whole_chain_agrees(ready, expected, given)
    got = kedja.complexity.complementarity(table, near=near)
    assert got.meta["parameters"]["near"] == "given" and got.verify()


# --- what is no convention ------------------------------------------------------------------------


def test_what_is_near_must_be_known_and_symmetric() -> None:
    table = random_values(0)
    density = kedja.complexity.density
    for near, text in (
        ("far", "near must be 'proximity'"),
        (7, "a DataFrame or a Result, not int"),
        (pd.DataFrame({"a": ["c00"], "b": ["c01"]}), "near needs columns a, b and a value"),
        (pd.DataFrame({"a": ["c00"], "b": ["c01"], "x": [1.0]}), "near must be symmetric"),
        (pd.DataFrame({"a": ["c00"], "b": ["c01"], "x": [-1.0]}), "'c00' and 'c01' is -1"),
        (pd.DataFrame({"a": ["c00"], "b": ["c01"], "x": [np.nan]}), "'c00' and 'c01' is nan"),
    ):
        with pytest.raises(kedja.InvalidArgumentError, match=text):
            density(table, near=near)
    with pytest.raises(kedja.InvalidArgumentError, match="has no diagonal"):
        kedja.complexity.outlook(table, near="cosine")
    with pytest.raises(kedja.InvalidArgumentError, match="method must be 'minimum'"):
        kedja.complexity.proximity(table, method="max")
    nothing = pd.DataFrame({"a": [], "b": [], "x": []})
    assert np.isnan(density(table, near=nothing)["density"]).all()


@pytest.mark.parametrize("near", ["geometric", "conditional", "association"])
def test_other_proximities_follow_their_formulas(near: str) -> None:
    for seed in range(6):
        table = random_values(seed)
        m = (table.to_numpy() > 1).astype(float)
        both, u = m.T @ m, m.sum(axis=0)
        phi = {
            "geometric": both / np.sqrt(np.outer(u, u)),
            "conditional": both / u[:, None],
            "association": both * (1 - np.eye(len(u))),
        }[near]
        if near == "association":
            s = phi.sum(axis=1)
            phi = phi * phi.sum() / np.outer(s, s)
        ready = kedja.complexity.prepare(table, binary=1.0000000001)
        pci = pd.Series(np.linspace(-1, 1, len(u)), index=table.columns)
        for diagonal in (0,) if near == "association" else (0, 1):
            own = phi if diagonal else phi * (1 - np.eye(len(u)))
            density = m @ own.T / own.sum(axis=1)
            got = kedja.complexity.density(ready, near=near, diagonal=diagonal)
            np.testing.assert_allclose(cells(got, table), density, atol=1e-12)
            coi = ((1 - m) * density * pci.to_numpy()).sum(axis=1)
            cog = (1 - m) * ((1 - m) @ (own * (pci.to_numpy() / own.sum(axis=1))[:, None]))
            rows, gains = kedja.complexity.outlook(
                ready, near=near, diagonal=diagonal, pci=pci, standardise=False
            )
            np.testing.assert_allclose(rows["coi"], coi, atol=1e-12)
            np.testing.assert_allclose(cells(gains, table), cog, atol=1e-12)
            again = {
                kedja.complexity.outlook(
                    ready, near=near, diagonal=diagonal, pci=pci, threads=threads
                )[1]["cog"].tobytes()
                for threads in (1, 2, 3)
            }
            assert again == {gains["cog"].tobytes()}
