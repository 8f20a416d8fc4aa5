"""The contract refuses what no page can show, and says where."""

from __future__ import annotations

import dataclasses

import pytest
from kedja._report import ReportContent
from kedja._report.content import (
    Answer,
    CentralCompany,
    CentralMeasure,
    ClusterLabel,
    Edge,
    Gap,
    Network,
    Node,
    Problem,
    TieCell,
    TieMatrix,
)

EMPTY = {"title": "t", "as_of": "2017", "version": "0"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (
            "gaps",
            (Gap(cluster="c", measure="wishes", gap=1.0),),
            r"gaps\[0\].measure: 'wishes'.*capability",
        ),
        (
            "gaps",
            (Gap(cluster="c", measure="reach", gap=1.0, status="fine"),),
            r"gaps\[0\].status: 'fine'",
        ),
        ("answers", (Answer(question="why", state="answered"),), r"answers\[0\].question: 'why'"),
        ("answers", (Answer(question="missing", state="yes"),), r"answers\[0\].state: 'yes'"),
        ("problems", (Problem(severity="bad", rule="r"),), r"problems\[0\].severity: 'bad'"),
        (
            "network",
            Network(
                nodes=(Node(id="a", label="A", role="member"),),
                edges=(Edge(source="a", target="b"),),
            ),
            r"network.edges\[0\]: no node 'b'",
        ),
        (
            "ties",
            TieMatrix(
                clusters=(ClusterLabel(id="a", name="A"),),
                cells=(TieCell(row=0, column=1, observed=1.0, expected=1.0),),
            ),
            r"ties.cells\[0\]: \(0, 1\) is outside the 1 clusters",
        ),
    ],
)
def test_refuses_with_the_place(field: str, value: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ReportContent(**EMPTY, **{field: value})


def test_refuses_rows_that_do_not_fit_their_columns() -> None:
    with pytest.raises(ValueError, match=r"central\[0\].values: 2 values for 1 measures"):
        ReportContent(
            **EMPTY,
            central_measures=(CentralMeasure(key="k", label="K"),),
            central=(CentralCompany(id="a", name="A", values=(1.0, 2.0)),),
        )


def test_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ReportContent(**EMPTY).title = "other"  # type: ignore[misc]
