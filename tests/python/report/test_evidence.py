"""The word for how sure, and the choice of three."""

from __future__ import annotations

import pytest
from kedja._report.content import Gap
from kedja._report.evidence import ranked, strength, top_three, whole_rows
from report_fixture import rich


def gap(
    value: float | None = 0.5,
    low: float | None = 0.4,
    high: float | None = 0.35,
    status: str = "ok",
    measure: str = "capability",
    item: str = "",
) -> Gap:
    return Gap(
        cluster="c",
        measure=measure,
        item=item,
        gap=value,
        low=low,
        high=0.9,
        random_low=0.1,
        random_high=high,
        status=status,
    )


@pytest.mark.parametrize(
    ("one", "word"),
    [
        (gap(), "strong"),  # band 0.4.. above 0.35
        (gap(low=0.3), "moderate"),  # estimate above, band not
        (gap(low=None), "moderate"),  # no band
        (gap(status="inferred"), "moderate"),  # inferred is never strong
        (gap(high=0.5), "weak"),  # on the edge is inside
        (gap(high=None), "weak"),  # nothing to compare with
        (gap(status="not_significant"), "weak"),
        (gap(low=float("nan")), "moderate"),
    ],
)
def test_word(one: Gap, word: str) -> None:
    assert strength(one, (one,)) == word


def test_an_item_without_comparison_is_as_sure_as_its_measure() -> None:
    whole, item = gap(), gap(1.0, None, None, item="x")
    assert strength(item, (whole, item)) == "strong"
    assert strength(item, (item,)) == "weak"
    inferred = gap(1.0, None, None, item="x", status="inferred")
    assert strength(inferred, (whole, inferred)) == "moderate"


def test_three_of_different_kinds_surest_first() -> None:
    chosen = [(f.gap.measure, f.strength) for f in top_three(rich().gaps)]
    assert chosen == [
        ("capability", "strong"),
        ("tie_deficit", "strong"),
        ("complementarity", "moderate"),
    ]


def test_fewer_kinds_fill_up_with_the_next_items() -> None:
    gaps = (gap(), *(gap(0.9 - i / 10, 0.5, 0.1, item=f"i{i}") for i in range(4)))
    assert [f.gap.item for f in top_three(gaps)] == ["i0", "i1", "i2"]


def test_undecided_zero_and_withheld_never_lead() -> None:
    gaps = (gap(0.0), gap(None, status="no_data"), gap(0.9, status="undecided"))
    assert ranked(gaps) == []
    assert top_three(gaps) == []


def test_profile_rows_are_the_measures_as_a_whole_in_fixed_order() -> None:
    rows = whole_rows(rich().gaps)
    assert [r.measure for r in rows] == [
        "capability",
        "complementarity",
        "tie_deficit",
        "fragility",
        "reach",
        "coverage",
    ]
    assert all(not r.item for r in rows)
