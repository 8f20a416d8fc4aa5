"""Pictures show what the results say: positions, colours and signs are read back from the axes."""

from __future__ import annotations

import kedja
import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def closed():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def test_cluster_matrix_puts_observed_over_expected_into_cells():
    ties = kedja.Result(
        {
            "a": np.array(["x", "x", "y"], dtype=object),
            "b": np.array(["x", "y", "y"], dtype=object),
            "observed": np.array([8.0, 1.0, 2.0]),
            "expected": np.array([2.0, 4.0, 2.0]),
            "qvalue": np.array([0.01, 0.02, 0.9]),
        },
        {"measure": "tie_significance"},
    )
    ax = kedja.plot.cluster_matrix(ties)
    drawn = np.asarray(ax.images[0].get_array())
    assert drawn.tolist() == [[2.0, -2.0], [-2.0, 0.0]]
    signs = {(t.get_position(), t.get_text()) for t in ax.texts}
    assert signs == {((0, 0), "+"), ((1, 0), "\N{MINUS SIGN}"), ((0, 1), "\N{MINUS SIGN}")}


def test_gap_profile_has_a_dot_for_each_decided_measure():
    data = kedja.datasets.load("cordis_h2020")
    gaps = kedja.gap.analyse(data, cluster="SE23|LEIT", progress=False)
    ax = kedja.plot.gap_profile(gaps)
    whole = [i for i in range(len(gaps)) if not gaps["item"][i]]
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == [float(gaps["gap"][i]) for i in whole if not np.isnan(gaps["gap"][i])]
    written = [t.get_text() for t in ax.texts]
    assert written == [gaps["status"][i] for i in whole if np.isnan(gaps["gap"][i])]
    with pytest.raises(kedja.InvalidArgumentError, match="cluster must be one of"):
        kedja.plot.gap_profile(gaps, cluster="nowhere")


def test_chain_puts_companies_at_their_levels_and_groups_into_bands():
    graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    levels = kedja.value_chain.trophic_levels(graph)
    ax = kedja.plot.chain(levels, groups={"ore": "x", "steel": "y", "car": "y"}, graph=graph)
    x, y = (np.asarray(part.get_offsets()) for part in ax.collections[1:])
    assert x[:, 0].tolist() == [0.0]
    assert sorted(y[:, 0]) == pytest.approx([1.0, 2.0])
    assert ((x[:, 1] > 0) & (x[:, 1] < 1)).all() and ((y[:, 1] > 1) & (y[:, 1] < 2)).all()
    assert len(ax.collections[0].get_segments()) == 2
    with pytest.raises(kedja.InvalidArgumentError, match="2 groups for 3 rows"):
        kedja.plot.chain(levels, groups=["x", "y"])


def test_region_map_writes_each_value_on_its_tile():
    ax = kedja.plot.region_map({"SE23": 4.0, "NO02": 1.0})
    assert {t.get_text() for t in ax.texts} == {"4", "1"}
    with pytest.raises(kedja.InvalidArgumentError, match="'XX99' is not a NUTS 2 region"):
        kedja.plot.region_map({"XX99": 1.0})


def test_network_keeps_groups_together():
    graph = kedja.CompanyGraph(list("abcd"), list("abc"), list("bcd"))
    ax = kedja.plot.network(graph, groups=["y", "x", "y", "x"], labels=True)
    assert len(ax.collections[0].get_segments()) == 3
    x = np.asarray(ax.collections[1].get_offsets())
    assert x[:, 1].min() >= -1e-12  # the two of x take the first half of the circle
    assert {t.get_text() for t in ax.texts} == set("abcd")
    big = kedja.CompanyGraph.from_arrays(2001, [0], [1])
    with pytest.raises(kedja.InvalidArgumentError, match="too many for one picture"):
        kedja.plot.network(big)


def test_robustness_curves_are_the_results():
    graph = kedja.CompanyGraph(list("abcd"), list("aaa"), list("bcd"))
    curve = kedja.structure.robustness(graph)
    ax = kedja.plot.robustness_curve({"by degree": curve})
    assert ax.lines[0].get_ydata().tolist() == curve["largest"].tolist()
    with pytest.raises(kedja.InvalidArgumentError, match="no column 'removed_share'"):
        kedja.plot.robustness_curve(kedja.centrality.degree(graph))
